"""`verify FILE…`: run worked cases and print each field that differs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kervan.core.rules.packs import SHIPPED, Pack, PackError, references
from kervan.selection import worked_cases
from kervan.selection.rules import packs

RULE_SET = "TR-UA-KA131"  # of a file that names none


class Command(BaseCommand):
    help = (
        "Run worked cases (JSON files, or rule packs in TOML with the cases in them; without a file all shipped packs)."
        " Exit status: 1 when a case differs, 2 when a file or section cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="worked cases (.json) or a rule pack (.toml)")
        parser.add_argument("--pack", metavar="NAME", help="rule pack that fills in what a file leaves out")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or [str(SHIPPED / f"{reference}.toml") for reference in references()]
        reports = [self.verify(Path(name), options["pack"]) for name in files]
        if any(report.unreadable for report in reports):
            raise CommandError("Some files or sections could not be read.", returncode=2)
        if any(report.differences for report in reports):
            raise CommandError("Some cases differ.", returncode=1)

    def verify(self, path: Path, pack_name: str | None) -> worked_cases.Report:
        """Run one file and print what came of it."""
        try:
            report = run_pack(path) if path.suffix == ".toml" else run_file(path, pack_name)
        except (worked_cases.Unreadable, PackError) as error:
            report = worked_cases.Report(unreadable=str(error).splitlines())
        label = f"{path.parent.name}/{path.name}" if path.suffix == ".toml" else path.name
        for line in map(str, (*report.differences, *report.unreadable)):
            self.stdout.write(f"{label}: {line.removeprefix(f'{label}: ')}")
        self.stdout.write(f"{label}: {report.held} of {report.ran} cases hold")
        return report


def run_file(path: Path, pack_name: str | None) -> worked_cases.Report:
    """Run a JSON file with the pack that is named, or else the one of the file's rule set."""
    try:
        data = worked_cases.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise worked_cases.Unreadable(error.strerror) from None
    except UnicodeDecodeError as error:
        raise worked_cases.Unreadable(str(error)) from None
    try:
        pack = packs.find(pack_name) if pack_name else packs.for_rule_set(str(data.get("rule_set", RULE_SET)))
    except KeyError as error:
        raise worked_cases.Unreadable(error.args[0]) from None
    return worked_cases.run(data, None if pack is None else packs.selection_of(pack))


def run_pack(path: Path) -> worked_cases.Report:
    """Check a pack that stands as NAME/VERSION.toml in some folder and run the cases in it."""
    path = path.resolve()
    pack: Pack = packs.load(f"{path.parent.name}/{path.stem}", path.parent.parent)
    return worked_cases.run(pack.cases, packs.selection_of(pack))
