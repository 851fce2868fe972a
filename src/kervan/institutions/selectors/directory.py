"""Institutions and units as pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kervan.core.rules.turkish import sort_key
from kervan.institutions import reference
from kervan.institutions.models import Institution, Unit


@dataclass(slots=True)
class Branch:
    """A unit with what lies under it, for a page."""

    unit: Unit
    children: list["Branch"] = field(default_factory=list)


def tree_of(units: Iterable[Unit]) -> list[Branch]:
    """Put units in their tree; each level keeps the given order."""
    branches = {unit.pk: Branch(unit) for unit in units}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.children if above else roots).append(branch)
    return roots


def units_of(institution: Institution) -> list[Branch]:
    """Return the units of an institution as a tree in the order of the alphabet. One query."""
    return tree_of(institution.units.order_by("sort_key", "pk"))


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) of the countries that have institutions, in the reader's order. One query."""
    codes = Institution.objects.order_by("country").values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes if code), key=lambda choice: sort_key(choice[1]))


def country_name(code: str) -> str:
    """Return a country's name in the reader's language; an unknown code stays as it is."""
    found = reference.country(code)
    return str(found.name) if found else code


def by_charter(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow to institutions whose charter is `valid` today, or to those `without` a valid one."""
    valid = Q(charter_from__lte=today, charter_until__gte=today, charter_gone_on__isnull=True)
    return rows.filter(valid) if code == "valid" else rows.exclude(valid)
