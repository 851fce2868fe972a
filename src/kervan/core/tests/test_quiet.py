"""Quiet hours: tables worked by hand, and what must hold for every moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.core.rules.quiet import QuietHours, digest_day, is_quiet, next_allowed

ISTANBUL, VIENNA = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Vienna")
EVENING = QuietHours(time(18), time(8), weekend=True)
DAILY = QuietHours(time(18), time(8), weekend=False)
NOON = QuietHours(time(12), time(13), weekend=False)
NONE = QuietHours(time(0), time(0), weekend=False)


def at(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (EVENING, "2026-11-25T10:00", "2026-11-25T10:00"),  # Wednesday, in office hours
        (EVENING, "2026-11-25T17:59:59", "2026-11-25T17:59:59"),
        (EVENING, "2026-11-25T18:00", "2026-11-26T08:00"),  # over midnight
        (EVENING, "2026-11-26T07:59", "2026-11-26T08:00"),
        (EVENING, "2026-11-26T08:00", "2026-11-26T08:00"),
        (EVENING, "2026-11-27T18:00", "2026-11-30T08:00"),  # Friday evening: Monday morning
        (EVENING, "2026-11-28T12:00", "2026-11-30T08:00"),  # Saturday noon
        (EVENING, "2026-11-29T23:59", "2026-11-30T08:00"),
        (DAILY, "2026-11-28T12:00", "2026-11-28T12:00"),  # the weekend counts as any day
        (DAILY, "2026-12-31T23:30", "2027-01-01T08:00"),
        (NOON, "2026-11-25T12:30", "2026-11-25T13:00"),  # inside one day
        (NOON, "2026-11-25T23:30", "2026-11-25T23:30"),
        (NONE, "2026-11-28T03:00", "2026-11-28T03:00"),  # equal: none
        (QuietHours(time(0), time(0), weekend=True), "2026-11-28T03:00", "2026-11-30T00:00"),
        (QuietHours(time(8), time(18), weekend=True), "2026-11-27T18:30", "2026-11-27T18:30"),
        (QuietHours(time(8), time(18), weekend=True), "2026-11-28T18:30", "2026-11-30T00:00"),
    ],
)
def test_next_moment_in_istanbul(hours: QuietHours, moment: str, expected: str) -> None:
    assert next_allowed(at(ISTANBUL, moment), hours, ISTANBUL) == at(ISTANBUL, expected)


def test_summer_time_shortens_the_night_but_not_the_rule() -> None:
    found = next_allowed(at(VIENNA, "2026-03-28T22:00"), DAILY, VIENNA)  # the clock goes from 02:00 to 03:00
    assert found == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_end_that_the_clock_jumps_over_counts_at_the_jump() -> None:
    hours = QuietHours(time(22), time(2, 30), weekend=False)
    assert next_allowed(at(VIENNA, "2026-03-28T23:00"), hours, VIENNA) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_end_that_comes_twice_counts_the_first_time() -> None:
    hours = QuietHours(time(22), time(2, 30), weekend=False)  # 25 October 2026: 02:00 to 03:00 comes twice
    assert next_allowed(at(VIENNA, "2026-10-24T23:00"), hours, VIENNA) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 the second time: quiet again by the clock
    assert next_allowed(second, hours, VIENNA) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_clock_that_goes_back_out_of_the_quiet_hours_opens_them() -> None:
    hours = QuietHours(time(2, 30), time(3, 30), weekend=False)
    first = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 the first time; at 01:00 UTC it is 02:00 again
    assert next_allowed(first, hours, VIENNA) == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_moment_without_a_zone_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="no zone"):
        next_allowed(datetime.fromisoformat("2026-11-25"), EVENING, ISTANBUL)


def test_collected_mail_waits_for_the_end_of_a_quiet_noon() -> None:
    assert digest_day(at(ISTANBUL, "2026-11-26T09:00"), NOON, ISTANBUL) is None
    assert digest_day(at(ISTANBUL, "2026-11-26T13:00"), NOON, ISTANBUL) == date(2026, 11, 26)
    assert digest_day(at(ISTANBUL, "2026-11-26T00:00"), NONE, ISTANBUL) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-26T07:59", None),
        ("2026-11-26T08:00", date(2026, 11, 26)),
        ("2026-11-26T17:59", date(2026, 11, 26)),
        ("2026-11-26T18:00", None),
        ("2026-11-28T10:00", None),
    ],
)
def test_collected_mail_is_due_once_the_night_is_over(moment: str, expected: date | None) -> None:
    assert digest_day(at(ISTANBUL, moment), EVENING, ISTANBUL) == expected


HOURS = st.builds(QuietHours, st.times(), st.times(), st.booleans())
MOMENTS = st.integers(1_577_836_800, 2_051_222_400).map(lambda second: datetime.fromtimestamp(second, UTC))
ZONES = st.sampled_from(
    [ISTANBUL, VIENNA, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)


@given(MOMENTS, HOURS, ZONES)
def test_found_moment_is_never_quiet_never_earlier_and_never_far(
    moment: datetime, hours: QuietHours, zone: ZoneInfo
) -> None:
    found = next_allowed(moment, hours, zone)
    assert not is_quiet(found, hours, zone)
    assert moment <= found <= moment + timedelta(days=4)
    assert next_allowed(found, hours, zone) == found


@given(MOMENTS, HOURS, ZONES, st.floats(0, 1))
def test_nothing_between_is_allowed(moment: datetime, hours: QuietHours, zone: ZoneInfo, share: float) -> None:
    found = next_allowed(moment, hours, zone)
    between = moment + (found - moment) * share
    assert between >= found or is_quiet(between, hours, zone)
