"""Which drafts lack something, as `rules.completeness` decides, for the list of agreements."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kervan.agreements.models import AgreementState, Condition
from kervan.agreements.rules import completeness

PREFIX = "lacks_"
_SHOWN = (
    completeness.PEOPLE, completeness.DIRECTION, completeness.STAY, completeness.MONTHS, completeness.DAYS,
    completeness.LENGTH,
)  # fmt: skip


def with_lacking(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add to agreements `with_figures`, for each thing that a line may lack, whether one does: lacks_people, …

    Only drafts are judged. Adds no query.
    """
    lines = Condition.objects.filter(agreement_version=OuterRef("shown_version"))
    return rows.annotate(**{f"{PREFIX}{code}": Exists(lines.filter(_lacking(code))) for code in _SHOWN})


def _lacking(code: str) -> Q:
    no_months = Q(months_per_year__isnull=True) | Q(months_per_year=0)
    no_days = Q(days_per_year__isnull=True) | Q(days_per_year=0)
    in_programme = Q(agreement_version__agreement__kind__in=completeness.PROGRAMME_KINDS)
    is_student, is_staff = (Q(kind__in=kinds) for kinds in (completeness.STUDENT_STAYS, completeness.STAFF_STAYS))
    conditions = {
        completeness.PEOPLE: Q(people_per_year__isnull=True) | Q(people_per_year=0),
        completeness.DIRECTION: Q(direction=""),
        completeness.STAY: Q(kind=""),
        completeness.MONTHS: in_programme & is_student & no_months,
        completeness.DAYS: in_programme & is_staff & no_days,
        completeness.LENGTH: in_programme & Q(kind="") & no_months & no_days,
    }
    return conditions[code]


def incomplete(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow agreements `with_lacking` to drafts that lack something."""
    any_of = Q()
    for code in _SHOWN:
        any_of |= Q(**{f"{PREFIX}{code}": True})
    return rows.filter(any_of | _no_end(), state=AgreementState.DRAFT)


def _no_end() -> Q:
    return Q(until__isnull=True, kind__in=completeness.PROGRAMME_KINDS)


def lacking(row: Any) -> tuple[str, ...]:
    """Return what a draft `with_lacking` lacks; nothing for agreements that are in force or have ended. No query."""
    if row.state != AgreementState.DRAFT:
        return ()
    found = tuple(code for code in _SHOWN if getattr(row, f"{PREFIX}{code}"))
    return found + completeness.missing_of_version(row.kind, row.until)
