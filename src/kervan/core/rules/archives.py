"""What a workbook would become when opened, found out without opening it.

XLSX and ODS are zip archives of XML. A few kilobytes can unpack to gigabytes, sizes written in the archive may lie,
and two readers may see different parts in one archive. So every part is unpacked here under a limit, its XML is read
once for the extent of the sheets, and a fresh archive holds exactly what was checked. XLS is one binary file; its
cell records are walked for the extent.
"""

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from xml.parsers import expat

_MAX_PARTS = 2_000
_ODS_PARTS = frozenset({"mimetype", "content.xml", "META-INF/manifest.xml"})
_SMALL = 2_000_000  # bytes; below this no ratio is suspicious
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_OLE_END = 0xFFFFFFFA  # sector numbers from here on are signs, not sectors
_CELL_RECORDS = frozenset({0x06, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0xBD, 0xBE, 0xD6, 0xFD, 0x0406, 0x0206})

Extent = tuple[int, int]  # rows, columns


class ArchiveProblem(Exception):
    """A file that must not be opened; the code is one of the spreadsheet codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_workbook(data: bytes, kind: str, *, unpacked: int, ratio: int) -> tuple[bytes, Extent]:
    """A fresh archive of the checked parts of an XLSX or ODS file, and the largest extent of its sheets.

    unpacked: bytes that all parts together may have.  ratio: unpacked to packed size that is still believed.  Raises
    ArchiveProblem: `unreadable`, `encrypted`, `bomb`, `hostile_xml`.
    """
    parts: dict[str, bytes] = {}
    left = min(unpacked, max(_SMALL, ratio * len(data)))
    for name, content in _unpacked(data, kind, left):
        if name in parts:
            raise ArchiveProblem("unreadable")
        parts[name] = content
    counter = _OdsCounter() if kind == "ods" else _XlsxCounter()
    for name, content in parts.items():
        if name != "mimetype" and content:
            _read_xml(content, counter)
    if counter.characters() > unpacked:
        raise ArchiveProblem("bomb")
    return _packed(parts), (counter.rows, counter.columns)


def _unpacked(data: bytes, kind: str, left: int) -> Iterator[tuple[str, bytes]]:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise ArchiveProblem("unreadable") from error
    if len(entries) > _MAX_PARTS:
        raise ArchiveProblem("bomb")
    for entry in entries:
        if not _is_needed(entry.filename, kind):
            continue
        content = _inflated(data, entry, left)
        left -= len(content)
        yield entry.filename, content


def _is_needed(name: str, kind: str) -> bool:
    """Pictures, macros and thumbnails are of no use to a table, and parts of the other kind could make a reader take
    it for that.
    """
    if kind == "ods":
        return name in _ODS_PARTS
    return name.endswith((".xml", ".rels")) and name not in _ODS_PARTS


def _inflated(data: bytes, entry: zipfile.ZipInfo, left: int) -> bytes:
    """One part, unpacked here because the size that the archive states may be a lie."""
    if entry.flag_bits & 1:
        raise ArchiveProblem("encrypted")
    start = _content_start(data, entry)
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        content = _deflated(packed, left)
    else:
        raise ArchiveProblem("unreadable")
    if len(content) > left:
        raise ArchiveProblem("bomb")
    return content


def _content_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    header = data[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise ArchiveProblem("unreadable")
    lengths: tuple[int, int] = struct.unpack("<HH", header[26:30])
    return entry.header_offset + 30 + sum(lengths)


def _deflated(packed: bytes, left: int) -> bytes:
    machine = zlib.decompressobj(-15)
    try:
        return machine.decompress(packed, left + 1)
    except zlib.error as error:
        raise ArchiveProblem("unreadable") from error


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _read_xml(content: bytes, counter: "_XlsxCounter | _OdsCounter") -> None:
    """Show one part to the counter; XML with a DOCTYPE, or not well-formed, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.CharacterDataHandler = counter.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ArchiveProblem("unreadable") from error


def _refuse_doctype(*_: object) -> None:
    raise ArchiveProblem("hostile_xml")


