"""Who moves up when somebody gives up."""

import dataclasses
import json
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kervan.selection.rules import market as m
from kervan.selection.rules.placement import place
from kervan.selection.rules.succession import late_withdrawal_points, withdraw
from kervan.selection.tests.markets import market, markets, person, results, seats
from kervan.selection.tests.test_placement import VECTORS, liked, shared_market


def test_the_shared_cases_hold() -> None:
    if not VECTORS.exists():
        pytest.skip("shared folder absent")
    data = json.loads(VECTORS.read_text())
    pools = {case["id"]: shared_market(case["input"]) for case in data["placement"]}
    assert len(data["withdrawal"]) == 3
    for case in data["withdrawal"]:
        given, expected = case["input"], case["expected"]
        pool = pools[given["pool"]]
        after = withdraw(pool, place(pool), given["withdraws"])
        points = late_withdrawal_points(given["days_after_results"], given["waiver_days"], Decimal(-10))
        assert after.withdrawn.place == expected["freed_host"]
        assert [step.key for step in after.steps] == [expected["promoted"]]
        assert points == expected["late_penalty_next_application"]


@pytest.mark.parametrize(("days", "points"), [(0, 0), (5, 0), (6, -10)])
def test_last_day_of_waiver_is_free(days: int, points: int) -> None:
    assert late_withdrawal_points(days, 5, Decimal(-10)) == points


def three(mode: str) -> m.Market:
    people = [person("a", "90", "X"), person("b", "80", "X", "Y"), person("c", "70", "X", "Y")]
    return market(people, [seats("X", 1, 1), seats("Y", 1, 1)], mode=mode)


def test_reserve_mode_passes_holders_by_and_marks_it() -> None:
    after = withdraw(three("reserve"), place(three("reserve")), "a")
    assert [(step.key, step.place, step.why) for step in after.steps] == [("c", "X", "reserve_list")]
    wish = after.placement.outcomes["b"].wishes[0]
    assert (wish.code, wish.freed_later, wish.cutoff) == ("quota_exhausted", True, Decimal(90))
    assert after.placement.outcomes["c"].promoted


def test_chain_mode_lets_everybody_move_up() -> None:
    after = withdraw(three("chain"), place(three("chain")), "a")
    assert [(step.key, step.before, step.place) for step in after.steps] == [("b", "Y", "X"), ("c", "", "Y")]


def test_freed_seat_goes_to_first_on_reserve_list() -> None:
    people = [person(key, score, "X") for key, score in (("a", "90"), ("b", "80"), ("c", "70"))]
    one = market(people, [seats("X", 1, 1)])
    after = withdraw(one, place(one), "a")
    assert results(after.placement) == {"b": ("main", "X"), "c": ("reserve", "X")}
    again = withdraw(one, after.placement, "b")
    assert [gone.key for gone in again.placement.withdrawn] == ["a", "b"]
    assert results(again.placement) == {"c": ("main", "X")}


def test_reserve_who_gives_up_only_shortens_the_list() -> None:
    people = [person(key, score, "X") for key, score in (("a", "90"), ("b", "80"), ("c", "70"))]
    one = market(people, [seats("X", 1, 1)])
    after = withdraw(one, place(one), "b")
    assert (after.steps, after.placement.outcomes["c"].reserve_rank) == ((), 1)


def test_room_under_a_freed_cap_goes_on_in_merit_order() -> None:
    people = [
        person("a", "90", "X", unit="math"),
        person("b", "80", "Y", unit="math"),
        person("c", "70", "Y", unit="math"),
    ]
    one = market(people, [seats("X", 1), seats("Y", 1)], m.Cap("math", (("unit", "math"),), Decimal(1)))
    after = withdraw(one, place(one), "a")
    assert [(step.key, step.why) for step in after.steps] == [("b", "room")]


def test_better_wish_under_a_freed_cap_is_told_as_such() -> None:
    people = [
        person("a", "90", "X", unit="math"),
        person("b", "80", "Y", "X", unit="math"),
    ]
    one = market(people, [seats("X", 1, 1), seats("Y", 1, 1)], m.Cap("math", (("unit", "math"),), Decimal(1)))
    after = withdraw(one, place(one), "a")
    assert [(step.key, step.place, step.why) for step in after.steps] == [("b", "Y", "better_wish")]


def grants(placement: m.Placement) -> dict[str, str]:
    return {key: outcome.grant for key, outcome in placement.outcomes.items() if outcome.grant}


def test_freed_grant_goes_to_the_best_ranked_without_one() -> None:
    people = [person("a", "90", "X"), person("b", "80", "Y"), person("c", "70", "X")]
    one = market(people, [seats("X", 1), seats("Y", 1)], funded=1)
    after = withdraw(one, place(one), "a")
    assert (after.granted, grants(after.placement)) == (("b",), {"b": "with_grant", "c": "zero_grant"})


def test_promoted_person_counts_for_the_freed_grant() -> None:
    people = [person("a", "90", "X"), person("b", "80", "X"), person("c", "70", "Y")]
    one = market(people, [seats("X", 1), seats("Y", 1)], funded=1)
    assert withdraw(one, place(one), "a").granted == ("b",)


@pytest.mark.parametrize("key", ["x", "nobody"])
def test_only_the_eligible_can_give_up(key: str) -> None:
    one = market([person("x", "90", "X", eligible=False)], [seats("X", 1)])
    with pytest.raises(ValueError, match="no applicant who could withdraw"):
        withdraw(one, place(one), key)


def after_each(market: m.Market, data: st.DataObject) -> Sequence[tuple[m.Placement, m.Placement]]:
    """Placements before and after each of up to three withdrawals."""
    pairs, now = [], place(market)
    for _ in range(data.draw(st.integers(1, 3))):
        keys = sorted(key for key, outcome in now.outcomes.items() if outcome.result != "rejected")
        if not keys:
            break
        after = withdraw(market, now, data.draw(st.sampled_from(keys))).placement
        pairs.append((now, after))
        now = after
    return pairs


@given(markets(), st.data())
def test_withdrawal_moves_people_only_upwards(market: m.Market, data: st.DataObject) -> None:
    people = {one.key: one for one in market.applicants}
    for before, after in after_each(market, data):
        for key, outcome in after.outcomes.items():
            assert liked(people[key], outcome) <= liked(people[key], before.outcomes[key])
            assert before.outcomes[key].grant != "with_grant" or outcome.grant == "with_grant"


@given(markets(capped=False, mode="reserve"), st.data())
def test_reserve_mode_moves_at_most_one_person(market: m.Market, data: st.DataObject) -> None:
    for before, after in after_each(market, data):
        moved = [key for key in after.outcomes if after.outcomes[key].place != before.outcomes[key].place]
        assert len([key for key in moved if after.outcomes[key].result == "main"]) <= 1


@given(markets(capped=False, mode="chain"), st.data())
def test_chain_mode_ends_where_a_fresh_run_would(market: m.Market, data: st.DataObject) -> None:
    pairs = after_each(market, data)
    assume(pairs)
    after = pairs[-1][1]
    gone = {one.key for one in after.withdrawn}
    left = tuple(one for one in market.applicants if one.key not in gone)
    assert results(place(dataclasses.replace(market, applicants=left))) == results(after)
