"""Where apps hang their parts on the common pages (start page, search, menu), so that `core` imports none of them.

Each app registers in its `AppConfig.ready()`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from kervan.core.permissions import Predicate
from kervan.core.scope import Scope

Text = str | Promise


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One thing that waits on the start page: what, how many, until when, what happens otherwise, one link."""

    title: Text
    sentence: Text
    url: str
    button: Text
    count: int | None = None
    is_urgent: bool = False
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of the global search."""

    kind: Text
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu. `area`: "office", "my" or "public"."""

    label: Text
    url_name: str
    icon: str
    readers: Predicate
    area: str = "office"
    order: int = 100


queue_sources: list[Callable[[Scope], Iterable[QueueItem]]] = []
search_sources: list[Callable[[Scope, str], Iterable[Hit]]] = []
menu_entries: list[Entry] = []


def queue(source: Callable[[Scope], Iterable[QueueItem]]) -> None:
    """Add a source of start-page items; called with the reader's scope."""
    queue_sources.append(source)


def search(source: Callable[[Scope, str], Iterable[Hit]]) -> None:
    """Add a source of search results; called with the reader's scope and the folded search key."""
    search_sources.append(source)


def menu(*entries: Entry) -> None:
    """Add lines to the menus."""
    menu_entries.extend(entries)
    menu_entries.sort(key=lambda entry: entry.order)


@dataclass(frozen=True, slots=True)
class HomePart:
    """A part of the public first page: a template and what it needs (called with the reader's scope)."""

    template: str
    context: Callable[[Scope], dict[str, object]]
    order: int = 100


home_parts: list[HomePart] = []


def home(part: HomePart) -> None:
    """Add a part to the public first page."""
    home_parts.append(part)
    home_parts.sort(key=lambda one: one.order)
