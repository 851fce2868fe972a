"""Pages of fact sheets: the office fills them in, partners' and ours; the public reads what is published; the PDF."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from kervan.core.models import Office
from kervan.institutions import fact_files
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.services import fact_sheets

OWN, EDIT, PUBLIC = "/office/fact-sheet/", "/office/fact-sheet/edit/", "/fact-sheet/"
SignedIn = Callable[[Any], Client]


@pytest.fixture
def partner(office: Office) -> Partner:
    vienna = Institution.objects.create(name="Universität Wien", country="AT", erasmus_code="A WIEN01")
    return Partner.objects.create(office=office, institution=vienna)


@pytest.fixture
def published(office: Office) -> FactSheet:
    return FactSheet.objects.create(
        office=office,
        is_published=True,
        nomination_autumn="05-15",
        autumn_from=date(2027, 9, 20),
        academic_year=2027,
        housing_en="A room costs **200 EUR**. <script>alert(1)</script>",
        visa_tr="Öğrenci vizesi gerekir.",
        website="https://exchange.example/",
    )


def test_the_office_fills_in_our_sheet_and_everybody_reads_it(signed_in: SignedIn, elif_: Any, client: Client) -> None:
    elif_client = signed_in(elif_)
    assert "Nothing is filled in yet." in elif_client.get(OWN).content.decode()
    values = {"version": "1", "nomination_autumn": "15 May", "housing_en": "A hall.", "is_published": "on"}
    assert elif_client.post(EDIT, values).headers["Location"] == OWN
    page = elif_client.get(OWN).content.decode()
    assert "1 of 10 sections are filled; missing: Term dates, Languages, Requirements, Housing," in page
    assert "Elif Kaya" in page
    assert "A hall." in client.get(PUBLIC).content.decode()


def test_looking_at_an_empty_sheet_makes_none(signed_in: SignedIn, elif_: Any, partner: Partner) -> None:
    client = signed_in(elif_)
    for url in (OWN, EDIT, reverse("institutions:fact_sheet_edit", args=[partner.uid])):
        assert client.get(url).status_code == 200
    assert not FactSheet.objects.exists()


def test_a_wrong_day_is_named_and_everything_typed_stays(signed_in: SignedIn, elif_: Any) -> None:
    page = signed_in(elif_).post(EDIT, {"version": "1", "nomination_autumn": "mid May", "housing_en": "A hall."})
    text = page.content.decode()
    assert "“mid May” is no day of the year. Write it like 15 May or 15.05." in text
    assert 'value="mid May"' in text
    assert "A hall." in text


def test_a_stale_save_shows_both_versions_and_saves_nothing(signed_in: SignedIn, elif_: Any, office: Office) -> None:
    sheet = fact_sheets.sheet_of(office.pk, None)
    fact_sheets.save(sheet, 1, {"housing_en": "Theirs."}, actor=None)
    client = signed_in(elif_)
    text = client.post(EDIT, {"version": "1", "housing_en": "Mine."}).content.decode()
    assert "Somebody else saved in the meantime" in text
    assert "Theirs." in text
    assert 'name="version" value="2"' in text
    assert FactSheet.objects.get().housing_en == "Theirs."
    client.post(EDIT, {"version": "2", "housing_en": "Mine."})
    assert FactSheet.objects.get().housing_en == "Mine."


@pytest.mark.parametrize("version", ["", "x", "²", "9" * 30])
def test_a_broken_version_counts_as_stale(signed_in: SignedIn, elif_: Any, version: str) -> None:
    assert "Somebody else saved" in signed_in(elif_).post(EDIT, {"version": version}).content.decode()


def test_the_public_page_speaks_the_readers_language_and_marks_the_other(client: Client, published: FactSheet) -> None:
    with time_machine.travel(date(2026, 11, 25)):
        text = client.get(PUBLIC).content.decode()
    assert "next time Saturday, 15 May 2027" in text
    assert "<strong>200 EUR</strong>" in text
    assert "<script>alert" not in text
    assert '<div lang="tr">' in text
    assert 'href="/fact-sheet/en.pdf"' in text


def test_what_is_not_published_is_not_read(client: Client, office: Office, published: FactSheet) -> None:
    FactSheet.objects.update(is_published=False)
    text = client.get(PUBLIC).content.decode()
    assert "The fact sheet is not public yet." in text
    assert "200 EUR" not in text
    assert client.get("/fact-sheet/en.pdf").status_code == 404


def test_a_partners_sheet_is_public_only_where_both_are(client: Client, partner: Partner) -> None:
    url = reverse("institutions:partner_facts", args=[partner.institution.uid])
    sheet = FactSheet.objects.create(office=partner.office, partner=partner, housing_en="Dormitory.")
    assert client.get(url).status_code == 404
    about = reverse("institutions:page", args=[partner.institution.uid])
    assert url not in client.get(about).content.decode()
    FactSheet.objects.filter(pk=sheet.pk).update(is_published=True)
    assert "Dormitory." in client.get(url).content.decode()
    assert url in client.get(about).content.decode()
    Partner.objects.update(is_public=False)
    assert client.get(url).status_code == 404


def test_a_coordinator_reads_and_does_not_write(signed_in: SignedIn, mert: Any, partner: Partner) -> None:
    client = signed_in(mert)
    url = reverse("institutions:fact_sheet", args=[partner.uid])
    page = client.get(url)
    assert page.status_code == 200
    assert "Fill in the fact sheet" not in page.content.decode()
    for name in ("fact_sheet_edit", "fact_sheet_confirm"):
        assert client.post(reverse(f"institutions:{name}", args=[partner.uid])).status_code == 404


def test_nobody_of_another_office_reads_a_partners_sheet(omar: Any, partner: Partner, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["uppsala.localhost"]
    client = Client(headers={"host": "uppsala.localhost"})
    client.force_login(omar)
    assert client.get(reverse("institutions:fact_sheet", args=[partner.uid])).status_code == 404


def test_confirming_needs_one_press(signed_in: SignedIn, elif_: Any, partner: Partner) -> None:
    with time_machine.travel(date(2026, 11, 25)):
        client = signed_in(elif_)
        client.post(reverse("institutions:fact_sheet_confirm", args=[partner.uid]))
        page = client.get(reverse("institutions:fact_sheet", args=[partner.uid])).content.decode()
    assert "Last confirmed on 25 November 2026." in page


def test_the_part_on_the_partners_page_is_a_page_without_script(
    signed_in: SignedIn, elif_: Any, partner: Partner
) -> None:
    client, url = signed_in(elif_), reverse("institutions:fact_sheet_part", args=[partner.uid])
    assert "<main" in client.get(url).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<main" not in part
    assert "0 of 10 sections are filled" in part


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_pdf_is_tagged_and_in_its_own_language(client: Client, published: FactSheet, language: str) -> None:
    with translation.override("tr" if language == "en" else "en"):
        answer = client.get(f"/fact-sheet/{language}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    content = answer.content
    assert content.startswith(b"%PDF-")
    assert f"/Lang({language})".encode() in content.replace(b"/Lang (", b"/Lang(")
    assert b"/MarkInfo" in content


def test_the_pdf_carries_the_address_of_the_page(
    published: FactSheet, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(fact_files.pdf, "compile_pdf", lambda template, data: seen.update(data) or b"")
    fact_files.as_pdf(published, office, "en", address="https://x.example/fact-sheet/", today=date(2026, 11, 25))
    assert seen["code"] == "https://x.example/fact-sheet/"
    assert seen["words"]["check"] == "State of 25 November 2026. The facts as they stand today:"
    assert seen["parts"][0]["rows"] == [["Nominations for autumn until", "15 May (next time Saturday, 15 May 2027)"]]


@pytest.mark.parametrize("url", [OWN, EDIT, PUBLIC])
def test_pages_cost_few_queries(signed_in: SignedIn, elif_: Any, published: FactSheet, url: str) -> None:
    client = signed_in(elif_)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    assert len(captured) <= 12
