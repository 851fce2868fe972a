"""The public directory."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kervan.core.models import Office
from kervan.core.scope import VISITOR
from kervan.institutions import common_pages, services
from kervan.institutions.models import Institution

DIRECTORY = "/institutions/"


@pytest.fixture
def warsaw(db: None) -> Institution:
    return Institution.objects.create(
        name="Uniwersytet Warszawski",
        country="PL",
        city="Warszawa",
        erasmus_code="PL WARSZAW01",
        pic="999572294",
        website="https://www.uw.edu.pl",
        charter_from=date(2021, 1, 1),
        charter_until=date(2999, 12, 31),
    )


def names(client: Client, **parameters: str) -> list[str]:
    listing = client.get(DIRECTORY, parameters).context["listing"]
    return [row.name for row, _cells, _notes in listing.rows]


def test_a_visitor_searches_and_filters(client: Client, office: Office, warsaw: Institution) -> None:
    Institution.objects.create(name="SISLI MESLEK YUKSEKOKULU", country="TR")
    assert names(client, q="şişli") == ["SISLI MESLEK YUKSEKOKULU"]
    assert names(client, q="polonya") == names(client, q="Poland") == ["Uniwersytet Warszawski"]
    assert names(client, q="warszaw01") == names(client, charter="valid") == names(client, country="PL")
    assert names(client, country="PL") == ["Uniwersytet Warszawski"]
    assert names(client, charter="without") == ["Bayburt Üniversitesi", "SISLI MESLEK YUKSEKOKULU"]


def test_the_page_of_a_university_shows_codes_charter_and_a_safe_link(
    client: Client, office: Office, warsaw: Institution
) -> None:
    page = client.get(reverse("institutions:page", args=[warsaw.uid])).content.decode()
    assert "PL WARSZAW01" in page
    assert "The charter ends on 31 December 2999." in page
    assert 'href="https://www.uw.edu.pl" rel="noopener noreferrer external"' in page
    assert "/office/agreements/" not in page


def test_our_units_are_shown(client: Client, office: Office, units: Any) -> None:
    own = Institution.objects.get(office=office)
    page = client.get(reverse("institutions:page", args=[own.uid])).content.decode()
    assert "Faculty of Engineering" in page
    assert "Civil Engineering" in page


def test_whoever_works_with_agreements_gets_them_on_the_page(
    signed_in: Callable[[Any], Client], mert: Any, warsaw: Institution
) -> None:
    page = signed_in(mert).get(reverse("institutions:page", args=[warsaw.uid])).content.decode()
    assert f"/office/agreements/with/{warsaw.uid}/" in page


def test_an_unknown_university_is_not_there(client: Client, office: Office) -> None:
    assert client.get(reverse("institutions:page", args=["0123456789ab"])).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_all(client: Client, office: Office) -> None:
    before = queries(client)
    services.load_directory()
    assert queries(client) == before
    assert len(names(client)) == 50


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(DIRECTORY).status_code == 200
    return len(captured)


def test_the_global_search_finds_universities(office: Office, warsaw: Institution) -> None:
    assert [hit.title for hit in common_pages.hits(VISITOR, "warszaw")] == ["Uniwersytet Warszawski"]
