"""Calls of both offices from draft to published, applications with their papers, scores and runs, portal tables."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kervan.core import history, packs, sealed, storage
from kervan.core.models import Office, PackVersion, StoredFile
from kervan.core.rules.table_files import write_xlsx
from kervan.institutions.models import Unit
from kervan.selection import jobs
from kervan.selection.models import (
    Application,
    ApplicationDocument,
    Call,
    Cap,
    CheckState,
    Door,
    ExamResult,
    ImportBatch,
    Place,
    PlacementRun,
    PointClaim,
    Wish,
)
from kervan.selection.selectors.rules import documents_of
from kervan.selection.services import calls, importing, placement, publishing, scoring
from kervan.selection.states import ApplicationState, CallState
from small_world.agreements import More
from small_world.base import PDF, Before, Sent, World, sets

PORTAL = ["Application No", "Student number", "Name", "Surname", "Programme", "Level", "GPA", "1. wish"]


def make_packs(*offices: Office) -> PackVersion:
    packs.load_shipped()
    version = PackVersion.objects.get(name="bayburt-ka131")
    for office in offices:
        packs.adopt(office, version, actor=None)
    return version


def make_calls(world: World, office: Office, pack: PackVersion, many: More) -> None:
    for name in ("draft", "open", "later", "empty", "scored", "published"):
        world.keep(f"call {name}", make_call(world, office, pack, name, "agreement whole", many.lines))
    Call.objects.filter(office=office, title_en="draft").update(state=CallState.DRAFT)
    for number, _user in enumerate(many.users):
        call = make_call(world, office, pack, f"more {number}", "agreement whole")
        Application.objects.create(office=office, call=call, person=world.people["ayşe"].person)


def make_call(
    world: World, office: Office, pack: PackVersion, name: str, agreement: str, lines: tuple[Any, ...] = ()
) -> Call:
    today = timezone.localdate()
    call = calls.create_call(
        office.pk,
        actor=None,
        pack_version=pack,
        title_en=name,
        title_tr=name,
        text_en="Apply.",
        text_tr="Başvurunuz.",
        academic_year=today.year + 1,
        door=Door.BOTH,
        opens_on=today,
        closes_on=today + timedelta(days=20),
        results_on=today + timedelta(days=40),
        funded_places=2,
    )
    condition = world.rows[agreement].versions.get().conditions.get()
    choices = [calls.PlaceChoice(one, "autumn", 1, 2, Decimal(5)) for one in (condition, *lines)]
    calls.offer_places(call, choices, actor=None)
    Call.objects.filter(pk=call.pk).update(state=CallState.ANNOUNCED)
    call.refresh_from_db()
    return call


def close(call: Call) -> Call:
    today = timezone.localdate()
    Call.objects.filter(pk=call.pk).update(opens_on=today - timedelta(days=30), closes_on=today - timedelta(days=1))
    call.refresh_from_db()
    return call


def hand_in(call: Call, user: Any, unit: Unit, gpa: str = "3.20", mark: int | None = 80, **values: Any) -> Application:
    """A complete application with its papers, not checked yet."""
    row = Application.objects.create(
        **{
            "office_id": call.office_id,
            "call": call,
            "person": user.person,
            "unit": unit,
            "level": "bachelor",
            "gpa_4": Decimal(gpa),
            "isced": unit.isced,
            "exam_language": "en",
            "state": ApplicationState.SUBMITTED,
            "submitted_at": timezone.now(),
            "sort_key": user.person.sort_key,
            **values,
        }
    )
    own = {"office_id": call.office_id, "application": row}
    for rank, place in enumerate(Place.objects.filter(call=call).order_by("pk")[:5], 1):
        Wish.objects.create(place=place, rank=rank, **own)
    if mark is not None:
        ExamResult.objects.create(language="en", mark=Decimal(mark), level="B2", **own)
    for one in documents_of(call):
        file = storage.store(call.office_id, f"{one.code}.pdf", PDF, content_type="application/pdf", actor=user)
        ApplicationDocument.objects.create(code=one.code, stored_file=file, **own)
    return row


def keep_application(world: World, name: str, row: Application, **more: str) -> None:
    """An application, a paper and an exam of it, a special claim and a sealed paper: what the addresses ask for."""
    claim = PointClaim.objects.create(
        office_id=row.office_id, application=row, sealed_item=sealed.seal("disability"), state=CheckState.ACCEPTED
    )
    document = row.documents.order_by("pk").first()
    file = storage.store(row.office_id, "rapor.pdf", PDF, content_type="application/pdf", is_sealed=True, actor=None)
    secret = ApplicationDocument.objects.create(
        office_id=row.office_id, application=row, code=f"claim_{claim.uid}", stored_file=file
    )
    values = {
        "claim_uid": claim.uid,
        "document_uid": document.uid,
        "exam_uid": row.exams.get().uid,
        "code": document.code,
        **more,
    }
    world.keep(f"application {name}", row, **values)
    world.keep(f"sealed {name}", row, **{**values, "document_uid": secret.uid, "code": secret.code})


def make_open_call(world: World, units: dict[str, Unit]) -> None:
    call = world.rows["call open"]
    for name, unit in (("ayşe", "civil"), ("can", "teaching")):
        keep_application(world, name, hand_in(call, world.people[name], units[unit]))
    draft = hand_in(
        world.rows["call later"], world.people["ayşe"], units["civil"], state=ApplicationState.DRAFT, submitted_at=None
    )
    keep_application(world, "draft", draft)


def make_runs(world: World, units: dict[str, Unit], many: More) -> None:
    """A scored call with a draft run and one that Elif adopted; a call whose results Leyla published."""
    for name in ("published", "scored"):
        call = close(world.rows[f"call {name}"])
        for person, unit, gpa in (("ayşe", "civil", "3.60"), ("zeynep", "civil", "3.40"), ("can", "teaching", "3.20")):
            hand_in(call, world.people[person], units[unit], gpa, state=ApplicationState.CHECKED)
        for user in many.users:
            hand_in(call, user, units["civil"], "2.90", state=ApplicationState.CHECKED)
            PlacementRun.objects.create(office=world.office, call=call, number=100 + user.pk, state="discarded")
        scoring.score_call(call, actor=world.people["elif"])
        call.refresh_from_db()
        run = computed(call, world.people["elif"])
        placement.adopt(run, actor=world.people["elif"])
        run.refresh_from_db()
        if name == "scored":
            draft = computed(call, world.people["elif"])
            world.keep("run adopted", run, other_uid=draft.uid)
            world.keep("run draft", draft, other_uid=run.uid)
        else:
            publishing.publish(run, actor=world.people["leyla"])
            world.keep("run published", run, other_uid=run.uid)
            row = Application.objects.get(call=call, person=world.people["ayşe"].person)
            keep_application(world, "placed", row)


def computed(call: Call, actor: Any) -> PlacementRun:
    run = placement.start_run(call, actor=actor)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    return run


def make_theirs(world: World, other: Office, pack: PackVersion, units: dict[str, Unit]) -> None:
    """The same of the other office: a call with an application, a run, a table."""
    call = world.keep("call theirs", make_call(world, other, pack, "theirs", "agreement theirs whole"))
    keep_application(world, "sven", hand_in(call, world.people["sven"], units["civil"]))
    scored = make_call(world, other, pack, "theirs scored", "agreement theirs whole")
    hand_in(close(scored), world.people["sven"], units["civil"], state=ApplicationState.CHECKED)
    scoring.score_call(scored, actor=None)
    scored.refresh_from_db()
    run = computed(scored, None)
    world.keep("run theirs", run, other_uid=run.uid)


def make_imports(world: World) -> None:
    for name, call in (("ours", "open"), ("theirs", "theirs")):
        rows = [["P-1", "20239999", "Zafer", "Yılmaz", "İnşaat Mühendisliği", "Bachelor", "3.00", "A WIEN00"]]
        batch = importing.upload(
            world.rows[f"call {call}"], kind="portal", name="portal.xlsx", content=write_xlsx(PORTAL, rows), actor=None
        )
        if batch.state == "mapping":
            importing.choose_columns(batch, batch.mapping, actor=None)
        world.rows[f"import {name}"] = batch
        world.things[f"import {name}"] = {"uid": batch.call.uid, "batch_uid": batch.uid}


def make_long_histories(world: World, rows: int) -> None:
    """Things that have seen much: events by many people, points, quotas, tables."""
    office, batch = world.office, world.rows["import ours"]
    subjects = ("application ayşe", "application placed", "call open", "run draft", "agreement whole", "person ayşe")
    for number, actor in enumerate(type(world.people["ada"]).objects.order_by("pk")[:rows]):
        for subject in subjects:
            history.record(world.rows[subject], "call.change", actor=actor)
        for name in ("application ayşe", "application placed"):
            PointClaim.objects.create(office=office, application=world.rows[name], item="missed_meeting")
        Cap.objects.create(office=office, call=world.rows["call open"], label_en=str(number), maximum=9)
        file = StoredFile.objects.create(
            office=office, name=f"{number}.xlsx", content_type="text/plain", size_bytes=1, sha256="", uploaded_by=actor
        )
        ImportBatch.objects.create(office=office, call=batch.call, stored_file=file, made_by=actor)


def call_values(world: World) -> dict[str, Any]:
    today, row = timezone.localdate(), world.rows["call draft"]
    return {
        "title_en": "New",
        "title_tr": "Yeni",
        "text_en": "Apply.",
        "text_tr": "Başvurunuz.",
        "pack_version": row.pack_version_id,
        "academic_year": row.academic_year,
        "door": "both",
        "opens_on": today,
        "closes_on": today + timedelta(days=9),
        "results_on": today + timedelta(days=30),
        "max_wishes": 3,
        "waiver_days": 5,
        "mode": "reserve",
        "funded_places": 1,
        "version": row.version,
    }


def place_values(world: World) -> dict[str, Any]:
    condition = world.rows["agreement engineering"].versions.get().conditions.get()
    values = {f"{condition.line_uid}-autumn-capacity": "2", f"{condition.line_uid}-autumn-months": "5"}
    return {**values, "version": world.rows["call draft"].version}


def table_values(_world: World) -> dict[str, Any]:
    content = write_xlsx(PORTAL, [["P-2", "2023", "Zafer", "Yılmaz", "Civil Engineering", "Bachelor", "3.0", ""]])
    return {"kind": "portal", "table": SimpleUploadedFile("portal.xlsx", content)}


def column_values(world: World) -> dict[str, Any]:
    return dict(ImportBatch.objects.get(pk=world.rows["import ours"].pk).mapping)


def accept_values(world: World) -> dict[str, Any]:
    uid = world.things["application ayşe"]["uid"]
    return {"uid": [uid], f"version-{uid}": "1"}


def save_values(world: World) -> dict[str, Any]:
    row = world.rows["application draft"]
    return {"statement": "Because.", "version": row.version, "document_transcript": SimpleUploadedFile("a.pdf", PDF)}


SENT: Sent = {
    "selection:office_call_new": call_values,
    "selection:office_call_edit": call_values,
    "selection:office_places": place_values,
    "selection:office_quotas": lambda world: {
        "quota-TOTAL_FORMS": "1",
        "quota-INITIAL_FORMS": "0",
        "quota-0-maximum": "5",
        "version": world.rows["call draft"].version,
    },
    "selection:office_accept_many": accept_values,
    "selection:office_accept": lambda world: {"version": "1"},
    "selection:office_reopen": lambda world: {"version": "1"},
    "selection:office_return": lambda world: {"reason": "The transcript is old.", "version": "1"},
    "selection:office_note_item": lambda world: {"item": "missed_meeting", "count": "1", "version": "1"},
    "selection:office_enter_exam": lambda world: {"language": "de", "mark": "70"},
    "selection:office_withdraw": lambda world: {"reason": "Asked by mail."},
    "selection:office_claim": lambda world: {"decision": "returned", "version": "1"},
    "selection:office_decide_document": lambda world: {"decision": "accepted", "version": "1"},
    "selection:my_save": save_values,
    "selection:my_withdraw": lambda world: {"reason": "I stay."},
    "selection:imports": table_values,
    "selection:import_columns": column_values,
}

BEFORE: Before = {
    ("selection:office_reopen", "application ayşe"): sets(
        Application, "application ayşe", state=ApplicationState.CHECKED
    ),
    ("selection:office_score", "call open"): lambda world: close(world.rows["call open"]),
}
