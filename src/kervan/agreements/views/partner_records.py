"""The partner's own fact sheet and people, behind the partner's address."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kervan.agreements.models import PartnerLink
from kervan.agreements.selectors import links
from kervan.agreements.services import links_acts
from kervan.agreements.views.partner_frame import by_link, decides_until, is_ours, key_of, page, visit_of
from kervan.agreements.views.partner_parts import address
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.once import new_key
from kervan.institutions.forms.contacts import CorrectionForm, SuccessorForm
from kervan.institutions.forms.fact_sheets import FactSheetForm
from kervan.institutions.models import Contact, ContactRole, FactSheet
from kervan.institutions.selectors import fact_sheets as sheets
from kervan.institutions.services import fact_sheets
from kervan.institutions.texts import fact_sheets as sheet_texts
from kervan.institutions.views.fact_sheets import differences


def may_not_decide(request: HttpRequest, link: PartnerLink) -> str:
    """Why this browser may change nothing, "" when it may."""
    if is_ours(request):
        return _("You are signed in as a member of the office. Change this on the office’s own pages.")
    if not decides_until(request, link):
        return _("This browser has not been confirmed, or not within the last twelve hours. Ask for a code first.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def facts(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    """The fact sheet as we show it, and its form once this browser may decide."""
    if request.method == "POST":
        return _save_facts(request, link)
    sheet = _sheet(link)
    form = _facts_form(None, sheet) if decides_until(request, link) else None
    return _facts_page(request, link, sheet, form)


def _sheet(link: PartnerLink) -> FactSheet:
    kept = FactSheet.objects.filter(partner=link.partner).first()
    return kept or FactSheet(office_id=link.office_id, partner=link.partner)


def _facts_form(data: Any, sheet: FactSheet) -> FactSheetForm:
    return FactSheetForm(data, sheet=sheet, today=timezone.localdate(), by_partner=True)


def _facts_page(
    request: HttpRequest,
    link: PartnerLink,
    sheet: FactSheet,
    form: FactSheetForm | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "sheet": sheet,
        "form": form,
        "parts": sheets.parts_of(sheet, today) if form is None else [],
        "completeness": sheet_texts.completeness(sheets.completeness_of(sheet)),
        "confirmed": sheet_texts.confirmed(sheet, today),
        "key": new_key(),
        "version": request.POST.get("version", sheet.version),
    }
    return page(request, link, "facts", context | more, status=status)


def _save_facts(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    """What was typed stays on the page until it is saved."""
    refusal = may_not_decide(request, link)
    sheet = _sheet(link) if refusal else fact_sheets.sheet_of(link.office_id, link.partner)
    form = _facts_form(request.POST, sheet)
    if refusal:
        return _facts_page(request, link, sheet, form, refusal=refusal, status=403)
    if not form.is_valid():
        return _facts_page(request, link, sheet, form, status=422)
    try:
        links_acts.save_fact_sheet(
            link, sheet, version_sent(request), form.values(), key=key_of(request), visit=visit_of(request)
        )
    except Stale as stale:
        more = {"stale": stale, "version": stale.current.version, "differences": differences(form, stale.current)}  # type: ignore[attr-defined]
        return _facts_page(request, link, sheet, form, status=409, **more)
    except NotPossible as refused:
        return _facts_page(request, link, sheet, form, refusal=str(refused), status=409)
    messages.success(request, _("Thank you. The fact sheet is saved."))
    return redirect(address(link, "link_home"))


def _act(request: HttpRequest, link: PartnerLink, act: Callable[[], Any], done: str, back: str) -> HttpResponse:
    """Do one thing that needs a confirmed browser, or say why not, on the page it came from."""
    try:
        if refusal := may_not_decide(request, link):
            raise NotPossible(refusal)
        act()
        messages.success(request, done)
    except NotPossible as refused:
        messages.error(request, str(refused))
    return redirect(address(link, back))


@require_POST
@by_link
def confirm_facts(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    def act() -> None:
        sheet = fact_sheets.sheet_of(link.office_id, link.partner)
        links_acts.confirm_fact_sheet(link, sheet, key=key_of(request), visit=visit_of(request))

    return _act(request, link, act, _("Thank you. The fact sheet is confirmed as of today."), "link_facts")


@require_safe
@by_link
def contacts(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    """Who we know there. How to reach them is shown to whoever reads the contact's mail, not to any reader."""
    rows = [{"contact": one, "roles": _roles(one)} for one in links.contacts_of(link.partner)]
    return page(request, link, "contacts", {"rows": rows, "key": new_key()})


