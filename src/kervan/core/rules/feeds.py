"""Dates as an iCalendar file (RFC 5545): whole days, stable names, words as they are."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

SUMMARY_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Day:
    """One entry. uid: stable, unique in the world. first, last: whole days, last included. address: absolute."""

    uid: str
    first: date
    last: date
    title: str
    address: str


def digest(name: str, days: Sequence[Day]) -> str:
    """Return what a feed says as SHA-256: the same words and days give the same, in whatever order they came."""
    told = sorted([day.uid, day.first.isoformat(), day.last.isoformat(), day.title, day.address] for day in days)
    return hashlib.sha256(json.dumps([name, told], ensure_ascii=False).encode()).hexdigest()


def calendar(name: str, zone: str, days: Iterable[Day], stamp: datetime) -> bytes:
    """Return the file. stamp: aware, when the entries were last changed.

    DTEND is exclusive: an entry of one day ends the day after (RFC 5545, 3.6.1). Commas, semicolons and line ends of a
    title are escaped by the library and cannot begin a new property; control characters are left out. Days are marked
    as free: a deadline keeps nobody busy. Raises ValueError for a last day before the first.
    """
    made = Calendar()
    made.add("prodid", "-//Kervan//Calendar//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", _clean(name))
    made.add("x-wr-timezone", zone)
    made.add("x-published-ttl", "PT1H")
    for day in days:
        made.add_component(_event(day, stamp))
    return bytes(made.to_ical())


def _event(day: Day, stamp: datetime) -> Event:
    if day.last < day.first:
        raise ValueError(f"{day.uid} ends on {day.last}, before {day.first}")
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", day.first)
    event.add("dtend", day.last + timedelta(days=1))
    event.add("summary", _clean(day.title)[:SUMMARY_LETTERS])
    event.add("url", day.address)
    event.add("transp", "TRANSPARENT")
    return event


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
