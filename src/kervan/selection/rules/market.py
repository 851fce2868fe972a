"""What a placement is decided on: applicants, places, caps. Plain values, no behaviour beyond reading them.

A *place* is one line of an agreement in one term; a *wish* names a place. The seats of a place are its `capacity`;
whatever several places share (people or months of their line, a partner's total) is a `Cap`, and so is a home quota.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

RESERVE, CHAIN = "reserve", "chain"
MODES = (RESERVE, CHAIN)
AUTUMN, SPRING, YEAR = "autumn", "spring", "year"
TERMS = (AUTUMN, SPRING, YEAR)
LEVELS = ("associate", "bachelor", "master", "doctorate")
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
PERSONS, MONTHS = "persons", "months"
MEASURES = (PERSONS, MONTHS)
APPLICANT_DIMENSIONS = ("unit", "faculty", "level", "field")
PLACE_DIMENSIONS = ("place", "line", "partner", "country", "term")
DIMENSIONS = APPLICANT_DIMENSIONS + PLACE_DIMENSIONS

# Results of an applicant, grants, and the words of a wish; never renamed (they stand in snapshots).
MAIN, RESERVED, NOT_PLACED, REJECTED = "main", "reserve", "not_placed", "rejected"
WITH_GRANT, ZERO_GRANT = "with_grant", "zero_grant"
PLACED, BETTER_WISH = "placed", "better_wish"
QUOTA_EXHAUSTED, NO_MONTHS, CAP_REACHED = "quota_exhausted", "no_months", "cap_reached"
UNIT_NOT_COVERED = "unit_not_covered"
LEVEL_NOT_COVERED, FIELD_NOT_COVERED = "level_not_covered", "field_not_covered"
LANGUAGE_TOO_LOW, LANGUAGE_UNKNOWN = "language_too_low", "language_unknown"
FULL = frozenset({QUOTA_EXHAUSTED, NO_MONTHS, CAP_REACHED})


@dataclass(frozen=True, slots=True)
class Applicant:
    """One application as the placement sees it.

    key: unique in the market, not the person's number.
    score: the published score, at most two decimals; None only for somebody who is not eligible.
    ties: one value per name of `Market.tie_chain`, in that order; the HIGHER value goes first, None goes last.
        A birth date becomes a number with `younger_first` (later birth is higher).
    unit, faculty, level, field: home unit, its faculty, study level (`LEVELS`), ISCED-F code; "" when unknown.
    eligible, rejections: False with the codes (gpa_below_minimum, documents_missing, …) that say why.
    languages: code -> CEFR level held. A language that is missing here is *not known* (its exam was not sat).
    wishes: place keys, best first.
    """

    key: str
    score: Decimal | None
    ties: tuple[Decimal | None, ...] = ()
    unit: str = ""
    faculty: str = ""
    level: str = ""
    field: str = ""
    eligible: bool = True
    rejections: tuple[str, ...] = ()
    languages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Seats of one agreement line in one term.

    capacity: seats; reserve: how much of its reserve list is published; months: length of one stay here.
    units, levels, fields, languages_required: empty demands nothing. Units are those of ours that the line was agreed
    for: whoever has one of them as unit or as faculty is covered. A field covers every code that begins with it ("061"
    covers "0613"). Every language required must be held, at its CEFR level or better.
    """

    key: str
    line: str = ""
    partner: str = ""
    term: str = YEAR
    capacity: int = 0
    reserve: int = 0
    months: Decimal = Decimal(0)
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    languages_required: Mapping[str, str] = dataclasses.field(default_factory=dict)
    country: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `maximum` persons (or months) among the seated whose values match every one of `dimensions`.

    key: unique name. dimensions: pairs such as (("faculty", "Engineering"), ("level", "master")); none at all is the
    whole call. "field" matches by beginning, "term" counts a whole-year place in both terms, the rest match exactly.
    """

    key: str
    dimensions: tuple[tuple[str, str], ...] = ()
    maximum: Decimal = Decimal(0)
    measure: str = PERSONS

    @property
    def side(self) -> str:
        """Whether the cap looks at the applicant, at the place, or at both."""
        applicant = any(name in APPLICANT_DIMENSIONS for name, _ in self.dimensions)
        place = any(name in PLACE_DIMENSIONS for name, _ in self.dimensions)
        return "both" if applicant and place else "place" if place else "applicant"

    @property
    def is_line(self) -> bool:
        """Whether this is the agreement line's own number, so that its being used up reads as the place's quota."""
        return len(self.dimensions) == 1 and self.dimensions[0][0] == "line"


@dataclass(frozen=True, slots=True)
class Market:
    """Everything a placement depends on. The order inside the tuples never matters, only keys and values.

    funded: how many of the main list get a grant; None: no decision on grants in this run.
    seed: last word between equals, see `placement.merit_order`. mode: how a freed place is passed on (`MODES`).
    tie_chain: names of the tie values, for the reader (for example "birth_date").
    """

    applicants: tuple[Applicant, ...]
    places: tuple[Place, ...]
    caps: tuple[Cap, ...] = ()
    funded: int | None = None
    seed: str = ""
    mode: str = RESERVE
    tie_chain: tuple[str, ...] = ()


class WishResult(NamedTuple):
    """Why one wish was granted or not.

    cap: the cap that was reached (cap_reached, no_months, or a line's own number).
    seats: how many the reached limit admits in all (persons, or months for no_months).
    cutoff: score of the last one admitted under that limit ahead of this applicant; shortfall: cutoff minus own score.
    enough: any score above this would have been given this wish or a better one; None where no score is known to do.
    needed, held: the demand that was not met and what the applicant has, e.g. "de:B2" and "A2".
    freed_later: the limit was reached when placements were made; room that appeared later was passed on by succession.
    """

    place: str
    code: str
    cap: str = ""
    seats: Decimal | int | None = None
    cutoff: Decimal | None = None
    shortfall: Decimal | None = None
    enough: Decimal | None = None
    needed: str = ""
    held: str = ""
    freed_later: bool = False


class Outcome(NamedTuple):
    """What one applicant got.

    rank: place in the merit order of the eligible, from 1; None when rejected. wish: number of the wish, from 1, that
    `place` is (main: seated there; reserve: best published reserve list). promoted: moved up by succession.
    wishes: one `WishResult` per wish, none for the rejected.
    """

    key: str
    rank: int | None
    result: str
    wish: int | None = None
    place: str = ""
    reserve_rank: int | None = None
    grant: str = ""
    promoted: bool = False
    rejections: tuple[str, ...] = ()
    wishes: tuple[WishResult, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes in short: rejections, "placed", or what stood against the wishes, each once."""
        if self.result == REJECTED:
            return self.rejections
        if self.result == MAIN:
            return (PLACED,)
        return tuple(dict.fromkeys(wish.code for wish in self.wishes))


class Withdrawn(NamedTuple):
    """Somebody who gave up: the place held at that moment, "" if none."""

    key: str
    place: str = ""


class Placement(NamedTuple):
    """The result of a run.

    order: every applicant's key in merit order, the rejected and the withdrawn included.
    outcomes: key -> outcome, without the withdrawn. reserves: place -> complete reserve list, best first.
    withdrawn: in the order in which they gave up. left: place -> free seats of its own capacity.
    """

    order: tuple[str, ...]
    outcomes: Mapping[str, Outcome]
    reserves: Mapping[str, tuple[str, ...]]
    left: Mapping[str, int]
    withdrawn: tuple[Withdrawn, ...] = ()


def younger_first(birth: date) -> Decimal:
    """A birth date as a tie value under which the younger goes first: 2004-01-15 is 20040115."""
    return Decimal(birth.year * 10000 + birth.month * 100 + birth.day)


def line_caps(line: str, *, persons: int | None = None, months: Decimal | None = None) -> Iterable[Cap]:
    """The numbers that all places of an agreement line share: people and months a year; None is no limit."""
    where = (("line", line),)
    if persons is not None:
        yield Cap(f"line:{line}:persons", where, Decimal(persons), PERSONS)
    if months is not None:
        yield Cap(f"line:{line}:months", where, months, MONTHS)


def problems(market: Market) -> list[str]:
    """What makes this market undecidable: doubled keys, wishes for unknown places, an eligible person without score."""
    return [*_doubles(market), *_words(market), *_applicant_problems(market)]


def _doubles(market: Market) -> Iterable[str]:
    for kind, things in (("applicant", market.applicants), ("place", market.places), ("cap", market.caps)):
        seen: set[str] = set()
        for thing in things:
            if thing.key in seen:
                yield f"{kind} {thing.key} appears twice"
            seen.add(thing.key)


def _words(market: Market) -> Iterable[str]:
    if market.mode not in MODES:
        yield f"mode {market.mode} is none of {', '.join(MODES)}"
    for cap in market.caps:
        if cap.measure not in MEASURES:
            yield f"cap {cap.key}: measure {cap.measure} is none of {', '.join(MEASURES)}"
        for name, _ in cap.dimensions:
            if name not in DIMENSIONS:
                yield f"cap {cap.key}: {name} is none of {', '.join(DIMENSIONS)}"
    for place in market.places:
        if place.term not in TERMS:
            yield f"place {place.key}: term {place.term} is none of {', '.join(TERMS)}"


def _applicant_problems(market: Market) -> Iterable[str]:
    known = {place.key for place in market.places}
    for applicant in market.applicants:
        if applicant.eligible and applicant.score is None:
            yield f"applicant {applicant.key} is eligible but has no score"
        if len(applicant.ties) != len(market.tie_chain):
            yield f"applicant {applicant.key} has {len(applicant.ties)} tie values for {len(market.tie_chain)} names"
        if len(set(applicant.wishes)) != len(applicant.wishes):
            yield f"applicant {applicant.key} wishes a place twice"
        if not known.issuperset(applicant.wishes):
            yield f"applicant {applicant.key} wishes an unknown place"
