"""Partners as lists and pages need them."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kervan.core.rules.turkish import search_key
from kervan.core.scope import Scope
from kervan.institutions import reference
from kervan.institutions.models import Contact, Institution, Network, Partner, Visit
from kervan.institutions.rules import freshness
from kervan.institutions.rules.likeness import UNIVERSITY_LIKENESS, likeness
from kervan.institutions.selectors.directory import country_name

MOST_ALIKE = 8
VISITS = 10


def for_list(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Partners with their institution, who looks after them, and `people`: contacts who are there."""
    there = Count("contacts", filter=Q(contacts__left_on__isnull=True))
    return rows.select_related("institution", "responsible").annotate(people=there)


def with_fresh_contact(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow to partners that have (`fresh`) or lack (`none`) a contact confirmed within twelve months."""
    fresh = Contact.objects.filter(
        partner=OuterRef("pk"), left_on__isnull=True, confirmed_on__gte=freshness.fresh_since(today)
    )
    return rows.filter(Exists(fresh)) if code == "fresh" else rows.filter(~Exists(fresh))


def by_charter(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow by the Erasmus charter: `valid` today, `gone` from the list, or `without` a valid one."""
    if code == "gone":
        return rows.filter(institution__charter_gone_on__isnull=False)
    valid = Q(
        institution__charter_from__lte=today,
        institution__charter_until__gte=today,
        institution__charter_gone_on__isnull=True,
    )
    return rows.filter(valid) if code == "valid" else rows.exclude(valid)


def country_choices(scope: Scope) -> list[tuple[str, str]]:
    """The countries in which we have partners, in the reader's order. One query."""
    codes = Partner.objects.visible_to(scope).order_by().values_list("institution__country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes), key=lambda one: search_key(one[1]))


def visits_of(partner: Partner) -> list[Visit]:
    """The latest visits. One query."""
    return list(partner.visits.order_by("-starts_on", "-pk")[:VISITS])


def networks_of(partner: Partner) -> list[Network]:
    """Our networks to which the partner belongs. One query."""
    rows = Network.objects.filter(office_id=partner.office_id, left_on__isnull=True)
    here = Q(members=partner.institution_id) | Q(coordinator=partner.institution_id)
    return list(rows.filter(here).distinct().order_by("pk"))


def alike(name: str, country: str, *, but: int = 0) -> list[Institution]:
    """Return entries of the directory in a country that may be the same university, the most alike first. One query.

    Compared are both names, folded; a country has at most some hundred universities.
    """
    key = search_key(name)
    rows = Institution.objects.filter(country=country, merged_into__isnull=True).exclude(pk=but)
    scored = [(max(likeness(key, search_key(one.name)), likeness(key, search_key(one.name_en))), one) for one in rows]
    near = sorted((pair for pair in scored if pair[0] >= UNIVERSITY_LIKENESS), key=lambda pair: -pair[0])
    return [one for _score, one in near[:MOST_ALIKE]]


def is_country(code: str) -> bool:
    """Whether a code is one of the countries we know."""
    return reference.country(code) is not None
