"""Outcomes of a run: stored as codes and figures, read back as the rules' own shapes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kervan.selection.models import Application, Call, Outcome, PlacementRun
from kervan.selection.rules import market as m
from kervan.selection.states import RunState

DECIMALS = ("cutoff", "shortfall", "enough")


def stored_wish(wish: m.WishResult) -> dict[str, Any]:
    """Return one wish as `Outcome.wishes` keeps it: fields of `WishResult`, decimals as text, defaults left out."""
    plain = {name: value for name, value in wish._asdict().items() if value not in ("", None, False)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in plain.items()}


def wish_of(stored: Mapping[str, Any]) -> m.WishResult:
    """Read back what `stored_wish` kept."""
    values = dict(stored)
    for name in DECIMALS:
        if values.get(name) is not None:
            values[name] = Decimal(values[name])
    if isinstance(values.get("seats"), str):
        values["seats"] = Decimal(values["seats"])
    return m.WishResult(**values)


def wishes_of(outcome: Outcome) -> list[m.WishResult]:
    """Return the reasons of an outcome, one per wish in order. `place` is the place's uid."""
    return [wish_of(stored) for stored in outcome.wishes]


def outcome_of(row: Outcome) -> m.Outcome:
    """Return the stored outcome as the rules have it, for `reasons`."""
    return m.Outcome(
        key="",
        rank=row.rank,
        result=row.result,
        wish=row.wish_rank,
        place=row.place.uid if row.place else "",
        reserve_rank=row.reserve_rank,
        grant=row.grant,
        promoted=row.is_promoted,
        rejections=tuple(row.rejections),
        wishes=tuple(wishes_of(row)),
    )


def current_run(call: Call) -> PlacementRun | None:
    """Return the published run that holds now: the placement, or its last succession."""
    return call.runs.filter(state=RunState.PUBLISHED).order_by("-number").first()


def first_published(run: PlacementRun) -> PlacementRun:
    """Return the placement with which the results were published: the root of the successions."""
    while run.parent is not None:
        run = run.parent
    return run


def outcomes_of(run: PlacementRun) -> QuerySet[Outcome]:
    """Return the outcomes of a run with what their rows show. One query."""
    institution = "place__condition__agreement_version__agreement__institution"
    return Outcome.objects.filter(run=run).select_related("application__person", "application__unit", institution)


def published_outcome(application: Application) -> Outcome | None:
    """Return what an application got by the results that hold now; None before publication and after withdrawal."""
    rows = Outcome.objects.filter(application=application, run__state=RunState.PUBLISHED, run__call=application.call_id)
    newest = rows.select_related("run", "place").order_by("-run__number").first()
    current = current_run(application.call)
    return newest if newest and current and newest.run_id == current.pk else None
