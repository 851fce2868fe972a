"""Imports of agreement lines in the workspace."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kervan.agreements.models import Agreement, Condition
from kervan.core.models import Office, SheetImport
from kervan.core.rules.table_files import write_csv
from kervan.institutions.models import Institution

HEADER = ("Erasmus code", "Partner", "ISCED", "Valid from", "Remark")
ROWS = [
    ("PL KRAKOW01", "Jagiellonian", "0611", "2026-09-01", "About <b>this</b>"),
    ("XX NOBODY01", "Nobody", "0611", "2026-09-01", ""),
    ("PL KRAKOW01", "Jagiellonian", "0311", "2026-09-01", "=1+1"),
]


@pytest.fixture
def krakow(db: None) -> Institution:
    return Institution.objects.create(name="Uniwersytet Jagielloński", country="PL", erasmus_code="PL KRAKOW01")


@pytest.fixture
def page(client: Client, elif_: Any, office: Office, krakow: Institution) -> Client:
    client.force_login(elif_)
    return client


def upload(page: Client, content: bytes | None = None, name: str = "lines.csv", key: str = "k1") -> Any:
    table = SimpleUploadedFile(name, write_csv(HEADER, ROWS) if content is None else content)
    return page.post(reverse("agreements:imports"), {"table": table, "idempotency_key": key})


def columns(**more: str) -> dict[str, str]:
    names = {"partner_code": "Erasmus code", "partner_name": "Partner", "fields": "ISCED", "valid_from": "Valid from"}
    chosen = {f"column_{code}": name for code, name in {**names, "remark": "Remark"}.items()}
    return {"whose": "another", "sample_of": "UJEP", "agreement_kind": "erasmus_iia", **chosen, **more}


def test_an_import_goes_from_upload_to_preview_to_drafts_and_back(page: Client) -> None:
    answer = upload(page)
    sheet = SheetImport.objects.get()
    assert answer.url == reverse("agreements:import_columns", args=[sheet.uid])
    chosen = page.get(answer.url)
    assert b"These do not look like ours" in chosen.content
    assert page.post(answer.url, columns())["Location"] == reverse("agreements:import", args=[sheet.uid])
    text = page.get(reverse("agreements:import", args=[sheet.uid])).content.decode()
    assert "XX NOBODY01" in text and "no university is invented" in text and "people a year" in text
    assert "&lt;b&gt;" in text and "<b>this</b>" not in text
    assert "Apply 1 row" in text and "The cell holds a formula" in text
    page.post(reverse("agreements:import_apply", args=[sheet.uid]))
    assert Agreement.objects.get().sample_of == "UJEP" and Condition.objects.count() == 1
    done = page.get(reverse("agreements:import", args=[sheet.uid])).content.decode()
    assert "Take back" in done
    page.post(reverse("agreements:import_undo", args=[sheet.uid]))
    assert not Agreement.objects.exists()
    assert page.get(reverse("agreements:import", args=[sheet.uid])).status_code == 200


@pytest.mark.parametrize("show", ["create", "refuse", "same", "missing", "nonsense"])
def test_rows_are_narrowed_by_what_they_do(page: Client, show: str) -> None:
    upload(page)
    sheet = SheetImport.objects.get()
    page.post(reverse("agreements:import_columns", args=[sheet.uid]), columns())
    answer = page.get(reverse("agreements:import", args=[sheet.uid]), {"show": show, "page": "99"})
    assert answer.status_code == 200


def test_the_same_upload_pressed_twice_is_kept_once(page: Client) -> None:
    assert upload(page).url == upload(page).url
    assert SheetImport.objects.count() == 1


def test_another_university_needs_a_name_and_what_was_chosen_stays(page: Client) -> None:
    url = upload(page).url
    answer = page.post(url, columns(sample_of=" "))
    assert answer.status_code == 422
    assert b"Write the name of the university" in answer.content


def test_a_missing_column_is_named(page: Client) -> None:
    url = upload(page).url
    answer = page.post(url, columns(column_valid_from=""))
    assert answer.status_code == 422 and b"from which day or year" in answer.content


@pytest.mark.parametrize(("name", "content"), [("a.csv", b""), ("a.xlsx", b"PK\x03\x04"), ("a.exe", b"MZ")])
def test_what_is_no_table_is_refused_at_the_file(page: Client, name: str, content: bytes) -> None:
    answer = upload(page, content or b" ", name)
    assert answer.status_code == 422 and not SheetImport.objects.exists()


def test_the_report_and_the_sample_are_tables(page: Client) -> None:
    upload(page)
    sheet = SheetImport.objects.get()
    page.post(reverse("agreements:import_columns", args=[sheet.uid]), columns())
    report = page.get(reverse("agreements:import_report", args=[sheet.uid])).content.decode("utf-8-sig")
    assert report.count("\n") >= 4 and "XX NOBODY01" in report
    assert page.get(reverse("agreements:import_sample")).content[:2] == b"PK"
    assert page.get(reverse("agreements:imports")).status_code == 200


def test_an_import_can_be_put_aside(page: Client) -> None:
    upload(page)
    sheet = SheetImport.objects.get()
    page.post(reverse("agreements:import_discard", args=[sheet.uid]))
    assert b"put aside" in page.get(reverse("agreements:import", args=[sheet.uid])).content


def test_only_the_office_imports(client: Client, office: Office, krakow: Institution, django_user_model: Any) -> None:
    stranger = django_user_model.objects.create(email="x@example.org")
    client.force_login(stranger)
    assert client.get(reverse("agreements:imports")).status_code in (302, 403, 404)


def test_the_list_keeps_samples_apart_and_says_what_a_draft_lacks(page: Client) -> None:
    upload(page)
    sheet = SheetImport.objects.get()
    page.post(reverse("agreements:import_columns", args=[sheet.uid]), columns())
    page.post(reverse("agreements:import_apply", args=[sheet.uid]))
    url = reverse("agreements:list")
    assert "Uniwersytet" not in page.get(url).content.decode()
    text = page.get(url, {"whose": "sample", "lacking": "incomplete"}).content.decode()
    assert "Uniwersytet" in text
    assert "Incomplete: people a year, direction, kind of stay, months or days a year, last day missing." in text
    assert page.get(url, {"whose": "sample", "format": "csv"}).status_code == 200
    Condition.objects.update(people_per_year=2, direction="outgoing", kind="study", months_per_year=10)
    text = page.get(url, {"whose": "sample"}).content.decode()
    assert "Incomplete: last day missing." in text


def test_an_applied_table_leads_to_the_drafts_it_made(page: Client) -> None:
    upload(page)
    sheet = SheetImport.objects.get()
    page.post(reverse("agreements:import_columns", args=[sheet.uid]), columns())
    address = reverse("agreements:import", args=[sheet.uid])
    assert "Look at the drafts" not in page.get(address).content.decode()
    page.post(reverse("agreements:import_apply", args=[sheet.uid]))
    link = re.search(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*Look at the drafts', page.get(address).content.decode(), re.S)
    assert link and "Uniwersytet" in page.get(html.unescape(link[1])).content.decode()
    only_missing = page.get(reverse("agreements:list"), {"lacking": "incomplete"}).content.decode()
    assert "Uniwersytet" in only_missing and "UJEP" in only_missing
    page.post(reverse("agreements:import_undo", args=[sheet.uid]))
    assert "Look at the drafts" not in page.get(address).content.decode()


def test_the_search_offers_to_ask(page: Client) -> None:
    answer = page.get(reverse("core:find"), {"q": "law poland"}).content.decode()
    assert reverse("agreements:ask") in answer
