"""Our partners in the world, for everybody: map, table, list, networks."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from kervan.core.lists import Column, Filter, Listing, listing
from kervan.core.permissions import allow, everyone
from kervan.institutions import public_kinds, reference
from kervan.institutions.models import Partner
from kervan.institutions.rules.world_map import opens_on_europe
from kervan.institutions.selectors import public as selectors
from kervan.institutions.selectors.directory import country_name

VIEWS = {
    "world": (gettext_lazy("World"), selectors.WORLD),
    "europe": (gettext_lazy("Europe"), selectors.EUROPE),
}
PAGE_ROWS = 25
CLASSES = (gettext_lazy("1 university"), gettext_lazy("2 to 4"), gettext_lazy("5 to 9"), gettext_lazy("10 and more"))


@require_GET
@allow(everyone)
def partners(request: HttpRequest) -> HttpResponse:
    """Map, countries, list and networks; what is searched for comes first."""
    rows = _rows(request)
    counts = selectors.counts_by_country(rows)
    found = _listing(request, rows, country_choices=[(code, country_name(code)) for code in counts])
    if isinstance(found, HttpResponse):
        return found
    shown = _shown(request, counts)
    context = {
        "listing": found,
        "map": selectors.world_map(counts),
        "sentence": _sentence(sum(counts.values()), len(counts)),
        "views": _views(shown),
        "frame": VIEWS[shown][1],
        "classes": list(enumerate(CLASSES, 1)),
        "networks": selectors.public_networks(request.scope, timezone.localdate()),  # type: ignore[attr-defined]
    }
    return render(request, "institutions/public_partners.html", context)


@require_GET
@allow(everyone)
def country(request: HttpRequest, country: str) -> HttpResponse:
    """Our partners in one country."""
    known = reference.country(country)
    if known is None or known.iso2 != country:
        raise Http404
    rows = _rows(request).filter(institution__country=country)
    found = _listing(request, rows)
    if isinstance(found, HttpResponse):
        return found
    return render(request, "institutions/public_country.html", {"listing": found, "country": known})


def _rows(request: HttpRequest) -> QuerySet[Any]:
    return selectors.public_partners(request.scope)  # type: ignore[attr-defined]


def _sentence(universities: int, countries: int) -> str:
    if not universities:
        return _("Where our students, teachers and staff can go, and from where they come to us.")
    parts = {
        "universities": ngettext("%(count)d university", "%(count)d universities", universities)
        % {"count": universities},
        "countries": ngettext("%(count)d country", "%(count)d countries", countries) % {"count": countries},
    }
    return _("We work together with %(universities)s in %(countries)s.") % parts


def _shown(request: HttpRequest, counts: dict[str, int]) -> str:
    """The part of the world asked for, else the one where our partners are."""
    asked = request.GET.get("view", "")
    return asked if asked in VIEWS else "europe" if opens_on_europe(counts) else "world"


def _views(shown: str) -> list[dict[str, Any]]:
    url = reverse("institutions:public_partners")
    return [
        {"label": label, "url": f"{url}?view={code}#map", "is_current": code == shown}
        for code, (label, _frame) in VIEWS.items()
    ]


def _listing(
    request: HttpRequest, rows: QuerySet[Any], country_choices: list[tuple[str, str]] | None = None
) -> Listing | HttpResponse:
    columns = [
        Column("name", gettext_lazy("University"), lambda row: row.institution.name, sort="sort_key", link=_url),
        Column("city", gettext_lazy("City"), lambda row: row.institution.city),
        Column("kinds", gettext_lazy("How we work together"), selectors.kinds_of),
    ]
    if request.office and request.office.is_demo:  # type: ignore[attr-defined]
        columns.append(Column("invented", gettext_lazy("Invented"), lambda row: row.is_invented, kind="mark"))
    filters = [_kind_filter()]
    if country_choices is not None:
        columns.insert(2, Column("country", gettext_lazy("Country"), lambda row: country_name(row.institution.country)))
        filters.insert(0, _country_filter(country_choices))
    return listing(
        request,
        selectors.with_kinds(rows),
        name="public_partners",
        caption=_("Partner universities"),
        columns=columns,
        default_sort="name",
        filters=filters,
        search=_matching,
        empty=_("No partner university is shown yet."),
        page_rows=PAGE_ROWS,
    )


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _url(partner: Partner) -> str:
    return reverse("institutions:page", args=[partner.institution.uid])


def _kind_filter() -> Filter:
    choices = [(one.code, one.label) for one in public_kinds.kinds]
    return Filter("kind", gettext_lazy("How we work together"), choices, selectors.of_kind)


def _country_filter(choices: list[tuple[str, str]]) -> Filter:
    return Filter(
        "country", gettext_lazy("Country"), choices, lambda rows, code: rows.filter(institution__country=code)
    )
