"""`kervan glossary`: write docs/glossary.md from the same file that the glossary page shows."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from kervan.core.rules.turkish import sort_key
from kervan.core.selectors import pages as selectors

TARGET = Path(settings.BASE_DIR) / "docs" / "glossary.md"


def text() -> str:
    """Return the page: one table row a word, in the order of the English words."""
    rows = sorted(selectors.glossary_rows(), key=lambda row: sort_key(row["english"]))
    lines = [f"| {row['english']} | {row['turkish']} | {row['meaning_en']} |" for row in rows]
    head = [
        "# Glossary",
        "",
        "One word for each idea. Made by `./kervan glossary` from `src/kervan/data/glossary.csv`.",
        "",
    ]
    return "\n".join([*head, "| English | Turkish | Meaning |", "|---|---|---|", *lines, ""])


class Command(BaseCommand):
    help = "Write docs/glossary.md."

    def handle(self, *args: Any, **options: Any) -> None:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text(), "utf-8")
        self.stdout.write(f"{len(selectors.glossary_rows())} words.")