def _roles(contact: Contact) -> str:
    known = dict(ContactRole.choices)
    return ", ".join(str(known[code]) for code in contact.roles if code in known)


def _contact(link: PartnerLink, uid: str) -> Contact:
    found = links.contacts_of(link.partner).filter(uid=uid).select_related("partner__institution").first()
    if found is None:
        raise Http404
    return found


@require_POST
@by_link
def confirm_contact(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    contact = _contact(link, uid)

    def act() -> None:
        links_acts.confirm_contact(link, contact, key=key_of(request), visit=visit_of(request))

    return _act(request, link, act, _("Thank you. This is confirmed as of today."), "link_contacts")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def contact(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    """Put right what we know of somebody."""
    row = _contact(link, uid)
    refusal = may_not_decide(request, link)
    if request.method != "POST":
        return (
            redirect(_code_for_contacts(link)) if refusal else _contact_page(request, link, row, _correction(None, row))
        )
    form = _correction(request.POST, row)
    if refusal:
        return _contact_page(request, link, row, form, refusal=refusal, status=403)
    if not form.is_valid():
        return _contact_page(request, link, row, form, status=422)
    return _corrected(request, link, row, form)


def _correction(data: Any, contact: Contact) -> CorrectionForm:
    """On a copy: the form writes what was typed into its row, which is not what is kept."""
    return CorrectionForm(data, instance=Contact.objects.get(pk=contact.pk))


def _code_for_contacts(link: PartnerLink) -> str:
    return f"{address(link, 'link_code')}?to=contacts"


def _contact_page(
    request: HttpRequest, link: PartnerLink, row: Contact, form: CorrectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    version = request.POST.get("version", row.version)
    context = {"contact": row, "form": form, "key": new_key(), "version": version}
    return page(request, link, "contact", context | more, status=status)


def _corrected(request: HttpRequest, link: PartnerLink, row: Contact, form: CorrectionForm) -> HttpResponse:
    values, key, visit = form.cleaned_data, key_of(request), visit_of(request)
    try:
        links_acts.correct_contact(link, row, version_sent(request), values, key=key, visit=visit)
    except Stale as stale:
        more = {"stale": stale, "version": stale.current.version, "now": stale.current}  # type: ignore[attr-defined]
        return _contact_page(request, link, row, form, status=409, **more)
    except NotPossible as refused:
        return _contact_page(request, link, row, form, refusal=str(refused), status=409)
    messages.success(request, _("Thank you. This is saved."))
    return redirect(address(link, "link_contacts"))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def successor(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    """Somebody else does this now: the office hears whom to write to."""
    row = _contact(link, uid)
    refusal = may_not_decide(request, link)
    if request.method != "POST" and refusal:
        return redirect(_code_for_contacts(link))
    form = SuccessorForm(request.POST or None)
    context = {"contact": row, "form": form, "key": new_key(), "refusal": refusal}
    if refusal or not form.is_valid():
        status = 200 if request.method != "POST" else 403 if refusal else 422
        return page(request, link, "successor", context, status=status)
    try:
        links_acts.name_successor(link, row, **form.cleaned_data, key=key_of(request), visit=visit_of(request))
    except NotPossible as refused:
        return page(request, link, "successor", context | {"refusal": str(refused)}, status=409)
    messages.success(request, _("Thank you. We look at it and write to the person."))
    return redirect(address(link, "link_contacts"))
