"""Past exchange that no call of ours knows of: recorded by the office, line by line."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kervan.agreements.models import Condition, LineUse
from kervan.agreements.selectors.balance import RECORDED
from kervan.agreements.services.uses import record_uses
from kervan.core.errors import NotPossible
from kervan.core.models import Office


@transaction.atomic
def record_past(office_id: int, academic_year: int, uses: Mapping[str, tuple[int, Decimal]], *, actor: Any) -> None:
    """State what went on these lines in a year besides the calls: line_uid -> (people, months); zeros take it back.

    Lines that are not named keep what was recorded for them. Raises NotPossible when a line is not ours.
    """
    Office.objects.select_for_update().get(pk=office_id)
    known = set(Condition.objects.filter(office_id=office_id, line_uid__in=uses).values_list("line_uid", flat=True))
    if set(uses) - known:
        raise NotPossible(_("This line does not belong to an agreement of ours."))
    rows = LineUse.objects.filter(office_id=office_id, academic_year=academic_year, source=RECORDED)
    before = {row.line_uid: (row.people, row.months) for row in rows}
    record_uses(office_id, academic_year, RECORDED, {**before, **uses}, actor=actor)
