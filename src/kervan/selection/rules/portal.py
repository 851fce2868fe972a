"""Tables of applications or exam results from elsewhere: which column is which, what a row says, what it would change.

The layout of the national portal's export is not public; any table is read once its columns are chosen. A row becomes
a `Row` of canonical texts and problems; compared with what is known it becomes a `Verdict`. Blank cells change nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz import fuzz, process

from kervan.core.rules.cells import date_of as date_of
from kervan.core.rules.cells import number_of as number_of
from kervan.core.rules.cells import signature as signature
from kervan.core.rules.spreadsheets import clean_text, looks_like_formula
from kervan.core.rules.turkish import search_key, title_case, upper_tr

PORTAL, EXAMS = "portal", "exams"
CREATE, CHANGE, SAME, REFUSE = "create", "change", "same", "refuse"
ACTIONS = (CREATE, CHANGE, SAME, REFUSE)
LEVELS = ("associate", "bachelor", "master", "doctorate")
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
TERMS = ("autumn", "spring", "year")
NEAR = 75  # of 100: how alike a name must be to be suggested
IN_THE_RUNNING = ("submitted", "checked", "returned")

LEVEL_WORDS = {
    "associate": "associate", "associate degree": "associate", "onlisans": "associate", "on lisans": "associate",
    "bachelor": "bachelor", "undergraduate": "bachelor", "lisans": "bachelor", "first cycle": "bachelor",
    "master": "master", "masters": "master", "yuksek lisans": "master", "graduate": "master", "yl": "master",
    "doctorate": "doctorate", "phd": "doctorate", "doktora": "doctorate", "dr": "doctorate",
}  # fmt: skip
TERM_WORDS = {
    "autumn": "autumn", "autumn term": "autumn", "fall": "autumn", "winter": "autumn", "guz": "autumn",
    "guz donemi": "autumn", "guz yariyili": "autumn",
    "spring": "spring", "spring term": "spring", "summer": "spring", "bahar": "spring", "bahar donemi": "spring",
    "bahar yariyili": "spring",
    "year": "year", "whole year": "year", "full year": "year", "yil": "year", "tam yil": "year", "butun yil": "year",
    "guz bahar": "year",
}  # fmt: skip
YES_WORDS = frozenset({"yes", "y", "true", "1", "x", "evet", "e", "girmedi", "absent", "did not come"})
NO_WORDS = frozenset({"no", "n", "false", "0", "hayir", "h", "girdi", "present"})
LANGUAGE_WORDS = {
    "english": "en", "ingilizce": "en", "german": "de", "almanca": "de", "french": "fr", "fransizca": "fr",
    "spanish": "es", "ispanyolca": "es", "italian": "it", "italyanca": "it", "russian": "ru", "rusca": "ru",
    "arabic": "ar", "arapca": "ar", "polish": "pl", "lehce": "pl", "portuguese": "pt", "portekizce": "pt",
    "turkish": "tr", "turkce": "tr",
}  # fmt: skip

# Header names by which a column is guessed, as search keys; the first of each is the one of the sample sheet.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "portal_number": ("portal number", "application number", "basvuru numarasi", "basvuru no", "portal no"),
    "student_number": ("student number", "student no", "ogrenci numarasi", "ogrenci no", "numara"),
    "given_name": ("given name", "first name", "ad", "adi", "isim"),
    "family_name": ("family name", "surname", "last name", "soyad", "soyadi"),
    "full_name": ("name", "full name", "ad soyad", "adi soyadi", "adi ve soyadi"),
    "email": ("e mail", "email", "mail", "e posta", "eposta", "e posta adresi"),
    "birth_date": ("date of birth", "birth date", "dogum tarihi"),
    "citizenships": ("citizenship", "citizenships", "nationality", "uyruk", "uyrugu", "vatandaslik"),
    "unit": ("study programme", "programme", "program", "department", "bolum", "bolumu", "bolum program"),
    "level": ("level", "study level", "ogrenim duzeyi", "ogrenim kademesi", "duzey", "kademe"),
    "gpa_4": ("grade average of 4", "gpa", "gpa 4", "gano", "agno", "not ortalamasi", "not ortalamasi 4", "agno 4"),
    "gpa_100": ("grade average of 100", "gpa 100", "not ortalamasi 100", "agno 100", "yuzluk not"),
    "exam_language": ("exam language", "sinav dili", "yabanci dil"),
    "language": ("language", "exam language", "dil", "sinav dili", "yabanci dil"),
    "written": ("written", "written mark", "yazili", "yazili puani"),
    "oral": ("oral", "oral mark", "sozlu", "sozlu puani"),
    "mark": ("mark", "exam mark", "score", "puan", "sinav puani", "dil puani"),
    "cefr": ("cefr level", "language level", "cefr", "dil duzeyi", "dil seviyesi", "seviye", "duzey", "level"),
    "absent": ("did not come", "absent", "girmedi", "sinava girmedi"),
}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    PORTAL: (
        "portal_number", "student_number", "given_name", "family_name", "full_name", "email", "birth_date",
        "citizenships", "unit", "level", "gpa_4", "gpa_100", "exam_language",
    ),
    EXAMS: ("portal_number", "student_number", "language", "written", "oral", "mark", "cefr", "absent"),
}  # fmt: skip


class Column(NamedTuple):
    """A column that a table may have: its code and the header names by which it is guessed."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused. column: its code, "" for the row; value: what stands there; hint: what would do."""

    code: str
    column: str = ""
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """A study programme of ours under the names by which tables call it. path: chain of keys from the faculty down."""

    uid: str
    level: str
    isced: str
    names: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A place of the call. partners: Erasmus code and names of the host; empty levels, fields and unit demand nothing.

    unit: path of our unit that it was agreed for.
    """

    uid: str
    partners: tuple[str, ...]
    term: str
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    unit: str = ""

    def takes(self, level: str, isced: str, path: str = "") -> bool:
        """Whether the place is for this level, field and programme; what is not known excludes nothing."""
        if path and not path.startswith(self.unit):
            return False
        by_level = not self.levels or not level or level in self.levels
        return by_level and (not self.fields or not isced or any(isced.startswith(code) for code in self.fields))


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are read against: our programmes, the places of the call, its number of wishes, its year."""

    programmes: Sequence[Programme] = ()
    offers: Sequence[Offer] = ()
    max_wishes: int = 0
    academic_year: int = 2026
    languages: frozenset[str] = frozenset(LANGUAGE_WORDS.values())
    countries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood: canonical text by field (only what is there), problems, columns repaired."""

    number: int
    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Existing:
    """What is known already of the person or application that a row is about.

    key: application uid, "" when there is none yet.  state, door: of the application.  values: canonical text by field.
    keeps: fields that belong to the person and are not overwritten, only filled.
    """

    key: str = ""
    state: str = ""
    door: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row would do. changes: (field, before, after) in the order of the columns."""

    action: str
    changes: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def columns(kind: str, max_wishes: int = 0) -> tuple[Column, ...]:
    """Return the columns that a table of this kind may have, wishes with their terms at the end."""
    own = tuple(Column(code, _NAMES[code]) for code in _COLUMNS[kind])
    return (
        own if kind == EXAMS else own + tuple(one for rank in range(1, max_wishes + 1) for one in _wish_columns(rank))
    )


