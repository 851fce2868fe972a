"""Merge fields of letters: {{ code }} and nothing else. No conditions, no filters, no code.

What a reader has is put into the text after the text was read as Markdown, so a value is always plain text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from kervan.core.rules import markdown_blocks
from kervan.core.rules.markdown_blocks import Block

MOST_LETTERS: Final = 2000
MOST_MISTAKES: Final = 3
UNKNOWN, BROKEN, UNOPENED = "unknown", "broken", "unopened"
MISSING, TOO_LONG = "missing", "too_long"
_FIELD: Final = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]*)[ \t]*\}\}")
_BRACES: Final = re.compile(r"\{\{|\}\}")
_UNSEEN: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a template. code: unknown, broken or unopened; text: what stands there.

    line, column: from 1. nearest: the known field that was probably meant, "" where none is near.
    """

    code: str
    text: str
    line: int
    column: int
    nearest: str = ""


def fields_in(text: str) -> list[str]:
    """Return the codes of the fields in a text, each once, in order."""
    return list(dict.fromkeys(match[1] for match in _FIELD.finditer(text)))


def problems(text: str, known: Iterable[str]) -> list[Problem]:
    """Return what is wrong with the fields of a text, in the order of the text.

    unknown: a field that this kind of reader does not have. broken: “{{” that begins no field (no end, capitals, a
    space or sign inside). unopened: “}}” that ends none.
    """
    codes = list(known)
    return [_problem(text, *found, codes) for found in _tokens(text) if found[0] or found[2] not in codes]


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield (problem so far or "", position, text of it or code of the field)."""
    position = 0
    while opening := _BRACES.search(text, position):
        field = _FIELD.match(text, opening.start())
        if field:
            yield "", field.start(), field[1]
            position = field.end()
            continue
        position = opening.end()
        if opening[0] == "}}":
            yield UNOPENED, opening.start(), "}}"
            continue
        end = _end_of_broken(text, position)
        yield BROKEN, opening.start(), text[opening.start() : end]
        position = end


def _end_of_broken(text: str, position: int) -> int:
    """Where a broken field ends: behind its “}}” on the same line, else where the line or the next “{{” begins."""
    following = re.compile(r"\}\}|\{\{|\n").search(text, position)
    if not following:
        return min(len(text), position + 40)
    return following.end() if following[0] == "}}" else following.start()


def _problem(text: str, code: str, position: int, found: str, known: list[str]) -> Problem:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    name = re.sub(r"[^a-z0-9]+", "_", found.strip("{} \t").lower()).strip("_")
    return Problem(code or UNKNOWN, found, line, column, nearest(name, known) if code != UNOPENED else "")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known field that differs least from `name`, by at most three letters and less than half of it."""
    near = [(DamerauLevenshtein.distance(name, one), one) for one in known]
    most = min(MOST_MISTAKES, len(name) // 2)
    return min((pair for pair in near if pair[0] <= most), default=(0, ""))[1]


def lacking(fields: Iterable[str], values: Mapping[str, str]) -> tuple[str, list[str]] | None:
    """Return why a reader cannot get a text with these fields: (missing or too_long, the fields), or None.

    A letter is left out rather than sent with a gap, or with a value that no letter can mean (over 2,000 letters).
    """
    wanted = list(fields)
    missing = [code for code in wanted if not cleaned(values.get(code, ""))]
    if missing:
        return MISSING, missing
    long = [code for code in wanted if len(values[code]) > MOST_LETTERS]
    return (TOO_LONG, long) if long else None


def cleaned(value: str) -> str:
    """Return a value as one line: no line breaks, no control signs, nothing that turns the direction of reading."""
    return " ".join(_UNSEEN.sub("", str(value)).split())


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Put values into a subject: one line, whatever stands in it. A field without a value stays as it is."""
    return cleaned(_filled(text, values))


def fill(text: str, values: Mapping[str, str]) -> list[Block]:
    """Read a text as Markdown, then put the values in as plain text. Returns blocks (`markdown_blocks`).

    Line breaks stay where they were written.
    """
    return markdown_blocks.map_texts(markdown_blocks.blocks(text, keeps_lines=True), lambda one: _filled(one, values))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A value that holds “{{ … }}” itself is not looked into again."""
    return _FIELD.sub(lambda match: cleaned(values[match[1]]) if match[1] in values else match[0], text)
