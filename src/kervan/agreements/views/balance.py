"""Balance and use with partners: the list by year, one partner's years, past exchange recorded by hand."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kervan.agreements import texts as agreement_texts
from kervan.agreements.forms.balance import PastUseForm, label
from kervan.agreements.permissions import edits_agreements, reads_agreements, reads_balance
from kervan.agreements.rules import balance as rules
from kervan.agreements.selectors import balance as selectors
from kervan.agreements.services import balance as services
from kervan.agreements.texts import balance as texts
from kervan.core import years
from kervan.core.errors import NotPossible
from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow
from kervan.institutions.models import Partner
from kervan.institutions.selectors import country_choices, country_name

YEARS_SHOWN = 6
LEANINGS = (
    (rules.SENT_MORE, gettext_lazy("We sent more")),
    (rules.RECEIVED_MORE, gettext_lazy("We received more")),
    (rules.EVEN, gettext_lazy("As many went as came")),
    (rules.NOBODY, gettext_lazy("Nobody went or came")),
)


@require_GET
@allow(reads_balance)
def balance_list(request: HttpRequest) -> HttpResponse:
    """All partners with what was agreed and used in one academic year."""
    today = timezone.localdate()
    year = _year(request, today)
    rows = Partner.objects.visible_to(request.scope).select_related("institution")  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.with_balance(selectors.with_any(rows), year),
        name="balance",
        caption=_("Balance by partner"),
        columns=_columns(),
        default_sort="partner",
        filters=_filters(today),
        search=_matching,
        empty=_("No partner has an agreement yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "agreements/balance/list.html", {"listing": found, "year": years.label(year)})


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _year(request: HttpRequest, today: date) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked in dict(_year_choices(today)) else years.of(today)


def _year_choices(today: date) -> list[tuple[str, str]]:
    current = years.of(today)
    return [(str(year), years.label(year)) for year in range(current + 1, current - YEARS_SHOWN, -1)]


def _columns() -> list[Column]:
    return [
        Column("partner", gettext_lazy("Partner"), lambda row: row.institution.name, sort="sort_key", link=_url),
        Column("country", gettext_lazy("Country"), lambda row: country_name(row.institution.country)),
        Column("agreed_out", gettext_lazy("May go"), lambda row: row.agreed_out, sort="agreed_out", kind="number"),
        Column("used_out", gettext_lazy("Went"), lambda row: row.used_out, sort="used_out", kind="number"),
        Column("agreed_in", gettext_lazy("May come"), lambda row: row.agreed_in, sort="agreed_in", kind="number"),
        Column("used_in", gettext_lazy("Came"), lambda row: row.used_in, sort="used_in", kind="number"),
        Column("difference", gettext_lazy("Came less went"), lambda row: row.difference, "difference", kind="number"),
        Column("balance", gettext_lazy("Balance"), texts.badge, kind="badge"),
    ]


def _url(row: Partner) -> str:
    return reverse("agreements:balance_of", args=[row.uid])


def _filters(today: date) -> list[Filter]:
    return [
        Filter("year", gettext_lazy("Academic year"), _year_choices(today), lambda rows, _year: rows),
        Filter("leaning", gettext_lazy("Balance"), LEANINGS, _leaning),
        Filter(
            "country",
            gettext_lazy("Country"),
            country_choices(),
            lambda rows, code: rows.filter(institution__country=code),
        ),
    ]


def _leaning(rows: Any, code: str) -> Any:
    conditions: dict[str, dict[str, int]] = {
        rules.SENT_MORE: {"difference__lt": 0},
        rules.RECEIVED_MORE: {"difference__gt": 0},
        rules.EVEN: {"difference": 0, "used_out__gt": 0},
        rules.NOBODY: {"used_out": 0, "used_in": 0},
    }
    return rows.filter(**conditions[code])


def _partner(request: HttpRequest, uid: str) -> Partner:
    rows = Partner.objects.visible_to(request.scope).select_related("institution")  # type: ignore[attr-defined]
    found: Partner = get_object_or_404(rows, uid=uid)
    return found


@require_GET
@allow(reads_agreements)
def balance_of(request: HttpRequest, uid: str) -> HttpResponse:
    """One partner's years side by side, as far as the reader sees the agreements; a part of the partner's page too."""
    partner, scope = _partner(request, uid), request.scope  # type: ignore[attr-defined]
    found = selectors.of_partner(scope, partner, years.of(timezone.localdate()))
    context = {
        "partner": partner,
        "rows": [_year_row(one) for one in found],
        "summary": texts.leaning(rules.added(one.figures for one in found)),
        "lines": [_line_row(one) for one in selectors.totals_of(scope, partner)],
        "edits": edits_agreements(scope),
        "crumbs": [
            (_("Partners"), reverse("institutions:partners")),
            (partner.institution.name, _partner_url(partner)),
            (_("Balance"), ""),
        ],
    }
    name = "agreements/balance/partner.html"
    return render(request, f"{name}#part" if request.headers.get("HX-Request") else name, context)


def _partner_url(partner: Partner) -> str:
    return reverse("institutions:partner", args=[partner.uid])


def _year_row(one: selectors.PartnerYear) -> dict[str, Any]:
    figures = one.figures
    return {
        "year": years.label(one.academic_year),
        "agreed_out": figures.agreed_out.people,
        "used_out": figures.used_out.people,
        "months_out": texts.months(figures.used_out),
        "agreed_in": figures.agreed_in.people,
        "used_in": figures.used_in.people,
        "months_in": texts.months(figures.used_in),
        "leaning": texts.leaning(figures),
        "tone": texts.TONES[figures.leaning],
    }


def _line_row(one: selectors.LineTotal) -> dict[str, Any]:
    return {
        "url": reverse("agreements:page", args=[one.agreement.uid]),
        "reference": one.agreement.reference,
        "words": label(one.condition),
        "year": agreement_texts.people(one.condition.people_per_year or 0),
        "length": texts.months(selectors.amount_of(one.condition)),
        "total": texts.total(one.total, one.years),
        "used": one.used.people,
        "most": one.total.people,
        "has_end": one.years is not None,
    }


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def record(request: HttpRequest, uid: str) -> HttpResponse:
    """Record past exchange on a line of a partner's agreements."""
    partner, scope = _partner(request, uid), request.scope  # type: ignore[attr-defined]
    lines = selectors.recordable(scope, partner)
    form = PastUseForm(request.POST or None, lines=lines, current_year=years.of(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            uses = {data["line"]: form.use()}
            services.record_past(partner.office_id, data["academic_year"], uses, actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The exchange is recorded."))
            return redirect("agreements:balance_of", uid)
    crumbs = [
        (partner.institution.name, _partner_url(partner)),
        (_("Balance"), reverse("agreements:balance_of", args=[uid])),
        (_("Record past exchange"), ""),
    ]
    context = {"partner": partner, "form": form, "has_lines": bool(lines), "crumbs": crumbs}
    return render(request, "agreements/balance/record.html", context, status=422 if form.errors else 200)
