"""The command that imports agreement lines."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kervan.agreements.models import Agreement
from kervan.core.models import Office
from kervan.core.rules.table_files import write_csv
from kervan.institutions.models import Institution

HEADER = ("Erasmus code", "ISCED", "Valid from", "Valid until")


@pytest.fixture
def table(tmp_path: Path, office: Office) -> Path:
    Institution.objects.create(name="Uniwersytet Jagielloński", country="PL", erasmus_code="PL KRAKOW01")
    rows = [(code, "0611", "2026-09-01", "2029-08-31") for code in ("PL KRAKOW01", "XX NOBODY01")]
    path = tmp_path / "lines.csv"
    path.write_bytes(write_csv(HEADER, rows))
    return path


def test_it_shows_what_it_would_do_and_does_it_when_told(table: Path, capsys: Any) -> None:
    call_command("import_agreements", str(table), "--sample-of", "Another")
    shown = capsys.readouterr().out
    assert "preview: create 1, change 0, same 0, refuse 1" in shown and "XX NOBODY01 (partner_unknown)" in shown
    assert not Agreement.objects.exists()
    call_command("import_agreements", str(table), "--sample-of", "Another", "--apply")
    assert "applied: create 1" in capsys.readouterr().out
    assert Agreement.objects.get().sample_of == "Another"


@pytest.mark.parametrize("arguments", [["absent.csv"], ["--office", "nowhere"]])
def test_what_cannot_be_done_is_said(table: Path, arguments: list[str]) -> None:
    path = [] if arguments[0].endswith(".csv") else [str(table)]
    with pytest.raises(CommandError):
        call_command("import_agreements", *path, *arguments)
