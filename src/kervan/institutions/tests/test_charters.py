"""A newer list of charters: what it changes is shown first; withdrawn charters are flagged where they matter."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office, SheetImport
from kervan.core.rules.table_files import write_xlsx
from kervan.institutions import effects
from kervan.institutions.models import Institution, Partner
from kervan.institutions.rules.charters import standing_of_missing
from kervan.institutions.services import charters, load_directory
from kervan.institutions.services.partners import partner_of
from kervan.institutions.tests.test_imports import LIST, WARSAW, listed

SignedIn = Callable[[Any], Client]
DAY = date(2026, 11, 1)
PRAGUE = "103,CZ PRAHA07,999923434,,Univerzita Karlova,,,Praha,CZ,cuni.cz,2021-01-01,2029-12-31"
OSLO = "104,N OSLO01,999975814,,Universitetet i Oslo,,,Oslo,NO,uio.no,2021-01-01,2029-12-31"


def upload(office: Office, *rows: str, actor: Any) -> SheetImport:
    return charters.upload(office, name="list.csv", content=listed(*rows), of_day=DAY, actor=actor)


@pytest.fixture
def directory(office: Office, elif_: Any) -> Partner:
    """Warsaw, our partner, and Prague are in the directory."""
    charters.apply(upload(office, WARSAW, PRAGUE, actor=elif_), is_whole=True, actor=elif_)
    return partner_of(office.pk, Institution.objects.get(pic="999572294"), actor=elif_)


@pytest.fixture
def one_effect() -> Iterator[None]:
    def source(office_id: int, keys: Any) -> list[effects.Effect]:
        return [effects.Effect(key, "Agreement TR-1", "/office/agreements/x/") for key in keys]

    effects.register(source)
    yield
    effects._sources.remove(source)


@pytest.mark.parametrize(
    ("until", "expected"), [(date(2029, 1, 1), "gone"), (DAY, "gone"), (date(2026, 10, 31), "ended"), (None, "ended")]
)
def test_a_charter_that_ran_out_is_not_withdrawn(until: date, expected: str) -> None:
    assert standing_of_missing(until, DAY) == expected


def test_nothing_changes_before_the_list_is_applied(office: Office, directory: Partner, elif_: Any) -> None:
    renamed = PRAGUE.replace("Univerzita Karlova", "Charles University")
    sheet = upload(office, renamed, OSLO, actor=elif_)
    assert sheet.counts == {"new": 1, "changed": 1, "gone": 1, "back": 0, "refused": 0, "unchanged": 0}
    assert sheet.preview["changed"][0]["fields"] == {"name": ("Univerzita Karlova", "Charles University")}
    assert Institution.objects.filter(pic__isnull=False).count() == 2
    assert not Institution.objects.filter(charter_gone_on__isnull=False).exists()


def test_applied_the_charter_is_gone_and_back_with_a_later_list(office: Office, directory: Partner, elif_: Any) -> None:
    sheet = charters.apply(upload(office, PRAGUE, OSLO, actor=elif_), is_whole=True, actor=elif_)
    assert Institution.objects.get(pic="999572294").charter_gone_on == DAY
    event = Event.objects.filter(kind="institution.list_imported").last()
    assert (event.values["gone"], event.values["created"]) == (["999572294"], 1)
    with pytest.raises(NotPossible, match="applied or put aside"):
        charters.apply(sheet, is_whole=True, actor=elif_)
    charters.apply(upload(office, WARSAW, PRAGUE, OSLO, actor=elif_), is_whole=True, actor=elif_)
    assert Institution.objects.get(pic="999572294").charter_gone_on is None
    again = upload(office, WARSAW, PRAGUE, OSLO, actor=elif_)
    assert again.counts == {"new": 0, "changed": 0, "gone": 0, "back": 0, "refused": 0, "unchanged": 3}


def test_a_part_of_the_list_is_not_taken_for_the_whole(office: Office, directory: Partner, elif_: Any) -> None:
    sheet = upload(office, PRAGUE, actor=elif_)
    with pytest.raises(NotPossible, match="Very many charters"):
        charters.apply(sheet, is_whole=False, actor=elif_)
    assert Institution.objects.get(pic="999572294").charter_gone_on is None


def test_when_the_directory_changed_meanwhile_the_new_preview_is_shown(
    office: Office, directory: Partner, elif_: Any
) -> None:
    sheet = upload(office, WARSAW, PRAGUE, OSLO, actor=elif_)
    Institution.objects.filter(pic="999923434").update(city="Brno")
    now = charters.apply(sheet, is_whole=True, actor=elif_)
    assert (now.state, now.counts["changed"]) == ("preview", 1)
    assert not Institution.objects.filter(pic="999975814").exists()
    assert charters.apply(now, is_whole=True, actor=elif_).state == "applied"


def test_rows_that_cannot_be_used_are_named(office: Office, directory: Partner, elif_: Any) -> None:
    wrong = "105,X,12,,Nowhere,,,X,XX,,2021-01-01,2029-12-31"
    sheet = upload(office, WARSAW, PRAGUE, wrong, actor=elif_)
    assert sheet.preview["refused"] == [{"row": 4, "code": "pic_shape", "value": "12"}]


def sent(client: Client, content: bytes, name: str = "list.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("institutions:charter_lists"), {"table": file, "of_day": "2026-11-01", **more})


def test_the_pages_show_whom_it_touches_and_apply_by_a_button(
    office: Office, directory: Partner, one_effect: None, elif_: Any, mert: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    first = sent(client, listed(PRAGUE, OSLO), idempotency_key="k")
    again = sent(client, listed(PRAGUE, OSLO), idempotency_key="k")
    assert first["Location"] == again["Location"]
    page = client.get(first["Location"]).content.decode()
    assert "Our partners whose charter is withdrawn" in page
    assert "Agreement TR-1" in page and "Universitetet i Oslo" in page
    rows = client.get(first["Location"], {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert any("999572294" in row for row in rows)
    sheet = SheetImport.objects.latest("pk")
    client.post(reverse("institutions:charter_apply", args=[sheet.uid]))
    assert Institution.objects.get(pic="999572294").charter_gone_on is None
    client.post(reverse("institutions:charter_apply", args=[sheet.uid]), {"is_whole": "1"})
    start = client.get(reverse("core:start")).content.decode()
    assert "Partner without its charter" in start
    flagged = client.get(reverse("institutions:partners"), {"charter": "gone"}).context["listing"].rows
    assert [row for row, _cells, _notes in flagged] == [directory]
    assert signed_in(mert).get(first["Location"]).status_code == 404


def test_a_list_is_put_aside(office: Office, directory: Partner, elif_: Any, signed_in: SignedIn) -> None:
    sheet = upload(office, WARSAW, PRAGUE, OSLO, actor=elif_)
    signed_in(elif_).post(reverse("institutions:charter_discard", args=[sheet.uid]))
    assert SheetImport.objects.get(pk=sheet.pk).state == "discarded"
    assert not Institution.objects.filter(pic="999975814").exists()


def xlsx_bomb() -> bytes:
    """A workbook of a few kilobytes whose sheet unfolds to half a gigabyte."""
    plain = write_xlsx(["PIC"], [["1"]])
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name) if "sheet1" not in name else old.read(name) + b" " * 200_000_000
            new.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (lambda: b"", "list.xlsx", "empty"),
        (lambda: b"a,b\n1,2\n", "list.csv", "columns are missing"),
        (xlsx_bomb, "list.xlsx", "far too large"),
        (lambda: listed(*[WARSAW] * 20_001), "list.csv", "more than 20000 rows"),
        (lambda: b"MZ" + b"\0" * 500, "list.xlsx", "its content is"),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(
    make: Any, name: str, said: str, elif_: Any, signed_in: SignedIn
) -> None:
    page = sent(signed_in(elif_), make(), name)
    assert page.status_code == 422
    assert said in page.content.decode().replace(",", "").replace("\xa0", "")
    assert not SheetImport.objects.exists()


@pytest.mark.skipif(not LIST.exists(), reason="shared folder absent")
def test_the_real_list_changed_by_hand_shows_exactly_what_was_changed(office: Office, elif_: Any) -> None:
    load_directory()
    rows = CalamineWorkbook.from_path(LIST).get_sheet_by_index(0).to_python()
    header, body = [str(cell) for cell in rows[0]], [[str(cell) for cell in row] for row in rows[1:]]
    pic, city = header.index("PIC"), header.index("City")
    taken = {body[10][pic], body[500][pic]}
    body[20][city] = "Somewhere Else"
    body[21][header.index("Legal Name")] = "A new name"
    body.append([*body[0]])
    body[-1][pic], body[-1][header.index("Legal Name")] = "123456789", "New University"
    body[-1][header.index("Erasmus Code")] = "D NEUE01"
    changed = write_xlsx(header, [row for row in body if row[pic] not in taken])
    sheet = charters.upload(office, name="new.xlsx", content=changed, of_day=DAY, actor=elif_)
    assert {line["pic"] for line in sheet.preview["gone"]} == taken
    assert [line["pic"] for line in sheet.preview["new"]] == ["123456789"]
    fields = sorted(tuple(line["fields"]) for line in sheet.preview["changed"])
    assert fields == [("city",), ("name",)]
    charters.apply(sheet, is_whole=False, actor=elif_)
    assert Institution.objects.filter(charter_gone_on=DAY).count() == 2
