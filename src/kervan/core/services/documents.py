"""Documents that leave the office: each has a code under which anybody can check that it is genuine."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.identity import new_uid
from kervan.core.models import IssuedDocument, Office, StoredFile
from kervan.core.rules import document_codes

Build = Callable[[str, str], bytes]


def issue(
    office: Office,
    *,
    kind: str,
    title_en: str,
    title_tr: str,
    recipient: str = "",
    subject: Any = None,
    build: Build,
    issued_on: date | None = None,
    actor: Any,
) -> IssuedDocument:
    """Issue one document: give it a code, have `build` make the PDF, keep both.

    build: (code, address of the page where the code is checked) -> the PDF. It runs before anything is written; the
    file is on disk before its row exists. subject: the record it is about. issued_on: today by default.
    """
    about = (subject._meta.model_name, subject.uid) if subject is not None else ("", "")
    document = prepare(
        office,
        kind=kind,
        title_en=title_en,
        title_tr=title_tr,
        recipient=recipient,
        about=about,
        build=build,
        issued_on=issued_on,
        actor=actor,
    )
    keep([document], actor=actor)
    return document


def prepare(
    office: Office,
    *,
    kind: str,
    title_en: str,
    title_tr: str,
    recipient: str,
    about: tuple[str, str],
    build: Build,
    issued_on: date | None,
    actor: Any,
) -> IssuedDocument:
    """Make a document and put its file on disk, without any row: `keep` writes those. Left at that it is an orphan."""
    code = document_codes.spelled(new_uid())
    file = _written(office, f"{code} {recipient or title_en}", build(code, address(code)), actor)
    return IssuedDocument(
        office=office,
        code=code,
        kind=kind,
        title_en=title_en[:200],
        title_tr=title_tr[:200],
        recipient=recipient[:250],
        subject_type=about[0],
        subject_uid=about[1],
        stored_file=file,
        issued_by=file.uploaded_by,
        issued_on=issued_on or timezone.localdate(timezone=ZoneInfo(office.time_zone)),
    )


def _written(office: Office, name: str, content: bytes, actor: Any) -> StoredFile:
    """The file on disk, its row not saved yet."""
    file = StoredFile(
        office=office,
        name=f"{name[:190].replace('/', '-')}.pdf",
        content_type="application/pdf",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor if getattr(actor, "pk", None) else None,
    )
    storage.write_durably(storage.path_of(file), content)
    return file


@transaction.atomic
def keep(documents: Iterable[IssuedDocument], *, actor: Any) -> None:
    """Write the rows of prepared documents of one office, with their events."""
    rows = list(documents)
    if not rows:
        return
    StoredFile.objects.bulk_create([row.stored_file for row in rows])
    for row in rows:
        row.stored_file = row.stored_file  # its key is known now
    IssuedDocument.objects.bulk_create(rows)
    values = [(row.uid, {"code": row.code, "recipient": row.recipient}) for row in rows]
    history.record_many(rows[0].office_id, "issueddocument", "issueddocument.issue", values, actor=actor)


def address(code: str) -> str:
    """Where a code is checked."""
    return f"{settings.ADDRESS}{reverse('core:check_code', args=[code])}"


@transaction.atomic
def revoke(document: IssuedDocument, *, reason: str, actor: Any) -> IssuedDocument:
    """Take a document back: from now on its code says that it does not count any more. Needs a reason."""
    reason = " ".join(reason.split())
    if not reason:
        raise NotPossible(_("Say why the document does not count any more; the reason stays in its history."))
    locked = IssuedDocument.objects.select_for_update().get(pk=document.pk)
    if locked.revoked_at:
        when = timezone.localtime(locked.revoked_at)
        raise NotPossible(_("This document was revoked already on %(when)s.") % {"when": f"{when:%d.%m.%Y %H:%M}"})
    locked.revoked_at, locked.revoked_reason = timezone.now(), reason[:200]
    locked.save(update_fields=["revoked_at", "revoked_reason"])
    history.record(locked, "issueddocument.revoke", actor=actor, reason=reason[:200])
    document.revoked_at, document.revoked_reason = locked.revoked_at, locked.revoked_reason
    return document
