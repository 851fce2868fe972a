"""`kervan history`: check that nobody changed the history behind the software's back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from kervan.core.history import first_broken_link
from kervan.core.management.commands.packs import office_of
from kervan.core.models import Event, Office


class Command(BaseCommand):
    help = "Check the sealed history of an office. Exit status 1 where an event is missing or was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", metavar="SLUG", help="the office; not needed where there is only one")
        parser.add_argument("--kept", metavar="SEAL", help="a seal that an earlier check told and somebody kept")

    def handle(self, *args: Any, office: str | None, kept: str | None, **options: Any) -> None:
        row = office_of(office)
        broken = first_broken_link(row.pk)
        if broken is not None:
            raise CommandError(f"{row.slug}: event {broken} {described(row, broken)}")
        sealed = Event.objects.filter(office=row, sequence__isnull=False)
        if kept and kept not in {seal_of(event) for event in sealed.filter(chain=kept.partition(":")[2])}:
            raise CommandError(f"{row.slug}: the history holds, but it is not the one that was kept.")
        last = sealed.order_by("-sequence").first()
        told = f"Keep this elsewhere: {seal_of(last)}" if last else "Nothing is sealed yet."
        self.stdout.write(f"{row.slug}: {sealed.count()} sealed events hold. {told}")


def described(office: Office, sequence: int) -> str:
    """Say of a broken event what can still be said."""
    event = Event.objects.filter(office=office, sequence=sequence).first()
    if event is None:
        return "is missing."
    return f"({event.kind} of {event.at:%Y-%m-%d %H:%M}, {event.subject_type} {event.subject_uid}) was changed."


def seal_of(event: Event) -> str:
    """Sequence and hash: whoever keeps it can show later that everything up to there is still the same."""
    return f"{event.sequence}:{event.chain}"
