"""How long a partner's address opens, and what a mailed code is worth."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kervan.agreements.models import VersionState
from kervan.agreements.rules import links

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("today", "is_revoked", "expected"),
    [
        (date(2026, 11, 25), False, links.VALID),
        (date(2026, 11, 30), False, links.VALID),
        (date(2026, 12, 1), False, links.EXPIRED),
        (date(2026, 11, 25), True, links.REVOKED),
        (date(2026, 12, 1), True, links.REVOKED),
    ],
)
def test_an_address_opens_until_its_last_day_is_over(today: date, is_revoked: bool, expected: str) -> None:
    assert links.standing(date(2026, 11, 30), is_revoked=is_revoked, today=today) == expected


def test_the_last_day_is_counted_from_today() -> None:
    assert links.last_day(date(2026, 11, 25), 60) == date(2027, 1, 24)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_no_address_lasts_for_ever(days: int) -> None:
    with pytest.raises(ValueError, match=str(days)):
        links.last_day(date(2026, 11, 25), days)


def test_only_what_waits_for_the_partner_can_be_answered() -> None:
    assert [state.value for state in VersionState if links.may_answer(state)] == ["approved"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([5, 10], None),
        ([5, 10, 61], None),
        ([5, 10, 20], ago(20) + timedelta(hours=1)),
        ([50, 5, 40, 10], ago(40) + timedelta(hours=1)),
    ],
)
def test_three_codes_an_hour(minutes: list[int], expected: datetime | None) -> None:
    assert links.next_code_at([ago(one) for one in minutes], NOW) == expected


@pytest.mark.parametrize(
    ("code", "is_same", "expected"),
    [
        (None, True, links.NONE),
        (links.Code(0, NOW, False), True, links.NONE),
        (links.Code(0, NOW + timedelta(seconds=1), True), True, links.NONE),
        (links.Code(0, NOW + timedelta(seconds=1), False), True, links.RIGHT),
        (links.Code(4, NOW + timedelta(seconds=1), False), True, links.RIGHT),
        (links.Code(4, NOW + timedelta(seconds=1), False), False, links.WRONG),
        (links.Code(5, NOW + timedelta(seconds=1), False), True, links.SPENT),
    ],
)
def test_a_code_opens_once_for_half_an_hour_and_bears_five_errors(
    code: links.Code | None, is_same: bool, expected: str
) -> None:
    assert links.judge_code(code, is_same=is_same, now=NOW) == expected


@pytest.mark.parametrize(("wrong", "left"), [(0, 5), (4, 1), (5, 0), (6, 0)])
def test_attempts_run_out(wrong: int, left: int) -> None:
    assert links.attempts_left(wrong) == left
