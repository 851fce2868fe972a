"""Invents the applicants of a call: who they are, what they study, their marks, points and ranked wishes."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kervan.demo.invention.draw import random_for
from kervan.demo.invention.names import draw_name

LEVEL_SHARES = {"associate": 0.33, "bachelor": 1.0, "master": 0.5, "doctorate": 0.25}
WISH_COUNTS = (1, 2, 3, 3, 3, 4, 4, 5, 5)
SPECIAL_ITEMS = ("disability", "martyr_veteran_kin", "care_or_child_protection")
STAY_ITEMS = (
    "previous_mobility",
    "previous_mobility",
    "previous_mobility",
    "late_withdrawal",
    "missed_meeting",
    "exam_no_show",
)


@dataclass(frozen=True, slots=True)
class Programme:
    """A study programme that people apply from. key: its identifier; isced: "" where it is not classified."""

    key: str
    faculty: str
    level: str
    isced: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A place that can be wished. appeal: how much it draws people; languages: codes of those required.

    faculty: whose people it was agreed for, "" for all.
    """

    key: str
    levels: tuple[str, ...]
    fields: tuple[str, ...]
    country: str
    appeal: float
    languages: tuple[str, ...] = ()
    faculty: str = ""

    def suits(self, programme: Programme) -> bool:
        """Whether faculty, level and field cover people of this programme."""
        if self.faculty and self.faculty != programme.faculty:
            return False
        in_field = not self.fields or any(programme.isced.startswith(one) for one in self.fields)
        return (not self.levels or programme.level in self.levels) and in_field


@dataclass(slots=True)
class Invented:
    """One invented applicant. Marks: English exam, None where it was not sat; `absent`: registered, did not come.

    german: mark of 100 in a second exam, for the few who sat one.
    """

    number: int
    given: str
    family: str
    born: date
    citizenships: list[str]
    programme: Programme
    study_year: int
    gpa: Decimal
    german: Decimal | None
    written: Decimal | None
    oral: Decimal | None
    absent: bool
    wishes: list[str]
    special: str = ""
    claim: str = ""
    stays: list[str] = field(default_factory=list)


def invent(
    seed: str,
    count: int,
    programmes: Sequence[Programme],
    offers: Sequence[Offer],
    *,
    country: str,
    maximum_wishes: int,
) -> list[Invented]:
    """Return `count` applicants, numbered from 1.

    Programmes draw people by level and by a popularity of their own. The grade average and the exam mark go together
    loosely. Wishes go to places that suit, by appeal; a few name one that does not, as happens every year.
    """
    weights = list(_programme_weights(seed, programmes, offers))
    suiting = {one.key: [offer for offer in offers if offer.suits(one)] for one in programmes}
    people = []
    for number in range(1, count + 1):
        draw = random_for(seed, "applicant", number)
        programme = draw.choices(programmes, weights)[0]
        people.append(
            _person(draw, number, programme, country, _wishes(draw, suiting[programme.key], offers, maximum_wishes))
        )
    return people


def _programme_weights(seed: str, programmes: Sequence[Programme], offers: Sequence[Offer]) -> Iterator[float]:
    """How many apply from a programme; hardly anybody where no place suits."""
    for one in programmes:
        popularity = random_for(seed, "popularity", one.key).uniform(0.3, 1.7)
        reach = 1.0 if any(offer.suits(one) for offer in offers) else 0.03
        yield LEVEL_SHARES.get(one.level, 0.5) * popularity * reach


def _wishes(draw: random.Random, suiting: Sequence[Offer], offers: Sequence[Offer], maximum: int) -> list[str]:
    wanted = min(draw.choice(WISH_COUNTS), maximum)
    left = list(suiting)
    found: list[str] = []
    while left and len(found) < wanted:
        chosen = draw.choices(left, [offer.appeal for offer in left])[0]
        left.remove(chosen)
        found.append(chosen.key)
    others = [offer.key for offer in offers if offer.key not in found]
    if others and (not found or (len(found) < maximum and draw.random() < 0.05)):
        found.append(draw.choice(others))
    return found


def _person(draw: random.Random, number: int, programme: Programme, country: str, wishes: list[str]) -> Invented:
    given, family = draw_name(draw, turkish_share=0.95 if country == "TR" else 0.08)
    ability = draw.gauss(0, 1)
    written, oral, absent = _marks(draw, ability)
    person = Invented(
        number=number,
        given=given,
        family=family,
        born=_birthday(draw, programme.level),
        citizenships=_citizenships(draw, country),
        programme=programme,
        study_year=_study_year(draw, programme.level),
        gpa=_average(draw, ability),
        german=_half(draw.gauss(62, 12)) if draw.random() < 0.06 else None,
        written=written,
        oral=oral,
        absent=absent,
        wishes=wishes,
    )
    _add_points(draw, person)
    return person


def _marks(draw: random.Random, ability: float) -> tuple[Decimal | None, Decimal | None, bool]:
    """Written and oral mark of 100 in halves; four in a hundred did not come, three have no result yet."""
    chance = draw.random()
    written = 68 + 10 * (0.55 * ability + 0.84 * draw.gauss(0, 1))
    oral = 0.7 * written + 20 + draw.gauss(0, 8)
    if chance < 0.04:
        return None, None, True
    return (None, None, False) if chance < 0.07 else (_half(written), _half(oral), False)


def _half(value: float) -> Decimal:
    return Decimal(round(2 * min(max(value, 8), 100))) / 2


def _average(draw: random.Random, ability: float) -> Decimal:
    """A grade average of 4, from 1.60."""
    value = 2.98 + 0.40 * (0.7 * ability + 0.71 * draw.gauss(0, 1))
    return Decimal(round(100 * min(max(value, 1.6), 4.0))) / 100


def _birthday(draw: random.Random, level: str) -> date:
    first = {"master": date(1998, 1, 1), "doctorate": date(1993, 1, 1)}.get(level, date(2003, 1, 1))
    return first + timedelta(days=draw.randrange(4 * 365))


def _study_year(draw: random.Random, level: str) -> int:
    return draw.choice({"bachelor": (2, 2, 3, 3, 4)}.get(level, (1, 2)))


def _citizenships(draw: random.Random, country: str) -> list[str]:
    second = draw.choice(("DE", "NL", "BG", "FR", "AZ", "SY")) if draw.random() < 0.025 else ""
    return [country, second] if second and second != country else [country]


def _add_points(draw: random.Random, person: Invented) -> None:
    """Few have special points, few an earlier stay or a penalty."""
    if draw.random() < 0.04:
        person.special = draw.choice(SPECIAL_ITEMS)
    if draw.random() < 0.06:
        person.stays.append(draw.choice(STAY_ITEMS))
        if draw.random() < 0.1:
            person.stays.append("previous_mobility")
    if draw.random() < 0.03:
        person.claim = "dual_application"
