"""Universities to choose from while somebody types."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from kervan.core.models import Office
from kervan.institutions.models import Institution, InstitutionQuerySet, Partner

MOST_FOUND = 12
LETTERS = 2


def choosable(office: Office | None, *, allows_own: bool = False) -> InstitutionQuerySet:
    """Every university that was not joined with another entry; our own only where it may be chosen."""
    rows: InstitutionQuerySet = Institution.objects.filter(merged_into__isnull=True)
    return rows.exclude(office=office) if office and not allows_own else rows


def found(rows: InstitutionQuerySet, office: Office | None, text: str, leave_out: Sequence[str]) -> list[Institution]:
    """Return the first of `rows` that hold every word of the text, our partners first. One query."""
    if len(text.strip()) < LETTERS:
        return []
    known = Partner.objects.filter(office=office, institution=OuterRef("pk"))
    fitting = rows.matching(text).exclude(uid__in=leave_out).annotate(is_partner=Exists(known))
    return list(fitting.order_by("-is_partner", "sort_key", "pk")[:MOST_FOUND])


def chosen(rows: InstitutionQuerySet, uids: Sequence[str]) -> list[Institution]:
    """Return those of `rows` with these uids in the order of the alphabet. One query."""
    return list(rows.filter(uid__in=uids).order_by("sort_key", "pk")) if uids else []
