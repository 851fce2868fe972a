"""What can be done with many tasks at once; each with a preview (see core.bulk)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import bulk
from kervan.core.bulk_handover import HandOverForm
from kervan.core.models import Task, TaskState
from kervan.core.scope import Scope
from kervan.core.selectors import tasks as selectors
from kervan.core.services import tasks as services

LIST = "tasks"


def _rows(scope: Scope, uids: Sequence[str]) -> list[Task]:
    found = Task.objects.visible_to(scope).filter(uid__in=uids).select_related("assigned_to", "made_by")
    return [task for task in found if selectors.may_change(scope, task)]


def _may_finish(task: Task, _data: bulk.Data) -> bulk.Verdict:
    if task.state != TaskState.OPEN:
        return bulk.Verdict(False, _("It is not open any more."))
    return bulk.Verdict(True, _("It will be marked as done."))


def _finish(tasks: Sequence[Task], _data: bulk.Data, actor: Any) -> int:
    for task in tasks:
        services.finish(task, actor=actor)
    return len(tasks)


def _may_assign(task: Task, data: bulk.Data) -> bulk.Verdict:
    to = data["to"]
    if task.state != TaskState.OPEN:
        return bulk.Verdict(False, _("It is not open any more."))
    if task.assigned_to_id == to.pk:
        return bulk.Verdict(False, _("%(name)s has it already.") % {"name": to})
    before = task.assigned_to or _("nobody")
    return bulk.Verdict(True, _("Now: %(before)s. Then: %(to)s.") % {"before": before, "to": to})


def _assign(tasks: Sequence[Task], data: bulk.Data, actor: Any) -> int:
    for task in tasks:
        services.assign(task, data["to"], data["reason"], actor)
    return len(tasks)


def register() -> None:
    """Put both under every list of tasks."""
    common: dict[str, Any] = {
        "list_name": LIST,
        "readers": selectors.gives_tasks,
        "rows": _rows,
        "url_of": Task.get_absolute_url,
    }
    finish = bulk.BulkAction(
        name="finish", label=gettext_lazy("Mark as done"), icon="check", judge=_may_finish, apply=_finish, **common
    )
    assign = bulk.BulkAction(
        name="hand_over",
        label=gettext_lazy("Hand over to a colleague"),
        icon="arrow-right-left",
        judge=_may_assign,
        apply=_assign,
        form=HandOverForm,
        **common,
    )
    bulk.register(finish)
    bulk.register(assign)
