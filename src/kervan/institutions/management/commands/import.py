"""`kervan import eche FILE`: bring the directory to what the list of accredited institutions says."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kervan.core.models import Office
from kervan.core.rules.spreadsheets import SpreadsheetError
from kervan.core.rules.table_files import safe_cell
from kervan.core.spreadsheet_messages import error_sentence
from kervan.institutions import services


class Command(BaseCommand):
    help = "Import reference data: `import eche FILE.xlsx` reads the list of accredited higher education institutions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        eche = kinds.add_parser("eche", help="the list of accredited institutions (ECHE holders)")
        eche.add_argument("file", type=Path, help="workbook of the European Commission, or its columns as CSV")
        eche.add_argument("--report", type=Path, help="write repairs, problems and changes to this CSV file")
        eche.add_argument("--office", help="short name of the office whose history tells of it; default: the only one")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
            outcome = services.import_eche(data, path.name, office=_office(options["office"]), actor=None)
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}") from problem
        except SpreadsheetError as problem:
            raise CommandError(f"{path}: {error_sentence(problem)}") from problem
        self._print(outcome)
        if options["report"]:
            _write_report(options["report"], outcome)
            self.stdout.write(f"Report: {options['report']}")

    def _print(self, outcome: services.Outcome) -> None:
        self.stdout.write(
            f"created {outcome.created}, changed {len(outcome.changed)},"
            f" unchanged {outcome.unchanged}, refused {outcome.refused}"
        )
        if outcome.listed:
            self.stdout.write(f"repaired {len(outcome.listed.repairs)}, to look at {len(outcome.listed.problems)}")
        if outcome.gone:
            self.stdout.write(f"in the directory but not in this list: {len(outcome.gone)} (kept as they are)")


def _office(slug: str | None) -> Office | None:
    """The named office; the only one; or None where there is none yet."""
    if slug:
        found = Office.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no office “{slug}”.")
        return found
    offices = list(Office.objects.all()[:2])
    if len(offices) > 1:
        raise CommandError("There are several offices: name one with --office.")
    return offices[0] if offices else None


def _write_report(path: Path, outcome: services.Outcome) -> None:
    """One line for each repair, problem, change and institution that is gone."""
    lines: list[tuple[object, ...]] = []
    if outcome.listed:
        lines += [("repaired", one.row, one.field, one.before, one.after, one.why) for one in outcome.listed.repairs]
        lines += [("to look at", one.row, "", one.value, "", one.code) for one in outcome.listed.problems]
    for change in outcome.changed:
        lines += [("changed", change.pic, name, *values, "") for name, values in change.fields.items()]
    lines += [("not in the list", pic, "", "", "", "") for pic in outcome.gone]
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["what", "row or PIC", "field", "before", "after", "why"])
        writer.writerows([safe_cell(str(cell)) for cell in line] for line in lines)
