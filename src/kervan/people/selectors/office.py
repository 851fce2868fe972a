"""Who does what, and who stands in for whom."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kervan.core.registries import QueueItem
from kervan.core.scope import Scope
from kervan.people.models import Deputy, Duty, Person, RoleAssignment


def members(office_id: int) -> QuerySet[Any]:
    """Whoever holds a role in the office, in the order of names."""
    holds = RoleAssignment.objects.filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(holds), office_id=office_id).order_by("sort_key", "pk")


def deputies(scope: Scope, today: date) -> QuerySet[Any]:
    """Running and coming ones first, then the past; names included."""
    return Deputy.objects.visible_to(scope).select_related("person", "deputy").order_by("-until_on", "-pk")


def standing_in(scope: Scope, today: date) -> dict[int, Deputy]:
    """Absent person -> who stands in for them today. One query."""
    rows = Deputy.objects.in_office_of(scope).filter(from_on__lte=today, until_on__gte=today)
    return {row.person_id: row for row in rows.select_related("deputy")}


def duties(scope: Scope, today: date) -> list[dict[str, Any]]:
    """The lines of "who does what", each with who is there today. Two queries."""
    absent = standing_in(scope, today)
    rows = Duty.objects.visible_to(scope).select_related("person").order_by("position", "pk")
    return [
        {"duty": row, "person": row.person, "deputy": absent.get(row.person_id) if row.person_id else None}
        for row in rows
    ]


def waiting(scope: Scope) -> Iterator[QueueItem]:
    """For whom the reader stands in today. One query."""
    if not scope.person_id or not scope.grants:
        return
    today = timezone.localdate()
    rows = Deputy.objects.in_office_of(scope).filter(deputy_id=scope.person_id, from_on__lte=today, until_on__gte=today)
    for row in rows.select_related("person"):
        yield QueueItem(
            title=_("You stand in for %(name)s") % {"name": row.person.full_name},
            sentence=_("Until %(day)s you hold the same roles. What you decide stands under your own name.")
            % {"day": formats.date_format(row.until_on, "j F Y")},
            url=reverse("people:deputies"),
            button=_("Look"),
            icon="users",
        )
