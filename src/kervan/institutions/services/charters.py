"""A newer list of accredited institutions: uploaded, held against the directory, applied by a button.

The preview is kept with the upload. Applying compares anew: where the directory has changed meanwhile, the new preview
is shown instead, and nothing is written.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.models import Office, SheetImport, SheetState
from kervan.core.rules.spreadsheets import SpreadsheetError
from kervan.core.spreadsheet_messages import error_sentence
from kervan.institutions.models import Institution
from kervan.institutions.rules.charters import standing_of_missing
from kervan.institutions.rules.eche import EcheList, read_eche
from kervan.institutions.selectors.charters import KIND
from kervan.institutions.services import directory

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list against the directory: what would be written, whose charter is gone, whose is back."""

    plan: directory.Plan
    gone: list[Institution]
    back: list[Institution]
    listed: EcheList

    def preview(self) -> dict[str, Any]:
        """As it is shown and kept: plain values in the order of names."""
        changed = [_line(row) | {"fields": fields} for row, fields in self.plan.changed]
        refused = [
            {"row": one.row, "code": one.code, "value": one.value}
            for one in self.listed.problems
            if one.code not in directory.KEPT_ROWS
        ]
        return {
            "new": _lines(self.plan.created),
            "changed": sorted(changed, key=lambda line: line["name"]),
            "gone": _lines(self.gone),
            "back": _lines(self.back),
            "refused": refused,
            "unchanged": len(self.plan.unchanged),
        }


def _lines(rows: list[Institution]) -> list[dict[str, Any]]:
    return sorted((_line(row) for row in rows), key=lambda line: line["name"])


def _line(row: Institution) -> dict[str, Any]:
    return {"uid": row.uid, "pic": row.pic or "", "name": row.name, "country": row.country, "code": row.erasmus_code}


@transaction.atomic
def upload(office: Office, *, name: str, content: bytes, of_day: date, actor: Any) -> SheetImport:
    """Keep a list and what it would change. Raises NotPossible, in words, for a file that is no such list.

    of_day: the day of the list: whoever is missing in it lost the charter by then.
    """
    storage.refuse_size(name, len(content))
    comparison = _compared(name, content, of_day)
    preview = comparison.preview()
    stored = storage.store(office.pk, name, content, content_type=XLSX, actor=actor)
    return SheetImport.objects.create(
        office=office,
        kind=KIND,
        stored_file=stored,
        state=SheetState.PREVIEW,
        options={"of_day": of_day.isoformat()},
        preview=preview,
        counts=counts(preview),
        made_by=actor,
    )


def counts(preview: dict[str, Any]) -> dict[str, int]:
    """How many of each kind."""
    lists = {name: len(preview[name]) for name in ("new", "changed", "gone", "back", "refused")}
    return {**lists, "unchanged": preview["unchanged"]}


def _compared(name: str, content: bytes, of_day: date) -> Comparison:
    try:
        listed = read_eche(content, name)
    except SpreadsheetError as error:
        raise NotPossible(error_sentence(error)) from None
    if not listed.rows:
        raise NotPossible(_("The file holds no row of an accredited institution. Check that you chose the right file."))
    plan = directory.compare(directory.entry_of(row) for row in listed.rows.values())
    accredited = Institution.objects.filter(pic__isnull=False, charter_until__isnull=False, merged_into__isnull=True)
    missing = [row for row in accredited.exclude(charter_gone_on__isnull=False) if row.pic not in listed.rows]
    gone = [row for row in missing if standing_of_missing(row.charter_until, of_day) == "gone"]
    back = list(Institution.objects.filter(charter_gone_on__isnull=False, pic__in=listed.rows))
    return Comparison(plan, gone, back, listed)


@transaction.atomic
def apply(sheet: SheetImport, *, is_whole: bool, actor: Any) -> SheetImport:
    """Write what the preview showed. Raises NotPossible when it is applied or put aside already.

    A list in which more than a twentieth of the charters is missing needs `is_whole`: somebody looked and says that
    the list is complete. When the directory changed since, the new preview is kept and nothing else is written.
    """
    locked = SheetImport.objects.select_for_update().get(pk=sheet.pk)
    if locked.state != SheetState.PREVIEW:
        raise NotPossible(_("This list was applied or put aside already."))
    if is_suspicious(locked.counts) and not is_whole:
        raise NotPossible(
            _("Very many charters are missing in this list. Tick that the list is complete, or discard it.")
        )
    of_day = date.fromisoformat(locked.options["of_day"])
    content = storage.content_of(locked.stored_file, actor=actor)
    comparison = _compared(locked.stored_file.name, content, of_day)
    if _differs(locked, comparison.preview()):
        return locked
    _write(comparison, of_day)
    locked.state, locked.applied_at, locked.version = SheetState.APPLIED, timezone.now(), locked.version + 1
    locked.save(update_fields=["state", "applied_at", "version"])
    _record(locked, comparison, actor)
    return locked


def is_suspicious(figures: dict[str, int]) -> bool:
    """Whether so many are missing that the file is probably a part of the list."""
    held = figures["changed"] + figures["unchanged"] + figures["gone"]
    return figures["gone"] * 20 > held


def _differs(sheet: SheetImport, preview: dict[str, Any]) -> bool:
    """Whether the directory changed since the preview; then the new one is kept. New rows have a new uid each time."""
    if _without_new_uids(sheet.preview) == _without_new_uids(preview):
        return False
    sheet.preview, sheet.counts, sheet.version = preview, counts(preview), sheet.version + 1
    sheet.save(update_fields=["preview", "counts", "version"])
    return True


def _without_new_uids(preview: dict[str, Any]) -> dict[str, Any]:
    plain = {**preview, "new": [{**line, "uid": ""} for line in preview["new"]]}
    changed = [
        {**line, "fields": {key: list(pair) for key, pair in line["fields"].items()}} for line in plain["changed"]
    ]
    return {**plain, "changed": changed}


def _write(comparison: Comparison, of_day: date) -> None:
    directory.write(comparison.plan)
    for rows, day in ((comparison.gone, of_day), (comparison.back, None)):
        keys = [row.pk for row in rows]
        for start in range(0, len(keys), BATCH):
            Institution.objects.filter(pk__in=keys[start : start + BATCH]).update(charter_gone_on=day)


def _record(sheet: SheetImport, comparison: Comparison, actor: Any) -> None:
    """One event for the whole list, its differences attached."""
    preview = comparison.preview()
    values = {
        "file": sheet.stored_file.name,
        "created": len(comparison.plan.created),
        "unchanged": len(comparison.plan.unchanged),
        "changed": [{"pic": line["pic"], "fields": line["fields"]} for line in preview["changed"]],
        "gone": [line["pic"] for line in preview["gone"]],
        "back": [line["pic"] for line in preview["back"]],
    }
    history.record_many(
        sheet.office_id, "office", "institution.list_imported", [(sheet.office.uid, values)], actor=actor
    )
    history.record(sheet, "sheetimport.charters_applied", actor=actor)


@transaction.atomic
def discard(sheet: SheetImport, *, actor: Any) -> None:
    """Put a list aside without applying it."""
    waiting = SheetImport.objects.filter(pk=sheet.pk, state=SheetState.PREVIEW)
    if not waiting.update(state=SheetState.DISCARDED):
        raise NotPossible(_("This list was applied or put aside already."))
    history.record(sheet, "sheetimport.charters_discarded", actor=actor)
