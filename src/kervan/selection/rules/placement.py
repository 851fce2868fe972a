"""Who gets which place: down the merit order, each the first wish that still has room."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from kervan.selection.rules import market as m
from kervan.selection.rules.seats import Limits, Occupancy, Seats, language_refusal


def place(market: m.Market) -> m.Placement:
    """Place the eligible applicants of a market, best first, each on the best wish that has room, and say why.

    A wish has room when the applicant meets the place's demands and neither its capacity nor a cap would be exceeded.
    Whoever gets none stands on the reserve list of every wish that was full. Grants go down the main list.
    Returns codes and figures only. Raises ValueError for a market that cannot be decided (see `market.problems`).
    Source: RULES 1.4.2 to 1.4.7; the order of equals is the call's tie chain, then a drawn order (`merit_order`).
    """
    if found := m.problems(market):
        raise ValueError("; ".join(found))
    seats = Seats(market)
    order = merit_order(market)
    return settle(State(market, seats, order, _seat(seats, order)))


def merit_order(market: m.Market) -> tuple[m.Applicant, ...]:
    """All applicants, best first: score, then the tie chain, then SHA-256 of seed + key, the smaller first.

    The position of a wish plays no part. The rejected stand in the order too, but never take a place.
    """
    return tuple(sorted(market.applicants, key=lambda applicant: _merit(applicant, market.seed)))


def _merit(applicant: m.Applicant, seed: str) -> tuple[object, ...]:
    ties = [(value is None, -(value or 0)) for value in applicant.ties]
    drawn = sha256(f"{seed}{applicant.key}".encode()).digest()
    return applicant.score is None, -(applicant.score or 0), ties, drawn, applicant.key


def _seat(seats: Seats, order: Sequence[m.Applicant]) -> dict[str, str]:
    occupancy = Occupancy(seats)
    held = {}
    for applicant in order:
        if applicant.eligible and (wish := first_that_fits(seats, occupancy, applicant)):
            occupancy.admit(seats.access(applicant, wish).limits)
            held[applicant.key] = wish
    return held


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
    wishes = _Reasons(state).all()
    reserves = _reserve_lists(state, wishes)
    grants = _grants(state)
    positions = _positions(reserves)
    outcomes = dict(_outcomes(state, wishes, positions, grants))
    taken = Counter(state.held.values())
    left = {place.key: place.capacity - taken[place.key] for place in state.market.places}
    return m.Placement(tuple(a.key for a in state.order), outcomes, reserves, left, state.withdrawn)


class _Reasons:
    """One walk down the merit order that tells each wish's fate from the seats taken by those ranked above.

    `above` holds the seats of those ranked above, `before` also the seats that the withdrawn above had held. Who was
    refused for a seat that is free only since then hears the reason of that time, marked `freed_later`.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.above = Occupancy(state.seats)
        self.before = Occupancy(state.seats) if state.withdrawn else self.above
        self.gone = {gone.key: gone.place for gone in state.withdrawn}

    def all(self) -> dict[str, tuple[m.WishResult, ...]]:
        """Applicant -> one result per wish, for all eligible who have not withdrawn."""
        found = {}
        for applicant in self.state.order:
            if applicant.key in self.gone:
                self._count_gone(applicant)
            elif applicant.eligible:
                found[applicant.key] = tuple(self._of(applicant))
        return found

    def _count_gone(self, applicant: m.Applicant) -> None:
        if place := self.gone[applicant.key]:
            self.before.admit(self.state.seats.access(applicant, place).limits, applicant.score)

    def _of(self, applicant: m.Applicant) -> Iterator[m.WishResult]:
        held = self.state.held.get(applicant.key)
        known = self.state.seats.group(applicant)
        wishes = iter(applicant.wishes)
        for wish in wishes:
            if wish == held:
                yield m.WishResult(wish, m.PLACED)
                break
            access = known[wish] if wish in known else self.state.seats.access(applicant, wish)
            if access.refusal:
                own = applicant.level if access.refusal == m.LEVEL_NOT_COVERED else applicant.field
                yield m.WishResult(wish, access.refusal, needed=access.needed, held=own)
            elif unmet := language_refusal(applicant, self.state.seats.places[wish]):
                yield m.WishResult(wish, unmet[0], needed=unmet[1], held=unmet[2])
            else:
                yield self._full(applicant, wish, access.limits)
        for wish in wishes:
            yield m.WishResult(wish, m.BETTER_WISH)
        if held:
            self._count(known[held].limits, applicant.score)

    def _count(self, limits: Limits, score: Decimal | None) -> None:
        self.above.admit(limits, score)
        if self.before is not self.above:
            self.before.admit(limits, score)

    def _full(self, applicant: m.Applicant, wish: str, limits: Limits) -> m.WishResult:
        if reached := self.above.reached(limits):
            return self._reached(applicant, wish, self.above, reached)
        if reached := self.before.reached(limits):
            return self._reached(applicant, wish, self.before, reached)._replace(enough=None, freed_later=True)
        limit = self.state.seats.limits[self._everybody().reached(limits)[0]]
        return m.WishResult(wish, limit.code, limit.cap, limit.maximum, freed_later=True)

    def _reached(
        self, applicant: m.Applicant, wish: str, occupancy: Occupancy, reached: list[int]
    ) -> m.WishResult:
        limit = self.state.seats.limits[reached[0]]
        cutoff = occupancy.last[reached[0]]
        shortfall = None if cutoff is None or applicant.score is None else cutoff - applicant.score
        enough = self._enough(occupancy, reached)
        return m.WishResult(wish, limit.code, limit.cap, limit.maximum, cutoff, shortfall, enough)

    def _enough(self, occupancy: Occupancy, reached: list[int]) -> Decimal | None:
        """Ahead of the last one admitted under each reached limit, one person more fits, if persons are what counts."""
        limits = [self.state.seats.limits[number] for number in reached]
        if any(limit.measure != m.PERSONS or limit.maximum < 1 for limit in limits):
            return None
        return max((last for number in reached if (last := occupancy.last[number]) is not None), default=None)

    def _everybody(self) -> Occupancy:
        """The seats of all who hold or held one."""
        occupancy = Occupancy(self.state.seats)
        for applicant in self.state.order:
            if place := self.state.held.get(applicant.key) or self.gone.get(applicant.key):
                occupancy.admit(self.state.seats.access(applicant, place).limits, applicant.score)
        return occupancy


