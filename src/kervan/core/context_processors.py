"""What every page's frame needs: the office, the menus of this reader, demo mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kervan.core import registries
from kervan.core.scope import VISITOR

SECTIONS = (
    (20, _("Selection")),
    (30, _("Collaboration")),
    (50, _("Letters and figures")),
    (500, _("People and accounts")),
)  # the workspace menu: the heading that stands over the lines from this order on


def shell(request: HttpRequest) -> dict[str, Any]:
    """`office`, `scope`, `is_demo` and `menus` (area -> entries with label, url, icon, key, heading, is_current)."""
    scope = getattr(request, "scope", VISITOR)
    menus: dict[str, list[dict[str, Any]]] = {"office": [], "my": [], "public": [], "foot": []}
    keys = _keys([entry for entry in registries.menu_entries if entry.area == "office"])
    for entry in registries.menu_entries:
        if entry.readers(scope):
            line = {"label": entry.label, "url": reverse(entry.url_name), "icon": entry.icon, "order": entry.order}
            line["key"] = keys.get(entry.url_name, "") if entry.area == "office" else ""
            menus[entry.area].append(line)
    _head(menus["office"])
    for entries in menus.values():
        current = _current(request.path, [line["url"] for line in entries])
        for line in entries:
            line["is_current"] = line["url"] == current
    return {
        "office": getattr(request, "office", None),
        "scope": scope,
        "is_demo": settings.DEMO and bool(getattr(getattr(request, "office", None), "is_demo", False)),
        "menus": menus,
    }


def _keys(entries: list[registries.Entry]) -> dict[str, str]:
    """Return the letter of each line of the workspace: the same for every reader, in every language.

    A line takes its own key, else the first letter of its English label, else the next letter of it that is free.
    """
    found = {entry.url_name: entry.key for entry in entries if entry.key}
    with override("en"):
        letters = {entry.url_name: [sign for sign in str(entry.label).lower() if sign.isalpha()] for entry in entries}
    for places in (slice(1), slice(None)):
        for name, signs in letters.items():
            free = [sign for sign in signs[places] if sign not in found.values()]
            if name not in found and free:
                found[name] = free[0]
    return found


def _head(lines: list[dict[str, Any]]) -> None:
    """Give the first line of each section its heading."""
    waiting = list(SECTIONS)
    for line in lines:
        while waiting and line["order"] >= waiting[0][0]:
            line["heading"] = waiting.pop(0)[1]


def _current(path: str, urls: list[str]) -> str:
    """The address of a menu to which the page belongs: the longest one it begins with, "" where none."""
    return max((url for url in urls if path == url or (len(url) > 1 and path.startswith(url))), key=len, default="")
