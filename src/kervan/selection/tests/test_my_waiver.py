"""Giving up without loss: the days count from the run that gave the place, and letter, page and deduction agree."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from kervan.core.models import Office, OutboxMessage
from kervan.people.models import Person
from kervan.selection import jobs
from kervan.selection.models import PlacementRun, PriorStay
from kervan.selection.selectors.waiver import last_day_without_loss
from kervan.selection.services import placement, publishing, scoring, withdrawing
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Office, units: SimpleNamespace, elif_: Any, leyla: Any) -> Any:
    """A call whose results were published a hundred days ago; Zeynep and Burak hold places, Selin waits."""
    row = casting.closed_call(office, units.civil)
    Person.objects.update(language="en")
    scoring.score_call(row, actor=elif_)
    run = placement.start_run(row, actor=elif_)
    jobs.compute_run(run.uid)
    publishing.publish(placement.adopt(PlacementRun.objects.get(), actor=elif_), actor=leyla)
    PlacementRun.objects.update(published_at=timezone.now() - timedelta(days=100))
    OutboxMessage.objects.all().delete()
    return row


def give_up(call: Any, name: str, actor: Any, today: date | None = None) -> None:
    withdrawing.withdraw(casting.application_of(call, name), actor=actor, today=today)


def test_who_moves_up_late_has_the_days_that_the_letter_names(call: Any, elif_: Any) -> None:
    give_up(call, "Zeynep", elif_)
    PriorStay.objects.all().delete()
    last = timezone.localdate() + timedelta(days=call.waiver_days)
    letter = OutboxMessage.objects.get(recipient="Selin@example.org").body
    assert f"until the end of {date_format(last, 'j F Y')} without losing points" in letter
    selin = casting.application_of(call, "Selin")
    seen = withdrawing.preview(selin, today=last)
    assert (seen.last_day, seen.is_late) == (last, False)
    give_up(call, "Selin", elif_, last)
    assert not PriorStay.objects.exists()


def test_a_day_later_it_costs_points(call: Any, elif_: Any) -> None:
    give_up(call, "Zeynep", elif_)
    PriorStay.objects.all().delete()
    give_up(call, "Selin", elif_, timezone.localdate() + timedelta(days=call.waiver_days + 1))
    assert PriorStay.objects.get().person.given_name == "Selin"


def test_who_keeps_the_place_while_others_move_up_gets_no_new_days(call: Any, elif_: Any) -> None:
    give_up(call, "Zeynep", elif_)
    run = PlacementRun.objects.latest("number")
    burak = casting.application_of(call, "Burak")
    assert last_day_without_loss(run, burak) == timezone.localdate() + timedelta(days=call.waiver_days - 100)


def test_letter_about_a_grant_alone_names_no_day_that_is_over(call: Any, elif_: Any) -> None:
    run = PlacementRun.objects.get()
    run.outcomes.filter(application=casting.application_of(call, "Burak")).update(grant="zero_grant")
    give_up(call, "Zeynep", elif_)
    letter = OutboxMessage.objects.get(recipient="Burak@example.org").body
    assert "without losing points" not in letter