def _reserve_lists(state: State, wishes: Mapping[str, Sequence[m.WishResult]]) -> dict[str, tuple[str, ...]]:
    """Place -> every unplaced applicant who wished it and found it full, in merit order."""
    lists: dict[str, list[str]] = {place.key: [] for place in state.market.places}
    for key, results in wishes.items():
        if key not in state.held:
            for wish in results:
                if wish.code in m.FULL:
                    lists[wish.place].append(key)
    return {place: tuple(keys) for place, keys in lists.items()}


def _positions(reserves: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], int]:
    return {(key, place): n for place, keys in reserves.items() for n, key in enumerate(keys, 1)}


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
    positions: Mapping[tuple[str, str], int],
    grants: Collection[str],
) -> Iterator[tuple[str, m.Outcome]]:
    gone = {withdrawn.key for withdrawn in state.withdrawn}
    published = {place.key: place.reserve for place in state.market.places}
    rank = 0
    for applicant in state.order:
        key = applicant.key
        rank += applicant.eligible
        if key in gone:
            continue
        if not applicant.eligible:
            yield key, m.Outcome(key, None, m.REJECTED, rejections=applicant.rejections)
        elif place := state.held.get(key):
            wish = applicant.wishes.index(place) + 1
            grant = "" if state.market.funded is None else m.WITH_GRANT if key in grants else m.ZERO_GRANT
            yield (
                key,
                m.Outcome(
                    key, rank, m.MAIN, wish, place, None, grant, key in state.promoted, wishes=wishes[key]
                ),
            )
        else:
            yield key, _waiting(key, rank, wishes[key], positions, published)


def _waiting(
    key: str,
    rank: int,
    wishes: tuple[m.WishResult, ...],
    positions: Mapping[tuple[str, str], int],
    published: Mapping[str, int],
) -> m.Outcome:
    """On reserve for the best wish whose published list reaches this far, else not placed."""
    for number, wish in enumerate(wishes, 1):
        position = positions.get((key, wish.place))
        if position and position <= published[wish.place]:
            return m.Outcome(key, rank, m.RESERVED, number, wish.place, position, wishes=wishes)
    return m.Outcome(key, rank, m.NOT_PLACED, wishes=wishes)
