"""Buttons, menu lines and filters stand in the guides as they stand on the screen; both languages tell the same."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings

from kervan.core import catalogues

DO = Path(settings.BASE_DIR) / "docs" / "do"
PAIRS = [("agreements-officer.md", "anlasma-sorumlusu-rehberi.md"), ("head.md", "ofis-yoneticisi-rehberi.md")]
ENGLISH = [*(one for one, _other in PAIRS), "office-guide.md"]
TURKISH = [*(other for _one, other in PAIRS), "ofis-rehberi.md"]
NAME = re.compile(r"(?<![\w*])\*([^*\n]+)\*")


def names_in(page: str) -> list[str]:
    """What is set in italics: names on the screen, with arrows where one leads to the next."""
    text = (DO / page).read_text("utf-8").replace("**", "")
    return [name.replace("'", "’") for path in NAME.findall(text) for name in path.split(" → ")]


def texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(text.replace("'", "’") for text in ((value,) if isinstance(value, str) else value or ()))


def catalogue() -> list[Message]:
    path = next(path for path in catalogues.catalogue_files() if path.parent.parent.name == "tr")
    return [message for message in catalogues.read(path) if message.id]


@pytest.mark.parametrize("page", ENGLISH)
def test_english_guide_uses_the_names_of_the_screen(page: str) -> None:
    known = {text for message in catalogue() for text in texts(message.id)}
    assert [name for name in names_in(page) if name not in known and f"{name}…" not in known] == []


@pytest.mark.parametrize("page", TURKISH)
def test_turkish_guide_uses_the_names_of_the_screen(page: str) -> None:
    known = {text for message in catalogue() for text in texts(message.string)}
    assert [name for name in names_in(page) if name not in known and f"{name}…" not in known] == []


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_languages_have_the_same_chapters(one: str, other: str) -> None:
    chapters = [re.findall(r"^## ", (DO / page).read_text("utf-8"), re.MULTILINE) for page in (one, other)]
    assert len(chapters[0]) == len(chapters[1]) > 0


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_each_guide_leads_to_the_other_language(one: str, other: str) -> None:
    assert f"]({other})" in (DO / one).read_text("utf-8")
    assert f"]({one})" in (DO / other).read_text("utf-8")
