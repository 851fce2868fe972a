"""Days that come each year, and how complete a fact sheet is. No database."""

from datetime import date

import pytest

from kervan.institutions.rules.fact_dates import in_year, month_day, next_day
from kervan.institutions.rules.fact_sections import SECTIONS, completeness


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("15 May", "05-15"),
        ("  15  may ", "05-15"),
        ("May 15", "05-15"),
        ("May 15th", "05-15"),
        ("1st November", "11-01"),
        ("15 May 2027", "05-15"),
        ("15 Mayıs", "05-15"),
        ("15 MAYIS", "05-15"),
        ("1 Şubat", "02-01"),
        ("1 Kasım 2026", "11-01"),
        ("30 Haziran", "06-30"),
        ("15.05.", "05-15"),
        ("15.5", "05-15"),
        ("15/05", "05-15"),
        ("15.05.2027", "05-15"),
        ("05-15", "05-15"),
        ("15-05", "05-15"),
        ("2027-05-15", "05-15"),
        ("05-06", "05-06"),
        ("5.6.", "06-05"),
        ("29 February", "02-29"),
    ],
)
def test_a_day_of_the_year_is_read_as_people_write_it(typed: str, stored: str) -> None:
    assert month_day(typed) == stored
    assert month_day(stored) == stored


@pytest.mark.parametrize(
    "typed", ["", "May", "15", "31 June", "30.02.", "13-13", "0.5.", "soon", "15 May 16", "15 15", "May May", "１５ x"]
)
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    assert month_day(typed) is None


def test_the_next_real_day_is_today_or_later() -> None:
    today = date(2026, 11, 25)
    assert next_day("11-25", today) == today
    assert next_day("11-24", today) == date(2027, 11, 24)
    assert next_day("12-01", today) == date(2026, 12, 1)


def test_the_last_of_february_is_the_28th_where_the_year_has_no_29th() -> None:
    assert next_day("02-29", date(2026, 11, 25)) == date(2027, 2, 28)
    assert next_day("02-29", date(2027, 3, 1)) == date(2028, 2, 29)
    with pytest.raises(ValueError, match="day"):
        in_year("02-30", 2027)


def test_a_sheet_counts_ten_sections_and_names_the_missing() -> None:
    values = {name: "x" for names in SECTIONS.values() for name in names}
    assert completeness(values, both_languages=True).missing == ()
    values |= {"housing_tr": "", "spring_until": None, "nomination_spring": "", "course_catalogue": ""}
    assert completeness(values, both_languages=True).missing == ("terms", "housing")
    assert completeness(values, both_languages=False).missing == ("terms",)
    assert len(completeness({}, both_languages=False).missing) == 10