def _wish_columns(rank: int) -> tuple[Column, Column]:
    names = (f"wish {rank}", f"{rank} tercih", f"tercih {rank}", f"preference {rank}", f"choice {rank}")
    terms = tuple(f"{name} {word}" for name in names for word in ("term", "donem", "donemi"))
    return Column(f"wish_{rank}", names), Column(f"wish_{rank}_term", terms)


def guess(header: Sequence[str], kind: str, max_wishes: int = 0) -> dict[str, str]:
    """Say which header stands for which column: the first that matches a known name, each header used once."""
    free = {search_key(name): name for name in header if name}
    found: dict[str, str] = {}
    for column in columns(kind, max_wishes):
        key = next((name for name in column.names if name in free), None)
        if key is not None:
            found[column.code] = free.pop(key)
    return found


def missing_columns(mapping: Mapping[str, str], kind: str) -> tuple[str, ...]:
    """Return the columns without which no row can be understood: a number to match on, what an exam result is about."""
    has_number = bool(mapping.get("portal_number") or mapping.get("student_number"))
    missing = () if has_number else ("student_number",)
    return missing if kind == PORTAL or mapping.get("language") else (*missing, "language")


class Reader:
    """Reads the rows of one table. Answers on programmes and partners are remembered, as most rows repeat them."""

    def __init__(self, kind: str, known: Known) -> None:
        self.kind, self.known = kind, known
        self._programmes: dict[str, list[Programme]] = {}
        for programme in known.programmes:
            for name in {search_key(name) for name in programme.names if name}:
                self._programmes.setdefault(name, []).append(programme)
        self._offers: dict[str, list[Offer]] = {offer.uid: [offer] for offer in known.offers}
        for offer in known.offers:
            for name in {partner_key(name) for name in offer.partners if name}:
                self._offers.setdefault(name, []).append(offer)
        self._nearest: dict[tuple[str, str], str] = {}

    def read(self, number: int, cells: Mapping[str, str]) -> Row:
        """Read one row. number: row of the file; cells: column code -> text."""
        reading = _Reading({code: clean_text(text) for code, text in cells.items()})
        for code, text in reading.cells.items():
            if looks_like_formula(text):
                reading.problem("formula", code, text)
        _read_numbers(reading)
        if self.kind == EXAMS:
            self._read_exam(reading)
        else:
            self._read_person(reading)
            self._read_study(reading)
            self._read_wishes(reading)
        return Row(number, reading.values, tuple(reading.problems), tuple(reading.repaired))

    def _read_exam(self, reading: "_Reading") -> None:
        self._read_language(reading, "language")
        for code in ("written", "oral", "mark"):
            reading.decimal(code, Decimal(0), Decimal(100))
        reading.word("cefr", {level.lower(): level for level in CEFR})
        reading.word("absent", {**dict.fromkeys(YES_WORDS, "yes"), **dict.fromkeys(NO_WORDS, "no")})
        marks = [code for code in ("written", "oral", "mark", "cefr") if code in reading.values]
        if reading.values.get("absent") == "yes" and marks:
            reading.problem("absent_with_mark", marks[0], reading.cells[marks[0]])
        elif not marks and reading.values.get("absent") != "yes" and not reading.problems:
            reading.problem("no_mark")

    def _read_person(self, reading: "_Reading") -> None:
        _read_names(reading)
        if email := reading.cells.get("email", ""):
            if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
                reading.values["email"] = email
            else:
                reading.problem("email_wrong", "email", email)
        _read_birth(reading, self.known.academic_year)
        self._read_citizenships(reading)

    def _read_citizenships(self, reading: "_Reading") -> None:
        codes = []
        for word in re.split(r"[,;/|]", reading.cells.get("citizenships", "")):
            key = search_key(word)
            if not key:
                continue
            if key not in self.known.countries:
                return reading.problem("country_unknown", "citizenships", word.strip())
            codes.append(self.known.countries[key])
        if codes:
            reading.values["citizenships"] = ",".join(sorted(set(codes)))
        return None

    def _read_study(self, reading: "_Reading") -> None:
        reading.word("level", LEVEL_WORDS)
        self._read_programme(reading)
        reading.decimal("gpa_4", Decimal(1), Decimal(4))
        reading.decimal("gpa_100", Decimal(0), Decimal(100))
        self._read_language(reading, "exam_language")

    def _read_programme(self, reading: "_Reading") -> None:
        name = reading.cells.get("unit", "")
        if not name:
            return
        found = self._programmes.get(search_key(name), [])
        if not found:
            return reading.problem("programme_unknown", "unit", name, self._near("programme", name))
        level = reading.values.get("level", "")
        fitting = [programme for programme in found if not level or programme.level == level]
        if not fitting:
            return reading.problem("level_mismatch", "level", reading.cells["level"], found[0].level)
        if len(fitting) > 1 and len({programme.level for programme in fitting}) > 1:
            return reading.problem("programme_ambiguous", "unit", name)
        reading.values["unit"], reading.isced, reading.path = fitting[0].uid, fitting[0].isced, fitting[0].path
        reading.values["level"] = fitting[0].level or level
        return None

    def _read_language(self, reading: "_Reading", column: str) -> None:
        words = {**LANGUAGE_WORDS, **{code: code for code in self.known.languages}}
        reading.word(column, words)

    def _read_wishes(self, reading: "_Reading") -> None:
        uids: list[str] = []
        for rank in range(1, 21):
            column = f"wish_{rank}"
            name = reading.cells.get(column, "")
            if not name:
                continue
            if rank > self.known.max_wishes:
                reading.problem("too_many_wishes", column, name, str(self.known.max_wishes))
                continue
            offer = self._offer(reading, column, name)
            if offer and offer.uid in uids:
                reading.problem("wish_twice", column, name)
            elif offer:
                uids.append(offer.uid)
        if uids:
            reading.values["wishes"] = ",".join(uids)

    def _offer(self, reading: "_Reading", column: str, name: str) -> Offer | None:
        partner, term = split_term(name)
        if stated := reading.cells.get(f"{column}_term", ""):
            term = TERM_WORDS.get(search_key(stated), "")
            if not term:
                reading.problem("word_unknown", f"{column}_term", stated, ", ".join(TERMS))
                return None
        found = (
            self._offers.get(name) or self._offers.get(partner_key(partner)) or self._offers.get(partner_key(name), [])
        )
        if not found:
            reading.problem("partner_unknown", column, name, self._near("partner", partner))
            return None
        in_term = [offer for offer in found if not term or offer.term == term]
        if not in_term:
            reading.problem("term_not_offered", column, name, ", ".join(sorted({offer.term for offer in found})))
            return None
        level = reading.values.get("level", "")
        best = [offer for offer in in_term if offer.takes(level, reading.isced, reading.path)] or in_term
        if len({offer.term for offer in best}) > 1:
            reading.problem("term_missing", column, name, ", ".join(sorted({offer.term for offer in best})))
            return None
        return best[0]

    def _near(self, kind: str, name: str) -> str:
        """The name that a misspelt one is most like, "" when none is near."""
        if (kind, name) not in self._nearest:
            known = self.known.programmes if kind == "programme" else self.known.offers
            names = [one for item in known for one in _names(item)]
            found = process.extractOne(
                name, names, scorer=fuzz.token_sort_ratio, processor=search_key, score_cutoff=NEAR
            )
            self._nearest[kind, name] = found[0] if found else ""
        return self._nearest[kind, name]


