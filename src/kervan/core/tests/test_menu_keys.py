"""The letters that lead to the lines of the workspace menu."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation

from kervan.core import context_processors, registries


def keys() -> dict[str, str]:
    return context_processors._keys([entry for entry in registries.menu_entries if entry.area == "office"])


def test_each_line_has_its_own_letter_and_the_usual_ones_their_first() -> None:
    found = keys()
    assert (
        len(set(found.values())) == len(found) == len([one for one in registries.menu_entries if one.area == "office"])
    )
    wanted = {"core:tasks": "t", "selection:office_calls": "c", "agreements:list": "a", "institutions:partners": "p"}
    assert {name: found[name] for name in wanted} == wanted


def test_letters_are_the_same_in_every_language(signed_in: Any, elif_: Any) -> None:
    with translation.override("tr"):
        assert keys()["agreements:list"] == "a"
    client: Client = signed_in(elif_)
    client.cookies["kervan_language"] = "tr"
    page = client.get(reverse("core:tasks")).text
    assert f'href="{reverse("agreements:list")}" data-key="a"' in page
