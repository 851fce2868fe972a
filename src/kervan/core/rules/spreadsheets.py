"""Tables out of files that people upload.

An upload is hostile until checked: what it is decides its content, not its name; what a zip file would unpack to is
measured before a reader sees it; a cell far out would make a reader ask for all the memory there is, so the extent is
measured too. The reader then gets a fresh archive made of exactly the parts that were checked.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from kervan.core.rules.archives import ArchiveProblem, checked_workbook, xls_extent
from kervan.core.rules.turkish import search_key

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT_KINDS = frozenset({"csv", "tsv", "txt"})
WORKBOOK_KINDS = frozenset({"xlsx", "ods", "xls"})
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,]*%?|\+[0-9][0-9 ()/.-]*")
_TWICE_ENCODED = re.compile("Ã[¼§¶‡–œ]|Ä[±°Ÿ]|Å[Ÿž]|\ufffd")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_TITLE_LINES = 25
_MOST_WARNINGS = 500


@dataclass(frozen=True)
class Limits:
    """What an upload may be at most. Bytes, rows, columns, cells (rows times columns) and characters in a cell."""

    size: int = 10_000_000
    unpacked: int = 120_000_000
    ratio: int = 150
    rows: int = 50_000
    columns: int = 200
    cells: int = 3_000_000
    cell: int = 8_000


DEFAULT_LIMITS = Limits()


class SpreadsheetError(Exception):
    """A file that is refused: a stable code and the values that its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params: Mapping[str, object] = MappingProxyType(params)


@dataclass(frozen=True)
class Notice:
    """What the reader of a table should know: a stable code, the row of the file (0: the whole file) and values."""

    code: str
    row: int = 0
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A header and rows of texts, each as wide as the header; `numbers` holds each one's row in the file, from 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    encoding: str
    separator: str
    sheet: str
    warnings: tuple[Notice, ...]

    def records(self) -> Iterable[tuple[int, dict[str, str]]]:
        """Each row as (row of the file, header -> text)."""
        for number, row in zip(self.numbers, self.rows, strict=True):
            yield number, dict(zip(self.header, row, strict=True))


def read_table(
    data: bytes, filename: str, *, known: Collection[str] = (), sheet: str = "", limits: Limits = DEFAULT_LIMITS
) -> Table:
    """Read the one table of an uploaded file: CSV, TSV, XLSX, ODS or XLS.

    data, filename: as uploaded.  known: header names the caller hopes for, compared as `search_key`s; they help to
    find the header below title lines.  sheet: name of a sheet, empty for the first visible one that holds something.
    All cells come back as texts without blanks around them: dates as ISO, whole numbers without `.0`, numbers with a
    point. Empty rows are left out. Values that look like a formula are data and carry a warning; a guard that
    `safe_cell` put on is taken off.
    Raises SpreadsheetError with one of the codes that `kervan.core.spreadsheet_messages` has sentences for.
    """
    kind = kind_of(data, filename, limits)
    if kind in TEXT_KINDS:
        cells, encoding, separator, warnings = _text_cells(data, kind, limits)
        used_sheet = ""
    else:
        cells, used_sheet, warnings = _workbook_cells(data, kind, sheet, limits)
        encoding = separator = ""
    return _table(cells, encoding, separator, used_sheet, warnings, known, limits)


# What a file is


def kind_of(data: bytes, filename: str, limits: Limits = DEFAULT_LIMITS) -> str:
    """The kind of an upload (`csv`, `tsv`, `txt`, `xlsx`, `ods`, `xls`), told by its content; refused if its name
    says otherwise.
    """
    extension = filename.rpartition(".")[2].casefold() if "." in filename else ""
    if extension not in TEXT_KINDS | WORKBOOK_KINDS:
        raise SpreadsheetError("extension_unknown", extension=extension)
    if len(data) > limits.size:
        raise SpreadsheetError("too_large", megabytes=_megabytes(len(data)), maximum=_megabytes(limits.size))
    if not data.strip():
        raise SpreadsheetError("empty")
    found = content_of(data)
    if found == "text" and extension in TEXT_KINDS:
        return extension
    if found != extension:
        raise SpreadsheetError("disguised", extension=extension, found=found)
    return extension


def _megabytes(size: int) -> Decimal:
    return (Decimal(size) / 1_000_000).quantize(Decimal("0.1"))


