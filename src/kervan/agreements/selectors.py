"""Agreements as pages, calls and queues need them, each in a stated number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kervan.agreements.models import (
    Agreement,
    AgreementState,
    AgreementVersion,
    Condition,
    Direction,
    LineUse,
    StayKind,
)
from kervan.agreements.rules import quotas
from kervan.core.models import Event, Office


@dataclass(frozen=True, slots=True)
class Line:
    """A condition line with its use in one academic year."""

    condition: Condition
    used: quotas.Use
    left: quotas.Left


@dataclass(frozen=True, slots=True)
class OfferableLine:
    """A line that a call may offer: its agreement holds in `terms` of the academic year and something of it is left."""

    condition: Condition
    agreement: Agreement
    terms: tuple[str, ...]
    left: quotas.Left


def with_figures(rows: QuerySet[Any], academic_year: int) -> QuerySet[Any]:
    """Add to agreements: shown_version (key), until, waiting (a draft version), lines; places and used (outgoing only).

    Shown is the newest version in force, before that the draft. Adds no query.
    """
    versions = AgreementVersion.objects.filter(agreement=OuterRef("pk"))
    in_force = versions.filter(in_force_since__isnull=False).order_by("-number")
    lines = Condition.objects.filter(agreement_version=OuterRef("shown_version"))
    going = lines.filter(direction=Direction.OUTGOING)
    of_year = LineUse.objects.filter(office=OuterRef("office"), academic_year=academic_year)
    of_lines = Condition.objects.filter(
        agreement_version=OuterRef(OuterRef("shown_version")), direction=Direction.OUTGOING
    ).values("line_uid")
    return rows.annotate(
        shown_version=Coalesce(
            Subquery(in_force.values("pk")[:1]), Subquery(versions.order_by("-number").values("pk")[:1])
        ),
        until=Coalesce("ends_on", _of_shown("valid_until")),
        valid_from=_of_shown("valid_from"),
        waiting=Exists(versions.filter(in_force_since__isnull=True)),
        lines=_total(lines, Count("pk")),
        places=_total(going, Sum("people_per_year")),
        used=_total(of_year.filter(line_uid__in=of_lines), Sum("people")),
    )


def _of_shown(field: str) -> Subquery:
    return Subquery(AgreementVersion.objects.filter(pk=OuterRef("shown_version")).values(field))


def _total(rows: QuerySet[Any], aggregate: Aggregate) -> Coalesce:
    """One figure over related rows, 0 for none."""
    grouped = rows.order_by().values("office").annotate(total=aggregate).values("total")
    return Coalesce(Subquery(grouped), 0)


def in_standing(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow agreements `with_figures` to those that stand so today; the same answer as `quotas.standing`."""
    near = quotas.months_later(today, quotas.ENDING_MONTHS)
    over, ends = Q(until__lt=today), Q(until__gte=today, until__lt=near)
    lasts = Q(until__isnull=True) | Q(until__gte=near)
    in_force, terminated = Q(state=AgreementState.IN_FORCE), Q(state=AgreementState.TERMINATED)
    conditions = {
        quotas.DRAFT: Q(state=AgreementState.DRAFT),
        quotas.IN_FORCE: in_force & lasts,
        quotas.ENDING: (in_force & ends) | (terminated & Q(until__gte=today)),
        quotas.EXPIRED: in_force & over,
        quotas.TERMINATED: terminated & over,
    }
    return rows.filter(conditions[code])


def standing(agreement: Agreement, version: AgreementVersion, today: date) -> str:
    """Return how an agreement stands with the version that is shown. No query."""
    return quotas.standing(agreement.state, quotas.last_day(version.valid_until, agreement.ends_on), today)


def versions_of(agreement: Agreement) -> list[AgreementVersion]:
    """Return all versions, newest first. One query."""
    return list(agreement.versions.order_by("-number"))


def shown(versions: Sequence[AgreementVersion]) -> AgreementVersion:
    """Return the version that counts among those of one agreement, newest first: in force, else the draft."""
    return next((one for one in versions if one.in_force_since), versions[0])


