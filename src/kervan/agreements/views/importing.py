"""Imports of agreement lines: upload, whose and which column, preview row by row, apply, take back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.agreements.forms.importing import ANOTHER, OURS, ColumnsForm, UploadForm
from kervan.agreements.permissions import edits_agreements
from kervan.agreements.rules import import_verdicts
from kervan.agreements.selectors import importing as selectors
from kervan.agreements.services import importing as services
from kervan.agreements.texts import importing as texts
from kervan.core import once
from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.models import SheetImport, SheetState
from kervan.core.permissions import allow
from kervan.core.rules.spreadsheets import Table
from kervan.core.rules.table_files import write_csv, write_xlsx
from kervan.core.spreadsheet_messages import notice_sentence
from kervan.core.texts import timeline

PAGE_ROWS = 100
MISSING = "missing"
EXAMPLE_ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLE_COLUMNS = (
    "reference", "partner_code", "agreement_kind", "direction", "stay", "unit", "fields", "levels", "people", "months",
    "days", "valid_from", "valid_until", "partner_language_1", "partner_level_student", "remark",
)  # fmt: skip
SAMPLE_ROW = (
    "2026-001", "PL KRAKOW01", "erasmus", "outgoing", "study", "", "0611", "bachelor; master", "2", "10", "",
    "2026-09-01", "2029-08-31", "en", "B2", "",
)  # fmt: skip


def _sheet(request: HttpRequest, uid: str) -> SheetImport:
    rows = SheetImport.objects.visible_to(request.scope).filter(kind=selectors.KIND)  # type: ignore[attr-defined]
    found: SheetImport = get_object_or_404(rows.select_related("stored_file", "made_by", "office"), uid=uid)
    return found


def _crumbs(name: str = "") -> list[tuple[str, str]]:
    first = [(_("Agreements"), reverse("agreements:list"))]
    here = [(_("Imports"), reverse("agreements:imports") if name else "")]
    return [*first, *here, *([(name, "")] if name else [])]


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def uploads(request: HttpRequest) -> HttpResponse:
    """The imports of agreements, and a form for the next one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = once.once(request, "agreements-import", lambda: _uploaded(request, form.cleaned_data["table"]))
            return redirect("agreements:import_columns", made)
        except NotPossible as refusal:
            form.add_error("table", str(refusal))
    rows = selectors.recent(SheetImport.objects.visible_to(request.scope))  # type: ignore[attr-defined]
    context = {"crumbs": _crumbs(), "form": form, "key": once.new_key(), "rows": [_upload_row(one) for one in rows]}
    return render(request, "agreements/importing/uploads.html", context, status=422 if form.errors else 200)


def _uploaded(request: HttpRequest, table: Any) -> SheetImport:
    office = request.office  # type: ignore[attr-defined]
    return services.upload(office, name=table.name, content=table.read(), actor=request.user)


def _upload_row(sheet: SheetImport) -> dict[str, Any]:
    return {
        "url": reverse("agreements:import", args=[sheet.uid]),
        "name": sheet.stored_file.name,
        "whose": texts.whose(sheet) if sheet.options.get("chosen") else "",
        "at": sheet.made_at,
        "who": sheet.made_by,
        "state": sheet.get_state_display(),
        "tone": texts.STATE_TONES.get(SheetState(sheet.state), ""),
    }


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def columns(request: HttpRequest, uid: str) -> HttpResponse:
    """Say whose agreements these are and which column is what. Possible again until the table is applied."""
    sheet = _sheet(request, uid)
    if sheet.state not in (SheetState.MAPPING, SheetState.PREVIEW):
        return redirect("agreements:import", uid)
    table = services.table_of(sheet)
    is_ours = services.looks_like_ours(sheet, table)
    form = ColumnsForm(
        request.POST or None, header=table.header, examples=_examples(table), initial=_initial(sheet, is_ours)
    )
    if request.method == "POST" and form.is_valid():
        try:
            values = {"sample_of": form.of_another(), "agreement_kind": form.cleaned_data["agreement_kind"]}
            services.choose(sheet, form.mapping(), **values, actor=request.user)
            return redirect("agreements:import", uid)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    form.mark_needed()
    context = {
        "crumbs": _crumbs(sheet.stored_file.name),
        "sheet": sheet,
        "standing": texts.standing(sheet),
        "form": form,
        "is_ours": is_ours,
        "notices": [notice_sentence(one) for one in table.warnings[:20]],
        "header": table.header,
        "sample_rows": table.rows[:3],
        "row_count": len(table.rows),
    }
    return render(request, "agreements/importing/columns.html", context, status=422 if form.errors else 200)


def _initial(sheet: SheetImport, is_ours: bool) -> dict[str, str]:
    """What was chosen before; at first that the agreements are another university's, unless the table names ours."""
    options: Mapping[str, Any] = sheet.options
    sample = options.get("sample_of", "")
    is_another = bool(sample) if options.get("chosen") else not is_ours
    initial = {f"column_{code}": name for code, name in sheet.mapping.items()}
    more = {"whose": ANOTHER if is_another else OURS, "sample_of": sample}
    return initial | more | {"agreement_kind": options.get("agreement_kind", "erasmus_iia")}


