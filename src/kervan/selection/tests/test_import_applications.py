"""Tables of the national portal and of exam results: columns, preview, applying, and the second run."""

from decimal import Decimal
from typing import Any

import pytest

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.core.rules.table_files import write_csv, write_xlsx
from kervan.core.scope import Role
from kervan.people.models import Person, RoleAssignment
from kervan.selection.models import Application, Call, Door, ExamResult, ImportBatch, ImportState
from kervan.selection.services import importing
from kervan.selection.tests.small_call import make_call, make_place

HEADER = [
    "Başvuru No", "Öğrenci No", "Ad", "Soyad", "E-posta", "Doğum tarihi", "Bölüm", "Öğrenim düzeyi", "AGNO",
    "1. tercih", "2. tercih",
]  # fmt: skip
ZEYNEP = [
    "P-1", "2023000001", "ZEYNEP", "ŞİMŞEK", "zeynep@example.org", "09.03.2004", "İnşaat Mühendisliği", "Lisans",
    "3,12", "PL WARSZAW01 / güz", "Universität Wien",
]  # fmt: skip


@pytest.fixture
def call(office: Office, units: Any) -> Call:
    return make_call(office)


def upload(call: Call, actor: Any, *rows: list[Any], header: list[str] = HEADER, kind: str = "portal") -> ImportBatch:
    content = write_xlsx(header, rows)
    batch = importing.upload(call, kind=kind, name="portal.xlsx", content=content, actor=actor)
    return importing.choose_columns(batch, batch.mapping, actor=actor) if batch.state == "mapping" else batch


def row(**changes: Any) -> list[Any]:
    values = dict(zip(HEADER, ZEYNEP, strict=True)) | changes
    return [values[name] for name in HEADER]


def problems(batch: ImportBatch) -> list[tuple[str, str]]:
    return [(one[0], one[1]) for record in batch.preview for one in record.get("problems", [])]


def test_new_row_becomes_person_enrolment_application_and_wishes(call: Call, elif_: Any, units: Any) -> None:
    batch = upload(call, elif_, ZEYNEP)
    assert batch.counts == {"create": 1, "change": 0, "same": 0, "refuse": 0}
    assert not Application.objects.exists()
    importing.apply(batch, actor=elif_)
    made = Application.objects.get()
    assert (made.person.full_name, made.person.birth_date.isoformat()) == ("Zeynep Şimşek", "2004-03-09")
    assert (made.unit, made.level, made.isced, made.gpa_4) == (units.civil, "bachelor", "0732", Decimal("3.12"))
    assert (made.door, made.state, made.portal_number) == (Door.PORTAL, "submitted", "P-1")
    hosts = [wish.place.condition.agreement_version.agreement.institution.name for wish in made.wishes.all()]
    assert hosts == ["Uniwersytet Warszawski", "Universität Wien"]
    assert made.person.enrolments.get().unit == units.civil


def test_second_run_of_the_same_file_changes_nothing(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, ZEYNEP), actor=elif_)
    before = list(Application.objects.values()), list(Person.objects.values())
    again = upload(call, elif_, ZEYNEP)
    assert again.counts == {"create": 0, "change": 0, "same": 1, "refuse": 0}
    importing.apply(again, actor=elif_)
    assert (list(Application.objects.values()), list(Person.objects.values())) == before


def test_applying_twice_is_applying_once(call: Call, elif_: Any) -> None:
    batch = upload(call, elif_, ZEYNEP)
    first = importing.apply(batch, actor=elif_)
    stale = ImportBatch.objects.get(pk=batch.pk)
    assert importing.apply(stale, actor=elif_) == first
    assert Event.objects.filter(kind="importbatch.apply").count() == 1