def draft_of(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    """Return the version that waits to be put in force, if any."""
    return next((one for one in versions if one.in_force_since is None), None)


def lines_of(version: AgreementVersion, academic_year: int) -> list[Line]:
    """Return the lines of a version with their use in an academic year. Two queries."""
    conditions = list(version.conditions.select_related("unit").order_by("-direction", "pk"))
    uses = uses_of(version.office_id, academic_year, [one.line_uid for one in conditions])
    return [_line(one, uses[one.line_uid]) for one in conditions]


def _line(condition: Condition, uses: Iterable[quotas.Use]) -> Line:
    taken = list(uses)
    used = quotas.Use(sum(use.people for use in taken), sum((use.months for use in taken), Decimal(0)))
    return Line(condition, used, quotas.left(_quota(condition), taken))


def _quota(condition: Condition) -> quotas.Quota:
    return quotas.Quota(condition.people_per_year or 0, condition.months_per_year)


def uses_of(office_id: int, academic_year: int, line_uids: Iterable[str] | None = None) -> dict[str, list[quotas.Use]]:
    """Return what each source takes of lines in an academic year; lines without use give an empty list. One query."""
    found: dict[str, list[quotas.Use]] = defaultdict(list)
    rows = LineUse.objects.filter(office_id=office_id, academic_year=academic_year)
    if line_uids is not None:
        rows = rows.filter(line_uid__in=list(line_uids))
    for line_uid, people, months in rows.values_list("line_uid", "people", "months"):
        found[line_uid].append(quotas.Use(people, months))
    return found


def offerable_lines(
    office: Office, academic_year: int, kind: str | None = None, *, source: str | None = None
) -> list[OfferableLine]:
    """Return the lines of outgoing study that a call for an academic year may offer, by partner. Two queries.

    kind: kind of agreement (`AgreementKind`), None for all. Offered are lines of versions in force that hold in at
    least one term of the year and have people and months left; of several versions the newest that holds. source: leave
    what this source uses itself out of the count (a call that is edited again).
    """
    uses = _uses_without(office.pk, academic_year, source)
    found = []
    for condition, terms in _lines_in_year(office, academic_year, kind):
        left = quotas.left(_quota(condition), uses[condition.line_uid])
        if terms and quotas.has_room(left):
            found.append(OfferableLine(condition, condition.agreement_version.agreement, terms, left))
    return found


def _uses_without(office_id: int, academic_year: int, source: str | None) -> dict[str, list[quotas.Use]]:
    rows = LineUse.objects.filter(office_id=office_id, academic_year=academic_year)
    found: dict[str, list[quotas.Use]] = defaultdict(list)
    for line_uid, people, months in rows.exclude(source=source or "").values_list("line_uid", "people", "months"):
        found[line_uid].append(quotas.Use(people, months))
    return found


def _lines_in_year(office: Office, academic_year: int, kind: str | None) -> list[tuple[Condition, tuple[str, ...]]]:
    """Outgoing study lines with their terms, each agreement by its newest version in force that holds in the year."""
    rows = Condition.objects.filter(
        office=office,
        direction=Direction.OUTGOING,
        kind=StayKind.STUDY,
        agreement_version__in_force_since__isnull=False,
        agreement_version__agreement__state__in=[AgreementState.IN_FORCE, AgreementState.TERMINATED],
    ).select_related("unit", "agreement_version__agreement__institution")
    if kind:
        rows = rows.filter(agreement_version__agreement__kind=kind)
    order = (
        "agreement_version__agreement__institution__sort_key",
        "agreement_version__agreement_id",
        "-agreement_version__number",
    )
    newest: dict[int, int] = {}
    found = []
    for condition in rows.order_by(*order, "pk"):
        version = condition.agreement_version
        covered = _covered(version, academic_year)
        if covered and newest.setdefault(version.agreement_id, version.pk) == version.pk:
            found.append((condition, quotas.offered_terms(condition.terms, covered)))
    return found


def _covered(version: AgreementVersion, academic_year: int) -> tuple[str, ...]:
    until = quotas.last_day(version.valid_until, version.agreement.ends_on)
    return quotas.covered_terms(version.valid_from, until, academic_year)


def events_of(agreement: Agreement) -> QuerySet[Event]:
    """Return what happened to an agreement, newest first. One query."""
    return Event.objects.about(agreement).select_related("actor").order_by("-pk")
