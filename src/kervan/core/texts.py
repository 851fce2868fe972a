"""Events in words. Each app registers the sentences of its kinds; a timeline is read in the reader's language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kervan.core.models import Event, OutboxMessage, OutboxState

NOON, EVENING = 12, 18
Words = str | Promise | Callable[[Mapping[str, Any]], str]

_words: dict[str, Words] = {}


def register(words: Mapping[str, Words]) -> None:
    """Add sentences by event kind; a text may hold %(name)s of the event's values, a function gets the values."""
    _words.update(words)


def sentence(event: Event) -> str:
    """Return what happened. Values that were erased show as a dash; a kind without words shows its code."""
    words = _words.get(event.kind, event.kind)
    if callable(words) and not isinstance(words, Promise):
        return words(event.values or {})
    return str(words) % defaultdict(lambda: "–", event.values or {})


def timeline(events: Iterable[Event], *, with_names: bool = True) -> list[dict[str, Any]]:
    """Return the events as the `timeline` component shows them, in the given order."""
    return [{"at": one.at, "sentence": sentence(one), "who": _who(one) if with_names else ""} for one in events]


def _who(event: Event) -> str:
    """The account; nobody where the sentence names somebody without one (`by`); else the worker."""
    if event.actor_id:
        return str(event.actor)
    return "" if (event.values or {}).get("by") else _("Kervan, by itself")


def greeting(now: datetime, name: str) -> str:
    """Greet as one does at this time of the day."""
    if now.hour < NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if now.hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def day_sentence(now: datetime, waiting: int) -> str:
    """Name the day and how much waits."""
    day = formats.date_format(now, "l j F" if get_language() != "tr" else "j F l")
    words = ngettext("%(day)s. One thing waits for you.", "%(day)s. %(count)d things wait for you.", waiting)
    if not waiting:
        words = _("%(day)s. Nothing waits for you.")
    return words % {"day": day, "count": waiting}


def outbox_standing(message: OutboxMessage) -> dict[str, str]:
    """Say where a message stands: happened, acts, until, otherwise, tone."""
    if message.state == OutboxState.SENT:
        happened = _("This message was sent on %(at)s.") % {"at": _moment(message.sent_at)}
        return {
            "happened": happened,
            "acts": _("Nothing to do: it is done."),
            "until": "",
            "otherwise": "",
            "tone": "ok",
        }
    if message.state == OutboxState.FAILED:
        return {
            "happened": _("This message could not be sent and will not be tried again by itself."),
            "acts": _("The office: look at the error, then send it again."),
            "until": "",
            "otherwise": _("Otherwise its reader never gets it."),
            "tone": "next",
        }
    return {
        "happened": _("This message waits to be sent."),
        "acts": _("Kervan, by itself."),
        "until": _("Next attempt on %(at)s") % {"at": _moment(message.due_at)},
        "otherwise": _("If it fails it is tried again, with longer pauses each time."),
        "tone": "",
    }


def _moment(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "j F Y, H:i") if at else ""


register(
    {
        "outboxmessage.send_again": gettext_lazy("Put back to be sent again"),
        "storedfile.read": gettext_lazy("A protected file was read"),
    }
)
