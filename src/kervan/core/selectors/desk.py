"""What stands beside the queue on the start page: the next days, and what the reader has not read yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from kervan.core import notice_texts, registries
from kervan.core.scope import Scope
from kervan.core.selectors import calendar, notices

COMING_DAYS = 14
COMING_ROWS = 8
UNREAD_ROWS = 5
WEEK = 7


@dataclass(frozen=True, slots=True)
class Coming:
    """A dated item with its day in words: "today", "tomorrow", a weekday, a date."""

    on: date
    day: str
    item: registries.DatedItem


def beside(scope: Scope, today: date) -> dict[str, Any]:
    """Return `coming`, `more_coming` (how many are left out) and `unread` (sentence and notice)."""
    found = [item for item in calendar.items(scope, today, today + timedelta(days=COMING_DAYS)) if item.on >= today]
    unread = notices.unread(scope)[:UNREAD_ROWS]
    return {
        "coming": [Coming(item.on, day_words(item.on, today), item) for item in found[:COMING_ROWS]],
        "more_coming": max(len(found) - COMING_ROWS, 0),
        "unread": [(notice_texts.sentence(one), one) for one in unread],
    }


def day_words(day: date, today: date) -> str:
    """Name a coming day as one says it today."""
    distance = (day - today).days
    if distance == 0:
        return _("Today")
    if distance == 1:
        return _("Tomorrow")
    return formats.date_format(day, "l" if 1 < distance < WEEK else "j F")
