"""Imports of agreement lines as a whole: what is written, what is not, and how it is taken back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kervan.agreements import services
from kervan.agreements.models import Agreement, AgreementVersion, Condition
from kervan.agreements.selectors import offerable_lines
from kervan.agreements.services import importing
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office, SheetImport, SheetState
from kervan.core.rules.table_files import write_csv
from kervan.institutions.models import FactSheet, Institution, Partner, Unit

SHARED = Path(__file__).resolve().parents[5] / "shared" / "domain" / "data" / "iia-real-sample.csv"
HEADER = (
    "Partner Erasmus code", "Direction", "Kind of stay", "Our unit", "People", "Months", "Days", "ISCED", "Levels",
    "Valid from", "Valid until", "Partner nomination deadline autumn",
)  # fmt: skip
STUDENTS = (
    "PL KRAKOW01", "giden", "öğrenim", "Bilgisayar Mühendisliği", "2", "10", "", "0613, 061", "lisans;yüksek lisans",
    "01.09.2026", "31.08.2029", "15.05.",
)  # fmt: skip
STAFF = (
    "PL KRAKOW01", "incoming", "teaching", "", "3", "", "15", "0613", "", "01.09.2026", "31.08.2029", "",
)  # fmt: skip
BARE = ("PL KRAKOW01", "", "", "", "", "", "", "0311", "", "01.09.2026", "31.08.2029", "")


@pytest.fixture
def krakow(db: None) -> Institution:
    return Institution.objects.create(name="Uniwersytet Jagielloński", country="PL", erasmus_code="PL KRAKOW01")


@pytest.fixture
def unit(office: Office, krakow: Institution) -> Unit:
    own = Institution.objects.filter(office=office).first() or Institution.objects.create(
        name="Bayburt Üniversitesi", country="TR", office=office, erasmus_code="TR BAYBURT01"
    )
    return Unit.objects.create(institution=own, kind="department", name_tr="Bilgisayar Mühendisliği")


@pytest.fixture
def imported(office: Office, unit: Unit, elif_: Any) -> Callable[..., SheetImport]:
    def make(*rows: tuple[str, ...], sample_of: str = "", header: tuple[str, ...] = HEADER) -> SheetImport:
        sheet = importing.upload(office, name="lines.csv", content=write_csv(header, rows), actor=elif_)
        return importing.choose(sheet, sheet.mapping, sample_of=sample_of, agreement_kind="erasmus_iia", actor=elif_)

    return make


def state() -> tuple[int, int, int]:
    return Agreement.objects.count(), AgreementVersion.objects.count(), Condition.objects.count()


def test_nothing_is_written_before_it_is_applied(imported: Callable[..., SheetImport]) -> None:
    sheet = imported(STUDENTS, BARE)
    assert (sheet.state, sheet.counts) == (SheetState.PREVIEW, {"create": 2, "change": 0, "same": 0, "refuse": 0})
    assert [one.get("missing") for one in sheet.preview] == [None, ["people", "direction", "stay", "length"]]
    assert state() == (0, 0, 0) and not Partner.objects.exists()


def test_complete_lines_of_ours_come_in_as_a_draft_that_can_be_put_in_force(
    imported: Callable[..., SheetImport], office: Office, unit: Unit, elif_: Any
) -> None:
    importing.apply(imported(STUDENTS, STAFF), actor=elif_)
    agreement = Agreement.objects.get()
    assert (agreement.reference, agreement.state, agreement.sample_of) == ("PL KRAKOW01 2026–2029", "draft", "")
    students, staff = Condition.objects.order_by("pk")
    assert (students.people_per_year, students.months_per_year, students.unit) == (2, Decimal(10), unit)
    assert (students.levels, students.fields, students.fields_key) == (
        ["bachelor", "master"], ["0613", "061"], " 0613 061 ",
    )  # fmt: skip
    assert (staff.direction, staff.kind, staff.people_per_year, staff.days_per_year) == ("incoming", "teaching", 3, 15)
    assert Partner.objects.get().institution_id == agreement.institution_id
    assert FactSheet.objects.get(partner__isnull=False).nomination_autumn == "05-15"
    services.record_in_force(agreement, document="1", date=date(2026, 9, 1), actor=elif_)
    assert len(offerable_lines(office, 2026)) == 1


def test_one_event_tells_of_an_import_with_its_differences(imported: Callable[..., SheetImport], elif_: Any) -> None:
    sheet = imported(STUDENTS, sample_of="Elsewhere")
    importing.apply(sheet, actor=elif_)
    event = Event.objects.get(kind="sheetimport.agreements_applied")
    assert event.values and len(event.values["differences"]) == 1
    assert not Event.objects.filter(subject_type="agreement").exists()


def test_the_same_table_again_changes_nothing(imported: Callable[..., SheetImport], elif_: Any) -> None:
    importing.apply(imported(STUDENTS, STAFF, BARE), actor=elif_)
    before = state()
    again = imported(STUDENTS, STAFF, BARE)
    assert again.counts == {"create": 0, "change": 0, "same": 3, "refuse": 0}
    importing.apply(again, actor=elif_)
    assert state() == before
    assert importing.apply(again, actor=elif_) == again.counts


def test_a_changed_line_of_an_untouched_draft_is_changed_in_place(
    imported: Callable[..., SheetImport], elif_: Any
) -> None:
    importing.apply(imported(STUDENTS, BARE), actor=elif_)
    uid = Condition.objects.get(people_per_year=2).line_uid
    more = (*STUDENTS[:4], "5", *STUDENTS[5:])
    sheet = imported(more, BARE)
    assert sheet.preview[0]["changes"] == [["people", "2", "5"]]
    importing.apply(sheet, actor=elif_)
    assert Condition.objects.get(people_per_year=5).line_uid == uid
    assert Agreement.objects.get().version == 2


def test_what_somebody_worked_on_is_refused(imported: Callable[..., SheetImport], elif_: Any) -> None:
    importing.apply(imported(BARE), actor=elif_)
    agreement = Agreement.objects.get()
    values = services.VersionValues(valid_from=date(2026, 9, 1), valid_until=date(2029, 8, 31))
    line = services.LineValues(direction="outgoing", kind="study", people_per_year=1)
    services.update_draft(agreement, 1, values=values, lines=[line], actor=elif_)
    sheet = imported(BARE)
    assert sheet.counts["refuse"] == 1
    assert sheet.preview[0]["problems"][0][0] == "agreement_touched"


def test_records_that_changed_since_the_preview_are_looked_at_anew(
    imported: Callable[..., SheetImport], krakow: Institution, elif_: Any
) -> None:
    sheet = imported(STUDENTS)
    krakow.erasmus_code = "PL KRAKOW99"
    krakow.save()
    with pytest.raises(NotPossible, match="made anew"):
        importing.apply(sheet, actor=elif_)
    sheet.refresh_from_db()
    assert sheet.counts["refuse"] == 1 and state() == (0, 0, 0)


def test_agreements_of_another_university_are_marked_and_make_no_partner(
    imported: Callable[..., SheetImport], office: Office, elif_: Any
) -> None:
    row = ("PL KRAKOW01", "giden", "öğrenim", "FF", *STUDENTS[4:])
    importing.apply(imported(row, sample_of="UJEP"), actor=elif_)
    agreement = Agreement.objects.get()
    assert (agreement.sample_of, agreement.reference) == ("UJEP", "UJEP PL KRAKOW01 2026–2029")
    line = Condition.objects.get()
    assert (line.unit, line.notes_en.split("\n")[0]) == (None, "Unit: FF.")
    assert not Partner.objects.exists() and not FactSheet.objects.filter(partner__isnull=False).exists()
    assert offerable_lines(office, 2026) == []


def test_ours_are_told_by_unit_or_code(imported: Callable[..., SheetImport]) -> None:
    ours, theirs = imported(STUDENTS), imported(BARE)
    assert importing.looks_like_ours(ours, importing.table_of(ours))
    assert not importing.looks_like_ours(theirs, importing.table_of(theirs))


def test_a_reference_of_another_agreement_is_refused(
    imported: Callable[..., SheetImport], office: Office, elif_: Any
) -> None:
    other = Institution.objects.create(name="Elsewhere", country="DE", erasmus_code="D ELSE01")
    values = services.VersionValues(valid_from=date(2026, 9, 1))
    services.create_draft(office.pk, institution=other, kind="erasmus_iia", reference="7", values=values, actor=elif_)
    later = (*BARE[:9], "01.09.2027", *BARE[10:], "8")
    sheet = imported((*BARE, "7"), later, (*BARE, "8"), header=(*HEADER, "Reference"))
    assert [one["problems"][0][0] for one in sheet.preview if "problems" in one] == [
        "reference_taken", "reference_twice",
    ]  # fmt: skip


def test_columns_chosen_once_are_remembered(imported: Callable[..., SheetImport], office: Office, elif_: Any) -> None:
    sheet = imported(BARE)
    chosen = {code: name for code, name in sheet.mapping.items() if code != "levels"}
    importing.choose(sheet, chosen, sample_of="", agreement_kind="erasmus_iia", actor=elif_)
    again = importing.upload(office, name="more.csv", content=write_csv(HEADER, [STAFF]), actor=elif_)
    assert again.mapping == chosen


def test_an_import_that_nobody_touched_can_be_taken_back(imported: Callable[..., SheetImport], elif_: Any) -> None:
    sheet = imported(STUDENTS, STAFF)
    importing.apply(sheet, actor=elif_)
    assert importing.undo(sheet, actor=elif_) == 1
    assert state() == (0, 0, 0)
    with pytest.raises(NotPossible):
        importing.undo(sheet, actor=elif_)


def test_an_import_is_not_taken_back_when_somebody_worked_on_it(
    imported: Callable[..., SheetImport], elif_: Any
) -> None:
    sheet = imported(STUDENTS)
    importing.apply(sheet, actor=elif_)
    services.record_in_force(Agreement.objects.get(), document="1", date=date(2026, 9, 1), actor=elif_)
    with pytest.raises(NotPossible, match="2026–2029"):
        importing.undo(sheet, actor=elif_)
    assert state() == (1, 1, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02", b"a,b\n" + b"1,2\n" * 60_000])
def test_what_is_no_readable_table_is_refused(content: bytes, office: Office, elif_: Any) -> None:
    with pytest.raises(NotPossible):
        importing.upload(office, name="lines.csv", content=content, actor=elif_)
    assert not SheetImport.objects.exists()


def test_a_table_without_partner_or_beginning_is_refused(office: Office, elif_: Any) -> None:
    sheet = importing.upload(office, name="x.csv", content=write_csv(["A", "B"], [("1", "2")]), actor=elif_)
    with pytest.raises(NotPossible, match="Erasmus code"):
        importing.choose(sheet, {}, sample_of="", agreement_kind="erasmus_iia", actor=elif_)
    with pytest.raises(NotPossible, match="from which day"):
        importing.choose(sheet, {"partner_code": "A"}, sample_of="", agreement_kind="erasmus_iia", actor=elif_)
    with pytest.raises(NotPossible, match="two things"):
        importing.choose(
            sheet, {"partner_code": "A", "valid_from": "A"}, sample_of="", agreement_kind="erasmus_iia", actor=elif_
        )


@pytest.mark.skipif(not SHARED.exists(), reason="shared folder absent")
def test_the_602_real_lines_come_in_truthfully(directory: None, office: Office, elif_: Any) -> None:
    sheet = importing.upload(office, name=SHARED.name, content=SHARED.read_bytes(), actor=elif_)
    assert not importing.looks_like_ours(sheet, importing.table_of(sheet))
    importing.choose(sheet, sheet.mapping, sample_of="UJEP", agreement_kind="erasmus_iia", actor=elif_)
    assert sheet.counts == {"create": 588, "change": 0, "same": 5, "refuse": 9}
    importing.apply(sheet, actor=elif_)
    assert state() == (389, 389, 588)
    assert Agreement.objects.filter(sample_of="UJEP", state="draft").count() == 389
    assert not Condition.objects.exclude(people_per_year=None, direction="", kind="").exists()
    assert Condition.objects.filter(notes_en__contains="Not approved by the partner").count() == 222
    assert not Partner.objects.exists() and offerable_lines(office, 2026) == []
    again = importing.upload(office, name=SHARED.name, content=SHARED.read_bytes(), actor=elif_)
    importing.choose(again, again.mapping, sample_of="UJEP", agreement_kind="erasmus_iia", actor=elif_)
    assert again.counts == {"create": 0, "change": 0, "same": 593, "refuse": 9}
    assert importing.undo(sheet, actor=elif_) == 389
    assert state() == (0, 0, 0)


@pytest.fixture
def directory(db: None) -> None:
    """The directory as it is shipped: the list of accredited institutions."""
    from kervan.institutions.services import load_directory

    load_directory()
