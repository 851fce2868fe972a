"""The outbox: messages are written rendered, inside the transaction of what they tell, and sent by the worker."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.core.models import Office, OutboxMessage, OutboxState
from kervan.core.selectors.pages import is_private

LEASE = timedelta(seconds=settings.Q_CLUSTER["timeout"])  # whoever took a message has sent it by then, or was ended
DRAIN = LEASE / 2
MAX_ATTEMPTS = 8


def write_mail(
    office: Office | int, *, to: str, subject: str, body: str, language: str, dedupe_key: str, ordering_key: str = ""
) -> OutboxMessage:
    """Put one mail into the outbox, inside the caller's transaction. The same `dedupe_key` again changes nothing."""
    office_id = office if isinstance(office, int) else office.pk
    message, _made = OutboxMessage.objects.get_or_create(
        office_id=office_id,
        dedupe_key=dedupe_key,
        defaults=_row(to, subject, body, language, ordering_key),
    )
    return message


def write_mails(office_id: int, mails: list[dict[str, str]]) -> None:
    """Put many mails into the outbox in bulk; keys of each: to, subject, body, language, dedupe_key, ordering_key."""
    rows = [
        OutboxMessage(
            office_id=office_id,
            dedupe_key=mail["dedupe_key"],
            **_row(mail["to"], mail["subject"], mail["body"], mail["language"], mail.get("ordering_key", "")),
        )
        for mail in mails
    ]
    OutboxMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _row(to: str, subject: str, body: str, language: str, ordering_key: str) -> dict[str, Any]:
    return {
        "recipient": to,
        "subject": " ".join(subject.split())[:250],
        "body": body,
        "language": language,
        "ordering_key": ordering_key or to,
        "due_at": timezone.now(),
    }


def drain(limit: int = 200) -> tuple[int, int]:
    """Send what is due, one message after another, for at most DRAIN. Returns (sent, failed). Only the worker does."""
    sent = failed = 0
    end = timezone.now() + DRAIN
    while sent + failed < limit and timezone.now() < end and (message := _claim()):
        if _deliver(message):
            sent += 1
        else:
            failed += 1
    return sent, failed


@transaction.atomic
def _claim() -> OutboxMessage | None:
    """Take the next message that is due, for the time of a lease; nobody else takes it, nor a later one to its reader.

    A message that waits for another attempt holds up those behind it until it has left or was given up.
    """
    now = timezone.now()
    waiting = OutboxMessage.objects.filter(state=OutboxState.WAITING)
    earlier = waiting.filter(office=OuterRef("office"), ordering_key=OuterRef("ordering_key"), pk__lt=OuterRef("pk"))
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    due = waiting.filter(free, ~Exists(earlier), due_at__lte=now).order_by("due_at", "pk")
    message = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if message:
        message.attempts, message.lease_until = message.attempts + 1, now + LEASE
        message.save(update_fields=["attempts", "lease_until"])
    return message


def _deliver(message: OutboxMessage) -> bool:
    """Send one mail; its Message-ID is its uid, so a repeat after a crash is recognised by the receiving side.

    The text of a mail that opens something by itself is not kept: a copy of the database shall open nothing.
    """
    mail = EmailMessage(
        message.subject,
        message.body,
        to=[message.recipient],
        headers={"Message-ID": f"<{message.uid}@kervan>", "Content-Language": message.language},
    )
    try:
        mail.send()
    except Exception as error:
        _mark_failed(message, f"{type(error).__name__}: {error}")
        return False
    kept: dict[str, Any] = {"body": ""} if is_private(message) else {}
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxState.SENT, sent_at=timezone.now(), lease_until=None, last_error="", **kept
    )
    return True


def _mark_failed(message: OutboxMessage, error: str) -> None:
    """Keep the error; wait 1, 2, 4 … minutes before the next attempt, and give up after MAX_ATTEMPTS.

    Changes nothing when the lease ran out and another worker has taken the message since.
    """
    OutboxMessage.objects.filter(pk=message.pk, lease_until=message.lease_until).update(
        state=OutboxState.FAILED if message.attempts >= MAX_ATTEMPTS else OutboxState.WAITING,
        due_at=timezone.now() + timedelta(minutes=2 ** (message.attempts - 1)),
        lease_until=None,
        last_error=error[:2000],
    )


@transaction.atomic
def send_again(message: OutboxMessage, *, actor: Any) -> OutboxMessage:
    """Make a failed message due now, with a fresh count of attempts."""
    locked = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if locked.state == OutboxState.SENT:
        raise NotPossible(
            _("This message was sent already on %(when)s.") % {"when": f"{locked.sent_at:%d.%m.%Y %H:%M}"}
        )
    locked.state, locked.attempts, locked.due_at, locked.lease_until = OutboxState.WAITING, 0, timezone.now(), None
    locked.save(update_fields=["state", "attempts", "due_at", "lease_until"])
    history.record(locked, "outboxmessage.send_again", actor=actor)
    return locked
