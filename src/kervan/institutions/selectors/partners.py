"""Partners as lists and pages need them."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kervan.core.rules.turkish import search_key
from kervan.core.scope import Scope
from kervan.institutions.models import Contact, Institution, Network, Partner, Visit
from kervan.institutions.rules import freshness
from kervan.institutions.rules.likeness import UNIVERSITY_LIKENESS, likeness, nearest
from kervan.institutions.selectors.directory import country_name

MOST_ALIKE = 8
MOST_PAIRS = 100
VISITS = 10


def for_list(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Partners with their institution, who looks after them, and `people`: contacts who are there.

    Counted for the rows of the page alone: a join would group all contacts first.
    """
    there = Contact.objects.filter(partner=OuterRef("pk"), left_on__isnull=True).order_by()
    count = there.values("partner").annotate(count=Count("pk")).values("count")
    return rows.select_related("institution", "responsible").annotate(people=Coalesce(Subquery(count), 0))


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


def duplicates(office_id: int, country: str) -> list[tuple[Institution, Institution]]:
    """Return pairs of entries in a country that may be one university, ours or those without a PIC against all others.

    The first of a pair is the one to keep: accredited before not, older before newer. Two accredited ones are two
    universities. Two queries; a country has at most some two thousand entries.
    """
    rows = list(Institution.objects.filter(country=country, merged_into__isnull=True).order_by("pk"))
    ours = set(
        Partner.objects.filter(office_id=office_id, institution__country=country).values_list("institution", flat=True)
    )
    keys = [[search_key(one.name), search_key(one.name_en)] for one in rows]
    pairs: set[tuple[int, int]] = set()
    for place, row in enumerate(rows):
        if row.pk in ours or not row.pic:
            pairs |= {_pair(rows, place, near) for near in _near(keys, place)}
    found = [(rows[one], rows[other]) for one, other in sorted(pairs)]
    return [pair for pair in found if not (pair[0].pic and pair[1].pic)][:MOST_PAIRS]


def _near(keys: list[list[str]], place: int) -> set[int]:
    """Places of the entries of which one name is nearly one of this entry's names."""
    found: set[int] = set()
    for name in filter(None, keys[place]):
        for column in (0, 1):
            others = {at: pair[column] for at, pair in enumerate(keys) if at != place and pair[column]}
            found.update(nearest(name, others))
    return found


def _pair(rows: list[Institution], one: int, other: int) -> tuple[int, int]:
    first, second = sorted((one, other), key=lambda at: (not rows[at].pic, rows[at].pk))
    return first, second
