"""Notices in words, and what their mails say around them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kervan.core import registries
from kervan.core.models import Notice
from kervan.core.task_texts import day


def sentence(notice: Notice) -> str:
    """Put a notice into words in the language in force; a missing value is a dash, a code without words itself."""
    words = registries.notice_sentences.get(notice.code)
    return words(defaultdict(lambda: "–", notice.values)) if words else notice.code


def _given(values: Mapping[str, Any]) -> str:
    until = day(values.get("due_on"))
    if until:
        words = _("%(who)s gave you a task: “%(title)s”, until %(day)s.")
        return words % {"who": values["who"], "title": values["title"], "day": until}
    return _("%(who)s gave you a task: “%(title)s”.") % {"who": values["who"], "title": values["title"]}


def _done(values: Mapping[str, Any]) -> str:
    return _("%(who)s has done the task you gave: “%(title)s”.") % {"who": values["who"], "title": values["title"]}


def _dropped(values: Mapping[str, Any]) -> str:
    words = _("%(who)s dropped the task you gave, because it is not needed any more: “%(title)s”.")
    return words % {"who": values["who"], "title": values["title"]}


def _reopened(values: Mapping[str, Any]) -> str:
    return _("%(who)s opened your task again: “%(title)s”.") % {"who": values["who"], "title": values["title"]}


def _to_you(values: Mapping[str, Any]) -> str:
    words = _("%(who)s handed “%(label)s” over to you. Reason: %(reason)s")
    return words % {"who": values["who"], "label": values["label"], "reason": values["reason"]}


def _from_you(values: Mapping[str, Any]) -> str:
    words = _("“%(label)s” is not yours any more. Who looks after it now: %(to_name)s. Reason: %(reason)s")
    name = values["to_name"] or _("nobody")
    return words % {"label": values["label"], "to_name": name, "reason": values["reason"]}


def register() -> None:
    """State the words of the notices of the core."""
    for code, words in {
        "task.given": _given,
        "task.finish": _done,
        "task.drop": _dropped,
        "task.reopened": _reopened,
        "handover.to_you": _to_you,
        "handover.from_you": _from_you,
    }.items():
        registries.notice(code, words)
