"""`place --applicants FILE --places FILE`: give places by merit on CSV files, with the rules of the site."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kervan.core.rules.packs import PackError
from kervan.selection import placement_files
from kervan.selection.rules import market as m
from kervan.selection.rules import packs, snapshot
from kervan.selection.rules.checker import certify
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.rules.placement import place
from kervan.selection.score_files import FileRefused


class Command(BaseCommand):
    help = "Place the applicants of a CSV file by merit and write the results as CSV. Exit status 2 for bad input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applicants", metavar="FILE", required=True, help="CSV: UTF-8, comma, decimal point")
        parser.add_argument("--places", metavar="FILE", required=True, help="CSV of places")
        parser.add_argument("--caps", metavar="FILE", help="CSV of shared limits: scope, key, max")
        parser.add_argument("--pack", metavar="NAME", help="rule pack whose order of equals and mode apply")
        parser.add_argument("--funded", metavar="N", type=int, help="how many of the main list get a grant")
        parser.add_argument("--seed", default="", help="last word between equals")
        parser.add_argument("--mode", choices=m.MODES, help="how a freed place is passed on (default: the pack's)")
        parser.add_argument("--out", metavar="FILE", help="where to write the results; printed when left out")
        parser.add_argument("--explain", action="store_true", help="add a row with the reason for every wish")
        parser.add_argument("--snapshot", metavar="FILE", help="also write the run as a snapshot")

    def handle(self, *args: Any, **options: Any) -> None:
        market = self.read(options)
        placement = place(market)
        text = snapshot.write(market, placement, pack="")
        certificate = certify(text)
        if not certificate.ok:
            raise CommandError("\n".join(("The checker refuses this run:", *certificate.violations)), returncode=1)
        if options["snapshot"]:
            self.deliver(text, options["snapshot"])
        self.deliver(placement_files.write_result(placement, explain=options["explain"]), options["out"])
        seated = sum(outcome.result == m.MAIN for outcome in placement.outcomes.values())
        checks = sum(certificate.checks.values())
        self.stderr.write(f"{seated} of {len(market.applicants)} placed; certified by {checks} checks.")

    def read(self, options: dict[str, Any]) -> m.Market:
        """The market that files and options describe."""
        rules = find_rules(options["pack"])
        places = self.read_file(options["places"], placement_files.read_places)
        ties = rules.ties if rules else None
        people, chain = self.read_file(
            options["applicants"], lambda text, name: placement_files.read_applicants(text, name, places, ties)
        )
        caps = self.read_file(options["caps"], placement_files.read_caps) if options["caps"] else ()
        mode = options["mode"] or (rules.mode if rules else m.RESERVE)
        if options["funded"] is not None and options["funded"] < 0:
            raise CommandError("--funded: allowed: a whole number from 0 on", returncode=2)
        return m.Market(people, places, caps, options["funded"], options["seed"], mode, chain)

    def read_file(self, path: str, reader: Callable[[str, str], Any]) -> Any:
        """What stands in a file, or a plain refusal."""
        file = Path(path)
        try:
            return reader(file.read_text(encoding="utf-8-sig"), file.name)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise CommandError(f"{file.name}, line {line}: not UTF-8; allowed: UTF-8", returncode=2) from None
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except FileRefused as error:
            raise CommandError(str(error), returncode=2) from None

    def deliver(self, text: str, out: str | None) -> None:
        """Write a text to the file, or print it."""
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(out).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}", returncode=2) from None


def find_rules(name: str | None) -> SelectionRules | None:
    """The selection rules of a shipped pack, or a plain refusal; None without a name."""
    if name is None:
        return None
    try:
        return packs.selection_of(packs.find(name))
    except KeyError as error:
        raise CommandError(f"--pack: {error.args[0]}", returncode=2) from None
    except PackError as error:
        raise CommandError(str(error), returncode=2) from None
