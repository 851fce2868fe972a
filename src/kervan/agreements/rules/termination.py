"""From when on a terminated agreement ends, and until when its numbers for a year may change."""

from dataclasses import dataclass
from datetime import date, timedelta

US, PARTNER, BOTH = "us", "partner", "both"
NOTICE_KINDS = ("erasmus_iia", "ka171")
LAST_DAY_OF_NOTICE = (9, 1)


@dataclass(frozen=True, slots=True)
class Notice:
    """earliest_last_day: the first day that may be the last one.  bound_by_notice: whether a year's notice makes it so.

    effective_on: the day on which a termination with a year's notice takes effect, None without notice.
    """

    earliest_last_day: date
    bound_by_notice: bool
    effective_on: date | None = None


def effective_on(told_on: date) -> date:
    """Return the day on which a one-sided termination takes effect: told by 1 September X, it is 1 September X+1.

    told_on: the day on which the other side was told; 1 September itself is in time. The agreement holds until the day
    before.  Source: RULES 4.8 (agreement template 2021-29).
    """
    deadline = date(told_on.year, *LAST_DAY_OF_NOTICE)
    years = 1 if told_on <= deadline else 2
    return date(told_on.year + years, *LAST_DAY_OF_NOTICE)


def notice(kind: str, ended_by: str, told_on: date) -> Notice:
    """Return when an agreement may end at the earliest.

    kind: kind of agreement.  ended_by: us, partner or both.  told_on: day of the notice, or of the joint decision.
    One side alone needs a full academic year in Erasmus+ agreements; the software holds KA171 to the same, as its
    template is the same in this. Both together may end an agreement on any day from then on. Other kinds follow their
    own text, which the software does not know: any day.
    Raises ValueError for an unknown side.  Source: RULES 4.8.
    """
    if ended_by not in (US, PARTNER, BOTH):
        raise ValueError(f"unknown side {ended_by}")
    if ended_by == BOTH or kind not in NOTICE_KINDS:
        return Notice(told_on, bound_by_notice=False)
    effective = effective_on(told_on)
    return Notice(effective - timedelta(days=1), bound_by_notice=True, effective_on=effective)


def numbers_may_change(academic_year: int, on: date) -> bool:
    """Return whether the numbers of an academic year may still be changed: until the end of January before it.

    academic_year: the year in which it starts.  31 January itself is in time.  Source: RULES 4.7.
    """
    return on <= date(academic_year, 1, 31)


def first_year_to_change(on: date) -> int:
    """Return the first academic year whose numbers may still be changed on a day (RULES 4.7)."""
    return on.year if numbers_may_change(on.year, on) else on.year + 1
