import csv
from pathlib import Path

import pytest
from django.utils.translation import override

from kervan.institutions import reference
from kervan.institutions.rules.codes import is_oid, is_pic, is_schac, prefix_of

SHARED = Path(__file__).resolve().parents[5] / "shared" / "domain" / "data"


def test_tables_hold_what_they_should():
    sizes = [
        len(table())
        for table in (
            reference.countries, reference.isced_fields, reference.languages, reference.cefr_levels,
            reference.accredited_heis, reference.tr_universities, reference.bayburt_units,
        )
    ]  # fmt: skip
    assert sizes == [250, 220, 184, 7, 6142, 227, 66]
    assert sum(len(reference.tr_programmes(entry.key)) for entry in reference.tr_universities()[:3]) == 13 + 71 + 10


def test_names_follow_the_reader():
    turkey, field = reference.country("TR"), reference.isced("0613")
    with override("tr"):
        assert (turkey.name, reference.language("de").name) == ("Türkiye", "Almanca")
        turkish = field.name
    with override("en"):
        assert reference.language("de").name == "German" and field.name != turkish


def test_every_table_with_two_languages_has_both():
    tables = (
        reference.countries,
        reference.isced_fields,
        reference.languages,
        reference.cefr_levels,
        reference.bayburt_units,
    )
    assert all(entry.name_en and entry.name_tr for table in tables for entry in table())
    assert all(unit.faculty_en and unit.faculty_tr for unit in reference.bayburt_units())


def test_countries_are_found_by_both_codes():
    assert reference.country("EL") is reference.country("GR") and reference.country("UK") is reference.country("GB")
    assert reference.country("XX") is None
    assert reference.country("TR").is_programme_country and not reference.country("US").is_programme_country
    assert (reference.country("TR").group_in(2023), reference.country("US").group_in(2024)) == (
        reference.country("TR").group_2021,
        0,
    )


def test_code_prefixes_agree_with_the_rule():
    assert [
        entry.iso2 for entry in reference.countries() if entry.prefix and entry.prefix != prefix_of(entry.iso2)
    ] == []


def test_identifiers_have_their_shape_and_are_unique():
    heis = reference.accredited_heis()
    assert all(is_pic(hei.pic) for hei in heis) and len({hei.pic for hei in heis}) == len(heis)
    assert all(is_oid(hei.oid) for hei in heis if hei.oid) and len({hei.code for hei in heis}) == len(heis)
    assert [hei.schac for hei in heis if hei.schac and not is_schac(hei.schac)] == []


def test_fields_hang_together():
    codes = {field.code for field in reference.isced_fields()}
    assert all(field.parent in codes for field in reference.isced_fields() if field.level != "broad")
    assert {unit.isced for unit in reference.bayburt_units()} <= codes


def test_turkish_universities_are_complete():
    universities = reference.tr_universities()
    assert all(entry.city for entry in universities) and sum(1 for entry in universities if not entry.code) == 24
    bayburt = reference.tr_university(reference.BAYBURT)
    assert (bayburt.name, bayburt.city, bayburt.code) == ("Bayburt Üniversitesi", "Bayburt", "TR BAYBURT01")
    assert reference.tr_university("TR BAYBURT01") is bayburt and reference.tr_university("") is None
    assert {entry.country for entry in universities if entry.kind in {"state", "foundation"}} == {"TR"}
    pics = {hei.pic for hei in reference.accredited_heis()}
    assert all(entry.pic in pics for entry in universities if entry.pic)


def test_studies_drop_fee_variants():
    key = next(entry.key for entry in reference.tr_universities() if entry.name == "Başkent Üniversitesi")
    studies = reference.tr_studies(key)
    assert len({(entry.faculty, entry.plain_name, entry.level, entry.language) for entry in studies}) == len(studies)
    assert len(studies) < len(reference.tr_programmes(key)) == 293


def test_a_third_of_the_programmes_get_a_field():
    found = [reference.suggested_isced(row["programme"]) for row in reference._rows("tr-programmes.csv.gz")]
    assert (len(found), sum(1 for code in found if code)) == (21602, 7694)
    assert reference.suggested_isced("Hemşirelik (İngilizce)") == "0913"


@pytest.mark.parametrize(
    ("shipped", "full"),
    [("tr-programmes.csv.gz", "tr-programmes-2025.csv"), ("bayburt-units.csv", "bayburt-units.csv")],
)
def test_shipped_programmes_are_those_of_the_source(shipped, full):
    if not SHARED.is_dir():
        pytest.skip("shared folder absent")
    with (SHARED / full).open(encoding="utf-8", newline="") as opened:
        assert [row["code"] for row in reference._rows(shipped)] == [
            row["programme_code"] for row in csv.DictReader(opened)
        ]
