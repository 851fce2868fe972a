"""Looking at the pages as somebody else sees them, for support: bounded in time, read-only, with a trace."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kervan.core import history
from kervan.core.scope import Role, Scope
from kervan.people.models import Person, RoleAssignment, User
from kervan.people.permissions import may_look_as

KEY = "looking_as"
LASTS = timedelta(minutes=30)
NOT_FOR_A_DEPUTY = (Role.ADMINISTRATOR, Role.SPECIAL_READER)


def begin(request: HttpRequest, person: Person, *, reason: str, actor: User) -> None:
    """Begin to look; whom, by whom and why stands in the person's history."""
    until = timezone.now() + LASTS
    request.session[KEY] = {"person": person.uid, "until": until.isoformat()}
    history.record(person, "person.looked_as", actor=actor, reason=reason)


def end(request: HttpRequest) -> None:
    """Go back to one's own pages."""
    request.session.pop(KEY, None)


def current(request: HttpRequest, own: Scope) -> Person | None:
    """Return whose pages are looked at, None for one's own. The right is asked anew with every page.

    No query for whoever looks at nobody.
    """
    kept = request.session.get(KEY) if own.signed_in else None
    if not kept:
        return None
    person = Person.objects.in_office_of(own).filter(uid=kept["person"]).select_related("user").first()
    is_over = datetime.fromisoformat(kept["until"]) < timezone.now()
    if person is None or is_over or not may_look_as(own, roles_of(person)):
        end(request)
        return None
    return person


def roles_of(person: Person) -> frozenset[Role]:
    """The roles somebody holds today, those of colleagues they stand in for included. One query."""
    rows = held_by(person.pk, timezone.localdate())
    return frozenset(Role(name) for name in rows.values_list("role", flat=True))


def held_by(person_id: int, today: date) -> QuerySet[RoleAssignment]:
    """A person's roles, and those of colleagues they stand in for on a day.

    Accounts and special data are trusted to one person: these rights never pass to a deputy.
    """
    own = Q(person_id=person_id)
    absent = Q(
        person__deputies__deputy_id=person_id,
        person__deputies__from_on__lte=today,
        person__deputies__until_on__gte=today,
    ) & ~Q(role__in=[role.value for role in NOT_FOR_A_DEPUTY])
    rows: QuerySet[RoleAssignment] = RoleAssignment.objects.filter(own | absent).distinct()
    return rows
