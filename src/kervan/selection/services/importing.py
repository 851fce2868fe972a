"""Imports into a call: upload a table, choose its columns, look at the preview row by row, apply it as a whole."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.models import Event
from kervan.core.planner import count_anew
from kervan.core.rules import spreadsheets
from kervan.core.rules.turkish import search_key, sort_key
from kervan.core.spreadsheet_messages import error_sentence
from kervan.institutions.models import Unit
from kervan.people.models import Enrolment, Person
from kervan.selection.models import (
    Application,
    Call,
    Door,
    ExamResult,
    ImportBatch,
    ImportKind,
    ImportMapping,
    ImportState,
    Place,
    Wish,
)
from kervan.selection.rules import portal
from kervan.selection.selectors import imports
from kervan.selection.states import ApplicationState, CallState

WISH_COLUMNS = 10
BATCH = 500
WAYS_IN = ("student_number", "email")
PERSON_FIELDS = ("student_number", "given_name", "family_name", "email", "birth_date", "citizenships")
Record = dict[str, Any]


@dataclass(slots=True)
class _Judged:
    """A row with what it matched and what it would do."""

    row: portal.Row
    match: imports.Match
    verdict: portal.Verdict


def read(name: str, content: bytes, kind: str) -> spreadsheets.Table:
    """Read an upload as a table. Raises NotPossible with the reader's sentence."""
    known = [word for column in portal.columns(kind, WISH_COLUMNS) for word in column.names]
    try:
        return spreadsheets.read_table(content, name, known=known)
    except spreadsheets.SpreadsheetError as error:
        raise NotPossible(error_sentence(error)) from error


def table_of(batch: ImportBatch) -> spreadsheets.Table:
    """Read the stored file of a batch again."""
    stored = batch.stored_file
    return read(stored.name, storage.path_of(stored).read_bytes(), batch.kind)


def upload(call: Call, *, kind: str, name: str, content: bytes, actor: Any) -> ImportBatch:
    """Keep a table that is to be imported. Columns chosen earlier for the same header lead straight to the preview.

    Raises NotPossible when the file is no readable table, or when the call takes no imports.
    """
    _refuse_when_over(call, kind)
    table = read(name, content, kind)
    content_type = "text/plain" if table.encoding else "application/octet-stream"
    stored = storage.store(call.office_id, name, content, content_type=content_type, actor=actor)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            office=call.office,
            call=call,
            kind=kind,
            stored_file=stored,
            mapping=suggested_columns(call.office_id, kind, table.header),
            made_by=actor,
        )
        history.record(
            batch, "importbatch.upload", actor=actor, name=stored.name, rows=len(table.rows), sha256=stored.sha256
        )
    if _remembered(call.office_id, kind, table.header):
        preview(batch, table=table)
    return batch


def suggested_columns(office_id: int, kind: str, header: Sequence[str]) -> dict[str, str]:
    """Return the columns chosen last time for this header, else a guess by their names."""
    kept = _remembered(office_id, kind, header)
    return dict(kept.mapping) if kept else portal.guess(header, kind, WISH_COLUMNS)


def _remembered(office_id: int, kind: str, header: Sequence[str]) -> ImportMapping | None:
    rows = ImportMapping.objects.filter(office_id=office_id, kind=kind, signature=portal.signature(header))
    found = rows.first()
    return found if found and set(found.mapping.values()) <= set(header) else None


def choose_columns(batch: ImportBatch, mapping: Mapping[str, str], *, actor: Any) -> ImportBatch:
    """Settle which header stands for which column, remember it for the next table, and make the preview.

    Raises NotPossible when a column is missing without which no row can be understood, or one header is used twice.
    """
    _refuse_when_done(batch)
    table = table_of(batch)
    chosen = {code: name for code, name in mapping.items() if name in table.header}
    _check_columns(chosen, batch.kind)
    with transaction.atomic():
        ImportMapping.objects.update_or_create(
            office_id=batch.office_id,
            kind=batch.kind,
            signature=portal.signature(table.header),
            defaults={"mapping": chosen},
        )
        batch.mapping = chosen
        history.record(batch, "importbatch.columns", actor=actor, mapping=chosen)
        preview(batch, table=table)
    return batch


