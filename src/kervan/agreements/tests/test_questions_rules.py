"""Questions to our agreements in one's own words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.agreements.rules import questions
from kervan.agreements.rules.questions import Institution, Part, Question
from kervan.core.rules.turkish import search_key
from kervan.institutions import reference


@pytest.fixture(scope="module")
def known() -> questions.Vocabulary:
    return questions.vocabulary(
        [(one.iso2, (one.name_en, one.name_tr)) for one in reference.countries()],
        [(one.code, (one.name_en, one.name_tr)) for one in reference.isced_fields()],
        [(one.code, (one.name_en, one.name_tr)) for one in reference.languages()],
        reference.field_suggestions(),
    )


def university(key: int, name: str, city: str) -> Institution:
    return Institution(key, frozenset(search_key(f"{name} {city}").split()), frozenset(search_key(city).split()))


KRAKOW = university(1, "Uniwersytet Jagielloński Jagiellonian University PL KRAKOW01", "Kraków")
AGH = university(2, "AGH University of Krakow PL KRAKOW02", "Kraków")
BRNO = university(3, "Brno University of Technology CZ BRNO01", "Brno")
MASARYK = university(4, "Masaryk University CZ BRNO05", "Brno")
EVERY = [KRAKOW, AGH, BRNO, MASARYK]


def asked(text: str, known: questions.Vocabulary) -> Question:
    question = questions.parse(text, known)
    forms = questions.place_words(question)
    found = [one for one in EVERY if any(word.startswith(form) for word in one.words for form in forms)]
    return questions.resolve(question, found)


def understood(question: Question) -> dict[str, Any]:
    kinds = dict.fromkeys(part.kind for part in question.parts)
    return {kind: ",".join(question.codes(kind)) for kind in kinds}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Do we have something with Jagiellonian University for law?", {"field": "042", "place": "1"}),
        ("Jagiellonian Üniversitesi ile hukuk için anlaşmamız var mı?", {"field": "042", "place": "1"}),
        ("master students in Poland, computer use", {"level": "master", "country": "PL", "field": "0611"}),
        ("Polonya'da yüksek lisans", {"country": "PL", "level": "master"}),
        ("POLONYA'DAKİ HEMŞİRELİĞE", {"country": "PL", "field": "0913"}),
        ("Krakow", {"place": "1,2"}),
        ("Kraków'da işletme", {"place": "1,2", "field": "041"}),
        ("PL KRAKOW02 0611", {"place": "2", "field": "0611"}),
        ("Brno University of Technology", {"place": "3"}),
        ("brno law 2026/27", {"place": "3,4", "field": "042", "year": "2026"}),
        ("2026–2027 incoming teaching", {"year": "2026", "direction": "incoming", "stay": "teaching"}),
        (
            "giden öğrenci staj Almanya ingilizce",
            {"direction": "outgoing", "stay": "traineeship", "country": "DE", "language": "en"},
        ),
        ("staff in the Czech Republic", {"stay": "teaching,training", "country": "CZ"}),
        ("Mevlana", {"kind": "mevlana"}),
        ("double degree for 06", {"kind": "double_degree", "field": "06"}),
        ("bilgisayar mühendisliği", {"field": "061"}),
        ("nursing or midwifery", {"field": "0913"}),
        ("", {}),
    ],
)
def test_questions_are_understood_in_both_languages(
    text: str, parts: dict[str, str], known: questions.Vocabulary
) -> None:
    question = asked(text, known)
    assert understood(question) == parts
    assert question.unknown() == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Kraków'da eğitim", {"place": "1,2", "field": "01"}),
        ("Polonya eğitim", {"country": "PL", "field": "01"}),
        ("eğitim bilimleri", {"field": "011"}),
        ("teacher training 2027", {"field": "011", "year": "2027"}),
        ("staff training Poland", {"stay": "training", "country": "PL"}),
        ("eğitim alma", {"stay": "training"}),
        ("eğitim dili İngilizce", {"language": "en"}),
        ("2026 eğitim öğretim yılında", {"year": "2026"}),
        ("subject specialisation", {"field": "0113,0114"}),
        ("IT in Poland", {"field": "061", "country": "PL"}),
        ("is it in Poland", {"country": "PL"}),
    ],
)
def test_the_longest_name_counts_and_no_word_is_taken_for_filler(
    text: str, parts: dict[str, str], known: questions.Vocabulary
) -> None:
    question = asked(text, known)
    assert understood(question) == parts
    assert question.unknown() == ()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("informatics, bilişim, bilgisayar, computer science, CS, cs, IT, ICT, yazılım", "061"),
        ("law, hukuk", "042"),
        ("business, işletme", "041"),
        ("international relations, uluslararası ilişkiler", "0312"),
        ("medicine, tıp", "0912"),
        ("nursing, hemşirelik", "0913"),
        ("engineering, mühendislik", "07"),
        ("teacher, teachers, öğretmen, öğretmenlik", "011"),
    ],
)
def test_common_words_name_their_field(words: str, field: str, known: questions.Vocabulary) -> None:
    assert {word: understood(asked(word, known)) for word in words.split(", ")} == {
        word: {"field": field} for word in words.split(", ")
    }


@pytest.mark.parametrize("word", ["bilimleri", "science", "technology", "XY", "北京"])
def test_a_word_that_many_different_fields_or_none_bear_is_named_and_not_guessed(
    word: str, known: questions.Vocabulary
) -> None:
    question = asked(f"law {word}", known)
    assert (understood(question), question.unknown()) == ({"field": "042"}, (word,))


TYPED = """
    eğitim bilimleri teacher training computer science IT it cs Kraków'da Polonya'dan PL KRAKOW02 brno technology of
    University üniversitesi 2026/27 2027 06 0611 yüksek lisans master staff in open dil dili alan Xyzzy'de exchange ?
    und — ÖĞRETMENLİK law/hukuk 北京 a b
