"""Tasks as pages show them: whose, how urgent, about what; who may change them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.core import registries
from kervan.core.models import Task, TaskState
from kervan.core.scope import Role, Scope

MINE, GIVEN, ALL, CLOSED = "mine", "given", "all", "closed"
SOON_DAYS = 7
HITS = 8


def gives_tasks(scope: Scope) -> bool:
    """Any member but the auditor, who changes nothing."""
    return scope.has(Role.STAFF, Role.HEAD, Role.COORDINATOR, Role.LEADERSHIP, Role.ADMINISTRATOR)


def sees_all(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office see everybody's tasks."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def may_change(scope: Scope, task: Task) -> bool:
    """Whoever has or gave the task; staff and head of the whole office."""
    is_own = scope.user_id is not None and scope.user_id in (task.assigned_to_id, task.made_by_id)
    return is_own or scope.everywhere(Role.STAFF, Role.HEAD)


def shown(scope: Scope, whose: str) -> QuerySet[Task]:
    """The tasks of one tab: mine, given by me (open ones), everybody's (open), closed."""
    rows: QuerySet[Task] = Task.objects.visible_to(scope).select_related("assigned_to", "made_by")
    if whose == CLOSED:
        return rows.exclude(state=TaskState.OPEN)
    rows = rows.filter(state=TaskState.OPEN)
    if whose == GIVEN:
        return rows.filter(made_by_id=scope.user_id).exclude(assigned_to_id=scope.user_id)
    return rows if whose == ALL else rows.filter(assigned_to_id=scope.user_id)


def due(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow to overdue, due within a week, later, or without a day."""
    end = today + timedelta(days=SOON_DAYS)
    conditions = {
        "overdue": Q(due_on__lt=today, state=TaskState.OPEN),
        "soon": Q(due_on__gte=today, due_on__lte=end),
        "later": Q(due_on__gt=end),
        "none": Q(due_on__isnull=True),
    }
    return rows.filter(conditions[code])


def matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows whose title or record holds every word of the text."""
    return rows.matching(text)  # type: ignore[attr-defined]


def subject_url(task: Task) -> str:
    """The page with everything on the record the task is about, "" for a task by itself."""
    known = task.subject_type in registries.subjects
    return reverse("core:on", args=[task.subject_type, task.subject_uid]) if known else ""


def subject_of(scope: Scope, task: Task) -> dict[str, str] | None:
    """Label and address of the record, where the reader may see it; only its label is kept otherwise unseen."""
    known = registries.subjects.get(task.subject_type)
    row = known.find(scope, task.subject_uid) if known else None
    return {"name": str(known.name), "label": known.label(row), "url": known.url(row)} if known and row else None


def waiting(scope: Scope) -> Iterator[registries.QueueItem]:
    """My tasks that are due within a week or late, as one item. One query."""
    if not scope.grants:
        return
    today = timezone.localdate()
    mine = shown(scope, MINE).filter(due_on__lte=today + timedelta(days=SOON_DAYS))
    found = mine.aggregate(count=Count("pk"), first=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=today)))
    if found["count"]:
        yield registries.QueueItem(
            title=ngettext("Task due within a week", "Tasks due within a week", found["count"]),
            sentence=_waiting_sentence(found["late"], found["first"]),
            url=f"{reverse('core:tasks')}?sort=due",
            button=_("Look"),
            count=found["count"],
            is_urgent=found["first"] <= today,
            icon="list-checks",
        )


def _waiting_sentence(late: int, first: date) -> str:
    if late:
        words = ngettext(
            "%(count)d is overdue, since %(day)s.", "%(count)d are overdue, the first since %(day)s.", late
        )
        return words % {"count": late, "day": formats.date_format(first, "j F Y")}
    return _("The first is due on %(day)s.") % {"day": formats.date_format(first, "j F Y")}


def dates(scope: Scope, first: date, last: date) -> Iterator[registries.DatedItem]:
    """The reader's own open tasks by their last day. One query."""
    if not scope.grants:
        return
    for task in shown(scope, MINE).filter(due_on__gte=first, due_on__lte=last).order_by("due_on", "pk")[:500]:
        if task.due_on:
            url = task.get_absolute_url()
            yield registries.DatedItem(f"task-{task.uid}", task.due_on, task.title, url, is_deadline=True)


def hits(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """Open tasks whose folded title or record holds every word. One query."""
    if not scope.grants:
        return
    rows = Task.objects.visible_to(scope).filter(state=TaskState.OPEN).matching(key).order_by("-pk")
    for task in rows[:HITS]:
        yield registries.Hit(_("Tasks"), task.title, task.subject_label, task.get_absolute_url())
