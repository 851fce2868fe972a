"""The one list behind all lists: filter, search, sort, pages by key, CSV and XLSX. Shown by the `list` component.

A page costs three bounded queries (keys in order, rows of the page, count up to the limit) and one more for members of
the office (saved views), however many rows there are. What is computed for a row is computed for the page's rows only.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kervan.core import bulk, list_files
from kervan.core.models import SavedView
from kervan.core.scope import VISITOR, Role, Scope

Text = str | Promise
PAGE_ROWS = 50
COUNT_LIMIT = 10_000
NOTE = "note"
OF_THE_PAGE = ("after", "before", "format")
NOT_OF_THE_COLUMN = (ValueError, TypeError, ArithmeticError, ValidationError, DataError)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. value: row -> what is shown; sort: the database field to order by (indexed), "" for none.

    kind: text, number, date, badge (value is (text, tone)), mark (True shows the invented mark), email (may break
    anywhere), or note: a sentence too long for a column, shown across the row under the others. link: row -> address of
    the row's page.
    """

    name: str
    label: Text
    value: Callable[[Any], Any]
    sort: str = ""
    kind: str = "text"
    link: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list. choices: (value, label) without the empty one; apply: narrows the rows.

    is_closed: not everybody in the office may know who is found by it; a list so narrowed is not frozen for others.
    """

    name: str
    label: Text
    choices: Sequence[tuple[str, Text]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    value: Any
    link: str = ""


@dataclass(slots=True)
class Listing:
    """What the component shows. `header`: (column, address that sorts by it or "", "ascending"/"descending"/"").

    `rows`: (row, cells of the columns, cells of the notes that are not empty). name, path, query: what saved views,
    actions and frozen tables name it by. views: label, url, is_current, is_shared of each saved view. actions: those of
    `core.bulk` that the reader may do. has_tools: whether the reader can save views; may_freeze: keep it as a table.
    """

    caption: Text
    empty: Text
    search: str | None
    filters: list[tuple[Filter, str]]
    header: list[tuple[Column, str, str]]
    rows: list[tuple[Any, list[Cell], list[Cell]]]
    count: str
    next_url: str = ""
    previous_url: str = ""
    exports: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    is_narrowed: bool = False
    name: str = ""
    path: str = ""
    query: str = ""
    views: list[dict[str, Any]] = field(default_factory=list)
    actions: list[bulk.BulkAction] = field(default_factory=list)
    has_tools: bool = False
    may_freeze: bool = False
    is_countable: bool = True

    @property
    def is_saved(self) -> bool:
        """Whether what is shown is one of the saved views."""
        return any(view["is_current"] for view in self.views)


@dataclass(frozen=True, slots=True)
class _Order:
    column: Column
    is_descending: bool

    @property
    def parameter(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column.name}"


def listing(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    name: str,
    caption: Text,
    columns: Sequence[Column],
    default_sort: str,
    filters: Sequence[Filter] = (),
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None,
    empty: Text = "",
    page_rows: int = PAGE_ROWS,
    is_closed: bool = False,
) -> Listing | HttpResponse:
    """Return the list for a page, or the file when the address asks for `format=csv` or `format=xlsx`.

    rows: already narrowed by `visible_to`. default_sort: a column name, "-" before it for descending.
    search: narrows by a text. is_closed: not everybody in the office may read it, so it is never frozen for others.
    Bad parameters in the address fall back to the default, never to an error.
    """
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    chosen = [(one, _chosen(one, request.GET.get(one.name, ""))) for one in filters]
    for one, value in chosen:
        rows = one.apply(rows, value) if value else rows
    if search and text:
        rows = search(rows, text)
    order = _order(columns, request.GET.get("sort", ""), default_sort)
    kind, is_asked = request.GET.get("format", ""), list_files.is_asked(request, name)
    if kind in list_files.TYPES or is_asked:
        source = _source(rows, name, caption, columns, chosen, text if search else "", order)
        source = replace(source, is_closed=is_closed or source.is_closed)
        return list_files.Found(source) if is_asked else list_files.answer(request, source, kind)
    page, next_url, previous_url = _page(request, rows, order, page_rows)
    counted = _counted(rows)
    return Listing(
        caption=caption,
        empty=empty or _("Nothing here yet."),
        search=text if search else None,
        filters=chosen,
        header=[(one, _sort_url(request, one, order), _direction(one, order)) for one in columns if one.kind != NOTE],
        rows=[_cells(columns, row) for row in page],
        count=_count_text(counted),
        next_url=next_url,
        previous_url=previous_url,
        exports=[("CSV", _url(request, format="csv")), ("XLSX", _url(request, format="xlsx"))],
        hidden=[("sort", order.parameter)] if request.GET.get("sort") else [],
        is_narrowed=bool(text or any(value for _one, value in chosen)),
        is_countable=counted <= bulk.MOST_ROWS,
        **_tools(request, name, is_closed=is_closed),
    )


def _source(
    rows: QuerySet[Any],
    name: str,
    caption: Text,
    columns: Sequence[Column],
    chosen: Sequence[tuple[Filter, str]],
    text: str,
    order: _Order,
) -> list_files.Source:
    narrowed = [(str(one.label), str(dict(one.choices)[value])) for one, value in chosen if value]
    direction = _("%(column)s, descending") if order.is_descending else _("%(column)s, ascending")
    return list_files.Source(
        name=name,
        caption=str(caption),
        rows=_sorted(rows, order, backwards=False),
        columns=columns,
        narrowed=([(_("Search"), text)] if text else []) + narrowed,
        order=direction % {"column": order.column.label},
        is_closed=any(one.is_closed for one, value in chosen if value),
    )


def _tools(request: HttpRequest, name: str, *, is_closed: bool) -> dict[str, Any]:
    """What members of the office get with every list: their views, actions, frozen tables. One query."""
    scope: Scope = getattr(request, "scope", VISITOR)
    if not scope.grants:
        return {}
    query = narrowing(request.GET)
    views = SavedView.objects.visible_to(scope).filter(list_name=name).order_by("title", "pk")
    return {
        "name": name,
        "path": request.path,
        "query": query,
        "has_tools": True,
        "may_freeze": may_freeze(scope) and not is_closed,
        "actions": bulk.actions_of(name, scope),
        "views": [_view(one, query) for one in views],
    }


def _view(view: SavedView, query: str) -> dict[str, Any]:
    return {
        "label": view.title,
        "url": f"?{view.query}",
        "is_current": bool(query) and view.query == query,
        "is_shared": view.is_shared,
    }


def may_freeze(scope: Scope) -> bool:
    """Staff or head of the whole office: a frozen table is read by all of them."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def narrowing(parameters: QueryDict) -> str:
    """The parameters that say what a list shows, in one order, without its page: equal for equal lists."""
    kept = sorted((key, str(value)) for key, value in parameters.items() if value and key not in OF_THE_PAGE)
    found = QueryDict(mutable=True)
    for key, value in kept:
        found[key] = value
    return found.urlencode()


