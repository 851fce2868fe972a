"""The public directory of universities."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow, everyone, is_member
from kervan.institutions import selectors, texts
from kervan.institutions.models import Institution, Partner
from kervan.institutions.permissions import edits_partners, sees_partnership
from kervan.institutions.selectors.fact_sheets import has_public_sheet

CHARTER = [("valid", gettext_lazy("With a valid charter")), ("without", gettext_lazy("Without a valid charter"))]


@require_GET
@allow(everyone)
def directory(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = listing(
        request,
        Institution.objects.visible_to(request.scope).filter(merged_into__isnull=True),  # type: ignore[attr-defined]
        name="universities",
        caption=_("Universities"),
        columns=_columns(today),
        default_sort="name",
        filters=[
            Filter(
                "country",
                gettext_lazy("Country"),
                selectors.country_choices(),
                lambda rows, code: rows.filter(country=code),
            ),
            Filter(
                "charter",
                gettext_lazy("Erasmus charter"),
                CHARTER,
                lambda rows, code: selectors.by_charter(rows, code, today),
            ),
        ],
        search=_matching,
        empty=_("The directory is still empty. The office fills it with the list of accredited institutions."),
    )
    if isinstance(found, HttpResponse):
        return found
    keeps = edits_partners(request.scope)  # type: ignore[attr-defined]
    return render(request, "institutions/directory.html", {"listing": found, "frame": _frame(request), "keeps": keeps})


def _columns(today: date) -> list[Column]:
    return [
        Column("name", gettext_lazy("Name"), lambda row: row.name, sort="sort_key", link=_url),
        Column("code", gettext_lazy("Erasmus code"), lambda row: row.erasmus_code, sort="erasmus_code"),
        Column("city", gettext_lazy("City"), lambda row: row.city),
        Column("country", gettext_lazy("Country"), lambda row: selectors.country_name(row.country), sort="country"),
        Column("charter", gettext_lazy("Erasmus charter"), lambda row: texts.charter(row, today)[:2], kind="badge"),
        Column(
            "until", gettext_lazy("Charter ends on"), lambda row: row.charter_until, sort="charter_until", kind="date"
        ),
    ]


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _url(institution: Institution) -> str:
    return reverse("institutions:page", args=[institution.uid])


def _frame(request: HttpRequest) -> str:
    return "office.html" if is_member(request.scope) else "public.html"  # type: ignore[attr-defined]


@require_GET
@allow(everyone)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    institution = get_object_or_404(Institution.objects.visible_to(scope), uid=uid)
    if institution.merged_into:
        return redirect("institutions:page", uid=institution.merged_into.uid, permanent=True)
    badge, tone, sentence = texts.charter(institution, timezone.localdate())
    context = {
        "frame": _frame(request),
        "institution": institution,
        "country": selectors.country_name(institution.country),
        "charter": {"badge": badge, "tone": tone, "sentence": sentence},
        "units": selectors.units_of(institution),
        "has_facts": has_public_sheet(scope, institution),
        "sees_partnership": sees_partnership(scope),
        "partner": Partner.objects.visible_to(scope).filter(institution=institution).first(),
        "may_add": edits_partners(scope) and institution.office_id != scope.office_id,
    }
    return render(request, "institutions/page.html", context)
