"""Who gets which place: down the merit order, each the first wish that still has room."""

import gc
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from kervan.selection.rules import market as m
from kervan.selection.rules.seats import Access, Limits, Occupancy, Seats, language_refusal


def place(market: m.Market) -> m.Placement:
    """Place the eligible applicants of a market, best first, each on the best wish that has room, and say why.

    A wish has room when the applicant meets the place's demands and neither its capacity nor a cap would be exceeded.
    Whoever gets none stands on the reserve list of every wish that was full. Grants go down the main list.
    Returns codes and figures only. Raises ValueError for a market that cannot be decided (see `market.problems`).
    Source: RULES 1.4.2 to 1.4.7; the order of equals is the call's tie chain, then a drawn order (`merit_order`).
    """
    if found := m.problems(market):
        raise ValueError("; ".join(found))
    with _no_collecting():
        seats = Seats(market)
        order = merit_order(market)
        return _write(State(market, seats, order, {}), placing=True)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hold Python's search for circular garbage: a large call makes 200,000 small tuples and no circle.

    It would take a third of the time. Whoever finds it off leaves it off, so calls side by side do no harm.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def merit_order(market: m.Market) -> tuple[m.Applicant, ...]:
    """All applicants, best first: score, then the tie chain, then SHA-256 of seed + key, the smaller first.

    The position of a wish plays no part. The rejected stand in the order too, but never take a place.
    """
    return tuple(sorted(market.applicants, key=lambda applicant: _merit(applicant, market.seed)))


def _merit(applicant: m.Applicant, seed: str) -> tuple[object, ...]:
    ties = [(value is None, -(value or 0)) for value in applicant.ties]
    drawn = sha256(f"{seed}{applicant.key}".encode()).digest()
    return applicant.score is None, -(applicant.score or 0), ties, drawn, applicant.key


def first_that_fits(seats: Seats, occupancy: Occupancy, applicant: m.Applicant, before: str = "") -> str:
    """The best wish with room for this applicant, looking only at those better than `before`; "" when there is none."""
    known = seats.group(applicant)
    for wish in applicant.wishes:
        if wish == before:
            break
        access = known.get(wish) or seats.access(applicant, wish)
        if not access.refusal and occupancy.fits(access.limits) and not language_refusal(applicant, seats.places[wish]):
            return wish
    return ""


_ASKED = {m.UNIT_NOT_COVERED: "unit", m.LEVEL_NOT_COVERED: "level", m.FIELD_NOT_COVERED: "field"}


class Waiting(NamedTuple):
    """The best wish on whose published reserve list somebody stands, and where."""

    wish: int
    place: str
    reserve_rank: int


@dataclass(frozen=True, slots=True)
class State:
    """Who holds what at some moment: enough to write down the whole result.

    order: everybody in merit order. held: applicant -> place. withdrawn: who gave up, in time. promoted: who moved up
    by succession. granted: who had a grant before and keeps it.
    """

    market: m.Market
    seats: Seats
    order: Sequence[m.Applicant]
    held: Mapping[str, str]
    withdrawn: tuple[m.Withdrawn, ...] = ()
    promoted: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()


def settle(state: State) -> m.Placement:
    """Write down the result of a state: ranks, reasons of every wish, reserve lists and ranks, grants."""
    return _write(state, placing=False)


def _write(state: State, *, placing: bool) -> m.Placement:
    walk = _Walk(state, placing=placing)
    wishes = walk.all()
    state = replace(state, held=walk.held)
    reserves, waiting = _reserve_lists(state, wishes)
    outcomes = dict(_outcomes(state, wishes, waiting, _grants(state)))
    taken = Counter(state.held.values())
    left = {place.key: place.capacity - taken[place.key] for place in state.market.places}
    return m.Placement(tuple(a.key for a in state.order), outcomes, reserves, left, state.withdrawn)


