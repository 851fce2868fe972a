"""`demo`: build the demonstration anew, for Bayburt University or any other of the directory."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kervan.core.errors import NotPossible
from kervan.demo import build
from kervan.institutions.models import Institution


class Command(BaseCommand):
    help = "Build the demonstration anew. Needs KERVAN_DEMO=1; refuses where another office stands."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--university", metavar="CODE", help="Erasmus code, PIC or part of the name; default Bayburt"
        )
        parser.add_argument("--seed", default=build.SEED, help="another seed invents other people")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            built = build.rebuild(found(options["university"]), seed=options["seed"], today=timezone.localdate())
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"{built.office.name_en}: {built.units} units, {built.agreements} agreements, "
            f"{built.places} places, {built.applications} applications"
        )


def found(text: str | None) -> Institution:
    """The one institution that a code, PIC or part of a name means."""
    if not text:
        return build.bayburt()
    exact = Institution.objects.filter(erasmus_code=text) | Institution.objects.filter(pic=text)
    rows = list(exact[:2]) or list(Institution.objects.matching(text)[:2])
    if len(rows) != 1:
        raise CommandError(f"--university: {'several' if rows else 'no'} institutions match {text}")
    return rows[0]
