"""One small world for the promise tests: two offices, everybody who could come, one thing of every kind for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from kervan.agreements import services as agreements
from kervan.conftest import account, enrol, faculty, programme
from kervan.core import history, outbox, packs, sealed, storage
from kervan.core.models import Office, PackVersion, StoredFile
from kervan.core.rules.spreadsheets import write_xlsx
from kervan.core.scope import Role
from kervan.institutions.models import Institution, Unit
from kervan.people.models import RoleAssignment
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

HOST, OTHER_HOST = "testserver", "uppsala.localhost"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PORTAL = ["Application No", "Student number", "Name", "Surname", "Programme", "Level", "GPA", "1. wish"]
Thing = dict[str, str]


@dataclass
class World:
    """`people`: role in the tables of the tests -> account. `things`: "kind name" -> values for the address."""

    office: Office
    other: Office
    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser of somebody; the officer of the other office comes by that office's own host name."""
        client = Client(SERVER_NAME=OTHER_HOST if role == "omar" else HOST)
        if self.people[role]:
            client.force_login(self.people[role])
        return client

    def keep(self, name: str, row: Any, **more: str) -> Any:
        self.rows[name], self.things[name] = row, {"uid": row.uid, **more}
        return row


def walk(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the installation: full name and pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, namespace + (f"{one.namespace}:" if one.namespace else ""))
        else:
            yield namespace + str(one.name), one


def build(rows: int = 0) -> World:
    """Make everything. Rate limits begin anew. `rows`: so many more of each kind, to see what pages cost."""
    cache.clear()
    office = make_office("bayburt", HOST, "Bayburt Üniversitesi", "TR", "TR BAYBURT01")
    other = make_office("uppsala", OTHER_HOST, "Uppsala universitet", "SE", "S UPPSALA01")
    world = World(office, other)
    units = make_units(office)
    theirs = make_units(other)
    make_people(world, units, theirs)
    pack = make_packs(office, other)
    make_agreements(world, office, units)
    make_agreements(world, other, theirs, is_other=True)
    many = make_more(world, units, rows)
    make_calls(world, office, pack, many)
    make_open_call(world, units)
    make_runs(world, units, many)
    make_theirs(world, other, pack, theirs)
    make_imports(world)
    make_messages(world)
    make_long_histories(world, rows)
    return world


def make_office(slug: str, host: str, name: str, country: str, code: str) -> Office:
    row = Office.objects.create(slug=slug, hosts=[host], name_en=name, name_tr=name, email=f"office@{slug}.example")
    Institution.objects.create(office=row, name=name, country=country, erasmus_code=code)
    return row


def make_units(office: Office) -> dict[str, Unit]:
    home = Institution.objects.get(office=office)
    engineering, education = (
        faculty(home, "Mühendislik", "Engineering"),
        faculty(home, "Eğitim", "Education"),
    )
    return {
        "engineering": engineering,
        "education": education,
        "civil": programme(engineering, "İnşaat Mühendisliği", "Civil Engineering", "0732"),
        "teaching": programme(education, "Sınıf Öğretmenliği", "Primary Education", "0113"),
    }


