"""`score` on files: what goes in and out, and how bad files are refused."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kervan.selection import score_files
from kervan.selection.rules import packs

BAYBURT = packs.selection_of(packs.find("bayburt-ka131"))
GOOD = """applicant,level,gpa_4,gpa_100,written,oral,dual_application,disability
A1,bachelor,2.74,,92,35,1,
"=cmd(),2",bachelor,,76.9,,,,1

Şule,master,2.48,,90,80,0,0
"""


def cells(text: str, *columns: str) -> list[list[str]]:
    header, *rows = [line.split(",") for line in text.splitlines()]
    return [[row[header.index(column)] for column in columns] for row in rows]


def faults(text: str) -> list[str]:
    with pytest.raises(score_files.FileRefused) as refused:
        score_files.score_text(text, "a.csv", BAYBURT)
    return [str(fault) for fault in refused.value.faults]


def test_scores_are_written_with_all_their_columns() -> None:
    text = score_files.score_text(GOOD.replace('"=cmd(),2"', "A2"), "a.csv", BAYBURT)
    wanted = ("applicant", "gpa_100", "language", "base", "points_dual_application", "final", "passes", "reasons")
    assert cells(text, *wanted) == [
        ["A1", "70.6", "77.75", "74.175", "-10", "64.18", "no", "final_below_minimum"],
        ["A2", "76.9", "", "", "0", "", "", ""],
        ["Şule", "64.53", "87.5", "76.015", "0", "76.02", "no", "gpa_below_minimum"],
    ]
    assert cells(text, "points_disability") == [["0"], ["10"], ["0"]]


def test_formula_characters_are_escaped_in_text_and_not_in_numbers() -> None:
    text = score_files.score_text(GOOD, "a.csv", BAYBURT)
    assert '\n"\'=cmd(),2",' in text
    assert ",-10," in text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A1,Bachelor,3,,80,,", 'column level: "Bachelor"; allowed: one of associate, bachelor, master, doctorate'),
        (
            'A1,bachelor,"2,74",,80,,',
            'column gpa_4: "2,74"; allowed: a grade average from 1.00 to 4.00 with at most two',
        ),
        ("A1,bachelor,2.745,,80,,", 'column gpa_4: "2.745"; allowed: a grade average'),
        ("A1,bachelor,0.99,,80,,", 'column gpa_4: "0.99"; allowed: a grade average'),
        ("A1,bachelor,,,80,,", 'column gpa_4: ""; allowed: a grade average here or in gpa_100, not in both'),
        ("A1,bachelor,3,70,80,,", 'column gpa_4: "3"; allowed: a grade average here or in gpa_100, not in both'),
        ("A1,bachelor,,70.123,80,,", 'column gpa_100: "70.123"; allowed: a number from 0 to 100 with at most two'),
        ("A1,bachelor,3,,101,,", 'column language: "101"; allowed: a number from 0 to 100'),
        ("A1,bachelor,3,,1e1,,", 'column language: "1e1"; allowed: a number from 0 to 100'),
        ("A1,bachelor,3,,٨٠,,", 'column language: "٨٠"; allowed: a number from 0 to 100'),
        ("A1,bachelor,3,,80,70,", 'column language: "80"; allowed: nothing, because written or oral is given'),
        ("A1,bachelor,3,,80,,2", 'column disability: "2"; allowed: a whole number from 0 to 1'),
        (",bachelor,3,,80,,", 'column applicant: ""; allowed: the applicant\'s key, not empty'),
        ("A1,bachelor,3", 'column -: "3 values"; allowed: 7 values, as in the header'),
    ],
)
def test_a_bad_value_is_refused_with_line_column_value_and_what_is_allowed(row: str, expected: str) -> None:
    found = faults(f"applicant,level,gpa_4,gpa_100,language,written,disability\n{row}\n")
    assert found[0].startswith(f"a.csv, line 2, {expected}")


def test_all_faults_of_a_file_are_told_at_once_with_true_line_numbers() -> None:
    found = faults("applicant,level,gpa_4\nA1,x,3\n\nA2,bachelor,5\nA1,bachelor,3\n")
    assert [fault.split(":")[0] for fault in found] == [
        "a.csv, line 2, column level",
        "a.csv, line 4, column gpa_4",
        "a.csv, line 5, column applicant",
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "applicant,level,gpa_4,height",
            'column height: "height"; allowed: each of these at most once: applicant, level',
        ),
        ("applicant,level,gpa_4,level", 'column level: "level"; allowed: each of these at most once'),
        ("applicant,gpa_4", 'column level: ""; allowed: a column of this name must be there'),
        ("applicant,level", 'column gpa_4: ""; allowed: a column gpa_4 or gpa_100 must be there'),
        ("", 'column applicant: ""; allowed: a column of this name must be there'),
    ],
)
def test_wrong_columns_are_refused(header: str, expected: str) -> None:
    assert any(fault.startswith(f"a.csv, line 1, {expected}") for fault in faults(f"{header}\n"))


def test_the_command_writes_a_file_and_names_the_rules(tmp_path: Path) -> None:
    source, target, said = tmp_path / "a.csv", tmp_path / "out.csv", StringIO()
    source.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    call_command("score", str(source), "--pack", "bayburt-ka131/2024", "--out", str(target), stderr=said)
    assert target.read_text(encoding="utf-8") == score_files.score_text(GOOD, "a.csv", BAYBURT)
    assert said.getvalue().startswith("Rules: bayburt-ka131/2024, ")


@pytest.mark.parametrize(
    ("content", "arguments", "expected"),
    [
        (b"applicant,level,gpa_4\nA1,x,3\n", [], 'a.csv, line 2, column level: "x"'),
        ("applicant,level,gpa_4\nŞ,bachelor,3\n".encode("cp1254"), [], "a.csv, line 2: not UTF-8; allowed: UTF-8"),
        (GOOD.encode(), ["--pack", "nothing"], "--pack: no pack nothing; there are bayburt-ka131/2024"),
        (GOOD.encode(), ["--out", "/nowhere/out.csv"], "No such file or directory"),
        (None, [], "No such file or directory"),
    ],
)
def test_the_command_ends_with_2_on_bad_input(
    tmp_path: Path, content: bytes | None, arguments: list[str], expected: str
) -> None:
    source = tmp_path / "a.csv"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("score", str(source), *arguments)
    assert refused.value.returncode == 2
    assert expected in str(refused.value)


def test_file_with_semicolons_is_told_in_one_line() -> None:
    assert faults(GOOD.replace(",", ";")) == [
        'a.csv, line 1, column -: "semicolons"; allowed: commas between the columns; save it as CSV separated by commas'
    ]
