"""Visits, delegations, fairs and ceremonies: planned, changed, reported; follow-ups are tasks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.models import Task
from kervan.core.services.tasks import add_task
from kervan.institutions.models import Institution, Partner, PartnerState, Visit
from kervan.institutions.services.partners import partner_of


@transaction.atomic
def plan(office_id: int, *, universities: Iterable[Institution], actor: Any, **values: Any) -> Visit:
    """Write down a visit. A university that is no partner yet becomes one that is being considered."""
    visit = Visit.objects.create(office_id=office_id, **values)
    visit.partners.set(_partners(office_id, universities, actor))
    history.record(visit, "visit.planned", actor=actor)
    return visit


@transaction.atomic
def change(visit: Visit, version_seen: int, *, universities: Iterable[Institution], actor: Any, **values: Any) -> Visit:
    """Change with whom, when and where. Raises Stale when somebody else saved since."""
    current: Visit = save_if_current(visit, version_seen, **values)
    current.partners.set(_partners(visit.office_id, universities, actor))
    history.record(current, "visit.changed", actor=actor)
    return current


def _partners(office_id: int, universities: Iterable[Institution], actor: Any) -> list[Partner]:
    return [partner_of(office_id, one, actor=actor, state=PartnerState.PROSPECT) for one in universities]


@transaction.atomic
def report(visit: Visit, version_seen: int, *, report: str, actor: Any) -> Visit:
    """Write what came of it. Raises Stale when somebody else saved since."""
    current: Visit = save_if_current(visit, version_seen, report=report)
    history.record(current, "visit.reported", actor=actor)
    return current


@transaction.atomic
def follow_up(visit: Visit, *, title: str, due_on: date | None, to: Any, actor: Any) -> Task:
    """Write down something that was promised: a task about the visit."""
    task = add_task(visit.office_id, title=title, due_on=due_on, assigned_to=to, subject=visit, actor=actor)
    history.record(visit, "visit.follow_up", actor=actor, title=title)
    return task
