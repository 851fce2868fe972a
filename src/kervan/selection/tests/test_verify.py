"""`verify`: worked cases hold, differences are printed, what cannot be read is said."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kervan.core.rules import packs as core_packs
from kervan.selection import worked_cases
from kervan.selection.rules import packs

VECTORS = Path(__file__).resolve().parents[4].parent / "shared" / "domain" / "vectors"
BAYBURT = packs.selection_of(packs.find("bayburt-ka131"))
SCORING = {
    "id": "S",
    "input": {"level": "bachelor", "gpa_4": 2.74, "written": 92, "oral": 35, "adjustments": {"dual_application": 1}},
    "expected": {"gpa_100": 70.6, "final": 64.18, "passes": True, "adjustment_points": {"dual_application": -10}},
}
PLACEMENT = {
    "id": "P",
    "input": {
        "quotas": {"H1": 1},
        "candidates": [
            {"id": "old", "final": 80, "birth_date": "2000-06-30", "preferences": ["H1"]},
            {"id": "young", "final": 80, "birth_date": "2004-01-15", "preferences": ["H1"]},
        ],
    },
    "expected": {
        "order": ["young", "old"],
        "placements": {
            "young": {"result": "main", "preference": 1, "host": "H1"},
            "old": {"result": "not_placed", "host": None, "reason": "quota_exhausted"},
        },
        "quota_left": {"H1": 0},
    },
}


def changed(case: dict[str, Any], part: str, **values: object) -> dict[str, Any]:
    return {**case, part: {**case[part], **values}}


def ran(**sections: Any) -> worked_cases.Report:
    return worked_cases.run(worked_cases.read(json.dumps(sections)), BAYBURT)


def verified(*arguments: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out)
    except CommandError as ended:
        return ended.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def written(folder: Path, name: str, content: object) -> str:
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(folder / name)


@pytest.mark.parametrize("reference", core_packs.references())
def test_the_cases_in_every_shipped_pack_hold(reference: str) -> None:
    pack = packs.load(reference)
    report = worked_cases.run(pack.cases, packs.selection_of(pack))
    assert (report.differences, report.unreadable) == ([], [])
    assert report.ran == report.held > 0


@pytest.mark.parametrize("reference", core_packs.references())
def test_the_cases_of_a_stored_pack_hold(reference: str) -> None:
    stored = core_packs.from_canonical(packs.load(reference).canonical, readers=packs.READERS)
    report = worked_cases.run(stored.cases, packs.selection_of(stored))
    assert (report.differences, report.unreadable) == ([], [])
    assert report.ran == report.held > 0


def test_all_shared_selection_cases_hold() -> None:
    if not VECTORS.is_dir():
        pytest.skip("shared folder absent")
    assert verified(str(VECTORS / "selection.json")) == (0, ["selection.json: 24 of 24 cases hold"])


def test_the_shared_table_cases_hold_and_sections_without_a_reader_end_with_2() -> None:
    if not VECTORS.is_dir():
        pytest.skip("shared folder absent")
    status, lines = verified(str(VECTORS / "grades.json"), str(VECTORS / "selection.json"))
    assert status == 2
    assert "grades.json: 7 of 7 cases hold" in lines
    assert lines[-1] == "selection.json: 24 of 24 cases hold"


def test_a_difference_is_printed_field_by_field_with_its_case(tmp_path: Path) -> None:
    wrong = changed(SCORING, "expected", final=64.17, adjustment_points={"dual_application": -10, "disability": 10})
    file = written(tmp_path, "own.json", {"rule_set": "TR-UA-KA131", "scoring": [SCORING, wrong]})
    assert verified(file) == (
        1,
        [
            "own.json: scoring S final: expected 64.17, found 64.18",
            "own.json: scoring S adjustment_points.disability: expected 10, found nothing",
            "own.json: 1 of 2 cases hold",
        ],
    )


def test_placements_are_compared_as_a_whole() -> None:
    assert ran(placement=[PLACEMENT]).held == 1
    kept = dict(PLACEMENT["expected"]["placements"])
    missing = changed(PLACEMENT, "expected", placements={"young": kept["young"]})
    other = changed(PLACEMENT, "expected", placements=kept | {"old": kept["old"] | {"reason": "no_months"}})
    assert [str(d).split(":")[0] for d in ran(placement=[missing, other]).differences] == [
        "placement P placements.old",
        "placement P placements.old.reason",
    ]


def test_a_withdrawal_runs_on_the_named_placement() -> None:
    pool = changed(PLACEMENT, "input", reserve_quotas={"H1": 1})
    given = {"pool": "P", "withdraws": "young", "days_after_results": 15}
    expected = {"freed_host": "H1", "promoted": "old", "late_penalty_next_application": 0}
    late = {"id": "late", "input": given | {"days_after_results": 16}, "expected": expected}
    report = ran(placement=[pool], withdrawal=[{"id": "in time", "input": given, "expected": expected}, late])
    assert [str(difference) for difference in report.differences if difference.section == "withdrawal"] == [
        "withdrawal late late_penalty_next_application: expected 0, found -10"
    ]


def test_what_the_file_states_goes_before_the_pack() -> None:
    case = changed(SCORING, "expected", final=59.2, adjustment_points={"dual_application": -15})
    assert ran(points={"dual_application": -15}, rounding="half up to 1 decimals at the end", scoring=[case]).held == 1
    weights = {"gpa": 0.4, "language": 0.6}
    assert ran(weights=weights, scoring=[changed(SCORING, "expected", final=64.89)]).held == 1


def test_a_case_without_a_lowest_score_has_none() -> None:
    refused = changed(changed(SCORING, "input", final_minimum=70), "expected", passes=False)
    assert ran(scoring=[SCORING, refused]).held == 2


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"grants": []}, "section grants: there is no reader for it"),
        ({"scoring": {}}, "section scoring: not a list of cases"),
        ({"scoring": [1]}, "scoring no. 1: "),
        ({"scoring": [{"id": "a", "input": {}}]}, "scoring a: expected is missing or not known"),
        ({"scoring": [changed(SCORING, "input", height=3)]}, "scoring S: input height is not known; known are level"),
        ({"scoring": [changed(SCORING, "input", gpa_4="good")]}, "scoring S: good is not a number"),
        ({"scoring": [changed(SCORING, "input", gpa_4=True)]}, "scoring S: true is not a number"),
        ({"scoring": [changed(SCORING, "input", adjustments={"x": 1})]}, "scoring S: 1 times 'x' is not possible"),
        (
            {"withdrawal": [{"id": "w", "input": {"pool": "Q"}, "expected": {}}]},
            "withdrawal w: there is no placement case Q in this file",
        ),
        (
            {"placement": [changed(PLACEMENT, "input", quotas={"H2": 1})]},
            "placement P: applicant old wishes an unknown",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_runs(sections: dict[str, Any], expected: str) -> None:
    report = ran(**sections, gpa_4_to_100=[{"id": "Y", "input": {"gpa_4": 2.2}, "expected": 58}])
    assert [line for line in report.unreadable if line.startswith(expected)]
    assert report.held == 1


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ({"rounding": "up"}, 'rounding "up" is not known; known is "half up to 2 decimals at the end"'),
        ({"weights": {"gpa": 1}}, "weights: gpa and language that add up to 1 are needed"),
        ({"points": 3}, "points is not a table"),
    ],
)
def test_a_heading_that_cannot_be_read_is_said(heading: dict[str, Any], expected: str) -> None:
    assert ran(**heading, scoring=[SCORING]).unreadable == [f"scoring S: {expected}"]


@pytest.mark.parametrize("content", ["{", "[]", '{"scoring": NaN}', "[" * 100_000, "\udcff"])
def test_a_broken_file_ends_with_2_after_the_others_have_run(tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(content.encode("utf-8", "surrogateescape"))
    good = written(tmp_path, "good.json", {"scoring": [SCORING]})
    status, lines = verified(str(broken), str(tmp_path / "absent.json"), good)
    assert status == 2
    assert lines[-1] == "good.json: 1 of 1 cases hold"


def test_an_unknown_rule_set_needs_a_pack(tmp_path: Path) -> None:
    file = written(tmp_path, "own.json", {"rule_set": "OTHER", "scoring": [SCORING]})
    assert verified(file) == (
        2,
        [
            "own.json: scoring S: no pack for the rule set OTHER; name one with --pack",
            "own.json: 0 of 0 cases hold",
        ],
    )
    assert verified(file, "--pack", "bayburt-ka131")[0] == 0
    assert verified(file, "--pack", "nothing")[0] == 2


OUR_PACK = """
name = "our-ka131"
version = "2025"
extends = "bayburt-ka131/2024"
title_en = "Ours"
title_tr = "Bizim"
[[cases.scoring]]
id = "a"
input = { level = "bachelor", gpa_4 = 3, language = 80 }
expected = { final = 78 }
"""


def test_a_pack_in_another_folder_is_checked_and_its_cases_run(tmp_path: Path) -> None:
    (tmp_path / "our-ka131").mkdir()
    assert verified(written(tmp_path, "our-ka131/2025.toml", OUR_PACK)) == (
        1,
        [
            "our-ka131/2025.toml: scoring a final: expected 78, found 78.34",
            "our-ka131/2025.toml: 0 of 1 cases hold",
        ],
    )


def test_without_a_file_all_shipped_packs_are_verified() -> None:
    status, lines = verified()
    assert status == 0
    assert len(lines) == len(core_packs.references())


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        ("82.5", Decimal("82.50"), True),
        (1, True, False),
        (True, 1, False),
        (None, None, True),
        ([1, 2], (1, 2), True),
        ([2, 1], (1, 2), False),
        ("main", "main", True),
        ("1", "1.0", False),
    ],
)
def test_results_are_compared_by_value(expected: object, found: object, equal: bool) -> None:
    assert worked_cases.same(expected, found) is equal
