"""The seats of a market and what stands between one applicant and one place: demands first, then limits in order.

A limit is a place's own capacity or a cap. Limits are always asked in this order, and the first that is reached is the
reason given: the place's capacity, people of its line, months of its line, then all other caps by key.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from kervan.selection.rules import market as m

Number = Decimal | int
Limits = tuple[tuple[int, Number], ...]
Shelves = dict[tuple[str, str], list[tuple[int, m.Cap]]]
Group = tuple[str, str, str, str]


class Limit(NamedTuple):
    """What is said when it is reached (`code`, `cap`), how much it admits, and of what."""

    code: str
    cap: str
    maximum: Number
    measure: str = m.PERSONS


class Access(NamedTuple):
    """How applicants of one group stand to one place: refused for `refusal`, or admitted under `limits`.

    limits: (number of the limit, how much one person uses of it).
    """

    refusal: str
    needed: str
    limits: Limits


class Seats:
    """A market prepared for many questions. Applicants of equal unit, faculty, level and field share the answers."""

    def __init__(self, market: m.Market) -> None:
        self.places = {place.key: place for place in market.places}
        self.limits = [Limit(m.QUOTA_EXHAUSTED, "", place.capacity) for place in market.places]
        self._own = {place.key: number for number, place in enumerate(market.places)}
        self._caps: dict[str, Shelves] = {"applicant": {}, "place": {}, "both": {}}
        for number, cap in enumerate(sorted(market.caps, key=_cap_order), len(self.limits)):
            self._caps[cap.side].setdefault(_shelf(cap), []).append((number, cap))
            self.limits.append(Limit(_cap_code(cap), cap.key, _plain(cap.maximum), cap.measure))
        self._access: dict[Group, dict[str, Access]] = {}
        self._host: dict[str, Limits] = {place.key: self._of_place(place) for place in market.places}
        self._home: dict[Group, list[tuple[int, m.Cap]]] = {}

    def _of_place(self, place: m.Place) -> Limits:
        counting = _counting(self._caps["place"], _NOBODY, place)
        return (self._own[place.key], 1), *(_share(number, cap, place) for number, cap in counting)

    def group(self, applicant: m.Applicant) -> dict[str, Access]:
        """The answers known so far for people like this one; complete them with `access`."""
        return self._access.setdefault(_group(applicant), {})

    def access(self, applicant: m.Applicant, key: str) -> Access:
        """Work out, and remember, how this applicant's group stands to a place. Languages are asked per person."""
        known = self.group(applicant)
        if key not in known:
            place = self.places[key]
            known[key] = Access(*_demand(applicant, place), self._limits(applicant, place))
        return known[key]

    def _limits(self, applicant: m.Applicant, place: m.Place) -> Limits:
        home = self._home.get(_group(applicant))
        if home is None:
            home = self._home[_group(applicant)] = list(_counting(self._caps["applicant"], applicant, _NOWHERE))
        both = _counting(self._caps["both"], applicant, place) if self._caps["both"] else ()
        limits = self._host[place.key] + tuple(_share(number, cap, place) for number, cap in (*home, *both))
        return tuple(sorted(limits))

    def may_hold(self, applicant: m.Applicant, key: str) -> bool:
        """Whether the applicant meets all demands of the place, seats aside."""
        place = self.places[key]
        return not self.access(applicant, key).refusal and not language_refusal(applicant, place)


class Occupancy:
    """How much is left of each limit, and of the one admitted last under it the score and what they took."""

    def __init__(self, seats: Seats) -> None:
        self.left: list[Number] = [limit.maximum for limit in seats.limits]
        self.last: list[Decimal | None] = [None] * len(seats.limits)
        self.took: list[Number] = [0] * len(seats.limits)

    def admit(self, limits: Limits, score: Decimal | None = None) -> None:
        """Seat one person."""
        for number, share in limits:
            self.left[number] -= share
            self.last[number] = score
            self.took[number] = share

    def release(self, limits: Limits) -> None:
        """Free the seat of one person."""
        for number, share in limits:
            self.left[number] += share

    def fits(self, limits: Limits) -> bool:
        """Whether one more person can be seated."""
        return all(self.left[number] >= share for number, share in limits)

    def reached(self, limits: Limits) -> Limits:
        """The limits that one more person would break, in their order."""
        left = self.left
        return tuple([pair for pair in limits if left[pair[0]] < pair[1]])


