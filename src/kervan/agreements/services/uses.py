"""How much of the lines is used, told by whoever uses it: a call, a stay, the office."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from kervan.agreements.models import Condition, LineUse
from kervan.core import history


@transaction.atomic
def record_uses(
    office_id: int, academic_year: int, source: str, uses: Mapping[str, tuple[int, Decimal]], *, actor: Any
) -> None:
    """State all that one source takes in an academic year: line_uid -> (people, months). Repeating changes nothing.

    What the source used before and is not named any more is taken back. More than a line grants is recorded too: it is
    a fact, and shown as such. Each agreement whose figures change gets one event.
    """
    rows = LineUse.objects.select_for_update().filter(office_id=office_id, academic_year=academic_year, source=source)
    before = {row.line_uid: (row.people, row.months) for row in rows}
    after = {line_uid: use for line_uid, use in uses.items() if use[0] or use[1]}
    changed = {line_uid for line_uid in before.keys() | after.keys() if before.get(line_uid) != after.get(line_uid)}
    if not changed:
        return
    rows.filter(line_uid__in=changed).delete()
    LineUse.objects.bulk_create(
        LineUse(
            office_id=office_id, academic_year=academic_year, source=source, line_uid=one, people=use[0], months=use[1]
        )
        for one, use in after.items()
        if one in changed
    )
    _record_change(office_id, academic_year, source, {one: after.get(one, (0, Decimal(0))) for one in changed}, actor)


def _record_change(
    office_id: int, academic_year: int, source: str, changed: Mapping[str, tuple[int, Decimal]], actor: Any
) -> None:
    """One event per agreement with the people and months its changed lines have now."""
    lines = Condition.objects.filter(office_id=office_id, line_uid__in=changed).values_list(
        "agreement_version__agreement__uid", "line_uid"
    )
    by_agreement: dict[str, set[str]] = {}
    for agreement_uid, line_uid in lines:
        by_agreement.setdefault(agreement_uid, set()).add(line_uid)
    events = [
        (uid, {"academic_year": academic_year, "source": source, "people": sum(changed[one][0] for one in line_uids)})
        for uid, line_uids in by_agreement.items()
    ]
    history.record_many(office_id, "agreement", "agreement.use_recorded", events, actor=actor)
