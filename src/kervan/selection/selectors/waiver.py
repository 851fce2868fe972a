"""Until when a place can be given up without loss."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from kervan.selection.models import Application, Outcome, PlacementRun
from kervan.selection.states import RunState


def last_day_without_loss(run: PlacementRun, application: Application) -> date:
    """Return the last day on which an applicant may give up what a run gave without points being taken off later.

    The days count from the publication since which they hold that place: who moves up late has as many days as others.
    One query, none for the first results.
    """
    since = run.published_at or timezone.now()
    if run.parent_id is not None:
        since = _held_since(run, application) or since
    return timezone.localdate(since) + timedelta(days=run.call.waiver_days)


def _held_since(run: PlacementRun, application: Application) -> datetime | None:
    published = Outcome.objects.filter(application=application, run__call=run.call_id, run__state=RunState.PUBLISHED)
    rows = published.filter(run__number__lte=run.number).order_by("-run__number")
    since, held = None, None
    for result, place, at in rows.values_list("result", "place_id", "run__published_at"):
        if held not in (None, (result, place)):
            break
        since, held = at, (result, place)
    return since
