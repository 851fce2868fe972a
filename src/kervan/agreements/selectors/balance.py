"""Exchange with partners by academic year: what was agreed and used each way, for the list and for one partner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kervan.agreements.models import Agreement, AgreementVersion, Condition, Direction, LineUse
from kervan.agreements.rules import balance, quotas
from kervan.core.scope import Scope
from kervan.institutions.models import Partner

YEARS_BEFORE, YEARS_AFTER = 4, 1
RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class PartnerYear:
    """One academic year with one partner."""

    academic_year: int
    figures: balance.Year


@dataclass(frozen=True, slots=True)
class LineTotal:
    """A line in force with what it grants over its whole agreement; years None when it has no end."""

    condition: Condition
    agreement: Agreement
    years: int | None
    total: balance.Amount
    used: balance.Amount


def with_balance(rows: QuerySet[Any], academic_year: int) -> QuerySet[Any]:
    """Add to partners what was agreed and used in a year: agreed_out, agreed_in, used_out, used_in, difference.

    People only; `difference` is received less sent. Agreed is what versions in force grant that hold on a day of the
    year, each agreement by its newest. Agreements of other universities, brought in to try the software, do not count.
    Adds no query.
    """
    return rows.annotate(
        agreed_out=_agreed(academic_year, Direction.OUTGOING),
        agreed_in=_agreed(academic_year, Direction.INCOMING),
        used_out=_used(academic_year, Direction.OUTGOING),
        used_in=_used(academic_year, Direction.INCOMING),
    ).annotate(difference=F("used_in") - F("used_out"))


def _agreed(academic_year: int, direction: str) -> Coalesce:
    lines = Condition.objects.filter(
        _newest(academic_year),
        agreement_version__agreement__institution=OuterRef("institution"),
        agreement_version__agreement__sample_of="",
        office=OuterRef("office"),
        direction=direction,
    )
    return _sum(lines, "people_per_year")


def _newest(academic_year: int) -> Q:
    """Lines of the newest version in force of each agreement that holds on a day of the year."""
    holds = _holds(academic_year)
    newer = AgreementVersion.objects.filter(
        holds,
        in_force_since__isnull=False,
        agreement=OuterRef("agreement_version__agreement"),
        number__gt=OuterRef("agreement_version__number"),
    )
    version = {"agreement_version__in_force_since__isnull": False}
    ended = Q(agreement_version__agreement__ends_on__lt=date(academic_year, 9, 1))
    return Q(_holds(academic_year, "agreement_version__"), ~ended, ~Exists(newer), **version)


def _holds(academic_year: int, prefix: str = "") -> Q:
    first, last = date(academic_year, 9, 1), date(academic_year + 1, 8, 31)
    until = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": first})
    return Q(**{f"{prefix}valid_from__lte": last}) & until


def _used(academic_year: int, direction: str) -> Coalesce:
    lines = Condition.objects.filter(
        agreement_version__agreement__institution=OuterRef(OuterRef("institution")),
        agreement_version__agreement__sample_of="",
        direction=direction,
    ).values("line_uid")
    uses = LineUse.objects.filter(office=OuterRef("office"), academic_year=academic_year, line_uid__in=lines)
    return _sum(uses, "people")


def _sum(rows: QuerySet[Any], field: str) -> Coalesce:
    grouped = rows.order_by().values("office").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(grouped), 0)


def with_any(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow partners to those with an agreement of ours."""
    agreements = Agreement.objects.filter(office=OuterRef("office"), institution=OuterRef("institution"), sample_of="")
    return rows.filter(Exists(agreements))


def of_partner(scope: Scope, partner: Partner, academic_year: int) -> list[PartnerYear]:
    """Return the years around one, newest first, with all their figures. Two queries."""
    lines = list(_lines(scope, partner))
    uses = _uses(partner.office_id, {line.line_uid for line in lines})
    every = range(academic_year + YEARS_AFTER, academic_year - YEARS_BEFORE - 1, -1)
    return [PartnerYear(year, _figures(lines, uses, year)) for year in every]


