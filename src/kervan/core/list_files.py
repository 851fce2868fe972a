"""The whole of a list: rows in order, columns, and what narrows it, in words. For files, frozen tables and actions.

A list is made by the view that shows it. Whoever needs all of it asks that view again (`ask`), as the same reader:
so nothing can be taken that could not be seen, and no list has to say twice what it is.
"""

import copy
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from os import SEEK_END
from typing import Any, BinaryIO, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kervan.core.rules import table_files

Text = str | Promise
EXPORT_LIMIT = 100_000
CHUNK = 2_000
AT_ONCE_BYTES = 1_000_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that a search finds. rows: sorted; columns: `lists.Column`; narrowed: (label, value) in words.

    is_closed: narrowed by something that only some may know; such a list is never kept for others.
    """

    name: str
    caption: str
    rows: QuerySet[Any]
    columns: Sequence[Any]
    narrowed: list[tuple[str, str]]
    order: str
    is_closed: bool = False

    @property
    def header(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def body(self, limit: int = EXPORT_LIMIT) -> Iterator[list[Any]]:
        """Yield the cells of each row; the rows come in pieces, the memory stays the same."""
        for row in self.rows[:limit].iterator(chunk_size=CHUNK):
            yield [plain(column, row) for column in self.columns]


class Found(HttpResponse):
    """The answer of a list to `ask`. It never reaches a browser."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source


def ask(request: HttpRequest, name: str, path: str, query: str) -> Source:
    """Return the list called `name` that stands at an address, as this reader sees it. Raises Http404 for any other."""
    inner = copy.copy(request)
    inner.method, inner.path, inner.path_info = "GET", path, path
    inner.GET, inner.POST = QueryDict(query), QueryDict()
    inner.environ = getattr(request, "environ", {})  # type: ignore[attr-defined]
    inner.asked_list = name  # type: ignore[attr-defined]
    inner.resolver_match = match = resolve(path)
    answer = match.func(inner, *match.args, **match.kwargs)
    if not isinstance(answer, Found):
        raise Http404
    return answer.source


def is_asked(request: HttpRequest, name: str) -> bool:
    """Whether `ask` wants this list rather than its page."""
    return getattr(request, "asked_list", "") == name


def plain(column: Any, row: Any) -> Any:
    """One cell as a file holds it: numbers and dates as such, times in the office's zone, all else as text."""
    value = column.value(row)
    if column.kind == "badge":
        value = value[0] if value else ""
    elif column.kind == "mark":
        value = _("invented") if value else ""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    return value if isinstance(value, str | int | float | Decimal | date | None) else str(value)


def facts(source: Source, office: Any, user: Any, at: datetime) -> list[tuple[str, Any]]:
    """What the second sheet says: which list, what narrows it, in which order, when, by whom, of which office."""
    return [
        (_("List"), source.caption),
        *(source.narrowed or [(_("Narrowed by"), _("nothing: all rows"))]),
        (_("Sorted by"), source.order),
        (_("Made on"), formats.date_format(timezone.localtime(at), "j F Y, H:i")),
        (_("Made by"), str(user)),
        (_("Office"), office.name if office else ""),
    ]


def write(
    target: BinaryIO, kind: str, source: Source, rows: Iterable[Sequence[Any]], about: list[tuple[str, Any]]
) -> None:
    """Write a list as "csv" or "xlsx"; text cells cannot become formulas."""
    if kind == "csv":
        table_files.stream_csv(target, source.header, rows)
    else:
        about_sheet = (_("About this table"), about)
        table_files.stream_xlsx(target, source.header, rows, sheet=source.caption, about=about_sheet)


class _Pieces(HttpResponse):
    """A large file, sent in pieces. An `HttpResponse`, because that is what a list may answer with."""

    streaming = True

    def __init__(self, file: BinaryIO, **options: Any) -> None:
        super().__init__(**options)
        self.streaming_content: Iterable[bytes] = iter(lambda: file.read(64 * 1024), b"")
        self._resource_closers.append(file.close)  # type: ignore[attr-defined]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.streaming_content)


def download(file: BinaryIO, *, name: str, content_type: str) -> HttpResponse:
    """Answer with an open file, which is closed: a small one at once, a large one in pieces, never whole in memory."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size > AT_ONCE_BYTES:
        response: HttpResponse = _Pieces(file, content_type=content_type)
    else:
        with file:
            response = HttpResponse(file.read(), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(size)
    response["Cache-Control"] = "private, no-store"
    return response


def answer(request: HttpRequest, source: Source, kind: str) -> HttpResponse:
    """The whole filtered list as a file, made aside on disk and sent from there: a failure is never half a file."""
    target = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the answer
    about = facts(source, getattr(request, "office", None), getattr(request, "user", ""), timezone.now())
    write(target, kind, source, source.body(), about)
    return download(target, name=f"{source.name}.{kind}", content_type=TYPES[kind])
