"""Contacts in the workspace, and the page behind the signed address by which they confirm what we know of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.selectors import pages as core_selectors
from kervan.institutions import texts
from kervan.institutions.forms.contacts import ContactForm, LeftForm, MergeContactsForm, NewContactForm
from kervan.institutions.models import Contact, ContactRole, Institution
from kervan.institutions.permissions import edits_partners, sees_contacts
from kervan.institutions.rules.freshness import ASKED_LATELY, why_not_ask
from kervan.institutions.selectors import contacts as selectors
from kervan.institutions.selectors import country_choices, country_name
from kervan.institutions.services import contacts as services
from kervan.institutions.services.partners import partner_of
from kervan.institutions.views import editing
from kervan.institutions.views.partners import moved


@require_GET
@allow(sees_contacts)
def contact_list(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.whole(Contact.objects.visible_to(scope)),
        name="contacts",
        caption=_("Contacts"),
        columns=_columns(today),
        default_sort="name",
        filters=_filters(today),
        search=_matching,
        empty=_("Nobody at a partner has been written down yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "institutions/contacts/list.html", {"listing": found, "edits": edits_partners(scope)})


def _columns(today: date) -> list[Column]:
    return [
        Column("name", gettext_lazy("Name"), lambda row: row.full_name, sort="sort_key", link=selectors.url_of),
        Column("university", gettext_lazy("University"), lambda row: row.partner.institution.name),
        Column("country", gettext_lazy("Country"), lambda row: country_name(row.partner.institution.country)),
        Column("function", gettext_lazy("Function"), lambda row: row.function),
        Column("roles", gettext_lazy("Roles"), lambda row: texts.roles(row.roles)),
        Column("email", gettext_lazy("E-mail"), lambda row: row.email, kind="email"),
        Column("fresh", gettext_lazy("Freshness"), lambda row: texts.freshness(row, today), kind="badge"),
        Column("on", gettext_lazy("Last confirmed"), lambda row: row.confirmed_on, sort="confirmed_on", kind="date"),
        Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
    ]


def _filters(today: date) -> list[Filter]:
    states = [(code, label) for code, (label, _tone) in texts.FRESHNESS.items()]
    return [
        Filter("role", gettext_lazy("Role"), ContactRole.choices, selectors.with_role),
        Filter(
            "fresh", gettext_lazy("Freshness"), states, lambda rows, code: selectors.in_freshness(rows, code, today)
        ),
        Filter("country", gettext_lazy("Country"), country_choices(), selectors.in_country),
    ]


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def visible(request: HttpRequest, uid: str) -> Contact:
    rows = selectors.whole(Contact.objects.visible_to(request.scope))  # type: ignore[attr-defined]
    contact: Contact = get_object_or_404(rows, uid=uid)
    return contact


@require_GET
@allow(sees_contacts)
def contact(request: HttpRequest, uid: str) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    row = selectors.whole(Contact.objects.visible_to(scope)).filter(uid=uid).first()
    if row is None:
        return moved(request, "contact", uid)
    edits = edits_partners(scope)
    refusal = why_not_ask(row.email, row.asked_on, row.left_on, today)
    context = {
        "contact": row,
        "institution": row.partner.institution,
        "sentence": ", ".join(part for part in (row.function, row.partner.institution.name) if part),
        "badge": texts.freshness(row, today),
        "freshness": texts.freshness_sentence(row, today),
        "roles": texts.roles(row.roles),
        "alike": selectors.alike(row) if edits else [],
        "edits": edits,
        "may_ask": edits and not refusal,
        "left_form": LeftForm(initial={"left_on": today}) if edits else None,
        "events": core_selectors.timeline_of(row),
        "crumbs": [
            (_("Contacts"), reverse("institutions:contacts")),
            (row.partner.institution.name, reverse("institutions:partner", args=[row.partner.uid])),
            (row.full_name, ""),
        ],
    }
    return render(request, "institutions/contacts/page.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def contact_new(request: HttpRequest) -> HttpResponse:
    office = request.office  # type: ignore[attr-defined]
    chosen = Institution.objects.filter(uid=request.GET.get("university", ""))
    initial = {"university": list(chosen), "language": "tr" if chosen and chosen[0].country == "TR" else "en"}
    form = editing.form_of(request, lambda **options: NewContactForm(office, **options), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            uid = once(request, "contact", lambda: _add(request, form.cleaned_data))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The contact was written down."))
            return redirect(_then(request) or reverse("institutions:contact", args=[uid]))
    context = {
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "title": _("New contact"),
        "sentence": _("Somebody at a partner: what they do there and how to reach them."),
        "back": _then(request) or reverse("institutions:contacts"),
        "crumbs": [(_("Contacts"), reverse("institutions:contacts")), (_("New contact"), "")],
    }
    return render(request, "institutions/edit.html", context)


def _then(request: HttpRequest) -> str:
    """Where whoever writes somebody down came from and goes on; only a page of ours."""
    target = request.GET.get("then", "")
    is_ours = url_has_allowed_host_and_scheme(target, None, require_https=request.is_secure())
    return target if is_ours and target.startswith("/") else ""


def _add(request: HttpRequest, values: dict[str, Any]) -> Contact:
    scope = request.scope  # type: ignore[attr-defined]
    university = values.pop("university")
    partner = partner_of(scope.office_id, university, actor=request.user)
    return services.add(partner, actor=request.user, **values)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def contact_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = visible(request, uid)

    def make(**options: Any) -> ContactForm:
        return ContactForm(instance=Contact.objects.get(pk=row.pk), **options)

    def save(seen: int) -> None:
        services.change(row, seen, actor=request.user, **form.cleaned_data)

    form = editing.form_of(request, make)
    context = editing.change(request, row, form, save)
    if context.get("is_saved"):
        messages.success(request, _("The contact was saved."))
        return redirect("institutions:contact", uid=uid)
    url = selectors.url_of(row)
    crumbs = [(_("Contacts"), reverse("institutions:contacts")), (row.full_name, url), (_("Change"), "")]
    context |= {"title": row.full_name, "sentence": row.partner.institution.name, "back": url, "crumbs": crumbs}
    return render(request, "institutions/edit.html", context)


@require_POST
@allow(edits_partners)
def contact_confirm(request: HttpRequest, uid: str) -> HttpResponse:
    """The office itself knows that everything is right: it telephoned, or met the person."""
    row, today = visible(request, uid), timezone.localdate()
    return attempt(
        request,
        lambda: services.confirm(row, on=today, actor=request.user),
        _("Noted: everything is right today."),
        "institutions:contact",
        uid,
    )


@require_POST
@allow(edits_partners)
def contact_ask(request: HttpRequest, uid: str) -> HttpResponse:
    row, today = visible(request, uid), timezone.localdate()
    code = why_not_ask(row.email, row.asked_on, row.left_on, today)
    if code or not services.ask([row], on=today, actor=request.user):
        messages.error(request, texts.not_asked(row, code or ASKED_LATELY))
    else:
        messages.success(request, _("A mail goes to %(address)s.") % {"address": row.email})
    return redirect("institutions:contact", uid=uid)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def contact_left(request: HttpRequest, uid: str) -> HttpResponse:
    """Record that somebody is not there any more; the record and its history stay."""
    row, today = visible(request, uid), timezone.localdate()
    form = LeftForm(request.POST or None, initial={"left_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.leave(row, on=form.cleaned_data["left_on"], today=today, actor=request.user)
        except NotPossible as refusal:
            form.add_error("left_on", str(refusal))
        else:
            messages.success(request, _("No letter goes to %(name)s any more.") % {"name": row.full_name})
            return redirect("institutions:contact", uid=uid)
    url = selectors.url_of(row)
    crumbs = [(_("Contacts"), reverse("institutions:contacts")), (row.full_name, url), (_("Not there any more"), "")]
    context = {"form": form, "title": _("Not there any more"), "sentence": row.full_name, "back": url, "crumbs": crumbs}
    return render(request, "institutions/edit.html", context)


@require_POST
@allow(edits_partners)
def contact_back(request: HttpRequest, uid: str) -> HttpResponse:
    row = visible(request, uid)
    return attempt(
        request,
        lambda: services.come_back(row, actor=request.user),
        _("Written down as there again."),
        "institutions:contact",
        uid,
    )


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def contact_merge(request: HttpRequest, uid: str, other: str) -> HttpResponse:
    """Two entries of one person side by side; for every field it is chosen which stays."""
    kept, gone = visible(request, uid), visible(request, other)
    form = MergeContactsForm(kept, gone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.merge(kept, gone, values=form.values(), actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Both entries are one now."))
            return redirect("institutions:contact", uid=uid)
    url = selectors.url_of(kept)
    context = {
        "form": form,
        "kept": kept,
        "gone": gone,
        "back": url,
        "crumbs": [(_("Contacts"), reverse("institutions:contacts")), (kept.full_name, url), (_("Join"), "")],
    }
    return render(request, "institutions/contacts/merge.html", context)
