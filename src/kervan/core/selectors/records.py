"""What hangs on a record: notes, documents, open tasks. Whoever finds the record and works here reads them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kervan.core import registries
from kervan.core.models import Attachment, Note, Task, TaskState
from kervan.core.permissions import is_workspace
from kervan.core.scope import Scope
from kervan.core.selectors.tasks import gives_tasks

ROWS = 100
TAKE_BACK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the reader may see, and its kind."""

    kind: registries.Subject
    row: Any

    @property
    def label(self) -> str:
        return self.kind.label(self.row)

    @property
    def url(self) -> str:
        return self.kind.url(self.row)


def find(scope: Scope, kind: str, uid: str) -> Found | None:
    """Return the record, None where there is none or the reader may not see it."""
    known = registries.subjects.get(kind)
    row = known.find(scope, uid) if known else None
    return Found(known, row) if known and row is not None else None


def about(found: Found) -> Q:
    """The condition of rows that hang on a record."""
    return Q(office_id=found.row.office_id, subject_type=found.kind.type, subject_uid=found.row.uid)


def notes_of(found: Found) -> list[Note]:
    """The newest notes first. One query."""
    return list(Note.objects.filter(about(found)).select_related("made_by").order_by("-pk")[:ROWS])


def documents_of(found: Found) -> list[Attachment]:
    """The newest documents first. One query."""
    rows = Attachment.objects.filter(about(found)).select_related("stored_file", "made_by")
    return list(rows.order_by("-pk")[:ROWS])


def tasks_of(scope: Scope, found: Found) -> list[Task]:
    """Open tasks about the record, of those the reader may see, the most urgent first. One query."""
    rows = Task.objects.visible_to(scope).filter(about(found), state=TaskState.OPEN).select_related("assigned_to")
    return sorted(rows[:ROWS], key=_urgency)


def _urgency(task: Task) -> tuple[bool, date, int]:
    return task.due_on is None, task.due_on or timezone.localdate(task.made_at), task.pk


def asks_for_tasks(scope: Scope) -> bool:
    """Whoever reads the page of a record here and may give tasks."""
    return is_workspace(scope) and gives_tasks(scope)


def may_take_back(scope: Scope, note: Note, now: datetime) -> bool:
    """Whoever wrote a note, for a quarter of an hour."""
    return note.made_by_id is not None and note.made_by_id == scope.user_id and now - note.made_at < TAKE_BACK
