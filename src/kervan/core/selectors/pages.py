"""What the common pages show: what waits, what is found, whether the worker is alive, the words of the office."""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from kervan.core import registries, texts
from kervan.core.models import Event, OutboxMessage
from kervan.core.rules.turkish import search_key, sort_key
from kervan.core.scope import Role, Scope

SEARCH_LETTERS = 2
HITS_PER_SOURCE = 10
WORKER_SILENCE = timedelta(minutes=5)
TIMELINE_ROWS = 100
GLOSSARY = Path(__file__).resolve().parent.parent.parent / "data" / "glossary.csv"
PRIVATE_MAIL = "account:"  # begins the dedupe key of mails that carry a link into somebody's account


def queue_items(scope: Scope) -> list[registries.QueueItem]:
    """Whatever waits for this reader, urgent first. As many queries as the sources need."""
    items = [item for source in registries.queue_sources for item in source(scope)]
    return sorted(items, key=lambda item: not item.is_urgent)


def is_short(text: str) -> bool:
    """Whether a text is too short to be searched for."""
    return len(search_key(text)) < SEARCH_LETTERS


def hits(scope: Scope, text: str) -> list[tuple[str, list[registries.Hit]]]:
    """Return search results by kind, in the order of the sources; nothing for less than two letters."""
    key = search_key(text)
    if is_short(text):
        return []
    found = [hit for source in registries.search_sources for hit in islice(source(scope, key), HITS_PER_SOURCE)]
    return [(kind, list(group)) for kind, group in groupby(found, key=lambda hit: str(hit.kind))]


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """When the worker last finished its minute, and whether that is recent."""

    last_at: datetime | None
    is_alive: bool


def worker_sign(now: datetime) -> WorkerSign:
    """Return the worker's last sign of life. One query."""
    from django_q.models import Success

    last = Success.objects.filter(func="kervan.core.jobs.minute").order_by("-stopped").values_list("stopped", flat=True)
    at = last.first()
    return WorkerSign(at, at is not None and now - at < WORKER_SILENCE)


def reads_outbox(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def sends_again(scope: Scope) -> bool:
    """Staff and head of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def is_private(message: OutboxMessage) -> bool:
    """Whether the text opens somebody's account: then nobody but its reader sees it."""
    return message.dedupe_key.startswith(PRIVATE_MAIL)


def timeline_of(row: Any, *, with_names: bool = True) -> list[dict[str, Any]]:
    """The newest events about a row the caller has found through its own `visible_to`, in words. One query."""
    events = Event.objects.about(row).select_related("actor").order_by("-pk")[:TIMELINE_ROWS]
    return texts.timeline(events, with_names=with_names)


@cache
def glossary_rows() -> tuple[dict[str, str], ...]:
    """The words of the office as the file has them: english, turkish, meaning_en, meaning_tr."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def glossary() -> list[dict[str, str]]:
    """The words in the order of the reader's language: term, other (in the other language), meaning."""
    is_turkish = (get_language() or settings.LANGUAGE_CODE).startswith("tr")
    own, other, meaning = ("turkish", "english", "meaning_tr") if is_turkish else ("english", "turkish", "meaning_en")
    rows = [{"term": row[own], "other": row[other], "meaning": row[meaning]} for row in glossary_rows()]
    return sorted(rows, key=lambda row: sort_key(row["term"]))
