"""Tables of agreement lines from elsewhere: what a row says, which rows make one agreement, what that would change.

A row is one line of an agreement. Rows with the same partner, reference, kind and period make one agreement. What a
row does not say stays unsaid: a line without people a year comes in incomplete and offers no place. What fits in no
field is kept as facts (code and value) and becomes the line's remark. A partner is matched by its Erasmus code; unknown
codes are refused and listed, never invented.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kervan.agreements.rules import completeness, words
from kervan.core.rules.cells import date_of, number_of, yes_or_no
from kervan.core.rules.spreadsheets import clean_text, looks_like_formula
from kervan.core.rules.turkish import search_key
from kervan.institutions.rules.codes import repair_code

CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
FIRST_YEAR, LAST_YEAR = 1987, 2100
MOST_PEOPLE = 9_999

# Column -> header names by which it is guessed, as search keys; the first is the one of the sample sheet.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "agreement number", "anlasma no", "anlasma numarasi", "referans"),
    "partner_code": ("partner erasmus code", "erasmus code", "erasmus kodu", "ortak erasmus kodu", "partner code"),
    "partner_name": ("partner name", "partner", "partner university", "ortak universite", "universite"),
    "home_code": ("home erasmus code", "our erasmus code", "kendi erasmus kodumuz"),
    "agreement_kind": ("kind of agreement", "agreement kind", "anlasma turu", "programme"),
    "direction": ("direction", "yon", "hareketlilik yonu"),
    "stay": ("kind of stay", "mobility type", "hareketlilik turu", "faaliyet turu"),
    "unit": ("our unit", "home unit", "unit", "birim", "bolum", "department"),
    "partner_unit": ("partner unit", "partner department", "ortagin birimi"),
    "fields": ("isced in ewp", "fields of study", "isced", "isced f", "isced code", "alan", "alan kodu"),
    "fields_home": ("isced home",),
    "fields_partner": ("isced partner",),
    "levels": ("levels", "level", "ogrenim duzeyi", "duzey", "kademe"),
    "terms": ("terms", "term", "donem", "donemler"),
    "people": ("people a year", "people", "number of persons", "persons per year", "kisi sayisi", "yillik kisi"),
    "months": ("months a year", "months", "total months", "ay", "toplam ay"),
    "days": ("days a year", "days", "total days", "gun", "toplam gun"),
    "blended": ("blended", "karma"),
    "valid_from": ("valid from", "start date", "baslangic", "baslangic tarihi"),
    "valid_until": ("valid until", "expiry date", "end date", "bitis", "bitis tarihi", "son gun"),
    "year_from": ("valid from year", "first academic year", "baslangic yili", "ilk akademik yil"),
    "year_until": ("valid to year", "last academic year", "bitis yili", "son akademik yil"),
    "partner_language_1": ("partner language 1", "language 1", "ortagin dili 1"),
    "partner_language_2": ("partner language 2", "language 2", "ortagin dili 2"),
    "partner_level_student": ("partner level student", "language level", "dil duzeyi"),
    "partner_level_staff": ("partner level staff",),
    "home_language_1": ("home language 1", "our language 1", "bizim dilimiz 1"),
    "home_language_2": ("home language 2", "our language 2", "bizim dilimiz 2"),
    "home_level_student": ("home level student", "our language level"),
    "home_level_staff": ("home level staff",),
    "partner_nomination_autumn": ("partner nomination deadline autumn", "ortak aday bildirimi guz"),
    "partner_nomination_spring": ("partner nomination deadline spring", "ortak aday bildirimi bahar"),
    "home_nomination_autumn": ("home nomination deadline autumn",),
    "home_nomination_spring": ("home nomination deadline spring",),
    "in_ewp": ("in ewp", "ewp"),
    "approved_by_home": ("approved by home", "approved by us", "bizim onayimiz"),
    "approved_by_partner": ("approved by partner", "ortagin onayi"),
    "unconfirmed_changes": ("unconfirmed changes", "onaylanmamis degisiklik"),
    "terminated_by_home": ("terminated by home", "terminated by us", "bizce feshedildi"),
    "terminated_by_partner": ("terminated by partner", "ortakca feshedildi"),
    "remark": ("remark", "remarks", "note", "notes", "not", "aciklama"),
}
FLAGS = (
    "in_ewp", "approved_by_home", "approved_by_partner", "unconfirmed_changes", "terminated_by_home",
    "terminated_by_partner",
)  # fmt: skip
SIDES = ("partner", "home")
# What a line says, in the order in which it is shown; the values of `Line` are texts.
LINE_FIELDS = (
    "direction", "stay", "people", "months", "days", "unit", "partner_unit", "levels", "fields", "terms", "languages",
    "blended", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to say about a row: a stable code, the column, the value as it stands there, a hint."""

    code: str
    column: str = ""
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are read against.

    partners: comparable Erasmus code -> keys of institutions. partner_names, units: folded name -> keys. is_ours: whose
    agreements these are. agreement_kind: of rows that do not say. own_code: our Erasmus code.
    """

    partners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    partner_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    languages: Mapping[str, str] = field(default_factory=dict)
    is_ours: bool = True
    agreement_kind: str = "erasmus_iia"
    own_code: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What makes rows one agreement: partner (key of the institution), reference, kind and period."""

    partner: str
    reference: str
    kind: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood.

    line: field -> canonical text, without the remark. facts: what fits in no field (code, value). of_agreement: facts
    of the agreement as a whole. deadlines: what the partner's fact sheet says of nominations. problems refuse the row,
    warnings only say what is to be looked at. missing: codes of `completeness`.
    """

    number: int
    partner_code: str
    partner_name: str
    head: Head | None
    line: Mapping[str, str]
    facts: tuple[tuple[str, str], ...] = ()
    of_agreement: tuple[tuple[str, str], ...] = ()
    deadlines: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()


def guess(header: Sequence[str]) -> dict[str, str]:
    """Say which header stands for which column: the first that matches a known name, each header used once."""
    free = {search_key(name): name for name in header if name}
    found: dict[str, str] = {}
    for code, names in COLUMNS.items():
        key = next((name for name in names if name in free), None)
        if key is not None:
            found[code] = free.pop(key)
    return found


def missing_columns(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns without which no row can be understood: the partner, and from when an agreement holds."""
    has_partner = mapping.get("partner_code") or mapping.get("partner_name")
    begins = mapping.get("valid_from") or mapping.get("year_from")
    return tuple(code for code, there in (("partner_code", has_partner), ("valid_from", begins)) if not there)


