"""Markdown as plain JSON blocks: one reading of a text, from which PDF, mail and page are set. No HTML anywhere.

A block is a dict with `type`:
paragraph and heading (`parts`, heading also `level` 1 to 3) · list (`ordered`, `start`, `items`: list of blocks each) ·
quote (`blocks`) · code (`text`) · rule · table (`header`: cells, `rows`: lists of cells; a cell is `parts`).
A part is {"text", and where so "bold", "italic", "code": true} or {"break": true}. Links are their words, the address
in brackets behind them where it says more. Raw HTML and pictures are shown as the text they are.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Block = dict[str, Any]
Part = dict[str, Any]

_OPTIONS = {"html": False, "maxNesting": 40}
_markdown = MarkdownIt("commonmark", _OPTIONS).enable("table").disable(["html_block", "html_inline"])
MOST_LEVELS = 3
MOST_DEEP = 10  # Typst sets no more than 13 quotes and lists inside each other
_QUOTED_FIELD = re.compile(r"%7B%7B(?:%20)*(\w+)(?:%20)*%7D%7D")


def blocks(text: str, *, keeps_lines: bool = False) -> list[Block]:
    """Read Markdown into blocks (see the module). Any text is read; nothing is an error.

    text: CommonMark with tables. Quotes and lists inside more than `MOST_DEEP` others stand beside them; what is inside
    40 levels of quotes, lists and items is left out. keeps_lines: a line break inside a paragraph stays one, as people
    expect who write a letter; else it is a space, as the standard has it.
    Source: commonmark.org 0.31; tables as GitHub writes them.
    """
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    tokens = _markdown.parse(clean)
    for inline in (child for token in tokens for child in token.children or () if keeps_lines):
        inline.type = "hardbreak" if inline.type == "softbreak" else inline.type
    return _shallow(_blocks(SyntaxTreeNode(tokens).children), MOST_DEEP)


def _shallow(found: list[Block], levels: int) -> list[Block]:
    """The same text with at most so many quotes and lists inside each other."""
    flat: list[Block] = []
    for block in found:
        parts = block["items"] if block["type"] == "list" else [block["blocks"]] if block["type"] == "quote" else []
        inner = [_shallow(part, levels - 1) for part in parts]
        if parts and levels <= 0:
            flat += [one for part in inner for one in part]
        elif block["type"] == "list":
            flat.append({**block, "items": inner})
        else:
            flat.append({**block, "blocks": inner[0]} if inner else block)
    return flat


def _blocks(nodes: list[SyntaxTreeNode]) -> list[Block]:
    return [_READERS.get(node.type, _other)(node) for node in nodes]


def _paragraph(node: SyntaxTreeNode) -> Block:
    return {"type": "paragraph", "parts": _parts_of(node)}


def _heading(node: SyntaxTreeNode) -> Block:
    return {"type": "heading", "level": min(int(node.tag[1:]), MOST_LEVELS), "parts": _parts_of(node)}


def _list(node: SyntaxTreeNode) -> Block:
    is_ordered = node.type == "ordered_list"
    items = [_blocks(item.children) for item in node.children]
    return {"type": "list", "ordered": is_ordered, "start": int(node.attrs.get("start", 1)), "items": items}


def _quote(node: SyntaxTreeNode) -> Block:
    return {"type": "quote", "blocks": _blocks(node.children)}


def _code(node: SyntaxTreeNode) -> Block:
    return {"type": "code", "text": node.content.rstrip("\n")}


def _rule(_node: SyntaxTreeNode) -> Block:
    return {"type": "rule"}


def _table(node: SyntaxTreeNode) -> Block:
    rows = [[_parts_of(cell) for cell in row.children] for part in node.children for row in part.children]
    return {"type": "table", "header": rows[0], "rows": rows[1:]}


def _other(node: SyntaxTreeNode) -> Block:
    return {"type": "paragraph", "parts": [{"text": node.content}]}


_READERS: dict[str, Callable[[SyntaxTreeNode], Block]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table": _table,
}


def _parts_of(node: SyntaxTreeNode) -> list[Part]:
    """The parts of a block's inline content; neighbours set alike are one part, so a field is never cut in two."""
    parts: list[Part] = []
    for part in (one for inline in node.children for one in _inline(inline, {})):
        if parts and "text" in part and "text" in parts[-1] and _marks(part) == _marks(parts[-1]):
            parts[-1] = {**part, "text": parts[-1]["text"] + part["text"]}
        else:
            parts.append(part)
    return [part for part in parts if part.get("text", True)]


def _marks(part: Part) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "text"}


def _inline(node: SyntaxTreeNode, marks: dict[str, bool]) -> Iterator[Part]:
    if node.type in ("inline", "strong", "em", "link"):
        inner = {**marks, **{"strong": {"bold": True}, "em": {"italic": True}}.get(node.type, {})}
        for child in node.children:
            yield from _inline(child, inner)
        if node.type == "link" and (address := _address(node)):
            yield {"text": f" ({address})", **marks}
    elif node.type == "hardbreak":
        yield {"break": True}
    elif node.type == "softbreak":
        yield {"text": " ", **marks}
    elif node.type == "image":
        yield {"text": node.content, **marks}
    else:
        yield {"text": node.content, **marks, **({"code": True} if node.type == "code_inline" else {})}


def _address(link: SyntaxTreeNode) -> str:
    """Where a link leads, "" when its words say so already."""
    address = _QUOTED_FIELD.sub(r"{{ \1 }}", str(link.attrs.get("href", ""))).removeprefix("mailto:")
    words = "".join(node.content for node in link.walk() if node.type in ("text", "code_inline"))
    return "" if address == words else address


def map_texts(found: list[Block], change: Callable[[str], str]) -> list[Block]:
    """Return the blocks with every text changed. What `change` returns stays text: it is not read as Markdown again."""
    return [{name: _mapped(name, value, change) for name, value in block.items()} for block in found]


def _mapped(name: str, value: Any, change: Callable[[str], str]) -> Any:
    if name == "text":
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(key, inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mapped("", one, change) for one in value]
    return value


def plain_text(found: list[Block]) -> str:
    """Return blocks as a mail shows them: paragraphs apart by an empty line, lists with dashes or numbers."""
    return "\n\n".join(filter(None, (_plain(block) for block in found)))


def _plain(block: Block) -> str:
    kind = block["type"]
    if kind == "list":
        return "\n".join(_plain_item(block, number, item) for number, item in enumerate(block["items"], block["start"]))
    if kind == "quote":
        return _indented(plain_text(block["blocks"]), "> ", "> ")
    if kind == "table":
        return "\n".join(" | ".join(_line(cell) for cell in row) for row in (block["header"], *block["rows"]))
    return {"code": block.get("text", ""), "rule": "-" * 20}.get(kind) or _line(block.get("parts", []))


def _plain_item(block: Block, number: int, item: list[Block]) -> str:
    mark = f"{number}. " if block["ordered"] else "- "
    return _indented("\n".join(_plain(block) for block in item), mark, " " * len(mark))


def _indented(text: str, first: str, further: str) -> str:
    return "\n".join(f"{further if at else first}{line}".rstrip() for at, line in enumerate(text.split("\n")))


def _line(parts: list[Part]) -> str:
    return "".join("\n" if part.get("break") else part["text"] for part in parts)
