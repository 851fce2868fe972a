"""Uploaded and made files: checked by content, written as temp, fsync, rename, then row; served as attachment."""

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import filetype
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kervan.core import history, sealed
from kervan.core.errors import NotPossible
from kervan.core.models import StoredFile

ACCEPTED = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}


def path_of(stored: StoredFile) -> Path:
    """Return where the content lies: two-letter folder, then the row's random uid."""
    return Path(settings.FILES_DIR) / stored.uid[:2] / stored.uid


def refuse_size(name: str, size_bytes: int) -> None:
    """Refuse an empty or too large file by its stated size, before anything of it is read. Raises NotPossible."""
    if not size_bytes:
        raise NotPossible(_("The file “%(name)s” is empty. Choose it again.") % {"name": name})
    if size_bytes > settings.UPLOAD_LIMIT_BYTES:
        raise NotPossible(
            _("The file “%(name)s” has %(size)s MB; at most %(limit)s MB are accepted.")
            % {"name": name, "size": f"{size_bytes / 1e6:.1f}", "limit": f"{settings.UPLOAD_LIMIT_BYTES / 1e6:.0f}"}
        )


def checked_type(name: str, content: bytes) -> str:
    """Return the content type found in the bytes themselves. Raises NotPossible: what was found, what is accepted."""
    kinds = ", ".join(ACCEPTED.values())
    refuse_size(name, len(content))
    found = filetype.guess_mime(content)
    if found not in ACCEPTED:
        raise NotPossible(
            _("The content of “%(name)s” is not a document we accept (found: %(found)s). Accepted are %(kinds)s.")
            % {"name": name, "found": found or _("unknown"), "kinds": kinds}
        )
    return str(found)


def store(
    office_id: int, name: str, content: bytes, *, content_type: str, is_sealed: bool = False, actor: Any
) -> StoredFile:
    """Keep a file. The content is on disk before the row exists; a crash between leaves an orphan for the sweeper."""
    row = StoredFile(
        office_id=office_id,
        name=Path(name).name[:200] or "file",
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        is_sealed=is_sealed,
        uploaded_by=actor if getattr(actor, "pk", None) else None,
    )
    write_durably(path_of(row), sealed.seal_bytes(content) if is_sealed else content)
    row.save(force_insert=True)
    return row


def write_durably(target: Path, content: bytes) -> None:
    """Write as temp, fsync, rename: whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)


def move_durably(source: Path, target: Path) -> None:
    """Bring a file that was made aside to its place: copied, fsync, rename; whole or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with source.open("rb") as made, draft.open("wb") as file:
        shutil.copyfileobj(made, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)


def content_of(stored: StoredFile, *, actor: Any) -> bytes:
    """Return the content; reading a sealed file is written into the history."""
    raw = path_of(stored).read_bytes()
    if not stored.is_sealed:
        return raw
    content = sealed.unseal_bytes(raw)
    history.record(stored, "storedfile.read", actor=actor)
    return content


def as_attachment(stored: StoredFile, content: bytes) -> HttpResponse:
    """Answer with a file: as attachment, of the type found in its bytes, kept by no cache."""
    response = HttpResponse(content, content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(True, stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def empty(stored: StoredFile) -> None:
    """Forget content and name of a file whose row must stay."""
    StoredFile.objects.filter(pk=stored.pk).update(name="", size_bytes=0)
    path_of(stored).unlink(missing_ok=True)


def sweep_orphans() -> int:
    """Delete files without a row that are older than a day (left by a crash between file and row). Returns how many."""
    import time

    root, removed = Path(settings.FILES_DIR), 0
    known = set(StoredFile.objects.values_list("uid", flat=True))
    for path in root.glob("*/*"):
        if path.name not in known and path.stat().st_mtime < time.time() - 86_400:
            path.unlink()
            removed += 1
    return removed