def _chosen(one: Filter, value: str) -> str:
    return value if value in {choice for choice, _label in one.choices} else ""


def _cells(columns: Sequence[Column], row: Any) -> tuple[Any, list[Cell], list[Cell]]:
    cells = [_cell(column, row) for column in columns]
    plain = [cell for cell in cells if cell.column.kind != NOTE]
    return row, plain, [cell for cell in cells if cell.column.kind == NOTE and cell.value]


def _cell(column: Column, row: Any) -> Cell:
    return Cell(column, column.value(row), column.link(row) if column.link else "")


def _order(columns: Sequence[Column], wanted: str, default: str) -> _Order:
    sortable = {column.name: column for column in columns if column.sort}
    parameter = wanted if wanted.removeprefix("-") in sortable else default
    return _Order(sortable[parameter.removeprefix("-")], parameter.startswith("-"))


def _sorted(rows: QuerySet[Any], order: _Order, *, backwards: bool) -> QuerySet[Any]:
    """Order by the column, then by key; empty values last in reading direction."""
    descending = order.is_descending != backwards
    expression = F(order.column.sort)
    nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
    by = expression.desc(**nulls) if descending else expression.asc(**nulls)
    return rows.order_by(by, "-pk" if descending else "pk")


def _page(request: HttpRequest, rows: QuerySet[Any], order: _Order, size: int) -> tuple[list[Any], str, str]:
    """Return one page by key: no offset, so the last page is as fast as the first."""
    backwards = "before" in request.GET
    cursor = _read_cursor(request.GET.get("before") or request.GET.get("after") or "")
    try:
        page = _slice(rows, order, cursor, size, backwards=backwards)
    except NOT_OF_THE_COLUMN:
        backwards, cursor = False, None
        page = _slice(rows, order, cursor, size, backwards=backwards)
    has_more, page = len(page) > size, page[:size]
    if backwards:
        page.reverse()
    has_next, has_previous = (cursor is not None, has_more) if backwards else (has_more, cursor is not None)
    next_url = _url(request, after=_write_cursor(*page[-1])) if page and has_next else ""
    previous_url = _url(request, before=_write_cursor(*page[0])) if page and has_previous else ""
    return _whole(rows, [key for key, _at in page]), next_url, previous_url


