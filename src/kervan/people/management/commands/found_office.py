"""`kervan found_office`: set up an office with its first administrator, and print the link that sets the password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import IntegrityError

from kervan.people import services


class Command(BaseCommand):
    help = "Set up an office and its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name, for example bayburt")
        parser.add_argument("--name-en", required=True, help="name in English")
        parser.add_argument("--name-tr", required=True, help="name in Turkish")
        parser.add_argument("--administrator", required=True, help="e-mail address of the first administrator")
        parser.add_argument(
            "--host", action="append", default=[], help="host name that chooses this office; repeatable"
        )
        parser.add_argument("--url", default="http://localhost:8000", help="address of this installation, for the link")

    def handle(self, *args: Any, **options: Any) -> None:
        values = {name: options[name] for name in ("slug", "name_en", "name_tr")} | {"hosts": options["host"]}
        try:
            office, link = services.found_office(values, options["administrator"], base_url=options["url"])
        except IntegrityError as error:
            raise CommandError(f"An office with the short name “{options['slug']}” exists already.") from error
        self.stdout.write(f"{office.name_en} is set up. First password of {options['administrator']}:\n{link}")
