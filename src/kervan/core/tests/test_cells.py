"""Cells of uploaded tables."""

from datetime import date
from decimal import Decimal

import pytest

from kervan.core.rules import cells


@pytest.mark.parametrize(("text", "number"), [("3,5", "3.5"), ("1 200", "1200"), ("7", "7")])
def test_numbers_are_read_with_point_or_comma(text: str, number: str) -> None:
    assert cells.number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "seven", "1.2.3"])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert cells.number_of(text) is None


@pytest.mark.parametrize("text", ["2028-08-31", "31.08.2028", "31/8/2028", "2028-08-31 00:00:00", "2028-08-31T00:00"])
def test_a_day_is_read_in_the_usual_ways(text: str) -> None:
    assert cells.date_of(text) == date(2028, 8, 31)


@pytest.mark.parametrize("text", ["", "2028", "31.02.2028", "08-31", "soon"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert cells.date_of(text) is None


@pytest.mark.parametrize(
    ("text", "answer"), [("true", True), ("Evet", True), ("HAYIR", False), ("0", False), ("?", None)]
)
def test_yes_and_no_are_read_in_both_languages(text: str, answer: bool | None) -> None:
    assert cells.yes_or_no(text) is answer


def test_a_header_is_known_again_whatever_its_order_and_writing() -> None:
    assert cells.signature(["Partner", "Kişi sayısı"]) == cells.signature(["KİŞİ SAYISI", "partner"])
    assert cells.signature(["Partner"]) != cells.signature(["Partner", "Year"])
