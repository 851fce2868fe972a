"""The files of `score`: a CSV of applicants in, a CSV of scores out. Columns in docs/do/write-a-rule-pack.md."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kervan.core.rules.packs import plain_number
from kervan.core.rules.table_files import safe_cell
from kervan.courses.rules import grades
from kervan.selection.rules import eligibility, scoring
from kervan.selection.rules.packs import CEFR, LEVELS, SelectionRules

NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
MARKS = ("language", "written", "oral")
MARK_ALLOWED = "a number from 0 to 100 with a decimal point, or nothing while it is not known"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file: line and column, what stands there, what may stand there."""

    file: str
    line: int
    column: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f'{self.file}, line {self.line}, column {self.column}: "{self.value}"; allowed: {self.allowed}'


SEPARATORS = {";": "semicolons", "\t": "tabs"}


def wrong_separator(header: list[str], file: str) -> Fault | None:
    """The one thing to say of a file whose columns are separated by something else; None of a good one."""
    line = "".join(header)
    for sign, words in SEPARATORS.items():
        if len(header) == 1 and sign in line:
            return Fault(file, 1, "-", words, "commas between the columns; save it as CSV separated by commas")
    return None


class FileRefused(ValueError):
    """A file with faults; nothing of it is used."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Row:
    """One applicant of the file, with the line."""

    line: int
    applicant: str
    sheet: scoring.Sheet


class Line:
    """One line of the file: takes values out by column and notes the faults."""

    def __init__(self, file: str, number: int, values: Mapping[str, str], faults: list[Fault]) -> None:
        self.file, self.number, self.values, self.faults = file, number, values, faults

    def text(self, column: str) -> str:
        return self.values.get(column, "").strip()

    def fault(self, column: str, allowed: str) -> None:
        self.faults.append(Fault(self.file, self.number, column, self.text(column), allowed))

    def mark(self, column: str, allowed: str = MARK_ALLOWED) -> Decimal | None:
        """A mark of 100; None where the cell is empty or wrong."""
        text = self.text(column)
        if not text:
            return None
        if not NUMBER.fullmatch(text) or Decimal(text) > 100:
            self.fault(column, allowed)
            return None
        return Decimal(text)

    def choice(self, column: str, choices: tuple[str, ...]) -> str:
        if self.text(column) not in choices:
            self.fault(column, f"one of {', '.join(choice or 'nothing' for choice in choices)}")
        return self.text(column)

    def count(self, column: str, maximum: int | None) -> int:
        """A count of an item; an empty cell is 0."""
        text, highest = self.text(column) or "0", 99 if maximum is None else maximum
        if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or int(text) > highest:
            self.fault(column, f"a whole number from 0 to {highest}")
            return 0
        return int(text)


def score_text(text: str, file: str, rules: SelectionRules) -> str:
    """Score every applicant of a CSV text; returns the CSV text of the results, in the same order.

    file: name for messages.  Raises FileRefused with every fault of the file.
    """
    return write(read(text, file, rules), rules)


def read(text: str, file: str, rules: SelectionRules) -> list[Row]:
    """The applicants of a CSV text. Raises FileRefused with every fault."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    faults: list[Fault] = []
    rows: list[Row] = []
    try:
        header = [name.strip() for name in next(lines, [])]
        separated = wrong_separator(header, file)
        if separated:
            raise FileRefused([separated])
        _check_header(header, file, rules)
        for values in lines:
            if any(value.strip() for value in values):
                rows.append(_read_line(file, lines.line_num, header, values, rules, faults))
    except csv.Error as error:
        faults.append(Fault(file, lines.line_num, "-", str(error), 'comma-separated values, quoted with "'))
    faults += _doubles(file, rows)
    if faults:
        raise FileRefused(faults)
    return rows


def input_columns(rules: SelectionRules) -> tuple[str, ...]:
    """The columns that a file of applicants may have."""
    parts = ("language", "written", "oral") if rules.exam else ("language",)
    items = tuple(item.code for item in rules.items)
    return ("applicant", "level", "gpa_4", "gpa_100", *parts, "language_level", *items)


