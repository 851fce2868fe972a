"""Calendar: what whom is shown, and feeds that open only by their address, by the rights of the moment."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from kervan.core.models import CalendarFeed, Notice, Office
from kervan.core.rules.feeds import Day, calendar
from kervan.core.selectors import calendar as selectors
from kervan.core.services import calendar as services
from kervan.core.services import notices, tasks
from kervan.people import viewing
from kervan.people.models import RoleAssignment

SignedIn = Callable[[Any], Client]
HOSTILE = "Yazı; a, b\r\nBEGIN:VEVENT\r\nSUMMARY:İğde ✓\x07"


def address(user: Any, office: Office) -> str:
    return reverse("core:calendar_feed", args=[services.address_of(services.renew(office.pk, actor=user))])


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_month_shows_own_tasks_and_not_those_of_others(
    office: Office, elif_: Any, mert: Any, signed_in: SignedIn
) -> None:
    today = timezone.localdate()
    tasks.add_task(office.pk, title="Own one", due_on=today, assigned_to=elif_, actor=elif_)
    tasks.add_task(office.pk, title="Merts one", due_on=today, assigned_to=mert, actor=mert)
    for view in ({}, {"view": "agenda"}, {"month": f"{today:%Y-%m}"}):
        page = signed_in(elif_).get(reverse("core:calendar"), view).content.decode()
        assert "Own one" in page
        assert "Merts one" not in page


@pytest.mark.parametrize("month", ["", "nonsense", "2026-13", "9999-12", "0001-01"])
def test_month_that_is_none_falls_back_to_this_one(office: Office, elif_: Any, signed_in: SignedIn, month: str) -> None:
    answer = signed_in(elif_).get(reverse("core:calendar"), {"month": month})
    assert answer.status_code == 200
    assert f"{timezone.localdate().day}" in answer.content.decode()


def test_weeks_hold_every_day_of_the_month_from_monday_to_sunday() -> None:
    for month in (date(2026, 2, 1), date(2026, 11, 1), date(2027, 5, 1)):
        weeks = selectors.weeks(month)
        days = [day for week in weeks for day in week]
        assert all(week[0].weekday() == 0 for week in weeks)
        assert sum(day.month == month.month for day in days) == (selectors.following(month) - month).days


def test_feed_is_a_calendar_of_whole_days(office: Office, elif_: Any) -> None:
    due = timezone.localdate() + timedelta(days=3)
    task = tasks.add_task(office.pk, title="İmza töreni", due_on=due, assigned_to=elif_, actor=elif_)
    answer = Client().get(address(elif_, office))
    [event] = events(answer.content)
    assert (event["summary"], event["dtstart"].dt, event["dtend"].dt) == ("İmza töreni", due, due + timedelta(days=1))
    assert event["uid"] == f"task-{task.uid}@{office.uid}.kervan"
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert CalendarFeed.objects.get().read_at is not None


def test_hostile_words_stay_words() -> None:
    day = Day("a@b", date(2026, 11, 25), date(2026, 11, 25), HOSTILE, "http://localhost/")
    content = calendar(HOSTILE, "Europe/Istanbul", [day], timezone.now())
    assert content.count(b"\r\nBEGIN:VEVENT") == 1
    [event] = events(content)
    assert "İğde ✓" in event["summary"]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_last_day_before_the_first_is_our_mistake() -> None:
    day = Day("a@b", date(2026, 11, 25), date(2026, 11, 24), "x", "http://localhost/")
    with pytest.raises(ValueError, match="before"):
        calendar("x", "Europe/Istanbul", [day], timezone.now())


def test_unchanged_feed_is_not_sent_again(office: Office, elif_: Any) -> None:
    url = address(elif_, office)
    due = timezone.localdate()
    task = tasks.add_task(office.pk, title="First", due_on=due, assigned_to=elif_, actor=elif_)
    first = Client().get(url)
    again = Client().get(url)
    assert first.content == again.content
    known = {"If-None-Match": first["ETag"]}
    assert Client().get(url, headers=known).status_code == 304
    assert Client().get(url, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    tasks.change(task, 1, title="Second", text="", due_on=due, actor=elif_)
    assert Client().get(url, headers=known).status_code == 200


def test_renewed_forged_or_foreign_address_is_not_found(
    office: Office, other_office: Office, elif_: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    old = address(elif_, office)
    new = address(elif_, office)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert Client().get(new.replace(".ics", "x.ics")).status_code == 404
    assert Client(SERVER_NAME="uppsala.localhost").get(new).status_code == 404
    settings.ALLOWED_HOSTS = ["testserver"]
    for guess in ("x", "a.b.c", "..", "ğ.ü"):
        assert Client().get(reverse("core:calendar_feed", args=[guess])).status_code == 404


def test_feed_shows_what_the_reader_may_see_now(office: Office, elif_: Any) -> None:
    tasks.add_task(office.pk, title="Own", due_on=timezone.localdate(), assigned_to=elif_, actor=elif_)
    url = address(elif_, office)
    assert len(events(Client().get(url).content)) == 1
    RoleAssignment.objects.all().delete()
    assert not events(Client().get(url).content)
    type(elif_).objects.update(is_active=False)
    assert Client().get(url).status_code == 404


def test_public_calendar_knows_no_tasks(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    tasks.add_task(office.pk, title="Secret", due_on=timezone.localdate(), assigned_to=elif_, actor=elif_)
    answer = signed_in(elif_).get(reverse("core:calendar_public"))
    assert answer.status_code == 200
    assert b"Secret" not in answer.content
    assert Client().get(reverse("core:calendar_public"), headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_page_gives_the_address_only_to_its_owner(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    url = address(elif_, office)
    assert url in signed_in(elif_).get(reverse("core:calendar")).content.decode()
    assert url not in signed_in(leyla).get(reverse("core:calendar")).content.decode()
    signed_in(leyla).post(reverse("core:calendar_renew"))
    assert CalendarFeed.objects.count() == 2


def test_whoever_looks_for_support_sees_no_address_and_leaves_notices_unread(
    office: Office, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    url = address(elif_, office)
    notices.notify(office.pk, [elif_.pk], "task.finish", url="/office/tasks/", who="Mert", title="Call")
    client = signed_in(leyla)
    session = client.session
    session[viewing.KEY] = {"person": elif_.person.uid, "until": (timezone.now() + viewing.LASTS).isoformat()}
    session.save()
    page = client.get(reverse("core:calendar"))
    assert (page.wsgi_request.scope.looked_at_by, page.wsgi_request.scope.user_id) == (leyla.pk, elif_.pk)
    assert url not in page.content.decode()
    client.get(reverse("core:notice", args=[Notice.objects.get().uid]))
    assert Notice.objects.get().read_at is None
    client.post(reverse("core:calendar_renew"))
    assert CalendarFeed.objects.count() == 1
