"""The office's pages: who sees what, what is refused, what is shown twice, and how many queries a list takes."""

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kervan.core.models import Event, Office
from kervan.core.scope import Role
from kervan.people.models import RoleAssignment
from kervan.selection import jobs
from kervan.selection.models import Application, Call, ExamResult, PlacementRun, Score
from kervan.selection.services import calls, checking, placement, publishing, scoring, withdrawing
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Office, units: SimpleNamespace) -> Call:
    return casting.closed_call(office, units.civil)


@pytest.fixture
def run(call: Call, elif_: Any) -> PlacementRun:
    scoring.score_call(call, actor=elif_)
    started = placement.start_run(call, actor=elif_)
    jobs.compute_run(started.uid)
    started.refresh_from_db()
    return started


def url(name: str, *arguments: str) -> str:
    return reverse(f"selection:{name}", args=arguments)


def queries(client: Client, address: str) -> int:
    """How many queries a warm page takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


CALL_PAGES = ("office_call", "office_applications", "office_places", "office_quotas", "office_scores", "office_runs")
RUN_PAGES = ("office_run", "office_run_outcomes", "office_run_places", "office_run_unused", "office_run_snapshot")


def test_office_opens_every_page(call: Call, run: PlacementRun, signed_in: Any, elif_: Any) -> None:
    client = signed_in(elif_)
    zeynep = casting.application_of(call, "Zeynep")
    addresses = [
        url("office_calls"),
        url("office_call_new"),
        url("office_call_edit", call.uid),
        *(url(name, call.uid) for name in CALL_PAGES),
        *(url(name, run.uid) for name in RUN_PAGES),
        url("office_run_compare", run.uid, run.uid),
        url("office_application", zeynep.uid),
        url("office_withdraw", zeynep.uid),
        "/start/",
        "/find/?q=zeynep",
    ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_others_find_nothing_there(
    call: Call, run: PlacementRun, signed_in: Any, ayse: Any, nadia: Any, rektor: Any, admin: Any
) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    for person in (ayse, nadia, admin):
        client = signed_in(person)
        for address in (
            url("office_call", call.uid),
            url("office_run", run.uid),
            url("office_application", zeynep.uid),
        ):
            assert client.get(address).status_code == 404
    leader = signed_in(rektor)
    assert leader.get(url("office_call", call.uid)).status_code == 200
    assert leader.get(url("office_application", zeynep.uid)).status_code == 404
    assert leader.get(url("office_run", run.uid)).status_code == 404  # a draft run


def test_coordinator_sees_own_units_and_changes_nothing(
    call: Call, units: SimpleNamespace, signed_in: Any, mert: Any
) -> None:
    casting.handed_in(call, units.teaching, "Ferit", "3.00", 80, ("wien",))
    client = signed_in(mert)
    own, other = casting.application_of(call, "Zeynep"), casting.application_of(call, "Ferit")
    assert client.get(url("office_application", own.uid)).status_code == 200
    assert client.get(url("office_application", other.uid)).status_code == 404
    page = client.get(url("office_applications", call.uid)).content.decode()
    assert "Zeynep" in page and "Ferit" not in page
    assert client.post(url("office_accept", own.uid)).status_code == 404


def test_two_officers_on_one_exam_see_both_versions(call: Call, signed_in: Any, elif_: Any) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    client = signed_in(elif_)
    sent = {"language": "en", "mark": "70", "level": "B1", "version": "1"}
    client.post(url("office_enter_exam", zeynep.uid), sent)
    answer = client.post(url("office_enter_exam", zeynep.uid), {**sent, "mark": "60"})
    page = answer.content.decode()
    assert "Saved by somebody else" in page and "70.00" in page and "60" in page
    assert str(ExamResult.objects.get(application=zeynep).mark) == "70.00"


def test_start_pressed_twice_makes_one_run(call: Call, signed_in: Any, elif_: Any) -> None:
    scoring.score_call(call, actor=elif_)
    client = signed_in(elif_)
    for _press in range(2):
        client.post(url("office_run_start", call.uid), {"idempotency_key": "same", "remark": ""})
    assert PlacementRun.objects.count() == 1


def test_publishing_needs_a_second_person(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    first, second = signed_in(elif_), signed_in(leyla)
    first.post(url("office_run_adopt", run.uid))
    answer = first.post(url("office_run_publish", run.uid), follow=True)
    assert "a second person of the office must publish it" in answer.content.decode()
    second.post(url("office_run_publish", run.uid))
    run.refresh_from_db()
    assert (run.state, run.adopted_by, run.published_by) == ("published", elif_, leyla)


def test_public_list_masks_names_and_tells_no_numbers(
    call: Call, run: PlacementRun, client: Client, elif_: Any, leyla: Any
) -> None:
    assert client.get(url("results", call.uid)).status_code == 404
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    page = client.get(url("results", call.uid)).content.decode()
    people = [row.person for row in Application.objects.select_related("person")]
    assert "Z*****" in page and "95.17" in page
    assert not [one for one in people if one.given_name in page or one.student_number in page]
    table = client.get(url("results", call.uid) + "?format=csv").content.decode("utf-8-sig")
    assert "Zeynep" not in table and "Main list" in table


def test_special_points_are_for_holders_of_the_right_and_each_look_is_recorded(
    call: Call, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    casting.special_claim(zeynep)
    scoring.score_call(call, actor=elif_)
    assert signed_in(elif_).post(url("office_special", zeynep.uid)).status_code == 404
    RoleAssignment.objects.create(office_id=call.office_id, person=leyla.person, role=Role.SPECIAL_READER.value)
    holder = signed_in(leyla)
    page = holder.get(url("office_application", zeynep.uid)).content.decode()
    assert "Disability" not in page and "Points, all together" in page
    assert "Disability" in holder.post(url("office_special", zeynep.uid)).content.decode()
    assert Event.objects.filter(kind="application.read_special", actor=leyla).count() == 1
    stored = Score.objects.get(application=zeynep)
    assert "disability" not in str(stored.parts) and str(stored.points) == "10.00"


def test_withdrawal_page_says_who_moves_up_before_anything_is_saved(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    zeynep = casting.application_of(call, "Zeynep")
    client = signed_in(elif_)
    page = client.get(url("office_withdraw", zeynep.uid)).content.decode()
    assert "Selin Deneme" in page and "gets the grant" in page
    assert PlacementRun.objects.count() == 1
    client.post(url("office_withdraw", zeynep.uid), {"reason": "Moved"})
    assert casting.application_of(call, "Selin").state == "placed"


def test_page_of_a_withdrawal_that_is_done_leads_back(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    zeynep = casting.application_of(call, "Zeynep")
    withdrawing.withdraw(zeynep, actor=leyla)
    answer = signed_in(elif_).get(url("office_withdraw", zeynep.uid), follow=True)
    assert answer.redirect_chain[0][0] == url("office_application", zeynep.uid)
    assert "This application is already withdrawn." in answer.content.decode()
    withdrawn = casting.application_of(call, "Zeynep")
    assert withdrawing.preview(withdrawn, today=timezone.localdate()).moving_up == ()


def test_publishing_asks_with_what_is_still_open(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    placement.adopt(run, actor=elif_)
    page = signed_in(leyla).get(url("office_run", run.uid)).content.decode()
    asked = page[page.index("Publish these results?") : page.index("Not now")]
    for label in ("Files unchecked", "Exam results missing", "Figures not confirmed", "Places empty"):
        assert label in asked
    assert "Still open:" not in signed_in(elif_).get(url("office_run", run.uid)).content.decode()


def test_threshold_counts_whoever_meets_the_conditions(
    call: Call, run: PlacementRun, signed_in: Any, mert: Any
) -> None:
    passing = Score.objects.filter(application__call=call, passes=True).count()
    page = signed_in(mert).get(url("office_scores", call.uid), {"threshold": "0"}).content.decode()
    assert f"At 0 points {passing} of the applications that meet the conditions would stay" in page


def test_unconfirmed_figures_are_told_in_words(call: Call, run: PlacementRun, signed_in: Any, elif_: Any) -> None:
    page = signed_in(elif_).get(url("office_scores", call.uid)).content.decode()
    assert "Third decimal in the official conversion of averages:</strong> rounded." in page
    assert "gpa.column" not in page and "half_up" not in page


@pytest.mark.parametrize(("state", "words"), [("closed", "nothing else can change"), ("open", "then documents only")])
def test_returning_says_what_can_still_be_changed(
    call: Call, signed_in: Any, elif_: Any, state: str, words: str
) -> None:
    if state == "open":
        Call.objects.filter(pk=call.pk).update(closes_on=timezone.localdate())
    zeynep = casting.application_of(call, "Zeynep")
    client = signed_in(elif_)
    assert words in client.get(url("office_application", zeynep.uid)).content.decode()
    checking.return_file(zeynep, "Transcript missing", actor=elif_)
    assert words in client.get(url("office_application", zeynep.uid)).content.decode()


def test_withdrawal_that_changed_since_it_was_shown_is_shown_again(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any
) -> None:
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    client, address = signed_in(elif_), url("office_withdraw", casting.application_of(call, "Zeynep").uid)
    assert f'name="run" value="{run.uid}"' in client.get(address).content.decode()
    withdrawing.withdraw(casting.application_of(call, "Burak"), actor=leyla)
    page = client.post(address, {"reason": "Moved", "run": run.uid}).content.decode()
    assert "have changed since this was shown" in page and "Moved" in page
    assert casting.application_of(call, "Zeynep").state == "placed"


def test_claims_beside_special_ones_are_shown_to_holders_of_the_right_only(
    call: Call, signed_in: Any, elif_: Any, mert: Any, leyla: Any, office: Office
) -> None:
    RoleAssignment.objects.create(office=office, person=leyla.person, role=Role.SPECIAL_READER)
    zeynep = casting.application_of(call, "Zeynep")
    claim = checking.note_item(zeynep, "missed_meeting", 1, actor=leyla)
    address, shown = url("office_application", zeynep.uid), f'/claims/{claim.uid}/"'
    assert shown in signed_in(elif_).get(address).content.decode()
    casting.special_claim(zeynep)
    zeynep.refresh_from_db()
    for reader in (elif_, mert):
        page = signed_in(reader).get(address).content.decode()
        assert shown not in page and "Special points are claimed here" in page
    assert shown in signed_in(leyla).get(address).content.decode()
    decision = {"decision": "returned", "version": zeynep.version}
    assert signed_in(elif_).post(url("office_claim", zeynep.uid, claim.uid), decision).status_code == 404
    page = signed_in(leyla).post(url("office_special", zeynep.uid)).content.decode()
    assert shown in page and "Disability" in page


def test_leadership_reads_no_snapshot(
    call: Call, run: PlacementRun, signed_in: Any, elif_: Any, leyla: Any, rektor: Any
) -> None:
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    leader = signed_in(rektor)
    assert url("office_run_snapshot", run.uid) not in leader.get(url("office_run", run.uid)).content.decode()
    assert leader.get(url("office_run_snapshot", run.uid)).status_code == 404
    answer = signed_in(elif_).get(url("office_run_snapshot", run.uid))
    assert answer.content == run.snapshot.encode() and answer["Cache-Control"] == "private, no-store"


def test_stale_quotas_and_places_show_both_versions(office: Office, signed_in: Any, elif_: Any, leyla: Any) -> None:
    call = casting.draft_call(office)
    seen, client = str(call.version), signed_in(elif_)
    calls.set_quotas(call, [calls.QuotaChoice("Whole call", "Tüm ilan", (), Decimal(9))], actor=leyla)
    head = {"quota-TOTAL_FORMS": "1", "quota-INITIAL_FORMS": "0", "quota-0-maximum": "5", "version": seen}
    page = client.post(url("office_quotas", call.uid), head).content.decode()
    assert "Saved by somebody else" in page and "<span>9</span>" in page and "<ins>5</ins>" in page
    prefix = f"{casting.places_of(call).porto.line_uid}-autumn"
    sent = {f"{prefix}-capacity": "2", f"{prefix}-reserve": "1", f"{prefix}-months": "5", "version": seen}
    page = client.post(url("office_places", call.uid), sent).content.decode()
    assert "Saved by somebody else" in page and "<ins>2</ins>" in page
    assert (call.caps.get().maximum, casting.places_of(call).porto.capacity) == (9, 1)


@pytest.mark.parametrize("name", ["office_applications", "office_scores"])
def test_lists_take_as_many_queries_for_three_rows_as_for_more(
    name: str, call: Call, signed_in: Any, elif_: Any, units: SimpleNamespace
) -> None:
    scoring.score_call(call, actor=elif_)
    client = signed_in(elif_)
    few = queries(client, url(name, call.uid))
    for number in range(6):
        casting.handed_in(call, units.civil, f"Yeni{number}", "3.10", 82, ("wien", "porto"))
    scoring.score_call(call, actor=elif_)
    assert queries(client, url(name, call.uid)) == few <= 20


def test_results_of_a_run_take_bounded_queries(call: Call, run: PlacementRun, signed_in: Any, elif_: Any) -> None:
    client = signed_in(elif_)
    assert queries(client, url("office_run_outcomes", run.uid)) <= 14
    assert queries(client, url("office_run", run.uid)) <= 18


def test_a_call_is_made_completed_and_announced_on_screen(office: Office, signed_in: Any, elif_: Any) -> None:
    pack = casting.adopted_pack(office)
    condition = casting.line(office, "Universität Wien", "AT", 3)
    client = signed_in(elif_)
    page = client.get(url("office_call_new")).content.decode()
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    head = {
        "title_en": "Erasmus+",
        "title_tr": "Erasmus+",
        "text_en": "Apply.",
        "text_tr": "Başvurunuz.",
        "pack_version": str(pack.pk),
        "academic_year": "2026",
        "door": "kervan",
        "opens_on": "2026-01-01",
        "closes_on": "2030-01-01",
        "max_wishes": "3",
        "waiver_days": "5",
        "mode": "reserve",
        "idempotency_key": key.group(1) if key else "",
    }
    for _press in range(2):
        client.post(url("office_call_new"), head)
    call = Call.objects.get()
    prefix = f"{condition.line_uid}-autumn"
    assert prefix in client.get(url("office_places", call.uid)).content.decode()
    sent = {f"{prefix}-capacity": "2", f"{prefix}-reserve": "1", f"{prefix}-months": "5", "version": "1"}
    client.post(url("office_places", call.uid), sent)
    assert [(one.term, one.capacity, one.reserve_quota) for one in call.places.all()] == [("autumn", 2, 1)]
    client.post(url("office_announce", call.uid))
    call.refresh_from_db()
    assert call.state == "announced"


def test_stale_edit_of_a_call_shows_both_versions(office: Office, signed_in: Any, elif_: Any) -> None:
    call = casting.draft_call(office, actor=elif_)
    client = signed_in(elif_)
    sent = {
        "title_en": "First",
        "title_tr": "İlk",
        "text_en": "x",
        "text_tr": "x",
        "pack_version": str(call.pack_version_id),
        "academic_year": "2026",
        "door": "kervan",
        "opens_on": str(call.opens_on),
        "closes_on": str(call.closes_on),
        "max_wishes": "3",
        "waiver_days": "5",
        "mode": "reserve",
        "version": str(call.version),
    }
    client.post(url("office_call_edit", call.uid), sent)
    page = client.post(url("office_call_edit", call.uid), {**sent, "title_en": "Second"}).content.decode()
    assert "Saved by somebody else" in page and "First" in page and "Second" in page
    call.refresh_from_db()
    assert call.title_en == "First"
