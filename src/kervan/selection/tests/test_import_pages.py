"""The import pages: upload, columns, preview, apply, and who may open them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kervan.core.models import Office
from kervan.core.rules.spreadsheets import read_table
from kervan.core.rules.table_files import write_csv
from kervan.selection.models import Application, Call, ImportBatch
from kervan.selection.tests.small_call import make_call

HEADER = ["Student number", "Given name", "Family name", "Study programme", "GPA", "Wish 1"]
ROW = ["2023000001", "Zeynep", "Şimşek", "Civil Engineering", "3.12", "PL WARSZAW01"]


@pytest.fixture
def call(office: Office, units: Any) -> Call:
    return make_call(office)


def address(name: str, call: Call, *more: str) -> str:
    return reverse(f"selection:{name}", args=[call.uid, *more])


def upload(client: Client, call: Call, content: bytes, name: str = "liste.csv", key: str = "k1") -> Any:
    values = {"kind": "portal", "table": SimpleUploadedFile(name, content), "idempotency_key": key}
    return client.post(address("imports", call), values)


def test_table_goes_from_upload_over_columns_and_preview_into_the_call(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    wrong = ["2023000002", "Can", "Uz", "Alchemy", "9.99", "PL WARSZAW01"]
    upload(client, call, write_csv(HEADER, [ROW, wrong]))
    batch = ImportBatch.objects.get()
    columns = client.get(address("import_batch", call, batch.uid), follow=True).content.decode()
    assert "Which column is what?" in columns
    answer = client.post(address("import_columns", call, batch.uid), batch.mapping, follow=True).content.decode()
    assert "Would be created" in answer
    assert "No study programme of ours has this name." in answer
    assert "“9.99”" in answer
    client.post(address("import_apply", call, batch.uid))
    client.post(address("import_apply", call, batch.uid))
    assert Application.objects.get().person.full_name == "Zeynep Şimşek"
    assert "Created" in client.get(address("import_batch", call, batch.uid)).content.decode()


def test_table_that_changes_nothing_says_that_there_is_nothing_to_apply(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    for key in ("k1", "k2"):
        upload(client, call, write_csv(HEADER, [ROW]), key=key)
        batch = ImportBatch.objects.latest("pk")
        client.post(address("import_columns", call, batch.uid), batch.mapping)
        if key == "k1":
            client.post(address("import_apply", call, batch.uid))
    text = client.get(address("import_batch", call, batch.uid)).content.decode()
    assert "Nothing to apply: everything is as in the table." in text
    assert "look at it, then apply it" not in text


def test_columns_page_says_that_formulas_are_refused(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    upload(client, call, write_csv(HEADER, [ROW]).replace(b"Civil Engineering", b"=SUM(A1)"))
    batch = ImportBatch.objects.get()
    text = client.get(address("import_columns", call, batch.uid)).content.decode()
    assert "In a chosen column it is refused." in text
    assert "kept as text" not in text


def test_upload_sent_twice_makes_one_import(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    for _time in range(2):
        upload(client, call, write_csv(HEADER, [ROW]))
    assert ImportBatch.objects.count() == 1


def test_refused_file_says_why_on_the_page(call: Call, elif_: Any, signed_in: Any) -> None:
    answer = upload(signed_in(elif_), call, b"<html></html>", "liste.xlsx")
    assert answer.status_code == 422
    assert "a web page" in answer.content.decode()


def test_missing_number_column_is_asked_for(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    upload(client, call, write_csv(["Kimlik", *HEADER[1:]], [ROW]))
    batch = ImportBatch.objects.get()
    answer = client.post(address("import_columns", call, batch.uid), batch.mapping)
    assert answer.status_code == 422
    assert "rows are matched by it" in answer.content.decode()


def test_import_put_aside_writes_nothing(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    upload(client, call, write_csv(HEADER, [ROW]))
    batch = ImportBatch.objects.get()
    client.post(address("import_columns", call, batch.uid), batch.mapping)
    client.post(address("import_discard", call, batch.uid))
    client.post(address("import_apply", call, batch.uid))
    assert not Application.objects.exists()


def test_sample_sheet_can_be_read_back(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    sheet = client.get(address("import_sample", call, "portal")).content
    table = read_table(sheet, "sample.xlsx")
    assert table.header[:2] == ("Portal number", "Student number")
    upload(client, call, sheet, "sample.xlsx")
    batch = ImportBatch.objects.get()
    client.post(address("import_columns", call, batch.uid), batch.mapping)
    batch.refresh_from_db()
    assert batch.counts["create"] == 1


def test_waiting_import_stands_in_the_queue(call: Call, elif_: Any, signed_in: Any) -> None:
    client = signed_in(elif_)
    upload(client, call, write_csv(HEADER, [ROW]))
    assert "Table to import: liste.csv" in client.get("/start/").content.decode()


def test_only_staff_of_the_whole_office_import(
    call: Call, ayse: Any, mert: Any, nadia: Any, omar: Any, signed_in: Any
) -> None:
    for stranger in (ayse, mert, nadia, omar):
        assert signed_in(stranger).get(address("imports", call)).status_code == 404
    assert Client().get(address("imports", call)).status_code == 302


def test_preview_page_costs_the_same_for_few_and_many_rows(call: Call, elif_: Any, signed_in: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in(elif_), []
    for size in (3, 150):
        rows = [[f"20{n:08d}", *ROW[1:]] for n in range(size)]
        upload(client, call, write_csv(HEADER, rows), key=f"k{size}")
        batch = ImportBatch.objects.latest("pk")
        client.post(address("import_columns", call, batch.uid), batch.mapping)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address("import_batch", call, batch.uid))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