def code_candidates(raw: str) -> tuple[str, ...]:
    """Return the comparable forms that an Erasmus code may have been meant as, the likeliest first.

    A code that lost its blank (`SKPRESOV01`) could stand for a country part of one or of two letters; which one it is
    shows the directory, in which no two codes differ by a blank alone (list of 8 April 2026).
    """
    code = repair_code(raw).code
    if not code or " " in code:
        return (code,) if code else ()
    return (code, f"{code[:1]} {code[1:]}", f"{code[:2]} {code[2:]}")


def suggests_ours(units: Iterable[str], codes: Iterable[str], known: Known) -> bool:
    """Return whether a table looks like agreements of our own university: it names a unit or the code of ours.

    units, codes: the cells of the columns for our unit and our Erasmus code.
    """
    is_unit = any(search_key(name) in known.units for name in units if name)
    return is_unit or any(known.own_code in code_candidates(code) for code in codes if code and known.own_code)


def read(number: int, cells: Mapping[str, str], known: Known) -> Row:
    """Read one row. number: row of the file; cells: column -> text. Never raises; problems stand in the row."""
    reading = _Reading(number, {code: clean_text(text) for code, text in cells.items()}, known)
    for code, text in reading.cells.items():
        if looks_like_formula(text):
            reading.problem("formula", code, text)
    partner = reading.partner()
    reading.words()
    reading.amounts()
    reading.our_unit()
    reading.fields_of_study()
    reading.languages()
    reading.what_else()
    return reading.row(partner)