def counts(cap: m.Cap, applicant: m.Applicant, place: m.Place) -> bool:
    """Whether a cap counts this applicant in this place."""
    return all(_matches(name, value, applicant, place) for name, value in cap.dimensions)


def _matches(name: str, value: str, applicant: m.Applicant, place: m.Place) -> bool:
    if name == "field":
        return applicant.field.startswith(value)
    if name == "term":
        return place.term in (value, m.YEAR)
    if name == "place":
        return place.key == value
    owner = applicant if name in m.APPLICANT_DIMENSIONS else place
    return bool(getattr(owner, name) == value)


_NOBODY, _NOWHERE = m.Applicant("", None), m.Place("")


def _group(applicant: m.Applicant) -> Group:
    return applicant.unit, applicant.faculty, applicant.level, applicant.field


def _counting(caps: Shelves, applicant: m.Applicant, place: m.Place) -> Iterator[tuple[int, m.Cap]]:
    for shelf in _shelves(applicant, place):
        for number, cap in caps.get(shelf, ()):
            if counts(cap, applicant, place):
                yield number, cap


def _share(number: int, cap: m.Cap, place: m.Place) -> tuple[int, Number]:
    return number, 1 if cap.measure == m.PERSONS else _plain(place.months)


def _plain(number: Number) -> Number:
    """A whole number as int: comparing two of them costs a fifth of comparing one with a Decimal."""
    return int(number) if number == int(number) else number


def _shelf(cap: m.Cap) -> tuple[str, str]:
    """Where a cap is kept, so that few must be looked through: under one of its exactly matching dimensions."""
    return next((pair for pair in cap.dimensions if pair[0] not in ("field", "term")), ("", ""))


def _shelves(applicant: m.Applicant, place: m.Place) -> Iterable[tuple[str, str]]:
    home = ((name, getattr(applicant, name)) for name in m.APPLICANT_DIMENSIONS)
    host = (("line", place.line), ("partner", place.partner), ("country", place.country))
    return (("", ""), *home, *host, ("place", place.key))


def _cap_code(cap: m.Cap) -> str:
    if not cap.is_line:
        return m.CAP_REACHED
    return m.QUOTA_EXHAUSTED if cap.measure == m.PERSONS else m.NO_MONTHS


def _cap_order(cap: m.Cap) -> tuple[bool, bool, str]:
    return not cap.is_line, cap.is_line and cap.measure == m.MONTHS, cap.key


def _demand(applicant: m.Applicant, place: m.Place) -> tuple[str, str]:
    if place.units and applicant.unit not in place.units and applicant.faculty not in place.units:
        return m.UNIT_NOT_COVERED, ",".join(sorted(place.units))
    if place.levels and applicant.level not in place.levels:
        return m.LEVEL_NOT_COVERED, ",".join(sorted(place.levels))
    if place.fields and not (applicant.field and applicant.field.startswith(place.fields)):
        return m.FIELD_NOT_COVERED, ",".join(sorted(place.fields))
    return "", ""


def language_refusal(applicant: m.Applicant, place: m.Place) -> tuple[str, str, str] | None:
    """The first language demand (by code) that is not met: (code, needed "de:B2", held "A2"), or None.

    A level that is known and too low is said before one that is not known yet.
    """
    if not place.languages_required:
        return None
    unmet = [_unmet(applicant, code, level) for code, level in sorted(place.languages_required.items())]
    return min(filter(None, unmet), default=None)


def _unmet(applicant: m.Applicant, code: str, level: str) -> tuple[str, str, str] | None:
    held = applicant.languages.get(code, "")
    if not held:
        return m.LANGUAGE_UNKNOWN, f"{code}:{level}", ""
    return None if m.CEFR.index(held) >= m.CEFR.index(level) else (m.LANGUAGE_TOO_LOW, f"{code}:{level}", held)


def holders(outcomes: Iterable[m.Outcome]) -> dict[str, str]:
    """Who is seated where: applicant -> place."""
    return {outcome.key: outcome.place for outcome in outcomes if outcome.result == m.MAIN}
