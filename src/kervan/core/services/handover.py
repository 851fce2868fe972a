"""Handing a record to a colleague: who looks after it, why that changed, and both are told."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kervan.core import history, registries
from kervan.core.errors import NotPossible
from kervan.core.services.notices import notify


@transaction.atomic
def hand_over(row: Any, to: Any, *, reason: str, actor: Any) -> Any:
    """Make `to` (an account, or None for nobody) the one who looks after a record. Returns the fresh row.

    Writes the event `<model>.hand_over` and tells the new and the former one, except whoever does it. Raises
    NotPossible without a reason, when nothing would change, or when the colleague may not see the record.
    """
    field = _field(row)
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    before = getattr(locked, field)
    _refuse(locked, before, to, reason)
    _write(locked, field, to)
    values = {"from_name": str(before or ""), "to_name": str(to or ""), "reason": reason.strip()}
    history.record(locked, f"{locked._meta.model_name}.hand_over", actor=actor, **values)
    _tell(locked, before, to, actor, values)
    setattr(row, field, to)
    return type(row)._base_manager.get(pk=row.pk)


def everything_of(user: Any, office_id: int) -> list[Any]:
    """Every open record that an account looks after in an office, kind by kind. One query a kind."""
    return [row for one in registries.handovers.values() for row in one.open_of(office_id, user.pk)]


def _field(row: Any) -> str:
    kind = registries.handovers.get(row._meta.model_name)
    return kind.field if kind else "responsible"


def _refuse(row: Any, before: Any, to: Any, reason: str) -> None:
    if not reason.strip():
        raise NotPossible(_("Say why: whoever takes over should know the reason."))
    if (before and before.pk) == (to and to.pk):
        raise NotPossible(
            _("%(name)s looks after this already.") % {"name": to} if to else _("Nobody looks after this already.")
        )
    if to and not _may_see(row, to):
        raise NotPossible(
            _("%(name)s cannot see this record and so cannot look after it. Choose another colleague.") % {"name": to}
        )


def _may_see(row: Any, user: Any) -> bool:
    """Whether a colleague works here and sees the record; a task is seen by whoever gets it."""
    scope = registries.scope_of(user, row.office_id)
    if not scope.grants or not user.is_active:
        return False
    return _field(row) == "assigned_to" or type(row).objects.visible_to(scope).filter(pk=row.pk).exists()


def _write(row: Any, field: str, to: Any) -> None:
    changes: dict[str, Any] = {field: to}
    if any(one.name == "version" for one in row._meta.fields):
        changes["version"] = F("version") + 1
    type(row)._base_manager.filter(pk=row.pk).update(**changes)


def _tell(row: Any, before: Any, to: Any, actor: Any, values: dict[str, str]) -> None:
    subject = registries.subjects.get(row._meta.model_name)
    label, url = (subject.label(row), subject.url(row)) if subject else (str(row), _own_url(row))
    words = {"label": label[:250], "who": str(actor or ""), **values}
    for user, code in ((to, "handover.to_you"), (before, "handover.from_you")):
        if user and user.pk != getattr(actor, "pk", None):
            notify(row.office_id, [user.pk], code, url=url, **words)


def _own_url(row: Any) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""