@dataclass(slots=True)
class _Reading:
    """A row while it is read."""

    number: int
    cells: Mapping[str, str]
    known: Known
    line: dict[str, str] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    of_agreement: list[tuple[str, str]] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def cell(self, code: str) -> str:
        return self.cells.get(code, "")

    def problem(self, code: str, column: str = "", value: str = "", hint: str = "") -> None:
        if not any(one.column == column and column for one in self.problems):
            self.problems.append(Problem(code, column, value[:80], hint))

    def warn(self, code: str, column: str, value: str, hint: str = "") -> None:
        self.warnings.append(Problem(code, column, value[:80], hint))

    def partner(self) -> str:
        """The key of the institution, an empty text with a problem when it cannot be told."""
        raw, name = self.cell("partner_code"), self.cell("partner_name")
        if raw:
            return self._by_code(raw)
        if not name:
            self.problem("no_partner", "partner_code")
            return ""
        return self._only(self.known.partner_names.get(search_key(name), ()), "partner_name", name)

    def _by_code(self, raw: str) -> str:
        candidates = code_candidates(raw)
        if self.known.own_code and self.known.own_code in candidates:
            self.problem("partner_is_us", "partner_code", raw)
            return ""
        code = next((one for one in candidates if one in self.known.partners), "")
        if code and code != candidates[0]:
            self.warn("code_repaired", "partner_code", raw, code)
        return self._only(self.known.partners.get(code, ()), "partner_code", raw)

    def _only(self, keys: Sequence[str], column: str, value: str) -> str:
        if len(keys) == 1:
            return keys[0]
        self.problem("partner_ambiguous" if keys else "partner_unknown", column, value)
        return ""

    def words(self) -> None:
        self._word("direction", words.DIRECTIONS)
        self._word("stay", words.STAYS)
        self._several("levels", words.LEVELS)
        self._several("terms", words.TERMS)
        if text := self.cell("partner_unit"):
            self.line["partner_unit"] = text[:200]
        if text := self.cell("blended"):
            self.line["blended"] = "yes" if self._flag("blended", text) == "yes" else ""

    def _word(self, column: str, known: Mapping[str, str]) -> None:
        if text := self.cell(column):
            self.line[column] = self._known(column, text, known)

    def _several(self, column: str, known: Mapping[str, str]) -> None:
        parts = [part for part in re.split(r"[,;/|+]", self.cell(column)) if part.strip()]
        codes = [self._known(column, part, known) for part in parts]
        if codes:
            self.line[column] = ",".join(code for code in dict.fromkeys(known.values()) if code in codes)

    def _known(self, column: str, text: str, known: Mapping[str, str]) -> str:
        code = known.get(search_key(text), "")
        if not code:
            self.problem("word_unknown", column, text, ", ".join(dict.fromkeys(known.values())))
        return code

    def _flag(self, column: str, text: str) -> str:
        answer = yes_or_no(text)
        if answer is None:
            self.problem("yes_or_no", column, text)
        return "yes" if answer else "no"

    def amounts(self) -> None:
        self._amount("people", Decimal(1))
        self._amount("months", Decimal("0.1"))
        self._amount("days", Decimal(1))

    def _amount(self, column: str, step: Decimal) -> None:
        """A number of people, months or days; a nought says the same as an empty cell: not offered."""
        if not (text := self.cell(column)):
            return
        number = number_of(text)
        if number is None:
            self.problem("not_a_number", column, text)
        elif not 0 <= number <= MOST_PEOPLE:
            self.problem("out_of_range", column, text, f"0–{MOST_PEOPLE}")
        elif number % step:
            self.problem("too_precise", column, text, str(step))
        elif number:
            self.line[column] = f"{number.normalize():f}"

    def our_unit(self) -> None:
        """Our unit by its name; the unit of another university is kept as a fact."""
        if not (name := self.cell("unit")):
            return
        if not self.known.is_ours:
            self.facts.append(("unit", name))
            return
        found = self.known.units.get(search_key(name), ())
        if len(found) == 1:
            self.line["unit"] = found[0]
        else:
            self.problem("unit_ambiguous" if found else "unit_unknown", "unit", name)

    def fields_of_study(self) -> None:
        """The codes of the network count, before them those of our side, then the partner's; the others are facts."""
        lists = {code: self._codes(code) for code in ("fields", "fields_home", "fields_partner")}
        used = next((code for code, codes in lists.items() if codes), "")
        chosen = lists.get(used, ())
        if chosen:
            self.line["fields"] = ",".join(chosen)
        for column, codes in lists.items():
            if column != used and codes and set(codes) != set(chosen):
                self.facts.append((column, ", ".join(codes)))
        if used in ("fields_home", "fields_partner") and "fields" in self.cells:
            self.facts.append(("fields_from", used))

    def _codes(self, column: str) -> tuple[str, ...]:
        """Known codes of a cell in their order; unknown ones are said and kept as a fact."""
        found = dict.fromkeys(part for part in re.split(r"[\s,;/|]+", self.cell(column)) if part)
        unknown = [code for code in found if code not in self.known.fields]
        if unknown:
            self.warn("field_unknown", column, ", ".join(unknown))
            self.facts.append((f"{column}_unknown", ", ".join(unknown)))
        return tuple(code for code in found if code in self.known.fields)

    def languages(self) -> None:
        """Languages of the side that receives become the line's; as long as the direction is not known, all are facts.

        The template recommends a level, it does not require it (RULES 4.3).
        """
        receiving = {"outgoing": "partner", "incoming": "home"}.get(self.line.get("direction", ""), "")
        for side in SIDES:
            codes = self._language_codes(side)
            student, staff = self._level(f"{side}_level_student"), self._level(f"{side}_level_staff")
            level = staff if self.line.get("stay") in completeness.STAFF_STAYS else student
            if codes and side == receiving and self.line.get("stay") and level:
                self.line["languages"] = ",".join(f"{code}:{level}:recommended" for code in codes)
            elif codes or student or staff:
                self.facts.append((f"{side}_languages", f"{','.join(codes)};{student};{staff}"))

    def _language_codes(self, side: str) -> list[str]:
        found = []
        for column in (f"{side}_language_1", f"{side}_language_2"):
            text = self.cell(column)
            code = self.known.languages.get(search_key(text), "") if text else ""
            if code and code not in found:
                found.append(code)
            elif text and not code:
                self.problem("language_unknown", column, text)
        return found

    def _level(self, column: str) -> str:
        text = self.cell(column).replace(" ", "").upper()
        if text and text not in CEFR:
            self.problem("word_unknown", column, self.cell(column), ", ".join(CEFR))
        return text

    def what_else(self) -> None:
        """States of the network, deadlines and remarks: kept as the table has them."""
        for code in FLAGS:
            if text := self.cell(code):
                self.facts.append((code, self._flag(code, text)))
        for side in SIDES:
            for term in ("autumn", "spring"):
                self._deadline(side, term)
        if text := self.cell("remark"):
            self.facts.append(("remark", text[:1_000]))

    def _deadline(self, side: str, term: str) -> None:
        column = f"{side}_nomination_{term}"
        if not (text := self.cell(column)):
            return
        day = day_of_year(text)
        if not day:
            self.problem("not_a_day_of_year", column, text)
        elif side == "partner":
            self.deadlines[f"nomination_{term}"] = day
            self.facts.append((column, day))
        else:
            self.of_agreement.append((column, day))

    def period(self) -> tuple[date | None, date | None]:
        """First and last day. A year is an academic year: it begins on 1 September and ends on 31 August."""
        begins, ends = self._day("valid_from"), self._day("valid_until")
        first, last = self._year("year_from"), self._year("year_until")
        if begins is None and first:
            begins = date(first, 9, 1)
        if begins is None and not any(one.column in ("valid_from", "year_from") for one in self.problems):
            self.problem("no_beginning", "valid_from")
        if ends is None and last:
            ends = date(last + 1, 8, 31)
        elif ends and last and _academic_year(ends) != last:
            self.warn("years_disagree", "year_until", self.cell("year_until"), ends.isoformat())
            self.of_agreement.append(("year_until", str(last)))
        if begins and ends and ends < begins:
            self.problem("ends_before", "valid_until", self.cell("valid_until") or self.cell("year_until"))
        return begins, ends

    def _day(self, column: str) -> date | None:
        text = self.cell(column)
        day = date_of(text) if text else None
        if text and (day is None or not FIRST_YEAR <= day.year <= LAST_YEAR):
            self.problem("not_a_date", column, text)
            return None
        return day

    def _year(self, column: str) -> int | None:
        text = self.cell(column)
        match = re.fullmatch(r"(\d{4})(\s*[/–-]\s*(\d{2}|\d{4}))?", text)
        if match and FIRST_YEAR <= int(match[1]) < LAST_YEAR:
            return int(match[1])
        if text:
            self.problem("not_a_year", column, text)
        return None

    def row(self, partner: str) -> Row:
        begins, ends = self.period()
        kind = self.known.agreement_kind
        if text := self.cell("agreement_kind"):
            kind = self._known("agreement_kind", text, words.AGREEMENTS) or kind
        for code in completeness.misplaced(facts_of(self.line)):
            self.problem(code, code.partition("_")[0])
        head = Head(partner, self.cell("reference")[:80], kind, begins, ends) if partner and begins else None
        missing = completeness.missing(facts_of(self.line), kind) + completeness.missing_of_version(kind, ends)
        return Row(
            number=self.number,
            partner_code=self.cell("partner_code"),
            partner_name=self.cell("partner_name"),
            head=head,
            line={name: value for name, value in self.line.items() if value},
            facts=tuple(self.facts),
            of_agreement=tuple(self.of_agreement),
            deadlines=self.deadlines,
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            missing=missing,
        )


