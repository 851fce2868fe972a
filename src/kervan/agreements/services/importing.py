"""Imports of agreement lines: upload, say whose they are and which column is what, preview, apply as a whole, undo."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, Condition, VersionState
from kervan.agreements.rules import import_verdicts, importing
from kervan.agreements.selectors import importing as selectors
from kervan.agreements.services.agreements import fields_key
from kervan.agreements.texts import importing as texts
from kervan.core import history, storage
from kervan.core.errors import NotPossible
from kervan.core.models import Office, SheetImport, SheetState
from kervan.core.planner import count_anew
from kervan.core.rules import cells, spreadsheets
from kervan.core.rules.turkish import search_key
from kervan.core.spreadsheet_messages import error_sentence
from kervan.institutions.models import Institution, PartnerState, Unit
from kervan.institutions.services import fact_sheets
from kervan.institutions.services.partners import partner_of

Record = dict[str, Any]


@dataclass(slots=True)
class _Judged:
    """A row with the reference of its agreement, its line with the remark, and what it would do."""

    row: importing.Row
    reference: str
    line: Mapping[str, str]
    verdict: import_verdicts.Verdict


def read(name: str, content: bytes) -> spreadsheets.Table:
    """Read an upload as a table. Raises NotPossible with the reader's sentence."""
    known = [word for names in importing.COLUMNS.values() for word in names]
    try:
        return spreadsheets.read_table(content, name, known=known)
    except spreadsheets.SpreadsheetError as error:
        raise NotPossible(error_sentence(error)) from error


def table_of(sheet: SheetImport) -> spreadsheets.Table:
    """Read the stored file of an import again."""
    return read(sheet.stored_file.name, storage.path_of(sheet.stored_file).read_bytes())


def upload(office: Office, *, name: str, content: bytes, actor: Any) -> SheetImport:
    """Keep a table that is to be imported; columns are those chosen last for such a header, else guessed.

    Raises NotPossible when the file is no readable table.
    """
    table = read(name, content)
    content_type = "text/plain" if table.encoding else "application/octet-stream"
    stored = storage.store(office.pk, name, content, content_type=content_type, actor=actor)
    signature = cells.signature(table.header)
    last = selectors.last_mapping(office.pk, signature)
    with transaction.atomic():
        sheet = SheetImport.objects.create(
            office=office,
            kind=selectors.KIND,
            stored_file=stored,
            mapping=last if last and set(last.values()) <= set(table.header) else importing.guess(table.header),
            options={"signature": signature},
            made_by=actor,
        )
        history.record(
            sheet,
            "sheetimport.agreements_uploaded",
            actor=actor,
            name=stored.name,
            rows=len(table.rows),
            sha256=stored.sha256,
        )
    return sheet


def looks_like_ours(sheet: SheetImport, table: spreadsheets.Table) -> bool:
    """Return whether the table names a unit or the code of our university: then the agreements are taken for ours."""
    columns = {code: _column(table, sheet.mapping.get(code, "")) for code in ("unit", "home_code")}
    known = selectors.known_for(sheet.office, (), ())
    return importing.suggests_ours(columns["unit"], columns["home_code"], known)


def _column(table: spreadsheets.Table, name: str) -> set[str]:
    at = table.header.index(name) if name in table.header else None
    return set() if at is None else {row[at] for row in table.rows}


def choose(
    sheet: SheetImport, mapping: Mapping[str, str], *, sample_of: str, agreement_kind: str, actor: Any
) -> SheetImport:
    """Settle whose agreements these are and which header stands for which column, and make the preview.

    sample_of: name of the other university, empty for our own. agreement_kind: of rows that do not say. Raises
    NotPossible when a column is missing without which no row can be understood, or one header is used twice.
    """
    _refuse_when_done(sheet)
    table = table_of(sheet)
    chosen = {code: name for code, name in mapping.items() if code in importing.COLUMNS and name in table.header}
    _check_columns(chosen)
    with transaction.atomic():
        sheet.mapping = chosen
        more = {"sample_of": sample_of.strip()[:200], "agreement_kind": agreement_kind, "chosen": True}
        sheet.options = {**sheet.options, **more}
        history.record(sheet, "sheetimport.agreements_columns", actor=actor, mapping=chosen, sample_of=sample_of)
        preview(sheet, table=table)
    return sheet


