"""What a line of an agreement lacks before anybody can go on it, and what does not belong in a line of its kind.

A cooperation condition is one direction and one kind of stay, with people a year and months (students) or days (staff)
in all (RULES 4.3, EWP-IIA). Levels and fields may be empty: then all are meant (RULES 4.4, 4.5). Codes are stored and
never renamed; words come when they are shown.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

STUDENT_STAYS = frozenset({"study", "traineeship"})
STAFF_STAYS = frozenset({"teaching", "training"})
PROGRAMME_KINDS = frozenset({"erasmus_iia", "ka171"})  # their template demands months or days
WITHOUT_LINES = frozenset({"mou", "double_degree"})

# What is missing
PEOPLE, DIRECTION, STAY, MONTHS, DAYS, LENGTH, UNTIL = (
    "people", "direction", "stay", "months", "days", "length", "until",
)  # fmt: skip
MISSING = (PEOPLE, DIRECTION, STAY, MONTHS, DAYS, LENGTH, UNTIL)
# What does not belong
LEVELS_OF_STAFF, TERMS_OF_STAFF, MONTHS_OF_STAFF, DAYS_OF_STUDENTS = (
    "levels_of_staff", "terms_of_staff", "months_of_staff", "days_of_students",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a line. Empty text, None or no entry: not said."""

    direction: str = ""
    stay: str = ""
    people: int | None = None
    months: Decimal | None = None
    days: int | None = None
    levels: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


def missing(line: Line, agreement_kind: str) -> tuple[str, ...]:
    """Return what a line lacks, in the order in which an office would ask the partner; nothing: it is complete.

    agreement_kind: erasmus_iia, mevlana, ka171, bilateral, mou, double_degree. People, direction and kind of stay are
    always needed: without them nobody can be placed. Months (students) and days (staff) in all are needed where the
    programme's template demands them (Erasmus+, KA171); elsewhere no figure means no limit. As long as the kind of stay
    is not known, their absence is `length`.
    """
    found = []
    if not line.people:
        found.append(PEOPLE)
    if not line.direction:
        found.append(DIRECTION)
    if not line.stay:
        found.append(STAY)
    if agreement_kind in PROGRAMME_KINDS:
        found += _missing_length(line)
    return tuple(found)


def _missing_length(line: Line) -> list[str]:
    if line.stay in STUDENT_STAYS:
        return [] if line.months else [MONTHS]
    if line.stay in STAFF_STAYS:
        return [] if line.days else [DAYS]
    return [] if line.months or line.days else [LENGTH]


def missing_of_version(agreement_kind: str, valid_until: date | None) -> tuple[str, ...]:
    """Return what a version lacks besides its lines: an Erasmus+ agreement needs a last day.

    It holds at most for the period of the programme (RULES 4.1).
    """
    return (UNTIL,) if agreement_kind in PROGRAMME_KINDS and valid_until is None else ()


def misplaced(line: Line) -> tuple[str, ...]:
    """Return what a line says that its kind of stay has no room for (RULES 4.3).

    Staff have no level of study and no term, and stay for days; students stay for months. A line whose kind is not
    known yet refuses nothing.
    """
    wrong: dict[str, object] = {}
    if line.stay in STAFF_STAYS:
        wrong = {LEVELS_OF_STAFF: line.levels, TERMS_OF_STAFF: line.terms, MONTHS_OF_STAFF: line.months}
    elif line.stay in STUDENT_STAYS:
        wrong = {DAYS_OF_STUDENTS: line.days}
    return tuple(code for code, value in wrong.items() if value)


def may_be_offered(line: Line, agreement_kind: str, *, is_sample: bool) -> bool:
    """Return whether a call may ever offer a line: it is complete, and the agreement is ours.

    is_sample: the agreement belongs to another university and was brought in to try the software.
    """
    return not is_sample and not missing(line, agreement_kind)