class _Walk:
    """One walk down the merit order that tells each wish's fate from the seats taken by those ranked above.

    `placing`: also seat each applicant on the first wish with room. Otherwise everybody sits where the state says.
    `above` holds the seats of those ranked above, `before` also the seats that the withdrawn above had held. Who was
    refused for a seat that is free only since then hears the reason of that time, marked `freed_later`.
    """

    def __init__(self, state: State, *, placing: bool) -> None:
        self.state, self.placing, self.held = state, placing, dict(state.held)
        self.above = Occupancy(state.seats)
        self.before = Occupancy(state.seats) if state.withdrawn else self.above
        self.gone = {gone.key: gone.place for gone in state.withdrawn}
        self._better = {place: m.WishResult(place, m.BETTER_WISH) for place in state.seats.places}
        self._placed = {place: m.WishResult(place, m.PLACED) for place in state.seats.places}

    def all(self) -> dict[str, tuple[m.WishResult, ...]]:
        """Applicant -> one result per wish, for all eligible who have not withdrawn."""
        found = {}
        for applicant in self.state.order:
            if applicant.key in self.gone:
                self._count_gone(applicant)
            elif applicant.eligible:
                found[applicant.key] = self._of(applicant)
        return found

    def _count_gone(self, applicant: m.Applicant) -> None:
        if place := self.gone[applicant.key]:
            self.before.admit(self.state.seats.access(applicant, place).limits, applicant.score)

    def _of(self, applicant: m.Applicant) -> tuple[m.WishResult, ...]:
        known, results = self.state.seats.group(applicant), []
        for wish in applicant.wishes:
            access = known.get(wish) or self.state.seats.access(applicant, wish)
            result = self._one(applicant, wish, access)
            results.append(result)
            if result.code == m.PLACED:
                self.held[applicant.key] = wish
                self._count(access.limits, applicant.score)
                break
        results += [self._better[wish] for wish in applicant.wishes[len(results) :]]
        return tuple(results)

    def _one(self, applicant: m.Applicant, wish: str, access: Access) -> m.WishResult:
        if access.refusal:
            held = getattr(applicant, _ASKED[access.refusal])
            return m.WishResult(wish, access.refusal, needed=access.needed, held=held)
        if unmet := language_refusal(applicant, self.state.seats.places[wish]):
            return m.WishResult(wish, unmet[0], needed=unmet[1], held=unmet[2])
        if self.placing:
            reached = self.above.reached(access.limits)
            return self._reached(applicant, wish, self.above, reached) if reached else self._placed[wish]
        if self.state.held.get(applicant.key) == wish:
            return self._placed[wish]
        return self._full(applicant, wish, access.limits)

    def _count(self, limits: Limits, score: Decimal | None) -> None:
        self.above.admit(limits, score)
        if self.before is not self.above:
            self.before.admit(limits, score)

    def _full(self, applicant: m.Applicant, wish: str, limits: Limits) -> m.WishResult:
        if reached := self.above.reached(limits):
            return self._reached(applicant, wish, self.above, reached)
        if reached := self.before.reached(limits):
            return self._reached(applicant, wish, self.before, reached)._replace(enough=None, freed_later=True)
        limit = self.state.seats.limits[self._everybody().reached(limits)[0][0]]
        return m.WishResult(wish, limit.code, limit.cap, limit.maximum, freed_later=True)

    def _reached(self, applicant: m.Applicant, wish: str, occupancy: Occupancy, reached: Limits) -> m.WishResult:
        first, _ = reached[0]
        limit, cutoff = self.state.seats.limits[first], occupancy.last[first]
        shortfall = None if cutoff is None or applicant.score is None else cutoff - applicant.score
        enough = _enough(occupancy, reached)
        return m.WishResult(wish, limit.code, limit.cap, limit.maximum, cutoff, shortfall, enough)

    def _everybody(self) -> Occupancy:
        """The seats of all who hold or held one."""
        occupancy = Occupancy(self.state.seats)
        for applicant in self.state.order:
            if place := self.state.held.get(applicant.key) or self.gone.get(applicant.key):
                occupancy.admit(self.state.seats.access(applicant, place).limits, applicant.score)
        return occupancy


def _enough(occupancy: Occupancy, reached: Limits) -> Decimal | None:
    """Ahead of the last one admitted under each reached limit one person more fits, if that one took as much."""
    highest: Decimal | None = None
    for number, share in reached:
        last = occupancy.last[number]
        if last is None or occupancy.left[number] + occupancy.took[number] < share:
            return None
        highest = last if highest is None or last > highest else highest
    return highest


def _reserve_lists(
    state: State, wishes: Mapping[str, Sequence[m.WishResult]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, Waiting]]:
    """Place -> every unplaced applicant who found it full, in merit order; applicant -> best wish so published."""
    lists: dict[str, list[str]] = {place.key: [] for place in state.market.places}
    published = {place.key: place.reserve for place in state.market.places}
    waiting: dict[str, Waiting] = {}
    for key in (key for key in wishes if key not in state.held):
        for number, (place, code, *_) in enumerate(wishes[key], 1):
            if code in m.FULL:
                lists[place].append(key)
                if key not in waiting and len(lists[place]) <= published[place]:
                    waiting[key] = Waiting(number, place, len(lists[place]))
    return {place: tuple(keys) for place, keys in lists.items()}, waiting


def _grants(state: State) -> Collection[str]:
    """Those with a grant: all who had one, then the best-ranked of the main list until the funded number is used."""
    if state.market.funded is None:
        return ()
    granted = {key for key in state.granted if key in state.held}
    for applicant in state.order:
        if len(granted) >= state.market.funded:
            break
        if applicant.key in state.held:
            granted.add(applicant.key)
    return granted


def _outcomes(
    state: State,
    wishes: Mapping[str, tuple[m.WishResult, ...]],
    waiting: Mapping[str, Waiting],
    granted: Collection[str],
) -> Iterator[tuple[str, m.Outcome]]:
    gone = {withdrawn.key for withdrawn in state.withdrawn}
    rank = 0
    for applicant in state.order:
        key = applicant.key
        rank += applicant.eligible
        if key in gone:
            continue
        if not applicant.eligible:
            yield key, m.Outcome(key, None, m.REJECTED, rejections=applicant.rejections)
        elif key in state.held:
            yield key, _seated(state, applicant, rank, wishes[key], key in granted)
        elif key in waiting:
            yield key, m.Outcome(key, rank, m.RESERVED, *waiting[key], wishes=wishes[key])
        else:
            yield key, m.Outcome(key, rank, m.NOT_PLACED, wishes=wishes[key])


def _seated(
    state: State, applicant: m.Applicant, rank: int, wishes: tuple[m.WishResult, ...], granted: bool
) -> m.Outcome:
    place = state.held[applicant.key]
    grant = "" if state.market.funded is None else m.WITH_GRANT if granted else m.ZERO_GRANT
    wish, promoted = applicant.wishes.index(place) + 1, applicant.key in state.promoted
    return m.Outcome(applicant.key, rank, m.MAIN, wish, place, None, grant, promoted, wishes=wishes)
