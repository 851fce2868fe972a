"""What everybody may know of our partners: where they are, how we work together, in which networks we meet."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from kervan.core.rules.turkish import sort_key
from kervan.core.scope import Scope
from kervan.institutions import public_kinds, reference
from kervan.institutions.models import Network, Partner, PartnerState
from kervan.institutions.rules.world_map import class_of, not_drawn
from kervan.institutions.selectors.directory import country_name


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the map. box: of the picture; scale: of its patterns; swatch: box of a sample of a shade."""

    box: str
    scale: str
    swatch: str


WORLD = Frame("0 0 4760 2100", "2.5", "0 0 240 160")
EUROPE = Frame("2140 95 870 490", "0.5", "0 0 48 32")


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country with its partners, and how the map shades it."""

    code: str
    name: str
    count: int
    shade: int
    outline: str = ""


@dataclass(frozen=True, slots=True)
class WorldMap:
    """countries: with partners, by name.  drawn: those the map shows.  missing: those it does not.  land: all else."""

    countries: list[CountryRow]
    drawn: list[CountryRow]
    missing: list[CountryRow]
    land: str


def public_partners(scope: Scope) -> QuerySet[Any]:
    """Return the active partners that the office shows."""
    rows: QuerySet[Any] = Partner.objects.in_office_of(scope).filter(is_public=True, state=PartnerState.ACTIVE)
    for narrowing in public_kinds.narrowings:
        rows = narrowing(rows)
    return rows.select_related("institution")


def with_kinds(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add a column `kind_CODE` per kind of partnership: what `kinds_of` and `of_kind` read. No further query."""
    return rows.annotate(**{f"kind_{one.code}": one.holds() for one in public_kinds.kinds})


def kinds_of(partner: Partner) -> str:
    """Return the kinds of partnership that hold today, in words."""
    return ", ".join(str(one.label) for one in public_kinds.kinds if getattr(partner, f"kind_{one.code}", False))


def of_kind(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Narrow to partners with a partnership of one kind."""
    return rows.filter(**{f"kind_{code}": True})


def counts_by_country(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many partners each country has, by the name of the country. One query."""
    pairs = rows.order_by().values_list("institution__country").annotate(count=Count("pk"))
    return dict(sorted(pairs, key=lambda pair: sort_key(country_name(pair[0]))))


def world_map(counts: dict[str, int]) -> WorldMap:
    """Return the map and the table beside it from partners per country. No query."""
    outlines, land = shapes()
    rows = {
        code: CountryRow(code, country_name(code), count, class_of(count), outlines.get(code, ""))
        for code, count in counts.items()
    }
    missing = not_drawn(counts, outlines)
    rest = "".join(path for code, path in outlines.items() if code not in rows)
    drawn = [row for row in rows.values() if row.outline]
    return WorldMap(list(rows.values()), drawn, [rows[code] for code in missing], land + rest)


@lru_cache
def shapes() -> tuple[dict[str, str], str]:
    """Return the outline of each country by its code, and that of areas without one. Antarctica is left out."""
    outlines = {code: path for code, path in reference.map_outlines() if code not in ("", "AQ")}
    return outlines, "".join(path for code, path in reference.map_outlines() if not code)


def public_networks(scope: Scope, today: date) -> QuerySet[Any]:
    """Return the networks that the office shows and still belongs to, with `member_count`. One query."""
    rows = Network.objects.in_office_of(scope).filter(Q(left_on__isnull=True) | Q(left_on__gte=today), is_public=True)
    return rows.annotate(member_count=Count("members")).order_by("name_en", "pk")
