"""Newer lists of accredited institutions: upload, preview, apply."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.models import SheetImport, SheetState
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.rules.table_files import write_csv
from kervan.institutions import texts
from kervan.institutions.forms.charters import CharterListForm
from kervan.institutions.permissions import edits_partners
from kervan.institutions.selectors import charters as selectors
from kervan.institutions.selectors import country_name
from kervan.institutions.services import charters as services

SHOWN = 200


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def charter_lists(request: HttpRequest) -> HttpResponse:
    """The lists uploaded so far, and a form for the next one."""
    initial = {"of_day": timezone.localdate()}
    form = CharterListForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            uid = once(request, "charters", lambda: _uploaded(request, form.cleaned_data))
        except NotPossible as refusal:
            form.add_error("table", str(refusal))
        else:
            return redirect("institutions:charter_list", uid=uid)
    uploads = selectors.uploads(request.scope)[: selectors.MOST_UPLOADS]  # type: ignore[attr-defined]
    context = {
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "uploads": [{"row": one, "sentence": texts.charter_counts(one.counts)} for one in uploads],
        "crumbs": [(_("Universities"), reverse("institutions:directory")), (_("Lists of charters"), "")],
    }
    return render(request, "institutions/charters/lists.html", context, status=422 if form.errors else 200)


def _uploaded(request: HttpRequest, data: dict[str, Any]) -> SheetImport:
    office, table = request.office, data["table"]  # type: ignore[attr-defined]
    return services.upload(office, name=table.name, content=table.read(), of_day=data["of_day"], actor=request.user)


def _visible(request: HttpRequest, uid: str) -> SheetImport:
    sheet: SheetImport = get_object_or_404(selectors.uploads(request.scope), uid=uid)  # type: ignore[attr-defined]
    return sheet


@require_GET
@allow(edits_partners)
def charter_list(request: HttpRequest, uid: str) -> HttpResponse:
    sheet = _visible(request, uid)
    preview = sheet.preview
    if request.GET.get("format") == "csv":
        return _file(preview)
    touched = [line["uid"] for line in preview["gone"] + preview["changed"]]
    ours = selectors.affected(sheet.office_id, touched)
    gone = {line["uid"] for line in preview["gone"]}
    context = {
        "sheet": sheet,
        "of_day": date.fromisoformat(sheet.options["of_day"]),
        "counts": sheet.counts,
        "sentence": texts.charter_counts(sheet.counts),
        "gone_ours": [one for one in ours if one.partner.institution.uid in gone],
        "changed_ours": [one for one in ours if one.partner.institution.uid not in gone],
        "gone": [_line(line) for line in preview["gone"][:SHOWN]],
        "back": [_line(line) for line in preview["back"][:SHOWN]],
        "new": [_line(line) for line in preview["new"][:SHOWN]],
        "changed": [
            _line(line) | {"fields": texts.charter_changes(line["fields"])} for line in preview["changed"][:SHOWN]
        ],
        "refused": [texts.charter_refusal(line) for line in preview["refused"][:SHOWN]],
        "shown": SHOWN,
        "waits": sheet.state == SheetState.PREVIEW,
        "is_suspicious": services.is_suspicious(sheet.counts),
        "crumbs": [
            (_("Universities"), reverse("institutions:directory")),
            (_("Lists of charters"), reverse("institutions:charter_lists")),
            (sheet.stored_file.name, ""),
        ],
    }
    return render(request, "institutions/charters/list.html", context)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "country": country_name(line["country"])}


def _file(preview: dict[str, Any]) -> HttpResponse:
    """Everything the list would change, one row for each field."""
    rows: list[list[Any]] = []
    for name, label in texts.CHARTER_KINDS.items():
        for line in preview[name]:
            start = [str(label), line["pic"], line["name"], line["country"]]
            fields = line.get("fields") or {"": ("", "")}
            rows += [[*start, field, before, after] for field, (before, after) in fields.items()]
    header = [_("What"), _("PIC"), _("Name"), _("Country"), _("Field"), _("Before"), _("After")]
    response = HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="charters.csv"'
    return response


@require_POST
@allow(edits_partners)
def charter_apply(request: HttpRequest, uid: str) -> HttpResponse:
    sheet = _visible(request, uid)
    try:
        done = services.apply(sheet, is_whole="is_whole" in request.POST, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        if done.state == SheetState.APPLIED:
            messages.success(request, _("The directory says what the list says."))
        else:
            messages.warning(
                request, _("The directory has changed meanwhile. Look at the new preview and apply again.")
            )
    return redirect("institutions:charter_list", uid=uid)


@require_POST
@allow(edits_partners)
def charter_discard(request: HttpRequest, uid: str) -> HttpResponse:
    sheet = _visible(request, uid)
    return attempt(
        request,
        lambda: services.discard(sheet, actor=request.user),
        _("The list was put aside; nothing has changed."),
        "institutions:charter_lists",
    )
