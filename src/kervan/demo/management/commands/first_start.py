"""`first_start`: what a new installation needs: rule packs, directory and either the demonstration or an office."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kervan.core import packs
from kervan.core.models import Office
from kervan.demo import build
from kervan.demo.begin import begin_office
from kervan.institutions.services import load_directory

HOW_TO_BEGIN = (
    "No office yet. Make one with:  ./kervan first_start --office-name 'Example University' --email you@example.org\n"
    "or look at the demonstration:  KERVAN_DEMO=1 ./kervan run"
)


class Command(BaseCommand):
    help = "Load rule packs and directory; make the demonstration (KERVAN_DEMO=1) or an office. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--office-name", metavar="NAME", help="name of the university in English")
        parser.add_argument("--office-name-tr", metavar="NAME", help="its name in Turkish; default the same")
        parser.add_argument("--email", help="address of the head of the office, who gets the first account")
        parser.add_argument("--university", metavar="CODE", help="Erasmus code of the university in the directory")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["office_name"]:
            self.load()
            self.make_office(**options)
        elif not Office.objects.exists():
            self.load()
            self.begin()

    def load(self) -> None:
        """Rule packs and the directory of institutions."""
        loaded = packs.load_shipped()
        directory = load_directory()
        self.stdout.write(
            f"{len(loaded)} rule packs, {directory.created} institutions new, {directory.unchanged} known"
        )

    def begin(self) -> None:
        """The demonstration in demo mode, else a word on what to do."""
        if not settings.DEMO:
            self.stdout.write(HOW_TO_BEGIN)
            return
        built = build.rebuild(build.bayburt(), today=timezone.localdate())
        self.stdout.write(f"demonstration: {built.office.name_en}, {built.applications} applications")

    def make_office(self, **options: Any) -> None:
        """A real office with its head, who sets a password by the printed link."""
        if not options["email"]:
            raise CommandError("--email: say who is the head of the office", returncode=2)
        if Office.objects.exists():
            raise CommandError("There is an office already; nothing was changed.", returncode=2)
        link = begin_office(
            options["office_name"],
            options["office_name_tr"] or options["office_name"],
            options["email"],
            code=options["university"] or "",
        )
        self.stdout.write(f"The office stands. {options['email']} sets a password here: {link}")
