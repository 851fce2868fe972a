"""`kervan import_agreements FILE`: what a table of agreement lines would do, and with --apply, do it."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from kervan.agreements.models import AgreementKind
from kervan.agreements.rules import import_verdicts
from kervan.agreements.services import importing
from kervan.agreements.texts import importing as texts
from kervan.core.errors import NotPossible
from kervan.core.models import Office, SheetImport


class Command(BaseCommand):
    help = "Read a table of agreement lines as under “Import agreements”; nothing is written without --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="XLSX, ODS, XLS or CSV; columns are guessed from the header")
        parser.add_argument("--office", help="short name of the office; default: the only one")
        parser.add_argument("--sample-of", default="", help="name of the other university, when these are not ours")
        parser.add_argument("--kind", default="erasmus_iia", choices=AgreementKind.values, help="where no row says")
        parser.add_argument("--apply", action="store_true", help="write what the preview says")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            sheet = importing.upload(_office(options["office"]), name=path.name, content=path.read_bytes(), actor=None)
            values = {"sample_of": options["sample_of"], "agreement_kind": options["kind"]}
            importing.choose(sheet, sheet.mapping, **values, actor=None)
            if options["apply"]:
                importing.apply(sheet, actor=None)
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}") from problem
        except NotPossible as problem:
            raise CommandError(f"{path}: {problem}") from problem
        self._print(sheet, is_done=options["apply"])

    def _print(self, sheet: SheetImport, *, is_done: bool) -> None:
        counts = ", ".join(f"{action} {sheet.counts.get(action, 0)}" for action in import_verdicts.ACTIONS)
        self.stdout.write(f"{'applied' if is_done else 'preview'}: {counts}")
        with translation.override("en"):
            self.stdout.write(texts.totals_sentence(sheet))
            for (code, value), count in _problems(sheet).most_common():
                self.stdout.write(f"refused {count}: {value} ({code})")


def _problems(sheet: SheetImport) -> Counter[tuple[str, str]]:
    return Counter((one[0], one[2]) for record in sheet.preview for one in record.get("problems", []))


def _office(slug: str | None) -> Office:
    rows = Office.objects.filter(slug=slug) if slug else Office.objects.all()
    found = list(rows[:2])
    if len(found) != 1:
        raise CommandError(f"There is no office “{slug}”." if slug else "Name the office with --office.")
    return found[0]
