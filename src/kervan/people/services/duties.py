"""Who does what, where, when open."""

from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.models import Office
from kervan.people.models import Duty


@transaction.atomic
def add_duty(office: Office, *, actor: Any, **values: Any) -> Duty:
    """Add a line to "who does what"."""
    row = Duty.objects.create(office=office, **values)
    history.record(row, "duty.added", actor=actor, title=row.title_en)
    return row


@transaction.atomic
def save_duty(row: Duty, version_seen: int, *, actor: Any, **values: Any) -> Duty:
    """Save a line unless somebody saved since (Stale)."""
    saved: Duty = save_if_current(row, version_seen, **values)
    history.record(saved, "duty.saved", actor=actor, title=saved.title_en)
    return saved


@transaction.atomic
def remove_duty(row: Duty, *, actor: Any) -> None:
    """Take a line off the page."""
    history.record(row, "duty.removed", actor=actor, title=row.title_en)
    row.delete()
