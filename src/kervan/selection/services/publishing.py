"""Publishing the results of a call: a second person, once, in one transaction with all that follows from it."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements import services as agreements
from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.core.states import move, move_many
from kervan.core.work import drain_soon
from kervan.selection import mails
from kervan.selection.models import Application, Call, Outcome, PlacementRun
from kervan.selection.rules import market as m
from kervan.selection.selectors.lines import use_source
from kervan.selection.services.placement import is_current
from kervan.selection.states import APPLICATION_MOVES, CALL_MOVES, RUN_MOVES, RunState

RESULT_MOVES = {m.MAIN: "place", m.RESERVED: "reserve", m.NOT_PLACED: "not_place", m.REJECTED: "reject"}


@transaction.atomic
def publish(run: PlacementRun, *, actor: Any) -> PlacementRun:
    """Make an adopted run the result of its call: states, use of agreements, public list, one mail for each applicant.

    Pressed twice, it happens once. Raises NotPossible for the person who adopted it where the office asks for two, and
    when anything that the run was computed from has changed since.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("office", "pack_version").get(pk=run.call_id)
    locked = (
        PlacementRun.objects.select_for_update(of=("self",))
        .select_related("call__office", "call__pack_version")
        .get(pk=run.pk)
    )
    if locked.state == RunState.PUBLISHED:
        return locked
    _check_second_person(locked, actor)
    Office.objects.select_for_update(no_key=True).get(pk=call.office_id)  # calls that share a line, one after another
    if locked.state == RunState.ADOPTED and not is_current(locked):
        raise NotPossible(
            _("Something has changed since this run was computed. Take the adoption back and place again.")
        )
    move_applications(locked, actor=actor)
    move(locked, "publish", RUN_MOVES, actor=actor, number=locked.number)
    PlacementRun.objects.filter(pk=locked.pk).update(published_by=actor, published_at=timezone.now())
    figures = {name: locked.totals[name] for name in ("placed", "reserve", "not_placed", "rejected")}
    move(call, "publish", CALL_MOVES, actor=actor, run=locked.number, **figures)
    record_uses(call, locked, actor=actor)
    mails.write_results(locked)
    drain_soon()
    locked.refresh_from_db()
    return locked


def _check_second_person(run: PlacementRun, actor: Any) -> None:
    if run.state != RunState.ADOPTED:
        raise NotPossible(_("Only an adopted run can be published."))
    if run.call.office.publish_needs_two and run.adopted_by_id == actor.pk:
        raise NotPossible(_("You adopted this run yourself; a second person of the office must publish it."))


def move_applications(run: PlacementRun, *, actor: Any) -> None:
    """Bring each application into the state that its outcome says: one UPDATE per result."""
    for result, action in RESULT_MOVES.items():
        rows = Application.objects.filter(outcomes__run=run, outcomes__result=result)
        rows = rows.exclude(state=APPLICATION_MOVES[action].target)
        move_many(rows, action, APPLICATION_MOVES, actor=actor, office_id=run.office_id, run=run.number)


def record_uses(call: Call, run: PlacementRun, *, actor: Any) -> None:
    """Count what the placed use of each agreement line this year; told again, the same figures replace themselves."""
    placed = Outcome.objects.filter(run=run, result=m.MAIN).order_by().values("place__line_uid")
    taken = placed.annotate(people=Count("pk"), months=Sum("place__months"))
    uses = {row["place__line_uid"]: (row["people"], row["months"]) for row in taken}
    agreements.record_uses(call.office_id, call.academic_year, use_source(call), uses, actor=actor)
