"""The bodies of the university that decide on agreements; the head of the office keeps the list."""

from typing import Any

from django.db import transaction

from kervan.agreements.models import ApprovalBody
from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.models import Office

USUAL = (
    ("Department board", "Bölüm kurulu"),
    ("Faculty board", "Fakülte kurulu"),
    ("Senate", "Senato"),
    ("Rectorate", "Rektörlük"),
)


@transaction.atomic
def add(office_id: int, *, actor: Any, **values: Any) -> ApprovalBody:
    """Add a body: name_en, name_tr, kinds, position, is_active. It is asked about versions proposed from now on."""
    body: ApprovalBody = ApprovalBody.objects.create(office_id=office_id, **values)
    history.record(body, "approvalbody.added", actor=actor, name_en=body.name_en, name_tr=body.name_tr)
    return body


@transaction.atomic
def change(body: ApprovalBody, version_seen: int, *, actor: Any, **values: Any) -> ApprovalBody:
    """Write a body anew. Steps of versions already proposed stay. Raises Stale when somebody else saved since."""
    current: ApprovalBody = save_if_current(body, version_seen, **values)
    history.record(current, "approvalbody.changed", actor=actor, name_en=current.name_en, name_tr=current.name_tr)
    return current


@transaction.atomic
def add_usual(office_id: int, *, actor: Any) -> int:
    """Begin the list with the bodies usual in Türkiye, unless it has begun. Returns how many were added."""
    Office.objects.select_for_update().get(pk=office_id)
    if ApprovalBody.objects.filter(office_id=office_id).exists():
        return 0
    for position, (name_en, name_tr) in enumerate(USUAL, start=1):
        add(office_id, name_en=name_en, name_tr=name_tr, position=position, actor=actor)
    return len(USUAL)
