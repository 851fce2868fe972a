"""A run as one text, read back and repeated."""

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.selection.rules import market as m
from kervan.selection.rules import snapshot
from kervan.selection.rules.placement import place
from kervan.selection.tests.markets import market, markets, person, seats
from kervan.selection.tests.test_succession import after_each


@given(markets(), st.randoms())
def test_same_bytes_in_any_input_order(market: m.Market, dice: Any) -> None:
    people = list(market.applicants)
    dice.shuffle(people)
    other = dataclasses.replace(market, applicants=tuple(people), places=market.places[::-1])
    assert snapshot.write(other, place(other), pack="x") == snapshot.write(market, place(market), pack="x")


@given(markets(), st.data())
def test_read_back_and_repeated_byte_for_byte(market: m.Market, data: st.DataObject) -> None:
    for _, after in [(None, place(market)), *after_each(market, data)]:
        text = snapshot.write(market, after, pack="abc")
        back = snapshot.read(text)
        assert snapshot.write(back.market, back.placement, pack=back.pack) == text
        assert snapshot.rerun(text) == text


def test_decimals_are_strings_and_no_sentence_is_kept() -> None:
    one = market([person("a", "81.4", "X"), person("b", "80", "X")], [seats("X", 1, months=Decimal("4.50"))])
    data = json.loads(snapshot.write(one, place(one), pack=""))
    assert data["input"]["applicants"][0]["score"] == "81.40"
    assert data["input"]["places"][0]["months"] == "4.5"
    wish = data["result"]["outcomes"][1]["wishes"][0]
    assert (wish["cutoff"], wish["shortfall"], wish["seats"]) == ("81.40", "1.40", "1")


def test_units_of_a_place_are_always_written() -> None:
    one = market([person("a", "81.4", "X")], [seats("X", 1, units=("math", "arts")), seats("Y", 1)])
    text = snapshot.write(one, place(one), pack="")
    assert [row["units"] for row in json.loads(text)["input"]["places"]] == [["arts", "math"], []]
    assert snapshot.read(text).market.places[0].units == ("arts", "math")


def test_changed_text_is_refused() -> None:
    one = market([person("a", "81.4", "X")], [seats("X", 1)])
    text = snapshot.write(one, place(one), pack="")
    with pytest.raises(ValueError, match="does not fit its hash"):
        snapshot.read(text.replace("81.40", "91.40"))
    with pytest.raises(ValueError, match="format 1"):
        snapshot.read('{"format":2}')
