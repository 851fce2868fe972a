"""What a newer list of charters means for an office."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kervan.core.models import SheetImport
from kervan.core.scope import Scope
from kervan.institutions import effects
from kervan.institutions.models import Institution, Partner

KIND = "eche"
MOST_UPLOADS = 20


@dataclass(frozen=True, slots=True)
class Affected:
    """A university in the list that is one of our partners, with what hangs on its charter."""

    partner: Partner
    effects: list[effects.Effect]


def uploads(scope: Scope) -> QuerySet[Any]:
    """The latest lists of an office."""
    rows = SheetImport.objects.visible_to(scope).filter(kind=KIND).select_related("stored_file", "made_by")
    return rows.order_by("-pk")


def affected(office_id: int, uids: list[str]) -> list[Affected]:
    """Return our partners among universities and what hangs on each. Two queries and those of the sources."""
    keys = list(Institution.objects.filter(uid__in=uids, partners__office=office_id).values_list("pk", flat=True))
    rows = Partner.objects.filter(office_id=office_id, institution__in=keys).select_related("institution")
    by_institution: dict[int, list[effects.Effect]] = defaultdict(list)
    for one in effects.effects_on(office_id, keys):
        by_institution[one.institution_id].append(one)
    return [Affected(row, by_institution[row.institution_id]) for row in rows.order_by("sort_key", "pk")]


def gone_partners(scope: Scope) -> QuerySet[Any]:
    """The reader's partners whose charter was withdrawn."""
    return Partner.objects.visible_to(scope).filter(institution__charter_gone_on__isnull=False)
