"""Who gets which place: the shared cases, each kind of limit, and what must hold in every market."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.selection.rules import market as m
from kervan.selection.rules.placement import merit_order, place
from kervan.selection.tests.markets import market, markets, person, results, seats

VECTORS = Path(__file__).parents[5] / "shared" / "domain" / "vectors" / "selection.json"


def shared_market(given: Mapping[str, Any]) -> m.Market:
    reserves = given.get("reserve_quotas", {})
    hosts = [seats(key, quota, reserves.get(key, 0)) for key, quota in given["quotas"].items()]
    people = [
        person(
            row["id"],
            str(row["final"]),
            *row["preferences"],
            ties=(m.younger_first(date.fromisoformat(row["birth_date"])),),
            eligible=row.get("eligible", True),
        )
        for row in given["candidates"]
    ]
    return market(people, hosts, funded=given.get("grant_places"), tie_chain=("birth_date",))


def test_the_shared_cases_hold() -> None:
    if not VECTORS.exists():
        pytest.skip("shared folder absent")
    cases = json.loads(VECTORS.read_text())["placement"]
    assert len(cases) == 5
    for case in cases:
        placement = place(shared_market(case["input"]))
        expected = case["expected"]
        assert list(placement.order) == expected["order"]
        assert placement.left == expected["quota_left"]
        for key, wanted in expected["placements"].items():
            got = placement.outcomes[key]
            words = {
                "result": got.result,
                "preference": got.wish,
                "host": got.place or None,
                "reserve_rank": got.reserve_rank,
                "grant": got.grant,
                "reason": ";".join(got.reasons),
            }
            assert {name: words[name] for name in wanted} == wanted, case["id"]


def test_reserve_list_is_complete_but_published_to_the_quota() -> None:
    people = [person(key, score, "X") for key, score in (("a", "90"), ("b", "80"), ("c", "70"), ("d", "60"))]
    placement = place(market(people, [seats("X", 1, reserve=2)]))
    assert placement.reserves["X"] == ("b", "c", "d")
    assert [placement.outcomes[key].reserve_rank for key in "abcd"] == [None, 1, 2, None]
    assert placement.outcomes["d"].result == "not_placed"


def test_reason_tells_cutoff_shortfall_and_what_would_do() -> None:
    placement = place(market([person("a", "81.40", "X"), person("b", "80", "X")], [seats("X", 1)]))
    wish = placement.outcomes["b"].wishes[0]
    assert (wish.code, wish.seats, wish.cutoff, wish.shortfall) == (
        "quota_exhausted",
        1,
        Decimal("81.40"),
        Decimal("1.4"),
    )
    assert wish.enough == Decimal("81.40")


def test_wishes_after_the_one_granted_are_better_wish() -> None:
    placement = place(market([person("a", "81", "X", "Y")], [seats("X", 1), seats("Y", 0)]))
    assert [wish.code for wish in placement.outcomes["a"].wishes] == ["placed", "better_wish"]


DEMANDS = [
    ({"units": ("science",)}, {"unit": "math", "faculty": "science"}, "placed", "", ""),
    ({"units": ("math", "arts")}, {"unit": "math", "faculty": "science"}, "placed", "", ""),
    ({"units": ("math", "arts")}, {"unit": "law", "faculty": "law"}, "unit_not_covered", "arts,math", "law"),
    ({"units": ("math",)}, {}, "unit_not_covered", "math", ""),
    (
        {"units": ("math",), "levels": ("master",), "fields": ("061",)},
        {"unit": "law"},
        "unit_not_covered",
        "math",
        "law",
    ),
    ({"levels": ("master",)}, {"level": "bachelor"}, "level_not_covered", "master", "bachelor"),
    ({"fields": ("061",)}, {"field": "0541"}, "field_not_covered", "061", "0541"),
    ({"fields": ("061",)}, {"field": ""}, "field_not_covered", "061", ""),
    ({"fields": ("061",)}, {"field": "0613"}, "placed", "", ""),
    ({"languages_required": {"en": "B2"}}, {"languages": {"en": "B1"}}, "language_too_low", "en:B2", "B1"),
    ({"languages_required": {"en": "B2"}}, {"languages": {}}, "language_unknown", "en:B2", ""),
    ({"languages_required": {"de": "A2", "en": "B2"}}, {"languages": {"en": "A1"}}, "language_too_low", "en:B2", "A1"),
    ({"languages_required": {"en": "B2"}}, {"languages": {"en": "C1"}}, "placed", "", ""),
]


@pytest.mark.parametrize(("demand", "has", "code", "needed", "held"), DEMANDS)
def test_demands_of_a_place(demand: Any, has: Any, code: str, needed: str, held: str) -> None:
    wish = place(market([person("a", "81", "X", **has)], [seats("X", 1, **demand)])).outcomes["a"].wishes[0]
    assert (wish.code, wish.needed, wish.held) == (code, needed, held)


def test_terms_of_a_line_share_its_people_and_months() -> None:
    hosts = [
        seats("autumn", 2, line="L", term="autumn", months=Decimal(5)),
        seats("year", 2, line="L", term="year", months=Decimal(10)),
    ]
    people = [person("a", "90", "year"), person("b", "80", "year", "autumn"), person("c", "70", "autumn")]
    shared = market(people, hosts, *m.line_caps("L", persons=2, months=Decimal(15)))
    outcomes = place(shared).outcomes
    assert [wish.code for wish in outcomes["b"].wishes] == ["no_months", "placed"]
    assert (outcomes["c"].wishes[0].code, outcomes["c"].wishes[0].seats) == ("quota_exhausted", 2)


def test_home_quota_is_a_cap_with_its_name() -> None:
    people = [person("a", "90", "X", unit="math"), person("b", "80", "X", unit="math"), person("c", "70", "X")]
    outcomes = place(market(people, [seats("X", 3)], m.Cap("math students", (("unit", "math"),), Decimal(1)))).outcomes
    assert (outcomes["b"].wishes[0].code, outcomes["b"].wishes[0].cap) == ("cap_reached", "math students")
    assert outcomes["c"].result == "main"


def test_whole_year_place_counts_in_both_terms() -> None:
    people = [person("a", "90", "Y"), person("b", "80", "A")]
    cap = m.Cap("autumn", (("term", "autumn"),), Decimal(1))
    outcomes = place(market(people, [seats("Y", 1, term="year"), seats("A", 1, term="autumn")], cap)).outcomes
    assert outcomes["b"].wishes[0].cap == "autumn"


def test_equals_are_drawn_by_the_seed_and_the_key_only() -> None:
    people = [person(key, "80", "X") for key in "abcdef"]
    orders = {tuple(a.key for a in merit_order(market(people, [seats("X", 1)], seed=str(n)))) for n in range(9)}
    assert len(orders) > 1
    assert len({tuple(a.key for a in merit_order(market(people[::-1], [], seed="7")))}) == 1


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"applicants": (person("a", None),)}, "no score"),
        ({"applicants": (person("a", "80", "Z"),)}, "unknown place"),
        ({"applicants": (person("a", "80", "X", "X"),)}, "wishes a place twice"),
        ({"applicants": (person("a", "80"), person("a", "80"))}, "appears twice"),
        ({"mode": "lottery"}, "mode lottery"),
        ({"caps": (m.Cap("c", (("colour", "red"),)),)}, "colour is none of"),
    ],
)
def test_undecidable_market_is_refused(broken: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        place(dataclasses.replace(market([], [seats("X", 1)]), **broken))


@given(markets(), st.randoms())
def test_same_result_in_any_input_order(market: m.Market, dice: Any) -> None:
    people, hosts, caps = list(market.applicants), list(market.places), list(market.caps)
    for things in (people, hosts, caps):
        dice.shuffle(things)
    other = dataclasses.replace(market, applicants=tuple(people), places=tuple(hosts), caps=tuple(caps))
    assert place(other) == place(market)


@given(markets(), st.data())
def test_nobody_gains_by_other_wishes_than_the_true_ones(market: m.Market, data: st.DataObject) -> None:
    if not market.applicants:
        return
    honest = data.draw(st.sampled_from(market.applicants))
    keys = [one.key for one in market.places]
    lie = dataclasses.replace(honest, wishes=tuple(data.draw(st.lists(st.sampled_from(keys), unique=True))))
    others = tuple(lie if one is honest else one for one in market.applicants)
    true, false = place(market), place(dataclasses.replace(market, applicants=others))
    assert liked(honest, false.outcomes[honest.key]) >= liked(honest, true.outcomes[honest.key])


def liked(applicant: m.Applicant, outcome: m.Outcome) -> int:
    """How far down the true wishes the seat is; behind all of them without one."""
    seated = outcome.result == "main" and outcome.place in applicant.wishes
    return applicant.wishes.index(outcome.place) if seated else len(applicant.wishes)


@given(markets())
def test_score_said_to_be_enough_is_enough(market: m.Market) -> None:
    placement = place(market)
    for applicant in market.applicants:
        for number, wish in enumerate(placement.outcomes[applicant.key].wishes):
            if wish.enough is not None:
                better = dataclasses.replace(applicant, score=wish.enough + Decimal("0.01"))
                people = tuple(better if one is applicant else one for one in market.applicants)
                again = place(dataclasses.replace(market, applicants=people))
                assert liked(applicant, again.outcomes[applicant.key]) <= number


@given(markets())
def test_agrees_with_the_plainest_way(market: m.Market) -> None:
    seated = {k: outcome.place for k, outcome in place(market).outcomes.items() if outcome.result == "main"}
    assert seated == plainest(market)


def plainest(market: m.Market) -> dict[str, str]:
    """Try every wish of everybody in order, counting all seats anew each time."""
    hosts = {host.key: host for host in market.places}
    people = {one.key: one for one in market.applicants}
    seated: dict[str, str] = {}
    for applicant in merit_order(market):
        for wish in applicant.wishes if applicant.eligible else ():
            attempt = seated | {applicant.key: wish}
            if meets(applicant, hosts[wish]) and lawful(market, hosts, people, attempt):
                seated = attempt
                break
    return seated


def meets(applicant: m.Applicant, host: m.Place) -> bool:
    units = not host.units or any(own in host.units for own in (applicant.unit, applicant.faculty))
    levels = not host.levels or applicant.level in host.levels
    fields = not host.fields or any(applicant.field.startswith(one) for one in host.fields)
    ladder = ("", *m.CEFR)
    held = applicant.languages
    return (
        units
        and levels
        and fields
        and all(
            ladder.index(held.get(code, "")) >= ladder.index(level) for code, level in host.languages_required.items()
        )
    )


def lawful(
    market: m.Market, hosts: Mapping[str, m.Place], people: Mapping[str, m.Applicant], seated: Mapping[str, str]
) -> bool:
    for key, group in groupby(sorted(seated.values())):
        if len(list(group)) > hosts[key].capacity:
            return False
    return all(use(cap, hosts, people, seated) <= cap.maximum for cap in market.caps)


def use(
    cap: m.Cap, hosts: Mapping[str, m.Place], people: Mapping[str, m.Applicant], seated: Mapping[str, str]
) -> Decimal:
    total = Decimal(0)
    for key, place_key in seated.items():
        values = {name: {getattr(people[key], name)} for name in ("unit", "faculty", "level")}
        host = hosts[place_key]
        values |= {name: {getattr(host, name)} for name in ("line", "partner", "country")}
        values["field"] = {people[key].field[:n] for n in range(5)}
        values["term"] = {"autumn", "spring"} if host.term == "year" else {host.term}
        if all(value in values[name] for name, value in cap.dimensions):
            total += 1 if cap.measure == "persons" else host.months
    return total


def test_results_helper_names_everybody() -> None:
    assert results(place(market([person("a", "80", "X")], [seats("X", 1)]))) == {"a": ("main", "X")}
