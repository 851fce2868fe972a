"""Showing who one is: a code by mail, after which this browser may decide for the partner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kervan.agreements.forms.links import CodeForm
from kervan.agreements.models import PartnerLink
from kervan.agreements.selectors import links
from kervan.agreements.services import links_codes
from kervan.agreements.views.partner_frame import by_link, decides_until, mark_browser, page, visit_of
from kervan.agreements.views.partner_parts import address
from kervan.core import work
from kervan.core.errors import NotPossible

PLACES = {"facts": "link_facts", "contacts": "link_contacts"}


def _next(link: PartnerLink, wanted: str) -> str:
    """The page one came from: a known one or one of their versions, else the first."""
    if wanted in PLACES:
        return address(link, PLACES[wanted])
    if wanted and links.shown_versions(link).filter(uid=wanted).exists():
        return address(link, "link_version", wanted)
    return address(link, "link_home")


@require_safe
@by_link
def code(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    wanted = request.GET.get("to", "")[:12]
    if decides_until(request, link):
        return redirect(_next(link, wanted))
    return _code_page(request, link, wanted)


def _code_page(
    request: HttpRequest, link: PartnerLink, wanted: str, form: CodeForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "to": wanted,
        "form": form or CodeForm(),
        "waits": links.live_code(link) is not None,
        "masked": masked(link.email),
    }
    return page(request, link, "code", context, status=status)


def masked(email: str) -> str:
    """Show an address so that its owner knows it and nobody else learns it: "m…@uni.example"."""
    name, _at, place = email.partition("@")
    return f"{name[:1]}…@{place}" if place else ""


@require_POST
@by_link
def send_code(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    wanted = request.POST.get("to", "")[:12]
    try:
        links_codes.send_code(link, visit_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        work.drain_soon()
        messages.success(request, _("The code is on its way. It is good for half an hour."))
    return redirect(f"{address(link, 'link_code')}?to={wanted}")


@require_POST
@by_link
def check_code(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    wanted, form = request.POST.get("to", "")[:12], CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, link, wanted, form, status=422)
    try:
        until = links_codes.confirm(link, form.cleaned_data["code"], visit_of(request))
    except NotPossible as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, link, wanted, form, status=422)
    messages.success(request, _("Thank you. This browser may decide for your university for twelve hours."))
    response = redirect(_next(link, wanted))
    mark_browser(response, link, until)
    return response
