"""Dates that matter to a reader: what every app says of them, as days, as a month, as entries of a feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from kervan.core import registries
from kervan.core.models import Office
from kervan.core.rules.feeds import Day
from kervan.core.scope import Scope

LONG_DAYS = 7
PAST_DAYS, COMING_DAYS = 90, 400
WEEK = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated item on one day. part: "begins" or "ends" of something long, else ""."""

    item: registries.DatedItem
    part: str = ""


def items(scope: Scope, first: date, last: date) -> list[registries.DatedItem]:
    """Everything between two days that the reader may see, by day. As many queries as the sources need."""
    found = [item for source in registries.date_sources for item in source(scope, first, last)]
    return sorted(found, key=lambda item: (item.on, not item.is_deadline, str(item.title)))


def days(scope: Scope, first: date, last: date) -> dict[date, list[Entry]]:
    """Return day -> entries. Something of up to a week stands on each of its days, something longer on its ends."""
    found: dict[date, list[Entry]] = {}
    for item in items(scope, first, last):
        for day, entry in _entries(item):
            if first <= day <= last:
                found.setdefault(day, []).append(entry)
    return dict(sorted(found.items()))


def _entries(item: registries.DatedItem) -> Iterator[tuple[date, Entry]]:
    length = (item.until - item.on).days if item.until else 0
    if length >= LONG_DAYS:
        yield item.on, Entry(item, "begins")
        yield item.on + timedelta(days=length), Entry(item, "ends")
        return
    for number in range(length + 1):
        yield item.on + timedelta(days=number), Entry(item)


def weeks(month: date) -> list[list[date]]:
    """Return the weeks, Monday to Sunday, that hold a day of a month. month: its first day."""
    first = month - timedelta(days=month.weekday())
    last = following(month) - timedelta(days=1)
    count = ((last - first).days // WEEK) + 1
    return [[first + timedelta(days=WEEK * week + day) for day in range(WEEK)] for week in range(count)]


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def feed_days(office: Office, scope: Scope, today: date) -> list[Day]:
    """The entries of a feed: a quarter of a year back, a year and a bit ahead."""
    found = items(scope, today - timedelta(days=PAST_DAYS), today + timedelta(days=COMING_DAYS))
    return [
        Day(
            f"{item.uid}@{office.uid}.kervan",
            item.on,
            max(item.until or item.on, item.on),
            str(item.title),
            f"{settings.ADDRESS}{item.url}",
        )
        for item in found
    ]
