"""The result page: the angry applicant understands why, the placed one what to do."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kervan.core import sealed
from kervan.core.models import Office
from kervan.selection.applicant_texts import calendar
from kervan.selection.models import Application, Call, ExamResult, PlacementRun, PointClaim, Wish
from kervan.selection.selectors.waiver import results_day
from kervan.selection.services import placement, publishing, scoring, withdrawing
from kervan.selection.tests.small_call import make_call
from kervan.selection.texts import call_steps

SignIn = Callable[[Any], Client]


@pytest.fixture
def call(office: Office, units: Any) -> Call:
    row = make_call(office, opens_on=date(2026, 1, 1), closes_on=date(2026, 1, 20), funded_places=1)
    row.places.update(capacity=1)
    return row


def applied(call: Call, user: Any, mark: str, *hosts: str) -> Application:
    enrolment = user.person.enrolments.get()
    row = Application.objects.create(
        office=call.office,
        call=call,
        person=user.person,
        unit=enrolment.unit,
        level="bachelor",
        gpa_4=Decimal("3.10"),
        isced="0732",
        exam_language="en",
        state="checked",
        submitted_at=timezone.now(),
    )
    ExamResult.objects.create(office=call.office, application=row, language="en", mark=Decimal(mark), level="B2")
    name = "condition__agreement_version__agreement__institution__name"
    for rank, host in enumerate(hosts, 1):
        place = call.places.get(**{name: host})
        Wish.objects.create(office=call.office, application=row, place=place, rank=rank)
    return row


@pytest.fixture
def results(call: Call, ayse: Any, can: Any, elif_: Any, leyla: Any) -> tuple[Application, Application]:
    """Ayşe is placed in Warsaw; Can missed it by little and lacks German for Vienna."""
    first = applied(call, ayse, "90", "Uniwersytet Warszawski")
    second = applied(call, can, "80", "Uniwersytet Warszawski", "Universität Wien", "Università di Bologna")
    PointClaim.objects.create(
        office=call.office, application=first, sealed_item=sealed.seal("disability"), state="accepted"
    )
    scoring.score_call(call, actor=elif_)
    run = placement.start_run(call, actor=elif_)
    run = PlacementRun.objects.get(pk=run.pk)
    if run.state == "computing":
        placement.finish_run(run, placement.compute(run))
        run.refresh_from_db()
    publishing.publish(placement.adopt(run, actor=elif_), actor=leyla)
    first.refresh_from_db()
    second.refresh_from_db()
    return first, second


def page(client: Client, application: Application) -> str:
    return client.get(reverse("selection:my_application", args=[application.uid])).content.decode()


def test_placed_applicant_reads_place_grant_arithmetic_and_last_day(
    results: tuple[Application, Application], ayse: Any, signed_in: SignIn
) -> None:
    text = page(signed_in(ayse), results[0])
    assert "Placed on your 1st choice. You go with a grant." in text
    assert "You, only if you do not want it: give it up." in text
    assert "Disability (documented)" in text
    assert "Give up the place" in text


def test_angry_applicant_reads_by_how_much_each_wish_was_missed(
    results: tuple[Application, Application], can: Any, signed_in: SignIn
) -> None:
    text = page(signed_in(can), results[1])
    assert "The last one admitted had" in text
    assert "points short" in text
    assert "Required here: German at B2." in text
    assert "your field of study is" in text
    assert "How your score came about" in text
    assert "Ayşe" not in text
    assert "reserve list" in text


def test_result_says_until_when_one_may_object_and_has_the_year_once(
    results: tuple[Application, Application], can: Any, signed_in: SignIn
) -> None:
    text = page(signed_in(can), results[1])
    last = timezone.localdate() + timedelta(days=5)
    assert f"You may object to this result in writing until {date_format(last, 'j F Y')}" in text
    assert "2026/27 · 2026/27" not in text


def test_published_results_stand_in_the_calendar_with_their_real_day(
    results: tuple[Application, Application], call: Call
) -> None:
    call.refresh_from_db()
    today = timezone.localdate()
    assert call.results_on != today
    days = {one["label"]: one["start"] for one in calendar(call, today, results_day(call))}
    assert days["Results"] == days["Give up without loss"] == today
    step = next(one for one in call_steps(call) if one["label"] == "Results published")
    assert step["detail"] == date_format(today, "j F Y")


def test_nobody_else_finds_the_result(
    results: tuple[Application, Application], can: Any, nadia: Any, signed_in: SignIn
) -> None:
    address = reverse("selection:my_application", args=[results[0].uid])
    assert signed_in(can).get(address).status_code == 404
    assert signed_in(nadia).get(address).status_code == 404


def test_applicant_sees_who_moves_up_as_a_number_before_giving_up(
    results: tuple[Application, Application], ayse: Any, can: Any, signed_in: SignIn
) -> None:
    client, address = signed_in(ayse), reverse("selection:my_withdraw", args=[results[0].uid])
    text = client.get(address).content.decode()
    assert "1 person moves up at once and gets mail." in text
    assert "Can" not in text.split("<main", 1)[1].replace("Cancel", "").replace("cannot", "")
    client.post(address, {"reason": "plans changed", "run": PlacementRun.objects.get().uid})
    assert Application.objects.get(pk=results[0].pk).state == "withdrawn"
    assert "You moved up and are placed on your 1st choice." in page(signed_in(can), results[1])


def test_withdrawal_that_is_not_the_one_shown_is_shown_again(
    results: tuple[Application, Application], ayse: Any, can: Any, signed_in: SignIn
) -> None:
    client, address = signed_in(ayse), reverse("selection:my_withdraw", args=[results[0].uid])
    shown = PlacementRun.objects.get().uid
    assert f'name="run" value="{shown}"' in client.get(address).content.decode()
    withdrawing.withdraw(results[1], actor=can)
    answer = client.post(address, {"reason": "plans changed", "run": shown}).content.decode()
    assert "The results have changed since this was shown." in answer
    assert "Nobody moves up at once." in answer and "plans changed" in answer
    assert Application.objects.get(pk=results[0].pk).state == "placed"
    client.post(address, {"run": PlacementRun.objects.latest("number").uid})
    assert Application.objects.get(pk=results[0].pk).state == "withdrawn"