def _check_columns(chosen: Mapping[str, str]) -> None:
    missing = importing.missing_columns(chosen)
    if "partner_code" in missing:
        raise NotPossible(_("Choose the column of the partner’s Erasmus code or name: partners are found by it."))
    if "valid_from" in missing:
        raise NotPossible(_("Choose the column that says from which day or year an agreement holds."))
    names = list(chosen.values())
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise NotPossible(_("The column “%(name)s” is chosen for two things. Choose it for one.") % {"name": twice})


def preview(sheet: SheetImport, *, table: spreadsheets.Table | None = None) -> SheetImport:
    """Work out, row by row, what the table would do now, and keep it with the import."""
    _refuse_when_done(sheet)
    judged, _found = judge(sheet, table or table_of(sheet))
    sheet.preview = [_record(one) for one in judged]
    sheet.counts = import_verdicts.totals(one.verdict.action for one in judged)
    sheet.state = SheetState.PREVIEW
    sheet.version += 1
    sheet.save(update_fields=["mapping", "options", "preview", "counts", "state", "version"])
    return sheet


def judge(sheet: SheetImport, table: spreadsheets.Table) -> tuple[list[_Judged], dict[str, selectors.Found]]:
    """Read every row, group them to agreements and say what each would do. Also returns the agreements found here."""
    rows = _rows(sheet, table)
    groups = importing.grouped(rows)
    names = _partner_names(groups)
    sample = sheet.options.get("sample_of", "")
    references = {head: importing.reference_of(head, names[head.partner], sample) for head in groups}
    found = selectors.found_under(sheet.office_id, references.values())
    judged: dict[int, _Judged] = {}
    used: set[str] = set()
    for head, members in groups.items():
        reference = references[head]
        lines = [_with_remark(row) for row in members]
        verdicts = _verdicts(head, reference, lines, found.get(reference), sample, is_twice=reference in used)
        used.add(reference)
        for row, line, verdict in zip(members, lines, verdicts, strict=True):
            judged[row.number] = _Judged(row, reference, line, verdict)
    return [judged.get(row.number) or _refused(row) for row in rows], found


def _rows(sheet: SheetImport, table: spreadsheets.Table) -> list[importing.Row]:
    mapping, options = sheet.mapping, sheet.options
    at = {code: table.header.index(name) for code, name in mapping.items() if name in table.header}
    codes = _column(table, mapping.get("partner_code", ""))
    known = selectors.known_for(
        sheet.office,
        codes,
        _column(table, mapping.get("partner_name", "")),
        is_ours=not options.get("sample_of"),
        agreement_kind=options.get("agreement_kind", "erasmus_iia"),
    )
    return [
        importing.read(number, {code: row[place] for code, place in at.items()}, known)
        for number, row in zip(table.numbers, table.rows, strict=True)
    ]


def _partner_names(groups: Iterable[importing.Head]) -> dict[str, str]:
    """Erasmus code, else name, of each partner by its key."""
    found: dict[str, str] = {}
    keys = sorted({int(head.partner) for head in groups})
    for start in range(0, len(keys), selectors.BATCH):
        rows = Institution.objects.filter(pk__in=keys[start : start + selectors.BATCH])
        found |= {str(pk): code or name for pk, code, name in rows.values_list("pk", "erasmus_code", "name")}
    return found


def _with_remark(row: importing.Row) -> dict[str, str]:
    words = texts.remark(row.facts, "en")
    return {**row.line, "remark": words} if words else dict(row.line)


def _verdicts(
    head: importing.Head,
    reference: str,
    lines: Sequence[Mapping[str, str]],
    found: selectors.Found | None,
    sample: str,
    *,
    is_twice: bool,
) -> list[import_verdicts.Verdict]:
    other = found and (str(found.agreement.institution_id), found.agreement.kind, found.agreement.sample_of)
    if is_twice or (other and other != (head.partner, head.kind, sample)):
        problem = importing.Problem("reference_twice" if is_twice else "reference_taken", "reference", reference)
        return [import_verdicts.Verdict(import_verdicts.REFUSE, problems=(problem,)) for _line in lines]
    return import_verdicts.judge(lines, found.existing if found else None)


