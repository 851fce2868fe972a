"""What stands in the cells of an uploaded table: numbers, days, yes or no, and by what a header line is known again."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from kervan.core.rules.turkish import search_key

YES_WORDS = frozenset({"yes", "y", "true", "1", "x", "evet", "e", "var"})
NO_WORDS = frozenset({"no", "n", "false", "0", "hayir", "h", "yok"})


def number_of(text: str) -> Decimal | None:
    """Read a number with a decimal point or comma; None when it is none."""
    try:
        number = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def date_of(text: str) -> date | None:
    """Read a day: 2004-03-09, 09.03.2004, 9/3/2004; a time after it is left out. None when it is none."""
    head = text.split(" ")[0].split("T")[0]
    iso, local = (
        re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", head),
        re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", head),
    )
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None


def yes_or_no(text: str) -> bool | None:
    """Read yes or no in English or Turkish; None when it is neither."""
    key = search_key(text)
    return True if key in YES_WORDS else False if key in NO_WORDS else None


def signature(header: Sequence[str]) -> str:
    """Return the SHA-256 of a header line; order and writing do not matter. Chosen columns are remembered under it."""
    return hashlib.sha256("\n".join(sorted(search_key(name) for name in header)).encode()).hexdigest()
