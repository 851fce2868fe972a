"""One thing done to many rows. Every list of the named kind shows the action; nothing happens without a preview.

An app registers its actions in `AppConfig.ready()`. The pages, the idempotency and the work in the background are
those of `core.services.bulk`; an action only says which rows, which of them, and what.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.functional import Promise

from kervan.core.models import BulkRun
from kervan.core.permissions import Predicate
from kervan.core.scope import Scope

Text = str | Promise
Data = Mapping[str, Any]
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it will be done for a row, and in a sentence what will happen to it or why nothing will."""

    will: bool
    sentence: Text


@dataclass(frozen=True, slots=True)
class Next:
    """Where an action leads once it is done: what was prepared and what to do there, its page, and the button."""

    sentence: Text
    url: str
    button: Text


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An action on the rows of the lists called `list_name` (the `name` of their `listing`).

    label: the button, a verb. icon: lucide name. readers: who may do it.
    rows: (scope, uids) -> the rows among them that the reader may change, in a bounded number of queries.
    judge: (row, what was typed) -> Verdict; no query. It is asked for the preview and again when it is done.
    apply: (rows, what was typed, account) -> how many were changed; in a transaction, by services, which write the
    events. A `NotPossible` of one row leaves the others done and is reported with that row.
    form: (scope, data or None) -> the form of what must be typed before the preview, None where nothing is. The `data`
    of judge and apply is its `cleaned_data`, an empty mapping without a form.
    name_of, url_of: how a row is named on the preview, and its page.
    next_of: (the run, done) -> where it goes on, for actions that only prepare something; None where nothing was made.
    """

    list_name: str
    name: str
    label: Text
    icon: str
    readers: Predicate
    rows: Callable[[Scope, Sequence[str]], Sequence[Any]]
    judge: Callable[[Any, Data], Verdict]
    apply: Callable[[Sequence[Any], Data, Any], int]
    form: Callable[[Scope, Any], Form] | None = None
    name_of: Callable[[Any], str] = str
    url_of: Callable[[Any], str] | None = None
    next_of: Callable[[BulkRun], Next | None] | None = None


_actions: dict[tuple[str, str], BulkAction] = {}


def register(action: BulkAction) -> None:
    """Put an action under every list of its name."""
    _actions[action.list_name, action.name] = action


def actions_of(list_name: str, scope: Scope) -> list[BulkAction]:
    """Return what a reader may do with the rows of a list, in the order of registration."""
    return [one for (name, _action), one in _actions.items() if name == list_name and one.readers(scope)]


def action_of(list_name: str, name: str, scope: Scope) -> BulkAction | None:
    """Return one action, None where there is none or the reader may not."""
    action = _actions.get((list_name, name))
    return action if action and action.readers(scope) else None
