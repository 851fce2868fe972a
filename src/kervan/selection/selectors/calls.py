"""Calls as the office's pages need them."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kervan.core.models import Event
from kervan.selection.models import (
    Application,
    Call,
    Cap,
    CheckState,
    ExamResult,
    Place,
    PlacementRun,
    PointClaim,
    Score,
)
from kervan.selection.selectors.sheets import IN_THE_RUNNING
from kervan.selection.states import ApplicationState, RunState


def with_figures(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Add `handed_in`, the number of applications that count. No further query."""
    counted = ~Q(applications__state__in=(ApplicationState.DRAFT, ApplicationState.WITHDRAWN))
    return calls.annotate(handed_in=Count("applications", filter=counted))


def figures_of(call: Call) -> dict[str, Any]:
    """Return the counts of one call's page: places, seats, applications by state, wishes per seat. Two queries."""
    places = Place.objects.filter(call=call).aggregate(places=Count("pk"), seats=Sum("capacity"))
    states = dict(
        Application.objects.filter(call=call)
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
        .values_list("state", "count")
    )
    return {
        "places": places["places"],
        "seats": places["seats"] or 0,
        "states": states,
        "drafts": states.get(ApplicationState.DRAFT, 0),
        "handed_in": sum(states.values())
        - states.get(ApplicationState.DRAFT, 0)
        - states.get(ApplicationState.WITHDRAWN, 0),
        "to_check": states.get(ApplicationState.SUBMITTED, 0),
        "returned": states.get(ApplicationState.RETURNED, 0),
        "withdrawn": states.get(ApplicationState.WITHDRAWN, 0),
        "quotas": Cap.objects.filter(call=call).count(),
        "runs": PlacementRun.objects.filter(call=call).count(),
    }


def exams_missing(call: Call) -> int:
    """Return how many in the running have no result in the language they named."""
    rows = Application.objects.filter(call=call, state__in=IN_THE_RUNNING)
    return without_exam(rows).count()


def without_exam(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Narrow to applications whose named language has no result yet; an absence is a result, too."""
    sat = ExamResult.objects.filter(application=OuterRef("pk"), language=OuterRef("exam_language"))
    is_marked = Q(mark__isnull=False) | Q(written__isnull=False, oral__isnull=False)
    return rows.filter(~Exists(sat.filter(is_marked | Q(was_absent=True))))


def undecided_special(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Narrow to applications in the running that claim a special category and have points nobody has decided on."""
    claims = PointClaim.objects.filter(application=OuterRef("pk"))
    waiting, special = claims.filter(state=CheckState.WAITING), claims.exclude(sealed_item="")
    return rows.filter(Exists(waiting), Exists(special), state__in=IN_THE_RUNNING)


def score_figures(call: Call) -> dict[str, int]:
    """Return how many scores are complete, pass, are open, fail. One query."""
    found = Score.objects.filter(application__call=call).aggregate(
        all=Count("pk"),
        complete=Count("pk", filter=Q(final__isnull=False)),
        passing=Count("pk", filter=Q(passes=True)),
    )
    return {**found, "open": found["all"] - found["complete"], "failing": found["complete"] - found["passing"]}


def waiting_run(call: Call) -> PlacementRun | None:
    """Return the adopted run that waits for publication."""
    return PlacementRun.objects.filter(call=call, state=RunState.ADOPTED).select_related("adopted_by").first()


def events_of(row: Any, limit: int = 30) -> QuerySet[Event]:
    """Return what happened to a row, newest first. One query."""
    return Event.objects.about(row).select_related("actor").order_by("-pk")[:limit]
