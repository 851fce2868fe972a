import pytest

from kervan.institutions.rules.programmes import study_name, suggested_field, teaching_language


@pytest.mark.parametrize(
    ("printed", "name", "language"),
    [
        ("Psikoloji (İngilizce)", "Psikoloji", "en"),
        ("İşletme (İngilizce) (%50 İndirimli)", "İşletme", "en"),
        ("İlahiyat (M.T.O.K.)", "İlahiyat", ""),
        ("Tarih", "Tarih", ""),
        ("Dil (Türkçe-Rusça) (Ücretli)", "Dil", "tr"),
        ("İşletme (UOLP-New York Eyalet Üniversitesi (Suny Albany) (Ücretli)", "İşletme", ""),
        ("İşletme (A (B)) Yönetimi", "İşletme Yönetimi", ""),
    ],
)
def test_brackets_are_read_and_dropped(printed, name, language):
    assert (study_name(printed), teaching_language(printed)) == (name, language)


def test_field_is_suggested_for_the_same_plain_name_only():
    suggestions = {"İşletme": "0413"}
    assert suggested_field("İşletme (İngilizce)", suggestions) == "0413"
    assert suggested_field("İşletme Yönetimi", suggestions) is None
