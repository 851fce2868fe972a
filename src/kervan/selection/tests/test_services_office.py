"""Services of the office side: refusals, repeats, crashes, late withdrawal, packs."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kervan.core import packs
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Office, OutboxMessage, PackVersion
from kervan.core.rules import packs as pack_rules
from kervan.people.models import Person
from kervan.selection import jobs
from kervan.selection.models import (
    Application,
    ApplicationDocument,
    Call,
    CheckState,
    Door,
    Outcome,
    PlacementRun,
    PointClaim,
    PriorStay,
    Score,
)
from kervan.selection.services import calls, checking, placement, publishing, scoring, withdrawing
from kervan.selection.states import RunState
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Office, units: SimpleNamespace) -> Call:
    return casting.closed_call(office, units.civil)


def started(call: Call, actor: Any) -> PlacementRun:
    scoring.score_call(call, actor=actor)
    return placement.start_run(call, actor=actor)


def published(call: Call, elif_: Any, leyla: Any) -> PlacementRun:
    run = started(call, elif_)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    placement.adopt(run, actor=elif_)
    return publishing.publish(run, actor=leyla)


def test_open_call_is_not_scored(office: Office, elif_: Any) -> None:
    call = casting.draft_call(office)
    calls.announce(call, today=timezone.localdate(), actor=elif_)
    with pytest.raises(NotPossible, match="open until"):
        scoring.score_call(call, actor=elif_)


def test_call_with_an_application_is_not_taken_back(office: Office, units: SimpleNamespace, elif_: Any) -> None:
    call = casting.draft_call(office)
    calls.announce(call, today=timezone.localdate(), actor=elif_)
    casting.handed_in(call, units.civil, "Ada", "3.00", 80, ("wien",))
    with pytest.raises(NotPossible, match="1 person has begun"):
        calls.take_back(call, actor=elif_)


def test_stale_call_is_not_overwritten(office: Office, elif_: Any) -> None:
    call = casting.draft_call(office)
    version = call.version
    calls.change_call(call, version, actor=elif_, title_en="First")
    with pytest.raises(Stale):
        calls.change_call(call, version, actor=elif_, title_en="Second")


def test_places_and_quotas_that_somebody_else_saved_are_not_overwritten(office: Office, elif_: Any, leyla: Any) -> None:
    call = casting.draft_call(office)
    seen, wien = call.version, casting.places_of(call).wien
    offer = calls.PlaceChoice(wien.condition, "autumn", 5, 2, Decimal(5))
    calls.offer_places(call, [offer], seen, actor=elif_)
    with pytest.raises(Stale):
        calls.offer_places(call, [replace(offer, capacity=0)], seen, actor=leyla)
    quota = calls.QuotaChoice("All", "Hepsi", (), Decimal(3))
    calls.set_quotas(call, [quota], call.version, actor=elif_)
    with pytest.raises(Stale):
        calls.set_quotas(call, [], seen, actor=leyla)
    assert (call.places.get(pk=wien.pk).capacity, call.caps.count()) == (5, 1)


def test_file_is_accepted_only_as_it_was_seen(call: Call, elif_: Any, leyla: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    seen = zeynep.version
    claim = checking.note_item(zeynep, "missed_meeting", 1, seen, actor=elif_)
    for decide in (
        lambda: checking.accept(zeynep, seen, actor=leyla),
        lambda: checking.return_file(zeynep, "No.", seen, actor=leyla),
        lambda: checking.decide_claim(claim, CheckState.RETURNED, seen, actor=leyla),
        lambda: checking.note_item(zeynep, "missed_meeting", 0, seen, actor=leyla),
    ):
        with pytest.raises(Stale, match="changed since you opened it"):
            decide()
    zeynep.refresh_from_db()
    assert checking.accept(zeynep, zeynep.version, actor=leyla).state == "checked"


def test_nobody_decides_on_an_own_application(call: Call, elif_: Any, leyla: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    Application.objects.filter(pk=zeynep.pk).update(person=elif_.person)
    zeynep.refresh_from_db()
    claim = casting.special_claim(zeynep)
    for decide in (
        lambda: checking.accept(zeynep, actor=elif_),
        lambda: checking.return_file(zeynep, "No.", actor=elif_),
        lambda: checking.enter_exam(zeynep, "en", 1, actor=elif_, mark=Decimal(100)),
        lambda: checking.decide_claim(claim, CheckState.ACCEPTED, actor=elif_),
        lambda: checking.note_item(zeynep, "missed_meeting", 0, actor=elif_),
    ):
        with pytest.raises(NotPossible, match="your own application"):
            decide()
    assert checking.accept(zeynep, actor=leyla).state == "checked"


def test_missing_exam_leaves_the_score_open_and_the_application_unranked(
    call: Call, units: SimpleNamespace, elif_: Any
) -> None:
    casting.handed_in(call, units.civil, "Deniz", "3.90", None, ("wien",))
    run = started(call, elif_)
    jobs.compute_run(run.uid)
    assert Score.objects.get(application__person__given_name="Deniz").final is None
    outcome = Outcome.objects.get(application__person__given_name="Deniz")
    assert (outcome.result, outcome.rejections) == ("rejected", ["language_unknown"])


def test_earlier_stay_of_the_same_cycle_takes_points_off(call: Call, elif_: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    for level in ("associate", "master"):
        PriorStay.objects.create(
            office_id=call.office_id, person=zeynep.person, item="previous_mobility", level=level, academic_year=2024
        )
    scoring.score_call(call, actor=elif_)
    assert str(Score.objects.get(application=zeynep).final) == "85.17"


def test_documents_are_asked_of_those_who_applied_here(call: Call, elif_: Any, office: Office) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    Application.objects.filter(pk=zeynep.pk).update(door=Door.KERVAN)
    zeynep.refresh_from_db()
    with pytest.raises(NotPossible, match="Transcript of records"):
        checking.accept(zeynep, actor=elif_)
    scoring.score_call(call, actor=elif_)
    assert Score.objects.get(application=zeynep).reasons[0]["value"] == ["transcript"]


def test_returned_file_gets_mail_and_a_reason_is_needed(call: Call, elif_: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    with pytest.raises(NotPossible):
        checking.return_file(zeynep, " ", actor=elif_)
    checking.return_file(zeynep, "The transcript is cut off.", actor=elif_)
    mail = OutboxMessage.objects.get()
    assert "The transcript is cut off." in mail.body and mail.recipient == "Zeynep@example.org"


def test_worker_killed_while_keeping_leaves_nothing_and_a_second_go_gives_one_result(
    call: Call, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(call, elif_)
    Outcome.objects.all().delete()
    PlacementRun.objects.filter(pk=run.pk).update(state=RunState.COMPUTING)

    def dies(*_args: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(placement, "move", dies)
        with pytest.raises(SystemExit):
            jobs.compute_run(run.uid)
    assert not Outcome.objects.exists()
    assert jobs.compute_run(run.uid) == "computed"
    assert jobs.compute_run(run.uid) == "nothing to do"
    assert Outcome.objects.count() == 6


def test_of_two_workers_one_result_is_kept(call: Call, elif_: Any) -> None:
    run = started(call, elif_)
    Outcome.objects.all().delete()
    PlacementRun.objects.filter(pk=run.pk).update(state=RunState.COMPUTING)
    run.refresh_from_db()
    first, second = placement.compute(run), placement.compute(run)
    assert placement.finish_run(run, first)
    assert not placement.finish_run(run, second)
    assert first.snapshot == second.snapshot and Outcome.objects.count() == 6


def test_changed_data_keep_an_old_run_from_being_adopted_or_published(call: Call, elif_: Any, leyla: Any) -> None:
    run = started(call, elif_)
    jobs.compute_run(run.uid)
    placement.adopt(run, actor=elif_)
    withdrawing.withdraw(casting.application_of(call, "Zeynep"), actor=elif_)
    with pytest.raises(NotPossible, match="changed"):
        publishing.publish(run, actor=leyla)
    placement.reopen(run, actor=elif_)
    with pytest.raises(NotPossible, match="changed"):
        placement.adopt(run, actor=elif_)


def adopted(call: Call, elif_: Any) -> PlacementRun:
    run = started(call, elif_)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    return placement.adopt(run, actor=elif_)


def change_mark(call: Call, actor: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    checking.enter_exam(zeynep, "en", 1, actor=actor, mark=Decimal(71))


def return_zeynep(call: Call, actor: Any) -> None:
    checking.return_file(casting.application_of(call, "Zeynep"), "The transcript is forged.", actor=actor)


def take_points_off(call: Call, actor: Any) -> None:
    checking.note_item(casting.application_of(call, "Zeynep"), "missed_meeting", 1, actor=actor)


def take_one_more(call: Call, actor: Any) -> None:
    casting.handed_in(call, casting.application_of(call, "Zeynep").unit, "Deniz", "3.90", 99, ("wien",))


@pytest.mark.parametrize("change", [change_mark, return_zeynep, take_points_off, take_one_more])
def test_what_changed_in_a_file_after_adoption_keeps_the_run_from_being_published(
    call: Call, elif_: Any, leyla: Any, change: Any
) -> None:
    run = adopted(call, elif_)
    assert placement.is_current(run)
    change(call, elif_)
    with pytest.raises(NotPossible, match="changed"):
        publishing.publish(run, actor=leyla)


def test_undecided_protected_points_keep_a_run_from_being_adopted(call: Call, elif_: Any) -> None:
    claim = casting.special_claim(casting.application_of(call, "Zeynep"))
    PointClaim.objects.filter(pk=claim.pk).update(state=CheckState.WAITING)
    with pytest.raises(NotPossible, match="special points of 1 application are undecided"):
        adopted(call, elif_)
    checking.decide_claim(claim, CheckState.ACCEPTED, actor=elif_)
    assert adopted(call, elif_).state == RunState.ADOPTED


def test_order_of_ties_is_kept_without_birth_dates(call: Call, elif_: Any) -> None:
    for number, name in enumerate(("Zeynep", "Burak", "Selin")):
        Person.objects.filter(given_name=name).update(birth_date=date(2003, 5, 1 + number))
    run = adopted(call, elif_)
    ties = [one["ties"] for one in json.loads(run.snapshot)["input"]["applicants"]]
    assert sorted({value for values in ties for value in values}) == ["1", "2", "3"]


def test_withdrawal_before_the_results_simply_ends_the_application(call: Call, elif_: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    assert not withdrawing.preview(zeynep, today=timezone.localdate()).is_after_results
    withdrawing.withdraw(zeynep, actor=elif_)
    assert casting.application_of(call, "Zeynep").state == "withdrawn"
    with pytest.raises(NotPossible, match="already withdrawn"):
        withdrawing.withdraw(zeynep, actor=elif_)


@pytest.mark.parametrize(("is_force_majeure", "penalties"), [(False, 1), (True, 0)])
def test_late_withdrawal_is_remembered_unless_force_majeure(
    call: Call, elif_: Any, leyla: Any, is_force_majeure: bool, penalties: int
) -> None:
    published(call, elif_, leyla)
    late = timezone.localdate() + timedelta(days=call.waiver_days + 1)
    zeynep = casting.application_of(call, "Zeynep")
    assert withdrawing.preview(zeynep, today=late).penalty_points == -10
    withdrawing.withdraw(zeynep, is_force_majeure=is_force_majeure, actor=elif_, today=late)
    assert PriorStay.objects.filter(item="late_withdrawal").count() == penalties


def test_last_day_without_loss_still_costs_nothing(call: Call, elif_: Any, leyla: Any) -> None:
    published(call, elif_, leyla)
    last = timezone.localdate() + timedelta(days=call.waiver_days)
    withdrawing.withdraw(casting.application_of(call, "Zeynep"), actor=elif_, today=last)
    assert not PriorStay.objects.exists()


def test_withdrawals_follow_each_other(call: Call, elif_: Any, leyla: Any) -> None:
    published(call, elif_, leyla)
    for name in ("Zeynep", "Selin", "İpek"):
        withdrawing.withdraw(casting.application_of(call, name), actor=elif_)
    runs = list(PlacementRun.objects.order_by("number").values_list("number", "parent__number", "certificate__ok"))
    assert runs == [(1, None, True), (2, 1, True), (3, 2, True), (4, 3, True)]
    states = dict(Application.objects.values_list("person__given_name", "state"))
    assert [states[name] for name in ("Burak", "Kerem", "Selin")] == ["placed", "reserve", "withdrawn"]


def test_withdrawal_that_would_do_something_else_than_was_shown_is_shown_again(
    call: Call, elif_: Any, leyla: Any
) -> None:
    published(call, elif_, leyla)
    zeynep, burak = casting.application_of(call, "Zeynep"), casting.application_of(call, "Burak")
    seen = withdrawing.preview(zeynep, today=timezone.localdate())
    withdrawing.withdraw(burak, actor=elif_)
    with pytest.raises(Stale, match="changed since"):
        withdrawing.withdraw(zeynep, previewed=seen.run, actor=elif_)
    assert casting.application_of(call, "Zeynep").state == "placed"
    seen = withdrawing.preview(zeynep, today=timezone.localdate())
    withdrawing.withdraw(zeynep, previewed=seen.run, actor=elif_)
    assert casting.application_of(call, "Zeynep").state == "withdrawn"


def test_noted_points_are_bounded_by_the_rules(call: Call, elif_: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    with pytest.raises(NotPossible, match="at most 1"):
        checking.note_item(zeynep, "dual_application", 2, actor=elif_)
    with pytest.raises(NotPossible):
        checking.note_item(zeynep, "disability", 1, actor=elif_)
    claim = checking.note_item(zeynep, "missed_meeting", 1, actor=elif_)
    assert claim.state == CheckState.ACCEPTED


def test_returned_document_counts_as_missing_and_a_proof_of_points_does_not(call: Call, elif_: Any) -> None:
    from kervan.core import storage
    from kervan.selection.selectors.sheets import missing_documents

    zeynep = casting.application_of(call, "Zeynep")
    rows = []
    for code in ("transcript", "claim_x"):
        stored = storage.store(call.office_id, "a.pdf", b"%PDF-1.7", content_type="application/pdf", actor=elif_)
        rows.append(
            ApplicationDocument.objects.create(
                office_id=call.office_id,
                application=zeynep,
                code=code,
                stored_file=stored,
                state=CheckState.RETURNED,
                reason="x",
            )
        )
    assert missing_documents(zeynep, {zeynep.pk: rows}, ["transcript"]) == ("transcript",)
    assert missing_documents(zeynep, {zeynep.pk: rows[1:]}, ["transcript"]) == ()


def test_same_pack_version_with_another_content_is_refused(office: Office) -> None:
    assert all(one.is_new for one in packs.load_shipped())
    assert not any(one.is_new for one in packs.load_shipped())
    version = PackVersion.objects.get(name="mevlana")
    pack = packs.pack_of(version)
    assert pack.sha256 == version.sha256
    PackVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)
    with pytest.raises(NotPossible, match="new version number"):
        packs.store(pack_rules.load("mevlana/2020", readers=packs.readers, lookup=pack_rules.folder_lookup()))


def test_people_are_never_named_by_a_snapshot(call: Call, elif_: Any) -> None:
    run = started(call, elif_)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    people = [one.person for one in Application.objects.select_related("person")]
    words = [word for one in people for word in (one.given_name, one.family_name, one.student_number)]
    assert not [word for word in words if word in run.snapshot]
