"""Issued documents: codes that forgive, the public page that tells nothing else, revoking."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from kervan.core import storage
from kervan.core.errors import NotPossible
from kervan.core.models import Event, IssuedDocument, Office, StoredFile
from kervan.core.rules import document_codes
from kervan.core.services import documents

SignedIn = Callable[[Any], Client]
PDF = b"%PDF-1.7 made"


def issue(office: Office, recipient: str = "Ayşe Çelikkanat", actor: Any = None, **more: Any) -> IssuedDocument:
    return documents.issue(
        office,
        kind="letter",
        title_en="Confirmation of stay",
        title_tr="Kalış belgesi",
        recipient=recipient,
        build=lambda _code, _address: PDF,
        issued_on=date(2026, 11, 25),
        actor=actor,
        **more,
    )


@pytest.mark.parametrize(
    "typed",
    ["K7Q0-3M1A-XZ2P", "k7q03m1axz2p", " k7qo 3mıa xz2p ", "K7QO-3MLA-XZ2P", "k7q0–3mia–xz2p", "K7Q0.3MİA.XZ2P"],
)
def test_code_is_read_however_it_is_typed(typed: str) -> None:
    assert document_codes.read(typed) == "K7Q0-3M1A-XZ2P"


@pytest.mark.parametrize(
    "typed", ["", "K7Q0-3M1A", "K7Q0-3M1A-XZ2P-1", "K7Q0-3M1A-XZ2U", "'; drop", "x" * 9999, "ß" * 6]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert document_codes.read(typed) is None


def test_document_has_its_file_on_disk_and_its_event(office: Office, elif_: Any) -> None:
    seen = []
    made = documents.issue(
        office,
        kind="letter",
        title_en="A",
        title_tr="B",
        build=lambda code, address: seen.append((code, address)) or PDF,
        actor=elif_,
    )
    assert seen[0][0] == made.code
    assert seen[0][1].endswith(f"/check/{made.code}/")
    assert document_codes.read(made.code) == made.code
    made.refresh_from_db()
    assert storage.content_of(made.stored_file, actor=None) == PDF
    assert Event.objects.about(made).get().values == {"code": made.code, "recipient": ""}


def test_nothing_is_written_when_the_pdf_cannot_be_made(office: Office) -> None:
    with pytest.raises(RuntimeError):
        documents.issue(office, kind="x", title_en="A", title_tr="B", build=fail, actor=None)
    assert not StoredFile.objects.exists()


def fail(_code: str, _address: str) -> bytes:
    raise RuntimeError


def test_public_page_says_only_that_it_is_genuine(office: Office, client: Client) -> None:
    made = issue(office)
    for page in (f"/check/{made.code}/", f"/check/?code={made.code.lower().replace('-', '+')}"):
        text = client.get(page).content.decode()
        assert "This document is genuine." in text
        assert "Issued by Bayburt University on 25 November 2026." in text
        assert not any(word in text for word in ("Ayşe", "Çelikkanat", "Confirmation of stay"))


def test_public_page_says_that_a_document_does_not_count_any_more(office: Office, client: Client, elif_: Any) -> None:
    made = issue(office)
    documents.revoke(made, reason="Wrong name", actor=elif_)
    text = client.get(f"/check/{made.code}/").content.decode()
    assert "does not count any more" in text
    assert "Wrong name" not in text


@pytest.mark.parametrize("typed", ["K7Q0-3M1A-XZ2P", "nonsense", "<script>alert(1)</script>", "%00", "x" * 500])
def test_public_page_knows_no_other_code(typed: str, office: Office, client: Client) -> None:
    answer = client.get("/check/", {"code": typed})
    assert answer.status_code == 200
    assert "We have not issued a document with this code." in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_who_tries_too_many_codes_must_wait(office: Office, client: Client) -> None:
    answers = [client.get("/check/", {"code": "nonsense"}).status_code for _n in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert client.get("/check/").status_code == 200


def test_revoking_needs_a_reason_and_happens_once(office: Office, elif_: Any) -> None:
    made = issue(office)
    with pytest.raises(NotPossible):
        documents.revoke(made, reason="  ", actor=elif_)
    documents.revoke(made, reason="Wrong name", actor=elif_)
    with pytest.raises(NotPossible):
        documents.revoke(made, reason="Again", actor=elif_)
    assert Event.objects.about(made).count() == 2


@pytest.mark.parametrize(
    ("who", "status"), [("elif_", 200), ("leyla", 200), ("deniz", 200), ("mert", 404), ("ayse", 404), ("omar", 404)]
)
def test_office_and_auditor_read_documents(
    who: str, status: int, office: Office, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    made = issue(office)
    client = signed_in(request.getfixturevalue(who))
    pages = [f"/office/documents/{made.uid}/", f"/office/documents/{made.uid}/file/"]
    assert [client.get(page).status_code for page in pages] == [status, status]


def test_document_is_found_downloaded_and_revoked(office: Office, signed_in: SignedIn, elif_: Any) -> None:
    made, client = issue(office, actor=elif_), signed_in(elif_)
    for typed in (made.code.lower(), "Çelikkanat", "Confirmation"):
        assert made.code in client.get("/office/documents/", {"q": typed}).content.decode()
    file = client.get(f"/office/documents/{made.uid}/file/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert file["Content-Disposition"].startswith("attachment")
    client.post(f"/office/documents/{made.uid}/revoke/", {"reason": "Wrong name"})
    assert "Wrong name" in client.get(f"/office/documents/{made.uid}/").content.decode()
    assert made.code in client.get("/office/documents/", {"state": "revoked"}).content.decode()


def test_auditor_revokes_nothing(office: Office, signed_in: SignedIn, deniz: Any) -> None:
    made = issue(office)
    assert signed_in(deniz).post(f"/office/documents/{made.uid}/revoke/", {"reason": "x"}).status_code == 404
