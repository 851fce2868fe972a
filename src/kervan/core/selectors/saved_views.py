"""Saved views as their page shows them."""

from django.db.models import QuerySet

from kervan.core.models import SavedView
from kervan.core.scope import Scope


def views_for(scope: Scope, list_name: str) -> QuerySet[SavedView]:
    """One's own and shared views, of one list or ("") of all. One query."""
    rows: QuerySet[SavedView] = SavedView.objects.visible_to(scope).select_related("user")
    if list_name:
        rows = rows.filter(list_name=list_name)
    return rows.order_by("list_name", "title", "pk")


def own(scope: Scope) -> QuerySet[SavedView]:
    """What the reader may rename, share or delete."""
    rows: QuerySet[SavedView] = SavedView.objects.visible_to(scope).filter(user_id=scope.user_id)
    return rows
