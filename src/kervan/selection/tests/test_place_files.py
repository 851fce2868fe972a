"""`place` on files."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kervan.selection import placement_files
from kervan.selection.rules import snapshot
from kervan.selection.score_files import FileRefused

PLACES = (
    "place,line,term,capacity,reserve,months,levels,fields,languages_required\n"
    "X,L,year,1,1,9,bachelor;master,061,en:B1\nY,M,autumn,2,1,4.5,,,\n"
)
APPLICANTS = (
    "applicant,score,birth_date,level,field,eligible,languages,unit,wish_1,wish_2\n"
    "=ayse,81.40,2003-01-01,bachelor,0613,yes,en:B2,math,X,Y\n"
    "mert,80,2003-01-01,bachelor,0613,,en:B2;de:A1,math,X,Y\n"
    "elif,80,2004-01-01,bachelor,0613,,en:B2,math,X,Y\n"
    "omar,99.5,2004-01-01,bachelor,0613,documents_missing,en:B2,math,X,\n"
    "nadia,,2004-01-01,,,no,,,X,\n"
)
CAPS = "scope,key,max\nunit,math,2\n"


def run(folder: Path, *more: str, applicants: str = APPLICANTS, places: str = PLACES, caps: str = CAPS) -> list[Any]:
    for name, text in (("a.csv", applicants), ("p.csv", places), ("c.csv", caps)):
        (folder / name).write_text(text)
    given = ["--applicants", folder / "a.csv", "--places", folder / "p.csv", "--caps", folder / "c.csv"]
    call_command("place", *map(str, given), "--out", str(folder / "out.csv"), *more)
    return list(csv.DictReader((folder / "out.csv").read_text().splitlines()))


def test_files_in_results_out(tmp_path: Path) -> None:
    rows = run(tmp_path, "--funded", "1")
    assert [tuple(row.values()) for row in rows] == [
        ("omar", "", "rejected", "", "", "", "", "documents_missing"),
        ("'=ayse", "1", "main", "1", "X", "", "with_grant", "placed"),
        ("elif", "2", "main", "2", "Y", "", "zero_grant", "placed"),
        ("mert", "3", "reserve", "1", "X", "1", "", "quota_exhausted;cap_reached"),
        ("nadia", "", "rejected", "", "", "", "", ""),
    ]


def test_explain_adds_a_row_for_every_wish(tmp_path: Path) -> None:
    rows = [row for row in run(tmp_path, "--explain") if row["applicant"] == "mert"]
    assert [(row["wish"], row["code"], row["cutoff"], row["shortfall"]) for row in rows] == [
        ("1", "", "", ""),
        ("1", "quota_exhausted", "81.40", "1.40"),
        ("2", "cap_reached", "80.00", "0.00"),
    ]
    assert rows[1]["text_en"].startswith("Its one place went to a higher score.")
    assert all(row["text_en"] and row["text_tr"] for row in rows)


def test_snapshot_of_the_files_can_be_repeated(tmp_path: Path) -> None:
    run(tmp_path, "--pack", "bayburt-ka131", "--seed", "7", "--snapshot", str(tmp_path / "run.json"))
    text = (tmp_path / "run.json").read_text()
    assert snapshot.read(text).market.tie_chain == ("younger_first",)
    assert snapshot.rerun(text) == text


FAULTS = [
    ("81.40,", "81.405,", 'a.csv, line 2, column score: "81.405"; allowed: a number with a decimal point'),
    ("81.40,", '"81,40",', 'a.csv, line 2, column score: "81,40"'),
    ("mert,80,", "mert,,", 'a.csv, line 3, column score: ""; allowed: a number; it may only be empty'),
    ("mert", "elif", 'a.csv, line 4, column applicant: "elif"; allowed: each only once'),
    ("2003-01-01", "01.01.2003", 'column birth_date: "01.01.2003"; allowed: a date as 2004-01-15'),
    ("bachelor", "lisans", 'column level: "lisans"; allowed: one of nothing, associate'),
    ("en:B2,", "en:B9,", 'column languages: "en:B9"; allowed: languages with their level (A1 to C2)'),
    ("math,X,Y", "math,X,Q", 'column wish_2: "Q"; allowed: a place of the file of places'),
    ("math,X,Y", "math,X,X", 'column wish_2: "X"; allowed: each place once'),
    ("math,X,Y", "math,,Y", 'column wish_2: "Y"; allowed: nothing, because the wish before it is empty'),
    ("math,X,Y", "math,X,Y,Z", 'column -: "11 values"; allowed: at most 10'),
    ("yes", "perhaps!", 'column eligible: "perhaps!"; allowed: yes, no, or why not'),
    ("birth_date", "born", 'a.csv, line 1, column born: "born"; allowed: each of these at most once'),
]


@pytest.mark.parametrize(("good", "bad", "words"), FAULTS, ids=lambda value: str(value)[:20])
def test_bad_applicants_are_refused_with_the_place(tmp_path: Path, good: str, bad: str, words: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, applicants=APPLICANTS.replace(good, bad))
    assert words in str(refusal.value)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    ("file", "good", "bad", "words"),
    [
        ("places", "X,L,year,1", "X,L,year,one", 'p.csv, line 2, column capacity: "one"; allowed: a whole number'),
        ("places", "autumn", "winter", 'p.csv, line 3, column term: "winter"; allowed: one of autumn, spring, year'),
        ("places", "Y,M", "X,M", 'p.csv, line 3, column place: "X"; allowed: each only once'),
        ("caps", "unit", "colour", 'c.csv, line 2, column scope: "colour"; allowed: call, or any of unit'),
        ("caps", "unit", "unit+level", 'c.csv, line 2, column key: "math"; allowed: 2 values joined by +'),
        ("caps", "math,2", "math,-2", 'c.csv, line 2, column max: "-2"; allowed: a number from 0 on'),
    ],
)
def test_bad_places_and_caps_are_refused(tmp_path: Path, file: str, good: str, bad: str, words: str) -> None:
    texts = {"places": PLACES, "caps": CAPS}
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, **{file: texts[file].replace(good, bad)})
    assert words in str(refusal.value)


def test_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none.csv: No such file or directory$") as refusal:
        call_command("place", "--applicants", str(tmp_path / "none.csv"), "--places", str(tmp_path / "none.csv"))
    assert refusal.value.returncode == 2
    (tmp_path / "p.csv").write_bytes(b"place,capacity\n\xfd,1\n")
    with pytest.raises(CommandError, match="line 2: not UTF-8"):
        call_command("place", "--applicants", str(tmp_path / "p.csv"), "--places", str(tmp_path / "p.csv"))


def test_chain_of_a_pack_demands_its_column() -> None:
    with pytest.raises(FileRefused, match="equals are ordered by younger_first"):
        placement_files.read_applicants("applicant,score\na,80\n", "a.csv", (), ("younger_first",))


def test_caps_by_months_and_for_the_whole_call() -> None:
    caps = placement_files.read_caps("scope,key,max\ncall,,10\nfaculty+level,arts+master,3\nline:months,L,9.5\n", "c")
    assert [(cap.dimensions, str(cap.maximum), cap.measure) for cap in caps] == [
        ((), "10", "persons"),
        ((("faculty", "arts"), ("level", "master")), "3", "persons"),
        ((("line", "L"),), "9.5", "months"),
    ]


def test_place_is_for_the_units_of_its_column(tmp_path: Path) -> None:
    places = "place,capacity,units\nX,1,law; history\nY,1,\n"
    rows = run(tmp_path, "--explain", places=places, applicants="applicant,score,unit,wish_1,wish_2\na,80,math,X,Y\n")
    assert [row["code"] for row in rows] == ["", "unit_not_covered", "placed"]
    assert rows[1]["text_en"] == "Agreed only for other units of ours."


def test_files_with_byte_order_mark_and_blank_lines_are_read() -> None:
    places = placement_files.read_places("\ufeffplace,capacity\n\nX,1\n,\n", "p.csv")
    assert [place.key for place in places] == ["X"]


def test_file_with_semicolons_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, applicants=APPLICANTS.replace(",", ";"))
    assert str(refusal.value).startswith('a.csv, line 1, column -: "semicolons"; allowed: commas between the columns')
    assert "\n" not in str(refusal.value)
