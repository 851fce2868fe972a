"""Tables into files that people take away: no cell becomes a formula, equal tables become equal files."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from kervan.core.rules.spreadsheets import FORMULA_STARTS, cell_text

_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_ALWAYS = datetime.combine(date(2000, 1, 1), time())  # written into workbooks, so that equal tables are equal files
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_FORMULA_SIGNS = frozenset(FORMULA_STARTS)

Value = str | int | float | Decimal | bool | date | datetime | None


def safe_cell(value: Value) -> Value:
    """A value for a CSV cell: a text that a spreadsheet program would calculate gets an apostrophe in front, numbers
    stay numbers.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, separator: str = ",") -> bytes:
    """A table as CSV: UTF-8 with byte order mark (spreadsheet programs need it for Turkish letters), decimal point,
    ISO dates.
    """
    buffer = io.BytesIO()
    stream_csv(buffer, columns, rows, separator=separator)
    return buffer.getvalue()


def stream_csv(
    target: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Value]], *, separator: str = ","
) -> None:
    """The same into an open file, row by row."""
    for _row in copied_to_csv(target, columns, rows, separator=separator):
        pass


def copied_to_csv(
    target: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Value]], *, separator: str = ","
) -> Iterator[Sequence[Value]]:
    """Yield the rows while each is written into an open CSV file: one reading gives two files."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    for row in rows:
        writer.writerow([_csv_value(safe_cell(value)) for value in row])
        yield row
    text.flush()
    text.detach()


def _csv_value(value: Value) -> Value:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else _plain(value)


def _plain(value: Value) -> str:
    return format(value, "f") if isinstance(value, Decimal) else cell_text(value)


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "Table") -> bytes:
    """A table as XLSX: bold frozen header with filters, numbers and dates as such, texts never formulas or links.

    The same input gives the same bytes. Times must be without zone. Texts are cut at the 32,767 characters a cell can
    hold.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **_ONLY_TEXT}) as workbook:
        _add_table(workbook, columns, rows, sheet)
    return buffer.getvalue()


def stream_xlsx(
    target: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet: str = "Table",
    about: tuple[str, Sequence[tuple[str, Value]]] | None = None,
) -> None:
    """The same into an open file, row by row: the memory does not depend on the number of rows.

    about: name of a second sheet, and what stands there (label, value).
    """
    with xlsxwriter.Workbook(target, {"constant_memory": True, **_ONLY_TEXT}) as workbook:
        looks = _add_table(workbook, columns, rows, sheet)
        if about:
            _add_facts(workbook.add_worksheet(_sheet_name(about[0])), about[1], looks)


_ONLY_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MEASURED_ROWS = 1_000  # the first rows tell how wide a column is


def _sheet_name(name: str) -> str:
    return _SHEET_NAME.sub(" ", name)[:31].strip("' ") or "Table"


def _add_table(workbook: Any, columns: Sequence[str], rows: Iterable[Sequence[Value]], sheet: str) -> Mapping[str, Any]:
    workbook.set_properties({"created": _ALWAYS})
    looks = {name: workbook.add_format(look) for name, look in _LOOKS.items()}
    _fill(workbook.add_worksheet(_sheet_name(sheet)), columns, rows, looks)
    return looks


def _add_facts(worksheet: Any, facts: Sequence[tuple[str, Value]], looks: Mapping[str, Any]) -> None:
    for row, (label, value) in enumerate(facts):
        worksheet.write_string(row, 0, label, looks["label"])
        _write_cell(worksheet, row, 1, value, looks)
    worksheet.set_column(0, 0, max((len(label) for label, _value in facts), default=8) + 2)
    worksheet.set_column(1, 1, 60)


_LOOKS: dict[str, dict[str, Any]] = {
    "header": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "label": {"bold": True},
    "guarded": {"quote_prefix": True},
    "date": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "yyyy-mm-dd hh:mm"},
}


def _fill(worksheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Value]], formats: Mapping[str, Any]) -> None:
    widths = [len(column) + 2 for column in columns]
    last = 0
    for column, title in enumerate(columns):
        worksheet.write_string(0, column, title, formats["header"])
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(worksheet, last, column, value, formats)
        if last <= _MEASURED_ROWS:
            widths = [max(pair) for pair in zip(widths, (len(_plain(value)) for value in row), strict=True)]
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, min(width + 2, 60))
    worksheet.freeze_panes(1, 0)
    if columns:
        worksheet.autofilter(0, 0, last, len(columns) - 1)


def _write_cell(worksheet: Any, row: int, column: int, value: Value, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        guard = formats["guarded"] if value[0] in _FORMULA_SIGNS else None
        clean = value if value.isprintable() else _CONTROL.sub("", value)
        worksheet.write_string(row, column, clean[:32_767], guard)
    elif isinstance(value, bool):
        worksheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, value, formats["time" if isinstance(value, datetime) else "date"])
    else:
        worksheet.write_number(row, column, value)
