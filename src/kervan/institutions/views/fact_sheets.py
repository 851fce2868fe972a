"""Fact sheets: ours and those of partners in the workspace, and what the public reads of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.models import Event
from kervan.core.permissions import allow, everyone
from kervan.core.texts import timeline
from kervan.institutions import fact_files
from kervan.institutions.forms.fact_sheets import FactSheetForm
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.permissions import edits_partners, sees_partnership
from kervan.institutions.selectors import fact_sheets as selectors
from kervan.institutions.services import fact_sheets as services
from kervan.institutions.texts import fact_sheets as texts

TIMELINE_ROWS = 15


@require_GET
@allow(sees_partnership)
def own(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_GET
@allow(sees_partnership)
def of_partner(request: HttpRequest, uid: str) -> HttpResponse:
    return _page(request, _partner(request, uid))


def _partner(request: HttpRequest, uid: str) -> Partner:
    rows = Partner.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    partner: Partner = get_object_or_404(rows.select_related("institution"), uid=uid)
    return partner


def _sheet(request: HttpRequest, partner: Partner | None) -> FactSheet:
    """The sheet as it is kept, or an empty one that is not saved yet."""
    scope = request.scope  # type: ignore[attr-defined]
    return selectors.found(scope, partner) or FactSheet(office_id=scope.office_id, partner=partner)


def _page(request: HttpRequest, partner: Partner | None) -> HttpResponse:
    sheet, today = _sheet(request, partner), timezone.localdate()
    events = Event.objects.about(sheet).select_related("actor").order_by("-pk")[:TIMELINE_ROWS] if sheet.pk else []
    context = {
        **_frame(partner),
        **_summary(request, sheet, today),
        "parts": selectors.parts_of(sheet, today),
        "events": timeline(events),
        "public_url": _public_url(sheet),
    }
    return render(request, "institutions/fact_sheet.html", context)


def _frame(partner: Partner | None) -> dict[str, Any]:
    return {
        "partner": partner,
        "url": _url(partner),
        "edit_url": reverse("institutions:fact_sheet_edit", args=[partner.uid])
        if partner
        else reverse("institutions:own_fact_sheet_edit"),
        "confirm_url": reverse("institutions:fact_sheet_confirm", args=[partner.uid])
        if partner
        else reverse("institutions:own_fact_sheet_confirm"),
    }


def _url(partner: Partner | None) -> str:
    return reverse("institutions:fact_sheet", args=[partner.uid]) if partner else reverse("institutions:own_fact_sheet")


def _public_url(sheet: FactSheet) -> str:
    """Where everybody reads the sheet; "" where nobody may."""
    if not sheet.is_published:
        return ""
    if sheet.partner is None:
        return reverse("institutions:facts")
    uid = sheet.partner.institution.uid
    return reverse("institutions:partner_facts", args=[uid]) if sheet.partner.is_public else ""


def _summary(request: HttpRequest, sheet: FactSheet, today: date) -> dict[str, Any]:
    """How far a sheet has come, for the page and for the part on the partner's page."""
    found = selectors.completeness_of(sheet)
    return {
        "sheet": sheet,
        "edits": edits_partners(request.scope),  # type: ignore[attr-defined]
        "filled": len(found.filled),
        "total": len(found.filled) + len(found.missing),
        "completeness": texts.completeness(found),
        "confirmed": texts.confirmed(sheet, today),
    }


