"""Who moves up when somebody gives up, and what that changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kervan.selection.rules import market as m
from kervan.selection.rules.placement import State, first_that_fits, settle
from kervan.selection.rules.seats import Occupancy, Seats, holders


class Step(NamedTuple):
    """One person who moves up: from `before` ("" if unplaced) to `place`, the applicant's wish number `wish`.

    why: "reserve_list" (best of the freed place's list that can be seated), "better_wish" (of that list, but a wish
    they like better has room under a shared cap), "room" (best-ranked unplaced person for whom room appeared
    elsewhere), "chain" (everybody may move up, best-ranked first).
    """

    key: str
    before: str
    place: str
    wish: int
    why: str


@dataclass(frozen=True, slots=True)
class Succession:
    """What a withdrawal leads to. Nothing else changes for those seated.

    steps: who moves up, in order. granted: who gets a grant that they did not have. placement: the new result.
    """

    withdrawn: m.Withdrawn
    steps: tuple[Step, ...]
    granted: tuple[str, ...]
    placement: m.Placement


def withdraw(market: m.Market, placement: m.Placement, key: str) -> Succession:
    """Take one applicant out and let others move up, as the call's mode says. Nobody loses anything.

    reserve: the freed place goes to the best of its reserve list who can be seated; holders of another place are
    exempt. If shared caps make room elsewhere, the unplaced go on in merit order until none can be seated.
    chain: everybody may move to a wish they like better, best-ranked first, until nobody can.
    A freed grant goes to the best-ranked without one, the promoted included.
    Raises ValueError when the key is not an eligible applicant of this placement.
    Source: RULES 1.4.10; the published call names the mode.
    """
    outcome = placement.outcomes.get(key)
    if outcome is None or outcome.result == m.REJECTED:
        raise ValueError(f"{key} is no applicant who could withdraw")
    gone = m.Withdrawn(key, outcome.place if outcome.result == m.MAIN else "")
    desk = _Desk(market, placement, gone)
    steps = tuple(desk.chain() if market.mode == m.CHAIN else desk.reserve())
    after = desk.settle(steps)
    return Succession(gone, steps, _newly_granted(placement, after), after)


def late_withdrawal_points(days_after_results: int, waiver_days: int, points: Decimal) -> Decimal:
    """Points that a withdrawal costs at the next application: none up to and including the last day of waiver.

    points: the rule pack's figure, negative (-10).  Source: RULES 1.4.9.
    """
    return Decimal(0) if days_after_results <= waiver_days else points


class _Desk:
    """The seats after somebody left, and the moves that follow."""

    def __init__(self, market: m.Market, placement: m.Placement, gone: m.Withdrawn) -> None:
        self.market, self.placement, self.gone = market, placement, gone
        self.seats = Seats(market)
        people = {applicant.key: applicant for applicant in market.applicants}
        self.order = [people[key] for key in placement.order]
        self.people = people
        self.held = holders(placement.outcomes.values())
        self.held.pop(gone.key, None)
        self.withdrawn = (*placement.withdrawn, gone)
        self.occupancy = Occupancy(self.seats)
        for key, place in self.held.items():
            self.occupancy.admit(self.seats.access(people[key], place).limits)

    def active(self) -> Iterator[m.Applicant]:
        """The eligible who have not withdrawn, in merit order."""
        left = {gone.key for gone in self.withdrawn}
        return (applicant for applicant in self.order if applicant.eligible and applicant.key not in left)

    def reserve(self) -> Iterator[Step]:
        """Fill the freed place from its list, then let the unplaced go on in merit order."""
        if self.gone.place:
            for key in self.placement.reserves[self.gone.place]:
                if not self.room_in(self.gone.place, self.people[key]):
                    continue
                step = self.move(self.people[key], "reserve_list")
                if step.place == self.gone.place:
                    yield step
                    break
                yield step._replace(why="better_wish")
        for applicant in self.active():
            if applicant.key not in self.held and first_that_fits(self.seats, self.occupancy, applicant):
                yield self.move(applicant, "room")

    def chain(self) -> Iterator[Step]:
        """Let the best-ranked person who can improve do so, again and again."""
        while mover := next((a for a in self.active() if self.better(a)), None):
            yield self.move(mover, "chain")

    def room_in(self, place: str, applicant: m.Applicant) -> bool:
        """Whether this applicant could sit down there now."""
        return self.occupancy.fits(self.seats.access(applicant, place).limits)

    def better(self, applicant: m.Applicant) -> str:
        """The best wish with room, better than what is held; the own seat counts as free."""
        held = self.held.get(applicant.key, "")
        if not held:
            return first_that_fits(self.seats, self.occupancy, applicant)
        own = self.seats.access(applicant, held).limits
        self.occupancy.release(own)
        found = first_that_fits(self.seats, self.occupancy, applicant, before=held)
        self.occupancy.admit(own)
        return found

    def move(self, applicant: m.Applicant, why: str) -> Step:
        """Seat the applicant on the best wish that has room."""
        before, place = self.held.get(applicant.key, ""), self.better(applicant)
        if before:
            self.occupancy.release(self.seats.access(applicant, before).limits)
        self.occupancy.admit(self.seats.access(applicant, place).limits)
        self.held[applicant.key] = place
        return Step(applicant.key, before, place, applicant.wishes.index(place) + 1, why)

    def settle(self, steps: Sequence[Step]) -> m.Placement:
        """The result after these moves."""
        outcomes = self.placement.outcomes.values()
        promoted = {outcome.key for outcome in outcomes if outcome.promoted} | {step.key for step in steps}
        granted = frozenset(outcome.key for outcome in outcomes if outcome.grant == m.WITH_GRANT)
        now = State(self.market, self.seats, self.order, self.held, self.withdrawn, frozenset(promoted), granted)
        return settle(now)


def _newly_granted(before: m.Placement, after: m.Placement) -> tuple[str, ...]:
    had = {outcome.key for outcome in before.outcomes.values() if outcome.grant == m.WITH_GRANT}
    return tuple(k for k in after.order if k not in had and _has_grant(after, k))


def _has_grant(placement: m.Placement, key: str) -> bool:
    return key in placement.outcomes and placement.outcomes[key].grant == m.WITH_GRANT