def _names(item: Programme | Offer) -> tuple[str, ...]:
    return tuple(name for name in (item.names if isinstance(item, Programme) else item.partners) if name)


@dataclass(slots=True)
class _Reading:
    """A row while it is read."""

    cells: dict[str, str]
    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    isced: str = ""
    path: str = ""

    def problem(self, code: str, column: str = "", value: str = "", hint: str = "") -> None:
        if not any(one.column == column and column for one in self.problems):
            self.problems.append(Problem(code, column, value[:80], hint))

    def word(self, column: str, words: Mapping[str, str]) -> None:
        if not (text := self.cells.get(column, "")):
            return
        if search_key(text) in words:
            self.values[column] = words[search_key(text)]
        else:
            self.problem("word_unknown", column, text, ", ".join(dict.fromkeys(words.values())))

    def decimal(self, column: str, low: Decimal, high: Decimal) -> None:
        if not (text := self.cells.get(column, "")):
            return
        number = number_of(text)
        if number is None:
            self.problem("not_a_number", column, text)
        elif not low <= number <= high:
            self.problem("out_of_range", column, text, f"{low}–{high}")
        elif number != number.quantize(Decimal("0.01")):
            self.problem("too_precise", column, text)
        else:
            self.values[column] = f"{number:.2f}"


