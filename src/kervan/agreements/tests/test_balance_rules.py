"""Balance and totals of exchange with a partner."""

from datetime import date
from decimal import Decimal

import pytest

from kervan.agreements.rules import balance
from kervan.agreements.rules.balance import Amount, Year


@pytest.mark.parametrize(
    ("sent", "received", "leaning", "difference"),
    [(0, 0, "nobody", 0), (3, 3, "even", 0), (5, 2, "sent_more", -3), (0, 1, "received_more", 1)],
)
def test_a_balance_leans_to_who_sent_less(sent: int, received: int, leaning: str, difference: int) -> None:
    year = Year(used_out=Amount(sent), used_in=Amount(received))
    assert (year.leaning, year.difference) == (leaning, difference)


def test_years_add_up_part_by_part() -> None:
    one = Year(Amount(2, Decimal("10")), Amount(1), Amount(1, Decimal("4.5")), Amount(0, Decimal(0), 5))
    total = balance.added([one, one])
    assert total == Year(Amount(4, Decimal("20")), Amount(2), Amount(2, Decimal("9.0")), Amount(0, Decimal(0), 10))
    assert balance.added([]) == Year()


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "years"),
    [
        (date(2021, 9, 1), date(2028, 8, 31), 7),
        (date(2021, 9, 1), date(2028, 9, 30), 8),
        (date(2024, 2, 1), date(2024, 6, 30), 1),
        (date(2024, 8, 31), date(2024, 9, 1), 2),
    ],
)
def test_an_agreement_counts_the_academic_years_it_touches(valid_from: date, valid_until: date, years: int) -> None:
    assert balance.academic_years(valid_from, valid_until) == years


def test_the_last_day_does_not_lie_before_the_first() -> None:
    with pytest.raises(ValueError, match="last day"):
        balance.academic_years(date(2024, 1, 2), date(2024, 1, 1))


def test_two_people_with_ten_months_a_year_are_fourteen_with_seventy_over_seven_years() -> None:
    assert balance.over_the_agreement(Amount(2, Decimal(10)), 7) == Amount(14, Decimal(70))


@pytest.mark.parametrize(("used", "agreed", "percent"), [(1, 3, 33), (0, 0, 0), (4, 2, 200), (2, 2, 100), (3, 0, 0)])
def test_a_share_is_whole_percent(used: int, agreed: int, percent: int) -> None:
    assert balance.share(used, agreed) == percent
