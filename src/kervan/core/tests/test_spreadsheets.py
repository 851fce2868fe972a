import io
import struct
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.core.rules.spreadsheets import (
    Limits,
    SpreadsheetError,
    clean_text,
    encoding_of,
    looks_like_formula,
    read_table,
    separator_of,
)
from kervan.core.rules.table_files import safe_cell, write_csv, write_xlsx

HEADER = ("Öğrenci No", "Adı Soyadı", "Not")
ROWS = (("20210001", "Ayşe Yılmaz", "3.25"), ("007", "İrem Öz", "2.5"))
TEXT = "Öğrenci No;Adı Soyadı;Not\r\n20210001;Ayşe Yılmaz;3.25\r\n007;İrem Öz;2.5\r\n"


def refused(data: bytes, filename: str, **options) -> SpreadsheetError:
    with pytest.raises(SpreadsheetError) as caught:
        read_table(data, filename, **options)
    return caught.value


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def with_sheet(xml: bytes, **parts: bytes) -> bytes:
    """A workbook of ours whose sheet is replaced."""
    with zipfile.ZipFile(io.BytesIO(write_xlsx(HEADER, ROWS))) as opened:
        contents = {name: opened.read(name) for name in opened.namelist()}
    return archive(
        contents | {"xl/worksheets/sheet1.xml": xml} | {name.replace("__", "/"): part for name, part in parts.items()}
    )


def ods(rows: str) -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Liste">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        opened.writestr("content.xml", content)
        opened.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def ods_row(*texts: str) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )
    return f'<table:table-row>{cells}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'


