"""The partner's own way in: how long an address opens, and when a mailed code lets somebody decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"
DAYS = 60
LONGEST_DAYS = 366
CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=30)
CODE_ATTEMPTS = 5
CODES = 3
CODES_IN = timedelta(hours=1)
MOST_WRONG = 40  # wrong codes of an address within WRONG_IN; 40 of a million guesses
WRONG_IN = timedelta(days=30)
DECIDES_FOR = timedelta(hours=12)
RIGHT, WRONG, SPENT, NONE = "right", "wrong", "spent", "none"
WRITES = 60
WRITES_IN = timedelta(hours=1)
OPENED_EVERY = timedelta(hours=1)

ANSWERED_STATES = ("approved",)


def last_day(today: date, days: int) -> date:
    """Return the last day on which an address opens that is made or lengthened today.

    days: 1 to `LONGEST_DAYS`; the day it is made counts as none. Raises ValueError on any other number.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"{days} days; an address lasts 1 to {LONGEST_DAYS}")
    return today + timedelta(days=days)


def standing(expires_on: date, *, is_revoked: bool, today: date) -> str:
    """Return how an address stands: VALID, EXPIRED or REVOKED. It opens until its last day is over.

    today: in the office's zone. An address that was taken back stays so, also after its last day.
    """
    if is_revoked:
        return REVOKED
    return EXPIRED if today > expires_on else VALID


def may_answer(state: str) -> bool:
    """Return whether a version waits for the partner's yes or no: it is approved by us and not answered."""
    return state in ANSWERED_STATES


def next_code_at(made: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when another code may be sent: None for now, else the moment. At most `CODES` within `CODES_IN`.

    made: when the address's codes were sent, in any order.
    """
    recent = sorted(at for at in made if at > now - CODES_IN)
    return recent[-CODES] + CODES_IN if len(recent) >= CODES else None


@dataclass(frozen=True, slots=True)
class Code:
    """The newest code of an address. attempts: wrong ones so far."""

    attempts: int
    expires_at: datetime
    is_used: bool


def judge_code(code: Code | None, *, is_same: bool, now: datetime) -> str:
    """Return what a typed code is: RIGHT, WRONG, SPENT (tried too often), or NONE (none waits).

    A code opens once, for `CODE_LASTS`, and bears `CODE_ATTEMPTS` wrong attempts; after these the right one is refused
    too. None waits when none was asked for, or the newest was used or is over.
    """
    if code is None or code.is_used or now >= code.expires_at:
        return NONE
    if code.attempts >= CODE_ATTEMPTS:
        return SPENT
    return RIGHT if is_same else WRONG


def attempts_left(attempts: int) -> int:
    """Return how many attempts a code still bears after so many wrong ones; never below 0."""
    return max(CODE_ATTEMPTS - attempts, 0)
