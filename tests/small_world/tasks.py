"""Tasks of both offices; what hangs on records; feeds, notices, messages."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kervan.core import outbox, storage
from kervan.core.models import Notice
from kervan.core.services import calendar, notices, records
from kervan.core.services import tasks as services
from small_world.base import PDF, Sent, World


def make_messages(world: World) -> None:
    for name, office in (("ours", world.office), ("theirs", world.other)):
        row = outbox.write_mail(
            office, to="a@b.example", subject="Result", body="Text", language="en", dedupe_key=f"test {name}"
        )
        world.keep(f"message {name}", row)


def make_tasks(world: World, rows: int = 0) -> None:
    elif_, mert, omar = world.people["elif"], world.people["mert"], world.people["omar"]
    today = timezone.localdate()
    for name, office, giver, doer in (("ours", world.office, elif_, mert), ("theirs", world.other, omar, omar)):
        task = services.add_task(office.pk, title="Call", assigned_to=doer, due_on=today, actor=giver)
        world.keep(f"task {name}", task)
        done = services.add_task(office.pk, title="Called", assigned_to=doer, actor=giver)
        world.keep(f"task done {name}", services.finish(done, actor=giver))
        notices.notify(office.pk, [giver.pk], "task.finish", url=task.get_absolute_url(), who="Mert", title="Called")
        world.keep(f"notice {name}", Notice.objects.filter(user=giver).latest("pk"))
        feed = calendar.renew(office.pk, actor=giver)
        world.keep(f"feed {name}", feed, token=calendar.address_of(feed))
        make_parts(world, name, giver)
    for number in range(rows):
        record = world.rows["partner ours"]
        about = {"due_on": today, "subject": record, "actor": mert}
        services.add_task(world.office.pk, title=f"Call {number}", assigned_to=elif_, **about)
        records.add_note(record, f"Note {number}", actor=mert)
        records.attach(record, a_file(world.office.pk, f"{number}.pdf", elif_), actor=elif_)
        notices.notify(world.office.pk, [elif_.pk], "task.finish", url=f"/{number}/", who="Mert", title=f"{number}")


def make_parts(world: World, name: str, actor: Any) -> None:
    """A note and a document on a partner; records of other kinds, to look for what hangs on them."""
    partner = world.rows[f"partner {name}"]
    world.keep(f"on partner {name}", partner, kind="partner")
    world.keep(f"note {name}", records.add_note(partner, "Called them.", actor=actor))
    file = a_file(partner.office_id, "protocol.pdf", actor)
    world.keep(f"attachment {name}", records.attach(partner, file, actor=actor))
    for kind in ("contact", "visit", "network"):
        world.keep(f"on {kind} {name}", world.rows[f"{kind} {name}"], kind=kind)
    if name == "ours":
        for own in ("whole", "engineering", "education", "draft"):
            world.keep(f"on agreement {own}", world.rows[f"agreement {own}"], kind="agreement")
        engineering = world.rows["agreement engineering"]
        world.keep("note engineering", records.add_note(engineering, "They wait.", actor=actor))
        file = a_file(partner.office_id, "letter.pdf", actor)
        world.keep("attachment engineering", records.attach(engineering, file, actor=actor))


def a_file(office_id: int, name: str, actor: Any) -> Any:
    return storage.store(office_id, name, PDF, content_type="application/pdf", actor=actor)


SENT: Sent = {
    "core:set_language": lambda world: {"language": "tr"},
    "core:task_new": lambda world: {"title": "Call", "due_on": "2030-01-01"},
    "core:task_edit": lambda world: {"title": "Call again", "version": "1"},
    "core:task_assign": lambda world: {"to": world.people["selim"].uid, "reason": "Leave."},
    ("core:task_assign", "task theirs"): lambda world: {"to": world.people["olof"].uid, "reason": "Leave."},
    "core:note_add": lambda world: {"text": "Called."},
    "core:attachment_add": lambda world: {"file": SimpleUploadedFile("a.pdf", PDF), "title": "Protocol"},
    "core:on_task_add": lambda world: {"title": "Call"},
    "core:attachment_remove": lambda world: {"reason": "Wrong record."},
    "core:notice_settings": lambda world: {
        "mail": "daily",
        "quiet_from": "20:00",
        "quiet_until": "08:00",
        "version": "1",
    },
}
