"""Saving without overwriting: every editable row has a `version`; a stale save changes nothing."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kervan.core.errors import Stale


def version_sent(request: HttpRequest, default: int = 0) -> int:
    """Return the version that a form was opened with; `default` where none was sent. 0 is never current."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def save_if_current(row: Any, version: int, **values: Any) -> Any:
    """Write `values` if the row still has `version`, else raise Stale with the row as it stands now.

    Returns the fresh row.
    """
    model = type(row)
    changed = model._base_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1, **values)
    current = model._base_manager.get(pk=row.pk)
    if not changed:
        raise Stale(
            _(
                "Somebody else saved this record while you were working on it."
                " Both versions are shown; nothing was overwritten."
            ),
            current,
        )
    return current
