"""Invents agreements with real partners: which faculties, fields and levels, how many people and months."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kervan.demo.invention.draw import random_for

APPEAL = {
    "IT": 1.7, "ES": 1.7, "DE": 1.5, "NL": 1.5, "PT": 1.3, "FR": 1.1, "AT": 1.3, "CZ": 1.1, "HU": 1.0, "PL": 1.0,
    "GR": 0.8, "HR": 0.9, "SI": 0.9, "FI": 1.1, "SE": 1.2, "EE": 0.7, "LT": 0.5, "LV": 0.4, "SK": 0.6, "RO": 0.5,
    "BG": 0.5, "RS": 0.5, "MK": 0.4,
}  # fmt: skip
ENGLISH_LEVELS = ("B1", "B1", "B1", "B1", "B2")
LOCAL_LANGUAGES = {"DE": "de", "AT": "de", "FR": "fr", "ES": "es", "IT": "it", "PT": "pt"}
WHOLE_UNIVERSITY = 0.3
PEOPLE = (1, 2, 2, 2, 2, 3, 3, 4)


@dataclass(frozen=True, slots=True)
class Faculty:
    """One of our faculties. fields: ISCED-F of its programmes, narrow (three digits); empty when some is unclassified.

    size: number of programmes.
    """

    key: str
    fields: tuple[str, ...]
    levels: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Line:
    """One outgoing study line. terms: term -> places offered in a call.

    faculty: whose fields and levels it has; is_bound: whether it was agreed for that faculty only.
    """

    faculty: str
    fields: tuple[str, ...]
    levels: tuple[str, ...]
    people: int
    months: Decimal
    languages: tuple[tuple[str, str, str], ...]
    terms: tuple[tuple[str, int], ...]
    appeal: float
    is_bound: bool


def lines_for(
    seed: str, partners: Sequence[tuple[str, str]], faculties: Sequence[Faculty]
) -> Mapping[str, tuple[Line, ...]]:
    """Return one or two lines per partner. partners: (key, country).

    Faculties take turns by their size: each has some places, the large ones have more, vocational schools few.
    """
    turns = [one for one in faculties for _turn in range(_turns(one))]
    random_for(seed, "turns").shuffle(turns)
    found, position = {}, 0
    for key, country in partners:
        count = random_for(seed, "lines", key).choice((1, 1, 2, 2))
        chosen = list(dict.fromkeys(turns[(position + step) % len(turns)] for step in range(count)))
        position += count
        found[key] = tuple(_line(seed, key, country, faculty) for faculty in chosen)
    return found


def _turns(faculty: Faculty) -> int:
    return 1 if faculty.levels == ("associate",) else 2 + min(faculty.size, 8) // 2


def _line(seed: str, partner: str, country: str, faculty: Faculty) -> Line:
    draw = random_for(seed, "line", partner, faculty.key)
    people = draw.choice(PEOPLE)
    whole_year = people == 1 and draw.random() < 0.4
    return Line(
        faculty=faculty.key,
        fields=tuple(sorted(draw.sample(faculty.fields, min(len(faculty.fields), draw.choice((2, 3, 4)))))),
        levels=_levels(draw.random(), faculty.levels),
        people=people,
        months=Decimal(10 if whole_year else 5 * people),
        languages=tuple(_languages(draw.random(), draw.choice(ENGLISH_LEVELS), country)),
        terms=(("year", 1),) if whole_year else _halves(people, draw.random()),
        appeal=APPEAL.get(country, 0.8) * draw.uniform(0.6, 1.4),
        is_bound=draw.random() >= WHOLE_UNIVERSITY,
    )


def _levels(chance: float, offered: tuple[str, ...]) -> tuple[str, ...]:
    """Often only the first cycle, sometimes all levels that the faculty has."""
    first = tuple(one for one in offered if one in ("associate", "bachelor"))
    return offered if chance < 0.4 or not first else first


def _languages(chance: float, english: str, country: str) -> Iterator[tuple[str, str, str]]:
    """English, mostly required; in some places the language of the country is recommended, in a few required."""
    yield "en", english, "recommended" if chance < 0.15 else "required"
    local = LOCAL_LANGUAGES.get(country)
    if local and chance > 0.6:
        yield local, "A2" if chance < 0.9 else "B1", "recommended" if chance < 0.93 else "required"


def _halves(people: int, chance: float) -> tuple[tuple[str, int], ...]:
    """Places by term: half and half, the odd one in autumn; a single one mostly in autumn."""
    if people == 1:
        return (("spring", 1),) if chance < 0.3 else (("autumn", 1),)
    return (("autumn", people - people // 2), ("spring", people // 2))
