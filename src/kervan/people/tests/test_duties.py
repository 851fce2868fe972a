"""Who does what, where, when open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from kervan.core.models import Office
from kervan.people.models import Duty
from kervan.people.services import deputies

SignedIn = Callable[[Any], Client]
VALUES = {"title_en": "Outgoing students", "title_tr": "Giden öğrenciler", "room": "B-12", "position": 1}


def test_visitors_read_public_lines_in_their_language(office: Office, elif_: Any) -> None:
    Duty.objects.create(office=office, person=elif_.person, **VALUES)
    Duty.objects.create(office=office, **VALUES | {"title_en": "Payroll", "title_tr": "Bordro"}, is_public=False)
    page = Client().get("/who/", HTTP_ACCEPT_LANGUAGE="tr").content.decode()
    assert "Giden öğrenciler" in page
    assert "Elif Kaya" in page
    assert "Bordro" not in page


def test_the_deputy_is_named_while_somebody_is_away(office: Office, elif_: Any, leyla: Any) -> None:
    Duty.objects.create(office=office, person=elif_.person, **VALUES)
    today = timezone.localdate()
    deputies.name_deputy(elif_.person, leyla.person, from_on=today, until_on=today + timedelta(days=3), actor=None)
    assert "Leyla Demir stands in at present" in Client().get("/who/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_the_office_keeps_the_lines(office: Office, elif_: Any, mert: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    assert signed_in(mert).get("/office/duties/new/").status_code == 404
    for _twice in range(2):
        client.post("/office/duties/new/", VALUES | {"idempotency_key": "k"})
    row = Duty.objects.get()
    address = f"/office/duties/{row.uid}/"
    assert client.post(address, VALUES | {"room": "C-1", "version": 1}).status_code == 302
    stale = client.post(address, VALUES | {"room": "D-2", "version": 1}).content.decode()
    assert "D-2" in stale
    assert "C-1" in stale
    assert Duty.objects.get().room == "C-1"
    client.post(f"{address}remove/")
    assert not Duty.objects.exists()
