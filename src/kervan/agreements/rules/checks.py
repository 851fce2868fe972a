"""What an office should know about a version before it proposes it. None of it forbids anything."""

from dataclasses import dataclass
from datetime import date

from kervan.agreements.rules import termination

NUMBERS_LATE, OUTLIVES_PROGRAMME = "numbers_late", "outlives_programme"
CHARTER_GONE, CHARTER_EXPIRED, CHARTER_UNKNOWN = "charter_gone", "charter_expired", "charter_unknown"
OF_CHARTERS = ("erasmus_iia",)
PROGRAMME_ENDS = date(2029, 12, 31)


@dataclass(frozen=True, slots=True)
class Charter:
    """What the list of charters says of the partner. until: None where it names no end. gone_on: missing since then."""

    is_listed: bool
    until: date | None = None
    gone_on: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A code, and the day or year that belongs to it."""

    code: str
    day: date | None = None
    year: int | None = None


def findings(kind: str, valid_from: date, valid_until: date | None, charter: Charter, today: date) -> list[Finding]:
    """Return what speaks against a version of an agreement, most serious first. Only Erasmus+ agreements are judged.

    Both sides need a charter, and the agreement lasts at most as long as the programme with its run-out (RULES 4.1).
    Numbers of a year may be changed until the end of January before it (RULES 4.7): later than that, a version that
    begins with a nearer year comes late.
    """
    if kind not in OF_CHARTERS:
        return []
    found = _of_charter(charter, min(valid_until or PROGRAMME_ENDS, PROGRAMME_ENDS))
    if valid_until is None or valid_until > PROGRAMME_ENDS:
        found.append(Finding(OUTLIVES_PROGRAMME, day=PROGRAMME_ENDS))
    first = termination.first_year_to_change(today)
    if first_year(valid_from) < first:
        found.append(Finding(NUMBERS_LATE, year=first))
    return found


def _of_charter(charter: Charter, until: date) -> list[Finding]:
    if charter.gone_on:
        return [Finding(CHARTER_GONE, day=charter.gone_on)]
    if charter.until and charter.until < until:
        return [Finding(CHARTER_EXPIRED, day=charter.until)]
    return [] if charter.is_listed else [Finding(CHARTER_UNKNOWN)]


def first_year(valid_from: date) -> int:
    """Return the first academic year of a validity; one that begins in July or August begins with the year after."""
    return valid_from.year if valid_from.month >= 7 else valid_from.year - 1
