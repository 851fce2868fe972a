"""Tasks: something to do until a day, about a record or by itself."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from kervan.core import history, registries, states
from kervan.core.editing import save_if_current
from kervan.core.models import Task
from kervan.core.services.handover import hand_over
from kervan.core.services.notices import notify


@transaction.atomic
def add_task(
    office_id: int,
    *,
    title: str,
    text: str = "",
    due_on: date | None = None,
    assigned_to: Any = None,
    subject: Any = None,
    actor: Any,
) -> Task:
    """Write down something to do. subject: the record it is about. Whoever gets it is told, unless it is the giver."""
    task = Task.objects.create(
        office_id=office_id,
        title=title,
        text=text,
        due_on=due_on,
        assigned_to=assigned_to,
        made_by=_account(actor),
        **_about(subject),
    )
    history.record(task, "task.add", actor=actor, **_words(task))
    _tell(task, assigned_to, "task.given", actor)
    return task


@transaction.atomic
def change(task: Task, version: int, *, title: str, text: str, due_on: date | None, actor: Any) -> Task:
    """Change what is to be done until when. Raises Stale when somebody else saved since it was opened."""
    key = Task.folded(title, task.subject_label)
    current: Task = save_if_current(task, version, title=title, text=text, due_on=due_on, search_key=key)
    history.record(current, "task.change", actor=actor, **_words(current))
    return current


def finish(task: Task, *, actor: Any) -> Task:
    """Done. Whoever gave the task is told."""
    return _close(task, "finish", actor)


def drop(task: Task, *, actor: Any) -> Task:
    """Not needed any more. Whoever gave the task is told."""
    return _close(task, "drop", actor)


@transaction.atomic
def reopen(task: Task, *, actor: Any) -> Task:
    """Open again, as before."""
    states.move(task, "reopen", states.TASK_MOVES, actor=actor)
    Task.objects.filter(pk=task.pk).update(closed_at=None, closed_by=None)
    if task.assigned_to:
        _tell(task, task.assigned_to, "task.reopened", actor)
    return Task.objects.get(pk=task.pk)


def assign(task: Task, to: Any, reason: str, actor: Any) -> Task:
    """Give a task to a colleague (None: to nobody yet), with the reason. Both are told."""
    given: Task = hand_over(task, to, reason=reason, actor=actor)
    return given


@transaction.atomic
def _close(task: Task, name: str, actor: Any) -> Task:
    states.move(task, name, states.TASK_MOVES, actor=actor)
    Task.objects.filter(pk=task.pk).update(closed_at=timezone.now(), closed_by=_account(actor))
    _tell(task, task.made_by, f"task.{name}", actor)
    return Task.objects.get(pk=task.pk)


def _tell(task: Task, user: Any, code: str, actor: Any) -> None:
    if user and user.pk != getattr(actor, "pk", None):
        notify(task.office_id, [user.pk], code, url=task.get_absolute_url(), who=str(actor or ""), **_words(task))


def _words(task: Task) -> dict[str, str]:
    return {"title": task.title, "due_on": task.due_on.isoformat() if task.due_on else ""}


def _about(subject: Any) -> dict[str, str]:
    if subject is None:
        return {}
    kind = subject._meta.model_name
    known = registries.subjects.get(kind)
    label = known.label(subject) if known else str(subject)
    return {"subject_type": kind, "subject_uid": subject.uid, "subject_label": label[:250]}


def _account(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
