"""The files of `place`: CSV of applicants, places and caps in, CSV of results out.

applicants: applicant, score, birth_date, unit, faculty, level, field, eligible, languages, gpa_100, language, wish_1 …
places:     place, line, partner, country, term, capacity, reserve, months, units, levels, fields, languages_required
caps:       scope, key, max
result:     applicant, rank, result, wish, place, reserve_rank, grant, reason (+ code, cutoff, shortfall, text_en,
            text_tr and one more row per wish with `explain`)
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils import translation

from kervan.core.rules.table_files import safe_cell
from kervan.selection import reasons
from kervan.selection.rules import market as m
from kervan.selection.score_files import Fault, FileRefused, Line, wrong_separator

APPLICANT_COLUMNS = (
    "applicant",
    "score",
    "birth_date",
    *m.APPLICANT_DIMENSIONS,
    "eligible",
    "languages",
    *("gpa_100", "language"),
)
PLACE_COLUMNS = (
    *("place", "line", "partner", "country", "term", "capacity", "reserve", "months", "units", "levels", "fields"),
    "languages_required",
)
CAP_COLUMNS = ("scope", "key", "max")
RESULT_COLUMNS = ("applicant", "rank", "result", "wish", "place", "reserve_rank", "grant", "reason")
EXPLAIN_COLUMNS = ("code", "cutoff", "shortfall", "text_en", "text_tr")
NEEDED = {
    "younger_first": "birth_date",
    "older_first": "birth_date",
    "higher_gpa": "gpa_100",
    "higher_language": "language",
}

NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,2})?", re.ASCII)
WHOLE = re.compile(r"\d{1,6}", re.ASCII)
FIELD = re.compile(r"\d{2,4}", re.ASCII)
LANGUAGE = re.compile(rf"[a-z]{{2,3}}:({'|'.join(m.CEFR)})", re.ASCII)
CODE = re.compile(r"[a-z_]+", re.ASCII)
WISH = re.compile(r"wish_[1-9]\d?", re.ASCII)

Values = Sequence[str | int | Decimal | None]


def read_places(text: str, file: str) -> tuple[m.Place, ...]:
    """The places of a CSV text. file: name for messages. Raises FileRefused with every fault."""
    table = _Table(text, file, PLACE_COLUMNS, needed=("place", "capacity"))
    places = tuple(_place(line) for line in table.lines)
    table.once("place")
    table.close()
    return places


def read_applicants(
    text: str, file: str, places: Iterable[m.Place], ties: tuple[str, ...] | None
) -> tuple[tuple[m.Applicant, ...], tuple[str, ...]]:
    """The applicants of a CSV text and the names of their tie values. Raises FileRefused with every fault.

    ties: the chain of a rule pack; None: the younger first where the file has birth dates, else nothing.
    """
    known = {place.key for place in places}
    table = _Table(text, file, APPLICANT_COLUMNS, needed=("applicant", "score"), more=WISH)
    chain = ties if ties is not None else ("younger_first",) if "birth_date" in table.header else ()
    for name in chain:
        table.require(NEEDED[name], f"a column of this name must be there, because equals are ordered by {name}")
    people = tuple(_applicant(line, table.header, known, chain) for line in table.lines)
    table.once("applicant")
    table.close()
    return people, chain


def read_caps(text: str, file: str) -> tuple[m.Cap, ...]:
    """The caps of a CSV text. Raises FileRefused with every fault.

    scope: "call", or dimensions joined by "+", with ":months" behind where months are counted ("faculty+level",
    "line:months"). key: their values, joined by "+" in the same order. max: the most that is allowed.
    """
    table = _Table(text, file, CAP_COLUMNS, needed=CAP_COLUMNS)
    caps = tuple(_cap(line) for line in table.lines)
    table.once("scope", "key")
    table.close()
    return caps


def write_result(placement: m.Placement, *, explain: bool) -> str:
    """The result as CSV text, in merit order; `explain` adds codes, figures and sentences, and a row for each wish."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*RESULT_COLUMNS, *EXPLAIN_COLUMNS) if explain else RESULT_COLUMNS)
    for key in placement.order:
        outcome = placement.outcomes[key]
        writer.writerow(_cells((*_result(outcome), *(_said(outcome) if explain else ()))))
        if explain:
            writer.writerows(_cells(row) for row in _wish_rows(outcome))
    return out.getvalue()