def partner_key(name: str) -> str:
    """The form in which hosts are compared: blanks inside an Erasmus code do not matter."""
    return search_key(name).replace(" ", "")


def split_term(text: str) -> tuple[str, str]:
    """Split a wish such as "PL WARSZAW01 / güz" or "Uniwersytet Warszawski (autumn)" into partner and term or ""."""
    match = re.fullmatch(r"(.+?)\s*(?:[/|;,(·–]|\s-)\s*([^/|;,()·–]+?)\)?", text)
    term = TERM_WORDS.get(search_key(match[2]), "") if match else ""
    return (match[1], term) if match and term else (text, "")


def _read_numbers(reading: _Reading) -> None:
    for column in ("portal_number", "student_number"):
        text = re.sub(r"\s|\.0$", "", reading.cells.get(column, ""))
        if not text:
            continue
        if re.fullmatch(r"[0-9A-Za-z/_.-]{2,30}", text):
            reading.values[column] = text
        else:
            reading.problem("number_wrong", column, text)
    if not reading.values.get("portal_number") and not reading.values.get("student_number") and not reading.problems:
        reading.problem("no_number", "student_number")


def _read_names(reading: _Reading) -> None:
    """Names in capitals are written as names; a full name gives its last word as family name."""
    if full := reading.cells.get("full_name", ""):
        given, _, family = full.rpartition(" ")
        reading.cells.setdefault("given_name", "")
        reading.cells["given_name"] = reading.cells["given_name"] or given or family
        reading.cells["family_name"] = reading.cells.get("family_name", "") or (family if given else "")
    for column in ("given_name", "family_name"):
        if text := reading.cells.get(column, ""):
            written = title_case(text) if text == upper_tr(text) else text
            reading.values[column] = written[:120]
            if written != text:
                reading.repaired.append(column)


