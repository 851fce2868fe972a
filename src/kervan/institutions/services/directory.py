"""The directory of institutions, from the list of accredited ones and from the Turkish placement tables.

Both roads write the same values for the same row, so that importing the list over the shipped one changes only what the
list says differently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.models import Office
from kervan.core.planner import count_anew
from kervan.core.rules.turkish import title_case
from kervan.institutions import reference
from kervan.institutions.models import Institution
from kervan.institutions.rules.directory import english_name, web_address, written_name
from kervan.institutions.rules.eche import EcheList, EcheRow, read_eche
from kervan.institutions.services.keys import refresh_keys

BATCH = 500
SURE_DOMAIN = "confirmed-domain"
KEPT_ROWS = {"code_shape", "code_twice", "oid_shape"}  # problems that leave their row in the list


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says about one institution, in the words of the table."""

    pic: str | None
    erasmus_code: str
    erasmus_code_raw: str
    oid: str
    schac: str
    name: str
    name_en: str
    country: str
    city: str
    website: str
    charter_from: date | None
    charter_until: date | None


FIELDS = tuple(Entry.__slots__)
KEY_FIELDS = {"name", "name_en", "erasmus_code", "city", "country"}


@dataclass(frozen=True, slots=True)
class Change:
    """What differed in one row that was there before: field -> (before, after)."""

    pic: str
    name: str
    fields: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did. `gone`: accredited ones of the directory that the list does not hold any more; they stay."""

    created: int
    changed: tuple[Change, ...]
    unchanged: int
    gone: tuple[str, ...] = ()
    listed: EcheList | None = None

    @property
    def refused(self) -> int:
        """Rows of the file that were left out."""
        return len({one.row for one in self.listed.problems if one.code not in KEPT_ROWS}) if self.listed else 0


@transaction.atomic
def import_eche(data: bytes, filename: str, *, office: Office | None, actor: Any) -> Outcome:
    """Bring the directory to what a list of accredited institutions says; the PIC tells which row is which.

    office: whose history gets the event; None before there is one. Raises SpreadsheetError for a file that is no list.
    Importing the same list again changes nothing.
    """
    listed = read_eche(data, filename)
    outcome = _bring_to([entry_of(row) for row in listed.rows.values()])
    outcome = Outcome(outcome.created, outcome.changed, outcome.unchanged, _gone(listed.rows), listed)
    if office and (outcome.created or outcome.changed):
        _record(office, filename, outcome, actor)
    return outcome


@transaction.atomic
def load_directory() -> Outcome:
    """Fill the directory from the shipped lists: accredited institutions, and Turkish universities without charter.

    Doing it again changes nothing.
    """
    accredited = [_from_shipped(row) for row in reference.accredited_heis()]
    others = [_without_charter(one) for one in reference.tr_universities() if not one.pic]
    outcome = _bring_to([*accredited, *others])
    count_anew(Institution)
    return outcome


def entry_of(row: EcheRow) -> Entry:
    """A row of the list in the words of the table."""
    return _accredited(
        row.pic,
        row.erasmus_code,
        row.erasmus_code_raw,
        row.oid,
        row.name,
        row.country,
        row.city,
        row.website,
        row.starts,
        row.ends,
    )


def _from_shipped(row: reference.AccreditedHei) -> Entry:
    return _accredited(
        row.pic, row.code, row.code_raw, row.oid, row.name, row.country, row.city, row.website, row.starts, row.ends
    )


def _accredited(
    pic: str, code: str, raw: str, oid: str, name: str, country: str, city: str, website: str, starts: date, ends: date
) -> Entry:
    """A row of the list. Turkish universities get the name that the placement tables write with all its letters."""
    turkish = _turkish_by_pic().get(pic)
    return Entry(
        pic=pic,
        erasmus_code=code,
        erasmus_code_raw=raw[:40],
        oid=oid,
        schac=_sure_domains().get(pic, ""),
        name=turkish.name if turkish else written_name(name)[:300],
        name_en=english_name(name)[:300] if country == "TR" else "",
        country=country,
        city=(turkish.city if turkish else "") or _town(city),
        website=web_address(website),
        charter_from=starts,
        charter_until=ends,
    )


def _town(city: str) -> str:
    return title_case(city, language="en")[:120] if city == city.upper() else city[:120]


def _without_charter(one: reference.TurkishUniversity) -> Entry:
    return Entry(None, "", "", "", "", one.name, "", one.country, one.city, web_address(one.domain), None, None)


@lru_cache(maxsize=1)
def _turkish_by_pic() -> dict[str, reference.TurkishUniversity]:
    return {one.pic: one for one in reference.tr_universities() if one.pic}


@lru_cache(maxsize=1)
def _sure_domains() -> dict[str, str]:
    return {row.pic: row.schac for row in reference.accredited_heis() if row.schac_confidence == SURE_DOMAIN}


def _bring_to(entries: Iterable[Entry]) -> Outcome:
    """Create what is missing, change what differs, in bulk. Two reads and as few writes as there are batches."""
    return write(compare(entries))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would change: rows not saved yet, rows with what differs (set on them, not saved yet), the rest."""

    created: list[Institution]
    changed: list[tuple[Institution, dict[str, tuple[str, str]]]]
    unchanged: list[Institution]


