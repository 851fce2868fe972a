"""`packs`: load the shipped rule packs into the database; with `--adopt` an office releases them for its calls."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kervan.core import packs
from kervan.core.errors import NotPossible
from kervan.core.models import Office, PackVersion
from kervan.core.rules.packs import PackError, unverified


class Command(BaseCommand):
    help = "Load the shipped rule packs into the database. Exit status 2 when a pack is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--adopt", metavar="NAME", nargs="*", help="packs that the office releases for its calls")
        parser.add_argument("--office", metavar="SLUG", help="the office; not needed where there is only one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for loaded in packs.load_shipped():
                self.tell(loaded)
        except (PackError, NotPossible) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        for name in options["adopt"] or ():
            self.adopt(name, office_of(options["office"]))

    def tell(self, loaded: packs.Loaded) -> None:
        """One line a pack: new or known, its hash, how many figures nobody has confirmed."""
        row, state = loaded.version, "new" if loaded.is_new else "known"
        open_figures = len(unverified(packs.pack_of(row)))
        self.stdout.write(f"{row.name}/{row.number}: {state}, {row.sha256[:12]}, {open_figures} figures not verified")

    def adopt(self, name: str, office: Office) -> None:
        """Release the newest version of a pack for an office."""
        version = PackVersion.objects.filter(name=name).order_by("-number").first()
        if version is None:
            raise CommandError(f"--adopt: no pack {name}", returncode=2)
        packs.adopt(office, version, actor=None)
        self.stdout.write(f"{office.slug} uses {version}")


def office_of(slug: str | None) -> Office:
    """The named office, or the only one."""
    offices = Office.objects.filter(slug=slug) if slug else Office.objects.all()
    found = list(offices[:2])
    if len(found) != 1:
        raise CommandError("--office: name one of the offices", returncode=2)
    return found[0]
