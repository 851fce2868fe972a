"""Rule packs in the database: the shipped TOML files become immutable `PackVersion` rows, which an office adopts.

Each app registers the reader of its section in `AppConfig.ready()`; a section without a reader is refused.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.core.models import Office, OfficePack, PackVersion
from kervan.core.rules import packs

readers: dict[str, packs.Reader] = {}


class Loaded(NamedTuple):
    """What happened to one shipped pack: its row, and whether it is new in the database."""

    version: PackVersion
    is_new: bool


def register(section: str, reader: packs.Reader) -> None:
    """Say what reads a section of the packs."""
    readers[section] = reader


def load_shipped() -> list[Loaded]:
    """Put every shipped pack into the database. A version that is there already must be the very same text."""
    lookup = packs.folder_lookup()
    return [store(packs.load(reference, readers=readers, lookup=lookup)) for reference in packs.references()]


@transaction.atomic
def store(pack: packs.Pack) -> Loaded:
    """Keep a checked pack. Raises NotPossible when the same version is there with another content."""
    row, is_new = PackVersion.objects.get_or_create(name=pack.name, number=pack.version, defaults=_columns(pack))
    if row.sha256 != pack.sha256:
        raise NotPossible(
            _(
                "The rules %(name)s %(number)s are in use with another content (%(kept)s instead of %(given)s). "
                "Give the changed rules a new version number."
            )
            % {"name": pack.name, "number": pack.version, "kept": row.sha256[:12], "given": pack.sha256[:12]}
        )
    return Loaded(row, is_new)


def _columns(pack: packs.Pack) -> dict[str, Any]:
    return {
        "title_en": pack.title_en,
        "title_tr": pack.title_tr,
        "programme": pack.programme,
        "is_historical": pack.historical,
        "canonical": pack.canonical,
        "sha256": pack.sha256,
    }


def pack_of(version: PackVersion) -> packs.Pack:
    """Return the checked pack behind a row. Cached: rows never change."""
    return _read(version.canonical)


@lru_cache(maxsize=64)
def _read(canonical: str) -> packs.Pack:
    return packs.from_canonical(canonical, readers=readers)


@transaction.atomic
def adopt(office: Office, version: PackVersion, *, actor: Any) -> OfficePack:
    """Take a pack version into an office's own list and release it for calls. Doing it again changes nothing."""
    row, is_new = OfficePack.objects.get_or_create(
        office=office,
        pack_version=version,
        defaults={"label_en": version.title_en, "label_tr": version.title_tr, "released_at": timezone.now()},
    )
    if is_new:
        history.record(row, "officepack.adopt", actor=actor, pack=str(version), sha256=version.sha256)
    return row


def released(office_id: int) -> QuerySet[PackVersion]:
    """The pack versions that an office may use in a call, newest first."""
    mine = OfficePack.objects.filter(office_id=office_id, released_at__isnull=False).values("pack_version_id")
    return PackVersion.objects.filter(pk__in=mine).order_by("is_historical", "-number", "name")
