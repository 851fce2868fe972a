"""Content in two languages: columns `<name>_en` and `<name>_tr`, read in the reader's language."""

from typing import Any

from django.utils.translation import get_language


def pick(english: str, turkish: str, language: str | None = None) -> str:
    """Return the text in `language` (default: the reader's), and the other one where it is missing."""
    wanted = language or get_language() or "en"
    return (turkish or english) if wanted.startswith("tr") else (english or turkish)


def bilingual(name: str) -> Any:
    """Make a property that reads `<name>_en` or `<name>_tr` in the reader's language."""
    return property(lambda self: pick(getattr(self, f"{name}_en"), getattr(self, f"{name}_tr")))
