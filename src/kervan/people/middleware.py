"""Puts the reader's frozen `Scope` on the request; who looks as somebody else changes nothing."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import sealed
from kervan.core.scope import Grant, Role, Scope
from kervan.institutions.models import Unit
from kervan.people import viewing
from kervan.people.models import Person

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STAYS_OPEN = ("people:look_end", "core:set_language", "account_logout")


class ScopeMiddleware:
    """At most three queries: person, roles (with those of absent colleagues), units under bounded roles."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        office = request.office  # type: ignore[attr-defined]
        own = scope_of(request.user, office.pk if office else None)
        looked = viewing.current(request, own)
        request.scope = own if looked is None else as_seen_by(looked, own)  # type: ignore[attr-defined]
        request.looking_as = looked  # type: ignore[attr-defined]
        with nullcontext() if looked is None else sealed.closed():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.looking_as is None or request.method in SAFE_METHODS:  # type: ignore[attr-defined]
            return None
        match = request.resolver_match
        if match and match.view_name in STAYS_OPEN:
            return None
        messages.error(request, _("You are looking at another person's pages. Nothing can be changed while you do."))
        return redirect("core:start")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return render(request, "people/closed.html", status=403) if isinstance(error, sealed.Closed) else None


def scope_of(user: object, office_id: int | None) -> Scope:
    """Return what an account may see in an office; nothing once it is closed, also in what still runs for it."""
    user_id = getattr(user, "pk", None)
    if user_id is None or office_id is None or not getattr(user, "is_active", False):
        return Scope(office_id=office_id, user_id=user_id)
    person = Person.objects.filter(office_id=office_id, user_id=user_id).only("pk").first()
    if person is None:
        return Scope(office_id=office_id, user_id=user_id)
    grants = grants_of(person.pk, timezone.localdate())
    return Scope(office_id=office_id, user_id=user_id, person_id=person.pk, grants=grants)


def as_seen_by(person: Person, reader: Scope) -> Scope:
    """What somebody sees, shown to a colleague: without the right to special data."""
    seen = scope_of(person.user, person.office_id) if person.user else Scope(person.office_id, person_id=person.pk)
    grants = tuple(grant for grant in seen.grants if grant.role != Role.SPECIAL_READER)
    return replace(seen, person_id=person.pk, grants=grants, looked_at_by=reader.user_id)


def grants_of(person_id: int, today: date) -> tuple[Grant, ...]:
    """Return a person's grants, and those of colleagues they stand in for today.

    A bounded grant carries its unit and all units under it.
    """
    roles = list(viewing.held_by(person_id, today).select_related("unit").order_by("pk"))
    paths = {role.unit.path for role in roles if role.unit}
    under = Q()
    for path in paths:
        under |= Q(path__startswith=path)
    units = list(Unit.objects.filter(under).values_list("pk", "path")) if paths else []
    return tuple(
        Grant(
            Role(role.role),
            frozenset(pk for pk, path in units if path.startswith(role.unit.path)) if role.unit else None,
            is_deputy=role.person_id != person_id,
        )
        for role in roles
    )