class _XlsxCounter:
    """Follows `<row r="3">` and `<c r="B3">`; both may lack the reference and then continue from the one before.

    A text stands once in `<si>` and is named by its number in `<c t="s"><v>`: a long one named often is a bomb too.
    """

    def __init__(self) -> None:
        self.rows = self.columns = self._row = self._column = 0
        self._lengths: list[int] = []
        self._uses: Counter[str] = Counter()
        self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self._cell(attributes)
            case "row":
                self._row, self._column = _whole(attributes.get("r"), self._row + 1), 0
                self.rows = max(self.rows, self._row)
            case "sheetData":
                self._row = 0
            case "si":
                self._lengths.append(0)
            case "v":
                self._in_value = self._shared

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        self._shared = attributes.get("t") == "s"
        if reference := attributes.get("r"):
            found = _REFERENCE.fullmatch(reference.upper())
            if not found:
                raise ArchiveProblem("unreadable")
            self._column = _column_number(found[1])
            self.rows = max(self.rows, int(found[2]))
        self.columns = max(self.columns, self._column)

    _shared = False

    def text(self, text: str) -> None:
        if self._in_value:
            self._uses[text.strip()] += 1
            self._in_value = False
        elif self._lengths:
            self._lengths[-1] += len(text)

    def end(self, name: str) -> None:
        pass

    def characters(self) -> int:
        """How long all cells are together that name a shared text."""
        lengths = {str(number): length for number, length in enumerate(self._lengths)}
        return sum(lengths.get(number, 0) * times for number, times in self._uses.items())


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _OdsCounter:
    """Adds up repeated rows and cells; those without content at the end of a row or sheet take no room."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = self._repeated_row = self._repeated = 0
        self._row_length = self._length = self._total = 0
        self._filled_row = self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "table":
                self._row = 0
            case "table-row":
                self._repeated_row = _whole(attributes.get("table:number-rows-repeated"), 1)
                self._column, self._filled_row, self._row_length = 0, False, 0
                self._row += self._repeated_row
            case "table-cell" | "covered-table-cell":
                self._repeated = _whole(attributes.get("table:number-columns-repeated"), 1)
                self._filled = any(name.endswith(":value-type") for name in attributes)
                self._length = sum(len(value) for value in attributes.values())

    def text(self, text: str) -> None:
        self._filled = self._filled or bool(text.strip())
        self._length += len(text)

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "table-cell" | "covered-table-cell":
                self._end_cell()
            case "table-row" if self._filled_row:
                self.rows = max(self.rows, self._row)
                self._total += self._row_length * self._repeated_row

    def _end_cell(self) -> None:
        self._column += self._repeated
        if self._filled:
            self._filled_row, self._filled = True, False
            self.columns = max(self.columns, self._column)
            self._row_length += self._length * self._repeated

    def characters(self) -> int:
        """How long all cells are together, repeated ones as often as they are repeated."""
        return self._total


def _whole(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ArchiveProblem("unreadable")
    return int(text)


def xls_extent(data: bytes) -> Extent:
    """Rows and columns of the largest sheet of an XLS file, told by its cell records.

    The file is a small file system of sectors with the stream `Workbook` (or `Book`) in it. Raises ArchiveProblem:
    `encrypted` for a file that is locked (a locked XLSX is such a file too), `unreadable` otherwise.
    """
    try:
        return _records_extent(_workbook_stream(data))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ArchiveProblem("unreadable") from error


def _workbook_stream(data: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ArchiveProblem("unreadable")
    table = _sector_table(data, size)
    directory = _chain(data, struct.unpack_from("<I", data, 48)[0], table, size)
    entries = {
        _entry_name(directory, at): struct.unpack_from("<II", directory, at + 116)
        for at in range(0, len(directory) - 127, 128)
    }
    if "EncryptedPackage" in entries:
        raise ArchiveProblem("encrypted")
    first, length = entries.get("Workbook") or entries.get("Book") or (None, 0)
    if first is None:
        raise ArchiveProblem("unreadable")
    if length < struct.unpack_from("<I", data, 56)[0]:
        return _small_stream(data, directory, table, size, first)[:length]
    return _chain(data, first, table, size)[:length]


def _entry_name(directory: bytes, at: int) -> str:
    length = struct.unpack_from("<H", directory, at + 64)[0]
    return directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")


def _sector_table(data: bytes, size: int) -> list[int]:
    """The next sector of each sector."""
    listed = list(struct.unpack_from("<109I", data, 76))
    extra, seen = struct.unpack_from("<I", data, 68)[0], set()
    while extra < _OLE_END and extra not in seen:
        seen.add(extra)
        *numbers, extra_next = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        listed += numbers
        extra = extra_next
    table: list[int] = []
    for sector in listed:
        if sector < _OLE_END:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table


def _chain(data: bytes, sector: int, table: list[int], size: int, offset: int = 1) -> bytes:
    pieces: list[bytes] = []
    while sector < _OLE_END:
        if len(pieces) > len(table):
            raise ArchiveProblem("unreadable")  # a circle
        pieces.append(data[(sector + offset) * size : (sector + offset + 1) * size])
        sector = table[sector]
    return b"".join(pieces)


def _small_stream(data: bytes, directory: bytes, table: list[int], size: int, first: int) -> bytes:
    """Streams below 4,096 bytes lie in sectors of 64 bytes inside the stream of the root entry."""
    container = _chain(data, struct.unpack_from("<I", directory, 116)[0], table, size)
    numbers = _chain(data, struct.unpack_from("<I", data, 60)[0], table, size)
    small_table = list(struct.unpack(f"<{len(numbers) // 4}I", numbers))
    return _chain(container, first, small_table, 64, offset=0)


def _records_extent(stream: bytes) -> Extent:
    rows = columns = at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0x2F:
            raise ArchiveProblem("encrypted")
        if kind in _CELL_RECORDS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if kind in (0xBD, 0xBE):  # several cells in one record, the last column at its end
                column = max(column, struct.unpack_from("<H", stream, at + 4 + length - 2)[0])
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        at += 4 + length
    return rows, columns
