"""All that somebody looks after goes to a colleague, with the reason."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from kervan.core.models import Event, Notice, Office, Task
from kervan.core.services import tasks

SignedIn = Callable[[Any], Client]


def give(office: Office, user: Any, count: int) -> None:
    for number in range(count):
        tasks.add_task(office.pk, title=f"Call Poznań {number}", assigned_to=user, actor=None)


def test_all_open_work_goes_to_a_colleague(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    give(office, elif_, 3)
    address = f"/office/people/{elif_.person.uid}/hand-over/"
    assert "Call Poznań 0" in signed_in(elif_).get(address).content.decode()
    values = {"to": leyla.person.pk, "reason": "Maternity leave"}
    assert signed_in(leyla).post(address, values).status_code == 302
    assert Task.objects.filter(assigned_to=leyla).count() == 3
    assert {event.values["reason"] for event in Event.objects.filter(kind="task.hand_over")} == {"Maternity leave"}
    assert Notice.objects.filter(user=elif_).exists()


def test_nobody_hands_over_the_work_of_others(
    office: Office, elif_: Any, mert: Any, admin: Any, ayse: Any, leyla: Any, signed_in: SignedIn
) -> None:
    give(office, leyla, 1)
    address = f"/office/people/{leyla.person.uid}/hand-over/"
    values = {"to": elif_.person.pk, "reason": "Mine now"}
    for user in (elif_, mert, admin, ayse):
        assert signed_in(user).post(address, values).status_code == 404
    assert Task.objects.get().assigned_to == leyla
