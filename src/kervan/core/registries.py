"""Where apps hang their parts on the common pages (start page, search, menu), so that `core` imports none of them.

Each app registers in its `AppConfig.ready()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from kervan.core.permissions import Predicate
from kervan.core.scope import VISITOR, Scope

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
    """One line of a menu. `area`: "office", "my", "public" (the bar on top) or "foot" (under public pages).

    key: the letter that leads there after g, where it is not the first free one of the English label.
    """

    label: Text
    url_name: str
    icon: str
    readers: Predicate
    area: str = "office"
    order: int = 100
    key: str = ""


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


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record on which notes, documents and tasks hang, and about which letters are written.

    type: the model's name. find: (scope, uid) -> the row, if the reader may see it, else None. label, url: of a row.
    edits: who may add to it.
    """

    type: str
    name: Text
    find: Callable[[Scope, str], Any]
    label: Callable[[Any], str]
    url: Callable[[Any], str]
    edits: Predicate


subjects: dict[str, Subject] = {}


def subject(one: Subject) -> None:
    """Make a kind of record one that notes, documents, tasks and letters know."""
    subjects[one.type] = one


@dataclass(frozen=True, slots=True)
class MergeField:
    """A word of a letter that differs from reader to reader: {{ code }}. sample: what a preview shows without data.

    is_secret: it opens something by itself. Only whoever gets the letter sees it; previews show the sample.
    """

    code: str
    label: Text
    sample: Text = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class LetterReader:
    """Somebody a letter goes to. values: language ("en", "tr") -> code of a merge field -> text, "" when missing."""

    uid: str
    name: str
    email: str
    language: str
    values: Callable[[str], Mapping[str, str]]
    subject_type: str = ""


@dataclass(frozen=True, slots=True)
class MergeSource:
    """Whom letters can be written to: its fields, and (scope, uids) -> readers in a bounded number of queries.

    search: (scope, text) -> at most MOST_FOUND readers that fit a text, the first ones for ""; for the form that
    chooses readers, and for a preview with a real one.
    """

    name: str
    label: Text
    fields: Sequence[MergeField]
    readers_of: Callable[[Scope, Sequence[str]], list[LetterReader]]
    search: Callable[[Scope, str], list[LetterReader]] | None = None


MOST_FOUND = 50


merge_sources: dict[str, MergeSource] = {}


def merge_source(one: MergeSource) -> None:
    """Add a kind of reader for letters."""
    merge_sources[one.name] = one


@dataclass(frozen=True, slots=True)
class DatedItem:
    """A day that matters: shown on the start page and in the personal calendar. uid: stable, unique in the office."""

    uid: str
    on: date
    title: Text
    url: str
    until: date | None = None
    is_deadline: bool = False


date_sources: list[Callable[[Scope, date, date], Iterable[DatedItem]]] = []


def dates(source: Callable[[Scope, date, date], Iterable[DatedItem]]) -> None:
    """Add a source of dates; called with the reader's scope, first and last day."""
    date_sources.append(source)


notice_sentences: dict[str, Callable[[Mapping[str, Any]], str]] = {}


def notice(code: str, sentence: Callable[[Mapping[str, Any]], str]) -> None:
    """State how a notice is put into words, from its values, in the reader's language."""
    notice_sentences[code] = sentence


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the core asks of whoever keeps accounts.

    scope_of: (account, office id) -> what it may see there. members: office id -> accounts with a role there, by name.
    """

    scope_of: Callable[[Any, int | None], Scope]
    members: Callable[[int], list[Any]]


_accounts = Accounts(lambda _user, _office_id: VISITOR, lambda _office_id: [])


def accounts(one: Accounts) -> None:
    """State who answers for accounts."""
    global _accounts
    _accounts = one


def scope_of(user: Any, office_id: int | None) -> Scope:
    """What an account may see in an office, outside a request: in the worker, for a colleague, for a feed."""
    return _accounts.scope_of(user, office_id)


def members(office_id: int) -> list[Any]:
    """The accounts that hold a role in the office, by name. One query."""
    return _accounts.members(office_id)


def members_who(may: Predicate, office_id: int) -> list[int]:
    """The keys of the members who may do something, to tell them of it. A few queries a member."""
    return [one.pk for one in members(office_id) if may(scope_of(one, office_id))]


@dataclass(frozen=True, slots=True)
class Handover:
    """A kind of record somebody looks after. open_of: (office id, account id) -> what of it they have now.

    field: the column that names who looks after it.
    """

    type: str
    name: Text
    open_of: Callable[[int, int], QuerySet[Any]]
    field: str = "responsible"


handovers: dict[str, Handover] = {}


def handover(one: Handover) -> None:
    """Make a kind of record one that a colleague can take over."""
    handovers[one.type] = one
