"""Files of an application: checked by content, kept for ever, given out as attachments."""

from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.models import StoredFile
from kervan.selection.models import Application, ApplicationDocument, CheckState
from kervan.selection.selectors.claims import claim_code
from kervan.selection.selectors.rules import documents_of
from kervan.selection.services.applying import EDITABLE


def codes_of(application: Application) -> dict[str, bool]:
    """Return the codes under which a file may be attached -> whether its content is sealed (a special category)."""
    needed = {document.code: False for document in documents_of(application.call)}
    return needed | {claim_code(claim): bool(claim.sealed_item) for claim in application.claims.order_by("pk")}


def attach(application: Application, code: str, upload: "File[bytes]", *, actor: Any) -> ApplicationDocument:
    """Keep a file for a required document or a claimed point item; an earlier one stays in the history.

    Nothing is read before code and size are right; whether the application is open for changes is asked again under
    its lock, so that what the office accepted stays. Raises NotPossible, also when the content is no document.
    """
    name = upload.name or ""
    _is_sealed(application, code)
    storage.refuse_size(name, upload.size)
    content = upload.read()
    content_type = storage.checked_type(name, content)
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).select_related("call__pack_version")
        locked = row.get(pk=application.pk)
        is_sealed = _is_sealed(locked, code)
        stored = storage.store(
            locked.office_id, name, content, content_type=content_type, is_sealed=is_sealed, actor=actor
        )
        return _keep(locked, code, stored, actor=actor)


def _is_sealed(application: Application, code: str) -> bool:
    """Whether a file under this code is stored encrypted. Raises NotPossible when none may be attached."""
    codes = codes_of(application)
    if code not in codes:
        raise NotPossible(_("This application asks for no such document."))
    if application.state not in EDITABLE:
        raise NotPossible(_("This application is handed in. Take it back to change it."))
    return codes[code]


def _keep(application: Application, code: str, stored: StoredFile, *, actor: Any) -> ApplicationDocument:
    row, is_new = ApplicationDocument.objects.select_for_update().get_or_create(
        application=application, code=code, defaults={"office_id": application.office_id, "stored_file": stored}
    )
    before = "" if is_new else row.stored_file.uid
    row.stored_file, row.state, row.reason = stored, CheckState.WAITING, ""
    row.save(update_fields=["stored_file", "state", "reason"])
    shown = "" if stored.is_sealed else stored.name
    history.record(
        application, "application.upload", actor=actor, code=code, name=shown, file=stored.uid, before=before
    )
    return row
