"""How exchange with a partner stands: what was agreed and used each way, and which way the balance leans.

Source of the meaning of numbers: RULES 4.4 (cooperation conditions of the network): people a year is a maximum of each
year, so the total of an agreement is people times years; months are a total of the year and not of a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OUTGOING, INCOMING = "outgoing", "incoming"
# Which way a balance leans. Codes, never renamed.
NOBODY, EVEN, SENT_MORE, RECEIVED_MORE = "nobody", "even", "sent_more", "received_more"


@dataclass(frozen=True, slots=True)
class Amount:
    """People, and months (students) or days (staff) in all; of what was agreed or of what was used."""

    people: int = 0
    months: Decimal = Decimal(0)
    days: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.people + other.people, self.months + other.months, self.days + other.days)


@dataclass(frozen=True, slots=True)
class Year:
    """One academic year with one partner, each way."""

    agreed_out: Amount = Amount()
    agreed_in: Amount = Amount()
    used_out: Amount = Amount()
    used_in: Amount = Amount()

    @property
    def difference(self) -> int:
        """People received less people sent: below zero we sent more."""
        return self.used_in.people - self.used_out.people

    @property
    def leaning(self) -> str:
        """NOBODY when nobody went either way, else EVEN, SENT_MORE or RECEIVED_MORE; people count, not months."""
        if not self.used_out.people and not self.used_in.people:
            return NOBODY
        if not self.difference:
            return EVEN
        return SENT_MORE if self.difference < 0 else RECEIVED_MORE


def added(years: Iterable[Year]) -> Year:
    """Return the sum of several years or partners."""
    total = Year()
    for one in years:
        total = Year(
            total.agreed_out + one.agreed_out,
            total.agreed_in + one.agreed_in,
            total.used_out + one.used_out,
            total.used_in + one.used_in,
        )
    return total


def academic_years(valid_from: date, valid_until: date, *, first_month: int = 9) -> int:
    """Return how many academic years an agreement touches that holds from one day to another, both included.

    first_month: the month in which an academic year begins. Raises ValueError when the last day lies before the first.
    """
    if valid_until < valid_from:
        raise ValueError("the last day lies before the first")
    first, last = (day.year - (day.month < first_month) for day in (valid_from, valid_until))
    return last - first + 1


def over_the_agreement(a_year: Amount, years: int) -> Amount:
    """Return what a line grants over a whole agreement: each year's maximum times the years (RULES 4.4).

    What one year leaves unused does not go over to the next: the product is the most that can ever be used.
    """
    return Amount(a_year.people * years, a_year.months * years, a_year.days * years)


def share(used: int, agreed: int) -> int:
    """Return how much of what was agreed was used, in whole percent, cut; 0 where nothing was agreed. May pass 100."""
    return used * 100 // agreed if agreed else 0