def _check_columns(chosen: Mapping[str, str], kind: str) -> None:
    if "student_number" in portal.missing_columns(chosen, kind):
        raise NotPossible(_("Choose the column of the student number or of the portal number: rows are matched by it."))
    if "language" in portal.missing_columns(chosen, kind):
        raise NotPossible(_("Choose the column that says in which language the exam was."))
    twice = next((name for name in chosen.values() if list(chosen.values()).count(name) > 1), None)
    if twice is not None:
        raise NotPossible(_("The column “%(name)s” is chosen for two things. Choose it for one.") % {"name": twice})


def preview(batch: ImportBatch, *, table: spreadsheets.Table | None = None) -> ImportBatch:
    """Work out, row by row, what the table would do now, and keep it with the batch."""
    _refuse_when_done(batch)
    judged = judge(batch, table or table_of(batch))
    batch.preview = [_record(one) for one in judged]
    batch.counts = portal.totals(one.verdict for one in judged)
    batch.state = ImportState.PREVIEW
    batch.version += 1
    batch.save(update_fields=["mapping", "preview", "counts", "state", "version"])
    return batch


def judge(batch: ImportBatch, table: spreadsheets.Table) -> list[_Judged]:
    """Read every row, match it and say what it would do. The number of queries does not grow with the rows."""
    reader = portal.Reader(batch.kind, imports.known_of(batch.call))
    at = {code: table.header.index(name) for code, name in batch.mapping.items() if name in table.header}
    rows = portal.without_repeats(
        reader.read(number, {code: cells[position] for code, position in at.items()})
        for number, cells in zip(table.numbers, table.rows, strict=True)
    )
    found = imports.matches_of(batch.call, rows)
    has_places = bool(reader.known.offers)
    return [_judged(batch.kind, row, found, has_places=has_places) for row in rows]


def _judged(kind: str, row: portal.Row, found: imports.Matches, *, has_places: bool) -> _Judged:
    match = found.of(row.values)
    if match.conflict:
        other = portal.Problem("numbers_disagree", "student_number", row.values["student_number"], match.conflict)
        row = portal.Row(row.number, row.values, (*row.problems, other), row.repaired)
    if kind == ImportKind.EXAMS:
        return _Judged(row, match, portal.judge_exam(row, imports.existing_exam(match)))
    existing = imports.existing_application(match, found)
    verdict = portal.judge_application(row, existing, has_places=has_places)
    return _Judged(row, match, _refuse_way_into_roles(verdict) if match.has_waiting_role else verdict)


def _refuse_way_into_roles(verdict: portal.Verdict) -> portal.Verdict:
    """As in the record itself: a table changes neither number nor address of somebody who holds a role and waits."""
    barred = [portal.Problem("holds_role", name, after) for name, _before, after in verdict.changes if name in WAYS_IN]
    return portal.Verdict(portal.REFUSE, (), tuple(barred)) if barred else verdict


def _record(one: _Judged) -> Record:
    """What the preview keeps of a row: codes and values only, words come when it is shown."""
    values = one.row.values
    person = one.match.person
    name = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip() or (
        person.full_name if person else ""
    )
    record: Record = {
        "row": one.row.number,
        "name": name,
        "number": values.get("student_number") or values.get("portal_number", ""),
        "action": one.verdict.action,
    }
    if one.verdict.changes:
        record["changes"] = [list(change) for change in one.verdict.changes]
    if one.verdict.problems:
        record["problems"] = [[p.code, p.column, p.value, p.hint] for p in one.verdict.problems]
    if one.row.repaired:
        record["repaired"] = list(one.row.repaired)
    return record


