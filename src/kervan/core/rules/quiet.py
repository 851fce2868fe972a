"""When a mail about a notice may leave: never inside somebody's quiet hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
DAYS_AHEAD = 9


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which no mail comes. from_, until: wall clock of the office; equal: none. weekend: both whole days.

    `from_` after `until` reaches over midnight (18:00 to 08:00); before it, it is one stretch of the day.
    """

    from_: time
    until: time
    weekend: bool


def is_quiet(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> bool:
    """Decide whether no mail may leave at a moment (aware).

    The beginning belongs to the quiet hours, the end does not. The weekend is Saturday and Sunday from midnight to
    midnight in the office's zone; Monday morning is quiet only by the hours.
    """
    local = moment.astimezone(zone)
    if hours.weekend and local.weekday() >= SATURDAY:
        return True
    clock = local.time()
    if hours.from_ <= hours.until:
        return hours.from_ <= clock < hours.until
    return clock >= hours.from_ or clock < hours.until


def next_allowed(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> datetime:
    """Return the first moment, from `moment` on, at which a mail may leave, in UTC.

    moment: aware. The result is `moment` itself outside quiet hours; else the end of the hours or of the weekend,
    whichever lies first outside both. An end that the clock jumps over (summer time begins) counts at the moment of
    the jump; what the clock passes twice (summer time ends) counts both times. Raises ValueError for a moment without
    a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    if not is_quiet(moment, hours, zone):
        return moment.astimezone(UTC)
    return next(end for end in _ends(moment, hours, zone) if end > moment and not is_quiet(end, hours, zone))


def digest_day(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> date | None:
    """Return the day whose collected mail is due at a moment, None before its time.

    A day's mail is due from `until` on, when that lies outside the quiet hours of the weekend; so at 08:00 where the
    hours are 18:00 to 08:00, from midnight on where there are none, and on a quiet weekend never.
    """
    local = moment.astimezone(zone)
    return None if is_quiet(moment, hours, zone) or local.time() < hours.until else local.date()


def _ends(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> list[datetime]:
    """Every moment of the coming days at which quiet hours or a weekend can end, in order, in UTC."""
    first = moment.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range(DAYS_AHEAD)]
    clocks = {end for day in days for clock in (time(0), hours.until) for end in _moments(day, clock, zone)}
    return sorted(clocks | {jump for day in days for jump in _jumps(day, zone)})


def _moments(day: date, clock: time, zone: ZoneInfo) -> set[datetime]:
    """A wall-clock time in UTC: once; twice when the clock goes back over it; never when it is left out."""
    found = {datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {one for one in found if one.astimezone(zone).time() == clock}


def _jumps(day: date, zone: ZoneInfo) -> list[datetime]:
    """The moment, to the second, at which the clock goes forward or back in the 24 hours after a UTC midnight."""
    before = datetime.combine(day, time(0), UTC)
    after, offset = before + timedelta(days=1), before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return []
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return [after]
