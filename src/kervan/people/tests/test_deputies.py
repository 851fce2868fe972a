"""Deputies: a colleague holds the same roles on the days of the leave, and only on these."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.core.scope import Role
from kervan.people.middleware import scope_of
from kervan.people.models import Deputy, RoleAssignment
from kervan.people.services import deputies as services

SignedIn = Callable[[Any], Client]
DAY = timedelta(days=1)


def leave(person: Any, deputy: Any, first: date, last: date, actor: Any = None) -> Deputy:
    return services.name_deputy(person.person, deputy.person, from_on=first, until_on=last, actor=actor)


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, 0, True), (-3, 2, True), (-3, 0, True), (0, 5, True), (1, 5, False)]
)
def test_deputy_holds_the_roles_on_these_days_only(
    office: Office, elif_: Any, mert: Any, first: int, last: int, holds: bool
) -> None:
    today = timezone.localdate()
    leave(elif_, mert, today + first * DAY, today + last * DAY)
    assert scope_of(mert, office.pk).everywhere(Role.STAFF) is holds
    assert scope_of(mert, office.pk).has(Role.COORDINATOR)


def test_a_past_leave_gives_nothing_any_more(office: Office, elif_: Any, mert: Any) -> None:
    today = timezone.localdate()
    row = leave(elif_, mert, today - 5 * DAY, today + DAY)
    services.end(row, actor=elif_)
    assert not scope_of(mert, office.pk).has(Role.STAFF)
    with pytest.raises(NotPossible):
        services.end(row, actor=elif_)


def test_accounts_and_special_data_are_never_handed_on(office: Office, admin: Any, mert: Any) -> None:
    today = timezone.localdate()
    RoleAssignment.objects.create(office=office, person=admin.person, role=Role.SPECIAL_READER.value)
    leave(admin, mert, today, today)
    assert not scope_of(mert, office.pk).has(Role.ADMINISTRATOR, Role.SPECIAL_READER)


def test_roles_do_not_travel_over_two_deputies(office: Office, leyla: Any, elif_: Any, mert: Any) -> None:
    today = timezone.localdate()
    leave(leyla, elif_, today, today)
    leave(elif_, mert, today, today)
    assert scope_of(elif_, office.pk).everywhere(Role.HEAD)
    assert scope_of(mert, office.pk).everywhere(Role.STAFF)
    assert not scope_of(mert, office.pk).has(Role.HEAD)


def test_reader_costs_no_query_more_for_standing_in(
    office: Office, elif_: Any, mert: Any, django_assert_num_queries: Any
) -> None:
    today = timezone.localdate()
    leave(elif_, mert, today, today)
    with django_assert_num_queries(3):
        scope_of(mert, office.pk)


@pytest.mark.parametrize(("first", "last"), [(3, 1), (-9, -2), (0, 400)])
def test_days_that_make_no_sense_are_refused(office: Office, elif_: Any, mert: Any, first: int, last: int) -> None:
    today = timezone.localdate()
    with pytest.raises(NotPossible):
        leave(elif_, mert, today + first * DAY, today + last * DAY)
    assert not Deputy.objects.exists()


def test_only_members_stand_in_and_two_never_at_once(
    office: Office, elif_: Any, leyla: Any, mert: Any, ayse: Any
) -> None:
    today = timezone.localdate()
    for person, deputy in ((elif_, ayse), (elif_, elif_), (ayse, mert)):
        with pytest.raises(NotPossible):
            leave(person, deputy, today, today)
    leave(elif_, mert, today, today + 5 * DAY)
    with pytest.raises(NotPossible):
        leave(elif_, leyla, today + 5 * DAY, today + 9 * DAY)


def test_member_names_a_deputy_for_oneself_the_head_for_anybody(
    office: Office, units: SimpleNamespace, elif_: Any, leyla: Any, mert: Any, signed_in: SignedIn
) -> None:
    today = timezone.localdate()
    values = {"from_on": str(today), "until_on": str(today + DAY), "reason": "Annual leave"}
    own = values | {"person": leyla.person.pk, "deputy": elif_.person.pk, "idempotency_key": "a"}
    assert signed_in(mert).post("/office/deputies/new/", own).status_code == 302
    assert Deputy.objects.get().person == mert.person
    anybody = values | {"person": elif_.person.pk, "deputy": mert.person.pk, "idempotency_key": "b"}
    client = signed_in(leyla)
    for _twice in range(2):
        assert client.post("/office/deputies/new/", anybody).status_code == 302
    assert Deputy.objects.filter(person=elif_.person).count() == 1
    assert Event.objects.filter(kind="person.deputy_named").count() == 2
    assert "Annual leave" in client.get("/office/deputies/").content.decode()


def test_a_refused_deputy_keeps_what_was_typed(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    today = timezone.localdate()
    typed = {"deputy": leyla.person.pk, "from_on": str(today), "until_on": str(today - DAY), "reason": "Düğün"}
    response = signed_in(elif_).post("/office/deputies/new/", typed)
    assert response.status_code == 422
    assert "Düğün" in response.content.decode()


def test_others_cannot_end_what_is_not_theirs(
    office: Office, elif_: Any, leyla: Any, mert: Any, signed_in: SignedIn
) -> None:
    today = timezone.localdate()
    row = leave(leyla, elif_, today, today + DAY)
    assert signed_in(mert).post(f"/office/deputies/{row.uid}/end/").status_code == 404
    row = leave(mert, leyla, today, today + DAY)
    signed_in(elif_).post(f"/office/deputies/{row.uid}/end/")
    signed_in(leyla).post(f"/office/deputies/{row.uid}/end/")
    assert not Deputy.objects.filter(pk=row.pk).exists()


def test_whoever_stands_in_for_the_head_does_not_lengthen_it(
    office: Office, leyla: Any, elif_: Any, signed_in: SignedIn
) -> None:
    today = timezone.localdate()
    row = leave(leyla, elif_, today, today)
    client = signed_in(elif_)
    days = {"from_on": str(today + DAY), "until_on": str(today + 300 * DAY)}
    client.post("/office/deputies/new/", {"person": leyla.person.pk, "deputy": elif_.person.pk, **days})
    assert list(Deputy.objects.all()) == [row]
    client.post(f"/office/deputies/{row.uid}/end/")
    assert list(Deputy.objects.all()) == [row]
