"""The 4 to 100 table."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.courses.rules import grades


@pytest.mark.parametrize(
    ("average", "cut", "rounded"),
    [
        ("1.00", "30.00", "30.00"),
        ("2.00", "53.33", "53.33"),
        ("2.2", "58.00", "58.00"),
        ("2.50", "65.00", "65.00"),
        ("2.74", "70.60", "70.60"),
        ("3.00", "76.66", "76.67"),
        ("4", "100.00", "100.00"),
    ],
)
def test_published_points_of_the_table(average: str, cut: str, rounded: str) -> None:
    assert grades.to_100(Decimal(average), "cut") == Decimal(cut)
    assert grades.to_100(Decimal(average), "rounded") == Decimal(rounded)


@pytest.mark.parametrize("average", ["0.99", "4.01", "2.745", "-2.20", "0", "NaN", "sNaN", "Infinity"])
def test_an_average_outside_the_table_is_refused(average: str) -> None:
    with pytest.raises(grades.AverageRefused) as refused:
        grades.to_100(Decimal(average), "rounded")
    assert str(refused.value).endswith("is not a grade average from 1.00 to 4.00 with at most two decimals")


@given(st.integers(100, 400))
def test_the_table_is_the_line_that_is_published(hundredths: int) -> None:
    average = Decimal(hundredths) / 100
    exact = 30 + (average - 1) * 70 / 3
    assert 0 <= exact - grades.to_100(average, "cut") < Decimal("0.01")
    assert abs(exact - grades.to_100(average, "rounded")) <= Decimal("0.005")


def test_the_columns_differ_in_one_hundred_rows() -> None:
    cut, rounded = grades.table("cut"), grades.table("rounded")
    assert len(cut) == 301
    assert sum(cut[average] != rounded[average] for average in cut) == 100
