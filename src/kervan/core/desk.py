"""What tasks, notices and calendar bring to the common pages: menu lines, what waits, dates, words, a search."""

from django.utils.translation import gettext_lazy as _

from kervan.core import notice_texts, registries, task_bulk, task_texts
from kervan.core.models import Task, TaskState
from kervan.core.permissions import is_member
from kervan.core.selectors import tasks


def register() -> None:
    """Called once, when all apps are there."""
    registries.menu(
        registries.Entry(_("Tasks"), "core:tasks", "list-checks", is_member, order=12),
        registries.Entry(_("Calendar"), "core:calendar", "calendar-days", is_member, order=14),
    )
    registries.queue(tasks.waiting)
    registries.dates(tasks.dates)
    registries.search(tasks.hits)
    registries.handover(
        registries.Handover(
            "task",
            _("Tasks"),
            lambda office_id, user_id: Task.objects.filter(
                office_id=office_id, assigned_to_id=user_id, state=TaskState.OPEN
            ),
            field="assigned_to",
        )
    )
    task_bulk.register()
    task_texts.register()
    notice_texts.register()
