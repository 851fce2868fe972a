"""What every page's frame needs: the office, the menus of this reader, demo mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kervan.core import registries
from kervan.core.scope import VISITOR


def shell(request: HttpRequest) -> dict[str, Any]:
    """`office`, `scope`, `is_demo` and `menus` (area -> entries with label, url, icon, is_current)."""
    scope = getattr(request, "scope", VISITOR)
    menus: dict[str, list[dict[str, Any]]] = {"office": [], "my": [], "public": []}
    for entry in registries.menu_entries:
        if entry.readers(scope):
            menus[entry.area].append({"label": entry.label, "url": reverse(entry.url_name), "icon": entry.icon})
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


def _current(path: str, urls: list[str]) -> str:
    """The address of a menu to which the page belongs: the longest one it begins with, "" where none."""
    return max((url for url in urls if path == url or (len(url) > 1 and path.startswith(url))), key=len, default="")
