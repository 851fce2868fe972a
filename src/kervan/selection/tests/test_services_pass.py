"""The whole pass of a small call: announced, scored, placed, published by a second person, one withdrawal."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kervan.agreements.models import LineUse
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office, OutboxMessage
from kervan.selection import jobs
from kervan.selection.models import Application, Outcome, PlacementRun, PriorStay, Score
from kervan.selection.services import calls, placement, publishing, scoring, withdrawing
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Office, units: SimpleNamespace) -> Any:
    return casting.closed_call(office, units.civil)


def computed(call: Any, actor: Any) -> PlacementRun:
    """A scored call with one computed run."""
    scoring.score_call(call, actor=actor)
    run = placement.start_run(call, actor=actor)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    return run


def published(call: Any, elif_: Any, leyla: Any) -> PlacementRun:
    run = computed(call, elif_)
    placement.adopt(run, actor=elif_)
    return publishing.publish(run, actor=leyla)


def results(run: PlacementRun) -> dict[str, tuple[Any, ...]]:
    rows = Outcome.objects.filter(run=run).select_related("application__person")
    return {one.application.person.given_name: (one.result, one.wish_rank, one.reserve_rank, one.grant) for one in rows}


def test_draft_is_announced_only_when_complete(office: Office, elif_: Any) -> None:
    call = casting.draft_call(office, actor=elif_, text_tr="")
    with pytest.raises(NotPossible, match="both languages"):
        calls.announce(call, today=timezone.localdate(), actor=elif_)
    call.text_tr = "Metin"
    assert calls.announce(call, today=timezone.localdate(), actor=elif_).state == "announced"


def test_scores_come_from_the_pinned_rules(call: Any, elif_: Any) -> None:
    totals = scoring.score_call(call, actor=elif_)
    zeynep = Score.objects.get(application__person__given_name="Zeynep")
    assert (totals.complete, totals.passing, totals.open) == (6, 5, 0)
    assert str(zeynep.final) == "95.17"
    assert [part["code"] for part in zeynep.parts] == ["gpa", "language", "rounding"]


def test_run_is_placed_checked_and_kept(call: Any, elif_: Any) -> None:
    run = computed(call, elif_)
    assert run.state == "draft", run.error
    assert run.certificate["ok"], run.certificate["violations"]
    assert results(run) == {
        "Zeynep": ("main", 1, None, "with_grant"),
        "Burak": ("main", 2, None, "with_grant"),
        "Selin": ("reserve", 1, 1, ""),
        "Kerem": ("reserve", 1, 2, ""),
        "İpek": ("reserve", 1, 2, ""),
        "Ozan": ("rejected", None, None, ""),
    }
    assert placement.repeat(run)
    assert placement.is_current(run)


def test_two_people_publish_and_everybody_gets_one_mail(call: Any, elif_: Any, leyla: Any) -> None:
    run = computed(call, elif_)
    placement.adopt(run, actor=elif_)
    with pytest.raises(NotPossible, match="second person"):
        publishing.publish(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    publishing.publish(run, actor=leyla)
    call.refresh_from_db()
    states = dict(Application.objects.values_list("person__given_name", "state"))
    assert call.state == "published"
    assert states["Zeynep"] == states["Burak"] == "placed"
    assert states["Selin"] == "reserve" and states["Ozan"] == "rejected"
    assert OutboxMessage.objects.filter(dedupe_key__startswith="result:").count() == 6
    assert all(f"/my/applications/{row.dedupe_key[-12:]}/" in row.body for row in OutboxMessage.objects.all())
    assert sorted(LineUse.objects.values_list("people", "months")) == [(1, 5), (1, 5)]
    assert Event.objects.filter(kind="call.publish").count() == 1


def test_withdrawal_moves_the_reserve_up(call: Any, elif_: Any, leyla: Any) -> None:
    published(call, elif_, leyla)
    zeynep = casting.application_of(call, "Zeynep")
    seen = withdrawing.preview(zeynep, today=timezone.localdate())
    assert [(one.application.person.given_name, one.wish, one.why) for one in seen.moving_up] == [
        ("Selin", 1, "reserve_list")
    ]
    assert [one.person.given_name for one in seen.granted] == ["Selin"]
    withdrawing.withdraw(zeynep, reason="Moved", actor=elif_)
    after = PlacementRun.objects.get(number=2)
    assert after.certificate["ok"], after.certificate["violations"]
    assert results(after)["Selin"] == ("main", 1, None, "with_grant")
    assert "Zeynep" not in results(after)
    assert casting.application_of(call, "Selin").state == "placed"
    assert casting.application_of(call, "Zeynep").state == "withdrawn"
    assert set(OutboxMessage.objects.filter(dedupe_key__contains=after.uid).values_list("recipient", flat=True)) == {
        "Selin@example.org",
        "Zeynep@example.org",
    }
    assert not PriorStay.objects.exists()