def xls(*cells: tuple[int, int, float]) -> bytes:
    """A minimal XLS: one sheet of numbers in a small file system of 512-byte sectors."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = b"Liste"
    sheet = record(0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    sheet += b"".join(
        record(0x203, struct.pack("<HHHd", row, column, 0, value)) for row, column, value in cells
    ) + record(0x0A, b"")
    fixed = len(record(0x809, begin)) + 4 + 8 + len(name) + 4
    globals_ = (
        record(0x809, begin) + record(0x85, struct.pack("<IBBBB", fixed, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    )
    stream = (globals_ + sheet).ljust(4096, b"\x00")
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *range(3, 10), end, *[free] * 118)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\x00").encode("utf-16-le")
        links = struct.pack("<BBIII", kind, 1, free, free, child) + bytes(36)
        return text.ljust(64, b"\x00") + struct.pack("<H", len(text)) + links + struct.pack("<III", start, size, 0)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, 4096) + bytes(256)
    return header + table + directory + stream


# Text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-9"])
def test_turkish_text_is_read_in_every_usual_encoding(encoding):
    table = read_table(TEXT.encode(encoding), "liste.csv")
    assert (table.header, table.rows, table.encoding, table.separator) == (HEADER, ROWS, encoding, ";")
    assert [notice.code for notice in table.warnings] == (["encoding_guessed"] if encoding == "iso-8859-9" else [])


def test_windows_signs_tell_windows_1254():
    assert encoding_of("“Şişli” – €".encode("windows-1254")) == "windows-1254"
    assert refused(b"a;b\n\x81;\xff\n", "a.csv").code == "encoding_unreadable"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_is_found(separator):
    assert separator_of(separator.join(HEADER) + "\n" + separator.join(ROWS[0])) == separator


def test_decimal_commas_do_not_hide_the_semicolon():
    table = read_table(b"ad;not;puan\nA;3,25;80,5\nB;2,50;70,1\n", "a.csv")
    assert table.rows == (("A", "3,25", "80,5"), ("B", "2,50", "70,1"))


def test_separator_hint_and_line_numbers():
    table = read_table(b'sep=;\n\nad;not\n"A\nB";1\n\nC;2\n', "a.csv")
    assert (table.header, table.rows, table.numbers) == (("ad", "not"), (("A\nB", "1"), ("C", "2")), (4, 7))


def test_header_below_title_lines_is_found():
    text = "BAYBURT ÜNİVERSİTESİ\n\n2026-2027 listesi\nSıra;Ad;Not\n1;A;3\n2;B;2\n"
    table = read_table(text.encode(), "a.csv")
    assert (table.header, table.numbers) == (("Sıra", "Ad", "Not"), (5, 6))
    assert [(notice.code, notice.params) for notice in table.warnings] == [("title_lines", {"lines": 2})]


def test_known_names_find_the_header_among_full_lines():
    text = "a;b;c\nx;y;z\nÖĞRENCİ NO;ad;not\n1;A;3\n"
    assert read_table(text.encode(), "a.csv", known=["Öğrenci No", "Not"]).header == ("ÖĞRENCİ NO", "ad", "not")


def test_uneven_rows_are_fitted_and_reported():
    table = read_table(b"a;b;c\n1;2\n1;2;3;4\n;;\n", "a.csv")
    assert table.rows == (("1", "2", ""), ("1", "2", "3"))
    assert [(notice.code, notice.row) for notice in table.warnings] == [("cells_beyond_header", 3)]


def test_formulas_are_data_and_flagged():
    table = read_table(b"ad;tel;not\n=HYPERLINK(1);+90 532 1;-3,5\n@x;-;+1\n", "a.csv")
    assert table.rows[0] == ("=HYPERLINK(1)", "+90 532 1", "-3,5")
    assert [(notice.code, notice.row) for notice in table.warnings] == [("formula_like", 2), ("formula_like", 3)]


@pytest.mark.parametrize("text", ["Ad;Soyad\nAyÅŸe;YÄ±lmaz\n", "Ad;Soyad\nDoðan;Þahin\n"])
def test_lost_turkish_letters_are_noticed(text):
    assert [notice.code for notice in read_table(text.encode(), "a.csv").warnings] == ["letters_garbled"]


# Files that are refused


@pytest.mark.parametrize(
    ("data", "filename", "code", "params"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "liste.xlsx", "disguised", {"extension": "xlsx", "found": "png"}),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            "liste.xls",
            "disguised",
            {"extension": "xls", "found": "html"},
        ),
        (b"  <!DOCTYPE html><html>", "liste.csv", "disguised", {"extension": "csv", "found": "html"}),
        (b"a;b\n1;2\n", "liste.xlsx", "disguised", {"extension": "xlsx", "found": "text"}),
        (b"%PDF-1.7 ", "liste.csv", "disguised", {"extension": "csv", "found": "pdf"}),
        (b"a;b\x00\x00\x01\n", "liste.csv", "disguised", {"extension": "csv", "found": "unknown"}),
        (b"a;b\n", "liste.exe", "extension_unknown", {"extension": "exe"}),
        (b"a;b\n", "liste", "extension_unknown", {"extension": ""}),
        (b" \n", "liste.csv", "empty", {}),
        (b";;\n;;\n", "liste.csv", "empty", {}),
        (b"a;b;A\n1;2;3\n", "liste.csv", "column_twice", {"column": "a"}),
        (b'a;b\n"1;2\n', "liste.csv", "quotes_broken", {"row": 2}),
        (b"PK\x03\x04 xl/workbook.xml", "liste.xlsx", "unreadable", {}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "liste.xls", "unreadable", {}),
    ],
)
def test_files_that_are_not_what_they_say_are_refused(data, filename, code, params):
    error = refused(data, filename)
    assert (error.code, dict(error.params)) == (code, params)


def test_limits_are_told():
    small = Limits(size=200, rows=2, columns=3, cell=10, cells=1000)
    assert refused(b"a;b\n" * 100, "a.csv", limits=small).code == "too_large"
    assert dict(refused(b"a;b\n1;2\n1;2\n1;2\n", "a.csv", limits=small).params) == {"maximum": 2}
    assert refused(b"a;b;c;d\n", "a.csv", limits=small).code == "too_many_columns"
    assert dict(refused(b"a;b\n1;12345678901\n", "a.csv", limits=small).params) == {
        "row": 2,
        "maximum": 10,
        "length": 11,
    }


# Workbooks


def test_workbook_gives_back_what_was_written():
    rows = [
        ("007", "=1+1", 3, Decimal("3.25"), date(2026, 3, 1), True, None),
        ("x", "", -4, 0.1 + 0.2, datetime.combine(date(2026, 3, 1), time(9, 5)), False, "'=a"),
    ]
    table = read_table(write_xlsx(["no", "ad", "n", "puan", "gün", "e", "f"], rows, sheet="Liste [1]"), "a.xlsx")
    assert table.rows == (
        ("007", "=1+1", "3", "3.25", "2026-03-01", "true", ""),
        ("x", "", "-4", "0.3", "2026-03-01 09:05:00", "false", "=a"),
    )
    assert table.sheet == "Liste  1"


def test_same_rows_give_the_same_bytes():
    assert write_xlsx(HEADER, ROWS) == write_xlsx(HEADER, ROWS)


def test_open_document_is_read():
    data = ods(ods_row(*HEADER) + ods_row("1", "Ayşe", "3") + '<table:table-row table:number-rows-repeated="1048000"/>')
    table = read_table(data, "a.ods")
    assert (table.header, table.rows, table.sheet) == (HEADER, (("1", "Ayşe", "3"),), "Liste")


def test_old_workbook_is_read_and_measured():
    table = read_table(xls((0, 0, 1.0), (0, 1, 2.0), (1, 0, 3.0), (1, 1, 4.5)), "a.xls")
    assert (table.header, table.rows) == (("1", "2"), (("3", "4.5"),))
    assert refused(xls((0, 0, 1.0), (65000, 255, 2.0)), "a.xls").code == "too_many_rows"
    assert refused(xls((0, 0, 1.0), (10, 255, 2.0)), "a.xls").code == "too_many_columns"


def test_a_cell_far_out_is_refused_before_anything_makes_room_for_it():
    far = b'<worksheet><sheetData><row><c r="A1"/><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert refused(with_sheet(far), "a.xlsx").code == "too_many_rows"
    wide = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refused(with_sheet(wide), "a.xlsx").code == "too_many_columns"
    repeated = '<table:table-row table:number-rows-repeated="900000">'
    assert refused(ods(ods_row("a").replace("<table:table-row>", repeated)), "a.ods").code == "too_many_rows"


def test_bombs_are_refused():
    assert refused(with_sheet(b"<worksheet>" + b" " * 130_000_000 + b"</worksheet>"), "a.xlsx").code == "bomb"
    long = b"<sst><si><t>" + b"x" * 100_000 + b"</t></si></sst>"
    cells = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(5000))
    many = with_sheet(
        b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>", **{"xl__sharedStrings.xml": long}
    )
    assert refused(many, "a.xlsx").code == "bomb"


def test_a_size_that_lies_is_found():
    data = bytearray(with_sheet(b"<worksheet>" + b" " * 5_000_000 + b"</worksheet>"))
    name = b"xl/worksheets/sheet1.xml"
    for signature, offset, start in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.rfind(name) if signature == b"PK\x01\x02" else data.find(name)
        data[at - start + offset : at - start + offset + 4] = struct.pack("<I", 10)
    assert refused(bytes(data), "a.xlsx").code == "bomb"


def test_doctype_and_broken_xml_are_refused():
    assert refused(with_sheet(b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), "a.xlsx").code == "hostile_xml"
    assert refused(with_sheet(b"<worksheet>"), "a.xlsx").code == "unreadable"


def test_two_parts_of_one_name_are_refused():
    data = write_xlsx(HEADER, ROWS)
    buffer = io.BytesIO(data)
    with pytest.warns(UserWarning), zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr("xl/workbook.xml", "<workbook/>")
    assert refused(buffer.getvalue(), "a.xlsx").code == "unreadable"


@pytest.mark.parametrize("cut", [60, 300, 3000])
def test_cut_files_are_refused(cut):
    assert refused(write_xlsx(HEADER, ROWS * 200)[:cut], "a.xlsx").code in {"unreadable", "disguised"}


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.xlsx", "a.xls", "a.ods"]))
def test_whatever_comes_is_a_table_or_a_refusal(data, filename):
    for start in (b"", b"PK\x03\x04 xl/workbook.xml", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            table = read_table(start + data, filename)
        except SpreadsheetError:
            continue
        assert all(len(row) == len(table.header) for row in table.rows)


# Cells


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1", "'=1"),
        ("@a", "'@a"),
        ("-5", "'-5"),
        (-5, -5),
        (Decimal("-1.5"), Decimal("-1.5")),
        ("a=b", "a=b"),
        ("", ""),
        (None, None),
    ],
)
def test_only_texts_are_guarded(value, written):
    assert safe_cell(value) == written


def test_csv_gives_back_what_was_written():
    rows = [
        ("=1+1", "a;b", Decimal("1E+2"), -3, True, None),
        ("+90", 'q"x', Decimal("0.50"), 4, False, date(2026, 1, 2)),
    ]
    data = write_csv(["Ad", "b", "c", "d", "e", "f"], rows)
    assert data.startswith(b"\xef\xbb\xbf") and b"'=1+1" in data
    assert read_table(data, "a.csv").rows == (
        ("=1+1", "a;b", "100", "-3", "true", ""),
        ("+90", 'q"x', "0.50", "4", "false", "2026-01-02"),
    )


def test_texts_are_cleaned():
    assert clean_text(" Ays\u0327e\u00a0 \u200bYılmaz ") == "Ayşe Yılmaz"
    assert [looks_like_formula(text) for text in ("=A1", "-", "-2.5", "+90 (532) 1", "+cmd", "a")] == [
        True,
        False,
        False,
        False,
        True,
        False,
    ]
