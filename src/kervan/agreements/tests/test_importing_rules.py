"""Tables of agreement lines: what a row says and what it would change."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kervan.agreements.rules import import_verdicts, importing
from kervan.agreements.rules.import_verdicts import CHANGE, CREATE, REFUSE, SAME, Existing
from kervan.agreements.rules.importing import Head, Known, Row
from kervan.core.rules.turkish import search_key
from kervan.institutions import reference

SHARED = Path(__file__).resolve().parents[5] / "shared" / "domain" / "data" / "iia-real-sample.csv"
FIELDS = frozenset({"06", "061", "0611", "0613", "0210"})
KNOWN = Known(
    partners={"PL KRAKOW01": ["krakow"], "D DRESDEN02": ["dresden"], "XX TWICE01": ["a", "b"]},
    partner_names={"uniwersytet jagiellonski": ["krakow"]},
    units={"bilgisayar muhendisligi": ["cs"], "isletme": ["b1", "b2"]},
    fields=FIELDS,
    languages={"en": "en", "english": "en", "ingilizce": "en", "cs": "cs"},
    own_code="TR BAYBURT01",
)
SAMPLE = Known(partners=KNOWN.partners, fields=FIELDS, languages=KNOWN.languages, is_ours=False)


def read(known: Known = KNOWN, **cells: str) -> Row:
    return importing.read(2, {"partner_code": "PL KRAKOW01", "year_from": "2023", **cells}, known)


def codes(problems: Any) -> list[str]:
    return [one.code for one in problems]


def test_a_complete_row_lacks_nothing() -> None:
    row = read(
        direction="Giden", stay="Öğrenim", people="2", months="10", unit="BİLGİSAYAR MÜHENDİSLİĞİ",
        levels="Lisans, YÜKSEK LİSANS", fields="0613/061", valid_until="31.08.2028", terms="güz; bahar",
    )  # fmt: skip
    assert not row.problems and not row.missing
    assert row.head == Head("krakow", "", "erasmus_iia", date(2023, 9, 1), date(2028, 8, 31))
    assert row.line == {
        "direction": "outgoing", "stay": "study", "levels": "bachelor,master", "terms": "autumn,spring", "people": "2",
        "months": "10", "unit": "cs", "fields": "0613,061",
    }  # fmt: skip


def test_what_a_row_does_not_say_stays_unsaid_and_is_listed_as_missing() -> None:
    row = read(fields="0611")
    assert row.line == {"fields": "0611"}
    assert row.missing == ("people", "direction", "stay", "length", "until")


@pytest.mark.parametrize("code", ["PL KRAKOW01", "PL  KRAKOW01", "pl krakow01", "PL\u00a0KRAKOW01", "PLKRAKOW01"])
def test_a_partner_is_found_by_its_code_however_it_is_blanked(code: str) -> None:
    row = read(partner_code=code)
    assert row.head and row.head.partner == "krakow"


def test_a_missing_blank_is_repaired_and_said() -> None:
    assert codes(read(partner_code="DDRESDEN02").warnings) == ["code_repaired"]


def test_an_unknown_code_is_refused_and_never_invented() -> None:
    row = read(partner_code="UJEP")
    assert row.head is None
    assert [(one.code, one.value) for one in row.problems] == [("partner_unknown", "UJEP")]


def test_a_code_of_two_institutions_is_refused() -> None:
    assert codes(read(partner_code="XX TWICE01").problems) == ["partner_ambiguous"]


def test_our_own_code_is_no_partner() -> None:
    assert codes(read(partner_code="TR BAYBURT01").problems) == ["partner_is_us"]


def test_without_a_code_the_name_finds_the_partner() -> None:
    row = read(partner_code="", partner_name="Uniwersytet Jagielloński")
    assert row.head and row.head.partner == "krakow"
    assert codes(read(partner_code="").problems) == ["no_partner"]


def test_codes_of_the_network_count_before_those_of_our_side() -> None:
    row = read(SAMPLE, fields="0611", fields_home="061, 0611", fields_partner="06")
    assert row.line["fields"] == "0611"
    assert ("fields_home", "061, 0611") in row.facts and ("fields_partner", "06") in row.facts


def test_where_the_network_has_no_code_that_of_our_side_is_taken_and_said() -> None:
    row = read(SAMPLE, fields="", fields_home="0611")
    assert row.line["fields"] == "0611"
    assert ("fields_from", "fields_home") in row.facts


def test_an_unknown_field_is_kept_as_a_fact_and_not_as_a_field() -> None:
    row = read(fields="1111, 0611")
    assert row.line["fields"] == "0611"
    assert ("fields_unknown", "1111") in row.facts
    assert codes(row.warnings) == ["field_unknown"] and not row.problems


def test_our_unit_must_be_ours_and_that_of_another_university_is_a_fact() -> None:
    assert codes(read(unit="FF").problems) == ["unit_unknown"]
    assert codes(read(unit="İşletme").problems) == ["unit_ambiguous"]
    row = read(SAMPLE, unit="FZS/KF, FZS/KO")
    assert not row.problems and ("unit", "FZS/KF, FZS/KO") in row.facts


def test_languages_of_the_receiving_side_are_recommended_and_the_others_are_facts() -> None:
    sides = {"partner_language_1": "English", "partner_level_student": "B2", "partner_level_staff": "C1"}
    home = {"home_language_1": "cs", "home_level_student": "b1"}
    row = read(direction="out", stay="study", **sides, **home)
    assert row.line["languages"] == "en:B2:recommended"
    assert ("home_languages", "cs;B1;") in row.facts
    assert read(direction="out", stay="teaching", **sides).line["languages"] == "en:C1:recommended"
    assert ("partner_languages", "en;B2;C1") in read(**sides).facts


def test_a_year_is_an_academic_year() -> None:
    row = read(year_from="2021/22", year_until="2027")
    assert row.head and (row.head.valid_from, row.head.valid_until) == (date(2021, 9, 1), date(2028, 8, 31))


def test_a_last_day_counts_before_a_last_year_and_disagreement_is_said() -> None:
    row = read(year_until="2028", valid_until="2028-08-31")
    assert row.head and row.head.valid_until == date(2028, 8, 31)
    assert codes(row.warnings) == ["years_disagree"] and ("year_until", "2028") in row.of_agreement
    assert not read(year_until="2027", valid_until="2028-08-31").warnings


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"people": "many"}, "not_a_number"),
        ({"people": "2.5"}, "too_precise"),
        ({"people": "-1"}, "out_of_range"),
        ({"people": "100000"}, "out_of_range"),
        ({"months": "1,25"}, "too_precise"),
        ({"direction": "sideways"}, "word_unknown"),
        ({"levels": "bachelor, wizard"}, "word_unknown"),
        ({"agreement_kind": "friendship"}, "word_unknown"),
        ({"in_ewp": "perhaps"}, "yes_or_no"),
        ({"valid_until": "2020-01-01"}, "ends_before"),
        ({"valid_until": "31.02.2028"}, "not_a_date"),
        ({"year_from": "soon"}, "not_a_year"),
        ({"year_from": ""}, "no_beginning"),
        ({"partner_nomination_autumn": "13-40"}, "not_a_day_of_year"),
        ({"partner_language_1": "Klingon"}, "language_unknown"),
        ({"partner_level_student": "B7"}, "word_unknown"),
        ({"remark": "=HYPERLINK(1)"}, "formula"),
        ({"stay": "teaching", "levels": "master"}, "levels_of_staff"),
        ({"stay": "teaching", "months": "2"}, "months_of_staff"),
        ({"stay": "study", "days": "9"}, "days_of_students"),
    ],
)
def test_what_cannot_be_understood_refuses_the_row(cells: dict[str, str], code: str) -> None:
    row = read(**cells)
    assert codes(row.problems) == [code]
    assert importing.grouped([row]) == {}


def test_no_people_is_no_place_and_not_an_error() -> None:
    row = read(people="0")
    assert "people" not in row.line and "people" in row.missing and not row.problems


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05-15", "05-15"),
        ("15.05.", "05-15"),
        ("15/5", "05-15"),
        ("02-29", "02-29"),
        ("2026-05-15", "05-15"),
        ("05-32", ""),
        ("May", ""),
    ],
)
def test_days_that_come_each_year_are_read(text: str, day: str) -> None:
    assert importing.day_of_year(text) == day


def test_deadlines_of_the_partner_are_its_and_ours_are_of_the_agreement() -> None:
    row = read(partner_nomination_autumn="05-15", home_nomination_spring="11-01")
    assert row.deadlines == {"nomination_autumn": "05-15"}
    assert row.of_agreement == (("home_nomination_spring", "11-01"),)


def test_states_of_the_network_are_kept() -> None:
    row = read(in_ewp="true", approved_by_home="false", terminated_by_partner="evet")
    assert row.facts == (("in_ewp", "yes"), ("approved_by_home", "no"), ("terminated_by_partner", "yes"))


def test_columns_are_guessed_from_both_languages() -> None:
    found = importing.guess(["Erasmus Kodu", "Kişi sayısı", "Yön", "ISCED", "Başlangıç", "Whatever"])
    assert found == {
        "partner_code": "Erasmus Kodu", "people": "Kişi sayısı", "direction": "Yön", "fields": "ISCED",
        "valid_from": "Başlangıç",
    }  # fmt: skip
    assert importing.missing_columns(found) == ()
    assert importing.missing_columns({}) == ("partner_code", "valid_from")


def test_a_table_looks_like_ours_when_it_names_a_unit_or_code_of_ours() -> None:
    assert importing.suggests_ours(["FF", "Bilgisayar Mühendisliği"], [], KNOWN)
    assert importing.suggests_ours([], ["tr bayburt01"], KNOWN)
    assert not importing.suggests_ours(["FF", "FSE"], ["CZ USTINAD01"], KNOWN)


HEAD = Head("krakow", "", "erasmus_iia", date(2021, 9, 1), date(2028, 8, 31))


@pytest.mark.parametrize(
    ("head", "sample", "reference"),
    [
        (HEAD, "", "PL KRAKOW01 2021–2028"),
        (HEAD, "UJEP", "UJEP PL KRAKOW01 2021–2028"),
        (Head("k", "2021/7", "mou", date(2021, 9, 1), None), "", "2021/7"),
        (Head("k", "", "bilateral", date(2021, 2, 1), None), "", "PL KRAKOW01 bilateral 2021-02-01–…"),
    ],
)
def test_a_reference_names_partner_and_period(head: Head, sample: str, reference: str) -> None:
    assert importing.reference_of(head, "PL KRAKOW01", sample) == reference


def test_a_reference_never_grows_too_long_and_keeps_its_period() -> None:
    made = importing.reference_of(HEAD, "Ü" * 200, "S" * 200)
    assert len(made) == 80 and made.endswith("2021–2028")


LINE = {"fields": "0611", "remark": "Unit: FF\nIn EWP: yes"}


def test_a_new_agreement_is_created_and_a_repeated_row_changes_nothing() -> None:
    verdicts = import_verdicts.judge([LINE, LINE, {"fields": "0613"}], None)
    assert [one.action for one in verdicts] == [CREATE, SAME, CREATE]


def test_the_same_table_again_changes_nothing() -> None:
    existing = Existing(import_verdicts.OPEN, {"l1": LINE, "l2": {"fields": "0613"}})
    verdicts = import_verdicts.judge([LINE, LINE, {"fields": "0613"}], existing)
    assert [(one.action, one.line_uid) for one in verdicts] == [(SAME, "l1"), (SAME, ""), (SAME, "l2")]


def test_a_line_that_says_something_else_is_changed_where_it_is_known_again() -> None:
    existing = Existing(import_verdicts.OPEN, {"l1": LINE, "l2": {"fields": "0613", "remark": "Unit: FF"}})
    after = {**LINE, "people": "2", "remark": "Unit: FF\nIn EWP: no"}
    [verdict] = import_verdicts.judge([after], existing)
    assert (verdict.action, verdict.line_uid) == (CHANGE, "l1")
    assert verdict.changes == (("people", "", "2"), ("remark", LINE["remark"], after["remark"]))


@pytest.mark.parametrize(("standing", "code"), [("touched", "agreement_touched"), ("decided", "agreement_decided")])
def test_what_somebody_worked_on_is_not_changed_by_a_table(standing: str, code: str) -> None:
    verdicts = import_verdicts.judge([LINE, {"fields": "0613"}], Existing(standing, {"l1": LINE}))
    assert [one.action for one in verdicts] == [SAME, REFUSE]
    assert codes(verdicts[1].problems) == [code]


def test_many_rows_of_one_agreement_are_judged_in_linear_time() -> None:
    lines = [{"fields": "0611", "remark": f"Unit: {number}"} for number in range(20_000)]
    assert import_verdicts.totals(one.action for one in import_verdicts.judge(lines, None)) == {
        CREATE: 20_000, CHANGE: 0, SAME: 0, REFUSE: 0,
    }  # fmt: skip


@pytest.mark.skipif(not SHARED.exists(), reason="shared folder absent")
def test_the_602_real_lines_are_understood_as_they_are() -> None:
    with SHARED.open(encoding="utf-8-sig", newline="") as opened:
        table = list(csv.DictReader(opened))
    mapping = importing.guess(list(table[0]))
    rows = [
        importing.read(number, {code: one[name] for code, name in mapping.items()}, real_world())
        for number, one in enumerate(table, start=2)
    ]
    refused = [row for row in rows if row.problems]
    groups = importing.grouped(rows)
    assert len(rows) == 602
    assert len(mapping) == 27  # all but the number of the row and the partner's city
    assert {one.code for row in refused for one in row.problems} == {"partner_unknown"}
    assert sorted({row.partner_code for row in refused}) == [
        "G KRITIS04", "I VITERBO02", "IS REYKJAV02", "LT VILNIUS14", "LV LIEPAJA01", "LV RIGA06", "N SVALBAR99",
        "SF KOTKA06", "UJEP",
    ]  # fmt: skip
    assert (len(refused), sum(map(len, groups.values())), len(groups)) == (9, 593, 389)
    assert len({head.partner for head in groups}) == 319
    usable = [row for row in rows if not row.problems]
    warned = Counter(one.code for row in usable for one in row.warnings)
    assert warned == {"years_disagree": 122, "field_unknown": 1}
    assert Counter(dict(row.facts).get("fields_from", "") for row in usable) == {"": 492, "fields_home": 101}
    assert sum(1 for row in usable if not row.line.get("fields")) == 7
    assert sum(len(row.line.get("fields", "").split(",")) for row in usable if row.line.get("fields")) == 779
    yes = Counter(code for row in usable for code, value in row.facts if value == "yes")
    assert yes == {
        "in_ewp": 525, "approved_by_home": 392, "approved_by_partner": 368, "unconfirmed_changes": 36,
        "terminated_by_home": 2,
    }  # fmt: skip
    assert sum(1 for row in usable if row.deadlines) == sum(
        1 for one in table if one["partner_nomination_deadline_autumn"] or one["partner_nomination_deadline_spring"]
    )
    assert all(row.missing == ("people", "direction", "stay", "length") for row in rows if not row.problems)


def real_world() -> Known:
    languages = {one.code: one.code for one in reference.languages()}
    return Known(
        partners={one.code: [one.pic] for one in reference.accredited_heis() if one.code},
        fields=frozenset(one.code for one in reference.isced_fields()),
        languages={search_key(code): code for code in languages},
        is_ours=False,
    )
