"""Eligibility: each reason with its evidence, limits that are met exactly, raised thresholds."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kervan.selection.rules import eligibility, packs, scoring
from kervan.selection.rules.eligibility import Eligibility, Reason
from kervan.selection.rules.scoring import Sheet

D = Decimal
PACK = packs.find("bayburt-ka131")
BAYBURT = packs.selection_of(PACK)
NATIONAL = packs.selection_of(packs.find("erasmus-ka131-tr"))


def judged(sheet: Sheet, rules: packs.SelectionRules = NATIONAL) -> Eligibility:
    return eligibility.judge(sheet, scoring.score(sheet, rules), rules)


@pytest.mark.parametrize(
    ("level", "average", "passes"),
    [
        ("associate", "2.20", True),
        ("bachelor", "2.20", True),
        ("bachelor", "2.19", False),
        ("master", "2.50", True),
        ("master", "2.49", False),
        ("doctorate", "2.49", False),
    ],
)
def test_lowest_average_of_each_level(level: str, average: str, passes: bool) -> None:
    result = judged(Sheet(level, gpa_4=D(average), language=D(90)))
    assert result.passes is passes
    assert result.codes == (() if passes else ("gpa_below_minimum",))


@pytest.mark.parametrize(("level", "average", "passes"), [("bachelor", "58", True), ("master", "64.99", False)])
def test_lowest_average_in_a_100_point_institution(level: str, average: str, passes: bool) -> None:
    assert judged(Sheet(level, gpa_100=D(average), language=D(90))).passes is passes


def test_every_reason_is_given_with_value_minimum_and_source() -> None:
    sheet = Sheet("bachelor", gpa_4=D("2.10"), language=D("49.99"), documents_missing=("transcript",))
    result = judged(sheet, BAYBURT)
    assert result == Eligibility(
        False,
        (
            Reason("gpa_below_minimum", D("2.10"), D("2.20"), "selection.gpa.minimum_4.bachelor"),
            Reason("language_below_minimum", "A2", "B1", "selection.language.minimum_level"),
            Reason("final_below_minimum", D("52.83"), D(70), "selection.final.minimum"),
            Reason("documents_missing", ("transcript",), "", "selection.documents"),
        ),
    )
    assert all(PACK.figure(reason.source) for reason in result.reasons[:3])


def test_the_recorded_level_goes_before_the_mark() -> None:
    low, high = Sheet("bachelor", gpa_4=D(4), language=D(49)), Sheet("bachelor", gpa_4=D(4), language=D(50))
    assert judged(low, BAYBURT).codes == ("language_below_minimum",)
    assert judged(replace(low, language_level="B1"), BAYBURT).passes is True
    assert judged(replace(high, language_level="A2"), BAYBURT).codes == ("language_below_minimum",)


def test_a_mark_below_all_bands_has_no_level() -> None:
    result = judged(Sheet("bachelor", gpa_4=D(4), language=D(10)), BAYBURT)
    assert result.reasons[0].value == ""


def test_a_lowest_mark_is_judged_by_the_mark() -> None:
    rules = replace(NATIONAL, minimum_language=D(65))
    assert judged(Sheet("bachelor", gpa_4=D(3), language=D(65)), rules).passes is True
    assert judged(Sheet("bachelor", gpa_4=D(3), language=D(64)), rules).reasons == (
        Reason("language_below_minimum", D(64), D(65), "selection.language.minimum"),
    )


def test_the_published_score_is_compared_with_the_lowest_score() -> None:
    at_limit = Sheet("bachelor", gpa_100=D("70.00"), language=D("69.99"))
    assert scoring.score(at_limit, BAYBURT).final == D("70.00")
    assert judged(at_limit, BAYBURT).passes is True


def test_an_open_exam_is_neither_passed_nor_refused() -> None:
    assert judged(Sheet("bachelor", gpa_4=D(3)), BAYBURT) == Eligibility(None, ())
    assert judged(Sheet("bachelor", gpa_4=D(2)), BAYBURT).passes is False


@pytest.mark.parametrize(("at", "staying", "allowed"), [(65, 5, False), (64, 6, True), (0, 7, True), (82, 0, False)])
def test_a_raised_threshold_leaves_twice_as_many_applications(at: int, staying: int, allowed: bool) -> None:
    scores = [D(score) for score in (61, 64, 67, 70, 72, 75, 81)]
    assert eligibility.threshold(scores, 3, D(at), D(2)) == eligibility.Threshold(staying, D(6), allowed)
