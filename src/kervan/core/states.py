"""State moves: a process is a table of moves; buttons, diagrams and tests read the same table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.core.models import TaskState


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `sources` to `target`."""

    sources: tuple[str, ...]
    target: str


MoveTable = Mapping[str, Move]


def possible(state: str, table: MoveTable) -> list[str]:
    """Return the names of the moves that the table allows from `state`."""
    return [name for name, one in table.items() if state in one.sources]


@transaction.atomic
def move(row: Any, name: str, table: MoveTable, *, actor: Any, **values: Any) -> Any:
    """Make one move: lock the row, check the table, save, write the event `<model>.<name>`.

    Raises NotPossible when the row, as it stands in the database, is in no state that the move starts from.
    """
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    one = table[name]
    if locked.state not in one.sources:
        raise NotPossible(
            _("This is not possible any more: the record is now “%(state)s”.") % {"state": locked.get_state_display()}
        )
    before, locked.state = locked.state, one.target
    fields = ["state"]
    if hasattr(locked, "version"):
        locked.version += 1
        fields.append("version")
    locked.save(update_fields=fields)
    history.record(
        locked, f"{locked._meta.model_name}.{name}", actor=actor, **{"from": before, "to": one.target, **values}
    )
    row.state = one.target
    if hasattr(row, "version"):
        row.version = locked.version
    return row


@transaction.atomic
def move_many(
    rows: models.QuerySet[Any], name: str, table: MoveTable, *, actor: Any, office_id: int, **values: Any
) -> int:
    """Make the same move for every row of the queryset: one UPDATE, bulk events. Returns how many moved.

    All rows must be in a state that the move starts from, else NotPossible and nothing moves.
    """
    one = table[name]
    found = list(rows.select_for_update().values_list("pk", "uid", "state"))
    stuck = [uid for _pk, uid, state in found if state not in one.sources]
    if stuck:
        raise NotPossible(_("%(count)d records cannot make this move any more.") % {"count": len(stuck)})
    model = rows.model
    changes: dict[str, Any] = {"state": one.target}
    if any(field.name == "version" for field in model._meta.fields):
        changes["version"] = models.F("version") + 1
    keys = [pk for pk, _uid, _state in found]
    for start in range(0, len(keys), 10_000):
        model._base_manager.filter(pk__in=keys[start : start + 10_000]).update(**changes)
    history.record_many(
        office_id,
        model._meta.model_name or "",
        f"{model._meta.model_name}.{name}",
        _moved(found, one.target, values),
        actor=actor,
    )
    return len(found)


def _moved(
    found: Iterable[tuple[int, str, str]], target: str, values: Mapping[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    return [(uid, {"from": state, "to": target, **values}) for _pk, uid, state in found]


def diagram(table: MoveTable) -> str:
    """Return the table as Mermaid text for the docs: one arrow per source, named by the move."""
    arrows = [f"    {source} --> {one.target}: {name}" for name, one in table.items() for source in one.sources]
    return "\n".join(["stateDiagram-v2", *arrows])


TASK_MOVES = {
    "finish": Move((TaskState.OPEN,), TaskState.DONE),
    "drop": Move((TaskState.OPEN,), TaskState.DROPPED),
    "reopen": Move((TaskState.DONE, TaskState.DROPPED), TaskState.OPEN),
}