def facts_of(line: Mapping[str, str]) -> completeness.Line:
    """Return a line's texts as `completeness` takes them."""
    return completeness.Line(
        direction=line.get("direction", ""),
        stay=line.get("stay", ""),
        people=int(line["people"]) if line.get("people") else None,
        months=Decimal(line["months"]) if line.get("months") else None,
        days=int(line["days"]) if line.get("days") else None,
        levels=tuple(code for code in line.get("levels", "").split(",") if code),
        terms=tuple(code for code in line.get("terms", "").split(",") if code),
    )


def day_of_year(text: str) -> str:
    """Read a day that comes each year: 05-15, 15.05., 15/5, or a whole date; an empty text when it is none."""
    if day := date_of(text):
        return f"{day:%m-%d}"
    month_first = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    day_first = re.fullmatch(r"(\d{1,2})[./](\d{1,2})\.?", text)
    month, number = month_first.groups() if month_first else day_first.groups()[::-1] if day_first else ("0", "0")
    try:
        return f"{date(2024, int(month), int(number)):%m-%d}"
    except ValueError:
        return ""


def _academic_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


def grouped(rows: Iterable[Row]) -> dict[Head, list[Row]]:
    """Return the rows that can be used, by agreement, in the order of the table."""
    found: dict[Head, list[Row]] = {}
    for row in rows:
        if row.head and not row.problems:
            found.setdefault(row.head, []).append(row)
    return found


def reference_of(head: Head, partner: str, sample: str = "") -> str:
    """Return the reference of an agreement: the table's, else partner, kind (when not Erasmus+) and period.

    partner: Erasmus code or name. sample: whose agreements these are, when not ours; its name stands before all else.
    Of one partner and kind only the period can differ; a first or last day that is not that of an academic year is
    written out. At most 80 characters; a long partner's name is cut.
    """
    period = f"{_short(head.valid_from, (9, 1))}–{_short(head.valid_until, (8, 31))}"
    kind = "" if head.kind == "erasmus_iia" else f" {head.kind}"
    rest = f" {head.reference}" if head.reference else f"{kind} {period}"
    name = sample.partition("(")[0].strip()[:20].strip()
    before = f"{name} " if name else ""
    if head.reference:
        return f"{before}{head.reference}"[:80]
    return f"{before}{partner[: 80 - len(before) - len(rest)]}{rest}"


def _short(day: date | None, usual: tuple[int, int]) -> str:
    if day is None:
        return "…"
    return str(day.year) if (day.month, day.day) == usual else day.isoformat()
