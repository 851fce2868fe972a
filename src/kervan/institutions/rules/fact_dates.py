"""Days that come each year, such as the last day for nominations: read as people write them, put into a real year."""

import re
from collections.abc import Mapping
from datetime import date

from kervan.core.rules.turkish import search_key

MONTHS = (
    ("january", "jan", "ocak"),
    ("february", "feb", "subat"),
    ("march", "mar", "mart"),
    ("april", "apr", "nisan"),
    ("may", "mayis"),
    ("june", "jun", "haziran"),
    ("july", "jul", "temmuz"),
    ("august", "aug", "agustos"),
    ("september", "sep", "sept", "eylul"),
    ("october", "oct", "ekim"),
    ("november", "nov", "kasim"),
    ("december", "dec", "aralik"),
)
LEAP_YEAR = 2000
_NAMES: Mapping[str, int] = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_MONTH_FIRST = re.compile(r"(?:\d{4}-)?(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]?\s*(?:\d{4})?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


def month_day(text: str) -> str | None:
    """Read a day of the year as somebody wrote it: "15 May", "May 15th", "15 Mayıs", "15.05.", "15/5", "05-15".

    A year beside it is left out. With points and strokes the day stands first; with hyphens the month, unless it can
    only be the day ("15-05"). Returns "MM-DD", or None when it names no day that some year has (29 February counts).
    """
    plain = text.strip()
    numbers = _of_numbers(plain)
    return numbers or _of_words(search_key(plain).split())


def _of_numbers(text: str) -> str | None:
    if found := _MONTH_FIRST.fullmatch(text):
        first, second = map(int, found.groups())
        return _valid(first, second) or _valid(second, first)
    if found := _DAY_FIRST.fullmatch(text):
        day, month = map(int, found.groups())
        return _valid(month, day)
    return None


def _of_words(words: list[str]) -> str | None:
    """A number and the name of a month in either order, perhaps a year after them."""
    if len(words) == 3 and re.fullmatch(r"\d{4}", words[2]):
        words = words[:2]
    months = [_NAMES[word] for word in words if word in _NAMES]
    days = [int(found[1]) for word in words if (found := _ORDINAL.fullmatch(word))]
    return _valid(months[0], days[0]) if len(words) == 2 and months and days else None


def _valid(month: int, day: int) -> str | None:
    try:
        return date(LEAP_YEAR, month, day).strftime("%m-%d")
    except ValueError:
        return None


def in_year(month_day: str, year: int) -> date:
    """Return the real day of "MM-DD" in a calendar year; 29 February is the 28th where the year has none.

    Raises ValueError for what is no "MM-DD".
    """
    month, day = map(int, month_day.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        if (month, day) != (2, 29):
            raise
        return date(year, 2, 28)


def next_day(month_day: str, today: date) -> date:
    """Return the next real day of "MM-DD", today included."""
    this_year = in_year(month_day, today.year)
    return this_year if this_year >= today else in_year(month_day, today.year + 1)
