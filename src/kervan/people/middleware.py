"""Puts the reader's frozen `Scope` on the request."""

from collections.abc import Callable

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from kervan.core.scope import Grant, Role, Scope
from kervan.institutions.models import Unit
from kervan.people.models import Person, RoleAssignment


def scope(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """At most three queries: person, roles, units under bounded roles."""

    def middleware(request: HttpRequest) -> HttpResponse:
        office = request.office  # type: ignore[attr-defined]
        request.scope = scope_of(request.user, office.pk if office else None)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def scope_of(user: object, office_id: int | None) -> Scope:
    """Return what an account may see in an office."""
    user_id = getattr(user, "pk", None)
    if user_id is None or office_id is None:
        return Scope(office_id=office_id, user_id=user_id)
    person = Person.objects.filter(office_id=office_id, user_id=user_id).only("pk").first()
    if person is None:
        return Scope(office_id=office_id, user_id=user_id)
    return Scope(office_id=office_id, user_id=user_id, person_id=person.pk, grants=grants_of(person.pk))


def grants_of(person_id: int) -> tuple[Grant, ...]:
    """Return a person's grants; a bounded one carries its unit and all units under it."""
    roles = list(RoleAssignment.objects.filter(person_id=person_id).select_related("unit").order_by("pk"))
    paths = {role.unit.path for role in roles if role.unit}
    under = Q()
    for path in paths:
        under |= Q(path__startswith=path)
    units = list(Unit.objects.filter(under).values_list("pk", "path")) if paths else []
    return tuple(
        Grant(
            Role(role.role),
            frozenset(pk for pk, path in units if path.startswith(role.unit.path)) if role.unit else None,
        )
        for role in roles
    )
