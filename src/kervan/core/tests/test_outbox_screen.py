"""The screen of the outbox: who reads it, what it shows, sending again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kervan.core import outbox
from kervan.core.models import Event, Office, OutboxMessage, OutboxState

SignedIn = Callable[[Any], Client]


@pytest.fixture
def message(office: Office) -> OutboxMessage:
    return outbox.write_mail(
        office, to="ayse@bayburt.example", subject="Your result", body="You are placed.", language="en", dedupe_key="1"
    )


def fail(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxState.FAILED, attempts=8, last_error="550 no such user"
    )


@pytest.mark.parametrize(
    ("who", "status"), [("elif_", 200), ("leyla", 200), ("deniz", 200), ("mert", 404), ("ayse", 404)]
)
def test_office_and_auditor_read_the_outbox(
    who: str, status: int, message: OutboxMessage, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    pages = ["/office/outbox/", f"/office/outbox/{message.uid}/"]
    assert [client.get(page).status_code for page in pages] == [status, status]


def test_staff_of_another_office_do_not_find_the_message(
    omar: Any, message: OutboxMessage, signed_in: SignedIn
) -> None:
    assert signed_in(omar).get(f"/office/outbox/{message.uid}/").status_code == 404


def test_the_list_is_narrowed_by_state(elif_: Any, message: OutboxMessage, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    assert "Your result" in client.get("/office/outbox/?state=waiting").content.decode()
    assert "Your result" not in client.get("/office/outbox/?state=failed").content.decode()


def test_the_page_says_where_the_message_stands(elif_: Any, message: OutboxMessage, signed_in: SignedIn) -> None:
    fail(message)
    page = signed_in(elif_).get(f"/office/outbox/{message.uid}/").content.decode()
    assert "could not be sent" in page and "550 no such user" in page and "You are placed." in page


def test_a_failed_message_is_sent_again_with_an_event(elif_: Any, message: OutboxMessage, signed_in: SignedIn) -> None:
    fail(message)
    signed_in(elif_).post(f"/office/outbox/{message.uid}/again/")
    message.refresh_from_db()
    kinds = list(Event.objects.values_list("kind", "actor"))
    assert (message.state, message.attempts, kinds) == ("waiting", 0, [("outboxmessage.send_again", elif_.pk)])


def test_a_sent_message_is_not_sent_again(elif_: Any, message: OutboxMessage, signed_in: SignedIn) -> None:
    outbox.drain()
    answer = signed_in(elif_).post(f"/office/outbox/{message.uid}/again/", follow=True)
    assert "already" in answer.content.decode() and Event.objects.count() == 0


def test_the_auditor_sends_nothing(deniz: Any, message: OutboxMessage, signed_in: SignedIn) -> None:
    assert signed_in(deniz).post(f"/office/outbox/{message.uid}/again/").status_code == 404


def test_a_link_into_an_account_is_shown_to_nobody(elif_: Any, office: Office, signed_in: SignedIn) -> None:
    secret = outbox.write_mail(
        office, to="ada@bayburt.example", subject="Password", body="https://key", language="en", dedupe_key="account:1"
    )
    page = signed_in(elif_).get(f"/office/outbox/{secret.uid}/").content.decode()
    assert "https://key" not in page and "Nobody else can see it" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    count: int, elif_: Any, office: Office, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        outbox.write_mail(office, to="a@b.example", subject="S", body="B", language="en", dedupe_key=str(number))
    client = signed_in(elif_)
    with django_assert_num_queries(11):
        client.get("/office/outbox/")
