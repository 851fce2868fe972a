"""Places left of a line, and when an agreement holds."""

from datetime import date
from decimal import Decimal

import pytest

from kervan.agreements.rules import quotas
from kervan.agreements.rules.quotas import Left, Quota, Use


@pytest.mark.parametrize(
    ("quota", "uses", "rest"),
    [
        (Quota(2, Decimal(10)), [], Left(2, Decimal(10), False)),
        (Quota(2, Decimal(10)), [Use(1, Decimal(5))], Left(1, Decimal(5), False)),
        (Quota(2, Decimal(10)), [Use(1, Decimal(10))], Left(1, Decimal(0), False)),
        (Quota(2), [Use(1, Decimal(5)), Use(1, Decimal(9))], Left(0, None, False)),
        (Quota(2, Decimal(10)), [Use(3, Decimal(9))], Left(0, Decimal(1), True)),
        (Quota(2, Decimal("4.5")), [Use(1, Decimal("4.6"))], Left(1, Decimal(0), True)),
    ],
)
def test_people_and_months_of_a_year_are_counted_apart(quota: Quota, uses: list[Use], rest: Left) -> None:
    assert quotas.left(quota, uses) == rest


def test_a_line_with_people_but_no_months_left_takes_nobody() -> None:
    assert not quotas.has_room(Left(1, Decimal(0), False))
    assert quotas.has_room(Left(1, Decimal(5), False), 1, Decimal(5))
    assert not quotas.has_room(Left(1, Decimal(5), False), 2)
    assert quotas.has_room(Left(1, None, False), 1, Decimal(12))


@pytest.mark.parametrize(
    ("valid_from", "until", "terms"),
    [
        (date(2024, 9, 1), date(2029, 9, 30), ("autumn", "spring", "year")),
        (date(2024, 9, 1), None, ("autumn", "spring", "year")),
        (date(2026, 10, 15), date(2027, 6, 30), ("autumn", "spring", "year")),
        (date(2024, 9, 1), date(2026, 9, 30), ()),
        (date(2024, 9, 1), date(2027, 2, 28), ("autumn",)),
        (date(2027, 2, 1), date(2029, 9, 30), ("spring",)),
    ],
)
def test_a_term_is_covered_when_the_agreement_holds_in_its_core(
    valid_from: date, until: date | None, terms: tuple[str, ...]
) -> None:
    assert quotas.covered_terms(valid_from, until, 2026) == terms


@pytest.mark.parametrize(
    ("agreed", "covered", "offered"),
    [
        ([], ("autumn", "spring", "year"), ("autumn", "spring", "year")),
        (["autumn"], ("autumn", "spring", "year"), ("autumn",)),
        (["autumn", "spring"], ("autumn", "spring", "year"), ("autumn", "spring", "year")),
        (["spring"], ("autumn",), ()),
    ],
)
def test_a_line_is_offered_in_terms_that_it_allows(
    agreed: list[str], covered: tuple[str, ...], offered: tuple[str, ...]
) -> None:
    assert quotas.offered_terms(agreed, covered) == offered


@pytest.mark.parametrize(
    ("state", "until", "expected"),
    [
        ("draft", None, "draft"),
        ("in_force", None, "in_force"),
        ("in_force", date(2027, 5, 25), "in_force"),
        ("in_force", date(2027, 5, 24), "ending"),
        ("in_force", date(2026, 11, 25), "ending"),
        ("in_force", date(2026, 11, 24), "expired"),
        ("terminated", date(2028, 8, 31), "ending"),
        ("terminated", date(2026, 11, 24), "terminated"),
    ],
)
def test_how_an_agreement_stands_is_computed_from_the_day(state: str, until: date | None, expected: str) -> None:
    assert quotas.standing(state, until, date(2026, 11, 25)) == expected


def test_six_months_after_the_end_of_august_is_the_end_of_february() -> None:
    assert quotas.months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert quotas.months_later(date(2026, 6, 15), 6) == date(2026, 12, 15)


def test_a_termination_shortens_an_agreement() -> None:
    assert quotas.last_day(date(2029, 9, 30), date(2027, 8, 31)) == date(2027, 8, 31)
    assert quotas.last_day(None, None) is None
