"""Academic years, stored as the year in which they start."""

from datetime import date


def label(start: int) -> str:
    """Return 2026 as "2026/27"."""
    return f"{start}/{(start + 1) % 100:02d}"


def of(day: date) -> int:
    """Return the academic year a day falls in; a year starts in September."""
    return day.year if day.month >= 9 else day.year - 1
