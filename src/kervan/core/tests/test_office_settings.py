"""The card of the office: head and administrator keep it, everybody reads it in the foot of the site."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kervan.core.errors import Stale
from kervan.core.models import Event, Office
from kervan.core.services import office as services

URL = "/office/settings/"
SignedIn = Callable[[Any], Client]
CARD = {
    "name_en": "Bayburt University",
    "name_tr": "Bayburt Üniversitesi",
    "address_en": "Dede Korkut Campus, 69000 Bayburt, Türkiye",
    "address_tr": "Dede Korkut Külliyesi, 69000 Bayburt",
    "phone": "+90 458 000 00 00",
    "email": "int@bayburt.example",
    "website": "int.bayburt.example",
    "hours_en": "Monday to Friday, 09:00 to 17:00",
    "hours_tr": "Hafta içi 09.00-17.00",
}


def test_the_head_keeps_the_card_and_the_foot_shows_it(signed_in: SignedIn, leyla: Any, office: Office) -> None:
    client = signed_in(leyla)
    assert client.post(URL, CARD | {"version": "1"}).headers["Location"] == URL
    office.refresh_from_db()
    assert (office.version, office.website) == (2, "https://int.bayburt.example")
    assert "Card of the office changed (7 fields)" in client.get(URL).content.decode()
    foot = Client().get("/calls/").content.decode().split("<footer")[1]
    for name in ("address_en", "phone", "email", "hours_en"):
        assert CARD[name] in foot
    turkish = Client(headers={"accept-language": "tr"}).get("/calls/").content.decode().split("<footer")[1]
    assert CARD["address_tr"] in turkish
    assert CARD["hours_tr"] in turkish


def test_saving_without_a_change_leaves_no_trace(office: Office, leyla: Any) -> None:
    services.change_office(office, 1, {"name_en": office.name_en}, actor=leyla)
    assert not Event.objects.exists()


def test_a_stale_save_shows_both_versions(signed_in: SignedIn, leyla: Any, office: Office) -> None:
    services.change_office(office, 1, {"phone": "11111"}, actor=leyla)
    text = signed_in(leyla).post(URL, CARD | {"version": "1", "phone": "22222"}).content.decode()
    assert "Somebody else saved in the meantime" in text
    assert "11111" in text
    assert "22222" in text
    assert Office.objects.get(pk=office.pk).phone == "11111"
    with pytest.raises(Stale):
        services.change_office(office, 1, {"phone": "3"}, actor=leyla)


def test_what_is_no_telephone_number_is_named(signed_in: SignedIn, leyla: Any) -> None:
    text = signed_in(leyla).post(URL, CARD | {"version": "1", "phone": "call <b>us</b>"}).content.decode()
    assert "A telephone number holds digits" in text
    assert "<b>us</b>" not in text


def test_only_head_and_administrator_open_it(
    signed_in: SignedIn, elif_: Any, mert: Any, deniz: Any, admin: Any
) -> None:
    assert signed_in(admin).get(URL).status_code == 200
    assert [signed_in(user).get(URL).status_code for user in (elif_, mert, deniz)] == [404, 404, 404]


def test_a_field_that_is_none_of_the_card_is_our_mistake(office: Office) -> None:
    with pytest.raises(ValueError, match="is_demo"):
        services.change_office(office, 1, {"is_demo": True}, actor=None)