def _read_birth(reading: _Reading, academic_year: int) -> None:
    if not (text := reading.cells.get("birth_date", "")):
        return
    day = date_of(text)
    if day is None:
        reading.problem("not_a_date", "birth_date", text)
    elif not academic_year - 90 <= day.year <= academic_year - 14:
        reading.problem("date_out_of_range", "birth_date", text, f"{academic_year - 90}–{academic_year - 14}")
    else:
        reading.values["birth_date"] = day.isoformat()


def without_repeats(rows: Iterable[Row]) -> list[Row]:
    """Refuse every row but the first that carries the same portal number or (with its language) the same student."""
    seen: dict[tuple[str, str], int] = {}
    checked = []
    for row in rows:
        extra = f"|{row.values['language']}" if "language" in row.values else ""
        keys = [(name, row.values[name] + extra) for name in ("portal_number", "student_number") if name in row.values]
        first = next(((key, seen[key]) for key in keys if key in seen), None)
        if first:
            (name, _value), number = first
            repeat = Problem("repeated", name, row.values[name], str(number))
            row = Row(row.number, row.values, (*row.problems, repeat), row.repaired)
        else:
            seen.update(dict.fromkeys(keys, row.number))
        checked.append(row)
    return checked


def judge_application(row: Row, existing: Existing | None, *, has_places: bool) -> Verdict:
    """Say what a row of applications would do: create, change, nothing, or be refused with every reason.

    existing: the person or application it matched, None when both are new.  has_places: whether wishes are needed.
    """
    known = existing or Existing()
    problems = [*row.problems, *_state_problems(known)]
    if not known.key:
        problems += _lacking(
            row, known, has_places=has_places and not any(one.column.startswith("wish") for one in problems)
        )
    if problems:
        return Verdict(REFUSE, (), tuple(problems))
    changes = _changes(row.values, known, (*_COLUMNS[PORTAL], "wishes"))
    return Verdict(CREATE if not known.key else CHANGE if changes else SAME, changes)


def _state_problems(known: Existing) -> list[Problem]:
    if known.key and known.door == "kervan":
        return [Problem("applied_here", "", known.values.get("student_number", ""))]
    if known.key and known.state not in IN_THE_RUNNING:
        return [Problem("not_in_the_running", "", known.state)]
    return []


def _lacking(row: Row, known: Existing, *, has_places: bool) -> list[Problem]:
    """What a new application cannot be without, columns that are wrong already left out."""
    together = {**known.values, **row.values}
    wrong = {problem.column for problem in row.problems}
    needed = [name for name in ("given_name", "family_name", "unit") if not together.get(name)]
    needed += [] if together.get("gpa_4") or together.get("gpa_100") else ["gpa_4"]
    needed += ["wishes"] if has_places and not row.values.get("wishes") else []
    wrong |= ({"gpa_4"} if "gpa_100" in wrong else set()) | ({"unit"} if "level" in wrong else set())
    return [Problem("missing", name) for name in needed if name not in wrong]


def judge_exam(row: Row, existing: Existing | None) -> Verdict:
    """Say what a row of exam results would do to the application it names."""
    problems = list(row.problems)
    if existing is None or not existing.key:
        if not any(one.column in ("student_number", "portal_number") for one in problems):
            column = "portal_number" if "portal_number" in row.values else "student_number"
            problems.append(Problem("no_application", column, row.values.get(column, "")))
    elif existing.state not in IN_THE_RUNNING:
        problems.append(Problem("not_in_the_running", "", existing.state))
    if problems or existing is None:
        return Verdict(REFUSE, (), tuple(problems))
    changes = _changes(row.values, existing, ("language", "written", "oral", "mark", "cefr", "absent"))
    is_new = not existing.values.get("language")
    return Verdict(CREATE if is_new else CHANGE if changes else SAME, changes)


def _changes(values: Mapping[str, str], known: Existing, order: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, known.values.get(name, ""), values[name])
        for name in order
        if name in values
        and values[name] != known.values.get(name, "")
        and not (name in known.keeps and known.values.get(name))
    )


def totals(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count the verdicts by action, all four named."""
    counted = Counter(verdict.action for verdict in verdicts)
    return {action: counted[action] for action in ACTIONS}
