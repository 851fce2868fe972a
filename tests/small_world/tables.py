"""Tables of agreement lines of both offices, one taken over; what a partner's places were used for."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kervan.agreements.services import importing
from kervan.core.models import Office
from kervan.core.rules.table_files import write_csv
from kervan.institutions.models import Institution, Partner
from small_world.base import Sent, World

COLUMNS = ("Erasmus code", "ISCED", "Valid from", "Valid until")
HEADS = {"ours": "agreement whole", "theirs": "agreement theirs whole"}


def make_tables(world: World, rows: int = 0) -> None:
    for name, office in (("ours", world.office), ("theirs", world.other)):
        world.keep(f"sheet {name}", lines_of(office, "D SHEET01", rows))
        applied = lines_of(office, "D SHEET02", 0)
        importing.apply(applied, actor=None)
        world.keep(f"sheet applied {name}", applied)
        institution = world.rows[HEADS[name]].institution
        world.keep(f"partner whole {name}", Partner.objects.get(office=office, institution=institution))


def lines_of(office: Office, code: str, rows: int) -> Any:
    Institution.objects.get_or_create(erasmus_code=code, defaults={"name": f"Hochschule {code}", "country": "DE"})
    table = write_csv(COLUMNS, [(code, "0611", "2026-09-01", f"{2027 + n}-08-31") for n in range(rows + 1)])
    sheet = importing.upload(office, name="lines.csv", content=table, actor=None)
    values = {"sample_of": "Another", "agreement_kind": "erasmus_iia"}
    return importing.choose(sheet, sheet.mapping, **values, actor=None)


def chosen_columns(_world: World) -> dict[str, Any]:
    columns = zip(("partner_code", "fields", "valid_from", "valid_until"), COLUMNS, strict=True)
    named = {f"column_{code}": name for code, name in columns}
    return {"whose": "another", "sample_of": "Another", "agreement_kind": "erasmus_iia", **named}


def table_file(_world: World) -> dict[str, Any]:
    content = b"Erasmus code,Valid from\nD SHEET01,2026-09-01\n"
    return {"table": SimpleUploadedFile("lines.csv", content), "idempotency_key": "lines"}


def past_use(world: World, name: str = "ours") -> dict[str, Any]:
    line = world.rows[HEADS[name]].versions.get().conditions.first().line_uid
    return {"line": line, "academic_year": "2024", "people": "1", "months": "5"}


SENT: Sent = {
    "agreements:imports": table_file,
    "agreements:import_columns": chosen_columns,
    "agreements:record_use": past_use,
    ("agreements:record_use", "partner whole theirs"): lambda world: past_use(world, "theirs"),
}
