"""What can be done with many agreements at once."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from kervan.agreements.models import Agreement
from kervan.agreements.permissions import edits_agreements
from kervan.core import bulk
from kervan.core.bulk_handover import hand_over_action
from kervan.core.scope import Scope


def register() -> None:
    """Called once, when all apps are there."""
    bulk.register(hand_over_action("agreements", readers=edits_agreements, rows=_rows, url_of=_url))


def _rows(scope: Scope, uids: Sequence[str]) -> Sequence[Any]:
    rows = Agreement.objects.visible_to(scope).filter(uid__in=uids)
    return list(rows.select_related("institution", "responsible"))


def _url(row: Agreement) -> str:
    return reverse("agreements:page", args=[row.uid])