def _examples(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for cells in table.rows[:EXAMPLE_ROWS]:
        for name, cell in zip(table.header, cells, strict=True):
            if cell and name not in found:
                found[name] = cell[:30]
    return found


@require_GET
@allow(edits_agreements)
def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """One import: its columns to choose, or its preview row by row."""
    sheet = _sheet(request, uid)
    if sheet.state == SheetState.MAPPING:
        return redirect("agreements:import_columns", uid)
    records, shown = _shown(request, sheet)
    page = min(_number(request.GET.get("page", "")), max(1, -(-len(records) // PAGE_ROWS)))
    is_done = sheet.state == SheetState.APPLIED
    units = selectors.unit_names(request.office)  # type: ignore[attr-defined]
    context = {
        "crumbs": _crumbs(sheet.stored_file.name),
        "sheet": sheet,
        "standing": texts.standing(sheet),
        "whose": texts.whose(sheet),
        "totals": texts.totals_sentence(sheet),
        "is_waiting": sheet.state == SheetState.PREVIEW,
        "acting": texts.acting(sheet),
        "drafts_url": _drafts_url(sheet) if is_done and sheet.options.get("made") else "",
        "may_undo": services.may_undo(sheet),
        "unknown": sorted({one["code"] for one in sheet.preview if _is_unknown(one)}),
        "filters": _filters(request, sheet, shown, is_done),
        "rows": [
            texts.preview_row(one, units, is_done=is_done) for one in records[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        ],
        "next_url": _page_url(request, page + 1) if page * PAGE_ROWS < len(records) else "",
        "previous_url": _page_url(request, page - 1) if page > 1 else "",
        "events": timeline(selectors.events_of(sheet)),
    }
    return render(request, "agreements/importing/preview.html", context)


def _drafts_url(sheet: SheetImport) -> str:
    """Where the drafts of a table stand in the list: incomplete ones by that filter, else by whose they are."""
    is_sample = bool(sheet.options.get("sample_of"))
    if any(one.get("missing") and one["action"] != import_verdicts.REFUSE for one in sheet.preview):
        chosen = {"lacking": "incomplete"}
    else:
        chosen = {} if is_sample else {"state": "draft"}
    if is_sample:
        chosen["whose"] = "sample"
    return f"{reverse('agreements:list')}?{urlencode(chosen)}"


def _is_unknown(record: Mapping[str, Any]) -> bool:
    return any(one[0] == "partner_unknown" for one in record.get("problems", []))


def _shown(request: HttpRequest, sheet: SheetImport) -> tuple[list[dict[str, Any]], str]:
    """The rows that the reader chose to see, and the choice."""
    shown = request.GET.get("show", "")
    if shown in import_verdicts.ACTIONS:
        return [one for one in sheet.preview if one["action"] == shown], shown
    if shown == MISSING:
        return [one for one in sheet.preview if one.get("missing")], shown
    return sheet.preview, ""


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _page_url(request: HttpRequest, page: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(page)
    return f"{request.path}?{parameters.urlencode()}"


def _filters(request: HttpRequest, sheet: SheetImport, shown: str, is_done: bool) -> list[dict[str, Any]]:
    labels = texts.DONE_LABELS if is_done else texts.ACTION_LABELS
    found = [("", _("All rows"), len(sheet.preview))]
    found += [(action, str(labels[action]), sheet.counts.get(action, 0)) for action in import_verdicts.ACTIONS]
    found.append((MISSING, _("Incomplete"), sum(1 for one in sheet.preview if one.get("missing"))))
    return [
        {
            "label": label,
            "url": f"{request.path}?show={code}" if code else request.path,
            "is_current": code == shown,
            "count": count,
        }
        for code, label, count in found
    ]


@require_POST
@allow(edits_agreements)
def apply(request: HttpRequest, uid: str) -> HttpResponse:
    """Do what the preview says."""
    sheet = _sheet(request, uid)
    return attempt(
        request,
        lambda: services.apply(sheet, actor=request.user),
        _("The table was applied."),
        "agreements:import",
        uid,
    )


@require_POST
@allow(edits_agreements)
def discard(request: HttpRequest, uid: str) -> HttpResponse:
    """Put an upload aside."""
    sheet = _sheet(request, uid)
    act = _("The table was put aside.")
    return attempt(request, lambda: services.discard(sheet, actor=request.user), act, "agreements:imports")


@require_POST
@allow(edits_agreements)
def undo(request: HttpRequest, uid: str) -> HttpResponse:
    """Delete the drafts that an import made, if nobody touched them."""
    sheet = _sheet(request, uid)
    done = _("The drafts of this table are deleted.")
    return attempt(request, lambda: services.undo(sheet, actor=request.user), done, "agreements:import", uid)


@require_GET
@allow(edits_agreements)
def report(request: HttpRequest, uid: str) -> HttpResponse:
    """The preview as a table, to mend the refused rows beside it."""
    sheet = _sheet(request, uid)
    units = selectors.unit_names(request.office)  # type: ignore[attr-defined]
    is_done = sheet.state == SheetState.APPLIED
    header = [_("Row"), _("Erasmus code"), _("Partner"), _("Agreement"), _("What"), _("Missing"), _("To look at")]
    rows = [_report_row(texts.preview_row(one, units, is_done=is_done)) for one in sheet.preview]
    response = HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="import.csv"'
    return response


def _report_row(row: Mapping[str, Any]) -> list[Any]:
    said = [f"{one['column']} “{one['value']}”: {one['sentence']}" for one in (*row["problems"], *row["warnings"])]
    return [
        row["number"], row["code"], row["name"], row["reference"], str(row["label"]), row["missing"], " ".join(said),
    ]  # fmt: skip


@require_GET
@allow(edits_agreements)
def sample(request: HttpRequest) -> HttpResponse:
    """A sheet in our own layout with one invented row, to be filled."""
    header = [str(texts.COLUMN_LABELS[code]) for code in SAMPLE_COLUMNS]
    response = HttpResponse(write_xlsx(header, [SAMPLE_ROW]), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="agreements-sample.xlsx"'
    return response
