"""The catalogues of interface texts: found in the sources, checked and compiled by Babel, without GNU gettext.

`python -m kervan.core.catalogues` compiles them; it needs no Django, so that it can run before Django starts.
"""

import ast
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
KEYWORDS = {
    name: places
    for stem, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for name in (stem, f"{stem}_lazy", f"{stem}_noop")
} | {"_": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w+)\}")
HANGING_ENDING = re.compile(r"(?:%\(\w+\)[sd]|\{\w+\})['’]?[^\W\d_]")
CALL_OR_NOTE = re.compile(
    r"""(?P<call>(?:\b_|\bn?p?gettext)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*\))|\#.*""",
)

Text = str | tuple[str, str]
Key = tuple[str, Text]
Templatize = Callable[[str, str], str]


def catalogue_files() -> list[Path]:
    """Return every catalogue, one per language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """Read one catalogue; its language is the name of its folder."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name)


def compile_all() -> None:
    """Write the compiled form beside each catalogue that is newer than it."""
    for path in catalogue_files():
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            _replace(compiled, _written(write_mo, read(path)))


def _written(write: Callable[..., None], catalogue: Catalog, **options: object) -> bytes:
    target = io.BytesIO()
    write(target, catalogue, **options)
    return target.getvalue()


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def source_files() -> Iterator[Path]:
    """Yield the Python files and templates whose texts people see."""
    for path in sorted(PACKAGE.rglob("*")):
        folders = path.relative_to(PACKAGE).parts[:-1]
        if {"tests", "migrations", "locale", "static"} & set(folders):
            continue
        if path.suffix == ".py" or ("templates" in folders and path.suffix in {".html", ".txt", ".xml", ".svg"}):
            yield path


def texts_in_sources(templatize: Templatize) -> dict[Key, str]:
    """Return every translatable text of the sources: (context, text or pair) -> file where it was met first."""
    found: dict[Key, str] = {}
    for path in source_files():
        name = str(path.relative_to(PACKAGE))
        for key in texts_in_file(path, templatize):
            found.setdefault(key, name)
    return found


def texts_in_file(path: Path, templatize: Templatize) -> Iterator[Key]:
    """Yield the texts of one file. A template is turned into calls first; each of its lines stands alone."""
    content = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _texts_in_code(content)
        return
    for line in templatize(content, str(path)).splitlines():
        yield from _texts_in_code(_only_calls(line))


def _only_calls(line: str) -> str:
    """Keep the calls for translation of one line; the filling between them is not Python, and notes follow a hash."""
    calls = [match["call"] for match in CALL_OR_NOTE.finditer(line) if match["call"]]
    return "; ".join(call for call in calls if _is_python(call))


def _is_python(call: str) -> bool:
    try:
        ast.parse(call)
    except SyntaxError:
        return False
    return True


def _texts_in_code(content: str) -> Iterator[Key]:
    for _line, name, arguments, _notes in extract_python(io.BytesIO(content.encode()), KEYWORDS, [], {}):
        function = str(name)
        texts = [arguments] if isinstance(arguments, str) else [str(text or "") for text in arguments]
        context = texts.pop(0) if "pgettext" in function else ""
        if function.startswith("n") and len(texts) > 1:
            yield (context, (texts[0], texts[1]))
        elif texts and texts[0]:
            yield (context, texts[0])


def _key(message: Message) -> Key:
    sources = _forms(message.id)
    return (message.context or "", sources[0] if len(sources) == 1 else (sources[0], sources[1]))


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return the singular and, where there is one, the plural of a source or of a translation."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def updated(old: Catalog, texts: dict[Key, str]) -> Catalog:
    """Return a catalogue of exactly these texts; known translations are kept, everything else starts empty."""
    new = Catalog(locale=old.locale, header_comment=old.header_comment, fuzzy=False)
    new.mime_headers = old.mime_headers
    new.creation_date, new.revision_date = old.creation_date, old.revision_date
    known = {_key(message): message for message in old if message.id}
    for context, text in sorted(texts, key=lambda key: (str(key[1]), key[0])):
        message = known.get((context, text))
        new.add(
            text, message.string if message else None, context=context or None, flags=message.flags if message else ()
        )
    return new


def content_of(catalogue: Catalog) -> bytes:
    """Return a catalogue as it stands in its file: sorted, without line numbers, so that differences stay small."""
    return _written(write_po, catalogue, no_location=True, sort_output=True, width=100)


def update_all(templatize: Templatize) -> None:
    """Write the texts of the sources into every catalogue and compile it."""
    texts = texts_in_sources(templatize)
    for path in catalogue_files():
        _replace(path, content_of(updated(read(path), texts)))
    compile_all()


def problems(path: Path, texts: dict[Key, str]) -> list[str]:
    """Return what is wrong with one catalogue, a line each: missing, empty, fuzzy, left over, other placeholders."""
    known = {_key(message): message for message in read(path) if message.id}
    found = [f"not in the catalogue: {key[1]!r} ({texts[key]})" for key in texts if key not in known]
    found += [f"no longer in the sources: {key[1]!r}" for key in known if key not in texts]
    for message in known.values():
        found += [f"{problem}: {message.id!r}" for problem in message_problems(message)]
    return found


def message_problems(message: Message) -> list[str]:
    """Return what is wrong with one translation."""
    translations = _forms(message.string)
    if message.fuzzy:
        return ["fuzzy"]
    if not all(translations):
        return ["not translated"]
    allowed = [placeholders(text) for text in _forms(message.id)]
    found = [f"other placeholders in {text!r}" for text in translations if placeholders(text) not in allowed]
    if message.python_format:
        found += [f"a single % in {text!r}" for text in translations if not _formats(text)]
    hanging = [text for text in translations if HANGING_ENDING.search(text)]
    return found + [f"an ending hangs on a placeholder in {text!r}" for text in hanging]


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text, in a fixed order."""
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def _formats(text: str) -> bool:
    return "%" not in PLACEHOLDER.sub("", text.replace("%%", ""))


if __name__ == "__main__":
    compile_all()
