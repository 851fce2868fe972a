"""The office's own card in words: who may change it, what happened to it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kervan.core import registries, texts
from kervan.core.scope import Role, Scope


def edits_office(scope: Scope) -> bool:
    """Head of the whole office and administrator."""
    return scope.everywhere(Role.HEAD, Role.ADMINISTRATOR)


def _changed(values: Mapping[str, Any]) -> str:
    count = len(values.get("after") or {})
    return ngettext(
        "Card of the office changed (%(count)d field)", "Card of the office changed (%(count)d fields)", count
    ) % {"count": count}


def register() -> None:
    texts.register({"office.changed": _changed, "office.demo_built": _("The demonstration was built")})
    registries.menu(registries.Entry(_("Our office"), "core:office_settings", "building-2", edits_office, order=66))
