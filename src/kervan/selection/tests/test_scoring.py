"""Scores: worked figures from published criteria, and what must always hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.courses.rules import grades
from kervan.selection.rules import packs, scoring
from kervan.selection.rules.packs import Item, SelectionRules
from kervan.selection.rules.scoring import Part, Sheet

D = Decimal
BAYBURT = packs.selection_of(packs.find("bayburt-ka131"))
NATIONAL = packs.selection_of(packs.find("erasmus-ka131-tr"))


def sheet(gpa_4: str = "2.74", **given: object) -> Sheet:
    return Sheet(level="bachelor", gpa_4=D(gpa_4), **given)


def test_a_published_row_of_bayburt_with_every_line_of_its_arithmetic() -> None:
    scored = scoring.score(sheet(written=D(92), oral=D(35), counts={"dual_application": 1}), BAYBURT)
    assert (scored.gpa_100, scored.language, scored.base, scored.final) == (
        D("70.60"),
        D("77.75"),
        D("74.175"),
        D("64.18"),
    )
    assert [(part.code, part.amount) for part in scored.parts] == [
        ("gpa", D("35.30")),
        ("language", D("38.875")),
        ("dual_application", D(-10)),
        ("rounding", D("0.005")),
    ]
    assert scored.parts[0].figures == {"gpa_4": D("2.74"), "gpa_100": D("70.60"), "share": D("0.5")}
    assert scored.parts[1].figures == {
        "written": D(92),
        "written_share": D("0.75"),
        "oral": D(35),
        "oral_share": D("0.25"),
        "mark": D("77.75"),
        "share": D("0.5"),
    }
    assert scored.parts[2] == Part(
        "dual_application",
        D(-10),
        {"points": D(-10), "count": D(1), "counted": D(1)},
        "selection.items.dual_application.points",
    )


@pytest.mark.parametrize("reference", ["bayburt-ka131/2024", "erasmus-ka131-tr/2024"])
def test_every_part_names_a_figure_of_its_pack(reference: str) -> None:
    pack = packs.load(reference)
    rules = packs.selection_of(pack)
    counts = {item.code: 1 for item in rules.items}
    scored = scoring.score(sheet("3.33", language=D("64.25"), counts=counts), rules)
    assert len(scored.parts) > 12
    assert all(pack.figure(part.source) for part in scored.parts)


@pytest.mark.parametrize(
    ("given", "final"),
    [
        ({"gpa_4": "3.25", "language": D(78)}, "80.25"),
        ({"gpa_4": "3.91", "language": D(96), "counts": {"martyr_veteran_kin": 1}}, "111.95"),
        ({"gpa_4": "2.80", "language": D("66.25"), "counts": {"exam_no_show": 1, "late_withdrawal": 1}}, "54.13"),
        ({"gpa_4": "2.20", "language": D(50), "counts": {"previous_mobility": 6}}, "-6.00"),
    ],
)
def test_worked_scores(given: dict[str, object], final: str) -> None:
    assert scoring.score(sheet(**given), NATIONAL).final == D(final)


@pytest.mark.parametrize("marks", [{}, {"written": D(80)}, {"oral": D(80)}])
def test_an_exam_that_is_not_sat_leaves_the_score_open(marks: dict[str, Decimal]) -> None:
    scored = scoring.score(sheet(counts={"disability": 1}, **marks), BAYBURT)
    assert scored.is_open
    assert (scored.language, scored.base, scored.final) == (None, None, None)
    assert (scored.gpa_100, scored.points) == (D("70.60"), {"disability": D(10)})


def test_an_item_counts_at_most_as_often_as_the_pack_says() -> None:
    scored = scoring.score(sheet(language=D(70), counts={"disability": 3, "previous_mobility": 3}), NATIONAL)
    assert scored.points == {"disability": D(10), "previous_mobility": D(-30)}
    assert [part.note for part in scored.parts if part.code == "disability"] == [scoring.CAPPED]


def test_items_of_one_group_count_once() -> None:
    items = (Item("law_2828", D(10), group="care"), Item("law_5395", D(12), group="care"), Item("other", D(1)))
    rules = replace(NATIONAL, items=items)
    counts = {"law_2828": 1, "law_5395": 1, "other": 1}
    assert scoring.score(sheet(language=D(70), counts=counts), rules).points == {
        "law_2828": D(0),
        "law_5395": D(12),
        "other": D(1),
    }


def test_special_points_add_up_or_exclude_each_other_as_the_pack_says() -> None:
    counts = {"martyr_veteran_kin": 1, "disability": 1, "previous_mobility": 1}
    added = scoring.score(sheet(language=D(70), counts=counts), NATIONAL)
    excluded = scoring.score(sheet(language=D(70), counts=counts), replace(NATIONAL, special_points="exclude"))
    assert sum(added.points.values()) == 15
    assert excluded.points == {"martyr_veteran_kin": D(15), "disability": D(0), "previous_mobility": D(-10)}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Sheet("school", gpa_4=D(3)), "level 'school' is none of"),
        (Sheet("bachelor"), "exactly one of gpa_4 and gpa_100"),
        (Sheet("bachelor", gpa_4=D(3), gpa_100=D(70)), "exactly one of gpa_4 and gpa_100"),
        (Sheet("bachelor", gpa_4=D(3), language=D(101)), "language 101 is not a mark from 0 to 100"),
        (Sheet("bachelor", gpa_4=D(3), language=D("NaN")), "language NaN is not a mark"),
        (Sheet("bachelor", gpa_4=D(3), counts={"height": 1}), "1 times 'height' is not possible in this pack"),
        (Sheet("bachelor", gpa_4=D(3), written=D(80), oral=D(80)), "no shares for a written and an oral part"),
    ],
)
def test_a_sheet_that_nobody_can_have_is_our_mistake(given: Sheet, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        scoring.score(given, NATIONAL)


def test_an_average_with_three_decimals_is_refused() -> None:
    with pytest.raises(grades.AverageRefused):
        scoring.score(sheet("2.745", language=D(70)), NATIONAL)


MARKS = st.decimals(0, 100, places=2)
COUNTS = st.dictionaries(st.sampled_from([item.code for item in BAYBURT.items]), st.integers(0, 3))


@given(st.integers(100, 400), MARKS, MARKS, COUNTS, st.sampled_from(["add", "exclude"]))
def test_the_parts_add_up_to_the_score_exactly(
    gpa: int, written: Decimal, oral: Decimal, counts: dict[str, int], special: str
) -> None:
    rules = replace(BAYBURT, special_points=special)
    scored = scoring.score(sheet(str(D(gpa) / 100), written=written, oral=oral, counts=counts), rules)
    assert sum(part.amount for part in scored.parts) == scored.final
    assert scored.final.as_tuple().exponent == -2
    assert abs(scored.final - scored.base - sum(scored.points.values())) <= D("0.005")


@given(st.integers(100, 399), MARKS, COUNTS)
def test_a_better_average_or_mark_never_lowers_the_score(gpa: int, mark: Decimal, counts: dict[str, int]) -> None:
    def final(average: int, language: Decimal, rules: SelectionRules = NATIONAL) -> Decimal:
        return scoring.score(sheet(str(D(average) / 100), language=language, counts=counts), rules).final

    assert final(gpa + 1, mark) >= final(gpa, mark)
    assert final(gpa, min(mark + 1, D(100))) >= final(gpa, mark)


def test_tie_values_follow_the_chain_of_the_pack() -> None:
    scored = scoring.score(sheet(language=D(80)), NATIONAL)
    rules = replace(NATIONAL, ties=("older_first", "higher_language", "younger_first", "higher_gpa"))
    assert scoring.tie_values(rules, birth=date(2004, 1, 15), scored=scored) == (
        D(-20040115),
        D(80),
        D(20040115),
        D("70.60"),
    )
    assert scoring.tie_values(BAYBURT, birth=None, scored=scored) == (None,)