"""
WORDS = st.sampled_from(TYPED.split())


@given(st.lists(WORDS | st.text(min_size=1, max_size=8), max_size=40))
def test_no_word_of_a_question_vanishes(known: questions.Vocabulary, words: list[str]) -> None:
    question = asked(" ".join(words), known)
    understood_at = {at for part in question.parts for at in part.at}
    named = {*question.unknown(), *question.passed_over()}
    for at, word in enumerate(question.typed):
        assert at in understood_at or word in named or not any(letter.isalnum() for letter in word)
    assert question.is_cut is (len(" ".join(words).split()) > 30)


def test_words_that_say_nothing_are_named_as_passed_over(known: questions.Vocabulary) -> None:
    assert asked("Do we have law ?", known).passed_over() == ("Do", "we", "have")


def test_what_is_not_understood_is_named_as_it_was_typed(known: questions.Vocabulary) -> None:
    question = asked("Xyzzy'de law in Poland", known)
    assert question.unknown() == ("Xyzzy'de",)
    assert understood(question) == {"field": "042", "country": "PL"}


def test_a_part_can_be_taken_away(known: questions.Vocabulary) -> None:
    question = asked("law in Czech Republic for 2026/27", known)
    country = next(part for part in question.parts if part.kind == "country")
    year = next(part for part in question.parts if part.kind == "year")
    assert question.without(country) == "law in for 2026/27"
    assert question.without(year) == "law in Czech Republic for"


def test_two_parts_of_a_kind_mean_either(known: questions.Vocabulary) -> None:
    assert asked("law in Poland or Czechia", known).codes("country") == ("PL", "CZ")


def test_words_of_a_field_belong_to_the_university_that_bears_them(known: questions.Vocabulary) -> None:
    assert understood(asked("brno technology", known)) == {"place": "3"}


def test_hostile_texts_are_read_to_the_thirtieth_word(known: questions.Vocabulary) -> None:
    question = questions.parse("law " * 10_000, known)
    assert len(question.typed) == 30 and question.codes("field") == ("042",)
    assert questions.parse("\0 ' \" % _ \\ ﷽", known).parts == ()


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("polonyada", "polonya"),
        ("hukukta", "hukuk"),
        ("hemsireligi", "hemsirelik"),
        ("studies", "study"),
        ("krakowdaki", "krakow"),
    ],
)
def test_endings_are_tolerated(word: str, stem: str) -> None:
    assert stem in questions.stems(word)


def test_short_words_keep_three_letters() -> None:
    assert questions.stems("ada") == ("ada",)


def test_words_name_a_city_when_all_universities_lie_in_it() -> None:
    assert questions.is_city(["krakowda"], [KRAKOW, AGH])
    assert not questions.is_city(["jagiellonian"], [KRAKOW])


@pytest.mark.parametrize(
    ("fields", "wanted", "answer"),
    [
        ([], ["0611"], True),
        (["061"], ["0611"], True),
        (["0611"], ["06"], True),
        (["0611"], [], True),
        (["0311"], ["0611"], False),
        (["0611"], ["0612", "0311"], False),
    ],
)
def test_a_wide_field_contains_the_narrow_ones(fields: list[str], wanted: list[str], answer: bool) -> None:
    assert questions.covers(fields, wanted) is answer


def test_a_part_knows_where_it_stands(known: questions.Vocabulary) -> None:
    assert questions.parse("yüksek lisans", known).parts == (Part("level", ("master",), (0, 1)),)
