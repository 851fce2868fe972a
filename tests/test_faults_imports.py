"""kill -9 in the middle of an import of agreements, at twenty random points: all of it or nothing, never a part."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parent.parent
POINTS = 20
PARTNERS, ROWS = 500, 2_000
PREPARE = f"""
from kervan.agreements.services import importing
from kervan.core.models import Office
from kervan.core.rules.table_files import write_csv
from kervan.institutions.models import Institution

office = Office.objects.create(slug="bare", hosts=["localhost"], name_en="Bare", name_tr="Bare")
Institution.objects.create(office=office, name="Ours", country="TR", erasmus_code="TR OURS01")
rows = [Institution(name=f"There {{n}}", country="PL", erasmus_code=f"PL T{{n:03}}") for n in range({PARTNERS})]
for row in rows:
    row.fill_keys()
Institution.objects.bulk_create(rows)
header = ("Erasmus code", "ISCED", "People", "Direction", "Kind of stay", "Months", "Valid from", "Valid until")
lines = [
    (f"PL T{{n % {PARTNERS}:03}}", "0611", str(n % 90 + 1), "outgoing", "study", "10", "2026-09-01", "2029-08-31")
    for n in range({ROWS})
]
for _point in range({POINTS} + 2):
    sheet = importing.upload(office, name="lines.csv", content=write_csv(header, lines), actor=None)
    importing.choose(sheet, sheet.mapping, sample_of="Another", agreement_kind="erasmus_iia", actor=None)
    assert sheet.counts["create"] > 0, sheet.counts
"""
APPLY = """
import sys
from kervan.agreements.models import Agreement, AgreementVersion, Condition
from kervan.agreements.services import importing
from kervan.core.models import Event, SheetImport

def found():
    events = Event.objects.filter(kind="sheetimport.agreements_applied").count()
    undone = Event.objects.filter(kind="sheetimport.agreements_undone").count()
    return [model.objects.count() for model in (Agreement, AgreementVersion, Condition)] + [events - undone]

print(*found(), flush=True)
for done in SheetImport.objects.filter(state="applied"):
    importing.undo(done, actor=None)
sheet = SheetImport.objects.filter(state="preview").order_by("pk").first()
print("go", flush=True)
importing.apply(sheet, actor=None)
print("done", flush=True)
importing.apply(sheet, actor=None)
print(*found(), flush=True)
"""


def begun(variables: dict[str, str]) -> tuple[subprocess.Popen[str], list[int]]:
    """Start an import and wait until it begins to write; also what the one before left behind."""
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", APPLY]
    process = subprocess.Popen(command, env=variables, text=True, stdout=subprocess.PIPE)
    assert process.stdout
    left = [int(word) for word in process.stdout.readline().split()]
    assert process.stdout.readline() == "go\n"
    return process, left


def test_import_killed_at_random_points_leaves_all_or_nothing(bare: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", PREPARE]
    subprocess.run(command, env=bare, check=True)
    process, left = begun(bare)
    assert left == [0, 0, 0, 0]
    began = time.monotonic()
    assert process.stdout and process.stdout.readline() == "done\n"
    whole_seconds = time.monotonic() - began
    everything = [int(word) for word in process.stdout.readline().split()]
    process.communicate()
    assert everything == [PARTNERS, PARTNERS, everything[2], 1] and everything[2] > PARTNERS
    dice, partial = random.Random(27), 0
    for _point in range(POINTS):
        process, left = begun(bare)
        assert left in ([0, 0, 0, 0], everything)
        partial += left == [0, 0, 0, 0]
        time.sleep(dice.uniform(0.02, 1.05) * whole_seconds)
        process.kill()
        process.communicate()
    process, left = begun(bare)
    process.communicate()
    assert left in ([0, 0, 0, 0], everything)
    assert partial, "the import was faster than every kill; nothing was tried"
