"""Imports into a call: upload, columns, preview row by row, apply."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from kervan.core import once
from kervan.core.errors import NotPossible
from kervan.core.permissions import allow
from kervan.core.rules.spreadsheets import Notice, Table
from kervan.core.rules.table_files import write_xlsx
from kervan.core.spreadsheet_messages import notice_sentence
from kervan.core.texts import timeline
from kervan.selection import import_texts
from kervan.selection.forms.imports import ColumnsForm, UploadForm
from kervan.selection.models import Call, Door, ImportBatch, ImportKind, ImportState
from kervan.selection.permissions import prepares_calls
from kervan.selection.rules import portal
from kervan.selection.selectors import imports as selectors
from kervan.selection.selectors.calls import events_of
from kervan.selection.services import importing
from kervan.selection.views.office import call_of, frame

PAGE_ROWS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _batch_of(request: HttpRequest, call: Call, uid: str) -> ImportBatch:
    rows = ImportBatch.objects.visible_to(request.scope).filter(call=call)  # type: ignore[attr-defined]
    batch: ImportBatch = get_object_or_404(rows.select_related("stored_file", "made_by"), uid=uid)
    batch.call = call
    return batch


def _frame(request: HttpRequest, call: Call, *crumbs: tuple[str, str]) -> dict[str, Any]:
    here = (_("Imports"), reverse("selection:imports", args=[call.uid]) if crumbs else "")
    return frame(request, call, "imports", here, *crumbs)


@allow(prepares_calls)
def uploads(request: HttpRequest, uid: str) -> HttpResponse:
    """The imports of a call, and a form for the next one."""
    call = call_of(request, uid)
    kinds = ImportKind.EXAMS if call.door == Door.KERVAN else ImportKind.PORTAL
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": kinds})
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            made = once.once(request, "import", lambda: _uploaded(request, call, form.cleaned_data["kind"], table))
            return redirect("selection:import_batch", call.uid, made)
        except NotPossible as refusal:
            form.add_error("table", str(refusal))
    context = _frame(request, call) | {
        "form": form,
        "key": once.new_key(),
        "samples": [
            (label, reverse("selection:import_sample", args=[call.uid, kind])) for kind, label in ImportKind.choices
        ],
        "rows": [_upload_row(call, one) for one in selectors.recent_batches(call)],
    }
    return render(request, "selection/imports/uploads.html", context, status=422 if form.errors else 200)


def _uploaded(request: HttpRequest, call: Call, kind: str, table: Any) -> ImportBatch:
    return importing.upload(call, kind=kind, name=table.name, content=table.read(), actor=request.user)


def _upload_row(call: Call, batch: ImportBatch) -> dict[str, Any]:
    return {
        "url": reverse("selection:import_batch", args=[call.uid, batch.uid]),
        "name": batch.stored_file.name,
        "kind": batch.get_kind_display(),
        "at": batch.made_at,
        "who": batch.made_by,
        "state": batch.get_state_display(),
        "tone": import_texts.STATE_TONES[ImportState(batch.state)],
    }


@require_safe
@allow(prepares_calls)
def batch(request: HttpRequest, uid: str, batch_uid: str) -> HttpResponse:
    """One import: its columns to choose, or its preview."""
    call = call_of(request, uid)
    row = _batch_of(request, call, batch_uid)
    if row.state == ImportState.MAPPING:
        return redirect("selection:import_columns", call.uid, row.uid)
    return _preview(request, call, row)


def _preview(request: HttpRequest, call: Call, row: ImportBatch, status: int = 200) -> HttpResponse:
    names, action = import_texts.names_of(call), request.GET.get("show", "")
    records = [one for one in row.preview if action not in portal.ACTIONS or one["action"] == action]
    page = min(_number(request.GET.get("page", "")), max(1, -(-len(records) // PAGE_ROWS)))
    is_done = row.state == ImportState.APPLIED
    context = _frame(request, call, (row.stored_file.name, "")) | {
        "batch": row,
        "standing": import_texts.standing(row),
        "may_apply": row.state == ImportState.PREVIEW and import_texts.acting(row) > 0,
        "is_waiting": row.state == ImportState.PREVIEW,
        "acting": import_texts.acting(row),
        "figures": _figures(row, is_done),
        "filters": _filters(request, row, action, is_done),
        "rows": [
            import_texts.preview_row(one, names, is_done=is_done)
            for one in records[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        ],
        "next_url": _page_url(request, page + 1) if page * PAGE_ROWS < len(records) else "",
        "previous_url": _page_url(request, page - 1) if page > 1 else "",
        "events": timeline(events_of(row)),
    }
    return render(request, "selection/imports/preview.html", context, status=status)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _page_url(request: HttpRequest, page: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(page)
    return f"{request.path}?{parameters.urlencode()}"


def _figures(row: ImportBatch, is_done: bool) -> list[tuple[str, int]]:
    labels = import_texts.DONE_LABELS if is_done else import_texts.ACTION_LABELS
    return [(str(labels[action]), row.counts.get(action, 0)) for action in portal.ACTIONS]


def _filters(request: HttpRequest, row: ImportBatch, chosen: str, is_done: bool) -> list[dict[str, Any]]:
    labels = import_texts.DONE_LABELS if is_done else import_texts.ACTION_LABELS
    everything = {"label": _("All rows"), "url": request.path, "is_current": not chosen, "count": len(row.preview)}
    return [everything] + [
        {
            "label": labels[action],
            "url": f"{request.path}?show={action}",
            "is_current": chosen == action,
            "count": row.counts.get(action, 0),
        }
        for action in portal.ACTIONS
    ]


@allow(prepares_calls)
def columns(request: HttpRequest, uid: str, batch_uid: str) -> HttpResponse:
    """Say which column of the table is what. Possible again until the table is applied."""
    call = call_of(request, uid)
    row = _batch_of(request, call, batch_uid)
    if row.state not in (ImportState.MAPPING, ImportState.PREVIEW):
        return redirect("selection:import_batch", call.uid, row.uid)
    table = importing.table_of(row)
    codes = _codes(call, row)
    examples = _examples(table)
    form = ColumnsForm(request.POST or None, codes=codes, header=table.header, examples=examples, initial=row.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            importing.choose_columns(row, form.mapping(), actor=request.user)
            return redirect("selection:import_batch", call.uid, row.uid)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    form.mark_needed()
    context = _frame(request, call, (row.stored_file.name, "")) | {
        "batch": row,
        "standing": import_texts.standing(row),
        "form": form,
        "notices": [_notice(one) for one in table.warnings[:20]],
        "header": table.header,
        "sample_rows": table.rows[:3],
        "row_count": len(table.rows),
    }
    return render(request, "selection/imports/columns.html", context, status=422 if form.errors else 200)


def _notice(notice: Notice) -> str:
    """What to know about the file; what looks like a formula is refused here, so that nobody reads it as a value."""
    if notice.code != "formula_like":
        return notice_sentence(notice)
    words = {"row": notice.row, **notice.params}
    return (
        _("Row %(row)s holds a text that looks like a formula: “%(value)s”. In a chosen column it is refused.") % words
    )


def _codes(call: Call, row: ImportBatch) -> list[str]:
    """The columns to choose: wishes as far as the call allows, and further ones that the table seems to have."""
    codes = [column.code for column in portal.columns(row.kind, importing.WISH_COLUMNS)]
    wanted = {column.code for column in portal.columns(row.kind, call.max_wishes)} | set(row.mapping)
    return [code for code in codes if code in wanted]


def _examples(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for cells in table.rows[:50]:
        for name, cell in zip(table.header, cells, strict=True):
            if cell and name not in found:
                found[name] = cell[:30]
    return found


@require_POST
@allow(prepares_calls)
def apply(request: HttpRequest, uid: str, batch_uid: str) -> HttpResponse:
    """Do what the preview says."""
    call = call_of(request, uid)
    row = _batch_of(request, call, batch_uid)
    try:
        importing.apply(row, actor=request.user)
        messages.success(request, _("The table was applied."))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("selection:import_batch", call.uid, row.uid)


@require_POST
@allow(prepares_calls)
def discard(request: HttpRequest, uid: str, batch_uid: str) -> HttpResponse:
    """Put an upload aside."""
    call = call_of(request, uid)
    row = _batch_of(request, call, batch_uid)
    try:
        importing.discard(row, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("selection:imports", call.uid)


@require_GET
@allow(prepares_calls)
def sample(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """A sheet in our own layout with one invented row, to be filled."""
    call = call_of(request, uid)
    header, rows = selectors.sample_sheet(call, ImportKind.EXAMS if kind == ImportKind.EXAMS else ImportKind.PORTAL)
    return _sheet(header, rows, f"{kind if kind in ImportKind.values else ImportKind.PORTAL}-sample.xlsx")


def _sheet(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> HttpResponse:
    response = HttpResponse(write_xlsx(header, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
