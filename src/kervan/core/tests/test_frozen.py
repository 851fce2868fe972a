"""Frozen tables: a list as it was on a day; it never changes again."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from kervan.core import list_files, outbox, storage
from kervan.core.models import Event, FrozenTable, Office, OutboxMessage

SignedIn = Callable[[Any], Client]
LIST = "/office/outbox/"


@pytest.fixture
def three(office: Office) -> None:
    for subject in ("Şule’s letter", "=1+1", "Other"):
        outbox.write_mail(office, to="a@b.example", subject=subject, body="B", language="en", dedupe_key=subject)


def freeze(client: Client, query: str = "", **more: str) -> Any:
    sent = {"list": "outbox", "path": LIST, "query": query, "title": "Mails of the year", "purpose": "The rectorate"}
    return client.post("/office/tables/freeze/", {**sent, **more})


def cells(content: bytes, sheet: int) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_a_frozen_table_keeps_the_rows_of_its_day(signed_in: SignedIn, three: None, elif_: Any) -> None:
    client = signed_in(elif_)
    assert (
        "3 rows are written into a file"
        in client.get(f"/office/tables/freeze/?list=outbox&path={LIST}").content.decode()
    )
    answer = freeze(client)
    table = FrozenTable.objects.get()
    assert answer["Location"] == f"/office/tables/{table.uid}/"
    OutboxMessage.objects.all().delete()
    page = client.get(answer["Location"]).content.decode()
    for words in ("Mails of the year", "The rectorate", "Şule’s letter", table.stored_file.sha256, "Elif Kaya"):
        assert words in page
    assert "Mails of the year" in client.get("/office/tables/").content.decode()


def test_both_files_are_those_of_the_checksums_and_hold_real_types(
    signed_in: SignedIn, three: None, elif_: Any, office: Office
) -> None:
    client = signed_in(elif_)
    freeze(client, "q=a@b.example")
    table = FrozenTable.objects.get()
    xlsx = client.get(f"/office/tables/{table.uid}/xlsx/").content
    csv = client.get(f"/office/tables/{table.uid}/csv/").content
    assert hashlib.sha256(xlsx).hexdigest() == table.stored_file.sha256
    assert hashlib.sha256(csv).hexdigest() == table.csv_file.sha256
    header, first = cells(xlsx, 0)[:2]
    assert header[:2] == ["Subject", "To"]
    assert [type(value).__name__ for value in first] == ["str", "str", "str", "float", "datetime", "str"]
    assert ["=1+1"] in [row[:1] for row in cells(xlsx, 0)], "a text stays a text"
    assert "'=1+1" in csv.decode("utf-8-sig")
    about = {row[0]: row[1] for row in cells(xlsx, 1)}
    assert about["Search"] == "a@b.example" and about["Office"] == office.name_en and about["Made by"] == "Elif Kaya"


def test_what_it_shows_is_said_in_the_readers_language(signed_in: SignedIn, three: None, elif_: Any) -> None:
    client = signed_in(elif_)
    freeze(client, "state=waiting")
    table = FrozenTable.objects.get()
    assert set(table.about) == {"en", "tr"}
    assert table.about["en"]["narrowed"] == [["State", "Waiting"]]
    assert table.about["en"]["order"] == "Written, descending"


def test_a_file_that_was_touched_is_refused_with_the_reason(signed_in: SignedIn, three: None, elif_: Any) -> None:
    client = signed_in(elif_)
    freeze(client)
    table = FrozenTable.objects.get()
    path = storage.path_of(table.csv_file)
    path.write_bytes(path.read_bytes() + b"x")
    assert "its checksum differs" in client.get(f"/office/tables/{table.uid}/").content.decode()
    answer = client.get(f"/office/tables/{table.uid}/csv/", follow=True)
    assert "its checksum differs" in answer.content.decode()
    path.unlink()
    assert "cannot be found" in client.get(f"/office/tables/{table.uid}/").content.decode()


def test_pressed_twice_it_is_one_table_with_one_event(signed_in: SignedIn, three: None, elif_: Any) -> None:
    client = signed_in(elif_)
    addresses = {freeze(client, idempotency_key="k")["Location"] for _press in range(2)}
    assert len(addresses) == 1 and FrozenTable.objects.count() == 1
    assert Event.objects.filter(kind="frozentable.freeze").count() == 1


def test_a_purpose_is_needed_and_what_was_typed_stays(signed_in: SignedIn, three: None, elif_: Any) -> None:
    page = freeze(signed_in(elif_), purpose="").content.decode()
    assert 'value="Mails of the year"' in page and not FrozenTable.objects.exists()


def test_too_long_a_list_is_refused(
    signed_in: SignedIn, three: None, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_files, "EXPORT_LIMIT", 2)
    assert "at most 2 rows" in freeze(signed_in(elif_)).content.decode()


@pytest.mark.parametrize(
    ("who", "reads", "freezes"),
    [("elif_", 200, 200), ("leyla", 200, 200), ("deniz", 200, 404), ("mert", 404, 404), ("ayse", 404, 404)],
)
def test_who_reads_and_who_freezes(
    who: str, reads: int, freezes: int, three: None, elif_: Any, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    freeze(signed_in(elif_))
    table = FrozenTable.objects.get()
    client = signed_in(request.getfixturevalue(who))
    pages = ["/office/tables/", f"/office/tables/{table.uid}/", f"/office/tables/{table.uid}/csv/"]
    assert [client.get(page).status_code for page in pages] == [reads] * 3
    assert client.get(f"/office/tables/freeze/?list=outbox&path={LIST}").status_code == freezes


def test_the_other_office_finds_nothing(three: None, signed_in: SignedIn, elif_: Any, omar: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    freeze(signed_in(elif_))
    client = Client(SERVER_NAME="uppsala.localhost")
    client.force_login(omar)
    assert client.get(f"/office/tables/{FrozenTable.objects.get().uid}/").status_code == 404


def test_an_export_is_a_file_with_an_about_sheet(signed_in: SignedIn, three: None, elif_: Any) -> None:
    answer = signed_in(elif_).get(f"{LIST}?format=xlsx&q=Other")
    assert answer["Content-Disposition"] == 'attachment; filename="outbox.xlsx"'
    content = answer.content
    assert len(content) == int(answer["Content-Length"])
    assert len(cells(content, 0)) == 2 and ["Search", "Other"] in [row[:2] for row in cells(content, 1)]


@pytest.mark.django_db
def test_a_large_file_is_sent_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_files, "AT_ONCE_BYTES", 10)
    file = BytesIO(b"x" * 100_000)
    answer: Any = list_files.download(file, name="Liste ş.csv", content_type="text/csv")
    assert answer.streaming and [len(piece) for piece in answer] == [65_536, 34_464]
    assert answer["Content-Length"] == "100000"
    answer.close()
    assert file.closed
