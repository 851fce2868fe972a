"""Writes the past of the demonstration: events some days back, in the form in which `core.history` writes them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from kervan.core.history import digest
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
    rows = [_row(office_id, one) for one in sorted(events, key=lambda one: (one.at, one.subject_uid, one.kind))]
    Event.objects.bulk_create(rows, batch_size=500)


def _row(office_id: int, one: Past) -> Event:
    salt = secrets.token_hex(8)
    return Event(
        office_id=office_id,
        subject_type=one.subject_type,
        subject_uid=one.subject_uid,
        kind=one.kind,
        at=one.at,
        actor=one.actor,
        values=one.values,
        salt=salt,
        digest=digest(salt, one.values),
    )
