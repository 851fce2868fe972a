"""Tasks and what hangs on records, in words: how one stands, what happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import texts
from kervan.core.models import Task, TaskState

WHOSE = {
    "mine": gettext_lazy("Mine"),
    "given": gettext_lazy("Given by me"),
    "all": gettext_lazy("Everybody's"),
    "closed": gettext_lazy("Done or dropped"),
}
DUE = (
    ("overdue", gettext_lazy("Overdue")),
    ("soon", gettext_lazy("Within a week")),
    ("later", gettext_lazy("Later")),
    ("none", gettext_lazy("Without a day")),
)


def badge(task: Task, today: date) -> tuple[str, str]:
    """Return words and tone: overdue is said, not only coloured."""
    if task.state == TaskState.OPEN and task.due_on and task.due_on < today:
        return _("Overdue"), "bad"
    if task.state == TaskState.OPEN and task.due_on == today:
        return _("Due today"), "warn"
    return str(TaskState(task.state).label), {"open": "info", "done": "ok"}.get(task.state, "")


def standing(task: Task, today: date, *, is_mine: bool) -> dict[str, str]:
    """Say where a task stands: happened, acts, until, otherwise, tone."""
    if task.state != TaskState.OPEN:
        return _closed(task)
    return {
        "happened": _given(task),
        "acts": _actor(task, is_mine=is_mine),
        "until": _until(task.due_on, today),
        "otherwise": "" if task.due_on else _("No day was set."),
        "tone": "next" if is_mine else "",
    }


def _closed(task: Task) -> dict[str, str]:
    words = _("Done on %(day)s by %(name)s.") if task.state == TaskState.DONE else _("Dropped on %(day)s by %(name)s.")
    happened = words % {
        "day": formats.date_format(timezone.localtime(task.closed_at), "j F Y") if task.closed_at else "–",
        "name": task.closed_by or "–",
    }
    return {"happened": happened, "acts": _("Nobody has to act."), "until": "", "otherwise": "", "tone": "ok"}


def _given(task: Task) -> str:
    day = formats.date_format(timezone.localtime(task.made_at), "j F Y")
    return _("Written down on %(day)s by %(name)s.") % {"day": day, "name": task.made_by or _("Kervan, by itself")}


def _actor(task: Task, *, is_mine: bool) -> str:
    if is_mine:
        return _("You: do it, then mark it as done.")
    if task.assigned_to_id:
        return _("%(name)s does it.") % {"name": task.assigned_to}
    return _("Nobody has it yet: give it to a colleague.")


def _until(due_on: date | None, today: date) -> str:
    if due_on is None:
        return ""
    words = _("It was due on %(day)s.") if due_on < today else _("It is due on %(day)s.")
    return words % {"day": day(due_on)}


def day(value: date | str | None) -> str:
    """A day in words; ISO text of stored values, too."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if value else None
    return formats.date_format(value, "j F Y") if value else ""


def _added(values: Mapping[str, Any]) -> str:
    title, until = values.get("title", "–"), day(values.get("due_on"))
    if until:
        return _("Task written down: “%(title)s”, until %(day)s") % {"title": title, "day": until}
    return _("Task written down: “%(title)s”") % {"title": title}


def _changed(values: Mapping[str, Any]) -> str:
    title, until = values.get("title", "–"), day(values.get("due_on"))
    if until:
        return _("Changed to “%(title)s”, until %(day)s") % {"title": title, "day": until}
    return _("Changed to “%(title)s”") % {"title": title}


def handed_over(values: Mapping[str, Any]) -> str:
    """An event of any record: who looked after it, who does now, and why."""
    names = {name: values.get(name) or _("nobody") for name in ("from_name", "to_name")}
    words = _("Handed over. Before: %(from_name)s. Now: %(to_name)s. Reason: %(reason)s")
    return words % {**names, "reason": values.get("reason", "–")}


def _document_removed(values: Mapping[str, Any]) -> str:
    words = _("Document “%(title)s” removed (number %(number)s, dated %(day)s). Reason: %(reason)s")
    return words % {
        "title": values.get("title", "–"),
        "number": values.get("document_number") or "–",
        "day": day(values.get("dated")) or "–",
        "reason": values.get("reason", "–"),
    }


EVENTS: Mapping[str, texts.Words] = {
    "task.add": _added,
    "task.change": _changed,
    "task.finish": gettext_lazy("Done"),
    "task.drop": gettext_lazy("Dropped: not needed any more"),
    "task.reopen": gettext_lazy("Opened again"),
    "task.hand_over": handed_over,
    "partner.hand_over": handed_over,
    "agreement.hand_over": handed_over,
    "record.note_added": gettext_lazy("Note written"),
    "record.note_removed": gettext_lazy("Note taken back by its writer"),
    "record.document_added": gettext_lazy("Document “%(title)s” added"),
    "record.document_removed": _document_removed,
}


def register() -> None:
    """State the words of these events."""
    texts.register(EVENTS)