class _Table:
    """A CSV text with a checked header; collects the faults of its lines."""

    def __init__(
        self,
        text: str,
        file: str,
        columns: Sequence[str],
        *,
        needed: Sequence[str],
        more: re.Pattern[str] | None = None,
    ) -> None:
        self.file, self.faults = file, list[Fault]()
        rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        self.header = [name.strip() for name in next(rows, [])]
        separated = wrong_separator(self.header, file)
        if separated:
            raise FileRefused([separated])
        self._check_header(columns, more)
        for name in needed:
            self.require(name, "a column of this name must be there")
        self.lines = self._read(rows) if not self.faults else []

    def _check_header(self, columns: Sequence[str], more: re.Pattern[str] | None) -> None:
        allowed = f"each of these at most once: {', '.join(columns)}{', wish_1, wish_2, …' if more else ''}"
        for place, name in enumerate(self.header):
            known = name in columns or (more is not None and more.fullmatch(name))
            if not known or name in self.header[:place]:
                self.faults.append(Fault(self.file, 1, name or "(empty)", name, allowed))

    def _read(self, rows: Iterator[list[str]]) -> list[Line]:
        lines = []
        try:
            for values in rows:
                number = rows.line_num  # type: ignore[attr-defined]
                if len(values) > len(self.header):
                    found = f"{len(values)} values"
                    self.faults.append(
                        Fault(self.file, number, "-", found, f"at most {len(self.header)}, as in the header")
                    )
                if any(value.strip() for value in values):
                    lines.append(Line(self.file, number, dict(zip(self.header, values, strict=False)), self.faults))
        except csv.Error as error:
            self.faults.append(Fault(self.file, 0, "-", str(error), 'comma-separated values, quoted with "'))
        return lines

    def require(self, column: str, allowed: str) -> None:
        """Note a column that is missing."""
        if column not in self.header:
            self.faults.append(Fault(self.file, 1, column, "", allowed))

    def once(self, *columns: str) -> None:
        """Note lines that name the same thing again."""
        seen = set()
        for line in self.lines:
            name = tuple(line.text(column) for column in columns)
            if name in seen:
                line.fault(columns[0], "each only once")
            seen.add(name)

    def close(self) -> None:
        """Refuse the file if anything is wrong in it."""
        if self.faults:
            raise FileRefused(self.faults)


def _place(line: Line) -> m.Place:
    return m.Place(
        key=_name(line, "place"),
        line=line.text("line") or line.text("place"),
        partner=line.text("partner"),
        term=_word(line, "term", m.TERMS, default=m.YEAR),
        capacity=_whole(line, "capacity"),
        reserve=_whole(line, "reserve"),
        months=_number(line, "months", "a number of months, at most two decimals") or Decimal(0),
        units=_list(line, "units", bool, "units or faculties, separated by ;"),
        levels=_list(line, "levels", lambda one: one in m.LEVELS, f"any of {', '.join(m.LEVELS)}, separated by ;"),
        fields=_list(line, "fields", FIELD.fullmatch, "ISCED-F codes of two to four digits, separated by ;"),
        languages_required=_languages(line, "languages_required"),
        country=line.text("country"),
    )


def _applicant(line: Line, header: Sequence[str], places: set[str], chain: tuple[str, ...]) -> m.Applicant:
    rejections = _rejections(line)
    score = _number(line, "score", "a number with a decimal point, at most two decimals, as published")
    if score is None and rejections is None and not line.text("score"):
        line.fault("score", "a number; it may only be empty where eligible says no")
    return m.Applicant(
        key=_name(line, "applicant"),
        score=score,
        ties=_ties(line, chain),
        unit=line.text("unit"),
        faculty=line.text("faculty"),
        level=_word(line, "level", ("", *m.LEVELS), default=""),
        field=next(
            iter(_list(line, "field", FIELD.fullmatch, "one ISCED-F code of two to four digits, or nothing")), ""
        ),
        eligible=rejections is None,
        rejections=rejections or (),
        languages=_languages(line, "languages"),
        wishes=_wishes(line, header, places),
    )


def _rejections(line: Line) -> tuple[str, ...] | None:
    """None for the eligible, else the codes given instead of "no"."""
    text = line.text("eligible")
    if text in ("", "yes"):
        return None
    allowed = "yes, no, or why not in codes separated by ; (documents_missing)"
    return () if text == "no" else _list(line, "eligible", CODE.fullmatch, allowed)


