"""Forms that create carry a key: pressed twice by the same person on the same page, they make one thing.

The key counts together with what was typed: whoever goes back, changes a word and sends again makes another thing.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from kervan.core.models import IdempotencyKey

FIELD = "idempotency_key"


def new_key() -> str:
    """Return a fresh key for a form."""
    return secrets.token_urlsafe(18)


@transaction.atomic
def once(request: HttpRequest, purpose: str, make: Callable[[], Any]) -> str:
    """Call `make` (returns a row with `uid`) only for the first submission of the form's key; return the uid it made.

    The key row is inserted first: a second submission at the same time waits for the first and then finds its result.
    """
    office_id = request.scope.office_id  # type: ignore[attr-defined]
    key = _with_content(request) if request.POST.get(FIELD) else new_key()
    row, is_new = IdempotencyKey.objects.select_for_update().get_or_create(
        office_id=office_id, user_id=request.user.pk, purpose=f"{purpose} {request.path}", key=key
    )
    if not is_new and row.made_uid:
        return row.made_uid
    row.made_uid = make().uid
    row.save(update_fields=["made_uid"])
    return row.made_uid


def _with_content(request: HttpRequest) -> str:
    """The form's key bound to everything that was sent with it: texts, and names and sizes of files."""
    sent = [(name, request.POST.getlist(name)) for name in request.POST if name != "csrfmiddlewaretoken"]
    files = [(name, one.name, one.size) for name in request.FILES for one in request.FILES.getlist(name)]
    return hashlib.sha256(repr((sorted(sent), sorted(files))).encode()).hexdigest()[:40]
