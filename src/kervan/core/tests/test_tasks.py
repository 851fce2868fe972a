"""Tasks: who sees and changes them, what happens, who is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.core import bulk, task_texts
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Notice, Office, Task
from kervan.core.selectors import tasks as selectors
from kervan.core.services import handover, tasks
from kervan.people.middleware import scope_of

SignedIn = Callable[[Any], Client]


def codes(user: Any) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("code", flat=True))


def test_whoever_gets_a_task_is_told_and_the_giver_hears_that_it_is_done(office: Office, elif_: Any, mert: Any) -> None:
    task = tasks.add_task(office.pk, title="Call Łódź", assigned_to=mert, actor=elif_)
    assert codes(mert) == ["task.given"]
    done = tasks.finish(task, actor=mert)
    assert (done.state, done.closed_by, codes(elif_)) == ("done", mert, ["task.finish"])
    kinds = Event.objects.about(task).values_list("kind", flat=True)
    assert list(kinds) == ["task.add", "task.finish"]


def test_own_task_tells_nobody(office: Office, elif_: Any) -> None:
    tasks.finish(tasks.add_task(office.pk, title="Tidy", assigned_to=elif_, actor=elif_), actor=elif_)
    assert not Notice.objects.exists()


def test_finished_task_cannot_be_finished_twice_but_opened_again(office: Office, elif_: Any) -> None:
    task = tasks.finish(tasks.add_task(office.pk, title="Tidy", actor=elif_), actor=elif_)
    with pytest.raises(NotPossible):
        tasks.finish(task, actor=elif_)
    again = tasks.reopen(task, actor=elif_)
    assert (again.state, again.closed_at, again.closed_by) == ("open", None, None)


def test_stale_change_overwrites_nothing(office: Office, elif_: Any, leyla: Any) -> None:
    task = tasks.add_task(office.pk, title="First", actor=elif_)
    tasks.change(task, 1, title="Second", text="", due_on=None, actor=leyla)
    with pytest.raises(Stale):
        tasks.change(task, 1, title="Third", text="", due_on=None, actor=elif_)
    assert Task.objects.get().title == "Second"


def test_assigning_needs_a_reason_and_a_colleague_who_works_here(
    office: Office, elif_: Any, leyla: Any, ayse: Any
) -> None:
    task = tasks.add_task(office.pk, title="Call", assigned_to=elif_, actor=elif_)
    for to, reason in ((leyla, " "), (elif_, "again"), (ayse, "an applicant")):
        with pytest.raises(NotPossible):
            tasks.assign(task, to, reason, elif_)
    moved = tasks.assign(task, leyla, "On leave from Monday", elif_)
    assert (moved.assigned_to, moved.version) == (leyla, 2)
    notice = Notice.objects.get(user=leyla)
    assert (notice.code, notice.values["reason"]) == ("handover.to_you", "On leave from Monday")


def test_former_colleague_is_told_when_somebody_else_hands_over(
    office: Office, elif_: Any, leyla: Any, mert: Any
) -> None:
    task = tasks.add_task(office.pk, title="Call", assigned_to=mert, actor=elif_)
    tasks.assign(task, elif_, "Mert is ill", leyla)
    assert (codes(mert), codes(elif_)) == (["task.given", "handover.from_you"], ["handover.to_you"])


def test_everything_of_a_colleague_holds_their_open_tasks_only(office: Office, elif_: Any, mert: Any) -> None:
    kept = tasks.add_task(office.pk, title="Open", assigned_to=mert, actor=elif_)
    tasks.finish(tasks.add_task(office.pk, title="Done", assigned_to=mert, actor=elif_), actor=mert)
    tasks.add_task(office.pk, title="Elif's", assigned_to=elif_, actor=elif_)
    assert [row for row in handover.everything_of(mert, office.pk) if isinstance(row, Task)] == [kept]


def test_coordinator_sees_what_they_have_or_gave_and_nobody_elses(
    office: Office, elif_: Any, mert: Any, deniz: Any, ayse: Any, omar: Any
) -> None:
    own = tasks.add_task(office.pk, title="Own", assigned_to=mert, actor=elif_)
    given = tasks.add_task(office.pk, title="Given", assigned_to=elif_, actor=mert)
    other = tasks.add_task(office.pk, title="Other", assigned_to=elif_, actor=elif_)
    seen = {user: set(Task.objects.visible_to(scope_of(user, office.pk))) for user in (mert, elif_, deniz, ayse, omar)}
    everything = {own, given, other}
    assert seen == {mert: {own, given}, elif_: everything, deniz: everything, ayse: set(), omar: set()}


def test_pages_of_a_task_answer_404_to_others_and_do_nothing(
    office: Office, elif_: Any, mert: Any, deniz: Any, signed_in: SignedIn
) -> None:
    task = tasks.add_task(office.pk, title="Other", assigned_to=elif_, actor=elif_)
    page, finish = reverse("core:task", args=[task.uid]), reverse("core:task_finish", args=[task.uid])
    assert signed_in(mert).get(page).status_code == 404
    assert signed_in(mert).post(finish).status_code == 404
    assert signed_in(deniz).get(page).status_code == 200
    assert signed_in(deniz).post(finish).status_code == 404
    task.refresh_from_db()
    assert task.state == "open"


def test_task_is_made_once_however_often_the_form_is_sent(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    client, url = signed_in(elif_), reverse("core:task_new")
    assert client.get(url).status_code == 200
    data = {"title": "Call", "idempotency_key": "k1", "assigned_to": elif_.uid, "due_on": "2026-12-01"}
    for _time in range(2):
        assert client.post(url, data).status_code == 302
    assert Task.objects.get().due_on == date(2026, 12, 1)


def test_refused_form_keeps_what_was_typed(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    answer = signed_in(elif_).post(reverse("core:task_new"), {"title": "", "text": "Kept words", "due_on": "nonsense"})
    assert answer.status_code == 200
    assert "Kept words" in answer.content.decode()


def test_one_click_finishes_and_the_page_offers_to_undo(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    task = tasks.add_task(office.pk, title="Call", assigned_to=elif_, actor=elif_)
    client = signed_in(elif_)
    answer = client.post(reverse("core:task_finish", args=[task.uid]), follow=True)
    assert reverse("core:task_reopen", args=[task.uid]) in answer.content.decode()
    client.post(reverse("core:task_reopen", args=[task.uid]))
    task.refresh_from_db()
    assert task.state == "open"


def test_stale_form_shows_both_versions(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    task = tasks.add_task(office.pk, title="First", actor=elif_)
    tasks.change(task, 1, title="Hers", text="", due_on=None, actor=leyla)
    url = reverse("core:task_edit", args=[task.uid])
    answer = signed_in(elif_).post(url, {"title": "Mine", "version": "1"}).content.decode()
    assert "Hers" in answer
    assert "Mine" in answer
    assert signed_in(elif_).post(url, {"title": "Mine", "version": "2"}).status_code == 302


def test_list_says_overdue_and_narrows(office: Office, elif_: Any, mert: Any, signed_in: SignedIn) -> None:
    today = timezone.localdate()
    tasks.add_task(office.pk, title="Overslept", due_on=today - timedelta(days=1), assigned_to=elif_, actor=mert)
    tasks.add_task(office.pk, title="Someday", assigned_to=elif_, actor=elif_)
    tasks.add_task(office.pk, title="Mert has it", assigned_to=mert, actor=elif_)
    client, url = signed_in(elif_), reverse("core:tasks")
    mine = client.get(url).content.decode()
    assert "Overdue" in mine
    assert "Someday" in mine
    assert "Mert has it" not in mine
    assert "Someday" not in client.get(url, {"due": "overdue"}).content.decode()
    assert "Mert has it" in client.get(url, {"whose": "given"}).content.decode()
    assert "Mert has it" in client.get(url, {"whose": "all"}).content.decode()
    assert "Overslept" not in signed_in(mert).get(url, {"whose": "all"}).content.decode()


def test_own_tasks_that_are_due_wait_as_one_item(office: Office, elif_: Any, mert: Any) -> None:
    today = timezone.localdate()
    for days in (-2, 3, 30):
        tasks.add_task(office.pk, title=f"{days}", due_on=today + timedelta(days=days), assigned_to=elif_, actor=mert)
    [item] = selectors.waiting(scope_of(elif_, office.pk))
    assert (item.count, item.is_urgent) == (2, True)
    assert not list(selectors.waiting(scope_of(mert, office.pk)))


def test_nobody_takes_over_only_on_purpose(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    task = tasks.add_task(office.pk, title="Call", assigned_to=elif_, actor=elif_)
    client, url = signed_in(elif_), reverse("core:task_assign", args=[task.uid])
    assert client.post(url, {"to": "", "reason": "Leave"}).status_code == 200
    client.post(url, {"to": "nobody", "reason": "Leave"})
    task.refresh_from_db()
    assert task.assigned_to is None


def test_many_are_finished_or_handed_over_at_once_and_only_own_ones(
    office: Office, elif_: Any, leyla: Any, mert: Any
) -> None:
    own = tasks.add_task(office.pk, title="Own", assigned_to=mert, actor=elif_)
    other = tasks.add_task(office.pk, title="Other", assigned_to=elif_, actor=elif_)
    scope = scope_of(mert, office.pk)
    finish, assign = (bulk.action_of("tasks", name, scope) for name in ("finish", "hand_over"))
    assert finish and assign
    assert list(finish.rows(scope, [own.uid, other.uid])) == [own]
    data = {"to": leyla, "reason": "Leave"}
    assert assign.judge(own, data).will
    assert not assign.judge(own, {"to": mert}).will
    assert assign.apply([own], data, mert) == 1
    own.refresh_from_db()
    assert (own.assigned_to, finish.judge(own, {}).will) == (leyla, True)
    assert finish.apply([own], {}, mert) == 1
    own.refresh_from_db()
    assert not finish.judge(own, {}).will


def test_task_is_found_whatever_the_letters(office: Office, elif_: Any, mert: Any, signed_in: SignedIn) -> None:
    task = tasks.add_task(office.pk, title="İmza töreni için ÇAĞRI yaz", assigned_to=elif_, actor=elif_)
    tasks.change(task, 1, title="İmza törenine ÇAĞRI", text="", due_on=None, actor=elif_)
    client = signed_in(elif_)
    assert "İmza törenine" in client.get(reverse("core:tasks"), {"q": "imza çağrı"}).content.decode()
    assert "İmza törenine" in client.get(reverse("core:find"), {"q": "IMZA cagri"}).content.decode()
    assert "İmza törenine" not in client.get(reverse("core:tasks"), {"q": "fuar"}).content.decode()
    assert "İmza törenine" not in signed_in(mert).get(reverse("core:find"), {"q": "imza"}).content.decode()


def test_after_midnight_a_task_stands_under_the_day_that_it_is_here(office: Office, elif_: Any) -> None:
    with time_machine.travel("2026-11-25 23:30Z", tick=False):
        task = tasks.add_task(office.pk, title="Call", actor=elif_)
        assert "26 November 2026" in task_texts.standing(task, date(2026, 11, 26), is_mine=True)["happened"]
        done = tasks.finish(task, actor=elif_)
        assert "26 November 2026" in task_texts.standing(done, date(2026, 11, 26), is_mine=True)["happened"]
