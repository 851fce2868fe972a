"""Partners' addresses on our side: made, sent, copied, lengthened, taken back, and how they were used."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.agreements import link_texts, selectors
from kervan.agreements.forms.links import LengthenForm, LinkForm
from kervan.agreements.models import Agreement, AgreementVersion, PartnerLink, VersionState
from kervan.agreements.permissions import edits_agreements
from kervan.agreements.selectors import links
from kervan.agreements.services import links as services
from kervan.core import work
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible
from kervan.core.models import Event
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.scope import Role, Scope
from kervan.core.texts import timeline
from kervan.institutions.models import Partner
from kervan.institutions.permissions import sees_partnership

LINKS_SHOWN = 20
TIMELINE_ROWS = 50


def reads_links(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office, as `PartnerLink.objects.visible_to`."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def _partner(request: HttpRequest, uid: str) -> Partner:
    rows = Partner.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    partner: Partner = get_object_or_404(rows.select_related("institution"), uid=uid)
    return partner


def _link(request: HttpRequest, uid: str) -> PartnerLink:
    rows = PartnerLink.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    rows = rows.select_related("office", "contact", "partner__institution", "partner__responsible", "made_by")
    link: PartnerLink = get_object_or_404(rows, uid=uid)
    return link


@require_GET
@allow(sees_partnership)
def of_partner(request: HttpRequest, uid: str) -> HttpResponse:
    """The addresses made for a partner: a part of its page, or a page without script.

    Who sees the partner and not its addresses gets an empty part in its page.
    """
    partner, today = _partner(request, uid), timezone.localdate()
    is_part = request.headers.get("HX-Request") == "true"
    if not reads_links(request.scope):  # type: ignore[attr-defined]
        if is_part:
            return HttpResponse("")
        raise Http404
    context = {
        "partner": partner,
        "rows": [_row(one, today) for one in links.links_of(partner)[:LINKS_SHOWN]],
        "edits": edits_agreements(request.scope),  # type: ignore[attr-defined]
        "has_contacts": links.contacts_of(partner).exists(),
    }
    template = "agreements/link/office_links.html"
    return render(request, f"{template}#part" if is_part else template, context)


def _row(link: PartnerLink, today: Any) -> dict[str, Any]:
    return {"link": link, "badge": link_texts.badge(links.standing(link, today))}


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def new(request: HttpRequest, uid: str) -> HttpResponse:
    """Make a link for one of the partner's people, and mail it at once if wished."""
    partner = _partner(request, uid)
    form = LinkForm(request.POST or None, contacts=links.contacts_of(partner))
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made:
            return redirect("agreements:links_page", uid=made)
    context = {"partner": partner, "form": form, "key": request.POST.get("idempotency_key") or new_key()}
    return render(request, "agreements/link/office_new.html", context)


def _made(request: HttpRequest, form: LinkForm) -> str:
    """Make the address once; its uid, or an empty text with the refusal put on the form."""
    data, is_sent = form.cleaned_data, "send" in request.POST

    def make() -> PartnerLink:
        link = services.make_link(data["contact"], days=data["days"], actor=request.user)
        if is_sent:
            services.send(link, actor=request.user)
            work.drain_soon()
        return link

    try:
        uid = once(request, "partner link", make)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return ""
    done = _("The link is made and on its way.") if is_sent else _("The link is made. It has not been sent yet.")
    messages.success(request, done)
    return uid


@require_GET
@allow(reads_links)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    return _page(request, _link(request, uid))


def _page(request: HttpRequest, link: PartnerLink, *, address: str = "") -> HttpResponse:
    code = links.standing(link, timezone.localdate())
    events = Event.objects.about(link).select_related("actor").order_by("-pk")[:TIMELINE_ROWS]
    context = {
        "link": link,
        "partner": link.partner,
        "badge": link_texts.badge(code),
        "standing": link_texts.standing(link, code),
        "code": code,
        "uses": [{"use": one, "sentence": link_texts.use(one)} for one in links.uses_of(link)],
        "events": timeline(events),
        "edits": edits_agreements(request.scope),  # type: ignore[attr-defined]
        "address": address,
        "form": LengthenForm(),
        "key": new_key(),
    }
    return render(request, "agreements/link/office_page.html", context)


@require_POST
@allow(edits_agreements)
def send(request: HttpRequest, uid: str) -> HttpResponse:
    """Mail the address; pressed twice it is one mail."""
    link = _link(request, uid)

    def act() -> None:
        once(request, "partner link mail", lambda: services.send(link, actor=request.user))
        work.drain_soon()

    return attempt(request, act, _("The mail is on its way."), "agreements:links_page", uid)


@require_POST
@allow(edits_agreements)
def show(request: HttpRequest, uid: str) -> HttpResponse:
    """Show the address to be copied. That it was shown stays in the history; the answer is stored nowhere."""
    link = _link(request, uid)
    try:
        address = services.show_address(link, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("agreements:links_page", uid=uid)
    response = _page(request, link, address=address)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(edits_agreements)
def revoke(request: HttpRequest, uid: str) -> HttpResponse:
    link = _link(request, uid)
    done = _("The link opens nothing any more.")
    return attempt(request, lambda: services.revoke(link, actor=request.user), done, "agreements:links_page", uid)


@require_POST
@allow(edits_agreements)
def lengthen(request: HttpRequest, uid: str) -> HttpResponse:
    link, form = _link(request, uid), LengthenForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise NotPossible(_("Give a number of days between 1 and 366."))
        services.lengthen(link, version_sent(request), days=form.cleaned_data["days"], actor=request.user)

    return attempt(request, act, _("The link opens longer now."), "agreements:links_page", uid)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def offer(request: HttpRequest, uid: str) -> HttpResponse:
    """Send the version of an agreement that our bodies have approved to somebody at the partner."""
    rows = Agreement.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    agreement = get_object_or_404(rows.select_related("institution", "office"), uid=uid)
    partner = Partner.objects.filter(office=agreement.office_id, institution=agreement.institution_id).first()
    version = selectors.versions_of(agreement)[0]
    people = links.contacts_for_agreements(partner) if partner else links.nobody()
    form = LinkForm(request.POST or None, contacts=people)
    if request.method == "POST" and form.is_valid() and _offered(request, version, form):
        return redirect("agreements:page", uid=uid)
    context = {
        "agreement": agreement,
        "partner": partner,
        "version": version,
        "waits": version.state == VersionState.APPROVED,
        "has_contacts": people.exists(),
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "contact_url": _new_contact(agreement),
    }
    return render(request, "agreements/link/office_offer.html", context)


def _new_contact(agreement: Agreement) -> str:
    """Where somebody at the partner is written down; from there it goes back to sending."""
    back = reverse("agreements:links_offer", args=[agreement.uid])
    query = urlencode({"university": agreement.institution.uid, "then": back})
    return f"{reverse('institutions:contact_new')}?{query}"


def _offered(request: HttpRequest, version: AgreementVersion, form: LinkForm) -> bool:
    data = form.cleaned_data
    try:
        once(
            request,
            "partner offer",
            lambda: services.offer(version, data["contact"], days=data["days"], actor=request.user),
        )
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return False
    work.drain_soon()
    messages.success(request, _("The agreement is on its way to %(name)s.") % {"name": data["contact"].full_name})
    return True
