"""How much of an agreement's line is left in a year, and on which days and in which terms an agreement holds.

Source of the meaning of numbers: cooperation conditions of inter-institutional agreements (EWP, IIA): people a year is
a maximum of each year, months are a total of the year and not of a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

AUTUMN, SPRING, YEAR = "autumn", "spring", "year"
TERMS = (AUTUMN, SPRING, YEAR)

# How an agreement stands on a day. Codes, never renamed.
DRAFT, IN_FORCE, ENDING, EXPIRED, TERMINATED = "draft", "in_force", "ending", "expired", "terminated"
STANDINGS = (DRAFT, IN_FORCE, ENDING, EXPIRED, TERMINATED)
ENDING_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Quota:
    """What a line grants in each academic year. months None: no limit on months."""

    people: int
    months: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What one source (a call, a stay) takes of a line in one academic year."""

    people: int
    months: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a line, never below zero; `is_over` says that more is used than was granted."""

    people: int
    months: Decimal | None
    is_over: bool


def left(quota: Quota, uses: Iterable[Use]) -> Left:
    """Return what is left of a line in one academic year after all its uses. No rounding.

    People and months are counted apart: a line with people left but no months left takes nobody.
    """
    taken = list(uses)
    people = quota.people - sum(use.people for use in taken)
    months = None if quota.months is None else quota.months - sum((use.months for use in taken), Decimal(0))
    is_over = people < 0 or (months is not None and months < 0)
    return Left(max(people, 0), None if months is None else max(months, Decimal(0)), is_over)


def has_room(rest: Left, people: int = 1, months: Decimal = Decimal(0)) -> bool:
    """Return whether `people` more, staying `months` together, fit into what is left of a line."""
    return rest.people >= people and (rest.months is None or (rest.months >= months and rest.months > 0))


def last_day(valid_until: date | None, ends_on: date | None) -> date | None:
    """Return the last day on which an agreement holds; None when it has no end.

    valid_until: last day written in the agreement. ends_on: last day after a termination.
    """
    return min((day for day in (valid_until, ends_on) if day), default=None)


def is_valid_on(day: date, valid_from: date, until: date | None) -> bool:
    """Return whether a day lies between the first and the last day, both included."""
    return valid_from <= day and (until is None or day <= until)


def covered_terms(valid_from: date, until: date | None, academic_year: int) -> tuple[str, ...]:
    """Return the terms of an academic year in which somebody could stay under an agreement.

    academic_year: the year in which it starts. A term is covered when the agreement holds on every day of its core,
    which all universities share: November and December for autumn, April and May for spring; the whole year when both
    are. The cores are a convention of this software, chosen so that an agreement that ends with September or begins
    with October loses no term.
    """
    cores = {
        AUTUMN: (date(academic_year, 11, 1), date(academic_year, 12, 31)),
        SPRING: (date(academic_year + 1, 4, 1), date(academic_year + 1, 5, 31)),
    }
    found = [term for term, days in cores.items() if all(is_valid_on(day, valid_from, until) for day in days)]
    return (*found, YEAR) if len(found) == len(cores) else tuple(found)


def offered_terms(agreed: Iterable[str], covered: Iterable[str]) -> tuple[str, ...]:
    """Return the terms that a line allows and its agreement covers; a line that names no term allows all."""
    allowed = set(agreed) or set(TERMS)
    allowed |= {YEAR} if {AUTUMN, SPRING} <= allowed else set()
    return tuple(term for term in TERMS if term in allowed and term in set(covered))


def standing(state: str, until: date | None, today: date) -> str:
    """Return how an agreement stands on a day: one of STANDINGS.

    state: stored (draft, in_force, terminated). A terminated agreement that still runs out its notice is `ending`.
    """
    if state == DRAFT:
        return DRAFT
    if until is not None and until < today:
        return TERMINATED if state == TERMINATED else EXPIRED
    is_near = until is not None and until < months_later(today, ENDING_MONTHS)
    return ENDING if is_near or state == TERMINATED else IN_FORCE


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
