import csv
from datetime import date
from pathlib import Path

import pytest

from kervan.core.rules.spreadsheets import SpreadsheetError, clean_text
from kervan.core.rules.table_files import write_csv, write_xlsx
from kervan.institutions import reference
from kervan.institutions.rules.eche import COLUMNS, Problem, RepairLine, read_eche

SHARED = Path(__file__).resolve().parents[5] / "shared" / "domain" / "data"
HEADER = list(COLUMNS.values())


def line(**changes: object) -> list[object]:
    values = {
        "proposal": "101", "code": "TR BAYBURT01", "pic": "948821603", "oid": "E10054064", "name": "Bayburt",
        "street": "", "post_code": "", "city": "Bayburt", "country": "TR", "website": "", "starts": date(2021, 1, 1),
        "ends": date(2029, 12, 31),
    }  # fmt: skip
    return list((values | changes).values())


def read(*lines: list[object]):
    return read_eche(write_xlsx(HEADER, lines), "eche.xlsx")


@pytest.fixture(scope="module")
def real():
    if not SHARED.is_dir():
        pytest.skip("shared folder absent")
    path = SHARED / "eche-accredited-heis-2026-04-08.xlsx"
    return read_eche(path.read_bytes(), path.name)


def shared_rows() -> list[dict[str, str]]:
    with (SHARED / "eche-heis.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_real_list_agrees_with_the_shared_table(real):
    expected = shared_rows()
    assert list(real.rows) == [row["pic"] for row in expected] and len(expected) == 6142
    pairs = {
        "oid": "oid", "erasmus_code_raw": "erasmus_code_raw", "country": "country_iso2",
        "country_eu": "country_code_eu", "proposal": "proposal_number",
    }  # fmt: skip
    differing = [
        (ours, row["pic"])
        for row in expected
        for ours, theirs in pairs.items()
        if getattr(real.rows[row["pic"]], ours) != row[theirs].strip()
    ]
    assert differing == []
    assert all(
        (str(real.rows[row["pic"]].starts), str(real.rows[row["pic"]].ends)) == (row["eche_start"], row["eche_end"])
        for row in expected
    )


def test_real_names_and_places_agree_once_cleaned(real):
    for row in shared_rows():
        ours = real.rows[row["pic"]]
        theirs = [row[name] for name in ("legal_name", "street", "post_code", "city", "website")]
        cleaned = [clean_text(text.replace("_x000D_", " ")) for text in theirs]
        assert [ours.name, ours.street, ours.post_code, ours.city, ours.website] == cleaned


def test_real_codes_differ_only_where_a_repair_says_so(real):
    differing = {
        (row["erasmus_code"], real.rows[row["pic"]].erasmus_code)
        for row in shared_rows()
        if real.rows[row["pic"]].erasmus_code != row["erasmus_code"]
    }
    assert differing == {
        ("RSPROKUP01", "RS PROKUP01"),
        ("BE BRUGGE11", "B BRUGGE11"),
        ("DK FREDERICIA 01", "DK FREDERICIA01"),
        ("F PARIS 063", "F PARIS063"),
    }


def test_real_repairs_and_problems_are_counted(real):
    counts = {
        why: sum(1 for repair in real.repairs if repair.why == why) for why in {repair.why for repair in real.repairs}
    }
    assert counts == {"special_blanks": 74, "blank_added": 1, "prefix_replaced": 1, "blank_removed": 2}
    assert [(problem.code, problem.value) for problem in real.problems] == [
        ("code_shape", "B DIEPENB07"),
        ("code_shape", "F VERDUN1"),
    ]
    assert sum(row.is_transitory for row in real.rows.values()) == 5


def test_shipped_list_is_the_real_one(real):
    shipped = {
        hei.pic: (hei.code, hei.code_raw, hei.oid, hei.country, hei.starts, hei.ends, hei.is_transitory)
        for hei in reference.accredited_heis()
    }
    assert shipped == {
        row.pic: (row.erasmus_code, row.erasmus_code_raw, row.oid, row.country, row.starts, row.ends, row.is_transitory)
        for row in real.rows.values()
    }


def test_columns_in_another_order_and_further_ones_do_not_matter():
    header = [name.upper() for name in reversed(HEADER)] + ["Remark"]
    found = read_eche(write_csv(header, [[*reversed(line()), "x"]]), "eche.csv")
    assert found.rows["948821603"].erasmus_code == "TR BAYBURT01"


def test_missing_columns_are_named_with_those_found():
    with pytest.raises(SpreadsheetError) as caught:
        read_eche(write_xlsx(["Erasmus Code", "Legal Name", "City"], [["A", "B", "C"]]), "eche.xlsx")
    missing = (
        "Proposal number, PIC, OID, Street, Post Cd, Country Cd, Website Url, Erasmus Eche Start, Erasmus Eche End"
    )
    assert (caught.value.code, dict(caught.value.params)) == (
        "column_missing",
        {"missing": missing, "found": "Erasmus Code, Legal Name, City"},
    )


def test_repairs_are_listed_with_before_and_after():
    found = read(
        line(code="TR\u00a0BAYBURT01", pic="948 821 603"), line(code="EL ATHINE01", country="EL", pic="111111111")
    )
    assert found.repairs == (
        RepairLine(2, "pic", "948 821 603", "948821603", "special_blanks"),
        RepairLine(2, "erasmus_code", "TR\u00a0BAYBURT01", "TR BAYBURT01", "special_blanks"),
        RepairLine(3, "erasmus_code", "EL ATHINE01", "G ATHINE01", "prefix_replaced"),
    )
    assert found.rows["111111111"].country == "GR"


def test_rows_that_cannot_be_used_are_left_out_and_reported():
    found = read(
        line(),
        line(name="twice"),
        line(pic="12"),
        line(pic="222222222", starts="soon"),
        line(pic="333333333", starts=date(2030, 1, 1)),
        line(pic="444444444", name=""),
        line(pic="555555555", oid="X1"),
    )
    assert list(found.rows) == ["948821603", "555555555"] and found.rows["948821603"].name == "Bayburt"
    assert found.problems == (
        Problem(3, "pic_twice", "948821603"),
        Problem(4, "pic_shape", "12"),
        Problem(5, "date_unreadable", "soon 2029-12-31"),
        Problem(6, "dates_reversed", "2030-01-01 2029-12-31"),
        Problem(7, "name_missing", "444444444"),
        Problem(8, "code_twice", "TR BAYBURT01"),
        Problem(8, "oid_shape", "X1"),
    )


def test_transitory_charters_are_kept_by_pic():
    assert read(line(proposal="Transitory charter")).rows["948821603"].is_transitory
