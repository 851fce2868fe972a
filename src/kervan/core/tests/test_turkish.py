import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.core.rules.turkish import ALPHABET, mask_name, ordinal, search_key, sort_key, title_case, upper_tr

WORDS = st.text(alphabet=ALPHABET, min_size=1, max_size=8)


@pytest.mark.parametrize("typed", ["şişli", "SISLI", "Şişli", "ŞİŞLİ", " s\u0327is\u0327li ", "şı̇şlı"])
def test_every_way_of_typing_finds_the_same_name(typed):
    assert search_key(typed) == "sisli"


def test_search_key_reads_foreign_letters_and_signs():
    assert search_key("Łódź – Université d'Été (Ærø)") == "lodz universite dete aero"
    assert search_key("Straße") == search_key("STRASSE")
    assert search_key("Αθήνα") == search_key("ΑΘΗΝΑ")


@given(st.text())
def test_search_key_of_a_search_key_is_itself(text):
    assert search_key(search_key(text)) == search_key(text)


@given(WORDS)
def test_capitals_do_not_change_what_is_found(word):
    assert search_key(upper_tr(word)) == search_key(word)


@given(WORDS, WORDS)
def test_sort_keys_order_as_the_alphabet_does(one, other):
    by_alphabet = [ALPHABET.index(letter) for letter in one] < [ALPHABET.index(letter) for letter in other]
    assert (sort_key(one) < sort_key(other)) == by_alphabet


@given(st.text())
def test_sort_key_holds_only_digits_and_stays_short(text):
    key = sort_key(text)
    assert all(char in "0123456789" for char in key) and len(key) <= 200


def test_names_stand_in_turkish_order():
    names = [
        "Zonguldak",
        "Şırnak",
        "Sivas",
        "Çorum",
        "Cizre",
        "Izgara",
        "İzmir",
        "Ali Veli",
        "Aliye",
        "Ağrı",
        "Agah",
        "Ümit",
        "Uşak",
    ]
    expected = [
        "Agah",
        "Ağrı",
        "Ali Veli",
        "Aliye",
        "Cizre",
        "Çorum",
        "Izgara",
        "İzmir",
        "Sivas",
        "Şırnak",
        "Uşak",
        "Ümit",
        "Zonguldak",
    ]
    assert sorted(names, key=sort_key) == expected


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("AĞRI İBRAHİM ÇEÇEN ÜNİVERSİTESİ", "Ağrı İbrahim Çeçen Üniversitesi"),
        ("İZMİR TINAZTEPE ÜNİVERSİTESİ", "İzmir Tınaztepe Üniversitesi"),
        ("MEF ÜNİVERSİTESİ", "MEF Üniversitesi"),
        ("TOBB EKONOMİ VE TEKNOLOJİ ÜNİVERSİTESİ", "TOBB Ekonomi ve Teknoloji Üniversitesi"),
        ("BEZM-İ ÂLEM VAKIF ÜNİVERSİTESİ", "Bezm-i Âlem Vakıf Üniversitesi"),
        ("TÜRK-ALMAN ÜNİVERSİTESİ", "Türk-Alman Üniversitesi"),
        ("KİLİS 7 ARALIK ÜNİVERSİTESİ", "Kilis 7 Aralık Üniversitesi"),
        ("KKTC-GAZİMAĞUSA", "KKTC-Gazimağusa"),
        ("ATATÜRK İLKELERİ VE İNKILAP TARİHİ II", "Atatürk İlkeleri ve İnkılap Tarihi II"),
        ("İLAHİYAT (M.T.O.K.)", "İlahiyat (M.T.O.K.)"),
        ("ATATÜRK'ÜN", "Atatürk'ün"),
        ("VE SONRA", "Ve Sonra"),
        ("Fen-Edebiyat Fakültesi", "Fen-Edebiyat Fakültesi"),
    ],
)
def test_title_case_of_turkish_capitals(capitals, written):
    assert title_case(capitals) == written
    assert title_case(written) == written


def test_title_case_of_other_languages():
    assert title_case("UNIVERSITY OF ILLINOIS", language="en") == "University of Illinois"
    assert title_case("HOCHSCHULE FÜR MUSIK UND TANZ", language="de") == "Hochschule für Musik und Tanz"


@given(st.text())
def test_title_case_twice_is_title_case_once(text):
    assert title_case(title_case(text)) == title_case(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Ayşe Nur Yılmaz", "A*** N** Y*****"), ("İrem  Öz-Ak", "İ*** Ö**-A**"), ("A B", "A** B**"), ("  ", "")],
)
def test_masked_name_shows_first_letters_only(name, masked):
    assert mask_name(name) == masked


@given(st.lists(st.text(alphabet=ALPHABET, min_size=1), min_size=1))
def test_masked_name_keeps_only_first_letters(parts):
    assert [part[0] for part in mask_name(" ".join(parts)).split()] == [part[0] for part in parts]
    assert set("".join(part[1:] for part in mask_name(" ".join(parts)).split())) <= {"*"}


def test_ordinals_in_both_languages():
    assert [ordinal(number, "en") for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "112th",
    ]
    assert ordinal(1) == "1."
    with pytest.raises(ValueError, match="0"):
        ordinal(0)