def compare(entries: Iterable[Entry]) -> Plan:
    """Hold a list against the directory; nothing is written. One read."""
    known = _Known()
    plan = Plan([], [], [])
    for entry in entries:
        row = known.find(entry)
        if row is None:
            plan.created.append(_new(entry))
        elif differing := _differing(row, entry):
            plan.changed.append((row, differing))
        else:
            plan.unchanged.append(row)
    return plan


def write(plan: Plan) -> Outcome:
    """Carry out what `compare` found, in bulk; the caller stands in a transaction."""
    Institution.objects.bulk_create(plan.created, batch_size=BATCH)
    _update([row for row, _fields in plan.changed])
    refresh_keys([row.pk for row, fields in plan.changed if KEY_FIELDS & fields.keys()])
    changes = tuple(Change(row.pic or "", row.name, fields) for row, fields in plan.changed)
    return Outcome(len(plan.created), changes, len(plan.unchanged))


class _Known:
    """The rows that are there: by PIC, by code where they have none yet, else by name and country."""

    def __init__(self) -> None:
        rows = list(Institution.objects.all())
        self.by_pic = {row.pic: row for row in rows if row.pic}
        self.by_code = {row.erasmus_code: row for row in rows if row.erasmus_code and not row.pic}
        self.by_name = {(row.name, row.country): row for row in rows if not row.pic}

    def find(self, entry: Entry) -> Institution | None:
        if entry.pic:
            return self.by_pic.get(entry.pic) or self.by_code.get(entry.erasmus_code)
        return self.by_name.get((entry.name, entry.country))


def _new(entry: Entry) -> Institution:
    row = Institution(**asdict(entry))
    row.fill_keys()
    return row


def _differing(row: Institution, entry: Entry) -> dict[str, tuple[str, str]]:
    """Set what differs on the row and return it. What a list leaves empty does not wipe out what is known."""
    found: dict[str, tuple[str, str]] = {}
    for name in FIELDS:
        before, after = getattr(row, name), getattr(entry, name)
        if after and before != after:
            found[name] = (_text(before), _text(after))
            setattr(row, name, after)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _update(rows: list[Institution]) -> None:
    for row in rows:
        row.fill_keys()
        row.version += 1
    Institution.objects.bulk_update(rows, [*FIELDS, "search_key", "sort_key", "version"], batch_size=BATCH)


def _gone(listed: Mapping[str, object]) -> tuple[str, ...]:
    rows = Institution.objects.filter(charter_until__isnull=False, pic__isnull=False).values_list("pic", flat=True)
    return tuple(sorted(pic for pic in rows if pic and pic not in listed))


def _record(office: Office, filename: str, outcome: Outcome, actor: Any) -> None:
    """One event for the whole import, its differences attached."""
    values = {
        "file": filename,
        "created": outcome.created,
        "unchanged": outcome.unchanged,
        "changed": [{"pic": one.pic, "fields": one.fields} for one in outcome.changed],
    }
    history.record_many(office.pk, "office", "institution.list_imported", [(office.uid, values)], actor=actor)