@require_GET
@allow(sees_partnership)
def part(request: HttpRequest, uid: str) -> HttpResponse:
    """The sheet in short: a part of the partner's page, or a page without script."""
    partner = _partner(request, uid)
    context = {**_frame(partner), **_summary(request, _sheet(request, partner), timezone.localdate())}
    template = "institutions/fact_sheet_part.html"
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"{template}#part" if is_part else template, context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def edit_own(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    return _edit(request, _partner(request, uid))


def _edit(request: HttpRequest, partner: Partner | None) -> HttpResponse:
    """Change the sheet. A stale save changes nothing and shows both versions."""
    office_id = request.scope.office_id  # type: ignore[attr-defined]
    sheet = services.sheet_of(office_id, partner) if request.method == "POST" else _sheet(request, partner)
    form = FactSheetForm(request.POST or None, sheet=sheet, today=timezone.localdate())
    context: dict[str, Any] = {**_frame(partner), "form": form, "version": request.POST.get("version", sheet.version)}
    if request.method == "POST" and form.is_valid():
        try:
            services.save(sheet, version_sent(request), form.values(), actor=request.user)
        except Stale as stale:
            context |= {"stale": stale, "version": _version_now(stale), "differences": differences(form, stale.current)}
        else:
            messages.success(request, _("The fact sheet is saved."))
            return HttpResponseRedirect(_url(partner))
    return render(request, "institutions/fact_sheet_edit.html", context)


def _version_now(stale: Stale) -> int:
    return int(getattr(stale.current, "version", 0))


def differences(form: FactSheetForm, current: Any) -> list[dict[str, Any]]:
    """What the other person saved beside what was typed here, where they differ."""
    rows = []
    for name, typed in form.values().items():
        saved = getattr(current, name)
        if saved != typed and name in form.fields:
            label = str(form.fields[name].label)
            rows.append({"label": label, "left": _words(saved), "right": _words(typed), "differs": True})
    return rows


def _words(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


@require_POST
@allow(edits_partners)
def confirm_own(request: HttpRequest) -> HttpResponse:
    return _confirm(request, None)


@require_POST
@allow(edits_partners)
def confirm(request: HttpRequest, uid: str) -> HttpResponse:
    return _confirm(request, _partner(request, uid))


def _confirm(request: HttpRequest, partner: Partner | None) -> HttpResponse:
    sheet = services.sheet_of(request.scope.office_id, partner)  # type: ignore[attr-defined]
    return attempt(
        request,
        lambda: services.confirm(sheet, on=timezone.localdate(), actor=request.user),
        _("The fact sheet is confirmed as of today."),
        _url(partner),
    )


@require_GET
@allow(everyone)
def facts(request: HttpRequest) -> HttpResponse:
    """Our fact sheet for the world."""
    sheet = FactSheet.objects.public().filter(office=request.office, partner=None).first()  # type: ignore[attr-defined]
    return _public_page(request, sheet, request.office, is_own=True)  # type: ignore[attr-defined]


@require_GET
@allow(everyone)
def partner_facts(request: HttpRequest, uid: str) -> HttpResponse:
    """The fact sheet that we hold of a partner, where both are public."""
    institution = get_object_or_404(Institution.objects.visible_to(request.scope), uid=uid)  # type: ignore[attr-defined]
    rows = FactSheet.objects.public().filter(office=request.office)  # type: ignore[attr-defined]
    sheet = get_object_or_404(rows, partner__institution=institution)
    return _public_page(request, sheet, institution, is_own=False)


def _public_page(request: HttpRequest, sheet: FactSheet | None, whose: Any, *, is_own: bool) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "sheet": sheet,
        "whose": whose,
        "is_own": is_own,
        "parts": selectors.parts_of(sheet, today) if sheet else [],
        "confirmed": texts.confirmed(sheet, today) if sheet else "",
    }
    return render(request, "institutions/facts.html", context)


@require_GET
@allow(everyone)
def facts_pdf(request: HttpRequest, language: str) -> HttpResponse:
    """Our fact sheet as a PDF in one language, with the address of the page where it stands up to date."""
    sheet = FactSheet.objects.public().filter(office=request.office, partner=None).first()  # type: ignore[attr-defined]
    if sheet is None or language not in ("en", "tr"):
        raise Http404
    address = request.build_absolute_uri(reverse("institutions:facts"))
    content = fact_files.as_pdf(sheet, request.office, language, address=address, today=timezone.localdate())  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="fact-sheet-{language}.pdf"'
    return response
