"""The append-only history. Business code records; the worker seals with sequence and hash after the commit.

Each office has its own chain: it can be checked, or leave with its office, without the others.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kervan.core.models import Event, Office


def record(subject: Any, kind: str, *, actor: Any, **values: Any) -> Event:
    """Write one event about `subject` (a row with `uid` and `office_id`).

    actor: the account, or None for the worker.
    """
    event = event_of(subject.office_id, subject._meta.model_name, subject.uid, kind, actor=actor, values=values)
    event.save(force_insert=True)
    return event


def record_many(
    office_id: int, subject_type: str, kind: str, subjects: Iterable[tuple[str, dict[str, Any]]], *, actor: Any
) -> int:
    """Write one event per (uid, values) in bulk. Returns how many."""
    rows = [event_of(office_id, subject_type, uid, kind, actor=actor, values=values) for uid, values in subjects]
    Event.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def event_of(
    office_id: int,
    subject_type: str,
    subject_uid: str,
    kind: str,
    *,
    actor: Any,
    values: dict[str, Any],
    at: datetime | None = None,
) -> Event:
    """Return an event, not saved yet, with the digests that the chain will bind."""
    salt = secrets.token_hex(8)
    event = Event(
        office_id=office_id,
        subject_type=subject_type,
        subject_uid=subject_uid,
        kind=kind,
        at=at or timezone.now(),
        actor=actor if getattr(actor, "pk", None) else None,
        values=values,
        salt=salt,
        digest=digest(salt, values),
    )
    event.actor_digest = actor_digest(event)
    return event


def digest(salt: str, values: dict[str, Any]) -> str:
    """SHA-256 of salt and canonical values: the chain stays whole when values and salt are erased."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return _sha256(f"{salt}{text}")


def actor_digest(event: Event) -> str:
    """SHA-256 of the event's and its actor's random names, "" for the worker: nobody's any more without the account."""
    return _sha256(f"{event.uid}{event.actor.uid}") if event.actor else ""


def seal(limit: int = 5_000) -> int:
    """Give committed events their sequence and chained hash, office by office, in order of their key."""
    waiting = Event.objects.filter(sequence__isnull=True).order_by("office_id")
    offices = list(waiting.values_list("office_id", flat=True).distinct())
    return sum(_seal_office(office_id, limit) for office_id in offices)


@transaction.atomic
def _seal_office(office_id: int, limit: int) -> int:
    Office.objects.select_for_update(no_key=True).get(pk=office_id)
    own = Event.objects.filter(office_id=office_id)
    last = own.filter(sequence__isnull=False).order_by("-sequence").first()
    sequence, chain = (last.sequence or 0, last.chain) if last else (0, "")
    waiting = list(own.filter(sequence__isnull=True).order_by("pk")[:limit])
    for event in waiting:
        sequence += 1
        chain = link(chain, sequence, event)
        event.sequence, event.chain = sequence, chain
    Event.objects.bulk_update(waiting, ["sequence", "chain"], batch_size=500)
    return len(waiting)


def link(previous: str, sequence: int, event: Event) -> str:
    """Return the hash that binds an event to all before it. Values and actor enter only by their digests."""
    parts = (
        previous,
        str(sequence),
        event.uid,
        event.kind,
        event.subject_type,
        event.subject_uid,
        event.at.isoformat(),
        event.digest,
        event.actor_digest,
    )
    return _sha256("|".join(parts))


def first_broken_link(office_id: int) -> int | None:
    """Walk an office's chain; return the first sequence that is missing or was changed, or None."""
    chain, expected = "", 1
    events = Event.objects.filter(office_id=office_id, sequence__isnull=False).select_related("actor")
    for event in events.order_by("sequence").iterator():
        if event.sequence != expected or event.chain != link(chain, expected, event) or not _is_untouched(event):
            return expected
        chain, expected = event.chain, expected + 1
    return None


def _is_untouched(event: Event) -> bool:
    """Whether values and actor, where they are not erased, are those of the digests."""
    has_values = event.values is None or event.digest == digest(event.salt, event.values)
    return has_values and (event.actor is None or event.actor_digest == actor_digest(event))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
