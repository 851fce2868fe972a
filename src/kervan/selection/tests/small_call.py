"""A small call with three hosts for the tests of applying and importing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kervan.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, Condition
from kervan.core import packs
from kervan.core.models import Office, PackVersion
from kervan.institutions.models import Institution
from kervan.selection.models import Call, Door, Place
from kervan.selection.states import CallState

HOSTS = [
    ("PL WARSZAW01", "Uniwersytet Warszawski", "PL", {"fields": ["07"], "levels": ["bachelor"]}),
    (
        "A WIEN01",
        "Universität Wien",
        "AT",
        {"fields": ["07"], "languages": [{"language": "de", "level": "B2", "demand": "required"}]},
    ),
    ("I BOLOGNA01", "Università di Bologna", "IT", {"fields": ["01"], "levels": ["bachelor"]}),
]


def make_call(office: Office, **values: Any) -> Call:
    """An announced call that is open for ten more days, for this academic year, with Bayburt's rules."""
    if not PackVersion.objects.filter(name="bayburt-ka131").exists():
        packs.load_shipped()
    today = timezone.localdate()
    fields = {
        "title_en": "Study abroad",
        "title_tr": "Yurt dışında öğrenim",
        "text_en": "Come **along**.",
        "text_tr": "Siz de **gelin**.",
        "pack_version": PackVersion.objects.get(name="bayburt-ka131", number="2024"),
        "academic_year": 2026,
        "opens_on": today - timedelta(days=5),
        "closes_on": today + timedelta(days=10),
        "results_on": today + timedelta(days=30),
        "door": Door.BOTH,
        "max_wishes": 3,
        "seed": "seed",
        "state": CallState.ANNOUNCED,
    }
    call: Call = Call.objects.create(office=office, **{**fields, **values})
    for code, name, country, demands in HOSTS:
        make_place(call, code, name, country, **demands)
    return call


def make_place(call: Call, code: str, name: str, country: str, *, term: str = "autumn", **demands: Any) -> Place:
    """A place of the call at a host, on a line of an agreement in force."""
    host, _made = Institution.objects.get_or_create(erasmus_code=code, defaults={"name": name, "country": country})
    agreement, _made = Agreement.objects.get_or_create(
        office=call.office,
        reference=f"IIA {code}",
        defaults={"institution": host, "kind": AgreementKind.ERASMUS, "state": AgreementState.IN_FORCE},
    )
    version, _made = AgreementVersion.objects.get_or_create(
        office=call.office,
        agreement=agreement,
        number=1,
        defaults={"valid_from": date(2022, 9, 1), "in_force_since": date(2022, 9, 1)},
    )
    condition = Condition.objects.create(
        office=call.office, agreement_version=version, direction="outgoing", kind="study", people_per_year=2, **demands
    )
    return Place.objects.create(
        office=call.office,
        call=call,
        condition=condition,
        line_uid=condition.line_uid,
        term=term,
        capacity=2,
        reserve_quota=2,
        months=Decimal(5),
    )
