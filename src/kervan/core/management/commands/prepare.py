"""`kervan prepare`: make database, cache table, static files and, on the very first start, the demo office."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command, get_commands


class Command(BaseCommand):
    help = "Bring the database and the static files up to date; load the demo office into an empty try-out."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO and "first_start" in get_commands():
            call_command("first_start")