def make_people(world: World, units: dict[str, Unit], theirs: dict[str, Unit]) -> None:
    office, people = world.office, world.people
    born = date(2003, 5, 1)
    people["visitor"] = None
    for name, family, unit, number in (
        ("ayşe", "Çelikkanat", "civil", "1"),
        ("zeynep", "Şahinbey", "civil", "2"),
        ("can", "Demirkazık", "teaching", "3"),
    ):
        person = account(office, name.title(), family, address=name, birth_date=born, student_number=f"202300{number}")
        people[name] = enrol(person, units[unit])
    people["mert"] = account(office, "Mert", "Yıldız", (Role.COORDINATOR, units["engineering"]), address="mert")
    people["derya"] = account(office, "Derya", "Kurt", (Role.COORDINATOR, units["education"]), address="derya")
    people["elif"] = account(office, "Elif", "Kaya", (Role.STAFF, None), address="elif")
    roles = ((Role.STAFF, None), (Role.SPECIAL_READER, None))
    people["selim"] = account(office, "Selim", "Ateş", *roles, address="selim")
    people["leyla"] = account(office, "Leyla", "Aksoy", (Role.HEAD, None), address="leyla")
    people["rana"] = account(office, "Rana", "Aydın", (Role.LEADERSHIP, None), address="rana")
    people["deniz"] = account(office, "Deniz", "Arslan", (Role.AUDITOR, None), address="deniz")
    people["ada"] = account(office, "Ada", "Koç", (Role.ADMINISTRATOR, None), address="ada")
    people["nadia"] = type(people["ada"]).objects.create_user("nadia@bayburt.example", name="Nadia Petrova")
    people["omar"] = account(world.other, "Omar", "Haddad", (Role.STAFF, None), address="omar")
    people["sven"] = enrol(account(world.other, "Sven", "Bergqvist", address="sven", birth_date=born), theirs["civil"])
    for name in ("ayşe", "can", "sven", "mert"):
        world.keep(f"person {name}", people[name].person)
    for name in ("mert", "omar"):
        world.keep(f"role {name}", RoleAssignment.objects.get(person=people[name].person))


def make_packs(*offices: Office) -> PackVersion:
    packs.load_shipped()
    version = PackVersion.objects.get(name="bayburt-ka131")
    for office in offices:
        packs.adopt(office, version, actor=None)
    return version


def make_agreements(world: World, office: Office, units: dict[str, Unit], *, is_other: bool = False) -> None:
    """In force: one for all units, one for each faculty; one draft. The other office has one for all units."""
    for number, name in enumerate(("whole", "engineering", "education", "draft")):
        row = make_agreement(office, name, f"A WIEN{number:02d}", units.get(name), is_draft=name == "draft")
        world.keep(f"agreement theirs {name}" if is_other else f"agreement {name}", row)
        if not is_other:
            world.keep(f"institution {name}", row.institution)


@dataclass(frozen=True)
class More:
    """Further applicants, and further agreement lines."""

    users: tuple[Any, ...] = ()
    lines: tuple[Any, ...] = ()


def make_more(world: World, units: dict[str, Unit], rows: int) -> More:
    """Further applicants, members with roles, partners with agreements, messages."""
    office = world.office
    users = [
        enrol(account(office, f"Aday {n}", "Çok", address=f"aday{n}", student_number=f"77{n}"), units["civil"])
        for n in range(rows)
    ]
    for n in range(rows):
        account(office, f"Üye {n}", "Çok", (Role.COORDINATOR, units["engineering"]), address=f"uye{n}")
        outbox.write_mail(office, to="a@b.example", subject=f"{n}", body="Text", language="en", dedupe_key=f"more {n}")
    lines = [make_agreement(office, f"partner {n}", f"PL KENT{n:03d}", None) for n in range(rows)]
    return More(tuple(users), tuple(row.versions.get().conditions.get() for row in lines))


def make_agreement(office: Office, name: str, code: str, unit: Unit | None, *, is_draft: bool = False) -> Any:
    partner, _new = Institution.objects.get_or_create(name=f"Universität {name}", country="AT", erasmus_code=code)
    line = agreements.LineValues(direction="outgoing", kind="study", people_per_year=9, unit=unit)
    values = agreements.VersionValues(valid_from=date(2024, 1, 1), valid_until=date(2031, 9, 30))
    row = agreements.create_draft(
        office.pk, institution=partner, kind="erasmus_iia", reference=name, values=values, lines=[line], actor=None
    )
    if not is_draft:
        agreements.record_in_force(row, document="IIA 1", date=date(2024, 2, 1), actor=None)
    return row


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


def make_messages(world: World) -> None:
    for name, office in (("ours", world.office), ("theirs", world.other)):
        row = outbox.write_mail(
            office, to="a@b.example", subject="Result", body="Text", language="en", dedupe_key=f"test {name}"
        )
        world.keep(f"message {name}", row)


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


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace in the database."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