def _ties(line: Line, chain: tuple[str, ...]) -> tuple[Decimal | None, ...]:
    born = _born(line) if "birth_date" in map(NEEDED.__getitem__, chain) else None
    marks = {
        name: _number(line, name, "a number from 0 to 100, at most two decimals")
        for name in ("gpa_100", "language")
        if name in map(NEEDED.__getitem__, chain)
    }
    older = None if born is None else -born
    known = {
        "younger_first": born,
        "older_first": older,
        "higher_gpa": marks.get("gpa_100"),
        "higher_language": marks.get("language"),
    }
    return tuple(known[name] for name in chain)


def _born(line: Line) -> Decimal | None:
    text = line.text("birth_date")
    try:
        return m.younger_first(date.fromisoformat(text)) if text else None
    except ValueError:
        line.fault("birth_date", "a date as 2004-01-15, or nothing")
        return None


def _wishes(line: Line, header: Sequence[str], places: set[str]) -> tuple[str, ...]:
    columns = sorted((name for name in header if WISH.fullmatch(name)), key=lambda name: int(name[5:]))
    wishes: list[str] = []
    for number, column in enumerate(columns):
        wish = line.text(column)
        if wish and wish not in places:
            line.fault(column, "a place of the file of places")
        elif wish in wishes:
            line.fault(column, "each place once")
        elif wish and len(wishes) < number and not line.text(columns[number - 1]):
            line.fault(column, "nothing, because the wish before it is empty")
        if wish:
            wishes.append(wish)
    return tuple(wishes)


def _cap(line: Line) -> m.Cap:
    scope, _colon, measure = line.text("scope").partition(":")
    names = [] if scope == "call" else scope.split("+")
    values = line.text("key").split("+") if names else []
    if any(name not in m.DIMENSIONS for name in names) or measure not in ("", *m.MEASURES):
        line.fault("scope", f"call, or any of {', '.join(m.DIMENSIONS)} joined by +; then :months where months count")
    elif len(values) != len(names):
        line.fault("key", f"{len(names)} values joined by +, one for each part of the scope")
    maximum = _number(line, "max", "a number from 0 on, at most two decimals")
    key = f"{line.text('scope')} {line.text('key')}".strip()
    return m.Cap(key, tuple(zip(names, values, strict=False)), maximum or Decimal(0), measure or m.PERSONS)


def _name(line: Line, column: str) -> str:
    if not line.text(column):
        line.fault(column, "a key, not empty")
    return line.text(column)


def _word(line: Line, column: str, words: tuple[str, ...], *, default: str) -> str:
    return line.choice(column, words) if line.text(column) else default


def _whole(line: Line, column: str) -> int:
    text = line.text(column)
    if text and not WHOLE.fullmatch(text):
        line.fault(column, "a whole number from 0 on")
        return 0
    return int(text or 0)


def _number(line: Line, column: str, allowed: str) -> Decimal | None:
    text = line.text(column)
    if text and (not NUMBER.fullmatch(text) or (text.startswith("-") and column != "score")):
        line.fault(column, allowed)
        return None
    return Decimal(text) if text else None


def _list(line: Line, column: str, good: Callable[[str], object], allowed: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in line.text(column).split(";") if part.strip())
    if not all(good(one) for one in found):
        line.fault(column, allowed)
        return ()
    return found


def _languages(line: Line, column: str) -> Mapping[str, str]:
    allowed = f"languages with their level ({m.CEFR[0]} to {m.CEFR[-1]}), as en:B2;de:A2"
    return dict(one.split(":") for one in _list(line, column, LANGUAGE.fullmatch, allowed))


def _result(outcome: m.Outcome) -> Values:
    found = (
        outcome.key,
        outcome.rank,
        outcome.result,
        outcome.wish,
        outcome.place,
        outcome.reserve_rank,
        outcome.grant,
    )
    return (*found, ";".join(outcome.reasons))


def _said(outcome: m.Outcome) -> Values:
    english, turkish = _both(lambda: " ".join(reasons.all_sentences(outcome)))
    return "", None, None, english, turkish


def _wish_rows(outcome: m.Outcome) -> Iterator[Values]:
    for number, wish in enumerate(outcome.wishes, 1):
        texts = _both(lambda wish=wish: reasons.wish_sentence(wish))  # type: ignore[misc]
        head = (outcome.key, None, "", number, wish.place, None, "", wish.cap)
        yield (*head, wish.code, _points(wish.cutoff), _points(wish.shortfall), *texts)


def _points(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _both(words: Callable[[], str]) -> tuple[str, str]:
    with translation.override("en"):
        english = words()
    with translation.override("tr"):
        return english, words()


def _cells(values: Values) -> list[str]:
    return ["" if value is None else str(safe_cell(value)) for value in values]
