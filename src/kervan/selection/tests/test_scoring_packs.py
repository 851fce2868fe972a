"""The `selection` section: what is in the shipped packs, and what is refused in which words."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from kervan.core.rules import packs as core_packs
from kervan.selection.rules import packs

D = Decimal
TEXTS = {reference: core_packs.folder_lookup()(reference) for reference in core_packs.references()}


def refusal(reference: str, change: Callable[[str], str]) -> list[str]:
    texts = TEXTS | {reference: change(TEXTS[reference])}
    assert texts[reference] != TEXTS[reference]
    with pytest.raises(core_packs.PackError) as refused:
        core_packs.load(reference, readers=packs.READERS, lookup=texts.__getitem__)
    return [str(problem) for problem in refused.value.problems]


def test_bayburt_lays_its_choices_over_the_national_criteria() -> None:
    own, national = (packs.selection_of(packs.find(name)) for name in ("bayburt-ka131", "erasmus-ka131-tr"))
    assert (own.exam, national.exam) == ({"written": D("0.75"), "oral": D("0.25")}, {})
    assert (own.minimum_final, national.minimum_final) == (D(70), None)
    assert (own.minimum_language_level, own.ties) == ("B1", ("younger_first",))
    assert own.items == national.items
    assert (own.weights, own.minimum_gpa_4) == (national.weights, national.minimum_gpa_4)


def test_points_of_the_national_table() -> None:
    items = {item.code: item.points for item in packs.selection_of(packs.find("erasmus-ka131-tr")).items}
    assert items == {
        "martyr_veteran_kin": 15,
        "disability": 10,
        "care_or_child_protection": 10,
        "traineeship_acceptance_letter": 10,
        "digital_traineeship": 5,
        "previous_mobility": -10,
        "citizenship_country": -10,
        "late_withdrawal": -10,
        "dual_application": -10,
        "missed_meeting": -5,
        "exam_no_show": -5,
    }


def test_special_categories_are_marked() -> None:
    special = [item.code for item in packs.selection_of(packs.find("bayburt-ka131")).items if item.special_category]
    assert special == ["martyr_veteran_kin", "disability", "care_or_child_protection"]


def test_mevlana_is_historical_and_converts_its_minimum() -> None:
    pack = packs.find("mevlana/2020")
    rules = packs.selection_of(pack)
    assert pack.historical
    assert pack.historical_reason_tr
    assert rules.minimum_gpa_4["master"] == D(3)
    assert rules.minimum_gpa_100 == {
        "associate": D(65),
        "bachelor": D(65),
        "master": D("76.67"),
        "doctorate": D("76.67"),
    }


@pytest.mark.parametrize(
    ("reference", "programme"), [("erasmus-ka171-tr/2024", "erasmus-ka171"), ("bilateral-tr/2026", "bilateral")]
)
def test_packs_without_a_rule_that_was_read_say_so_of_every_figure(reference: str, programme: str) -> None:
    pack = packs.find(reference)
    assert (pack.programme, pack.historical) == (programme, False)
    assert [figure.key for figure in pack.figures if figure.verified] == []


def test_ka171_takes_its_points_from_ka131_without_traineeships() -> None:
    own, national = (packs.selection_of(packs.find(name)) for name in ("erasmus-ka171-tr", "erasmus-ka131-tr"))
    points = {item.code: item.points for item in national.items if item.stay != "traineeship"}
    del points["dual_application"]
    assert {item.code: item.points for item in own.items} == points
    assert own.minimum_gpa_4 == national.minimum_gpa_4


def test_a_bilateral_exchange_has_no_special_points_and_lets_everybody_move_up() -> None:
    rules = packs.selection_of(packs.find("bilateral-tr"))
    assert [item.code for item in rules.items if item.special_category] == []
    assert (rules.mode, rules.ties) == ("chain", ("higher_gpa", "younger_first"))
    assert rules.minimum_gpa_100["master"] == D("76.67")


def test_the_rule_set_of_the_agency_leads_to_the_variant_of_bayburt() -> None:
    assert packs.for_rule_set("TR-UA-KA131").reference == "bayburt-ka131/2024"
    assert packs.for_rule_set("OTHER") is None
    with pytest.raises(KeyError, match="no pack other; there are bayburt-ka131/2024"):
        packs.find("other")


@pytest.mark.parametrize("reference", core_packs.references())
def test_every_unverified_figure_says_why_in_both_languages(reference: str) -> None:
    figures = core_packs.unverified(packs.load(reference))
    assert figures
    assert all(figure.note_en and figure.note_tr for figure in figures)


@pytest.mark.parametrize("reference", core_packs.references())
def test_every_figure_has_a_source(reference: str) -> None:
    pack = packs.load(reference)
    assert len({figure.key for figure in pack.figures}) == len(pack.figures)
    assert all(figure.source for figure in pack.figures)


NATIONAL, BAYBURT = "erasmus-ka131-tr/2024", "bayburt-ka131/2024"


@pytest.mark.parametrize(
    ("reference", "old", "new", "expected"),
    [
        (NATIONAL, "gpa = 0.5", "gpa = 0.6", "weights.* is 1.1; allowed: gpa and language that add up to 1"),
        (NATIONAL, "gpa = 0.5", 'gpa = "half"', 'weights.gpa is "half"; allowed: a number from 0 to 1'),
        (NATIONAL, '"rounded"', '"up"', 'gpa.column is "up"; allowed: one of cut, rounded'),
        (NATIONAL, "bachelor = 2.20", "bachelor = 22", "gpa.minimum_4.bachelor is 22; allowed: a number from 1.00 to"),
        (NATIONAL, "bachelor = 2.20", "", "gpa.minimum_4.bachelor is missing; allowed: a number from 1.00 to 4.00"),
        (
            NATIONAL,
            "waiver_days = { value = 15,",
            "waiver_days = { value = 1.5,",
            "allowed: a whole number from 0 to 60",
        ),
        (
            NATIONAL,
            "points = 15",
            "points = 150",
            "items.martyr_veteran_kin.points is 150; allowed: a number from -100",
        ),
        (
            NATIONAL,
            "value = []",
            'value = ["lot"]',
            "placement.ties is ['lot']; allowed: a list of different words out",
        ),
        (NATIONAL, '"half_up"', '"down"', 'final.rounding is "down"; allowed: one of half_up'),
        (NATIONAL, 'stage = "application"', 'stage = "now"', 'documents.transcript.stage is "now"; allowed: one of'),
        (BAYBURT, '"B1", source', '"B9", source', 'language.minimum_level is "B9"; allowed: one of A1, A2'),
        (
            BAYBURT,
            'code = "A2"',
            'code = "C2"',
            'language.bands is "C1, B2, B1, C2"; allowed: a higher level for a higher',
        ),
        (BAYBURT, "oral = 0.25", "oral = 0.35", "exam.* is 1.10; allowed: written and oral that add up to 1"),
        (BAYBURT, "[selection.final]", "[selection.final]\ncap = 100", "final.cap is 100; allowed: no such key; known"),
    ],
)
def test_a_wrong_figure_is_refused_with_key_value_and_what_is_allowed(
    reference: str, old: str, new: str, expected: str
) -> None:
    problems = refusal(reference, lambda text: text.replace(old, new, 1))
    assert any(expected in line and line.startswith(f"{reference}.toml: selection.") for line in problems)


def test_a_variant_is_refused_for_a_fault_of_its_base_under_the_name_of_the_base() -> None:
    texts = TEXTS | {NATIONAL: TEXTS[NATIONAL].replace("points = 15", "points = 150")}
    with pytest.raises(core_packs.PackError) as refused:
        core_packs.load(BAYBURT, readers=packs.READERS, lookup=texts.__getitem__)
    assert [problem.file for problem in refused.value.problems] == [f"{NATIONAL}.toml"]
