"""What goes of the workspace when its time is over, and what stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kervan.core import history, keeping, storage
from kervan.core.models import Attachment, BulkRun, Event, FrozenTable, Note, Notice, Office, StoredFile, Task
from kervan.core.services import documents, handover, notices, records, tasks
from kervan.people import retention

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path


def months_ago(months: int) -> Any:
    return timezone.now() - timedelta(days=31 * months)


def run(office: Office) -> int:
    return sum(holder.tidy(office.pk, timezone.localdate()) for holder in retention.holders)


def test_old_notices_notes_and_closed_tasks_go_and_open_tasks_stay(office: Office, elif_: Any, ayse: Any) -> None:
    kept = tasks.add_task(office.pk, title="Open", actor=elif_)
    closed = tasks.finish(tasks.add_task(office.pk, title="Closed", actor=elif_), actor=elif_)
    recent = tasks.finish(tasks.add_task(office.pk, title="Recent", actor=elif_), actor=elif_)
    Task.objects.exclude(pk=recent.pk).update(made_at=months_ago(40))
    Task.objects.filter(pk=closed.pk).update(closed_at=months_ago(38))
    records.add_note(ayse.person, "Old", actor=elif_)
    Note.objects.update(made_at=months_ago(38))
    notices.notify(office.pk, [elif_.pk], "task.given", who="x", title="y")
    Notice.objects.update(at=months_ago(8))
    run(office)
    assert set(Task.objects.all()) == {kept, recent}
    assert (Note.objects.count(), Notice.objects.count()) == (0, 0)
    assert set(Event.objects.filter(subject_uid=closed.uid).values_list("values", flat=True)) == {None}
    assert history.first_broken_link(office.pk) is None
    assert run(office) == 0


def test_names_in_old_handovers_go(office: Office, elif_: Any, leyla: Any) -> None:
    task = tasks.add_task(office.pk, title="Open", assigned_to=elif_, actor=elif_)
    handover.hand_over(task, leyla, reason="Leave", actor=elif_)
    Event.objects.update(at=months_ago(75))
    run(office)
    assert Event.objects.get(kind="task.hand_over").values is None
    assert Event.objects.get(kind="task.add").values is not None


def test_file_of_a_refused_form_goes_unless_it_became_a_document(office: Office, elif_: Any, ayse: Any) -> None:
    files = [storage.store(office.pk, f"{n}.pdf", PDF, content_type="application/pdf", actor=elif_) for n in range(2)]
    for stored in files:
        records.keep_for_form(stored, actor=elif_)
    records.attach(ayse.person, files[0], actor=elif_)
    Event.objects.update(at=months_ago(3))
    run(office)
    assert list(StoredFile.objects.all()) == [files[0]]


def test_erased_record_takes_with_it_whatever_hangs_on_it(office: Office, elif_: Any, ayse: Any, can: Any) -> None:
    for person in (ayse.person, can.person):
        stored = storage.store(office.pk, "a.pdf", PDF, content_type="application/pdf", actor=elif_)
        records.attach(person, stored, actor=elif_)
        records.add_note(person, "Words", actor=elif_)
        tasks.add_task(office.pk, title="Call", subject=person, actor=elif_)
    keeping.forget(office.pk, "person", [ayse.person.uid])
    left = [set(model.objects.values_list("subject_uid", flat=True)) for model in (Note, Attachment, Task)]
    assert left == [{can.person.uid}] * 3
    assert StoredFile.objects.count() == 1


def test_both_files_of_an_old_frozen_table_go(office: Office, elif_: Any) -> None:
    files = [storage.store(office.pk, f"t.{kind}", b"x", content_type="x", actor=elif_) for kind in ("xlsx", "csv")]
    about: dict[str, Any] = {"office": office, "title": "Old", "list_name": "people"}
    FrozenTable.objects.create(stored_file=files[0], csv_file=files[1], **about)
    FrozenTable.objects.update(frozen_at=months_ago(62))
    run(office)
    assert (FrozenTable.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_an_old_document_is_still_genuine_and_tells_of_nobody(
    office: Office, elif_: Any, signed_in: Callable[[Any], Client]
) -> None:
    words = {"kind": "letter", "title_en": "Letter", "title_tr": "Mektup", "recipient": "Ayşe Çelik"}
    document = documents.issue(office, **words, build=lambda _code, _address: PDF, actor=elif_)
    recent = documents.issue(office, **words, build=lambda _code, _address: PDF, actor=elif_)
    path = storage.path_of(document.stored_file)
    assert path.exists()
    type(document).objects.filter(pk=document.pk).update(issued_at=months_ago(74))
    run(office)
    document.refresh_from_db()
    recent.refresh_from_db()
    assert (document.recipient, recent.recipient, path.exists()) == ("", "Ayşe Çelik", False)
    assert "Ayşe" not in StoredFile.objects.get(pk=document.stored_file_id).name
    assert Event.objects.get(subject_uid=document.uid).values is None
    assert Event.objects.get(subject_uid=recent.uid).values is not None
    client = signed_in(elif_)
    assert document.code in client.get(f"/check/{document.code}/").content.decode()
    assert client.get(f"/office/documents/{document.uid}/").status_code == 200
    assert client.get(f"/office/documents/{document.uid}/file/").status_code == 404
    assert run(office) == 0


def test_what_was_done_to_many_is_forgotten_row_by_row(office: Office, elif_: Any) -> None:
    BulkRun.objects.create(office=office, user=elif_, list_name="people", action="letter", path="/")
    BulkRun.objects.update(made_at=months_ago(4))
    run(office)
    assert not BulkRun.objects.exists()
