"""Looking at the pages as somebody else: bounded, read-only, with a trace, never at special data."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kervan.core import sealed, storage
from kervan.core.models import Event, Office
from kervan.core.scope import Grant, Role, Scope
from kervan.people.models import Person
from kervan.people.permissions import may_look_as
from kervan.people.services.deputies import name_deputy

SignedIn = Callable[[Any], Client]


def look(client: Client, user: Any, reason: str = "Cannot find the call") -> Any:
    return client.post(f"/office/people/{user.person.uid}/look/", {"reason": reason})


@pytest.mark.parametrize(
    ("mine", "theirs", "may"),
    [
        (Role.HEAD, {Role.STAFF}, True),
        (Role.HEAD, set(), True),
        (Role.HEAD, {Role.ADMINISTRATOR}, False),
        (Role.STAFF, set(), True),
        (Role.STAFF, {Role.COORDINATOR}, True),
        (Role.STAFF, {Role.HEAD}, False),
        (Role.STAFF, {Role.COORDINATOR, Role.AUDITOR}, False),
        (Role.ADMINISTRATOR, set(), False),
        (Role.AUDITOR, set(), False),
    ],
)
def test_nobody_sees_more_by_looking_as_another(mine: Role, theirs: set[Role], may: bool) -> None:
    scope = Scope(office_id=1, user_id=1, person_id=1, grants=(Grant(mine),))
    assert may_look_as(scope, frozenset(theirs)) is may


def test_officer_sees_what_the_applicant_sees_and_goes_back(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    assert look(client, ayse).status_code == 302
    page = client.get("/my/profile/").content.decode()
    assert "Çelik" in page
    assert "Nothing can be changed" in page
    assert client.get("/office/people/").status_code == 404
    assert client.post("/look/end/").status_code == 302
    assert client.get("/office/people/").status_code == 200


def test_nothing_can_be_changed_while_looking(office: Office, elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    look(client, ayse)
    values = {"given_name": "Eve", "family_name": "X", "birth_date": "2001-01-01", "language": "tr", "version": 1}
    assert client.post("/my/profile/", values).status_code == 302
    assert Person.objects.get(pk=ayse.person.pk).given_name == "Ayşe"


def test_who_looked_and_why_stands_in_the_history(office: Office, elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    assert look(client, ayse, reason="").status_code == 422
    look(client, ayse, reason="She asked by telephone")
    event = Event.objects.get(kind="person.looked_as")
    assert (event.actor, event.subject_uid, event.values) == (
        elif_,
        ayse.person.uid,
        {"reason": "She asked by telephone"},
    )


def test_looking_ends_after_half_an_hour(office: Office, elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    look(client, ayse)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get("/office/people/").status_code == 200


def test_looking_ends_when_the_right_is_gone(office: Office, elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    look(client, ayse)
    elif_.person.roles.all().delete()
    assert client.get("/my/profile/").content.decode().find("Çelik") == -1


def test_the_wrong_person_gets_404(
    office: Office, units: SimpleNamespace, mert: Any, ayse: Any, leyla: Any, elif_: Any, signed_in: SignedIn
) -> None:
    assert look(signed_in(mert), ayse).status_code == 404
    assert look(signed_in(elif_), leyla).status_code == 404
    assert look(signed_in(elif_), elif_).status_code == 404


def test_nothing_sealed_is_opened_while_looking() -> None:
    text = sealed.seal({"kind": "disability"})
    with sealed.closed(), pytest.raises(sealed.Closed):
        sealed.unseal(text)
    assert sealed.unseal(text) == {"kind": "disability"}


def test_officer_does_not_see_the_head_s_pages_through_the_head_s_deputy(
    office: Office, elif_: Any, leyla: Any, mert: Any, signed_in: SignedIn
) -> None:
    client, today = signed_in(elif_), timezone.localdate()
    look(client, mert)
    assert client.get("/office/accounts/").status_code == 404
    name_deputy(leyla.person, mert.person, from_on=today, until_on=today, actor=leyla)
    assert client.get("/office/accounts/").status_code == 404, "looking ended, and the own pages know no accounts"
    assert look(client, mert).status_code == 404


def test_a_sealed_file_that_was_not_opened_is_not_written_down_as_read(
    office: Office, elif_: Any, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    stored = storage.store(office.pk, "a.pdf", b"%PDF", content_type="application/pdf", is_sealed=True, actor=elif_)
    with sealed.closed(), pytest.raises(sealed.Closed):
        storage.content_of(stored, actor=elif_)
    assert not Event.objects.filter(kind="storedfile.read").exists()
    assert storage.content_of(stored, actor=elif_) == b"%PDF"
    assert Event.objects.filter(kind="storedfile.read").count() == 1
