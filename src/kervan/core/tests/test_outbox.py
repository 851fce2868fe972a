"""The worker of the outbox: each message once, in order, whatever else happens at the same time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from kervan.core import outbox
from kervan.core.models import Office, OutboxMessage, OutboxState

Send = Callable[[str], None]
WAITING, SENT, FAILED = OutboxState.WAITING, OutboxState.SENT, OutboxState.FAILED


def write(office: Office, subject: str, to: str = "ayse@bayburt.example") -> OutboxMessage:
    return outbox.write_mail(office, to=to, subject=subject, body="B", language="en", dedupe_key=subject)


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("subject", "state"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time of the outbox; moved by `clock.pass_seconds`."""

    class Clock:
        now = timezone.now()

        def pass_seconds(self, seconds: int) -> None:
            self.now += timedelta(seconds=seconds)

    made = Clock()

    def now() -> datetime:
        return made.now + timedelta(seconds=1)

    monkeypatch.setattr(outbox.timezone, "now", now)
    return made


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A mail server: `server.sent` are the subjects it took; `server.on_send` is done while it takes one."""

    class Server:
        def __init__(self) -> None:
            self.sent: list[str] = []
            self.on_send: Send = lambda subject: None

        def take(self, mail: EmailMessage) -> int:
            self.on_send(mail.subject)
            self.sent.append(mail.subject)
            return 1

    made = Server()
    monkeypatch.setattr(EmailMessage, "send", lambda mail: made.take(mail))
    return made


def test_the_longest_address_fits_into_every_column(office: Office) -> None:
    message = write(office, "A", to=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 56}.example")
    assert len(message.recipient) > 240
    message.clean_fields(exclude=["lease_until", "sent_at"])


def test_a_slow_server_and_a_second_worker_get_each_message_once(office: Office, clock: Any, server: Any) -> None:
    for number in range(4):
        write(office, str(number), to=f"{number}@bayburt.example")

    def slowly(subject: str) -> None:
        clock.pass_seconds(int(outbox.LEASE.total_seconds() * 0.4))

    def slowly_beside_another_worker(subject: str) -> None:
        slowly(subject)
        server.on_send = slowly
        outbox.drain(limit=1)
        server.on_send = slowly_beside_another_worker

    server.on_send = slowly_beside_another_worker
    while outbox.drain() != (0, 0):
        pass
    assert sorted(server.sent) == ["0", "1", "2", "3"]
    assert set(states().values()) == {SENT}


def test_a_message_taken_by_a_killed_worker_is_free_after_its_lease(office: Office, clock: Any, server: Any) -> None:
    write(office, "A")

    def killed(subject: str) -> None:
        raise KeyboardInterrupt

    server.on_send = killed
    with pytest.raises(KeyboardInterrupt):
        outbox.drain()
    server.on_send = lambda subject: None
    assert outbox.drain() == (0, 0)
    clock.pass_seconds(int(outbox.LEASE.total_seconds()) + 1)
    assert outbox.drain() == (1, 0)


def test_messages_to_one_reader_leave_in_order(office: Office, clock: Any, server: Any) -> None:
    write(office, "first")
    write(office, "second")
    write(office, "other", to="can@bayburt.example")

    def refuse_first(subject: str) -> None:
        if subject == "first":
            raise OSError("try later")

    server.on_send = refuse_first
    assert outbox.drain() == (1, 1)
    assert states() == {"first": WAITING, "second": WAITING, "other": SENT}
    server.on_send = lambda subject: None
    clock.pass_seconds(60)
    outbox.drain()
    assert server.sent == ["other", "first", "second"]


def test_a_message_given_up_does_not_hold_up_the_next(office: Office, clock: Any, server: Any) -> None:
    OutboxMessage.objects.filter(pk=write(office, "first").pk).update(state=FAILED)
    write(office, "second")
    outbox.drain()
    assert server.sent == ["second"]


def test_a_worker_that_lost_its_lease_does_not_undo_what_the_next_one_did(
    office: Office, clock: Any, server: Any
) -> None:
    write(office, "A")
    calls: list[str] = []

    def hang_then_fail(subject: str) -> None:
        calls.append(subject)
        if len(calls) == 1:
            clock.pass_seconds(int(outbox.LEASE.total_seconds()) + 1)
            outbox.drain(limit=1)
            raise OSError("timed out")

    server.on_send = hang_then_fail
    outbox.drain(limit=1)
    assert (states(), server.sent) == ({"A": SENT}, ["A"])
