import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.institutions.rules.codes import (
    Repaired,
    is_oid,
    is_pic,
    is_schac,
    is_well_formed,
    prefix_of,
    repair_code,
    repair_pic,
)


@pytest.mark.parametrize(
    ("raw", "country", "code", "repairs"),
    [
        ("A  BADEN01", "AT", "A BADEN01", ()),
        ("TR BAYBURT01", "TR", "TR BAYBURT01", ()),
        ("IRLDUBLIN01", "IE", "IRLDUBLIN01", ()),
        ("D\u00a0 AUGSBUR02", "DE", "D AUGSBUR02", ("special_blanks",)),
        ("D\u00a0\u00a0STUTTGA02", "DE", "D STUTTGA02", ("special_blanks",)),
        ("RSPROKUP01", "RS", "RS PROKUP01", ("blank_added",)),
        ("TRBAYBURT01", "TR", "TR BAYBURT01", ("blank_added",)),
        ("BE BRUGGE11", "BE", "B BRUGGE11", ("prefix_replaced",)),
        ("EL ATHINE01", "EL", "G ATHINE01", ("prefix_replaced",)),
        ("B  DIEPENB07", "NL", "B DIEPENB07", ()),
        ("IRL DUBLIN01", "IE", "IRLDUBLIN01", ("blank_removed",)),
        ("DK FREDERICIA 01", "DK", "DK FREDERICIA01", ("blank_removed",)),
        (" tr\u00a0bayburt 01 ", "", "TR BAYBURT01", ("special_blanks", "letter_case", "blank_removed")),
        ("RSPROKUP01", "", "RSPROKUP01", ()),
        ("\u200bTR BAYBURT01", "TR", "TR BAYBURT01", ("special_blanks",)),
        ("", "TR", "", ()),
    ],
)
def test_damaged_codes_are_repaired_and_the_repairs_named(raw, country, code, repairs):
    assert repair_code(raw, country) == Repaired(code, repairs)


@given(st.text(), st.sampled_from(["", "TR", "AT", "BE", "IE", "LU", "EL"]))
def test_a_repaired_code_needs_no_second_repair(raw, country):
    once = repair_code(raw, country)
    assert repair_code(once.code, country).code == once.code


@pytest.mark.parametrize(
    "code", ["A BADEN01", "TR BAYBURT01", "IRLDUBLIN01", "LUXLUX-VIL01", "E BARCELO300", "DK FREDERICIA01"]
)
def test_usual_codes_are_well_formed(code):
    assert is_well_formed(code)


@pytest.mark.parametrize(
    "code", ["", "TR", "TRBAYBURT01", "F VERDUN1", "tr BAYBURT01", "TR BAYBURT", "TUR BAYBURT01", "TR BAYBURT0001"]
)
def test_other_shapes_are_not_well_formed(code):
    assert not is_well_formed(code)


def test_country_part_must_fit_the_country():
    assert is_well_formed("B DIEPENB07", "BE") and not is_well_formed("B DIEPENB07", "NL")
    assert (prefix_of("FI"), prefix_of("UK"), prefix_of("TR")) == ("SF", "UK", "TR")


def test_shapes_of_the_other_identifiers():
    assert is_pic(repair_pic(" 948 821 603.0")) and not is_pic("94882160") and not is_pic("٩٤٨٨٢١٦٠٣")
    assert is_oid("E10054064") and not is_oid("10054064")
    assert is_schac("bayburt.edu.tr") and is_schac("ph-noe.ac.at")
    assert not any(
        is_schac(text) for text in ["bayburt", "Bayburt.edu.tr", "-a.tr", "a..tr", "a b.tr", "https://a.tr", "a.tr."]
    )
