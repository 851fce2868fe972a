"""Giving up: before the results the application ends; after them the freed place and grant are passed on."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible, Stale
from kervan.core.states import move, possible
from kervan.core.work import drain_soon
from kervan.selection import mails
from kervan.selection.models import Application, Call, Outcome, Place, PlacementRun, PriorStay, RunKey
from kervan.selection.rules import market as m
from kervan.selection.rules import snapshot, succession
from kervan.selection.selectors.markets import places_with_partner
from kervan.selection.selectors.outcomes import current_run
from kervan.selection.selectors.rules import rules_of
from kervan.selection.selectors.waiver import MovingUp, Preview, last_day_without_loss
from kervan.selection.services.placement import certified, store
from kervan.selection.services.publishing import move_applications, record_uses
from kervan.selection.states import APPLICATION_MOVES, ApplicationState, CallState, RunState

PENALTY = "late_withdrawal"


def preview(application: Application, *, today: date) -> Preview:
    """Work out who would move up and what it would cost; nothing is saved. Who is out already moves nobody."""
    run = current_run(application.call)
    if run is None:
        return Preview("", False, None, (), (), None, False, None)
    key = _key_of(application, run) if "withdraw" in possible(application.state, APPLICATION_MOVES) else ""
    found = _succession(run, key) if key else None
    last_day = last_day_without_loss(run, application)
    is_late = bool(found and found.withdrawn.place and today > last_day)
    return Preview(
        run=run.uid,
        is_after_results=True,
        freed=_freed(run.call, found.withdrawn.place) if found else None,
        moving_up=_moving_up(run, found) if found else (),
        granted=_applications(run, found.granted) if found else (),
        last_day=last_day,
        is_late=is_late,
        penalty_points=_penalty_points(application.call) if is_late else None,
    )


def may_withdraw(state: str, call: Call) -> bool:
    """Whether an application in this state can still be taken out."""
    return call.state != CallState.FINAL and "withdraw" in possible(state, APPLICATION_MOVES)


def why_not(application: Application) -> str:
    """Say why an application cannot be withdrawn."""
    if application.state == ApplicationState.WITHDRAWN:
        return _("This application is already withdrawn.")
    words = {"state": application.get_state_display()}
    return _("This application cannot be withdrawn any more; it is “%(state)s”.") % words


def _freed(call: Call, uid: str) -> Place | None:
    return next((place for place in places_with_partner(call) if place.uid == uid), None)


def _key_of(application: Application, run: PlacementRun) -> str:
    return RunKey.objects.filter(run=run, application=application).values_list("key", flat=True).first() or ""


def _succession(run: PlacementRun, key: str) -> succession.Succession:
    before = snapshot.read(run.snapshot)
    return succession.withdraw(before.market, before.placement, key)


def _moving_up(run: PlacementRun, found: succession.Succession) -> tuple[MovingUp, ...]:
    applications = dict(_keyed(run, [step.key for step in found.steps]))
    places = {place.uid: place for place in places_with_partner(run.call)}
    return tuple(
        MovingUp(applications[step.key], places.get(step.before), places[step.place], step.wish, step.why)
        for step in found.steps
        if step.key in applications
    )


def _keyed(run: PlacementRun, keys: Any) -> list[tuple[str, Application]]:
    rows = RunKey.objects.filter(run=run, key__in=list(keys)).select_related("application__person")
    return [(row.key, row.application) for row in rows.order_by("key")]


def _applications(run: PlacementRun, keys: Any) -> tuple[Application, ...]:
    return tuple(application for _key, application in _keyed(run, keys))


def _penalty_points(call: Call) -> Any:
    item = rules_of(call).item(PENALTY)
    return item.points if item else None


@transaction.atomic
def withdraw(
    application: Application,
    *,
    previewed: str | None = None,
    reason: str = "",
    is_force_majeure: bool = False,
    actor: Any,
    today: date | None = None,
) -> Application:
    """Take an application out. After the results this makes and publishes a succession run and tells who moves up.

    previewed: `Preview.run` that was confirmed; None asks for no preview. Two at the same time wait for each other at
    the call. Raises NotPossible when it is no longer possible, Stale when it would do something else than was shown.
    """
    today = today or timezone.localdate()
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("office", "pack_version")
        .get(pk=application.call_id)
    )
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("person", "call__office")
        .get(pk=application.pk)
    )
    if not may_withdraw(locked.state, call):
        raise NotPossible(why_not(locked))
    run = current_run(call)
    _check_previewed(run, previewed)
    Application.objects.filter(pk=locked.pk).update(
        withdrawn_at=timezone.now(), withdrawal_reason=reason.strip(), is_force_majeure=is_force_majeure
    )
    moved: Application = move(
        locked, "withdraw", APPLICATION_MOVES, actor=actor, reason=reason.strip(), force_majeure=is_force_majeure
    )
    key = _key_of(locked, run) if run else ""
    if run is None or not key:
        return moved
    _pass_on(call, run, locked, key, actor=actor)
    _note_penalty(call, run, locked, today, is_force_majeure, actor=actor)
    drain_soon()
    return moved


def _check_previewed(run: PlacementRun | None, previewed: str | None) -> None:
    if previewed is not None and previewed != (run.uid if run else ""):
        raise Stale(
            _("The results have changed since this was shown. Look at what the withdrawal would do now, then confirm."),
            run,
        )


def _pass_on(call: Call, run: PlacementRun, application: Application, key: str, *, actor: Any) -> PlacementRun:
    """Make and publish the succession: a new run beside the old one, certified, with its own outcomes."""
    before = snapshot.read(run.snapshot)
    found = succession.withdraw(before.market, before.placement, key)
    now = timezone.now()
    after = PlacementRun.objects.create(
        office_id=run.office_id, call=call, parent=run, number=_after(run), state=RunState.PUBLISHED,
        made_by=actor, adopted_by=actor, adopted_at=now, published_by=actor, published_at=now,
    )  # fmt: skip
    RunKey.objects.bulk_create(
        [
            RunKey(office_id=run.office_id, run=after, application_id=application_id, key=own)
            for own, application_id in RunKey.objects.filter(run=run).values_list("key", "application_id")
        ],
        batch_size=500,
    )
    computed = certified(before.market, found.placement, after)
    if not computed.certificate.ok:
        raise NotPossible(_("The independent check found faults in the succession; nothing was changed."))
    store(after, computed)
    steps = [{"key": step.key, "place": step.place, "wish": step.wish, "why": step.why} for step in found.steps]
    history.record(
        after, "placementrun.succession", actor=actor, number=after.number, steps=steps, granted=list(found.granted)
    )
    move_applications(after, actor=actor)
    record_uses(call, after, actor=actor)
    mails.write_withdrawal(application, after)
    mails.write_changes(run, after)
    return after


def _after(run: PlacementRun) -> int:
    newest = PlacementRun.objects.filter(call=run.call_id).order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def _note_penalty(
    call: Call, run: PlacementRun, application: Application, today: date, is_force_majeure: bool, *, actor: Any
) -> None:
    """A placed person who gives up too late without force majeure loses points at the next application."""
    held = Outcome.objects.filter(run=run, application=application, result=m.MAIN).exists()
    is_late = today > last_day_without_loss(run, application)
    if not held or is_force_majeure or not is_late or _penalty_points(call) is None:
        return
    PriorStay.objects.create(
        office_id=application.office_id,
        person=application.person,
        item=PENALTY,
        level=application.level,
        academic_year=call.academic_year,
        remark=str(call.uid),
    )
    history.record(application, "application.penalty", actor=actor, item=PENALTY, points=str(_penalty_points(call)))