def digest(records: Sequence[Record]) -> str:
    """Return the SHA-256 of a preview, to tell whether anything has changed since it was shown."""
    return hashlib.sha256(json.dumps(records, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def apply(batch: ImportBatch, *, actor: Any) -> dict[str, int]:
    """Do what the preview says: all rows that are not refused, in one transaction; the batch is applied once only.

    Everything is worked out again under the call's lock; if records have changed since the preview was shown, nothing
    is written, the preview is made anew and NotPossible says so. Returns the counts by action. Applying again returns
    the counts of the first time.
    """
    table = table_of(batch)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=batch.call_id)
        locked = ImportBatch.objects.select_for_update(of=("self",)).select_related("stored_file").get(pk=batch.pk)
        if locked.state == ImportState.APPLIED:
            return dict(locked.counts)
        _refuse_when_done(locked)
        _refuse_when_over(call, locked.kind)
        locked.call = call
        judged = judge(locked, table)
        records = [_record(one) for one in judged]
        is_as_shown = digest(records) == digest(locked.preview)
        if is_as_shown:
            _write(locked, judged, actor=actor)
            _finish(locked, records, actor=actor)
    count_anew(Person, Enrolment, Application, Wish, ExamResult)
    if not is_as_shown:
        preview(batch)
        raise NotPossible(
            _("Records have changed since this preview was made. It was made anew: look at it once more.")
        )
    batch.state, batch.counts = locked.state, locked.counts
    return dict(locked.counts)


def discard(batch: ImportBatch, *, actor: Any) -> None:
    """Put an upload aside; the file and what it would have done stay in the history."""
    _refuse_when_done(batch)
    with transaction.atomic():
        batch.state = ImportState.DISCARDED
        batch.version += 1
        batch.save(update_fields=["state", "version"])
        history.record(batch, "importbatch.discard", actor=actor)


def _refuse_when_done(batch: ImportBatch) -> None:
    if batch.state == ImportState.APPLIED:
        raise NotPossible(_("This table was applied already. Upload it again to see what it would change now."))
    if batch.state == ImportState.DISCARDED:
        raise NotPossible(_("This table was put aside. Upload it again."))


def _refuse_when_over(call: Call, kind: str) -> None:
    if call.state not in (CallState.ANNOUNCED, CallState.SCORED):
        raise NotPossible(_("Tables are imported between the announcement of a call and its results."))
    if kind == ImportKind.PORTAL and call.door == Door.KERVAN:
        raise NotPossible(
            _("Applications to this call are made in Kervan only. Change the call to import from the portal.")
        )


def _write(batch: ImportBatch, judged: Sequence[_Judged], *, actor: Any) -> None:
    acting = [one for one in judged if one.verdict.action in (portal.CREATE, portal.CHANGE)]
    if batch.kind == ImportKind.EXAMS:
        return _write_exams(batch, acting)
    units = {unit.uid: unit for unit in imports.programmes_of(batch.call)}
    _write_people(batch, acting)
    _write_enrolments(acting, units)
    _write_applications(batch, acting, units)
    return _write_wishes(batch, acting)


def _write_people(batch: ImportBatch, acting: Sequence[_Judged]) -> None:
    new: list[Person] = []
    changed: list[Person] = []
    for one in acting:
        values = {name: after for name, _before, after in one.verdict.changes if name in PERSON_FIELDS}
        is_new = one.match.person is None
        person = one.match.person or Person(office_id=batch.office_id)
        for name, value in values.items():
            setattr(person, name, _person_value(name, value))
        person.search_key = search_key(f"{person.full_name} {person.student_number} {person.email}")[:500]
        person.sort_key = sort_key(f"{person.family_name} {person.given_name}")[:250]
        one.match.person = person
        if is_new:
            new.append(person)
        elif values:
            person.version += 1
            changed.append(person)
    Person.objects.bulk_create(new, batch_size=BATCH)
    Person.objects.bulk_update(changed, [*PERSON_FIELDS, "search_key", "sort_key", "version"], batch_size=BATCH)


def _person_value(name: str, value: str) -> Any:
    if name == "birth_date":
        return date.fromisoformat(value)
    return value.split(",") if name == "citizenships" else value


def _write_enrolments(acting: Sequence[_Judged], units: Mapping[str, Unit]) -> None:
    """Give new people their study programme, so that its coordinator sees them; known people keep their record."""
    new = [
        _enrolment(one, units) for one in acting if one.verdict.action == portal.CREATE and one.row.values.get("unit")
    ]
    Enrolment.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)


def _enrolment(one: _Judged, units: Mapping[str, Unit]) -> Enrolment:
    values, unit, person = one.row.values, units[one.row.values["unit"]], one.match.person
    if person is None:
        raise ValueError("people are written before their enrolments")
    level = unit.level or values.get("level", "")
    averages = {name: _number(values.get(name)) for name in ("gpa_4", "gpa_100")}
    return Enrolment(office_id=person.office_id, person=person, unit=unit, level=level, **averages)


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _write_applications(batch: ImportBatch, acting: Sequence[_Judged], units: Mapping[str, Unit]) -> None:
    new: list[Application] = []
    changed: list[Application] = []
    for one in acting:
        is_new = one.match.application is None
        row = one.match.application or _new_application(batch, one)
        _fill(row, one, units)
        one.match.application = row
        if is_new:
            new.append(row)
        else:
            row.version += 1
            changed.append(row)
    fields = ["portal_number", "unit", "level", "isced", "gpa_4", "gpa_100", "exam_language", "sort_key", "version"]
    Application.objects.bulk_create(new, batch_size=BATCH)
    Application.objects.bulk_update(changed, fields, batch_size=BATCH)


