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
            url = reverse(entry.url_name)
            current = request.path == url or (len(url) > 1 and request.path.startswith(url))
            menus[entry.area].append({"label": entry.label, "url": url, "icon": entry.icon, "is_current": current})
    return {
        "office": getattr(request, "office", None),
        "scope": scope,
        "is_demo": settings.DEMO and bool(getattr(getattr(request, "office", None), "is_demo", False)),
        "menus": menus,
    }