def test_change_shows_before_and_after_and_is_kept_in_one_event(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, ZEYNEP), actor=elif_)
    batch = upload(call, elif_, row(AGNO="3.40", **{"1. tercih": "A WIEN01", "2. tercih": ""}))
    changes = {name: (before, after) for name, before, after in batch.preview[0]["changes"]}
    assert changes["gpa_4"] == ("3.12", "3.40")
    assert len(changes["wishes"][0].split(",")) == 2
    importing.apply(batch, actor=elif_)
    assert Application.objects.get().gpa_4 == Decimal("3.40")
    event = Event.objects.filter(kind="importbatch.apply").latest("pk")
    assert event.values["differences"][0]["changes"][0] == ["gpa_4", "3.12", "3.40"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"AGNO": "4.50"}, ("out_of_range", "gpa_4")),
        ({"AGNO": "3.123"}, ("too_precise", "gpa_4")),
        ({"AGNO": "iyi"}, ("not_a_number", "gpa_4")),
        ({"AGNO": ""}, ("missing", "gpa_4")),
        ({"1. tercih": "X ATLANTIS01"}, ("partner_unknown", "wish_1")),
        ({"1. tercih": "PL WARSZAW01 / bahar"}, ("term_not_offered", "wish_1")),
        ({"2. tercih": "Uniwersytet Warszawski"}, ("wish_twice", "wish_2")),
        ({"Bölüm": "Simya"}, ("programme_unknown", "unit")),
        ({"Öğrenim düzeyi": "Doktora"}, ("level_mismatch", "level")),
        ({"Öğrenim düzeyi": "usta"}, ("word_unknown", "level")),
        ({"Doğum tarihi": "31.02.2004"}, ("not_a_date", "birth_date")),
        ({"Doğum tarihi": "09.03.1804"}, ("date_out_of_range", "birth_date")),
        ({"E-posta": "zeynep at example"}, ("email_wrong", "email")),
        ({"Soyad": '=HYPERLINK("x")'}, ("formula", "family_name")),
        ({"Başvuru No": "", "Öğrenci No": ""}, ("no_number", "student_number")),
    ],
)
def test_wrong_row_is_refused_with_column_and_reason(
    call: Call, elif_: Any, changes: dict[str, str], problem: tuple[str, str]
) -> None:
    batch = upload(call, elif_, row(**changes))
    assert problems(batch) == [problem]
    assert batch.counts["refuse"] == 1
    importing.apply(batch, actor=elif_)
    assert not Application.objects.exists()


def test_repeated_numbers_refuse_the_later_row(call: Call, elif_: Any) -> None:
    same_portal = row(**{"Öğrenci No": "2023000002"})
    batch = upload(call, elif_, ZEYNEP, ZEYNEP, same_portal)
    assert [record["action"] for record in batch.preview] == ["create", "refuse", "refuse"]
    assert problems(batch) == [("repeated", "portal_number"), ("repeated", "portal_number")]


def test_portal_number_of_another_student_is_refused(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, ZEYNEP), actor=elif_)
    batch = upload(call, elif_, row(**{"Öğrenci No": "2023000009"}))
    assert problems(batch) == [("numbers_disagree", "student_number")]


def test_known_student_keeps_the_record_and_gets_an_application(call: Call, elif_: Any, ayse: Any) -> None:
    wanted = row(**{"Öğrenci No": ayse.person.student_number, "AGNO": "", "Bölüm": "", "Öğrenim düzeyi": ""})
    importing.apply(upload(call, elif_, wanted), actor=elif_)
    made = Application.objects.get()
    assert made.person == ayse.person
    assert (made.person.full_name, made.gpa_4, made.unit.name_en) == (
        "Ayşe Çelik",
        Decimal("3.10"),
        "Civil Engineering",
    )


def test_who_applied_in_kervan_is_not_overwritten(call: Call, elif_: Any, ayse: Any) -> None:
    Application.objects.create(office=call.office, call=call, person=ayse.person)
    batch = upload(call, elif_, row(**{"Öğrenci No": ayse.person.student_number}))
    assert problems(batch) == [("applied_here", "")]


def test_table_leads_nobody_into_the_roles_of_somebody_else(call: Call, elif_: Any) -> None:
    waiting = Person.objects.create(office=call.office, student_number="2023000001", email="rector@bayburt.example")
    RoleAssignment.objects.create(office=call.office, person=waiting, role=Role.ADMINISTRATOR.value)
    batch = upload(call, elif_, row(**{"E-posta": "elif@bayburt.example"}))
    assert problems(batch) == [("holds_role", "email")]
    importing.apply(batch, actor=elif_)
    waiting.refresh_from_db()
    assert waiting.email == "rector@bayburt.example"
    harmless = upload(call, elif_, row(**{"E-posta": "rector@bayburt.example"}))
    assert harmless.counts["create"] == 1


def test_table_gives_no_number_to_who_holds_a_role(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, row(**{"Öğrenci No": ""})), actor=elif_)
    person = Person.objects.exclude(pk=elif_.person.pk).get()
    RoleAssignment.objects.create(office=call.office, person=person, role=Role.STAFF.value)
    assert problems(upload(call, elif_, ZEYNEP)) == [("holds_role", "student_number")]


def test_term_must_be_named_where_a_host_offers_two(call: Call, elif_: Any) -> None:
    make_place(call, "PL WARSZAW01", "", "PL", term="spring", fields=["07"])
    batch = upload(call, elif_, row(**{"1. tercih": "Uniwersytet Warszawski"}))
    assert problems(batch) == [("term_missing", "wish_1")]


def test_more_wishes_than_allowed_are_refused(call: Call, elif_: Any) -> None:
    header = [*HEADER, "3. tercih", "4. tercih"]
    batch = upload(call, elif_, [*ZEYNEP, "", "I BOLOGNA01"], header=header)
    assert problems(batch) == [("too_many_wishes", "wish_4")]


