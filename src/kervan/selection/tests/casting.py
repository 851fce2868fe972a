"""A small call with real shape: two places at two partners, six applicants; for the tests of services and pages."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from kervan.agreements import services as agreements
from kervan.core import packs, sealed
from kervan.core.models import Office, PackVersion
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Person
from kervan.selection.models import (
    Application,
    Call,
    CheckState,
    Door,
    ExamResult,
    Place,
    PointClaim,
    Wish,
)
from kervan.selection.services import calls
from kervan.selection.states import ApplicationState, CallState

YEAR = 2026
PEOPLE = [
    # name, grade average, mark, wishes
    ("Zeynep", "3.80", 95, ("wien", "porto")),
    ("Burak", "3.60", 90, ("wien", "porto")),
    ("Selin", "3.40", 85, ("wien", "porto")),
    ("Kerem", "3.20", 80, ("porto",)),
    ("İpek", "3.00", 75, ("wien",)),
    ("Ozan", "2.30", 40, ("porto",)),
]


def adopted_pack(office: Office) -> PackVersion:
    """Bayburt's rules, loaded and released by the office."""
    packs.load_shipped()
    version = PackVersion.objects.get(name="bayburt-ka131")
    packs.adopt(office, version, actor=None)
    return version


def line(office: Office, name: str, country: str, people: int, *, actor: Any = None, **values: Any) -> Any:
    """One agreement in force with one outgoing study line; returns its condition."""
    partner = Institution.objects.create(name=name, country=country, erasmus_code=f"{country} {name[:6].strip()}01")
    agreement = agreements.create_draft(
        office.pk,
        institution=partner,
        kind="erasmus_iia",
        reference=f"{country}-{name}",
        values=agreements.VersionValues(valid_from=date(2024, 1, 1), valid_until=date(2028, 9, 30)),
        lines=[agreements.LineValues(direction="outgoing", kind="study", people_per_year=people, **values)],
        actor=actor,
    )
    agreements.record_in_force(agreement, document="IIA 1", date=date(2024, 2, 1), actor=actor)
    return agreement.versions.get(number=1).conditions.get()


def draft_call(office: Office, *, actor: Any = None, **values: Any) -> Call:
    """A complete draft with the places `wien` (1) and `porto` (2)."""
    today = timezone.localdate()
    call = calls.create_call(
        office.pk,
        actor=actor,
        **{
            "pack_version": adopted_pack(office),
            "title_en": "Erasmus+ studies 2026/27",
            "title_tr": "Erasmus+ öğrenim 2026/27",
            "text_en": "Apply.",
            "text_tr": "Başvurunuz.",
            "academic_year": YEAR,
            "opens_on": today,
            "closes_on": today + timedelta(days=20),
            "results_on": today + timedelta(days=40),
            "funded_places": 2,
            **values,
        },
    )
    wien = line(office, "Universität Wien", "AT", 1)
    porto = line(office, "Universidade do Porto", "PT", 2)
    choices = [
        calls.PlaceChoice(wien, "autumn", 1, 2, Decimal(5)),
        calls.PlaceChoice(porto, "autumn", 1, 2, Decimal(5)),
    ]
    calls.offer_places(call, choices, actor=actor)
    return call


def places_of(call: Call) -> SimpleNamespace:
    """The places by partner: `wien`, `porto`."""
    rows = Place.objects.filter(call=call).order_by("pk")
    return SimpleNamespace(wien=rows[0], porto=rows[1])


def close(call: Call) -> Call:
    """Move the dates of an announced call into the past."""
    today = timezone.localdate()
    Call.objects.filter(pk=call.pk).update(opens_on=today - timedelta(days=30), closes_on=today - timedelta(days=1))
    call.refresh_from_db()
    return call


def handed_in(call: Call, unit: Unit, name: str, gpa: str, mark: float | None, wishes: tuple[str, ...]) -> Application:
    """One application with its transcript, exam result and wishes, not checked yet."""
    person = Person.objects.create(
        office_id=call.office_id,
        given_name=name,
        family_name="Deneme",
        email=f"{name}@example.org",
        birth_date=date(2003, 5, 1),
        citizenships=["TR"],
        student_number=f"2023{len(name)}{abs(hash(name)) % 9000 + 1000}",
    )
    application = Application.objects.create(
        office_id=call.office_id,
        call=call,
        person=person,
        door=Door.PORTAL,
        unit=unit,
        level="bachelor",
        gpa_4=Decimal(gpa),
        isced=unit.isced,
        exam_language="en",
        state=ApplicationState.SUBMITTED,
        submitted_at=timezone.now(),
        sort_key=person.sort_key,
    )
    if mark is not None:
        ExamResult.objects.create(
            office_id=call.office_id, application=application, language="en", mark=Decimal(mark), level="B2"
        )
    places = places_of(call)
    for rank, wish in enumerate(wishes, 1):
        Wish.objects.create(office_id=call.office_id, application=application, place=getattr(places, wish), rank=rank)
    return application


def closed_call(office: Office, unit: Unit, **values: Any) -> Call:
    """A call that closed yesterday with six applications."""
    call = draft_call(office, **values)
    Call.objects.filter(pk=call.pk).update(state=CallState.ANNOUNCED)
    call = close(call)
    for name, gpa, mark, wishes in PEOPLE:
        handed_in(call, unit, name, gpa, mark, wishes)
    return call


def application_of(call: Call, name: str) -> Application:
    return Application.objects.select_related("person", "call__office").get(call=call, person__given_name=name)


def special_claim(application: Application, item: str = "disability") -> PointClaim:
    """A claim of a special category, accepted, its kind encrypted."""
    return PointClaim.objects.create(
        office_id=application.office_id,
        application=application,
        sealed_item=sealed.seal(item),
        state=CheckState.ACCEPTED,
    )
