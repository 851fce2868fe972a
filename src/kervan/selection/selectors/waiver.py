"""What giving a place up would do, and until when it costs nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from kervan.selection.models import Application, Call, Outcome, Place, PlacementRun
from kervan.selection.states import RunState


@dataclass(frozen=True, slots=True)
class MovingUp:
    """One person who moves up: from a place (None: had none) to a place, wish number, and why (see `Step.why`)."""

    application: Application
    before: Place | None
    place: Place
    wish: int
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a withdrawal would do. `penalty_points`: what it would cost at the next application, None for nothing.

    run: uid of the run it was worked out from, "" before the results. freed: the place given up. granted: who gets a
    grant that they did not have. last_day: last day without loss.
    """

    run: str
    is_after_results: bool
    freed: Place | None
    moving_up: tuple[MovingUp, ...]
    granted: tuple[Application, ...]
    last_day: date | None
    is_late: bool
    penalty_points: Any


def last_day_without_loss(run: PlacementRun, application: Application) -> date:
    """Return the last day on which an applicant may give up what a run gave without points being taken off later.

    The days count from the publication since which they hold that place: who moves up late has as many days as others.
    One query, none for the first results.
    """
    return _told_on(run, application) + timedelta(days=run.call.waiver_days)


def last_day_of_objection(run: PlacementRun, application: Application, days: int) -> date:
    """Return the last day on which an applicant may object to what a run gave. days: of the call's rules.

    They count like the days without loss, from the publication of what holds now. At most one query.
    """
    return _told_on(run, application) + timedelta(days=days)


def results_day(call: Call) -> date | None:
    """Return the day on which the results of a call were published first; None before. One query."""
    runs = PlacementRun.objects.filter(call=call, state=RunState.PUBLISHED, published_at__isnull=False)
    first = runs.order_by("number").values_list("published_at", flat=True).first()
    return timezone.localdate(first) if first else None


def _told_on(run: PlacementRun, application: Application) -> date:
    since = run.published_at or timezone.now()
    if run.parent_id is not None:
        since = _held_since(run, application) or since
    return timezone.localdate(since)


def _held_since(run: PlacementRun, application: Application) -> datetime | None:
    published = Outcome.objects.filter(application=application, run__call=run.call_id, run__state=RunState.PUBLISHED)
    rows = published.filter(run__number__lte=run.number).order_by("-run__number")
    since, held = None, None
    for result, place, at in rows.values_list("result", "place_id", "run__published_at"):
        if held not in (None, (result, place)):
            break
        since, held = at, (result, place)
    return since
