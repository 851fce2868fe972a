"""`kervan messages`: bring the catalogues up to date with the sources; with --check only say what is wrong."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

from kervan.core import catalogues


class Command(BaseCommand):
    help = "Collect the interface texts into the catalogues and compile them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail when a catalogue is not complete"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            catalogues.update_all(templatize)
        texts = catalogues.texts_in_sources(templatize)
        lines = [
            f"{path.parent.parent.name}: {problem}"
            for path in catalogues.catalogue_files()
            for problem in catalogues.problems(path, texts)
        ]
        if check and lines:
            raise CommandError("\n".join(lines))
        self.stdout.write(
            f"{len(texts)} texts; {len(lines)} still need a translation." if lines else f"{len(texts)} texts."
        )
