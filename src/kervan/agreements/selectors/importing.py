"""What an import of agreement lines is read against: partners, units, agreements that are here already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, Condition, VersionState
from kervan.agreements.rules import import_verdicts, importing
from kervan.core.models import Attachment, Event, Note, SheetImport, Task
from kervan.core.rules.turkish import search_key
from kervan.institutions import reference
from kervan.institutions.models import Institution, Unit

KIND = "agreements"
BATCH = 500
RECENT = 20


@dataclass(frozen=True, slots=True)
class Found:
    """An agreement that is here under a reference of the table."""

    agreement: Agreement
    version: AgreementVersion | None
    existing: import_verdicts.Existing


def recent(rows: QuerySet[Any]) -> list[SheetImport]:
    """Return the last imports of agreements. One query."""
    return list(rows.filter(kind=KIND).select_related("stored_file", "made_by").order_by("-pk")[:RECENT])


def last_mapping(office_id: int, signature: str) -> dict[str, str]:
    """Return the columns chosen last time for a header like this, else nothing. One query."""
    rows = SheetImport.objects.filter(office_id=office_id, kind=KIND, options__signature=signature)
    found = rows.exclude(mapping={}).exclude(options__chosen=None).order_by("-pk").first()
    return dict(found.mapping) if found else {}


def events_of(sheet: SheetImport) -> QuerySet[Event]:
    return Event.objects.about(sheet).select_related("actor").order_by("-pk")


def known_for(office: Any, codes: Iterable[str], names: Iterable[str], **options: Any) -> importing.Known:
    """Return what the rows are read against. Queries grow with 500 different partners, not with rows."""
    own = Institution.objects.filter(office=office).first()
    partners: dict[str, list[str]] = {}
    candidates = {one for code in codes for one in importing.code_candidates(code)}
    for row in _institutions("erasmus_code", candidates, own):
        partners.setdefault(row.erasmus_code, []).append(str(row.pk))
    by_name: dict[str, list[str]] = {}
    for row in _institutions("name", set(names), own):
        by_name.setdefault(search_key(row.name), []).append(str(row.pk))
    return importing.Known(
        partners=partners,
        partner_names=by_name,
        units=_units(own),
        fields=frozenset(one.code for one in reference.isced_fields()),
        languages=_languages(),
        own_code=own.erasmus_code if own else "",
        **options,
    )


def _institutions(field: str, values: Iterable[str], own: Institution | None) -> Iterator[Institution]:
    rows = Institution.objects.filter(merged_into__isnull=True).exclude(pk=own.pk if own else 0)
    for some in _batches(sorted(value for value in values if value)):
        yield from rows.filter(**{f"{field}__in": some}).only("erasmus_code", "name")


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _units(own: Institution | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for unit in Unit.objects.filter(institution=own) if own else ():
        for name in {search_key(unit.name_tr), search_key(unit.name_en)} - {""}:
            found.setdefault(name, []).append(unit.uid)
    return found


def _languages() -> dict[str, str]:
    return {
        search_key(name): one.code for one in reference.languages() for name in (one.name_en, one.name_tr, one.code)
    }


def unit_names(office: Any) -> dict[str, str]:
    """Return our units by uid, to be shown. One query."""
    return {unit.uid: str(unit) for unit in Unit.objects.filter(institution__office=office)}


def found_under(office_id: int, references: Iterable[str]) -> dict[str, Found]:
    """Return the agreements that bear these references, with their lines. Seven queries for each 500."""
    found: dict[str, Found] = {}
    for some in _batches(sorted(set(references))):
        agreements = list(Agreement.objects.filter(office_id=office_id, reference__in=some))
        touched = touched_uids(office_id, agreements)
        newest = {row.agreement_id: row for row in _versions_of(agreements)}
        lines = _lines_of(newest.values())
        for one in agreements:
            version = newest.get(one.pk)
            standing = _standing(one, version, is_touched=one.uid in touched)
            stored = lines.get(version.pk, {}) if version else {}
            found[one.reference] = Found(one, version, import_verdicts.Existing(standing, stored))
    return found


def _versions_of(agreements: Sequence[Agreement]) -> QuerySet[AgreementVersion]:
    return AgreementVersion.objects.filter(agreement__in=agreements).order_by("agreement_id", "number")


def _lines_of(versions: Iterable[AgreementVersion]) -> dict[int, dict[str, Mapping[str, str]]]:
    found: dict[int, dict[str, Mapping[str, str]]] = {}
    rows = Condition.objects.filter(agreement_version__in=list(versions)).select_related("unit").order_by("pk")
    for row in rows:
        found.setdefault(row.agreement_version_id, {})[row.line_uid] = line_of(row)
    return found


def _standing(agreement: Agreement, version: AgreementVersion | None, *, is_touched: bool) -> str:
    is_draft = version is not None and version.number == 1 and version.state == VersionState.DRAFT
    if agreement.state != AgreementState.DRAFT or not is_draft:
        return import_verdicts.DECIDED
    return import_verdicts.TOUCHED if is_touched else import_verdicts.OPEN


def touched_uids(office_id: int, agreements: Iterable[Agreement]) -> set[str]:
    """Return the agreements on which somebody worked: with an event, note, document or task of their own.

    What an import writes is an event of the import and not of each agreement.
    """
    uids = [one.uid for one in agreements]
    found: set[str] = set()
    for some in _batches(uids):
        for model in (Event, Note, Attachment, Task):
            rows: Any = model.objects.filter(office_id=office_id, subject_type="agreement", subject_uid__in=some)
            found.update(rows.values_list("subject_uid", flat=True))
    return found


def line_of(row: Condition) -> dict[str, str]:
    """Return a stored line as an import compares it: field -> canonical text, only what is there."""
    languages = (f"{one['language']}:{one.get('level', '')}:{one.get('demand', '')}" for one in row.languages)
    values = {
        "direction": row.direction,
        "stay": row.kind,
        "people": str(row.people_per_year or ""),
        "months": f"{row.months_per_year.normalize():f}" if row.months_per_year else "",
        "days": str(row.days_per_year or ""),
        "unit": row.unit.uid if row.unit else "",
        "partner_unit": row.partner_unit,
        "levels": ",".join(row.levels),
        "fields": ",".join(row.fields),
        "terms": ",".join(row.terms),
        "languages": ",".join(languages),
        "blended": "yes" if row.is_blended else "",
        "remark": row.notes_en,
    }
    return {name: value for name, value in values.items() if value}
