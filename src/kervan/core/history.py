"""The append-only history. Business code records; the worker seals with sequence and hash after the commit."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from kervan.core.models import Event


def record(subject: Any, kind: str, *, actor: Any, **values: Any) -> Event:
    """Write one event about `subject` (a row with `uid` and `office_id`).

    actor: the account, or None for the worker.
    """
    return Event.objects.create(
        office_id=subject.office_id,
        subject_type=subject._meta.model_name,
        subject_uid=subject.uid,
        **_body(kind, actor, values),
    )


def record_many(
    office_id: int, subject_type: str, kind: str, subjects: Iterable[tuple[str, dict[str, Any]]], *, actor: Any
) -> int:
    """Write one event per (uid, values) in bulk. Returns how many."""
    rows = [
        Event(office_id=office_id, subject_type=subject_type, subject_uid=uid, **_body(kind, actor, values))
        for uid, values in subjects
    ]
    Event.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _body(kind: str, actor: Any, values: dict[str, Any]) -> dict[str, Any]:
    salt = secrets.token_hex(8)
    return {
        "kind": kind,
        "at": timezone.now(),
        "actor": actor if getattr(actor, "pk", None) else None,
        "values": values,
        "salt": salt,
        "digest": digest(salt, values),
    }


def digest(salt: str, values: dict[str, Any]) -> str:
    """SHA-256 of salt and canonical values: the chain stays whole when the values are erased."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


@transaction.atomic
def seal(limit: int = 5_000) -> int:
    """Give committed events their sequence and chained hash, in order of their key. One worker does this."""
    last = Event.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    sequence, chain = (last.sequence, last.chain) if last else (0, "")
    waiting = list(Event.objects.select_for_update().filter(sequence__isnull=True).order_by("pk")[:limit])
    for event in waiting:
        sequence, chain = (sequence or 0) + 1, link(chain, (sequence or 0) + 1, event)
        event.sequence, event.chain = sequence, chain
    Event.objects.bulk_update(waiting, ["sequence", "chain"], batch_size=500)
    return len(waiting)


def link(previous: str, sequence: int, event: Event) -> str:
    """Return the hash that binds an event to all before it. Values enter only by their salted digest."""
    parts = (
        previous,
        str(sequence),
        event.kind,
        event.subject_type,
        event.subject_uid,
        event.at.isoformat(),
        event.digest,
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def first_broken_link() -> int | None:
    """Walk the chain; return the first sequence whose hash does not hold, or None."""
    chain, expected = "", 1
    for event in Event.objects.filter(sequence__isnull=False).order_by("sequence").iterator():
        if event.sequence != expected or event.chain != link(chain, expected, event):
            return expected
        chain, expected = event.chain, expected + 1
    return None