_SIGNATURES = (
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"%PDF", "pdf"), (b"MZ\x90\x00", "exe"),
    (b"\x7fELF", "exe"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gz"), (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)  # fmt: skip


def content_of(data: bytes) -> str:
    """What the first bytes say a file is: a kind of workbook, `text`, `html`, `xml`, `png`, `pdf`, `exe`, … or
    `unknown`.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return _kind_of_zip(data) if kind == "zip" else kind
    return _kind_of_text(data)


def _kind_of_zip(data: bytes) -> str:
    """A hint only, from the names inside; the parts are checked before they are read."""
    if b"application/vnd.oasis.opendocument.spreadsheet" in data[:200]:
        return "ods"
    if b"xl/workbook.xml" in data:
        return "xlsx"
    if b"xl/workbook.bin" in data:
        return "xlsb"
    return "docx" if b"word/document.xml" in data else "zip"


def _kind_of_text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _bare_utf16(data):
        return "text"
    start = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if (
        start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<div", b"<style"))
        or b"<html" in start
    ):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    return "unknown" if b"\x00" in data or _CONTROL.search(data[:4000].decode("latin-1")) else "text"


def _bare_utf16(data: bytes) -> str:
    """`utf-16-le` or `utf-16-be` when every other byte of the beginning is mostly zero, as in Latin text without a
    byte order mark.
    """
    head = data[:2000]
    half = len(head) // 2
    if half < 4:
        return ""
    if head[1::2].count(0) > half * 0.7 and head[0::2].count(0) == 0:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > half * 0.7 and head[1::2].count(0) == 0 else ""


# Text files

Cells = list[tuple[int, list[str]]]


def _text_cells(data: bytes, kind: str, limits: Limits) -> tuple[Cells, str, str, list[Notice]]:
    encoding = encoding_of(data)
    text = _decoded(data, encoding)
    warnings = (
        [Notice("encoding_guessed", params={"encoding": encoding})]
        if encoding in {"windows-1254", "iso-8859-9"}
        else []
    )
    if looks_garbled(text):
        warnings.append(Notice("letters_garbled"))
    text, separator = _without_hint(text, "\t" if kind == "tsv" else "")
    separator = separator or separator_of(text)
    return _csv_rows(text, separator, limits), encoding, separator, warnings


def encoding_of(data: bytes) -> str:
    """The encoding of a text: `utf-8`, `utf-8-sig`, `utf-16…`, or one of the two Turkish ones, which differ in 32
    signs only.

    A byte order mark decides; else valid UTF-8 is UTF-8; else `windows-1254` when one of its own signs occurs, else
    `iso-8859-9`.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if bare := _bare_utf16(data):
        return bare
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1254" if re.search(rb"[\x80-\x9f]", data) else "iso-8859-9"
    return "utf-8"


def looks_garbled(text: str) -> bool:
    """Whether Turkish letters were lost before the file was saved: `Ã¼` for ü, or `Yýlmaz`, `Doðan`, `Þahin` for
    Yılmaz, Doğan, Şahin.
    """
    western = set("ðþýÐÞÝ") & set(text)
    return bool(_TWICE_ENCODED.search(text)) or (len(western) > 1 and not set("ğşıĞŞİ") & set(text))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SpreadsheetError("encoding_unreadable", encoding=encoding) from error
    if _CONTROL.search(text):
        raise SpreadsheetError("not_text")
    return text


def _without_hint(text: str, separator: str) -> tuple[str, str]:
    """Take off the line `sep=;` that spreadsheet programs write and understand."""
    hint = re.match(r"sep=([;,\t|])(\r\n|\r|\n)", text, re.IGNORECASE)
    return ("\n" + text[hint.end() :], hint[1]) if hint else (text, separator)


def separator_of(text: str) -> str:
    """The sign between the cells, of `;`, tab, `,` and `|`: the one that splits most of the first lines into equally
    many parts.
    """
    lines = [line for line in text.splitlines()[:200] if line.strip()][:_TITLE_LINES]

    def agreement(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1]
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return widths.count(common), common

    try:
        return max(";\t,|", key=agreement)
    except csv.Error as error:
        raise SpreadsheetError("quotes_broken") from error


def _csv_rows(text: str, separator: str, limits: Limits) -> Cells:
    rows: Cells = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
            if len(rows) > limits.rows + _TITLE_LINES:
                raise SpreadsheetError("too_many_rows", maximum=limits.rows)
    except csv.Error as error:
        raise SpreadsheetError("quotes_broken", row=start) from error
    return rows


# Workbooks


def _workbook_cells(data: bytes, kind: str, sheet: str, limits: Limits) -> tuple[Cells, str, list[Notice]]:
    workbook = _opened(_checked(data, kind, limits))
    names = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    if sheet and sheet not in names:
        raise SpreadsheetError("sheet_missing", sheet=sheet, found=", ".join(names))
    filled = {name: rows for name in ([sheet] if sheet else names) if (rows := _sheet_rows(workbook, name))}
    if not filled:
        raise SpreadsheetError("empty")
    first, *others = filled
    warnings = [Notice("other_sheets", params={"used": first, "others": ", ".join(others)})] if others else []
    return filled[first], first, warnings


def _checked(data: bytes, kind: str, limits: Limits) -> bytes:
    """The workbook that may be opened: a fresh archive of checked parts, or the old binary file after its extent was
    measured.
    """
    try:
        if kind == "xls":
            _within(xls_extent(data), limits)
            return data
        archive, extent = checked_workbook(data, kind, unpacked=limits.unpacked, ratio=limits.ratio)
    except ArchiveProblem as problem:
        raise SpreadsheetError(problem.code) from problem
    _within(extent, limits)
    return archive


def _within(extent: tuple[int, int], limits: Limits) -> None:
    rows, columns = extent
    if rows > limits.rows + _TITLE_LINES:
        raise SpreadsheetError("too_many_rows", maximum=limits.rows)
    if columns > limits.columns:
        raise SpreadsheetError("too_many_columns", maximum=limits.columns)
    if rows * columns > limits.cells:
        raise SpreadsheetError("too_many_cells", maximum=limits.cells)


def _opened(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise SpreadsheetError("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise SpreadsheetError("unreadable") from error


def _sheet_rows(workbook: CalamineWorkbook, name: str) -> Cells:
    try:
        sheet = workbook.get_sheet_by_name(name)
        values = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise SpreadsheetError("unreadable") from error
    rows = [(number, [cell_text(value) for value in row]) for number, row in enumerate(values, start=1)]
    return rows if any(cell.strip() for _, row in rows for cell in row) else []


def cell_text(value: Any) -> str:
    """One cell as text: dates in ISO form (midnight dropped), whole numbers without point, others with at most 15
    digits.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _number_text(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case None:
            return ""
    return str(value)


def _number_text(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


# From cells to a table


def _table(
    cells: Cells,
    encoding: str,
    separator: str,
    sheet: str,
    warnings: list[Notice],
    known: Collection[str],
    limits: Limits,
) -> Table:
    filled = [(number, [cell.strip() for cell in row]) for number, row in cells if any(cell.strip() for cell in row)]
    if not filled:
        raise SpreadsheetError("empty")
    at = header_position([row for _, row in filled[:_TITLE_LINES]], known)
    header = tuple(clean_text(name) for name in _without_tail(filled[at][1]))
    body = filled[at + 1 :]
    _check_header(header, limits)
    if len(body) > limits.rows:
        raise SpreadsheetError("too_many_rows", maximum=limits.rows)
    if at:
        warnings.append(Notice("title_lines", row=filled[at][0], params={"lines": at}))
    rows = tuple(_fitted(number, row, len(header), warnings, limits) for number, row in body)
    return Table(
        header, rows, tuple(number for number, _ in body), encoding, separator, sheet, tuple(warnings[:_MOST_WARNINGS])
    )


def header_position(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> int:
    """Which of the first rows is the header: the one with most known names (two at least), else the first that is
    nearly full.

    Nearly full: at least two cells and 60 percent of the fullest of these rows.
    """
    wanted = {search_key(name) for name in known}
    hits = [len(wanted & {search_key(cell) for cell in row}) for row in rows]
    if max(hits) >= min(2, max(1, len(wanted))):
        return hits.index(max(hits))
    counts = [sum(1 for cell in row if cell) for row in rows]
    enough = max(2, max(counts) * 0.6)
    return next((position for position, count in enumerate(counts) if count >= enough), 0)


def _without_tail(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _check_header(header: tuple[str, ...], limits: Limits) -> None:
    if len(header) > limits.columns:
        raise SpreadsheetError("too_many_columns", maximum=limits.columns)
    keys = [search_key(name) for name in header if name]
    twice = next((name for name in header if name and keys.count(search_key(name)) > 1), None)
    if twice is not None:
        raise SpreadsheetError("column_twice", column=twice)
    if long := next((name for name in header if len(name) > limits.cell), None):
        raise SpreadsheetError("cell_too_long", row=1, maximum=limits.cell, length=len(long))


def _fitted(number: int, row: list[str], width: int, warnings: list[Notice], limits: Limits) -> tuple[str, ...]:
    """One row as wide as the header; what stands further right, and what looks like a formula, is reported."""
    if (longest := max((len(cell) for cell in row), default=0)) > limits.cell:
        raise SpreadsheetError("cell_too_long", row=number, maximum=limits.cell, length=longest)
    if any(row[width:]):
        warnings.append(Notice("cells_beyond_header", number))
    values = [_unguarded(cell) for cell in row[:width]]
    if suspicious := next((value for value in values if looks_like_formula(value)), None):
        warnings.append(Notice("formula_like", number, {"value": suspicious[:60]}))
    return tuple(values + [""] * (width - len(values)))


def looks_like_formula(value: str) -> bool:
    """Whether a spreadsheet program might calculate with a text. Signed numbers, telephone numbers and a lone dash
    are harmless.
    """
    return value.startswith(FORMULA_STARTS) and len(value) > 1 and not _NUMBER.fullmatch(value)


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


def clean_text(text: str) -> str:
    """A text of a person with composed letters, ordinary single blanks and nothing invisible in it."""
    visible = re.sub("[\u200b-\u200f\u2060\ufeff\u00ad]", "", unicodedata.normalize("NFC", text))
    return " ".join(visible.split())
