"""The way of a version in the workspace: from the draft to its end, by pressing what the pages offer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.agreements import selectors, services
from kervan.agreements.models import Agreement, Approval, ApprovalBody, Comment
from kervan.agreements.services import LineValues, VersionValues
from kervan.core.errors import NotPossible
from kervan.core.models import IssuedDocument, Office
from kervan.institutions.models import Institution

SignedIn = Callable[[Any], Client]
VALID = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 9, 30), body_en="**Together** we learn.")


@pytest.fixture
def draft(office: Office, elif_: Any) -> Agreement:
    warsaw = Institution.objects.create(
        name="Uniwersytet Warszawski", country="PL", erasmus_code="PL WARSZAW01", charter_from=date(2021, 1, 1)
    )
    lines = [LineValues(direction="outgoing", kind="study", people_per_year=2)]
    return services.create_draft(
        office.pk, institution=warsaw, kind="erasmus_iia", reference="2024-001", values=VALID, lines=lines, actor=elif_
    )


@pytest.fixture
def board(office: Office) -> ApprovalBody:
    return ApprovalBody.objects.create(office=office, name_en="Faculty board", name_tr="Fakülte kurulu", position=1)


def url(name: str, agreement: Agreement) -> str:
    return reverse(f"agreements:{name}", args=[agreement.uid])


def words_of(client: Client, agreement: Agreement) -> str:
    return client.get(url("page", agreement)).content.decode()


def digest(agreement: Agreement) -> str:
    return selectors.versions_of(agreement)[0].digest


def test_from_the_draft_into_force_by_pressing_what_the_page_offers(
    signed_in: SignedIn, elif_: Any, draft: Agreement, board: ApprovalBody
) -> None:
    client = signed_in(elif_)
    assert "propose it when its words are right" in words_of(client, draft)
    client.post(url("propose", draft))
    assert "Next decides: Faculty board." in words_of(client, draft)
    step = reverse("agreements:decide", args=[Approval.objects.get().uid])
    assert f'value="{digest(draft)}"' in client.get(step).content.decode()
    values = {"outcome": "approved", "decided_on": "2024-03-05", "decision_number": "2024/7", "digest": digest(draft)}
    client.post(step, values)
    page = words_of(client, draft)
    assert "approved by our university" in page
    assert "2024/7" in page
    client.post(url("answer", draft), {"outcome": "accepted", "name": "Anna Nowak", "digest": digest(draft)})
    assert "Both sides: sign." in words_of(client, draft)
    for side in ("ours", "partner"):
        client.post(
            url("sign", draft), {"side": side, "name": "A rector", "signed_on": "2024-04-01", "digest": digest(draft)}
        )
    assert "You: put it in force." in words_of(client, draft)
    assert "No document hangs on this agreement yet" in client.get(url("conclude", draft)).content.decode()
    client.post(url("conclude", draft), {"document_number": "E-17"})
    assert "This agreement has been in force since 1 April 2024." in words_of(client, draft)
    services.start_version(draft, reason="One more place", actor=elif_)
    page = words_of(client, draft)
    assert "Version 2 is a draft." in page
    assert "2024/7" in page, "the decisions of the version that counts stay in sight"


def test_a_stale_decision_shows_the_refusal_and_keeps_what_was_typed(
    signed_in: SignedIn, elif_: Any, draft: Agreement, board: ApprovalBody
) -> None:
    client = signed_in(elif_)
    client.post(url("propose", draft))
    step = reverse("agreements:decide", args=[Approval.objects.get().uid])
    values = {"outcome": "approved", "decided_on": "2024-03-05", "decision_number": "2024/7", "digest": "0" * 64}
    page = client.post(step, values).content.decode()
    assert "The words of this version changed" in page
    assert 'value="2024/7"' in page
    assert f'value="{digest(draft)}"' in page, "what is sent next is about the words that are shown now"


def test_taken_back_the_former_decision_is_shown_as_history(
    signed_in: SignedIn, elif_: Any, draft: Agreement, board: ApprovalBody
) -> None:
    client = signed_in(elif_)
    client.post(url("propose", draft))
    step = reverse("agreements:decide", args=[Approval.objects.get().uid])
    refusal = {"outcome": "refused", "decided_on": "2024-03-05", "reason": "Too many", "digest": digest(draft)}
    client.post(step, refusal)
    assert "Version 1 was refused." in words_of(client, draft)
    client.post(url("take_back", draft), {"reason": "Fewer places"})
    client.post(url("propose", draft))
    page = words_of(client, draft)
    assert "round 1, on former words" in page
    assert "Too many" in page


def test_two_versions_stand_side_by_side(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    draft.refresh_from_db()
    services.start_version(draft, valid_from=date(2029, 10, 1), valid_until=date(2034, 9, 30), actor=elif_)
    page = signed_in(elif_).get(url("compare", draft)).content.decode()
    assert "From 1 September 2024 to 30 September 2029" in page
    assert "From 1 October 2029 to 30 September 2034" in page
    same = signed_in(elif_).get(url("compare", draft), {"left": "1", "right": "1"}).content.decode()
    assert "the same in both" in same


def test_a_renewal_begins_where_the_old_version_ends(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    draft.versions.update(valid_from=date(2022, 9, 1), valid_until=date(2027, 8, 31))
    page = signed_in(elif_).get(url("start_version", draft)).content.decode()
    assert 'value="2027-09-01"' in page
    assert 'value="2032-08-31"' in page


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_pdf_of_a_draft_is_made_in_both_languages(
    signed_in: SignedIn, elif_: Any, draft: Agreement, language: str
) -> None:
    answer = signed_in(elif_).get(url("pdf", draft), {"language": language})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"


def test_only_what_both_agreed_to_is_issued_with_a_code(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    client = signed_in(elif_)
    client.post(url("issue", draft), {"version": "1"})
    assert not IssuedDocument.objects.exists()
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    for _time in range(2):
        client.post(url("issue", draft), {"version": "1", "idempotency_key": "once"})
    assert IssuedDocument.objects.filter(subject_uid=draft.uid).count() == 2


def test_what_was_issued_of_a_version_does_not_count_after_it_is_taken_back(
    signed_in: SignedIn, elif_: Any, draft: Agreement
) -> None:
    client, version = signed_in(elif_), services.versions.propose(draft, actor=elif_)
    services.versions.answer(version, is_accepted=True, name="Anna Nowak", digest_seen=version.digest, actor=elif_)
    client.post(url("issue", draft), {"version": "1"})
    assert IssuedDocument.objects.filter(revoked_at=None).count() == 2
    client.post(url("take_back", draft), {"reason": "Fewer places"})
    assert [one.revoked_reason for one in IssuedDocument.objects.all()] == ["Fewer places"] * 2


def test_a_version_on_its_way_stops_when_the_agreement_is_terminated(
    signed_in: SignedIn, elif_: Any, draft: Agreement
) -> None:
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    services.start_version(draft, reason="One more place", actor=elif_)
    version = services.versions.propose(draft, actor=elif_)
    today = timezone.localdate()
    services.terminate(draft, ends_on=today, reason="No exchange", actor=elif_)
    page = words_of(signed_in(elif_), draft)
    assert "This agreement was terminated; its last day is" in page
    assert url("answer", draft) not in page and url("take_back", draft) not in page
    assert version not in selectors.versions_for_partner(Agreement.objects.all())
    with pytest.raises(NotPossible, match="was terminated"):
        services.versions.answer(version, is_accepted=True, name="Anna Nowak", digest_seen=version.digest, actor=elif_)


def test_after_a_decision_nothing_is_offered_that_would_lose_or_pass_it_by(
    signed_in: SignedIn, elif_: Any, draft: Agreement, board: ApprovalBody
) -> None:
    client = signed_in(elif_)
    assert url("discard", draft) in words_of(client, draft)
    assert url("put_in_force", draft) in words_of(client, draft)
    client.post(url("propose", draft))
    step = reverse("agreements:decide", args=[Approval.objects.get().uid])
    refusal = {"outcome": "refused", "decided_on": "2024-03-05", "reason": "Too many", "digest": digest(draft)}
    client.post(step, refusal)
    client.post(url("take_back", draft), {"reason": "Fewer places"})
    assert url("discard", draft) not in words_of(client, draft)
    assert url("put_in_force", draft) not in words_of(client, draft)


def test_a_comment_is_added_once(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    client = signed_in(elif_)
    for _time in range(2):
        client.post(url("comment", draft), {"text": "<b>Look</b>", "idempotency_key": "once"})
    assert Comment.objects.get().name == "Elif Kaya"
    assert "&lt;b&gt;Look&lt;/b&gt;" in words_of(client, draft)


def test_a_lost_charter_is_said_and_found(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    Institution.objects.filter(pk=draft.institution_id).update(charter_gone_on=date(2026, 4, 8))
    client = signed_in(elif_)
    assert "missing in the list of Erasmus charters since 8 April 2026" in words_of(client, draft)
    assert "2024-001" in client.get(reverse("agreements:list"), {"charter": "lost"}).content.decode()


def test_agreements_of_others_stand_apart(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    Agreement.objects.update(sample_of="Some University")
    client, address = signed_in(elif_), reverse("agreements:list")
    assert "2024-001" not in client.get(address).content.decode()
    assert "2024-001" in client.get(address, {"whose": "sample"}).content.decode()
    page = words_of(client, draft)
    assert "an agreement of Some University, brought in to try the software" in page
    assert "Propose this version" not in page


POSTS = ["propose", "take_back", "answer", "sign", "conclude", "comment", "issue"]


@pytest.mark.parametrize("name", POSTS)
def test_a_coordinator_does_none_of_it(signed_in: SignedIn, mert: Any, draft: Agreement, name: str) -> None:
    assert signed_in(mert).post(url(name, draft)).status_code == 404
