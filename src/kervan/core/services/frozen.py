"""Frozen tables: a list as it was at a moment, as XLSX and CSV with their checksums. They never change."""

import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from csv import reader as csv_reader
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kervan.core import history, list_files, storage
from kervan.core.errors import NotPossible
from kervan.core.list_files import Source
from kervan.core.models import FrozenTable, Office, StoredFile
from kervan.core.rules import table_files


@dataclass(frozen=True, slots=True)
class Files:
    """Both files of a table, made aside, and the number of their rows."""

    csv: Path
    xlsx: Path
    row_count: int


@contextmanager
def written(source: Source, *, title: str, purpose: str, office: Office, actor: Any) -> Iterator[Files]:
    """Write the whole list into two files, by one reading of its rows. No transaction: writing may take seconds.

    Raises NotPossible for a list that not everybody in the office may know, and for one with more rows than a table may
    have.
    """
    _refuse(source)
    words = [(_("Title"), title), (_("For whom and why"), purpose)]
    words += list_files.facts(source, office, actor, timezone.now())
    with tempfile.TemporaryDirectory() as folder:
        yield _files(source, words, Path(folder))


def _refuse(source: Source) -> None:
    if source.is_closed:
        raise NotPossible(
            _("This search shows what not everybody in the office may know. It cannot be kept as a table.")
        )
    if source.rows[: list_files.EXPORT_LIMIT + 1].count() > list_files.EXPORT_LIMIT:
        raise NotPossible(
            _("A table holds at most %(limit)s rows. Narrow the list first.") % {"limit": list_files.EXPORT_LIMIT}
        )


def _files(source: Source, words: list[tuple[str, Any]], folder: Path) -> Files:
    csv, xlsx, counted = folder / "csv", folder / "xlsx", _Counted(source.body())
    with csv.open("wb") as one, xlsx.open("wb") as other:
        rows = table_files.copied_to_csv(one, source.header, counted)
        list_files.write(other, "xlsx", source, rows, words)
    return Files(csv, xlsx, counted.count)


class _Counted:
    """Rows on their way into a file, counted."""

    def __init__(self, rows: Iterable[list[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def keep(
    files: Files,
    *,
    list_name: str,
    title: str,
    purpose: str,
    query: str,
    about: dict[str, Any],
    office: Office,
    actor: Any,
) -> FrozenTable:
    """Put both files in their place, durably, then write all rows at once: a crash leaves orphans for the sweeper.

    about: language -> the list, its filters and order in words.
    """
    name = slugify(title)[:60] or "table"
    csv, xlsx = [_stored(path, f"{name}.{path.name}", office, actor) for path in (files.csv, files.xlsx)]
    with transaction.atomic():
        csv.save(force_insert=True)
        xlsx.save(force_insert=True)
        table: FrozenTable = FrozenTable.objects.create(
            office=office,
            list_name=list_name,
            title=title,
            purpose=purpose,
            query=query,
            about=about,
            row_count=files.row_count,
            stored_file=xlsx,
            csv_file=csv,
            made_by=actor,
        )
        history.record(table, "frozentable.freeze", actor=actor, title=title, rows=files.row_count, sha256=xlsx.sha256)
    return table


def _stored(path: Path, name: str, office: Office, actor: Any) -> StoredFile:
    """The row of a file that now lies where the row's uid says; not saved yet."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    content_type = list_files.TYPES[path.name].partition(";")[0]
    row = StoredFile(office=office, name=name, content_type=content_type, sha256=sha256, uploaded_by=actor)
    row.size_bytes = path.stat().st_size
    storage.move_durably(path, storage.path_of(row))
    return row


def opened(stored: StoredFile) -> BinaryIO:
    """Open a file of a table. Raises NotPossible when it is not, to the last byte, what was frozen."""
    try:
        file = storage.path_of(stored).open("rb")
    except OSError as error:
        raise NotPossible(_("The file of this table cannot be found. Ask the administrator for the backup.")) from error
    if hashlib.file_digest(file, "sha256").hexdigest() != stored.sha256:
        file.close()
        raise NotPossible(
            _(
                "The file of this table is not what was frozen: its checksum differs."
                " Ask the administrator for the backup."
            )
        )
    file.seek(0)
    return file


def first_rows(table: FrozenTable, count: int) -> tuple[list[str], list[list[str]]]:
    """The header and the first rows, as the CSV holds them. Raises NotPossible like `opened`."""
    with opened(table.csv_file) as file:
        lines = csv_reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
        header = next(lines, [])
        return header, list(islice(lines, count))
