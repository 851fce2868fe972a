"""What a line lacks, and what does not belong in it."""

from datetime import date
from decimal import Decimal

import pytest

from kervan.agreements.models import AgreementKind, StayKind
from kervan.agreements.rules import completeness, words
from kervan.agreements.rules.completeness import Line
from kervan.core.rules.turkish import search_key
from kervan.institutions.models import Level

COMPLETE = Line("outgoing", "study", 2, Decimal(10))


def test_a_line_with_people_months_direction_and_kind_lacks_nothing() -> None:
    assert completeness.missing(COMPLETE, "erasmus_iia") == ()


def test_an_empty_erasmus_line_lacks_everything() -> None:
    assert completeness.missing(Line(), "erasmus_iia") == ("people", "direction", "stay", "length")


def test_no_places_are_missing_people() -> None:
    assert completeness.missing(Line("outgoing", "study", 0, Decimal(10)), "erasmus_iia") == ("people",)


def test_students_need_months_and_staff_need_days_in_the_programme() -> None:
    assert completeness.missing(Line("incoming", "traineeship", 1), "ka171") == ("months",)
    assert completeness.missing(Line("incoming", "teaching", 1), "ka171") == ("days",)
    assert completeness.missing(Line("incoming", "training", 1, days=5), "ka171") == ()


def test_elsewhere_no_months_means_no_limit() -> None:
    assert completeness.missing(Line("outgoing", "study", 3), "bilateral") == ()


def test_an_erasmus_agreement_needs_a_last_day_and_a_bilateral_one_does_not() -> None:
    assert completeness.missing_of_version("erasmus_iia", None) == ("until",)
    assert completeness.missing_of_version("erasmus_iia", date(2028, 8, 31)) == ()
    assert completeness.missing_of_version("bilateral", None) == ()


def test_staff_have_no_level_no_term_and_no_months() -> None:
    line = Line("outgoing", "teaching", 1, Decimal(1), 5, ("master",), ("autumn",))
    assert completeness.misplaced(line) == ("levels_of_staff", "terms_of_staff", "months_of_staff")


def test_students_have_no_days() -> None:
    assert completeness.misplaced(Line("outgoing", "study", 1, Decimal(5), 10)) == ("days_of_students",)
    assert completeness.misplaced(COMPLETE) == ()


def test_an_unknown_kind_of_stay_refuses_nothing() -> None:
    assert completeness.misplaced(Line(levels=("master",), days=3, months=Decimal(4))) == ()


@pytest.mark.parametrize(("line", "is_sample", "may"), [(COMPLETE, False, True), (COMPLETE, True, False)])
def test_agreements_of_another_university_are_never_offered(line: Line, is_sample: bool, may: bool) -> None:
    assert completeness.may_be_offered(line, "erasmus_iia", is_sample=is_sample) is may


def test_incomplete_lines_are_never_offered() -> None:
    assert not completeness.may_be_offered(Line(), "erasmus_iia", is_sample=False)


def test_the_codes_of_words_are_those_of_the_tables() -> None:
    assert set(words.LEVELS.values()) == set(Level.values)
    assert set(words.STAYS.values()) == set(StayKind.values)
    assert set(words.AGREEMENTS.values()) == set(AgreementKind.values)
    assert set(StayKind.values) == completeness.STUDENT_STAYS | completeness.STAFF_STAYS
    assert set(AgreementKind.values) > completeness.PROGRAMME_KINDS | completeness.WITHOUT_LINES


def test_all_words_stand_in_the_compared_form() -> None:
    every = (words.LEVELS, words.DIRECTIONS, words.STAYS, words.AGREEMENTS, words.TERMS)
    assert all(word == search_key(word) for table in every for word in table)
