"""The checker certifies every true run and finds each kind of planted error."""

import ast
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.selection.rules import checker, snapshot
from kervan.selection.rules import market as m
from kervan.selection.rules.checker import certify
from kervan.selection.rules.placement import place
from kervan.selection.rules.succession import withdraw
from kervan.selection.tests.markets import market, markets, person, seats
from kervan.selection.tests.test_succession import after_each


def test_checker_imports_only_the_standard_library() -> None:
    tree = ast.parse(Path(checker.__file__).read_text())
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


@given(markets(), st.data())
def test_every_run_and_every_succession_is_certified(market: m.Market, data: st.DataObject) -> None:
    for _, placement in [(None, place(market)), *after_each(market, data)]:
        certificate = certify(snapshot.write(market, placement, pack="p"))
        assert certificate.violations == ()
        assert certificate.ok


def a_market(**more: Any) -> m.Market:
    people = [
        person("a", "90", "X", unit="math", languages={"en": "B2"}),
        person("b", "80", "X", "Y", unit="math", languages={"en": "B1"}),
        person("c", "70", "X", "W", "Z", unit="law", faculty="social", languages={"en": "C1"}),
        person("d", "60", "X", "Y", "Z"),
        person("e", "95", "X", eligible=False, rejections=("documents_missing",)),
    ]
    hosts = [
        seats("X", 1, 2),
        seats("Y", 1, 1, languages_required={"en": "B1"}),
        seats("Z", 1, 1),
        seats("W", 1, 1, units=("history", "letters")),
    ]
    cap = m.Cap("math", (("unit", "math"),), Decimal(2))
    return market(people, hosts, cap, funded=2, **more)


def text_of(market: m.Market) -> str:
    return snapshot.write(market, place(market), pack="p")


def planted(text: str, change: Callable[[Any], object]) -> checker.Certificate:
    """The judgment of a run in which something was changed and all hashes made to fit again."""
    data = json.loads(text)
    change(data)
    for part in ("input", "result"):
        data[f"{part}_hash"] = snapshot.digest(data[part])
    return certify(snapshot.canonical(data))


def outcome(data: Any, key: str) -> Any:
    return next(row for row in data["result"]["outcomes"] if row["key"] == key)


def swap(data: Any, first: str, second: str) -> None:
    one, two = outcome(data, first), outcome(data, second)
    for name in ("result", "place", "wish", "reserve_rank", "grant"):
        one[name], two[name] = two[name], one[name]


def put(key: str, **values: Any) -> Callable[[Any], object]:
    return lambda data: outcome(data, key).update(values)


def put_wish(key: str, number: int, **values: Any) -> Callable[[Any], object]:
    return lambda data: outcome(data, key)["wishes"][number].update(values)


ERRORS = {
    "no justified envy": lambda data: swap(data, "a", "d"),
    "not wasted": put("c", result="not_placed", place="", wish=None, grant=""),
    "feasible": put("d", result="main", place="X", wish=1, reserve_rank=None, grant="zero_grant"),
    "rank": put("b", rank=1),
    "rejected": put("e", rejections=["gpa_below_minimum"]),
    "wish number": put("b", wish=1),
    "reserve rank": put("d", reserve_rank=2),
    "reserve list": lambda data: data["result"]["reserves"].update(X=[]),
    "seats left": lambda data: data["result"]["left"].update(X=1),
    "order": lambda data: data["result"]["order"].reverse(),
    "everybody once": lambda data: data["result"]["outcomes"].pop(),
    "wishes": lambda data: outcome(data, "d")["wishes"].pop(),
    "moved up": put("b", promoted=True),
}
REASONS = {
    "another code": put_wish("d", 0, code="cap_reached"),
    "another cutoff": put_wish("d", 0, cutoff="61.00", shortfall="1.00"),
    "another shortfall": put_wish("b", 0, shortfall="9.00"),
    "another score that would do": put_wish("b", 0, enough="80.01"),
    "a unit that is covered": put_wish("c", 1, code="quota_exhausted", needed="", held="", seats="1"),
    "other units": put_wish("c", 1, needed="letters"),
    "a language that is held": put_wish("d", 1, code="language_too_low"),
    "not freed later": put_wish("d", 0, freed_later=True),
    "number of seats": put_wish("d", 0, seats="2"),
}


def test_true_run_is_certified_and_counted() -> None:
    certificate = certify(text_of(a_market()))
    assert certificate.ok
    assert certificate.checks["reason"] == 9
    assert certificate.checks["no justified envy"] > 0


@pytest.mark.parametrize("kind", ERRORS)
def test_planted_error_is_found(kind: str) -> None:
    certificate = planted(text_of(a_market()), ERRORS[kind])
    assert not certificate.ok
    assert any(words.startswith(kind + ":") for words in certificate.violations)


@pytest.mark.parametrize("kind", REASONS)
def test_untrue_reason_is_found(kind: str) -> None:
    certificate = planted(text_of(a_market()), REASONS[kind])
    assert any(words.startswith("reason:") for words in certificate.violations)


def test_grant_to_the_wrong_person_is_found() -> None:
    def change(data: Any) -> None:
        outcome(data, "a")["grant"], outcome(data, "c")["grant"] = "zero_grant", "with_grant"

    assert any(words.startswith("grant:") for words in planted(text_of(a_market()), change).violations)


def test_change_without_a_new_hash_is_found() -> None:
    certificate = certify(text_of(a_market()).replace("90.00", "91.00"))
    assert "hash: the input was changed after it was hashed" in certificate.violations


def test_person_below_without_the_language_is_found() -> None:
    def change(data: Any) -> None:
        swap(data, "b", "d")

    assert any(words.startswith("feasible:") for words in planted(text_of(a_market()), change).violations)


def test_person_of_another_unit_is_found() -> None:
    change = put("c", place="W", wish=2)
    assert any(words.startswith("feasible:") for words in planted(text_of(a_market()), change).violations)


def test_line_that_was_bound_to_a_unit_afterwards_is_found() -> None:
    def change(data: Any) -> None:
        next(row for row in data["input"]["places"] if row["key"] == "Z")["units"] = ["history"]

    kinds = {words.split(":")[0] for words in planted(text_of(a_market()), change).violations}
    assert {"feasible", "reserve list", "repeated"} <= kinds


def test_wrong_successor_is_found() -> None:
    people = [person(key, score, "X") for key, score in (("a", "90"), ("b", "80"), ("c", "70"))]
    one = market(people, [seats("X", 1, 2)])
    after = withdraw(one, place(one), "a").placement
    text = snapshot.write(one, after, pack="")

    def change(data: Any) -> None:
        swap(data, "b", "c")
        outcome(data, "b")["promoted"], outcome(data, "c")["promoted"] = False, True

    assert certify(text).ok
    assert any(words.startswith("repeated:") for words in planted(text, change).violations)


def rows(placement: m.Placement) -> list[dict[str, Any]]:
    return [
        {
            "applicant": key,
            "rank": o.rank,
            "result": o.result,
            "wish": o.wish,
            "place": o.place,
            "reserve_rank": o.reserve_rank,
            "grant": o.grant,
        }
        for key, o in placement.outcomes.items()
    ]


def test_published_list_must_say_the_same() -> None:
    published = rows(place(a_market()))
    assert certify(text_of(a_market()), published).ok
    wrong = [{**row, "place": "Q"} if row["applicant"] == "a" else row for row in published]
    assert not certify(text_of(a_market()), wrong).ok
    assert not certify(text_of(a_market()), published[1:]).ok
