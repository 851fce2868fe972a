"""Markets for the tests of the placement: small ones by hand, drawn ones by hypothesis."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kervan.selection.rules import market as m

UNITS, FACULTIES, FIELDS = ("math", "history"), ("science", "arts"), ("0541", "0222", "")


def person(key: str, score: str | None, *wishes: str, **more: Any) -> m.Applicant:
    """An applicant who wishes these places."""
    return m.Applicant(key, None if score is None else Decimal(score), wishes=wishes, **more)


def seats(key: str, capacity: int, reserve: int = 0, **more: Any) -> m.Place:
    """A place that demands nothing, on a line of its own."""
    return m.Place(key, more.pop("line", key), capacity=capacity, reserve=reserve, **more)


def market(people: Sequence[m.Applicant], places: Sequence[m.Place], *caps: m.Cap, **more: Any) -> m.Market:
    """A market of these."""
    return m.Market(tuple(people), tuple(places), caps, **more)


def results(placement: m.Placement) -> Mapping[str, tuple[str, str]]:
    """Applicant -> (result, place)."""
    return {key: (outcome.result, outcome.place) for key, outcome in placement.outcomes.items()}


def _few(values: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


_languages = st.dictionaries(st.sampled_from(("en", "de")), st.sampled_from(m.CEFR[:4]), max_size=2)

_dimensions = st.fixed_dictionaries(
    {},
    optional={
        "unit": st.sampled_from(UNITS),
        "faculty": st.sampled_from(FACULTIES),
        "level": st.sampled_from(m.LEVELS[1:3]),
        "field": st.sampled_from(("05", "0222")),
        "line": st.sampled_from(("L0", "L1")),
        "partner": st.sampled_from(("H0", "H1")),
        "term": st.sampled_from(("autumn", "spring")),
    },
).map(lambda chosen: tuple(chosen.items()))


@st.composite
def places(draw: st.DrawFn, key: str, *, plain: bool) -> m.Place:
    """One place; `plain`: without demands."""
    demands = (
        {}
        if plain
        else {
            "units": draw(st.sampled_from(((), (), ("science",), ("history", "math"), ("arts", "math")))),
            "levels": draw(_few(m.LEVELS[1:3])),
            "fields": draw(st.sampled_from(((), (), ("05",), ("0541", "0222")))),
            "languages_required": draw(st.one_of(st.just({}), _languages)),
        }
    )
    return m.Place(
        key,
        draw(st.sampled_from(("L0", "L1", "L2"))),
        draw(st.sampled_from(("H0", "H1"))),
        draw(st.sampled_from(m.TERMS)),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 2)),
        draw(st.sampled_from((Decimal(5), Decimal(10), Decimal("4.5"), Decimal(0)))),
        **demands,
    )


@st.composite
def applicants(draw: st.DrawFn, key: str, wishes: Sequence[str]) -> m.Applicant:
    """One applicant; few different scores, so that equals are common."""
    eligible = draw(st.sampled_from((True, True, True, False)))
    return m.Applicant(
        key,
        draw(st.sampled_from([Decimal(score) for score in ("70", "75.5", "80", "80.25", "91.4")])),
        (draw(st.sampled_from((None, Decimal(20020101), Decimal(20040115)))),),
        draw(st.sampled_from(UNITS)),
        draw(st.sampled_from(FACULTIES)),
        draw(st.sampled_from(m.LEVELS[1:3])),
        draw(st.sampled_from(FIELDS)),
        eligible,
        () if eligible else ("documents_missing",),
        draw(_languages),
        tuple(draw(st.lists(st.sampled_from(wishes), unique=True, max_size=4))),
    )


@st.composite
def caps(draw: st.DrawFn, key: str) -> m.Cap:
    """One cap of any dimensions."""
    measure = draw(st.sampled_from(m.MEASURES))
    most = draw(st.integers(0, 4)) * (5 if measure == m.MONTHS else 1)
    return m.Cap(key, draw(_dimensions), Decimal(most), measure)


@st.composite
def markets(draw: st.DrawFn, *, capped: bool = True, plain: bool = False, mode: str | None = None) -> m.Market:
    """A market of up to eight people and five places."""
    keys = [f"P{n}" for n in range(draw(st.integers(1, 5)))]
    people = [draw(applicants(f"a{n}", keys)) for n in range(draw(st.integers(0, 8)))]
    limits = [draw(caps(f"c{n}")) for n in range(draw(st.integers(0, 4)))] if capped else []
    return m.Market(
        tuple(people),
        tuple(draw(places(key, plain=plain)) for key in keys),
        tuple(limits),
        draw(st.one_of(st.none(), st.integers(0, 5))),
        draw(st.sampled_from(("", "2026", "ğ"))),
        mode or draw(st.sampled_from(m.MODES)),
        ("birth_date",),
    )
