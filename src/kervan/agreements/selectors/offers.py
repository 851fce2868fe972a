"""What of our agreements a call may offer."""

from collections import defaultdict
from dataclasses import dataclass

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
from kervan.agreements.selectors.agreements import quota
from kervan.core.models import Office


@dataclass(frozen=True, slots=True)
class OfferableLine:
    """A line that a call may offer: its agreement holds in `terms` of the academic year and something of it is left."""

    condition: Condition
    agreement: Agreement
    terms: tuple[str, ...]
    left: quotas.Left


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
        left = quotas.left(quota(condition), uses[condition.line_uid])
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
        agreement_version__agreement__sample_of="",
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
