"""`score FILE`: score applicants of a CSV file by the rules of a pack."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kervan.core.rules.packs import Pack, PackError, unverified
from kervan.selection import score_files
from kervan.selection.rules import packs


class Command(BaseCommand):
    help = "Score the applicants of a CSV file by a rule pack and write the scores as CSV. Exit status 2 for bad input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV of applicants: UTF-8, comma, decimal point")
        parser.add_argument("--pack", metavar="NAME", default="bayburt-ka131", help="rule pack, NAME or NAME/VERSION")
        parser.add_argument("--out", metavar="FILE", help="where to write the scores; printed when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        pack = find_pack(options["pack"])
        path = Path(options["file"])
        try:
            text = path.read_text(encoding="utf-8-sig")
            scores = score_files.score_text(text, path.name, packs.selection_of(pack))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise CommandError(f"{path.name}, line {line}: not UTF-8; allowed: UTF-8", returncode=2) from None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from None
        except score_files.FileRefused as error:
            raise CommandError(str(error), returncode=2) from None
        self.deliver(scores, options["out"])
        self.stderr.write(f"Rules: {pack.reference}, {len(unverified(pack))} figures not verified.")

    def deliver(self, scores: str, out: str | None) -> None:
        """Write the scores to the file, or print them."""
        if out is None:
            self.stdout.write(scores, ending="")
            return
        try:
            Path(out).write_text(scores, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}", returncode=2) from None


def find_pack(name: str) -> Pack:
    """A shipped pack, or a plain refusal."""
    try:
        return packs.find(name)
    except KeyError as error:
        raise CommandError(f"--pack: {error.args[0]}", returncode=2) from None
    except PackError as error:
        raise CommandError(str(error), returncode=2) from None
