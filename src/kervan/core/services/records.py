"""Writing notes and keeping documents on a record. The record's own history says what came and went."""

from datetime import date
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.models import Attachment, Note, StoredFile
from kervan.core.scope import Scope
from kervan.core.selectors.records import may_take_back

KEPT = "kervan.core.kept-file"
KEPT_SECONDS = 86_400


@transaction.atomic
def add_note(row: Any, text: str, *, actor: Any) -> Note:
    """Write a note on a record."""
    note = Note.objects.create(
        office_id=row.office_id,
        subject_type=row._meta.model_name,
        subject_uid=row.uid,
        text=text,
        made_by=actor if getattr(actor, "pk", None) else None,
    )
    history.record(row, "record.note_added", actor=actor)
    return note


@transaction.atomic
def take_back_note(row: Any, note: Note, *, scope: Scope, actor: Any) -> None:
    """Delete one's own note within a quarter of an hour. Raises NotPossible later, or for somebody else's."""
    if not may_take_back(scope, note, timezone.now()):
        raise NotPossible(
            _("A note can be taken back by its writer for 15 minutes. Write a new note that sets it right.")
        )
    note.delete()
    history.record(row, "record.note_removed", actor=actor)


def receive(row: Any, name: str, size_bytes: int, read: Any, *, actor: Any) -> StoredFile:
    """Check an uploaded file by its content and keep it. Raises NotPossible: what was wrong, what is accepted."""
    storage.refuse_size(name, size_bytes)
    content = read()
    kind = storage.checked_type(name, content)
    return storage.store(row.office_id, name, content, content_type=kind, actor=actor)


def keep_for_form(stored: StoredFile, *, actor: Any) -> str:
    """Return a sign by which the same account sends the file again without choosing it, for a day."""
    history.record(stored, "storedfile.kept", actor=actor)
    return signing.dumps({"file": stored.uid, "user": actor.pk}, salt=KEPT)


def kept_file(office_id: int, sign: str, *, actor: Any) -> StoredFile | None:
    """Return the file of a sign; None where the sign is wrong, too old or another's."""
    try:
        values = signing.loads(sign, salt=KEPT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    if values["user"] != actor.pk:
        return None
    return StoredFile.objects.filter(office_id=office_id, uid=values["file"]).first()


def discard(stored: StoredFile, attachment_uid: str) -> None:
    """Forget a file that came twice, once the form's first sending has made the attachment of that uid."""
    if not Attachment.objects.filter(uid=attachment_uid, stored_file=stored).exists():
        stored.delete()


@transaction.atomic
def attach(
    row: Any, stored: StoredFile, *, title: str = "", document_number: str = "", dated: date | None = None, actor: Any
) -> Attachment:
    """Hang a kept file on a record; without a title it is known by the file's name. A file hangs on one record once."""
    if there := Attachment.objects.filter(stored_file=stored).first():
        return there
    attachment = Attachment.objects.create(
        office_id=row.office_id,
        subject_type=row._meta.model_name,
        subject_uid=row.uid,
        stored_file=stored,
        title=title or stored.name,
        document_number=document_number,
        dated=dated,
        made_by=actor if getattr(actor, "pk", None) else None,
    )
    history.record(row, "record.document_added", actor=actor, **_what(attachment))
    return attachment


@transaction.atomic
def remove(row: Any, attachment: Attachment, *, reason: str, actor: Any) -> None:
    """Take a document off a record. What it was stays in the history; the file goes with the next sweep."""
    if not reason.strip():
        raise NotPossible(_("Say why the document is removed; the reason stays in the history."))
    history.record(row, "record.document_removed", actor=actor, reason=reason.strip(), **_what(attachment))
    stored = attachment.stored_file
    attachment.delete()
    stored.delete()


def _what(attachment: Attachment) -> dict[str, str]:
    return {
        "title": attachment.title,
        "document_number": attachment.document_number,
        "dated": attachment.dated.isoformat() if attachment.dated else "",
        "file": attachment.stored_file.name,
        "sha256": attachment.stored_file.sha256,
    }