def _refused(row: importing.Row) -> _Judged:
    return _Judged(row, "", row.line, import_verdicts.Verdict(import_verdicts.REFUSE, problems=row.problems))


def _record(one: _Judged) -> Record:
    """What the preview keeps of a row: codes and values only, words come when it is shown."""
    record: Record = {
        "row": one.row.number,
        "code": one.row.partner_code,
        "name": one.row.partner_name,
        "reference": one.reference,
        "action": one.verdict.action,
        "line_uid": one.verdict.line_uid,
        "changes": [list(change) for change in one.verdict.changes],
        "problems": [[p.code, p.column, p.value, p.hint] for p in one.verdict.problems],
        "warnings": [[p.code, p.column, p.value, p.hint] for p in one.row.warnings],
        "missing": list(one.row.missing) if one.reference else [],
    }
    return {name: value for name, value in record.items() if value or name in ("row", "code", "name", "action")}


def digest(records: Sequence[Record]) -> str:
    """Return the SHA-256 of a preview, to tell whether anything has changed since it was shown."""
    return hashlib.sha256(json.dumps(records, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def apply(sheet: SheetImport, *, actor: Any) -> dict[str, int]:
    """Do what the preview says: all rows that are not refused, in one transaction; a table is applied once only.

    Everything is worked out again; if records have changed since the preview was shown, nothing is written, the preview
    is made anew and NotPossible says so. Returns the counts by action; applying again returns those of the first time.
    """
    table = table_of(sheet)
    try:
        counts = _apply(sheet, table, actor)
    except IntegrityError:
        counts = None
    count_anew(Agreement, AgreementVersion, Condition)
    if counts is None:
        preview(sheet, table=table)
        raise NotPossible(
            _("Records have changed since this preview was made. It was made anew: look at it once more.")
        )
    return counts


@transaction.atomic
def _apply(sheet: SheetImport, table: spreadsheets.Table, actor: Any) -> dict[str, int] | None:
    """Write all, or nothing (None) when the preview does not hold any more."""
    rows = SheetImport.objects.select_for_update(of=("self",)).select_related("office", "stored_file")
    locked = rows.get(pk=sheet.pk)
    if locked.state == SheetState.APPLIED:
        return dict(locked.counts)
    _refuse_when_done(locked)
    judged, found = judge(locked, table)
    records = [_record(one) for one in judged]
    if digest(records) != digest(locked.preview):
        return None
    made = _Writing(locked, found, actor).write([one for one in judged if _is_acting(one)])
    _finish(locked, records, made, actor=actor)
    sheet.state, sheet.counts, sheet.options = locked.state, locked.counts, locked.options
    return dict(locked.counts)


def _is_acting(one: _Judged) -> bool:
    return one.verdict.action in (import_verdicts.CREATE, import_verdicts.CHANGE)


class _Writing:
    """The writing of one import, in bulk."""

    def __init__(self, sheet: SheetImport, found: Mapping[str, selectors.Found], actor: Any) -> None:
        self.sheet, self.found, self.actor = sheet, found, actor
        self.sample = sheet.options.get("sample_of", "")
        self.units = {unit.uid: unit for unit in Unit.objects.filter(institution__office=sheet.office)}

    def write(self, acting: Sequence[_Judged]) -> list[str]:
        """Write lines, with the drafts that they need; returns the uids of new agreements."""
        new = self._agreements([one for one in acting if one.reference not in self.found])
        versions = self._versions(new, acting)
        versions |= {reference: one.version for reference, one in self.found.items() if one.version}
        self._lines(acting, versions)
        changed = {one.reference for one in acting} & self.found.keys()
        touched = [self.found[reference].agreement.pk for reference in changed]
        for start in range(0, len(touched), selectors.BATCH):
            some = Agreement.objects.filter(pk__in=touched[start : start + selectors.BATCH])
            some.update(version=F("version") + 1)
        if not self.sample:
            self._partners(acting)
        return [one.uid for one in new.values()]

    def _agreements(self, rows: Sequence[_Judged]) -> dict[str, Agreement]:
        heads = {one.reference: one.row.head for one in rows if one.row.head}
        new = [
            Agreement(
                office_id=self.sheet.office_id,
                institution_id=int(head.partner),
                kind=head.kind,
                reference=reference,
                reference_key=search_key(reference)[:80],
                sample_of=self.sample,
            )
            for reference, head in heads.items()
        ]
        Agreement.objects.bulk_create(new, batch_size=selectors.BATCH)
        return {one.reference: one for one in new}

    def _versions(self, new: Mapping[str, Agreement], acting: Sequence[_Judged]) -> dict[str, AgreementVersion]:
        rows: dict[str, list[importing.Row]] = {}
        for one in acting:
            rows.setdefault(one.reference, []).append(one.row)
        made = {reference: self._version(one, rows[reference]) for reference, one in new.items()}
        AgreementVersion.objects.bulk_create(made.values(), batch_size=selectors.BATCH)
        return made

    def _version(self, agreement: Agreement, rows: Sequence[importing.Row]) -> AgreementVersion:
        head = rows[0].head
        if head is None or head.valid_from is None:
            raise ValueError("a row without agreement is refused before")
        facts = tuple(dict.fromkeys(fact for row in rows for fact in row.of_agreement))
        return AgreementVersion(
            office_id=self.sheet.office_id,
            agreement=agreement,
            number=1,
            valid_from=head.valid_from,
            valid_until=head.valid_until,
            notes_en=texts.remark(facts, "en"),
            notes_tr=texts.remark(facts, "tr"),
        )

    def _lines(self, acting: Sequence[_Judged], versions: Mapping[str, AgreementVersion]) -> None:
        new = [
            Condition(
                office_id=self.sheet.office_id, agreement_version=versions[one.reference], **self._line_values(one)
            )
            for one in acting
            if one.verdict.action == import_verdicts.CREATE
        ]
        Condition.objects.bulk_create(new, batch_size=selectors.BATCH)
        changing = {one.verdict.line_uid: one for one in acting if one.verdict.action == import_verdicts.CHANGE}
        if not changing:
            return
        drafts = [versions[one.reference].pk for one in changing.values()]
        stored = [
            row
            for start in range(0, len(drafts), selectors.BATCH)
            for row in Condition.objects.filter(agreement_version__in=drafts[start : start + selectors.BATCH])
            if row.line_uid in changing
        ]
        for row in stored:
            for name, value in self._line_values(changing[row.line_uid]).items():
                setattr(row, name, value)
        Condition.objects.bulk_update(stored, list(_LINE_COLUMNS), batch_size=selectors.BATCH)

    def _line_values(self, one: _Judged) -> dict[str, Any]:
        line = one.line
        fields = _split(line, "fields")
        return {
            "direction": line.get("direction", ""),
            "kind": line.get("stay", ""),
            "people_per_year": int(line["people"]) if "people" in line else None,
            "months_per_year": Decimal(line["months"]) if "months" in line else None,
            "days_per_year": int(line["days"]) if "days" in line else None,
            "unit": self.units.get(line.get("unit", "")),
            "partner_unit": line.get("partner_unit", ""),
            "levels": _split(line, "levels"),
            "fields": fields,
            "fields_key": fields_key(fields),
            "terms": _split(line, "terms"),
            "languages": [dict(zip(_LANGUAGE, item.split(":"), strict=True)) for item in _split(line, "languages")],
            "is_blended": line.get("blended") == "yes",
            "notes_en": line.get("remark", ""),
            "notes_tr": texts.remark(one.row.facts, "tr"),
        }

    def _partners(self, acting: Sequence[_Judged]) -> None:
        """Make each partner of ours one in the register; deadlines go into a fact sheet that has none yet."""
        deadlines: dict[int, dict[str, str]] = {}
        for one in acting:
            if one.row.head:
                deadlines.setdefault(int(one.row.head.partner), {}).update(one.row.deadlines)
        for institution in Institution.objects.filter(pk__in=deadlines):
            partner = partner_of(self.sheet.office_id, institution, actor=self.actor, state=PartnerState.PROSPECT)
            if values := deadlines[institution.pk]:
                self._deadlines(partner, values)

    def _deadlines(self, partner: Any, values: Mapping[str, str]) -> None:
        fact_sheet = fact_sheets.sheet_of(self.sheet.office_id, partner)
        missing = {name: value for name, value in values.items() if not getattr(fact_sheet, name)}
        if missing:
            fact_sheets.save(fact_sheet, fact_sheet.version, missing, actor=self.actor)


_LANGUAGE = ("language", "level", "demand")
_LINE_COLUMNS = (
    "direction", "kind", "people_per_year", "months_per_year", "days_per_year", "unit", "partner_unit", "levels",
    "fields", "fields_key", "terms", "languages", "is_blended", "notes_en", "notes_tr",
)  # fmt: skip


def _split(line: Mapping[str, str], name: str) -> list[str]:
    return [code for code in line.get(name, "").split(",") if code]


def _finish(sheet: SheetImport, records: Sequence[Record], made: list[str], *, actor: Any) -> None:
    sheet.state = SheetState.APPLIED
    sheet.counts = import_verdicts.totals(record["action"] for record in records)
    sheet.options = {**sheet.options, "made": made}
    sheet.applied_at = timezone.now()
    sheet.version += 1
    sheet.save(update_fields=["state", "counts", "options", "applied_at", "version"])
    differences = [one for one in records if one["action"] in (import_verdicts.CREATE, import_verdicts.CHANGE)]
    values = {"name": sheet.stored_file.name, "sample_of": sheet.options.get("sample_of", ""), **sheet.counts}
    history.record(sheet, "sheetimport.agreements_applied", actor=actor, **values, differences=differences)


def discard(sheet: SheetImport, *, actor: Any) -> None:
    """Put an upload aside; nothing was written."""
    _refuse_when_done(sheet)
    with transaction.atomic():
        sheet.state = SheetState.DISCARDED
        sheet.version += 1
        sheet.save(update_fields=["state", "version"])
        history.record(sheet, "sheetimport.agreements_discarded", actor=actor)


def may_undo(sheet: SheetImport) -> bool:
    """Return whether all that an import wrote stands in drafts of its own; whether somebody worked on them is asked
    when it is taken back."""
    made = len(sheet.options.get("made", []))
    old = {
        one["reference"] for one in sheet.preview if one["action"] in (import_verdicts.CREATE, import_verdicts.CHANGE)
    }
    return sheet.state == SheetState.APPLIED and made > 0 and len(old) == made


@transaction.atomic
def undo(sheet: SheetImport, *, actor: Any) -> int:
    """Delete the drafts that an import made. Returns how many.

    Raises NotPossible when it changed agreements that were here before, or when somebody worked on one of its drafts
    since: then nothing is deleted.
    """
    locked = SheetImport.objects.select_for_update(of=("self",)).select_related("stored_file").get(pk=sheet.pk)
    if not may_undo(locked):
        raise NotPossible(_("Only a table that made new drafts and changed nothing else can be taken back as a whole."))
    rows = Agreement.objects.filter(office_id=locked.office_id, uid__in=locked.options["made"])
    agreements = list(rows.select_for_update())
    _refuse_touched(locked.office_id, agreements)
    for start in range(0, len(agreements), selectors.BATCH):
        Agreement.objects.filter(pk__in=[one.pk for one in agreements[start : start + selectors.BATCH]]).delete()
    locked.state = sheet.state = SheetState.DISCARDED
    locked.options = sheet.options = {**locked.options, "undone": True}
    locked.version += 1
    locked.save(update_fields=["state", "options", "version"])
    history.record(locked, "sheetimport.agreements_undone", actor=actor, count=len(agreements))
    return len(agreements)


def _refuse_touched(office_id: int, agreements: Sequence[Agreement]) -> None:
    touched = selectors.touched_uids(office_id, agreements)
    decided = AgreementVersion.objects.filter(agreement__in=agreements).exclude(state=VersionState.DRAFT, number=1)
    keys = set(decided.values_list("agreement_id", flat=True))
    names = [
        one.reference
        for one in agreements
        if one.uid in touched or one.pk in keys or one.version > 1 or one.state != AgreementState.DRAFT
    ]
    if names:
        raise NotPossible(
            _("Somebody worked on drafts of this table since: %(names)s. Nothing was deleted.")
            % {"names": ", ".join(names[:5]) + (" …" if len(names) > 5 else "")}
        )


def _refuse_when_done(sheet: SheetImport) -> None:
    if sheet.state == SheetState.APPLIED:
        raise NotPossible(_("This table was applied already. Upload it again to see what it would change now."))
    if sheet.state == SheetState.DISCARDED:
        raise NotPossible(_("This table was put aside. Upload it again."))
