"""Frozen tables: kept from any list, read, taken as files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kervan.core import list_files, lists
from kervan.core.errors import NotPossible
from kervan.core.forms.lists import FreezeForm
from kervan.core.lists import Column, listing
from kervan.core.models import Event, FrozenTable
from kervan.core.once import FIELD, new_key, once
from kervan.core.permissions import allow
from kervan.core.selectors import frozen as selectors
from kervan.core.services import frozen as services
from kervan.core.texts import timeline
from kervan.core.views.bulk import own_path, source_of

SHOWN_ROWS = 50
LANGUAGES = ("en", "tr")


@require_GET
@allow(selectors.reads_tables)
def table_list(request: HttpRequest) -> HttpResponse:
    found = listing(
        request,
        selectors.tables(request.scope),  # type: ignore[attr-defined]
        name="tables",
        caption=_("Frozen tables"),
        columns=_columns(),
        default_sort="-frozen",
        search=lambda rows, text: rows.filter(title__icontains=text) | rows.filter(purpose__icontains=text),
        empty=_("No table has been frozen yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "core/frozen/list.html", {"listing": found})


def _columns() -> list[Column]:
    return [
        Column("title", gettext_lazy("Title"), lambda row: row.title, sort="title", link=_url),
        Column("list", gettext_lazy("List"), lambda row: selectors.words(row).get("caption", row.list_name)),
        Column("rows", gettext_lazy("Rows"), lambda row: row.row_count, sort="row_count", kind="number"),
        Column("frozen", gettext_lazy("Frozen on"), lambda row: row.frozen_at, sort="id", kind="date"),
        Column("by", gettext_lazy("By"), lambda row: str(row.made_by or "")),
        Column("purpose", gettext_lazy("For whom and why"), lambda row: row.purpose, kind="note"),
    ]


def _url(table: FrozenTable) -> str:
    return reverse("core:table", args=[table.uid])


@require_http_methods(["GET", "POST"])
@allow(lists.may_freeze)
def freeze(request: HttpRequest) -> HttpResponse:
    """Keep a list as it is now. The list, its address and its search come along."""
    sent = request.POST if request.method == "POST" else request.GET
    if not sent.get("list"):
        return redirect("core:tables")
    name, path = sent.get("list", ""), own_path(sent.get("path", ""))
    query = lists.narrowing(QueryDict(sent.get("query", "")))[:1000]
    source = source_of(request, name, path, query)
    form = FreezeForm(request.POST or None)
    uid = _frozen(request, form, source, path, query) if form.is_valid() else ""
    if uid:
        messages.success(request, _("The table is frozen. It never changes again."))
        return redirect("core:table", uid=uid)
    context = {"form": form, "name": name, "path": path, "query": query, "source": source}
    context |= {"count": source.rows.order_by().count(), "key": request.POST.get(FIELD) or new_key()}
    return render(request, "core/frozen/new.html", context)


def _frozen(request: HttpRequest, form: Any, source: list_files.Source, path: str, query: str) -> str:
    """Freeze once; the uid, or an empty text with the refusal put on the form."""
    about = {language: _about(request, source.name, path, query, language) for language in LANGUAGES}
    values = {**form.cleaned_data, "office": request.office, "actor": request.user}  # type: ignore[attr-defined]
    try:
        with services.written(source, **values) as files:
            kept = {**values, "list_name": source.name, "query": query, "about": about}
            return once(request, "table", lambda: services.keep(files, **kept))
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return ""


def _about(request: HttpRequest, name: str, path: str, query: str, language: str) -> dict[str, Any]:
    """The list in words of one language: asked again, because a list words itself in its reader's language."""
    with translation.override(language):
        source = source_of(request, name, path, query)
        return {"caption": source.caption, "narrowed": source.narrowed, "order": source.order}


@require_GET
@allow(selectors.reads_tables)
def table(request: HttpRequest, uid: str) -> HttpResponse:
    row = get_object_or_404(selectors.tables(request.scope), uid=uid)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"table": row, "words": selectors.words(row), "language": get_language()}
    try:
        context["header"], context["rows"] = services.first_rows(row, SHOWN_ROWS)
    except NotPossible as refusal:
        context["problem"] = str(refusal)
    context["events"] = timeline(Event.objects.about(row).select_related("actor").order_by("-pk"))
    context["more"] = max(0, row.row_count - SHOWN_ROWS)
    return render(request, "core/frozen/page.html", context)


@require_GET
@allow(selectors.reads_tables)
def table_file(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """One of the two files, after its checksum was found to be that of the day."""
    row = get_object_or_404(selectors.tables(request.scope), uid=uid)  # type: ignore[attr-defined]
    if kind not in list_files.TYPES:
        raise Http404
    stored = row.csv_file if kind == "csv" else row.stored_file
    try:
        file = services.opened(stored)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("core:table", uid=uid)
    return list_files.download(file, name=stored.name, content_type=list_files.TYPES[kind])
