"""Codes and figures in words."""

import string
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from kervan.selection import reasons
from kervan.selection.rules import market as m
from kervan.selection.rules.placement import place
from kervan.selection.tests.markets import market, person, seats

FULL: dict[str, Any] = {"seats": 3, "cutoff": Decimal("81.4"), "shortfall": Decimal("1.4"), "enough": Decimal("81.4")}

SENTENCES = [
    (
        m.WishResult("X", "quota_exhausted", **FULL),
        "Its 3 places went to higher scores. The last one admitted had 81.40, you had 80.00: 1.40 points short. "
        "A score above 81.40 would have been enough.",
    ),
    (
        m.WishResult("X", "quota_exhausted", seats=1, cutoff=Decimal(80), shortfall=Decimal(0)),
        "Its one place went to somebody ranked before you. "
        "The last one admitted had 80.00 as you had, and went first by the rule for equal scores.",
    ),
    (m.WishResult("X", "quota_exhausted", seats=0), "There was no place here in this call."),
    (
        m.WishResult("X", "quota_exhausted", seats=2, freed_later=True),
        "Its 2 places went to people ranked before you. "
        "What became free later was passed on by the announced rule for reserves.",
    ),
    (
        m.WishResult("X", "cap_reached", "u1", Decimal(10)),
        "The limit “Students of history” (10 in all) left no room here.",
    ),
    (
        m.WishResult("X", "no_months", "line", Decimal("10.5")),
        "The 10.5 months that this agreement has a year leave too few for a stay here.",
    ),
    (m.WishResult("X", "unit_not_covered", needed="u1,u2", held="u3"), "Agreed only for other units of ours."),
    (
        m.WishResult("X", "level_not_covered", needed="doctorate,master", held="bachelor"),
        "This place is not open to your level of study; it is open to: doctorate, master.",
    ),
    (
        m.WishResult("X", "field_not_covered", needed="061"),
        "This place is for Information and Communication Technologies (ICTs) (061); "
        "your field of study is not recorded.",
    ),
    (
        m.WishResult("X", "language_too_low", needed="de:B2", held="A2"),
        "Required here: German at B2. Your level is A2.",
    ),
    (
        m.WishResult("X", "language_unknown", needed="de:B2"),
        "Required here: German at B2. Your level was not known when places were given.",
    ),
    (m.WishResult("X", "better_wish"), "Not needed: you are placed on a choice that you like better."),
    (m.WishResult("X", "placed"), "You are placed here."),
]


@pytest.mark.parametrize(("wish", "sentence"), SENTENCES, ids=lambda value: getattr(value, "code", ""))
def test_wish_in_words(wish: m.WishResult, sentence: str) -> None:
    with translation.override("en"):
        assert reasons.wish_sentence(wish, {"u1": "Students of history"}) == sentence


def test_results_in_words() -> None:
    people = [person("a", "90", "X"), person("b", "80", "X"), person("c", "70"), person("d", "60", "X")]
    rejected = person("e", "50", "X", eligible=False, rejections=("gpa_below_minimum",))
    outcomes = place(market([*people, rejected], [seats("X", 1, 1)], funded=0)).outcomes
    with translation.override("en"):
        assert {key: reasons.result_sentence(outcome) for key, outcome in outcomes.items()} == {
            "a": "Placed on your 1st choice.",
            "b": "You are number 1 on the reserve list of your 1st choice.",
            "c": "Not placed: no choice named.",
            "d": "Not placed: none of your choices could be granted.",
            "e": "Your application could not be ranked.",
        }
        assert reasons.office_phrase(outcomes["a"]) == "Main list, choice 1, zero grant"
        assert reasons.office_phrase(outcomes["b"]) == "Reserve 1 on choice 1"
        assert reasons.all_sentences(outcomes["e"])[1] == "Your grade average is below the minimum of the call."


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")]
)
def test_ordinals_in_english(number: int, words: str) -> None:
    with translation.override("en"):
        assert reasons.ordinal(number) == words


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("wish", [wish for wish, _ in SENTENCES], ids=lambda wish: wish.code)
def test_every_placeholder_is_filled_in_both_languages(wish: m.WishResult, language: str) -> None:
    with translation.override(language):
        sentence = reasons.wish_sentence(wish)
    assert sentence.endswith(".")
    assert not set("%{}") & set(sentence)
    assert set(sentence) & set(string.ascii_letters)


def test_turkish_speaks_the_words_of_the_office() -> None:
    seated = m.Outcome("a", 1, "main", 1, "X", grant="with_grant")
    waiting = m.Outcome("b", 2, "reserve", 1, "X", 3)
    with translation.override("tr"):
        assert reasons.office_phrase(seated) == "1. tercihine asil yerleşti, hibeli"
        assert reasons.result_sentence(seated) == "1. tercihinize asil olarak yerleştiniz."
        assert reasons.office_phrase(waiting) == "1. tercihinde 3. yedek"
