"""The messages that left or wait."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kervan.core import outbox, texts
from kervan.core.answers import attempt
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import OutboxMessage, OutboxState
from kervan.core.permissions import allow
from kervan.core.selectors import pages as selectors
from kervan.core.selectors.pages import reads_outbox, sends_again

STATE_TONES = {OutboxState.WAITING: "info", OutboxState.SENT: "ok", OutboxState.FAILED: "bad"}


@require_GET
@allow(reads_outbox)
def outbox_list(request: HttpRequest) -> HttpResponse:
    found = listing(
        request,
        OutboxMessage.objects.visible_to(request.scope),  # type: ignore[attr-defined]
        name="outbox",
        caption=_("Messages"),
        columns=_outbox_columns(),
        default_sort="-written",
        filters=[
            Filter("state", gettext_lazy("State"), OutboxState.choices, lambda rows, value: rows.filter(state=value))
        ],
        search=lambda rows, text: rows.filter(recipient__icontains=text) | rows.filter(subject__icontains=text),
        empty=_("No message has been written yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "core/outbox.html", {"listing": found, "worker": selectors.worker_sign(timezone.now())})


def _outbox_columns() -> list[Column]:
    return [
        Column("subject", gettext_lazy("Subject"), lambda row: row.subject, link=_outbox_url),
        Column("recipient", gettext_lazy("To"), lambda row: row.recipient),
        Column("state", gettext_lazy("State"), _state_badge, kind="badge"),
        Column("attempts", gettext_lazy("Attempts"), lambda row: row.attempts, kind="number"),
        Column("written", gettext_lazy("Written"), lambda row: row.written_at, sort="id", kind="date"),
        Column("sent", gettext_lazy("Sent on"), lambda row: row.sent_at, kind="date"),
    ]


def _outbox_url(message: OutboxMessage) -> str:
    return reverse("core:outbox_message", args=[message.uid])


def _state_badge(message: OutboxMessage) -> tuple[str, str]:
    return str(OutboxState(message.state).label), STATE_TONES[OutboxState(message.state)]


def _visible_message(request: HttpRequest, uid: str) -> OutboxMessage:
    rows = OutboxMessage.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    message: OutboxMessage = get_object_or_404(rows, uid=uid)
    return message


@require_GET
@allow(reads_outbox)
def outbox_message(request: HttpRequest, uid: str) -> HttpResponse:
    message = _visible_message(request, uid)
    context: dict[str, Any] = {
        "message": message,
        "badge": _state_badge(message),
        "is_private": selectors.is_private(message),
        "may_send_again": message.state != OutboxState.SENT and sends_again(request.scope),  # type: ignore[attr-defined]
        "standing": texts.outbox_standing(message),
        "events": selectors.timeline_of(message),
    }
    return render(request, "core/outbox_message.html", context)


@require_POST
@allow(sends_again)
def outbox_again(request: HttpRequest, uid: str) -> HttpResponse:
    message = _visible_message(request, uid)
    return attempt(
        request,
        lambda: outbox.send_again(message, actor=request.user),
        _("The message will be sent within a minute."),
        "core:outbox_message",
        uid,
    )