def _new_application(batch: ImportBatch, one: _Judged) -> Application:
    return Application(
        office_id=batch.office_id,
        call_id=batch.call_id,
        person=one.match.person,
        door=Door.PORTAL,
        state=ApplicationState.SUBMITTED,
        submitted_at=timezone.now(),
    )


def _fill(row: Application, one: _Judged, units: Mapping[str, Unit]) -> None:
    """Write what the row says; what it leaves out of a new application comes from the person's enrolment."""
    values, enrolment = one.row.values, one.match.enrolment
    if values.get("unit") in units:
        row.unit = units[values["unit"]]
        row.isced, row.level = row.unit.isced, row.unit.level or values.get("level", "")
    elif row.unit is None and enrolment:
        row.unit, row.level, row.isced = enrolment.unit, enrolment.level, enrolment.unit.isced
    for name in ("gpa_4", "gpa_100"):
        if values.get(name):
            setattr(row, name, Decimal(values[name]))
    if row.gpa_4 is None and row.gpa_100 is None and enrolment:
        row.gpa_4, row.gpa_100 = enrolment.gpa_4, enrolment.gpa_100
    row.portal_number = values.get("portal_number", row.portal_number)
    row.exam_language = values.get("exam_language", row.exam_language)
    row.sort_key = row.person.sort_key


def _write_wishes(batch: ImportBatch, acting: Sequence[_Judged]) -> None:
    stated = [(one.match.application, _wishes_changed(one)) for one in acting]
    wanted = [(application, uids) for application, uids in stated if application and uids]
    places = dict(Place.objects.filter(call_id=batch.call_id).values_list("uid", "pk"))
    keys = [application.pk for application, _uids in wanted]
    for start in range(0, len(keys), BATCH):
        Wish.objects.filter(application_id__in=keys[start : start + BATCH]).delete()
    rows = [
        Wish(office_id=batch.office_id, application=application, place_id=places[uid], rank=rank)
        for application, uids in wanted
        for rank, uid in enumerate(uids, start=1)
    ]
    Wish.objects.bulk_create(rows, batch_size=BATCH)


def _wishes_changed(one: _Judged) -> list[str]:
    return next((after.split(",") for name, _before, after in one.verdict.changes if name == "wishes"), [])


def _write_exams(batch: ImportBatch, acting: Sequence[_Judged]) -> None:
    rows = [_exam(batch, one) for one in acting]
    fields = ["written", "oral", "mark", "level", "was_absent", "version"]
    ExamResult.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["application", "language"], update_fields=fields, batch_size=BATCH
    )
    unnamed = {}
    for one in acting:
        application = one.match.application
        if application and not application.exam_language:
            application.exam_language = one.row.values["language"]
            unnamed[application.pk] = application
    Application.objects.bulk_update(unnamed.values(), ["exam_language"], batch_size=BATCH)


def _exam(batch: ImportBatch, one: _Judged) -> ExamResult:
    """The result as it will stand: what the row says over what was there; marks mean that the person came."""
    language = one.row.values["language"]
    application = one.match.application
    if application is None:
        raise ValueError("a row without application is refused before")
    kept = one.match.exam or ExamResult(language=language, version=0)
    values = dict(one.row.values)
    return ExamResult(
        office_id=batch.office_id,
        application=application,
        language=language,
        written=_number(values.get("written")) if "written" in values else kept.written,
        oral=_number(values.get("oral")) if "oral" in values else kept.oral,
        mark=_number(values.get("mark")) if "mark" in values else kept.mark,
        level=values.get("cefr", kept.level),
        was_absent=values.get("absent", "no") == "yes",
        version=kept.version + 1,
    )


def _finish(batch: ImportBatch, records: Sequence[Record], *, actor: Any) -> Event:
    batch.state = ImportState.APPLIED
    batch.counts = portal.totals(portal.Verdict(record["action"]) for record in records)
    batch.applied_at = timezone.now()
    batch.version += 1
    batch.save(update_fields=["state", "counts", "applied_at", "version"])
    differences = [record for record in records if record["action"] in (portal.CREATE, portal.CHANGE)]
    values = {"name": batch.stored_file.name, "table": batch.kind, **batch.counts}
    event = history.record(batch, "importbatch.apply", actor=actor, **values, differences=differences)
    history.record(batch.call, "call.import", actor=actor, **values)
    return event
