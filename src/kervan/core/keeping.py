"""What goes of the workspace when its time is over: plain functions, called every night with the policy's limits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from kervan.core import storage
from kervan.core.models import (
    Attachment,
    BulkRun,
    Event,
    FrozenTable,
    IssuedDocument,
    LetterItem,
    Note,
    Notice,
    SheetImport,
    StoredFile,
    Task,
    TaskState,
)


def old_notices(office_id: int, before: datetime) -> int:
    """Delete what members were told before a moment."""
    return Notice.objects.filter(office_id=office_id, at__lt=before).delete()[0]


@transaction.atomic
def old_tasks(office_id: int, before: datetime) -> int:
    """Delete tasks that were closed before a moment, and empty their history. Open ones stay, however old."""
    rows = Task.objects.filter(office_id=office_id, closed_at__lt=before).exclude(state=TaskState.OPEN)
    return _delete_with_history(rows, "task")


def old_notes(office_id: int, before: datetime) -> int:
    """Delete notes written before a moment; the record's history says only that there was one."""
    return Note.objects.filter(office_id=office_id, made_at__lt=before).delete()[0]


def old_letter_items(office_id: int, before: datetime) -> int:
    """Delete the proof of single letters of runs that were made before a moment."""
    return LetterItem.objects.filter(office_id=office_id, run__made_at__lt=before).delete()[0]


@transaction.atomic
def old_documents(office_id: int, before: datetime) -> int:
    """Forget for whom documents were issued before a moment, and what they said. That a code is genuine stays."""
    rows = IssuedDocument.objects.filter(office_id=office_id, issued_at__lt=before, stored_file__size_bytes__gt=0)
    found = list(rows.select_related("stored_file"))
    erase_history(office_id, "issueddocument", [one.uid for one in found])
    IssuedDocument.objects.filter(pk__in=[one.pk for one in found]).update(recipient="", revoked_reason="")
    for one in found:
        storage.empty(one.stored_file)
    return len(found)


def old_bulk_runs(office_id: int, before: datetime) -> int:
    """Delete what members chose and saw of actions on many records that were begun before a moment."""
    return BulkRun.objects.filter(office_id=office_id, made_at__lt=before).delete()[0]


@transaction.atomic
def old_frozen_tables(office_id: int, before: datetime) -> int:
    """Delete tables frozen before a moment, with their files."""
    return _delete_with_file(FrozenTable.objects.filter(office_id=office_id, frozen_at__lt=before))


@transaction.atomic
def old_sheets(office_id: int, before: datetime) -> int:
    """Delete uploaded tables made before a moment, with file and preview, and empty their history."""
    rows = SheetImport.objects.filter(office_id=office_id, made_at__lt=before)
    erase_history(office_id, "sheetimport", list(rows.values_list("uid", flat=True)))
    return _delete_with_file(rows)


@transaction.atomic
def left_files(office_id: int, before: datetime) -> int:
    """Delete files that came with a refused form before a moment and never became a document."""
    kept = Event.objects.filter(office_id=office_id, kind="storedfile.kept", at__lt=before).values("subject_uid")
    rows = StoredFile.objects.filter(office_id=office_id, uid__in=kept)
    return rows.exclude(pk__in=Attachment.objects.values("stored_file")).delete()[0]


def old_handovers(office_id: int, before: datetime) -> int:
    """Empty who handed what to whom before a moment: it names colleagues."""
    rows = Event.objects.filter(office_id=office_id, kind__endswith=".hand_over", at__lt=before)
    return rows.filter(values__isnull=False).update(values=None, salt="")


@transaction.atomic
def forget(office_id: int, subject_type: str, uids: Iterable[str]) -> None:
    """Delete everything that hangs on records that are erased: notes, documents with their files, tasks."""
    about = Q(office_id=office_id, subject_type=subject_type, subject_uid__in=list(uids))
    Note.objects.filter(about).delete()
    _delete_with_file(Attachment.objects.filter(about))
    _delete_with_history(Task.objects.filter(about), "task")


def erase_history(office_id: int, subject_type: str, uids: Iterable[str]) -> None:
    """Empty the values of events about rows, and the salt, without which nobody guesses them from the digest."""
    events = Event.objects.filter(office_id=office_id, subject_type=subject_type, subject_uid__in=list(uids))
    events.update(values=None, salt="")


def _delete_with_history(rows: QuerySet[Any], subject_type: str) -> int:
    found = list(rows.values_list("office_id", "pk", "uid"))
    for office_id in {one for one, _pk, _uid in found}:
        erase_history(office_id, subject_type, [uid for one, _pk, uid in found if one == office_id])
    rows.model._base_manager.filter(pk__in=[pk for _office, pk, _uid in found]).delete()
    return len(found)


def _delete_with_file(rows: QuerySet[Any]) -> int:
    """Delete rows and the rows of all their files; the content goes with the next sweep."""
    names = [field.name for field in rows.model._meta.concrete_fields if field.related_model is StoredFile]
    found = list(rows.values_list("pk", *names))
    rows.model._base_manager.filter(pk__in=[pk for pk, *_files in found]).delete()
    StoredFile.objects.filter(pk__in=[file for _pk, *files in found for file in files]).delete()
    return len(found)
