"""Placement runs as their pages need them: places with fill and cut-off, empty places, comparison of two runs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kervan.selection.models import Application, Outcome, Place, PlacementRun, RunKey, Wish
from kervan.selection.rules import market as m
from kervan.selection.selectors.offers import PARTNER, UNIT
from kervan.selection.states import RunState


def runs_of(call: Any) -> QuerySet[PlacementRun]:
    """Return the runs of a call with who made, adopted and published them."""
    return PlacementRun.objects.filter(call=call).select_related("made_by", "adopted_by", "published_by", "parent")


def places_in(run: PlacementRun) -> QuerySet[Any]:
    """Return the places of a run's call with `taken`, `cutoff` (score admitted last) and `wished_by`. One query."""
    seated = Outcome.objects.filter(run=run, place=OuterRef("pk"), result=m.MAIN).order_by().values("place")
    taken = Subquery(seated.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    wishes = Wish.objects.filter(place=OuterRef("pk"), application__outcomes__run=run).order_by().values("place")
    wished = Subquery(wishes.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return (
        Place.objects.filter(call=run.call_id)
        .select_related(PARTNER, UNIT)
        .annotate(
            taken=Coalesce(taken, 0),
            cutoff=Subquery(seated.annotate(s=Min("score")).values("s")),
            wished_by=Coalesce(wished, 0),
            partner_order=F(f"{PARTNER}__sort_key"),
        )
    )


def cutoff_of(place: Any) -> Decimal | None:
    """Return the score admitted last with two places: SQLite hands a smallest value back with idle digits."""
    return None if place.cutoff is None else Decimal(place.cutoff).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class EmptyPlace:
    """A place with free seats and who of the unplaced could still take one (the first ones, best first)."""

    place: Place
    seats: int
    people: tuple[Application, ...]
    count: int


def empty_places(run: PlacementRun) -> list[EmptyPlace]:
    """Return the free places of a run, those that somebody could take first. Three queries."""
    free = run.totals.get("unused", [])
    places = {one.uid: one for one in Place.objects.filter(call=run.call_id).select_related(PARTNER, UNIT)}
    wanted = {key for _place, _seats, keys, _count in free for key in keys}
    people = _people(run, wanted)
    found = [
        EmptyPlace(places[uid], seats, tuple(people[key] for key in keys if key in people), count)
        for uid, seats, keys, count in free
        if uid in places
    ]
    return sorted(found, key=lambda one: (not one.count, -one.seats))


def _people(run: PlacementRun, keys: set[str]) -> dict[str, Application]:
    rows = RunKey.objects.filter(run=run).select_related("application__person", "application__unit")
    return {row.key: row.application for row in rows if row.key in keys} if keys else {}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes from `other` to `run`: figures, and applications whose result differs (before, after)."""

    figures: list[tuple[str, int, int]]
    better: int
    worse: int
    changed: list[tuple[Outcome, Outcome]]


FIGURES = ("placed", "with_grant", "reserve", "not_placed", "rejected", "empty", "first_wish")
SHOWN = 200


def compare(run: PlacementRun, other: PlacementRun) -> Comparison:
    """Compare two runs of a call, person by person. Two queries."""
    before = _outcomes(other)
    changed, better, worse = [], 0, 0
    for key, after in _outcomes(run).items():
        old = before.get(key)
        if old is None or (old.result, old.place_id, old.grant) == (after.result, after.place_id, after.grant):
            continue
        better += _standing(after) < _standing(old)
        worse += _standing(after) > _standing(old)
        changed.append((old, after))
    figures = [(name, other.totals.get(name, 0), run.totals.get(name, 0)) for name in FIGURES]
    return Comparison(figures, better, worse, changed[:SHOWN])


def _outcomes(run: PlacementRun) -> dict[int, Outcome]:
    rows = Outcome.objects.filter(run=run).select_related("application__person", PARTNER_OF_OUTCOME)
    return {row.application_id: row for row in rows.order_by("rank", "pk")}


PARTNER_OF_OUTCOME = f"place__{PARTNER}"


def _standing(outcome: Outcome) -> tuple[int, int]:
    """How good a result is: placed on an early wish first."""
    order = {m.MAIN: 0, m.RESERVED: 1, m.NOT_PLACED: 2, m.REJECTED: 3}
    return order[outcome.result], (outcome.wish_rank or 0) if outcome.result == m.MAIN else 0


def others_of(run: PlacementRun, visible: QuerySet[PlacementRun]) -> list[PlacementRun]:
    """Return the finished, visible runs of the call to compare with: its parent, then earlier ones, newest first."""
    rows = visible.filter(call=run.call_id).exclude(pk=run.pk)
    found = rows.exclude(state=RunState.COMPUTING).exclude(result_sha256="").order_by("-number")
    return sorted(found, key=lambda one: (one.pk != run.parent_id, one.number > run.number))
