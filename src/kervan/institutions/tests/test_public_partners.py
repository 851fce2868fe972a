"""What everybody sees of our partners: map, table, list, country pages, networks."""

import gzip
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kervan.core.models import Office
from kervan.institutions import public_kinds
from kervan.institutions.models import Contact, Institution, Network, Partner

URL = "/partners/"


def partner(office: Office, name: str, country: str, **values: Any) -> Partner:
    institution = Institution.objects.create(name=name, country=country, city="Kent")
    return Partner.objects.create(office=office, institution=institution, **values)


def names(page: Any) -> list[str]:
    return [str(row) for row, _cells, _notes in page.context["listing"].rows]


@pytest.fixture
def world(office: Office, other_office: Office) -> None:
    partner(office, "Uniwersytet Łódzki", "PL")
    partner(office, "Uniwersytet Gdański", "PL")
    partner(office, "University of Malta", "MT")
    partner(office, "Hidden University", "DE", is_public=False)
    partner(office, "Prospect University", "FR", state="prospect")
    partner(other_office, "Their University", "ES")


def test_the_map_shades_countries_and_the_table_says_the_same(client: Client, world: None) -> None:
    page = client.get(URL)
    text = page.content.decode()
    assert [(row.code, row.count, row.shade) for row in page.context["map"].countries] == [("MT", 1, 1), ("PL", 2, 2)]
    assert '<a href="/partners/PL/" aria-label="Poland: 2"><title>Poland: 2</title>' in text
    assert text.count('href="/partners/PL/"') == 2
    assert "We work together with 3 universities in 2 countries." in text
    assert "style=" not in text.split("<main")[1].split("</main>")[0]


def test_a_small_state_is_listed_under_the_map(client: Client, world: None) -> None:
    page = client.get(URL)
    assert [row.code for row in page.context["map"].missing] == ["MT"]
    assert '<a href="/partners/MT/">Malta (1)</a>' in page.content.decode()


def test_only_active_public_partners_of_this_office_are_shown(client: Client, world: None) -> None:
    assert names(client.get(URL)) == ["University of Malta", "Uniwersytet Gdański", "Uniwersytet Łódzki"]
    assert names(client.get(f"{URL}DE/")) == []
    assert names(client.get(f"{URL}PL/")) == ["Uniwersytet Gdański", "Uniwersytet Łódzki"]
    assert client.get(f"{URL}XX/").status_code == client.get(f"{URL}pl/").status_code == 404


def test_a_search_puts_its_result_before_the_map(client: Client, world: None) -> None:
    page = client.get(URL, {"q": "lodzki"})
    assert names(page) == ["Uniwersytet Łódzki"]
    text = page.content.decode()
    assert text.index("Uniwersytet Łódzki") < text.index('id="map"')


def test_the_map_of_europe_is_an_address_of_its_own(client: Client, world: None) -> None:
    world_box, europe_box = (client.get(URL, {"view": view}).context["frame"] for view in ("world", "europe"))
    assert world_box != europe_box


def test_the_map_opens_where_the_partners_are(client: Client, office: Office, world: None) -> None:
    frames = {view: client.get(URL, {"view": view}).context["frame"] for view in ("world", "europe")}
    assert (
        client.get(URL).context["frame"] == client.get(URL, {"view": "nonsense"}).context["frame"] == frames["europe"]
    )
    partner(office, "Seoul University", "KR")
    assert client.get(URL).context["frame"] == frames["world"]


def test_an_office_without_partners_shows_no_empty_map(client: Client, office: Office) -> None:
    page = client.get(URL)
    assert page.status_code == 200
    assert 'id="map"' not in page.content.decode()
    assert "No partner university is shown yet." in page.content.decode()


def test_invented_partners_are_marked(client: Client, office: Office) -> None:
    partner(office, "Uniwersytet Łódzki", "PL", is_invented=True)
    assert ">Invented<" not in client.get(f"{URL}PL/").content.decode()
    Office.objects.update(is_demo=True)
    assert client.get(f"{URL}PL/").content.decode().count("invented") >= 1


def test_other_apps_bring_kinds_of_partnership(client: Client, world: None, monkeypatch: pytest.MonkeyPatch) -> None:
    has_contact = Exists(Contact.objects.filter(partner=OuterRef("pk")))
    monkeypatch.setattr(public_kinds, "kinds", [public_kinds.Kind("known", "We know somebody", lambda: has_contact)])
    malta = Partner.objects.get(institution__country="MT")
    Contact.objects.create(office=malta.office, partner=malta, family_name="Borg")
    assert names(client.get(URL, {"kind": "known"})) == ["University of Malta"]
    assert client.get(URL).content.decode().count("We know somebody") == 2
    monkeypatch.setattr(public_kinds, "narrowings", [lambda rows: rows.exclude(institution__country="MT")])
    assert "University of Malta" not in names(client.get(URL))


def test_networks_we_left_or_hide_are_not_shown(client: Client, office: Office) -> None:
    for name, values in (
        ("Alliance of the Silk Road", {}),
        ("Former network", {"left_on": date(2020, 1, 1)}),
        ("Secret network", {"is_public": False}),
    ):
        Network.objects.create(office=office, name_en=name, name_tr=name, **values)
    text = client.get(URL).content.decode()
    assert "Alliance of the Silk Road" in text
    assert "Former network" not in text
    assert "Secret network" not in text


def test_the_page_costs_the_same_for_few_and_for_many_and_stays_light(client: Client, office: Office) -> None:
    partner(office, "A", "PL")
    few = queries(client)
    for number, code in enumerate(("PL", "DE", "FR", "IT", "ES", "KZ", "US", "CN", "BR", "AU") * 8):
        partner(office, f"Universität {number}", code)
    assert queries(client) == few <= 12
    assert len(gzip.compress(client.get(URL).content)) < 60_000


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL).status_code == 200
    return len(captured)


def test_the_page_of_a_university_is_where_the_list_leads(client: Client, world: None) -> None:
    row = Institution.objects.get(name="Uniwersytet Łódzki")
    assert reverse("institutions:page", args=[row.uid]) in client.get(URL).content.decode()
