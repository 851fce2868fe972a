"""Notices of one account: how many are unread, which there are."""

from django.db.models import QuerySet

from kervan.core.models import Notice
from kervan.core.scope import Scope

COUNT_LIMIT = 99


def unread(scope: Scope) -> QuerySet[Notice]:
    """The reader's unread notices, newest first."""
    rows: QuerySet[Notice] = Notice.objects.visible_to(scope).filter(read_at__isnull=True)
    return rows.order_by("-pk")


def unread_count(scope: Scope) -> int:
    """How many are unread, counted to one more than is shown. One query, none for a visitor."""
    if not scope.signed_in or scope.office_id is None:
        return 0
    return unread(scope).order_by()[: COUNT_LIMIT + 1].count()
