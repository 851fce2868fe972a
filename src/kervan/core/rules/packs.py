"""Rule packs: the figures of a programme, a country and a year, read from TOML and checked.

A pack is one file, `NAME/VERSION.toml`. It may extend another pack, which is then a complete pack itself. Apps hand in
readers for their sections; what no reader knows is refused. All problems of a file are collected before it is refused.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parents[2] / "rulepacks"
REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]*/[0-9]{4}[a-z0-9.-]*")
CODE = re.compile(r"[a-z][a-z0-9_]*")
OWN_KEYS = (
    "name",
    "version",
    "title_en",
    "title_tr",
    "rule_sets",
    "extends",
    "historical",
    "historical_reason_en",
    "historical_reason_tr",
    "cases",
)
LARGEST_EXPONENT = 12

Lookup = Callable[[str], str]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a pack: where, what stands there and what may stand there."""

    file: str
    key: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key} is {self.value}; allowed: {self.allowed}"


class PackError(ValueError):
    """A pack is refused; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a pack with its origin. `value` is a Decimal, a word or a tuple of words."""

    key: str
    value: Any
    source: str
    verified: bool = True
    note_en: str = ""
    note_tr: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack. `sections` holds what each reader made of its section, `canonical` the text that is hashed."""

    name: str
    version: str
    title_en: str
    title_tr: str
    programme: str
    rule_sets: tuple[str, ...]
    extends: str
    historical: bool
    historical_reason_en: str
    historical_reason_tr: str
    figures: tuple[Figure, ...]
    sections: Mapping[str, Any]
    cases: Mapping[str, Any]
    canonical: str
    sha256: str

    @property
    def reference(self) -> str:
        return f"{self.name}/{self.version}"

    def figure(self, key: str) -> Figure | None:
        """The figure with this key, such as `selection.weights.gpa`; None when the pack has none."""
        return next((figure for figure in self.figures if figure.key == key), None)


@dataclass(slots=True)
class Book:
    """What is noted while one pack is read. `stored`: numbers come as strings, as canonical JSON holds them."""

    file: str
    stored: bool = False
    problems: list[Problem] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


class Section:
    """One table of a pack for a reader: each method takes a key out, checks it and notes what is wrong.

    A method that noted a problem returns a harmless value, so that the reader goes on and finds the rest.
    Readers end with `close()`, which refuses the keys that nobody took or asked for with `in`.
    """

    def __init__(self, data: Mapping[str, Any], where: str, book: Book) -> None:
        self.data, self.where, self.book = data, where, book
        self.taken: set[str] = {"source", "verified", "note_en", "note_tr"} & set(data)

    def __contains__(self, key: str) -> bool:
        self.taken.add(key)
        return key in self.data

    def problem(self, key: str, value: object, allowed: str) -> None:
        self.book.problems.append(Problem(self.book.file, f"{self.where}.{key}".strip("."), shown(value), allowed))

    def number(self, key: str, low: int | str, high: int | str) -> Decimal:
        """A figure from `low` to `high`."""
        allowed = f"a number from {low} to {high}"
        value = self._decimal(self._figure_value(key, allowed))
        if value is None or not Decimal(low) <= value <= Decimal(high):
            self._refuse_figure(key, allowed)
            return Decimal(low)
        self._note(key, value)
        return value

    def optional_number(self, key: str, low: int | str, high: int | str) -> Decimal | None:
        return self.number(key, low, high) if key in self else None

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole figure from `low` to `high`."""
        allowed = f"a whole number from {low} to {high}"
        value = self._decimal(self._figure_value(key, allowed))
        if value is None or not Decimal(low) <= value <= Decimal(high) or value != int(value):
            self._refuse_figure(key, allowed)
            return low
        self._note(key, value)
        return int(value)

    def word(self, key: str, choices: tuple[str, ...]) -> str:
        """A figure that is one of some words."""
        allowed = f"one of {', '.join(choices)}"
        value = self._figure_value(key, allowed)
        if value not in choices:
            self._refuse_figure(key, allowed)
            return choices[0]
        self._note(key, value)
        return str(value)

    def words(self, key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """A figure that is a list of different words in their order."""
        allowed = f"a list of different words out of {', '.join(choices)}"
        value = self._figure_value(key, allowed)
        if not isinstance(value, list) or any(v not in choices for v in value) or len(set(value)) < len(value):
            self._refuse_figure(key, allowed)
            return ()
        self._note(key, tuple(value))
        return tuple(value)

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that is no figure, such as a label."""
        self.taken.add(key)
        value = self.data.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.problem(key, self.data.get(key), "a text")
            return ""
        return value

    def code(self, key: str) -> str:
        """A stable word in small letters, such as `late_withdrawal`."""
        value = self.text(key, required=False)
        if not CODE.fullmatch(value):
            self.problem(key, self.data.get(key), "a word of small letters, digits and _ that begins with a letter")
        return value

    def flag(self, key: str) -> bool:
        """true or false; absent means false."""
        self.taken.add(key)
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, value, "true or false")
        return value is True

    def table(self, key: str) -> "Section":
        """The table below this key; an absent one is empty."""
        self.taken.add(key)
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.problem(key, value, "a table")
            value = {}
        return Section(value, f"{self.where}.{key}".strip("."), self.book)

    def entries(self, key: str) -> list["Section"]:
        """The tables of a list, each known by its `code`; an absent list is empty, no code comes twice."""
        self.taken.add(key)
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.problem(key, value, "a list of tables")
            return []
        codes = [str(entry.get("code")) for entry in value]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.problem(key, code, "each code once")
        at = f"{self.where}.{key}".strip(".")
        return [Section(entry, f"{at}.{code}", self.book) for entry, code in zip(value, codes, strict=True)]

    def close(self) -> None:
        """Refuse every key that no method took."""
        known = ", ".join(sorted(self.taken)) or "none"
        for key, value in self.data.items():
            if key not in self.taken:
                self.problem(key, value, f"no such key; known here: {known}")

    def _figure_value(self, key: str, allowed: str) -> Any:
        self.taken.add(key)
        raw = self.data.get(key)
        return raw.get("value") if isinstance(raw, dict) else raw

    def _refuse_figure(self, key: str, allowed: str) -> None:
        self.problem(key, self._figure_value(key, allowed), allowed)

    def _decimal(self, value: Any) -> Decimal | None:
        if isinstance(value, str) and self.book.stored:
            return Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        return Decimal(value) if Decimal(value).is_finite() else None

    def _note(self, key: str, value: Any) -> None:
        raw = self.data[key]
        origin = raw if isinstance(raw, dict) else self.data
        own = Section(origin, f"{self.where}.{key}".strip("."), self.book)
        if isinstance(raw, dict):
            own.taken.add("value")
            own.close()
        source = own.text("source", required=False)
        if not source.strip():
            own.problem("source", origin.get("source"), "the source of the figure, as a text")
        verified = own.flag("verified") if "verified" in origin else True
        notes = own.text("note_en", required=False), own.text("note_tr", required=False)
        self.book.figures.append(Figure(own.where, value, source, verified, *notes))


Reader = Callable[[Section], Any]


def load(reference: str, *, readers: Mapping[str, Reader], lookup: Lookup) -> Pack:
    """Read a pack by its reference `NAME/VERSION`, with everything it extends.

    readers: section name -> what reads it.  lookup: reference -> text of the file; raises KeyError when there is none.
    Raises PackError with every problem of the first file, base first, that has one.
    """
    return _build(resolve(reference, readers=readers, lookup=lookup), reference, readers, stored=False)


def from_canonical(canonical: str, *, readers: Mapping[str, Reader]) -> Pack:
    """The pack that was stored as canonical JSON, with the same figures and the same hash."""
    data = json.loads(canonical)
    return _build(data, f"{data['name']}/{data['version']}", readers, stored=True)


def resolve(reference: str, *, readers: Mapping[str, Reader], lookup: Lookup, seen: tuple[str, ...] = ()) -> Data:
    """The data of a pack with what it extends merged in. Raises PackError on a circle or a missing file."""
    data = _parse(reference, lookup, seen)
    extends = data.get("extends", "")
    if not extends:
        return data
    base = resolve(str(extends), readers=readers, lookup=lookup, seen=(*seen, reference))
    _build(base, str(extends), readers, stored=False)
    problems: list[Problem] = []
    merged = merge({k: v for k, v in base.items() if k not in OWN_KEYS}, data, f"{reference}.toml", problems)
    if problems:
        raise PackError(problems)
    return merged


def merge(
    base: Mapping[str, Any], change: Mapping[str, Any], file: str, problems: list[Problem], where: str = ""
) -> Data:
    """Lay a variant over its base: tables are merged key by key, lists of tables by `code`, all else is replaced.

    A figure (a table with `value`) is replaced whole, and a table whose figures share one source must state its own
    when it changes one: a source never stands beside a figure that it does not give.
    """
    if "source" in base and "source" not in change and set(change) - {"code"}:
        problems.append(Problem(file, f"{where}.source".strip("."), shown(None), "the source of the changed figures"))
    merged = dict(base)
    for key, value in change.items():
        at = f"{where}.{key}".strip(".")
        old = base.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and "value" not in value and "value" not in old:
            merged[key] = merge(old, value, file, problems, at)
        elif _have_codes(value) and _have_codes(old):
            merged[key] = _merge_entries(old or [], value, file, problems, at)
        else:
            merged[key] = value
    return merged


def _have_codes(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) and "code" in e for e in value)


def _merge_entries(base: list[Data], change: list[Data], file: str, problems: list[Problem], where: str) -> list[Data]:
    merged = {entry["code"]: entry for entry in base}
    for entry in change:
        code = entry["code"]
        at = f"{where}.{code}"
        merged[code] = merge(merged[code], entry, file, problems, at) if code in merged else entry
    return list(merged.values())


def _parse(reference: str, lookup: Lookup, seen: tuple[str, ...]) -> Data:
    file = f"{reference}.toml"
    if not REFERENCE.fullmatch(reference):
        raise PackError([Problem(file, "reference", shown(reference), "NAME/VERSION, such as mevlana/2020")])
    if reference in seen:
        raise PackError(
            [Problem(f"{seen[-1]}.toml", "extends", shown(reference), "a pack that does not come back here")]
        )
    try:
        return tomllib.loads(lookup(reference), parse_float=Decimal)
    except KeyError:
        at = f"{seen[-1]}.toml" if seen else file
        raise PackError([Problem(at, "extends" if seen else "file", "missing", "a pack that is there")]) from None
    except tomllib.TOMLDecodeError as error:
        raise PackError([Problem(file, "file", f"not readable: {error}", "TOML")]) from None


def _build(data: Data, reference: str, readers: Mapping[str, Reader], *, stored: bool) -> Pack:
    book = Book(f"{reference}.toml", stored)
    root = Section(data, "", book)
    head = _read_head(root, reference)
    sections = {name: reader(root.table(name)) for name, reader in readers.items() if name in data}
    root.taken |= set(readers)
    cases = root.table("cases").data
    root.close()
    if book.problems:
        raise PackError(book.problems)
    try:
        text = canonical_json(data)
    except ValueError as error:
        raise PackError([Problem(book.file, "cases", "not storable", str(error))]) from None
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Pack(**head, figures=tuple(book.figures), sections=sections, cases=cases, canonical=text, sha256=sha256)


def _read_head(root: Section, reference: str) -> dict[str, Any]:
    name, version = reference.split("/")
    for key, expected in (("name", name), ("version", version)):
        if root.text(key) != expected:
            root.problem(key, root.data.get(key), f"{expected}, as in the path of the file")
    historical = root.flag("historical")
    return {
        "name": name,
        "version": version,
        "title_en": root.text("title_en"),
        "title_tr": root.text("title_tr"),
        "programme": root.text("programme"),
        "rule_sets": _rule_sets(root),
        "extends": root.text("extends", required=False),
        "historical": historical,
        "historical_reason_en": root.text("historical_reason_en", required=historical),
        "historical_reason_tr": root.text("historical_reason_tr", required=historical),
    }


def _rule_sets(root: Section) -> tuple[str, ...]:
    root.taken.add("rule_sets")
    value = root.data.get("rule_sets", [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        root.problem("rule_sets", value, "a list of names")
        return ()
    return tuple(value)


def unverified(pack: Pack) -> list[Figure]:
    """The figures of a pack that nobody has confirmed yet, in the order of the file."""
    return [figure for figure in pack.figures if not figure.verified]


def canonical_json(data: Mapping[str, Any]) -> str:
    """The one text that a pack's hash is taken of: keys sorted, no blanks, numbers as plain strings."""
    return json.dumps(_plain(data), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | str) or value is None:
        return value
    return plain_number(value) if isinstance(value, int | Decimal) else value.isoformat()


def plain_number(value: int | Decimal) -> str:
    """A number as the shortest plain text: 15, 0.5, -10. Raises ValueError if not finite or beyond 12 digits."""
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT or len(str(number)) > 2 * LARGEST_EXPONENT:
        raise ValueError(f"{value} is not a number of at most {LARGEST_EXPONENT} digits before or after the point")
    return format(number.normalize() if number else Decimal(0), "f")


def shown(value: object) -> str:
    """A value as a problem shows it."""
    if value is None:
        return "missing"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:60]}…"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a table" if isinstance(value, dict) else str(value)


def folder_lookup(folder: Path = SHIPPED) -> Lookup:
    """A lookup that reads `folder/NAME/VERSION.toml`."""

    def lookup(reference: str) -> str:
        path = folder / f"{reference}.toml"
        if not path.is_file():
            raise KeyError(reference)
        return path.read_text(encoding="utf-8")

    return lookup


def references(folder: Path = SHIPPED) -> list[str]:
    """References of all packs in a folder, by name, then by version."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.toml"))
