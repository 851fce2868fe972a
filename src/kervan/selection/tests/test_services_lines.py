"""A line of an agreement that two calls of one year offer: what one may still pass on, the other does not give."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kervan.agreements.models import LineUse
from kervan.core.models import Office
from kervan.selection import jobs
from kervan.selection.models import Application, Call, Cap, PlacementRun
from kervan.selection.selectors.markets import market_of
from kervan.selection.services import calls, placement, publishing, scoring, withdrawing
from kervan.selection.states import CallState
from kervan.selection.tests import casting


@pytest.fixture
def first(office: Office, units: SimpleNamespace, elif_: Any, leyla: Any) -> Call:
    """Wien (one person a year) went to Zeynep; Selin waits for it, kept off by the quota that Burak fills in Porto."""
    call = casting.draft_call(office)
    Call.objects.filter(pk=call.pk).update(state=CallState.ANNOUNCED)
    casting.close(call)
    casting.handed_in(call, units.civil, "Zeynep", "3.80", 95, ("wien",))
    casting.handed_in(call, units.mechanical, "Burak", "3.60", 90, ("porto",))
    casting.handed_in(call, units.mechanical, "Selin", "3.40", 85, ("wien",))
    Cap.objects.create(
        office=office, call=call, label_en="M", label_tr="M", dimensions=[["unit", units.mechanical.uid]], maximum=1
    )
    publishing.publish(run_of(call, elif_), actor=leyla)
    return call


def run_of(call: Call, actor: Any) -> PlacementRun:
    scoring.score_call(call, actor=actor)
    run = placement.start_run(call, actor=actor)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    return placement.adopt(run, actor=actor)


@pytest.fixture
def second(first: Call) -> PlacementRun:
    """A run of another call of the same year that offers the same line."""
    call = calls.create_call(
        first.office_id,
        actor=None,
        pack_version=first.pack_version,
        title_en="Second",
        title_tr="İkinci",
        academic_year=first.academic_year,
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
    )
    wien = casting.places_of(first).wien
    calls.offer_places(call, [calls.PlaceChoice(wien.condition, "spring", 1, 0, Decimal(5))], actor=None)
    return PlacementRun.objects.create(office_id=call.office_id, call=call, number=1)


def left(run: PlacementRun) -> list[Decimal]:
    return [cap.maximum for cap in market_of(run).caps]


def withdraw(call: Call, name: str) -> None:
    withdrawing.withdraw(casting.application_of(call, name), actor=None)


def test_freed_place_that_somebody_still_waits_for_is_not_given_by_another_call(
    first: Call, second: PlacementRun
) -> None:
    withdraw(first, "Zeynep")
    assert not LineUse.objects.filter(line_uid=casting.places_of(first).wien.line_uid, people__gt=0).exists()
    assert left(second) == [0]
    withdraw(first, "Burak")
    assert Application.objects.get(person__given_name="Selin").state == "placed"
    assert left(second) == [0]


def test_freed_place_that_nobody_waits_for_is_free_for_another_call(first: Call, second: PlacementRun) -> None:
    assert left(second) == [0]
    withdraw(first, "Selin")
    withdraw(first, "Zeynep")
    assert left(second) == [1]


def test_call_that_is_closed_for_good_waits_for_nothing(first: Call, second: PlacementRun) -> None:
    withdraw(first, "Zeynep")
    first.refresh_from_db()
    calls.finish(first, actor=None)
    assert left(second) == [1]
