"""Frozen tables as their pages show them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from kervan.core.models import FrozenTable
from kervan.core.scope import Role, Scope


def reads_tables(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def tables(scope: Scope) -> QuerySet[FrozenTable]:
    """The tables of the office with who made them and both files."""
    rows: QuerySet[FrozenTable] = FrozenTable.objects.visible_to(scope)
    return rows.select_related("made_by", "stored_file", "csv_file")


def words(table: FrozenTable) -> dict[str, Any]:
    """Which list it was, what narrowed it, in which order, in the reader's language."""
    language = "tr" if (get_language() or "").startswith("tr") else "en"
    found: dict[str, Any] = table.about.get(language) or {}
    return found
