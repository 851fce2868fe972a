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
    Approval,
    Condition,
    Direction,
    LineUse,
    VersionState,
)
from kervan.agreements.rules import quotas
from kervan.agreements.rules.checks import OF_CHARTERS
from kervan.agreements.states import OPEN
from kervan.core.models import Event

# Moves of a version that the agreement's own event says already.
SAID_BY_AGREEMENT = ("agreementversion.put_in_force", "agreementversion.record_in_force", "agreementversion.supersede")


@dataclass(frozen=True, slots=True)
class Line:
    """A condition line with its use in one academic year."""

    condition: Condition
    used: quotas.Use
    left: quotas.Left


def with_figures(rows: QuerySet[Any], academic_year: int) -> QuerySet[Any]:
    """Add to agreements: shown_version (key), shown_state, until, waiting, lines; places and used (outgoing only).

    waiting: whether a version is on its way.
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
        shown_state=_of_shown("state"),
        waiting=Exists(versions.filter(in_force_since__isnull=True, state__in=OPEN)),
        lines=_total(lines, Count("pk")),
        places=_total(going, Sum("people_per_year")),
        used=_total(of_year.filter(line_uid__in=of_lines), Sum("people")),
    )


def with_last_day(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add to agreements: until and waiting, by the version in force alone; for counts over many rows. Adds no query."""
    versions = AgreementVersion.objects.filter(agreement=OuterRef("pk"))
    in_force = versions.filter(state=VersionState.IN_FORCE).values("valid_until")
    return rows.annotate(
        until=Coalesce("ends_on", Subquery(in_force[:1])),
        waiting=Exists(versions.filter(in_force_since__isnull=True, state__in=OPEN)),
    )


def _of_shown(field: str) -> Subquery:
    return Subquery(AgreementVersion.objects.filter(pk=OuterRef("shown_version")).values(field))


def _total(rows: QuerySet[Any], aggregate: Aggregate) -> Coalesce:
    """One figure over related rows, 0 for none."""
    grouped = rows.order_by().values("office").annotate(total=aggregate).values("total")
    return Coalesce(Subquery(grouped), 0)


def in_standing(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow agreements to those that stand so today; the same answer as `quotas.standing`.

    Asks the versions in force by their index: the last day that `with_figures` computes would be computed for all rows.
    """
    near = quotas.months_later(today, quotas.ENDING_MONTHS)
    lasts = _last_day(valid_until__isnull=True) | _last_day(valid_until__gte=near)
    over = _last_day(valid_until__lt=today)
    in_force, terminated = Q(state=AgreementState.IN_FORCE), Q(state=AgreementState.TERMINATED)
    conditions = {
        quotas.DRAFT: Q(state=AgreementState.DRAFT),
        quotas.IN_FORCE: in_force & lasts,
        quotas.ENDING: (in_force & _last_day(valid_until__gte=today, valid_until__lt=near))
        | (terminated & _last_day(valid_until__gte=today)),
        quotas.EXPIRED: in_force & over,
        quotas.TERMINATED: terminated & over,
    }
    return rows.filter(conditions[code])


def _last_day(**of_version: Any) -> Q:
    """The condition on the last day: of the version in force, or the earlier one of a termination."""
    versions = AgreementVersion.objects.filter(state=VersionState.IN_FORCE, **of_version)
    of_head = {name.replace("valid_until", "ends_on"): value for name, value in of_version.items()}
    by_itself = Q(ends_on__isnull=True, pk__in=versions.values("agreement_id"))
    return by_itself if "ends_on__isnull" in of_head else by_itself | Q(ends_on__isnull=False, **of_head)


def waiting_in(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Narrow agreements to those with a version on its way in this state."""
    versions = AgreementVersion.objects.filter(agreement=OuterRef("pk"), in_force_since__isnull=True)
    return rows.filter(Exists(versions.filter(state=state)))


def waiting_counts(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many versions of agreements are on their way, by state. One query."""
    going = rows.exclude(state=AgreementState.TERMINATED)
    waiting = AgreementVersion.objects.filter(agreement__in=going.values("pk"), in_force_since__isnull=True)
    return dict(waiting.filter(state__in=OPEN).order_by().values_list("state").annotate(Count("pk")))


def with_lost_charter(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Narrow agreements to those that need a charter of the partner which was withdrawn or has ended."""
    gone = Q(institution__charter_gone_on__isnull=False) | Q(institution__charter_until__lt=today)
    return rows.filter(gone, kind__in=OF_CHARTERS).exclude(state=AgreementState.TERMINATED)


def standing(agreement: Agreement, version: AgreementVersion, today: date) -> str:
    """Return how an agreement stands with the version that is shown. No query."""
    return quotas.standing(agreement.state, quotas.last_day(version.valid_until, agreement.ends_on), today)


def versions_of(agreement: Agreement) -> list[AgreementVersion]:
    """Return all versions, newest first. One query."""
    return list(agreement.versions.order_by("-number"))


def shown(versions: Sequence[AgreementVersion]) -> AgreementVersion:
    """Return the version that counts among those of one agreement, newest first: in force, else the draft."""
    return next((one for one in versions if one.in_force_since), versions[0])


def first_in_force(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    """Return the earliest version of one agreement that was put in force, if one was."""
    return next((one for one in reversed(versions) if one.in_force_since), None)


def draft_of(versions: Sequence[AgreementVersion]) -> AgreementVersion | None:
    """Return the newest version of one agreement when it still waits for something: a draft, or on its way."""
    newest = versions[0]
    return newest if newest.in_force_since is None and newest.state in OPEN else None


def open_version(agreement: Agreement) -> AgreementVersion | None:
    """Return the version that is not in force yet, if one waits. One query."""
    return draft_of(versions_of(agreement))


def lines_of(version: AgreementVersion, academic_year: int) -> list[Line]:
    """Return the lines of a version with their use in an academic year. Two queries."""
    conditions = list(version.conditions.select_related("unit").order_by("-direction", "pk"))
    uses = uses_of(version.office_id, academic_year, [one.line_uid for one in conditions])
    return [_line(one, uses[one.line_uid]) for one in conditions]


def _line(condition: Condition, uses: Iterable[quotas.Use]) -> Line:
    taken = list(uses)
    used = quotas.Use(sum(use.people for use in taken), sum((use.months for use in taken), Decimal(0)))
    return Line(condition, used, quotas.left(quota(condition), taken))


def quota(condition: Condition) -> quotas.Quota:
    """Return what a line grants."""
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


def events_of(agreement: Agreement) -> QuerySet[Event]:
    """Return what happened to an agreement, its versions and the decisions on them, newest first. One query."""
    versions = AgreementVersion.objects.filter(agreement=agreement)
    approvals = Approval.objects.filter(agreement_version__agreement=agreement)
    of_subject = (
        Q(subject_type="agreement", subject_uid=agreement.uid)
        | Q(subject_type="agreementversion", subject_uid__in=versions.values("uid"))
        | Q(subject_type="approval", subject_uid__in=approvals.values("uid"))
    )
    rows = Event.objects.filter(of_subject, office_id=agreement.office_id).exclude(kind__in=SAID_BY_AGREEMENT)
    return rows.select_related("actor").order_by("-pk")
