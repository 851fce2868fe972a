"""Writes the past of the demonstration: events some days back, in the form in which `core.history` writes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from kervan.core.history import event_of
from kervan.core.models import Event


class Past(NamedTuple):
    """One event: when, about what, by whom."""

    at: datetime
    subject_type: str
    subject_uid: str
    kind: str
    actor: Any
    values: dict[str, Any]


def write(office_id: int, events: Iterable[Past]) -> None:
    """Write events in the order in which they happened."""
    rows = [
        event_of(office_id, one.subject_type, one.subject_uid, one.kind, actor=one.actor, values=one.values, at=one.at)
        for one in sorted(events, key=lambda one: (one.at, one.subject_uid, one.kind))
    ]
    Event.objects.bulk_create(rows, batch_size=500)
