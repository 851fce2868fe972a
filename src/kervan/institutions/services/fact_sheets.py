"""Writes to fact sheets: what exchange students and their offices must know of a university."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.institutions.models import FactSheet, Partner
from kervan.institutions.rules.fact_sections import SECTIONS

FIELDS = (
    "academic_year",
    *(name for names in SECTIONS.values() for name in names),
    "decision_weeks",
    "transcript_weeks",
)
SETTINGS = ("is_published", "confirmed_on")


def sheet_of(office_id: int, partner: Partner | None) -> FactSheet:
    """Return the fact sheet of a partner, or our own (partner None); an empty one is made where there is none."""
    sheet, _is_new = FactSheet.objects.get_or_create(office_id=office_id, partner=partner)
    found: FactSheet = sheet
    return found


@transaction.atomic
def save(fact_sheet: FactSheet, version_seen: int, values: Mapping[str, Any], *, actor: Any, by: str = "") -> FactSheet:
    """Save what was typed; Stale when somebody else saved since `version_seen`. Returns the fresh row.

    values: of `FIELDS` and `SETTINGS`, those left out stay. by: name of the partner's contact who wrote it by link
    (actor None). The history names the fields that changed, with both versions.
    """
    unknown = set(values) - {*FIELDS, *SETTINGS}
    if unknown:
        raise ValueError(f"no fields of a fact sheet: {', '.join(sorted(unknown))}")
    stored = FactSheet.objects.get(pk=fact_sheet.pk)
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    saved: FactSheet = save_if_current(stored, version_seen, **values)
    before = {name: _plain(getattr(stored, name)) for name in changed}
    after = {name: _plain(value) for name, value in changed.items()}
    if changed:
        history.record(saved, "fact_sheet.saved", actor=actor, by=by, before=before, after=after)
    return saved


@transaction.atomic
def confirm(fact_sheet: FactSheet, *, on: date, actor: Any, by: str = "") -> FactSheet:
    """Note that somebody read the sheet and found it right, without changing it."""
    fact_sheet.confirmed_on = on
    fact_sheet.save(update_fields=["confirmed_on"])
    history.record(fact_sheet, "fact_sheet.confirmed", actor=actor, by=by, on=str(on))
    return fact_sheet


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