def output_columns(rules: SelectionRules) -> tuple[str, ...]:
    """The columns of a file of scores."""
    points = tuple(f"points_{item.code}" for item in rules.items)
    return ("applicant", "gpa_100", "language", "base", *points, "final", "passes", "reasons")


def write(rows: Iterable[Row], rules: SelectionRules) -> str:
    """The scores as CSV text. An open exam leaves language, base, final and (if nothing else fails) passes empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(output_columns(rules))
    for row in rows:
        writer.writerow(_result(row, rules))
    return out.getvalue()


def _check_header(header: list[str], file: str, rules: SelectionRules) -> None:
    known = input_columns(rules)
    faults = [
        Fault(file, 1, name or "(empty)", name, f"each of these at most once: {', '.join(known)}")
        for place, name in enumerate(header)
        if name not in known or name in header[:place]
    ]
    for needed in ("applicant", "level"):
        if needed not in header:
            faults.append(Fault(file, 1, needed, "", "a column of this name must be there"))
    if not {"gpa_4", "gpa_100"} & set(header):
        faults.append(Fault(file, 1, "gpa_4", "", "a column gpa_4 or gpa_100 must be there"))
    if faults:
        raise FileRefused(faults)


def _read_line(
    file: str, number: int, header: list[str], values: list[str], rules: SelectionRules, faults: list[Fault]
) -> Row:
    line = Line(file, number, dict(zip(header, values, strict=False)), faults)
    if len(values) != len(header):
        faults.append(Fault(file, number, "-", f"{len(values)} values", f"{len(header)} values, as in the header"))
    if not line.text("applicant"):
        line.fault("applicant", "the applicant's key, not empty")
    marks = {name: line.mark(name) for name in MARKS}
    if marks["language"] is not None and (marks["written"] is not None or marks["oral"] is not None):
        line.fault("language", "nothing, because written or oral is given")
    gpa_4, gpa_100 = _averages(line, rules)
    sheet = scoring.Sheet(
        level=line.choice("level", LEVELS),
        gpa_4=gpa_4,
        gpa_100=gpa_100,
        language=marks["language"],
        written=marks["written"],
        oral=marks["oral"],
        language_level=line.choice("language_level", ("", *CEFR)),
        counts={item.code: line.count(item.code, item.maximum_count) for item in rules.items},
    )
    return Row(number, line.text("applicant"), sheet)


def _averages(line: Line, rules: SelectionRules) -> tuple[Decimal | None, Decimal | None]:
    on_4, on_100 = line.text("gpa_4"), line.text("gpa_100")
    if bool(on_4) == bool(on_100):
        line.fault("gpa_4", "a grade average here or in gpa_100, not in both")
        return None, None
    if on_100:
        allowed = "a number from 0 to 100 with at most two decimals"
        if re.fullmatch(r"\d+\.\d{3,}", on_100, re.ASCII):
            line.fault("gpa_100", allowed)
            return None, None
        return None, line.mark("gpa_100", allowed)
    if not NUMBER.fullmatch(on_4) or Decimal(on_4) not in grades.table(rules.gpa_column):
        line.fault("gpa_4", grades.AverageRefused.allowed)
        return None, None
    return Decimal(on_4), None


def _doubles(file: str, rows: list[Row]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in rows:
        if row.applicant and row.applicant in seen:
            yield Fault(file, row.line, "applicant", row.applicant, "each applicant once")
        seen.add(row.applicant)


def _result(row: Row, rules: SelectionRules) -> list[str]:
    scored = scoring.score(row.sheet, rules)
    judged = eligibility.judge(row.sheet, scored, rules)
    points = [_number(scored.points.get(item.code, Decimal(0))) for item in rules.items]
    passes = "" if judged.passes is None else "yes" if judged.passes else "no"
    final = "" if scored.final is None else str(scored.final)
    head = [str(safe_cell(row.applicant)), _number(scored.gpa_100), _number(scored.language), _number(scored.base)]
    return [*head, *points, final, passes, ";".join(judged.codes)]


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain_number(value)
