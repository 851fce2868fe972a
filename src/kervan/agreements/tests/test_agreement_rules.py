"""Rules of wording, of the chain of decisions, of notice: worked by hand from the handbook."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kervan.agreements.rules import chain, termination, wording

VERSION: dict[str, Any] = {
    "kind": "erasmus_iia",
    "partner": "abc",
    "valid_from": date(2024, 9, 1),
    "valid_until": None,
    "body_en": "",
    "body_tr": "",
}
LINE: dict[str, Any] = {
    **dict.fromkeys(wording.LINE_WORDS, ""),
    "levels": ["master", "bachelor"],
    "fields": ["0613", "0611"],
    "people_per_year": 2,
    "months_per_year": Decimal("10"),
    "days_per_year": None,
    "is_blended": False,
    "terms": [],
    "languages": [{"language": "en", "level": "B2", "demand": "required"}],
}


def digest(version: dict[str, Any] | None = None, *lines: dict[str, Any]) -> str:
    return wording.digest({**VERSION, **(version or {})}, [{**LINE, **one} for one in lines or ({},)])


def test_the_same_words_give_the_same_digest() -> None:
    same = [
        digest({"reference": "other", "notes_en": "Ours only", "document_number": "7"}),
        digest(None, {"levels": ["bachelor", "master"], "fields": ["0611", "0613"]}),
        digest(None, {"months_per_year": Decimal("10.0"), "notes_en": " "}),
        digest({"body_en": "  "}),
    ]
    assert set(same) == {digest()}


@pytest.mark.parametrize(
    "changed",
    [{"people_per_year": 3}, {"months_per_year": Decimal("10.5")}, {"notes_tr": "Not"}, {"terms": ["autumn"]}],
)
def test_other_words_give_another_digest(changed: dict[str, Any]) -> None:
    assert digest(None, changed) != digest()


def test_the_order_of_lines_says_nothing_and_their_number_does() -> None:
    assert digest(None, {}, {"people_per_year": 3}) == digest(None, {"people_per_year": 3}, {})
    assert digest(None, {}, {}) != digest()


def test_a_missing_word_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        wording.digest({}, [])


def test_bodies_of_the_kind_decide_in_order() -> None:
    bodies = [
        chain.Body(1, 9),
        chain.Body(2, 1, ("mou",)),
        chain.Body(3, 2),
        chain.Body(4, 1, is_active=False),
        chain.Body(5, 2),
    ]
    assert [one.key for one in chain.deciding(bodies, "mou")] == [2, 3, 5, 1]
    assert [one.key for one in chain.deciding(bodies, "mevlana")] == [3, 5, 1]


@pytest.mark.parametrize(
    ("states", "turn", "approved"),
    [
        (["approved", "waiting", "waiting"], 2, False),
        (["approved", "approved"], None, True),
        (["refused", "dropped"], None, False),
        ([], None, True),
    ],
)
def test_each_decides_after_the_other(states: list[str], turn: int | None, approved: bool) -> None:
    steps = [chain.Step(position, state) for position, state in enumerate(states, start=1)]
    found = chain.next_step(steps)
    assert (found.position if found else None, chain.is_approved(steps)) == (turn, approved)


@pytest.mark.parametrize(
    ("told", "effective"),
    [
        (date(2025, 8, 20), date(2026, 9, 1)),
        (date(2025, 10, 2), date(2027, 9, 1)),
        (date(2025, 9, 1), date(2026, 9, 1)),
        (date(2025, 9, 2), date(2027, 9, 1)),
        (date(2024, 2, 29), date(2025, 9, 1)),
    ],
)
def test_one_side_alone_gives_a_full_year_of_notice(told: date, effective: date) -> None:
    assert termination.effective_on(told) == effective


def test_the_last_day_is_the_one_before() -> None:
    notice = termination.notice("erasmus_iia", "us", date(2025, 8, 20))
    assert (notice.earliest_last_day, notice.bound_by_notice) == (date(2026, 8, 31), True)


@pytest.mark.parametrize(("kind", "side"), [("erasmus_iia", "both"), ("mevlana", "us"), ("mou", "partner")])
def test_both_together_and_other_kinds_end_on_any_day(kind: str, side: str) -> None:
    notice = termination.notice(kind, side, date(2025, 10, 2))
    assert (notice.earliest_last_day, notice.bound_by_notice) == (date(2025, 10, 2), False)


def test_an_unknown_side_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="unknown side"):
        termination.notice("mou", "nobody", date(2025, 10, 2))


@pytest.mark.parametrize(
    ("day", "in_time", "first"), [(date(2026, 1, 31), True, 2026), (date(2026, 2, 1), False, 2027)]
)
def test_numbers_change_until_the_end_of_january(day: date, in_time: bool, first: int) -> None:
    assert (termination.numbers_may_change(2026, day), termination.first_year_to_change(day)) == (in_time, first)
