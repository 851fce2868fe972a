"""Which seats are empty, and who could still take one."""

from typing import NamedTuple

from kervan.selection.rules import market as m
from kervan.selection.rules.seats import Limits, Occupancy, Seats, holders


class FreePlace(NamedTuple):
    """A place with room: how many it could still seat, counted alone, and who of the unplaced may, best first."""

    place: str
    seats: int
    people: tuple[str, ...]


class Unused(NamedTuple):
    """seats: how many people could be seated in all (shared caps counted once); people: all who could take one."""

    seats: int
    places: tuple[FreePlace, ...]
    people: tuple[str, ...]


def unused(market: m.Market, placement: m.Placement) -> Unused:
    """Tell the office which places are empty and which eligible unplaced people could take which.

    Somebody could take a place who meets its demands and whom its limits still admit, wished or not. What is found
    changes nothing: those people must be asked.  Source: design, "no place is left over that somebody could have used".
    """
    seats = Seats(market)
    people = {applicant.key: applicant for applicant in market.applicants}
    occupancy = _taken(seats, people, placement)
    waiting = [people[key] for key in placement.order if _waits(placement, key)]
    places = tuple(
        FreePlace(place.key, free, tuple(a.key for a in waiting if _could(seats, occupancy, a, place.key)))
        for place in sorted(market.places, key=lambda place: place.key)
        if (free := _free(occupancy, seats, place)) > 0
    )
    could = {key for place in places for key in place.people}
    return Unused(_in_all(market, seats, occupancy, places), places, tuple(a.key for a in waiting if a.key in could))


def _waits(placement: m.Placement, key: str) -> bool:
    outcome = placement.outcomes.get(key)
    return outcome is not None and outcome.result in (m.RESERVED, m.NOT_PLACED)


def _taken(seats: Seats, people: dict[str, m.Applicant], placement: m.Placement) -> Occupancy:
    occupancy = Occupancy(seats)
    for key, place in holders(placement.outcomes.values()).items():
        occupancy.admit(seats.access(people[key], place).limits)
    return occupancy


def _could(seats: Seats, occupancy: Occupancy, applicant: m.Applicant, place: str) -> bool:
    return occupancy.fits(seats.access(applicant, place).limits) and seats.may_hold(applicant, place)


def _limits(seats: Seats, place: m.Place) -> Limits:
    """The limits that hold for whoever comes: an applicant of no unit, level or field meets only these."""
    return seats.access(m.Applicant("", None), place.key).limits


def _free(occupancy: Occupancy, seats: Seats, place: m.Place) -> int:
    room = [int(occupancy.left[number] // share) for number, share in _limits(seats, place) if share]
    return min(room)


def _in_all(market: m.Market, seats: Seats, occupancy: Occupancy, places: tuple[FreePlace, ...]) -> int:
    by_key = {place.key: place for place in market.places}
    total = 0
    for free in places:
        limits = _limits(seats, by_key[free.place])
        while occupancy.fits(limits):
            occupancy.admit(limits)
            total += 1
    return total
