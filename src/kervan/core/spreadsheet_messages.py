"""Sentences for what the reader of spreadsheets refuses or notices: what is wrong, and what to do."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from kervan.core.rules.spreadsheets import Notice, SpreadsheetError

Sentence = Callable[[], str]

_FIXED_REFUSALS: Mapping[str, Sentence] = {
    "empty": lambda: _("The file holds no table. Check that you chose the right file."),
    "encrypted": lambda: _("The file is protected with a password. Save it without a password and upload it again."),
    "unreadable": lambda: _("The file is damaged and cannot be read. Open it, save it again as .xlsx and upload that."),
    "bomb": lambda: _("The file would become far too large when opened. Copy the table into a new workbook."),
    "hostile_xml": lambda: _("The file holds instructions that have no place in a table. Copy it into a new workbook."),
    "not_text": lambda: _("The file holds signs that are no text. Save the table as .xlsx or as CSV in UTF-8."),
}
_REFUSALS: Mapping[str, Sentence] = {
    "extension_unknown": lambda: _("Files ending in “%(extension)s” are not read. Upload .xlsx, .ods, .xls or .csv."),
    "disguised": lambda: _(
        "The name of the file ends in “%(extension)s”, but its content is: %(found)s."
        " Open it, save it as a real spreadsheet (.xlsx) and upload that."
    ),
    "too_large": lambda: _("The file has %(megabytes)s MB; at most %(maximum)s MB are read."),
    "encoding_unreadable": lambda: _(
        "The letters of the file cannot be read (tried: %(encoding)s). Save it as CSV in UTF-8 or as .xlsx."
    ),
    "too_many_rows": lambda: _("The table has more than %(maximum)s rows. Split it into several files."),
    "too_many_columns": lambda: _("The table has more than %(maximum)s columns. Delete those that are not needed."),
    "too_many_cells": lambda: _(
        "The table has more than %(maximum)s cells. Delete empty columns or split it into several files."
    ),
    "cell_too_long": lambda: _(
        "A cell in row %(row)s has %(length)s characters; at most %(maximum)s are read."
        " In a CSV file a missing quotation mark may be the reason."
    ),
    "column_twice": lambda: _("The column “%(column)s” occurs twice. Rename or delete one of the two."),
    "column_missing": lambda: _("These columns are missing: %(missing)s. The file has: %(found)s."),
    "sheet_missing": lambda: _("There is no sheet “%(sheet)s”. The file has: %(found)s."),
}
_KINDS: Mapping[str, Sentence] = {
    "text": lambda: _("plain text"),
    "html": lambda: _("a web page"),
    "xml": lambda: _("an XML file"),
    "zip": lambda: _("an archive"),
    "exe": lambda: _("a program"),
    "docx": lambda: _("a text document"),
    "unknown": lambda: _("something that is no table"),
}
_NOTICES: Mapping[str, Sentence] = {
    "encoding_guessed": lambda: _("The file is not in UTF-8; it was read as %(encoding)s. Check the Turkish letters."),
    "letters_garbled": lambda: _("Turkish letters were lost before this file was saved. Export it again in UTF-8."),
    "title_lines": lambda: _("Lines above the header were skipped; the header is in row %(row)s."),
    "other_sheets": lambda: _("Only the sheet “%(used)s” was read, not: %(others)s."),
    "cells_beyond_header": lambda: _("Row %(row)s has cells to the right of the last column; they were left out."),
    "formula_like": lambda: _("Row %(row)s holds a text that looks like a formula: “%(value)s”. It is kept as text."),
}


def error_sentence(error: SpreadsheetError) -> str:
    """What is wrong with an upload and what to do, in the reader's language."""
    if error.code in _FIXED_REFUSALS:
        return _FIXED_REFUSALS[error.code]()
    if error.code == "quotes_broken":
        return _quotes_sentence(error)
    return _REFUSALS[error.code]() % _worded(error.params)


def _quotes_sentence(error: SpreadsheetError) -> str:
    if "row" in error.params:
        return _("A quotation mark in row %(row)s is never closed or stands in the wrong place.") % dict(error.params)
    return _("The quotation marks in the first rows of the file do not pair.")


def _worded(params: Mapping[str, object]) -> dict[str, object]:
    """The values with the kind of the content named in words; other kinds go by their ending (`png`, `pdf`, `xlsx`)."""
    found = str(params.get("found", ""))
    return dict(params) | ({"found": _KINDS[found]()} if found in _KINDS else {})


def notice_sentence(notice: Notice) -> str:
    """What the reader of a table should know, in the reader's language."""
    return _NOTICES[notice.code]() % {"row": notice.row, **notice.params}
