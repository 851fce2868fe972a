"""Notes, documents and tasks on a record: through the record's own visibility, nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.core import registries, storage
from kervan.core.errors import NotPossible
from kervan.core.models import Attachment, Event, Note, Office, StoredFile, Task
from kervan.core.permissions import is_office
from kervan.core.services import records
from kervan.people.middleware import scope_of
from kervan.people.models import Person

SignedIn = Callable[[Any], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def persons_carry_records(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path
    person = registries.Subject(
        "person",
        "Person",
        lambda scope, uid: Person.objects.visible_to(scope).filter(uid=uid).first(),
        str,
        Person.get_absolute_url,
        is_office,
    )
    monkeypatch.setitem(registries.subjects, "person", person)


def address(name: str, user: Any) -> str:
    return reverse(f"core:{name}", args=["person", user.person.uid])


def upload(name: str = "Antlaşma.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def kinds(user: Any) -> list[str]:
    return list(Event.objects.about(user.person).values_list("kind", flat=True))


def test_note_is_written_shown_clean_and_in_the_history(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    client.post(address("note_add", ayse), {"text": "Called **twice** <script>x</script> İğdır"})
    page = client.get(address("on", ayse)).content.decode()
    assert "<strong>twice</strong> &lt;script&gt;" in page
    assert "İğdır" in page
    assert kinds(ayse) == ["record.note_added"]


def test_empty_note_is_refused_and_the_page_says_so(office: Office, elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    answer = signed_in(elif_).post(address("note_add", ayse), {"text": "  "})
    assert answer.status_code == 200
    assert not Note.objects.exists()


def test_note_is_taken_back_by_its_writer_within_a_quarter_of_an_hour_only(
    office: Office, elif_: Any, leyla: Any, ayse: Any
) -> None:
    note = records.add_note(ayse.person, "Wrong record", actor=elif_)
    with pytest.raises(NotPossible):
        records.take_back_note(ayse.person, note, scope=scope_of(leyla, office.pk), actor=leyla)
    Note.objects.update(made_at=timezone.now() - timedelta(minutes=16))
    note.refresh_from_db()
    with pytest.raises(NotPossible):
        records.take_back_note(ayse.person, note, scope=scope_of(elif_, office.pk), actor=elif_)
    Note.objects.update(made_at=timezone.now() - timedelta(minutes=14))
    note.refresh_from_db()
    records.take_back_note(ayse.person, note, scope=scope_of(elif_, office.pk), actor=elif_)
    assert kinds(ayse) == ["record.note_added", "record.note_removed"]


def test_document_comes_in_and_goes_out_as_attachment(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    data = {"file": upload(), "document_number": "E-123", "dated": "2026-11-02", "idempotency_key": "once"}
    assert client.post(address("attachment_add", ayse), data).status_code == 302
    assert client.post(address("attachment_add", ayse), {**data, "file": upload()}).status_code == 302
    row = Attachment.objects.get()
    assert (row.title, row.document_number, StoredFile.objects.count()) == ("Antlaşma.pdf", "E-123", 1)
    answer = client.get(reverse("core:attachment", args=[row.uid]))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 not a document", b"<html>" + b" " * 300])
def test_other_content_is_refused_whatever_its_name_and_the_words_stay(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn, content: bytes
) -> None:
    data = {"file": upload("a.pdf", content), "title": "Protokol İstanbul"}
    page = signed_in(elif_).post(address("attachment_add", ayse), data).content.decode()
    assert "Protokol İstanbul" in page
    assert not StoredFile.objects.exists()


def test_file_that_arrived_with_a_refused_form_need_not_be_chosen_again(
    office: Office, elif_: Any, leyla: Any, ayse: Any, signed_in: SignedIn
) -> None:
    client, url = signed_in(elif_), address("attachment_add", ayse)
    refused = client.post(url, {"file": upload(), "title": "Protocol", "dated": "31.02."})
    sign = refused.context["document_form"]["kept"].value()
    assert sign
    assert "Antlaşma.pdf" in refused.content.decode()
    assert signed_in(leyla).post(url, {"kept": sign, "dated": "2026-02-01"}).status_code == 200
    assert not Attachment.objects.exists()
    assert client.post(url, {"kept": sign, "title": "Protocol", "dated": "2026-02-01"}).status_code == 302
    assert storage.content_of(Attachment.objects.get().stored_file, actor=elif_) == PDF


def test_removal_needs_a_reason_and_the_history_keeps_what_it_was(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    client.post(address("attachment_add", ayse), {"file": upload(), "document_number": "E-123"})
    url = reverse("core:attachment_remove", args=[Attachment.objects.get().uid])
    client.post(url, {"reason": " "})
    assert Attachment.objects.exists()
    client.post(url, {"reason": "Belongs to somebody else"})
    assert (Attachment.objects.exists(), StoredFile.objects.exists()) == (False, False)
    event = Event.objects.about(ayse.person).last()
    assert event.values["document_number"] == "E-123"
    assert event.values["reason"] == "Belongs to somebody else"


def test_whoever_does_not_see_the_record_sees_nothing_on_it(
    office: Office, elif_: Any, mert: Any, can: Any, omar: Any, signed_in: SignedIn
) -> None:
    note = records.add_note(can.person, "Secret", actor=elif_)
    signed_in(elif_).post(address("attachment_add", can), {"file": upload()})
    uid = Attachment.objects.get().uid
    client = signed_in(mert)
    assert client.get(address("on", can)).status_code == 404
    assert client.get(reverse("core:attachment", args=[uid])).status_code == 404
    assert client.post(address("note_add", can), {"text": "x"}).status_code == 404
    assert client.post(reverse("core:note_remove", args=[note.uid])).status_code == 404
    assert client.post(reverse("core:attachment_remove", args=[uid]), {"reason": "x"}).status_code == 404
    assert client.post(address("on_task_add", can), {"title": "x"}).status_code == 404
    assert not Task.objects.exists()


def test_coordinator_reads_notes_of_their_own_but_does_not_write(
    office: Office, elif_: Any, mert: Any, ayse: Any, signed_in: SignedIn
) -> None:
    records.add_note(ayse.person, "Called", actor=elif_)
    client = signed_in(mert)
    page = client.get(address("on", ayse)).content.decode()
    assert "Called" in page
    assert address("note_add", ayse) not in page
    assert client.post(address("note_add", ayse), {"text": "x"}).status_code == 404
    assert client.post(address("on_task_add", ayse), {"title": "Please call"}).status_code == 302


def test_task_hangs_on_the_record(office: Office, elif_: Any, leyla: Any, ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    client.post(address("on_task_add", ayse), {"title": "Call back", "assigned_to": leyla.uid, "due_on": "2026-12-01"})
    task = Task.objects.get()
    assert (task.subject_label, task.assigned_to) == ("Ayşe Çelik", leyla)
    assert "Call back" in client.get(address("on", ayse)).content.decode()
    assert "Ayşe Çelik" in client.get(task.get_absolute_url()).content.decode()


def test_fragment_is_the_same_part_without_the_frame(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    headers = {"HX-Request": "true"}
    client = signed_in(elif_)
    part = client.get(address("on", ayse), headers=headers).content.decode()
    assert part.lstrip().startswith('<div id="on-record"')
    sent = client.post(address("note_add", ayse), {"text": "Here at once"}, headers=headers)
    assert "Here at once" in sent.content.decode()


def test_unknown_kind_is_not_found(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    assert signed_in(elif_).get(reverse("core:on", args=["secret", "0" * 12])).status_code == 404


@pytest.mark.parametrize("rows", [1, 9])
def test_queries_do_not_depend_on_rows(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn, rows: int, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(elif_)
    for number in range(rows):
        records.add_note(ayse.person, f"{number}", actor=elif_)
        client.post(address("attachment_add", ayse), {"file": upload(f"{number}.pdf")})
        client.post(address("on_task_add", ayse), {"title": f"{number}", "assigned_to": elif_.uid})
    with django_assert_max_num_queries(12):
        client.get(address("on", ayse))
