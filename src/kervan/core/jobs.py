"""What the worker does by itself: drain the outbox, seal the history, sweep orphaned files."""

from typing import Any

from django.utils import timezone

from kervan.core import history, mails, outbox, search_index, storage, work
from kervan.core.services import letter_runs


def minute() -> str:
    """Every minute: send what is due, seal new events, take up letters that no job writes any more."""
    letter_runs.pick_up()
    sent, failed = outbox.drain()
    return f"sent {sent}, failed {failed}, sealed {history.seal()}"


def drain_now() -> str:
    """Right after messages were written: send, and go on in a new job while there is more."""
    sent, failed = outbox.drain()
    if sent:
        work.drain_soon()
    return f"sent {sent}, failed {failed}, sealed {history.seal()}"


def tell() -> str:
    """Every minute, apart from the sending: write the mails about unread notices that are due."""
    written = mails.tell(timezone.now())
    if written:
        work.drain_soon()
    return f"mails about notices {written}"


def night() -> str:
    """Once a day: remove files that no row knows, and from the search indexes what was erased."""
    search_index.forget()
    return f"orphans removed {storage.sweep_orphans()}"


def plan_schedules(**_signal: Any) -> None:
    """After every migration: make sure that the worker's schedules stand, once each."""
    from django_q.models import Schedule

    Schedule.objects.get_or_create(
        name="kervan minute",
        defaults={"func": "kervan.core.jobs.minute", "schedule_type": Schedule.MINUTES, "minutes": 1},
    )
    Schedule.objects.get_or_create(
        name="kervan notices",
        defaults={"func": "kervan.core.jobs.tell", "schedule_type": Schedule.MINUTES, "minutes": 1},
    )
    Schedule.objects.get_or_create(
        name="kervan night", defaults={"func": "kervan.core.jobs.night", "schedule_type": Schedule.DAILY}
    )
