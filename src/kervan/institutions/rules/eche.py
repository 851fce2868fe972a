"""The European Commission's list of accredited institutions (ECHE holders), read from its workbook.

The list is published several times a year with the same twelve columns; the key is the PIC, because Erasmus codes
change and rows of institutions in transition carry the words "Transitory Charter" instead of a proposal number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kervan.core.rules.spreadsheets import Limits, SpreadsheetError, Table, clean_text, read_table
from kervan.core.rules.turkish import search_key
from kervan.institutions.rules.codes import is_oid, is_pic, is_well_formed, iso_country, repair_code, repair_pic

COLUMNS = {
    "proposal": "Proposal number", "code": "Erasmus Code", "pic": "PIC", "oid": "OID", "name": "Legal Name",
    "street": "Street", "post_code": "Post Cd", "city": "City", "country": "Country Cd", "website": "Website Url",
    "starts": "Erasmus Eche Start", "ends": "Erasmus Eche End",
}  # fmt: skip
LIMITS = Limits(rows=20_000, columns=40)


@dataclass(frozen=True, slots=True)
class EcheRow:
    """One accredited institution; `row` is its row in the file, `country` the ISO code, `country_eu` the code as
    printed.
    """

    row: int
    pic: str
    erasmus_code: str
    erasmus_code_raw: str
    oid: str
    name: str
    street: str
    post_code: str
    city: str
    country: str
    country_eu: str
    website: str
    starts: date
    ends: date
    proposal: str
    is_transitory: bool


@dataclass(frozen=True, slots=True)
class RepairLine:
    """A value that was changed while reading: why is one of the repair codes of `codes`."""

    row: int
    field: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at. Codes that leave a row out: pic_shape, pic_twice, name_missing, date_unreadable,
    dates_reversed.

    Codes that keep it: code_shape, code_twice, oid_shape.
    """

    row: int
    code: str
    value: str


@dataclass(frozen=True)
class EcheList:
    """What a file held: the rows by PIC, the repairs and the problems, both by row of the file."""

    rows: Mapping[str, EcheRow]
    repairs: tuple[RepairLine, ...]
    problems: tuple[Problem, ...]


def read_eche(data: bytes, filename: str) -> EcheList:
    """Read the list of accredited institutions from its workbook (or the same columns as CSV).

    Columns are found by name in any order, with or without capitals; others are ignored.  Raises SpreadsheetError:
    `column_missing` with the missing column and those found, or any code of `read_table`. Rows that cannot be used
    are left out and reported as problems; repairs of codes are reported one by one.
    Source: list of 8 April 2026, 6,142 rows.
    """
    table = read_table(data, filename, known=list(COLUMNS.values()), limits=LIMITS)
    places = _places(table)
    reader = _Reader()
    for number, cells in zip(table.numbers, table.rows, strict=True):
        reader.read(number, {field: cells[place] for field, place in places.items()})
    return EcheList(reader.rows, tuple(reader.repairs), tuple(reader.problems))


def _places(table: Table) -> dict[str, int]:
    keys = [search_key(name) for name in table.header]
    missing = [title for title in COLUMNS.values() if search_key(title) not in keys]
    if missing:
        found = ", ".join(name for name in table.header if name)
        raise SpreadsheetError("column_missing", missing=", ".join(missing), found=found)
    return {field: keys.index(search_key(title)) for field, title in COLUMNS.items()}


class _Reader:
    """Collects rows, repairs and problems while the table is walked once."""

    def __init__(self) -> None:
        self.rows: dict[str, EcheRow] = {}
        self.repairs: list[RepairLine] = []
        self.problems: list[Problem] = []
        self._codes: set[str] = set()

    def read(self, number: int, cells: dict[str, str]) -> None:
        dates = self._dates(number, cells)
        pic = self._pic(number, cells["pic"])
        name = clean_text(cells["name"])
        if not name:
            self._problem(number, "name_missing", pic)
        if dates and pic and name:
            self.rows[pic] = self._row(number, pic, name, dates, cells)

    def _row(self, number: int, pic: str, name: str, dates: tuple[date, date], cells: dict[str, str]) -> EcheRow:
        country = iso_country(cells["country"])
        return EcheRow(
            row=number,
            pic=pic,
            erasmus_code=self._code(number, cells["code"], cells["country"]),
            erasmus_code_raw=cells["code"],
            oid=self._oid(number, cells["oid"]),
            name=name,
            street=clean_text(cells["street"]),
            post_code=clean_text(cells["post_code"]),
            city=clean_text(cells["city"]),
            country=country,
            country_eu=cells["country"],
            website=clean_text(cells["website"]),
            starts=dates[0],
            ends=dates[1],
            proposal=cells["proposal"],
            is_transitory=cells["proposal"].casefold() == "transitory charter",
        )

    def _pic(self, number: int, raw: str) -> str:
        pic = repair_pic(raw)
        if not is_pic(pic):
            return self._problem(number, "pic_shape", raw)
        if pic in self.rows:
            return self._problem(number, "pic_twice", raw)
        if pic != raw:
            self.repairs.append(RepairLine(number, "pic", raw, pic, "special_blanks"))
        return pic

    def _code(self, number: int, raw: str, country: str) -> str:
        repaired = repair_code(raw, country)
        self.repairs += [RepairLine(number, "erasmus_code", raw, repaired.code, why) for why in repaired.repairs]
        if not is_well_formed(repaired.code, country):
            self._problem(number, "code_shape", repaired.code)
        if repaired.code in self._codes:
            self._problem(number, "code_twice", repaired.code)
        self._codes.add(repaired.code)
        return repaired.code

    def _oid(self, number: int, raw: str) -> str:
        return raw if not raw or is_oid(raw) else self._problem(number, "oid_shape", raw)

    def _dates(self, number: int, cells: dict[str, str]) -> tuple[date, date] | None:
        try:
            starts, ends = date.fromisoformat(cells["starts"]), date.fromisoformat(cells["ends"])
        except ValueError:
            self._problem(number, "date_unreadable", f"{cells['starts']} {cells['ends']}".strip())
            return None
        if ends < starts:
            self._problem(number, "dates_reversed", f"{starts} {ends}")
            return None
        return starts, ends

    def _problem(self, number: int, code: str, value: str) -> str:
        """Note a problem; the empty text stands for the value that cannot be used."""
        self.problems.append(Problem(number, code, value))
        return ""
