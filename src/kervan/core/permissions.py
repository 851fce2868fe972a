"""Who may open a view: the `allow` mark and the predicates on a `Scope` that several apps use."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from kervan.core.scope import Role, Scope

Predicate = Callable[[Scope], bool]
View = Callable[..., HttpResponse]


def everyone(scope: Scope) -> bool:
    """Whoever comes, signed in or not."""
    return True


def is_signed_in(scope: Scope) -> bool:
    """Whoever has an account of this installation."""
    return scope.signed_in


def is_applicant(scope: Scope) -> bool:
    """A person of this office who has an account."""
    return scope.person_id is not None


def is_office(scope: Scope) -> bool:
    """Staff or head of the office."""
    return scope.has(Role.STAFF, Role.HEAD)


def is_workspace(scope: Scope) -> bool:
    """Whoever works with cases or reads them: coordinator, staff, head, auditor."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR)


def is_member(scope: Scope) -> bool:
    """Whoever holds any role in the office."""
    return bool(scope.grants)


def allow(predicate: Predicate) -> Callable[[View], View]:
    """State who may open a view. A visitor is asked to sign in, anybody else gets 404."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            scope: Scope = request.scope  # type: ignore[attr-defined]
            if predicate(scope):
                return view(request, *args, **kwargs)
            if not scope.signed_in:
                return redirect_to_login(request.get_full_path())
            raise Http404

        guarded.readers = predicate  # type: ignore[attr-defined]
        return guarded

    return mark
