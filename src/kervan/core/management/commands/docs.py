"""`kervan docs`: write the pages that are made from the sources; with --check only say which are out of date."""

import ast
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import translation

from kervan.core.management.commands import glossary
from kervan.core.states import Move, MoveTable, diagram

DOCS = Path(settings.BASE_DIR) / "docs"
NAMED = re.compile(r"[a-z][a-z_, ]{0,40}: |Raises |Returns |Source: ")
Described = ast.FunctionDef | ast.ClassDef

RULES_HEAD = """# Rules
What the code decides, in the words of its docstrings: one heading a file, one entry a decision. Made by `./kervan docs`
from every folder `rules/`. Search here for a subject and land on its file. Figures that change by year stand in
[rule packs](do/write-a-rule-pack.md), not here.
"""
STATES_HEAD = """# States
What may happen next to each thing. Made by `./kervan docs` from the tables of moves in each `states.py`; buttons and
tests read the same tables. *Who* may make a move is in `permissions.py`, *whether* it makes sense now is a rule. What a
date decides (a call is open, an agreement has ended) is computed, never stored.
"""


class Command(BaseCommand):
    help = "Write docs/rules.md, docs/understand/states.md and docs/glossary.md from the sources."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail when a page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        changed = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
        names = ", ".join(path.relative_to(DOCS).as_posix() for path in changed)
        if check and changed:
            raise CommandError(f"Out of date: {names}. Run ./kervan docs.")
        for path, text in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.stdout.write(f"Written: {names}." if changed else "All pages are up to date.")


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    return {
        DOCS / "rules.md": rules_page(),
        DOCS / "understand" / "states.md": states_page(),
        DOCS / "glossary.md": glossary.text(),
    }


def rules_page() -> str:
    """Return docs/rules.md: the modules of every `rules/` folder in the order of the apps."""
    parts = [_module_part(path) for folder in _rule_folders() for path in sorted(folder.glob("*.py"))]
    return "\n".join([RULES_HEAD, *filter(None, parts)])


def _rule_folders() -> Iterator[Path]:
    for config in apps.get_app_configs():
        folder = Path(config.path) / "rules"
        if config.name.startswith("kervan.") and folder.is_dir():
            yield folder


def _module_part(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    entries = [_entry(node) for node in tree.body if isinstance(node, Described) and _is_told(node)]
    if not entries:
        return ""
    shown = path.relative_to(settings.BASE_DIR).as_posix()
    title = f"{path.parent.parent.name} / {path.stem}"
    head = [f"## {title}", f"[`{shown}`](../{shown})", "", _plain(ast.get_docstring(tree) or ""), ""]
    return "\n".join(head + entries)


def _is_told(node: Described) -> bool:
    return not node.name.startswith("_") and bool(ast.get_docstring(node))


def _entry(node: Described) -> str:
    text = _plain(ast.get_docstring(node) or "")
    return f"### `{_signature(node)}`\n{text}\n"


def _signature(node: Described) -> str:
    if isinstance(node, ast.ClassDef):
        return node.name
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def _plain(text: str) -> str:
    """A docstring as Markdown: lines that name a shape, an error or a source as a list, signs of Markdown literally."""
    lines = [line.strip().replace("<", "&lt;").replace("*", "\\*") for line in text.splitlines()]
    return "\n".join(f"- {line}" if NAMED.match(line) else line for line in lines)


def states_page() -> str:
    """Return docs/understand/states.md: each table of moves as a diagram and a list."""
    with translation.override("en"):
        parts = [_table_part(module, name) for module in _state_modules() for name in _tables(module)]
    return "\n".join([STATES_HEAD, *parts])


def _state_modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        name = f"{config.name}.states"
        if config.name.startswith("kervan.") and config.label != "core" and find_spec(name):
            yield import_module(name)


def _tables(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if name.endswith("_MOVES")]


def _table_part(module: ModuleType, name: str) -> str:
    table: MoveTable = getattr(module, name)
    title = name.removesuffix("_MOVES").replace("_", " ").capitalize()
    source = f"src/{module.__name__.replace('.', '/')}.py"
    rows = [f"| `{move}` | {_labels(one)} | {_label(one.target)} |" for move, one in table.items()]
    head = [f"## {title}", f"[`{source}`](../../{source})", "", "```mermaid", diagram(table), "```", ""]
    return "\n".join([*head, "| Move | From | To |", "|---|---|---|", *rows, ""])


def _labels(one: Move) -> str:
    return ", ".join(_label(source) for source in one.sources)


def _label(state: Any) -> str:
    return str(getattr(state, "label", state))