def test_columns_are_remembered_for_the_next_table_with_that_header(call: Call, elif_: Any) -> None:
    header = ["Kimlik", *HEADER[2:]]
    content = write_csv(header, [["2023000001", *ZEYNEP[2:]]], separator=";")
    first = importing.upload(call, kind="portal", name="liste.csv", content=content, actor=elif_)
    assert first.state == ImportState.MAPPING
    with pytest.raises(NotPossible, match="student number"):
        importing.choose_columns(first, first.mapping, actor=elif_)
    importing.choose_columns(first, {**first.mapping, "student_number": "Kimlik"}, actor=elif_)
    second = importing.upload(call, kind="portal", name="liste.csv", content=content, actor=elif_)
    assert (second.state, second.counts["create"]) == (ImportState.PREVIEW, 1)


def test_table_in_windows_1254_with_title_lines_is_read(call: Call, elif_: Any) -> None:
    lines = [
        "2026-2027 Erasmus başvuruları",
        "",
        ";".join(HEADER),
        ";".join(ZEYNEP).replace("Universität Wien", "A WIEN01"),
    ]
    content = "\r\n".join(lines).encode("windows-1254")
    batch = importing.upload(call, kind="portal", name="liste.csv", content=content, actor=elif_)
    importing.choose_columns(batch, batch.mapping, actor=elif_)
    assert batch.preview[0]["name"] == "Zeynep Şimşek"
    assert (batch.preview[0]["row"], batch.preview[0]["action"]) == (4, "create")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("liste.xlsx", b"<html><body>hello</body></html>", "web page"),
        ("liste.xlsx", b"", "no table"),
        ("liste.exe", b"MZ\x90\x00", "not read"),
        ("liste.csv", b"a;b\n" + b"x" * 10_100_000, "MB"),
    ],
)
def test_what_is_no_table_is_refused_with_words_and_not_kept(
    call: Call, elif_: Any, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        importing.upload(call, kind="portal", name=name, content=content, actor=elif_)
    assert not ImportBatch.objects.exists()


def test_preview_is_made_anew_when_records_changed_meanwhile(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, ZEYNEP), actor=elif_)
    batch = upload(call, elif_, row(AGNO="3.40"))
    Application.objects.update(gpa_4=Decimal("2.00"))
    with pytest.raises(NotPossible, match="changed since"):
        importing.apply(batch, actor=elif_)
    assert Application.objects.get().gpa_4 == Decimal("2.00")
    assert ["gpa_4", "2.00", "3.40"] in ImportBatch.objects.get(pk=batch.pk).preview[0]["changes"]
    importing.apply(ImportBatch.objects.get(pk=batch.pk), actor=elif_)
    assert Application.objects.get().gpa_4 == Decimal("3.40")


def test_exam_results_are_matched_written_and_not_written_twice(call: Call, elif_: Any) -> None:
    importing.apply(upload(call, elif_, ZEYNEP), actor=elif_)
    header = ["Öğrenci No", "Dil", "Yazılı", "Sözlü", "Düzey", "Girmedi"]
    rows = [
        ["2023000001", "İngilizce", 84, 76, "B2", ""],
        ["999", "en", 50, 50, "", ""],
        ["2023000001", "de", "", "", "", ""],
    ]
    batch = upload(call, elif_, *rows, header=header, kind="exams")
    assert batch.counts == {"create": 1, "change": 0, "same": 0, "refuse": 2}
    assert problems(batch) == [("no_application", "student_number"), ("no_mark", "")]
    importing.apply(batch, actor=elif_)
    exam = ExamResult.objects.get()
    assert (exam.language, exam.written, exam.oral, exam.level) == ("en", 84, 76, "B2")
    assert Application.objects.get().exam_language == "en"
    assert upload(call, elif_, *rows[:1], header=header, kind="exams").counts["same"] == 1
    changed = upload(call, elif_, ["2023000001", "en", 90, "", "", ""], header=header, kind="exams")
    assert changed.preview[0]["changes"] == [["written", "84.00", "90.00"]]
    importing.apply(changed, actor=elif_)
    assert (ExamResult.objects.get().written, ExamResult.objects.get().oral) == (90, 76)


def test_import_is_refused_once_results_are_published(call: Call, elif_: Any) -> None:
    batch = upload(call, elif_, ZEYNEP)
    Call.objects.update(state="published")
    with pytest.raises(NotPossible, match="between"):
        importing.apply(ImportBatch.objects.get(pk=batch.pk), actor=elif_)


@pytest.mark.parametrize("rows", [3, 300])
def test_preview_and_apply_need_the_same_queries_for_few_and_many_rows(
    call: Call, elif_: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    table = [row(**{"Başvuru No": f"P-{n}", "Öğrenci No": f"20{n:06d}"}) for n in range(rows)]
    with django_assert_max_num_queries(62):
        importing.apply(upload(call, elif_, *table), actor=elif_)
    assert Application.objects.count() == rows