def _lines(scope: Scope, partner: Partner) -> QuerySet[Any]:
    rows = Condition.objects.filter(
        agreement_version__agreement__in=Agreement.objects.visible_to(scope),
        agreement_version__agreement__institution=partner.institution_id,
        agreement_version__agreement__sample_of="",
        agreement_version__in_force_since__isnull=False,
    ).select_related("unit", "agreement_version__agreement")
    return rows.order_by("agreement_version__agreement_id", "-agreement_version__number", "pk")


def _uses(office_id: int, line_uids: Iterable[str]) -> Mapping[tuple[str, int], balance.Amount]:
    found: dict[tuple[str, int], balance.Amount] = defaultdict(balance.Amount)
    rows = LineUse.objects.filter(office_id=office_id, line_uid__in=list(line_uids))
    for line_uid, year, people, months in rows.values_list("line_uid", "academic_year", "people", "months"):
        found[line_uid, year] += balance.Amount(people, months)
    return found


def _figures(
    lines: Iterable[Condition], uses: Mapping[tuple[str, int], balance.Amount], academic_year: int
) -> balance.Year:
    agreed = {code: balance.Amount() for code in Direction.values}
    used = {code: balance.Amount() for code in Direction.values}
    newest: dict[int, int] = {}
    counted: set[str] = set()
    for line in lines:
        version = line.agreement_version
        if line.direction not in agreed:
            continue
        if line.line_uid not in counted:
            counted.add(line.line_uid)
            used[line.direction] += uses.get((line.line_uid, academic_year), balance.Amount())
        if _in_year(version, academic_year) and newest.setdefault(version.agreement_id, version.pk) == version.pk:
            agreed[line.direction] += amount_of(line)
    out, into = Direction.OUTGOING, Direction.INCOMING
    return balance.Year(agreed[out], agreed[into], used[out], used[into])


def _in_year(version: AgreementVersion, academic_year: int) -> bool:
    until = quotas.last_day(version.valid_until, version.agreement.ends_on)
    begins_in_time = version.valid_from <= date(academic_year + 1, 8, 31)
    return begins_in_time and (until is None or until >= date(academic_year, 9, 1))


def amount_of(line: Condition) -> balance.Amount:
    """Return what a line grants in a year."""
    return balance.Amount(line.people_per_year or 0, line.months_per_year or Decimal(0), line.days_per_year or 0)


def totals_of(scope: Scope, partner: Partner) -> list[LineTotal]:
    """Return the lines of the newest versions in force with what they grant over the whole agreement. Two queries."""
    lines = list(_lines(scope, partner))
    uses = _uses(partner.office_id, {line.line_uid for line in lines})
    newest: dict[int, int] = {}
    found = []
    for line in lines:
        version = line.agreement_version
        if newest.setdefault(version.agreement_id, version.pk) != version.pk:
            continue
        until = quotas.last_day(version.valid_until, version.agreement.ends_on)
        is_known = until is not None and until >= version.valid_from
        years = balance.academic_years(version.valid_from, until) if until and is_known else None
        used = [amount for (line_uid, _year), amount in uses.items() if line_uid == line.line_uid]
        total = balance.over_the_agreement(amount_of(line), years) if years else amount_of(line)
        found.append(LineTotal(line, version.agreement, years, total, sum(used, balance.Amount())))
    return found


def recordable(scope: Scope, partner: Partner) -> list[Condition]:
    """Return the lines of a partner on which past exchange may be recorded, each once. One query."""
    found: dict[str, Condition] = {}
    for line in _lines(scope, partner):
        found.setdefault(line.line_uid, line)
    return list(found.values())


def recorded_use(office_id: int, line_uid: str, academic_year: int) -> balance.Amount:
    """Return what the office recorded by hand for a line and year. One query."""
    rows = LineUse.objects.filter(office_id=office_id, line_uid=line_uid, academic_year=academic_year, source=RECORDED)
    row = rows.first()
    return balance.Amount(row.people, row.months) if row else balance.Amount()
