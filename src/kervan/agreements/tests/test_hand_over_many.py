"""Many agreements handed to a colleague at once, from the list, with a preview."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from kervan.agreements import services
from kervan.agreements.models import Agreement
from kervan.agreements.services import LineValues, VersionValues
from kervan.conftest import account
from kervan.core.models import BulkRun, BulkState, Event, Notice, Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution

SignedIn = Callable[[Any], Client]
LIST = "/office/agreements/"


def make(office: Office, actor: Any, reference: str, responsible: Any = None) -> Agreement:
    partner = Institution.objects.create(name=f"University {reference}", country="PL")
    agreement = services.create_draft(
        office.pk,
        institution=partner,
        kind="bilateral",
        reference=reference,
        values=VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2034, 9, 1)),
        lines=[LineValues(direction="outgoing", kind="study", people_per_year=2)],
        actor=actor,
    )
    Agreement.objects.filter(pk=agreement.pk).update(responsible=responsible)
    return agreement


def begun(client: Client, *uids: str) -> str:
    sent = {"action": "hand_over", "uid": uids, "path": LIST}
    return client.post("/office/many/of/agreements/", sent)["Location"]


def test_agreements_go_to_a_colleague_with_the_reason(
    signed_in: SignedIn, office: Office, elif_: Any, leyla: Any
) -> None:
    client = signed_in(elif_)
    free, own, hers = make(office, elif_, "A1"), make(office, elif_, "B1", elif_), make(office, elif_, "C1", leyla)
    page = begun(client, free.uid, own.uid, hers.uid)
    client.post(page, {"to": leyla.uid, "reason": "Elif is on leave."})
    shown = client.get(page).content.decode()
    for words in ("Will be done for 2 rows.", "From Elif Kaya to Leyla Demir", "Leyla Demir looks after this already."):
        assert words in shown
    assert Agreement.objects.filter(responsible=leyla).count() == 1
    client.post(f"{page}apply/")
    assert Agreement.objects.filter(responsible=leyla).count() == 3
    reasons = [one.values["reason"] for one in Event.objects.filter(kind="agreement.hand_over")]
    assert reasons == ["Elif is on leave."] * 2
    assert Notice.objects.filter(user=leyla).exists()


def test_a_colleague_who_may_not_see_them_gets_none(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client, ada = signed_in(elif_), account(office, "Ada", "Koç", (Role.ADMINISTRATOR, None), address="ada")
    page = begun(client, make(office, elif_, "A1").uid)
    client.post(page, {"to": ada.uid, "reason": "Leave"})
    client.post(f"{page}apply/")
    run = BulkRun.objects.get()
    assert (run.state, run.changed, len(run.problems)) == (BulkState.DONE, 0, 1)
    assert "cannot see this record" in client.get(page).content.decode()


def test_who_does_not_edit_agreements_cannot_begin(signed_in: SignedIn, office: Office, elif_: Any, mert: Any) -> None:
    agreement = make(office, elif_, "A1")
    sent = {"action": "hand_over", "uid": agreement.uid, "path": LIST}
    assert signed_in(mert).post("/office/many/of/agreements/", sent).status_code == 404
