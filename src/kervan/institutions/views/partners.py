"""Partners in the workspace: the list, one partner with everything about it, how one is added."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kervan.core import registries
from kervan.core.errors import NotPossible
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.scope import Scope
from kervan.core.selectors import pages as core_selectors
from kervan.core.services import handover
from kervan.institutions import texts
from kervan.institutions.forms.inputs import Search
from kervan.institutions.forms.partners import HandOverForm, PartnerForm, UniversityForm
from kervan.institutions.models import Institution, Partner, PartnerState
from kervan.institutions.permissions import edits_partners, sees_contacts, sees_partnership
from kervan.institutions.selectors import choosing, country_name
from kervan.institutions.selectors import contacts as contact_selectors
from kervan.institutions.selectors import partners as selectors
from kervan.institutions.selectors.merged import successor
from kervan.institutions.services import partners as services
from kervan.institutions.views import editing

CHARTER = [
    ("valid", gettext_lazy("With a valid charter")),
    ("without", gettext_lazy("Without a valid charter")),
    ("gone", gettext_lazy("Charter withdrawn")),
]
FRESH = [
    ("fresh", gettext_lazy("Somebody confirmed within a year")),
    ("none", gettext_lazy("Nobody confirmed within a year")),
]
NOBODY = "nobody"


@require_GET
@allow(sees_partnership)
def partner_list(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.for_list(Partner.objects.visible_to(scope)),
        name="partners",
        caption=_("Partners"),
        columns=_columns(today),
        default_sort="name",
        filters=_filters(request, today),
        search=_matching,
        empty=_("No partner yet. Choose a university of the directory, or write down one that is in no list."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "institutions/partners/list.html", {"listing": found, "edits": edits_partners(scope)})


def _columns(today: date) -> list[Column]:
    return [
        Column("name", gettext_lazy("University"), str, sort="sort_key", link=url_of),
        Column("country", gettext_lazy("Country"), lambda row: country_name(row.institution.country)),
        Column("city", gettext_lazy("City"), lambda row: row.institution.city),
        Column("code", gettext_lazy("Erasmus code"), lambda row: row.institution.erasmus_code),
        Column("charter", gettext_lazy("Erasmus charter"), lambda row: _charter(row, today), kind="badge"),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display()),
        Column("people", gettext_lazy("Contacts"), lambda row: row.people, kind="number"),
        Column("responsible", gettext_lazy("Who looks after it"), lambda row: str(row.responsible or "")),
        Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
    ]


def _charter(row: Partner, today: date) -> tuple[str, str]:
    return texts.charter(row.institution, today)[:2]


def _filters(request: HttpRequest, today: date) -> list[Filter]:
    scope = request.scope  # type: ignore[attr-defined]
    members = registries.members(scope.office_id)
    return [
        Filter(
            "country",
            gettext_lazy("Country"),
            selectors.country_choices(scope),
            lambda rows, code: rows.filter(institution__country=code),
        ),
        Filter("state", gettext_lazy("State"), PartnerState.choices, lambda rows, code: rows.filter(state=code)),
        Filter(
            "charter",
            gettext_lazy("Erasmus charter"),
            CHARTER,
            lambda rows, code: selectors.by_charter(rows, code, today),
        ),
        Filter(
            "responsible",
            gettext_lazy("Who looks after it"),
            [(NOBODY, gettext_lazy("Nobody")), *((one.uid, str(one)) for one in members)],
            _of_colleague,
        ),
        Filter(
            "contact",
            gettext_lazy("Contacts"),
            FRESH,
            lambda rows, code: selectors.with_fresh_contact(rows, code, today),
        ),
    ]


def _of_colleague(rows: Any, uid: str) -> Any:
    return rows.filter(responsible__isnull=True) if uid == NOBODY else rows.filter(responsible__uid=uid)


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def url_of(row: Partner) -> str:
    return reverse("institutions:partner", args=[row.uid])


def visible(request: HttpRequest, uid: str) -> Partner:
    found: Partner = get_object_or_404(whole(request.scope), uid=uid)  # type: ignore[attr-defined]
    return found


def whole(scope: Scope) -> Any:
    """The partners that the reader sees, with what their page says."""
    return Partner.objects.visible_to(scope).select_related("institution", "responsible")


def moved(request: HttpRequest, subject_type: str, uid: str) -> HttpResponse:
    """Lead on from a record that was joined with another one."""
    into = successor(request.scope, subject_type, uid)  # type: ignore[attr-defined]
    if not into:
        raise Http404
    return redirect(f"institutions:{subject_type}", uid=into)


@require_GET
@allow(sees_partnership)
def partner(request: HttpRequest, uid: str) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    row = whole(scope).filter(uid=uid).first()
    if row is None:
        return moved(request, "partner", uid)
    badge, tone, sentence = texts.charter(row.institution, today)
    edits = edits_partners(scope)
    context = {
        "partner": row,
        "institution": row.institution,
        "country": country_name(row.institution.country),
        "charter": {"badge": badge, "tone": tone, "sentence": sentence},
        "sees_contacts": sees_contacts(scope),
        "contacts": contact_lines(contact_selectors.of_partner(row), today) if sees_contacts(scope) else [],
        "visits": selectors.visits_of(row),
        "networks": selectors.networks_of(row),
        "parts": _parts(row),
        "edits": edits,
        "hand_over_form": HandOverForm(registries.members(row.office_id)) if edits else None,
        "events": core_selectors.timeline_of(row),
        "crumbs": [(_("Partners"), reverse("institutions:partners")), (str(row), "")],
    }
    return render(request, "institutions/partners/page.html", context)


def contact_lines(rows: Any, today: date) -> list[dict[str, Any]]:
    """Contacts as a page shows them: the person, roles in words, how far to be trusted."""
    return [
        {
            "row": one,
            "url": contact_selectors.url_of(one),
            "roles": texts.roles(one.roles),
            "badge": texts.freshness(one, today),
            "sentence": texts.freshness_sentence(one, today),
        }
        for one in rows
    ]


def _parts(row: Partner) -> list[tuple[str, str]]:
    """Parts of this page that other apps make, as far as they are there: title and address."""
    wanted = [
        (_("Agreements"), "agreements:of_institution", row.institution.uid),
        (_("Balance"), "agreements:balance_of", row.uid),
        (_("Links for the partner"), "agreements:links", row.uid),
        (_("Fact sheet"), "institutions:fact_sheet_part", row.uid),
    ]
    return [(title, url) for title, name, uid in wanted if (url := _address(name, uid))]


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def partner_new(request: HttpRequest) -> HttpResponse:
    """Choose a university of the directory; whoever is not found there is written down."""
    if request.method == "POST":
        return _make(request)
    scope = request.scope  # type: ignore[attr-defined]
    office = request.office  # type: ignore[attr-defined]
    held = Partner.objects.visible_to(scope).values("institution_id")
    found = listing(
        request,
        choosing.choosable(office).exclude(pk__in=held),
        name="universities",
        caption=_("Universities that are no partners yet"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.name, sort="sort_key", link=_page_of),
            Column("code", gettext_lazy("Erasmus code"), lambda row: row.erasmus_code, sort="erasmus_code"),
            Column("city", gettext_lazy("City"), lambda row: row.city),
            Column("country", gettext_lazy("Country"), lambda row: country_name(row.country), sort="country"),
        ],
        default_sort="name",
        search=_matching,
        page_rows=20,
    )
    if isinstance(found, HttpResponse):
        return found
    crumbs = [(_("Partners"), reverse("institutions:partners")), (_("New partner"), "")]
    return render(request, "institutions/partners/new.html", {"listing": found, "crumbs": crumbs})


def _page_of(institution: Institution) -> str:
    return reverse("institutions:page", args=[institution.uid])


def _make(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    institution = get_object_or_404(Institution.objects.visible_to(scope), uid=request.POST.get("institution", ""))
    try:
        made = services.partner_of(scope.office_id, institution, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("institutions:page", uid=institution.uid)
    messages.success(request, _("“%(name)s” is one of our partners.") % {"name": institution.name})
    return redirect("institutions:partner", uid=made.uid)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def university_new(request: HttpRequest) -> HttpResponse:
    """A university that no list knows. Entries that may be the same are shown before anything is saved."""
    form = UniversityForm(request.POST or None)
    alike: list[Institution] = []
    if request.method == "POST" and form.is_valid():
        name, country = form.cleaned_data["name"], form.cleaned_data["country"]
        alike = selectors.alike(name, country)
        if not alike or "is_new" in request.POST:
            uid = once(request, "partner", lambda: _add_university(request, form))
            messages.success(request, _("“%(name)s” is one of our partners.") % {"name": name})
            return redirect("institutions:partner", uid=uid)
    context = {
        "form": form,
        "alike": alike,
        "key": request.POST.get("idempotency_key") or new_key(),
        "crumbs": [(_("Partners"), reverse("institutions:partners")), (_("New university"), "")],
    }
    return render(request, "institutions/partners/university_new.html", context)


def _add_university(request: HttpRequest, form: UniversityForm) -> Partner:
    scope = request.scope  # type: ignore[attr-defined]
    return services.add_university(scope.office_id, actor=request.user, **form.cleaned_data)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def partner_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = visible(request, uid)

    def make(**options: Any) -> PartnerForm:
        return PartnerForm(instance=Partner.objects.get(pk=row.pk), **options)

    def save(seen: int) -> None:
        services.change(row, seen, actor=request.user, **form.cleaned_data)

    form = editing.form_of(request, make)
    context = editing.change(request, row, form, save)
    if context.get("is_saved"):
        messages.success(request, _("The partner was saved."))
        return redirect("institutions:partner", uid=uid)
    context["crumbs"] = [(_("Partners"), reverse("institutions:partners")), (str(row), url_of(row)), (_("Change"), "")]
    return render(request, "institutions/edit.html", {"title": str(row), "back": url_of(row), **context})


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def partner_hand_over(request: HttpRequest, uid: str) -> HttpResponse:
    """Give a partner to a colleague; the reason goes with it."""
    row = visible(request, uid)
    form = HandOverForm(registries.members(row.office_id), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handover.hand_over(row, form.colleague(), reason=form.cleaned_data["reason"], actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Handed over."))
            return redirect("institutions:partner", uid=uid)
    crumbs = [(_("Partners"), reverse("institutions:partners")), (str(row), url_of(row)), (_("Hand over"), "")]
    context = {"form": form, "title": _("Hand over"), "sentence": str(row), "back": url_of(row), "crumbs": crumbs}
    return render(request, "institutions/edit.html", context)


@require_GET
@allow(edits_partners)
def choose(request: HttpRequest) -> HttpResponse:
    """What a search for universities finds while one types: those chosen already, then those found."""
    name = request.GET.get("name", "")
    if name not in ("university", "universities", "coordinator", "members", "partner"):
        name = "universities"
    widget = Search(is_many=request.GET.get("many") == "1")
    widget.office, widget.allows_own = request.office, request.GET.get("own") == "1"  # type: ignore[attr-defined]
    value = widget.value_from_datadict(request.GET, None, name)
    context = widget.get_context(name, value, {"id": f"id_{name}"})
    return render(request, "institutions/forms/choose.html#rows", context)