def _slice(
    rows: QuerySet[Any], order: _Order, cursor: tuple[Any, int] | None, size: int, *, backwards: bool
) -> list[tuple[int, Any]]:
    """Return key and value of the sorted column for the rows of a page, and one more if there are more.

    Keys alone are sorted: sorting whole rows would compute what they show for every row of the table.
    """
    found = _sorted(rows, order, backwards=backwards).annotate(_at=F(order.column.sort))
    if cursor is not None:
        found = found.filter(_beyond(order, cursor, backwards=backwards))
    return list(found.values_list("pk", "_at")[: size + 1])


def _whole(rows: QuerySet[Any], keys: list[int]) -> list[Any]:
    """Return the rows of these keys, in their order."""
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def _beyond(order: _Order, cursor: tuple[Any, int], *, backwards: bool) -> Q:
    value, key = cursor
    descending = order.is_descending != backwards
    step, name = ("lt" if descending else "gt"), order.column.sort
    if value is None:
        same = Q(**{f"{name}__isnull": True, f"pk__{step}": key})
        return same | Q(**{f"{name}__isnull": False}) if backwards else same
    further = Q(**{f"{name}__{step}": value}) | Q(**{name: value, f"pk__{step}": key})
    return further if backwards else further | Q(**{f"{name}__isnull": True})


def _write_cursor(key: int, value: Any) -> str:
    text = json.dumps([value, key], cls=DjangoJSONEncoder)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[Any, int] | None:
    """Return (value, key), or None for an empty or broken cursor: then the list begins at its start."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return (value, int(key)) if isinstance(value, str | int | float | bool | None) else None
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def _url(request: HttpRequest, **changes: str) -> str:
    """Return this address with parameters changed; paging starts anew unless it is what changes."""
    parameters = request.GET.copy()
    for name in OF_THE_PAGE:
        parameters.pop(name, None)
    for name, value in changes.items():
        parameters[name] = value
    return f"{request.path}?{parameters.urlencode()}"


def _sort_url(request: HttpRequest, column: Column, order: _Order) -> str:
    if not column.sort:
        return ""
    flip = column.name == order.column.name and not order.is_descending
    return _url(request, sort=f"-{column.name}" if flip else column.name)


def _direction(column: Column, order: _Order) -> str:
    if column.name != order.column.name:
        return ""
    return "descending" if order.is_descending else "ascending"


def _counted(rows: QuerySet[Any]) -> int:
    """Count up to the limit and one more; a table of a million rows is not counted to the end."""
    return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()


def _count_text(counted: int) -> str:
    shown = number_format(min(counted, COUNT_LIMIT), force_grouping=True)
    return f"{shown}+" if counted > COUNT_LIMIT else shown
