"""Whether what the office knows of a contact is still to be trusted, and whom it may ask."""

from datetime import date, timedelta

FRESH_MONTHS = 12
PAUSE_DAYS = 30
FRESH, OLD, NEVER, LEFT = "fresh", "old", "never", "left"
NO_ADDRESS, ASKED_LATELY = "no_address", "asked_lately"


def fresh_since(today: date) -> date:
    """Return the first day on which a confirmation still counts as fresh: the same day twelve months ago.

    29 February counts from 28 February of the year before.  Source: our own rule; the programme guide asks partners to
    keep contacts current and names no period.
    """
    try:
        return today.replace(year=today.year - FRESH_MONTHS // 12)
    except ValueError:
        return today.replace(year=today.year - FRESH_MONTHS // 12, day=28)


def freshness(confirmed_on: date | None, left_on: date | None, today: date) -> str:
    """Say how far a contact can be trusted: `fresh` (confirmed within twelve months), `old`, `never` or `left`.

    Who is not there any more is `left`, whenever that was written down and whatever was confirmed before.
    """
    if left_on:
        return LEFT
    if confirmed_on is None:
        return NEVER
    return FRESH if confirmed_on >= fresh_since(today) else OLD


def asked_before(today: date) -> date:
    """Return the last day of a question after which the same contact may be asked again: 30 days ago."""
    return today - timedelta(days=PAUSE_DAYS)


def why_not_ask(email: str, asked_on: date | None, left_on: date | None, today: date) -> str:
    """Return why a contact is not asked to confirm, "" when they may be.

    Codes: `left` (not there any more), `no_address`, `asked_lately` (less than 30 days ago, so that nobody is asked
    twice for one round).
    """
    if left_on:
        return LEFT
    if not email:
        return NO_ADDRESS
    return ASKED_LATELY if asked_on and asked_on > asked_before(today) else ""
