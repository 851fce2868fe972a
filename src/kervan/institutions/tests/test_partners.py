"""Partners: found or made, written down when no list knows them, handed over, shown to whom they belong."""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Notice, Office
from kervan.institutions.models import Contact, Institution, Partner, PartnerState
from kervan.institutions.selectors import partners as selectors
from kervan.institutions.services import contacts as contact_services
from kervan.institutions.services import partners as services

SignedIn = Callable[[Any], Client]


@pytest.fixture
def warsaw(db: None) -> Institution:
    return Institution.objects.create(
        name="Uniwersytet Warszawski",
        name_en="University of Warsaw",
        country="PL",
        city="Warszawa",
        erasmus_code="PL WARSZAW01",
        pic="999572452",
        charter_from=date(2021, 1, 1),
        charter_until=date(2027, 12, 31),
    )


@pytest.fixture
def partner(office: Office, warsaw: Institution, elif_: Any) -> Partner:
    return services.partner_of(office.pk, warsaw, actor=elif_)


def test_an_institution_becomes_a_partner_once(office: Office, warsaw: Institution, elif_: Any) -> None:
    first = services.partner_of(office.pk, warsaw, actor=elif_)
    again = services.partner_of(office.pk, warsaw, actor=elif_)
    assert (first.pk, Partner.objects.count()) == (again.pk, 1)
    assert list(Event.objects.about(first).values_list("kind", flat=True)) == ["partner.made"]
    assert first.sort_key == warsaw.sort_key


def test_two_offices_know_the_same_university_each_by_itself(
    office: Office, other_office: Office, warsaw: Institution, elif_: Any, omar: Any
) -> None:
    ours = services.partner_of(office.pk, warsaw, actor=elif_)
    theirs = services.partner_of(other_office.pk, warsaw, actor=omar)
    assert ours.pk != theirs.pk


def test_our_own_university_is_no_partner(office: Office, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="our own university"):
        services.partner_of(office.pk, Institution.objects.get(office=office), actor=elif_)


def test_a_stale_save_changes_nothing(partner: Partner, elif_: Any) -> None:
    services.change(partner, 1, actor=elif_, state=PartnerState.DORMANT)
    with pytest.raises(Stale):
        services.change(partner, 1, actor=elif_, state=PartnerState.PROSPECT)
    assert Partner.objects.get(pk=partner.pk).state == PartnerState.DORMANT


def test_names_that_are_nearly_the_same_are_found_in_their_country(warsaw: Institution) -> None:
    Institution.objects.create(name="Politechnika Warszawska", country="PL")
    Institution.objects.create(name="Uniwersytet Warszawski", country="CZ")
    assert selectors.alike("Warszawski Uniwersytet", "PL") == [warsaw]
    assert selectors.alike("university of warsaw", "PL") == [warsaw]
    assert selectors.alike("Uniwersytet Jagielloński", "PL") == []


def test_a_university_that_no_list_knows_is_written_down_after_a_look_at_those_like_it(
    warsaw: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    client, url = signed_in(elif_), reverse("institutions:university_new")
    typed = {"name": "Universytet Warszawski", "country": "PL", "city": "Warszawa", "website": "uw.example"}
    shown = client.post(url, typed)
    assert "Is it one of these?" in shown.content.decode()
    assert 'value="Universytet Warszawski"' in shown.content.decode()
    assert not Partner.objects.exists()
    saved = client.post(url, {**typed, "is_new": "1", "idempotency_key": "k"})
    again = client.post(url, {**typed, "is_new": "1", "idempotency_key": "k"})
    made = Partner.objects.get()
    assert (made.institution.name, made.institution.website) == ("Universytet Warszawski", "https://uw.example")
    assert saved["Location"] == again["Location"] == reverse("institutions:partner", args=[made.uid])


def test_a_university_of_the_directory_becomes_ours_by_a_button(
    warsaw: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    page = client.get(reverse("institutions:page", args=[warsaw.uid])).content.decode()
    assert "Make it our partner" in page
    answer = client.post(reverse("institutions:partner_new"), {"institution": warsaw.uid})
    made = Partner.objects.get()
    assert answer["Location"] == reverse("institutions:partner", args=[made.uid])
    assert (
        reverse("institutions:partner", args=[made.uid])
        in client.get(reverse("institutions:page", args=[warsaw.uid])).content.decode()
    )


def test_the_list_narrows_by_country_state_charter_and_colleague(
    office: Office, partner: Partner, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    kyiv = Institution.objects.create(name="Kyiv", country="UA")
    services.partner_of(office.pk, kyiv, actor=elif_)
    Partner.objects.filter(pk=partner.pk).update(responsible=leyla, state=PartnerState.DORMANT)
    client, url = signed_in(elif_), reverse("institutions:partners")

    def names(**query: str) -> list[str]:
        return [str(row) for row, _cells, _notes in client.get(url, query).context["listing"].rows]

    assert names() == ["Kyiv", "Uniwersytet Warszawski"]
    assert names(country="PL") == names(state="dormant") == names(charter="valid") == ["Uniwersytet Warszawski"]
    assert names(charter="without") == names(responsible="nobody") == ["Kyiv"]
    assert names(responsible=leyla.uid) == names(q="warsz") == names(q="WARSAW polonya") == ["Uniwersytet Warszawski"]
    assert names(contact="fresh") == []


def test_the_page_costs_the_same_for_one_and_for_many_contacts(
    partner: Partner, elif_: Any, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    client, url = signed_in(elif_), reverse("institutions:partner", args=[partner.uid])
    client.get(url)
    for number in range(20):
        contact_services.add(partner, family_name=f"Nowak{number}", actor=elif_)
    with django_assert_max_num_queries(14):
        page = client.get(url)
    assert page.context["contacts"][0]["row"].family_name == "Nowak0"


def test_a_partner_is_handed_over_with_a_reason_and_the_colleague_is_told(
    partner: Partner, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    client, url = signed_in(elif_), reverse("institutions:partner_hand_over", args=[partner.uid])
    assert client.post(url, {"to": leyla.uid, "reason": ""}).status_code == 200
    client.post(url, {"to": leyla.uid, "reason": "She speaks Polish"})
    partner.refresh_from_db()
    assert partner.responsible == leyla
    assert Notice.objects.filter(user=leyla).count() == 1


def test_whoever_may_not_sees_no_partner(
    partner: Partner, ayse: Any, mert: Any, rektor: Any, omar: Any, admin: Any, signed_in: SignedIn, settings: Any
) -> None:
    url = reverse("institutions:partner", args=[partner.uid])
    edit = reverse("institutions:partner_edit", args=[partner.uid])
    assert [signed_in(one).get(url).status_code for one in (mert, rektor, ayse, admin)] == [200, 200, 404, 404]
    assert [signed_in(one).get(edit).status_code for one in (mert, rektor)] == [404, 404]
    settings.ALLOWED_HOSTS = ["uppsala.localhost"]
    client = Client(SERVER_NAME="uppsala.localhost")
    client.force_login(omar)
    assert client.get(url).status_code == 404


def test_leadership_sees_the_partner_without_the_people(
    partner: Partner, rektor: Any, elif_: Any, signed_in: SignedIn
) -> None:
    contact_services.add(partner, family_name="Nowak", email="nowak@uw.example", actor=elif_)
    page = signed_in(rektor).get(reverse("institutions:partner", args=[partner.uid])).content.decode()
    assert "nowak@uw.example" not in page
    assert signed_in(rektor).get(reverse("institutions:contacts")).status_code == 404


def test_a_withdrawn_charter_is_said_on_the_page(partner: Partner, elif_: Any, signed_in: SignedIn) -> None:
    Institution.objects.filter(pk=partner.institution_id).update(charter_gone_on=date(2026, 4, 8))
    page = signed_in(elif_).get(reverse("institutions:partner", args=[partner.uid])).content.decode()
    assert "The charter was withdrawn" in page
    assert "Charter withdrawn" in page


def test_a_search_for_universities_saves_nothing_and_keeps_what_was_typed(
    partner: Partner, warsaw: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    client, url = signed_in(elif_), reverse("institutions:contact_new")
    page = client.post(url, {"find": "university", "university_find": "warsz", "family_name": "Nowak", "email": "x"})
    text = page.content.decode()
    assert 'value="Nowak"' in text
    assert "Enter a valid email" not in text
    assert f'value="{warsaw.uid}"' in text
    fragment = client.get(reverse("institutions:choose"), {"name": "university", "university_find": "warsz"})
    assert "<html" not in fragment.content.decode()
    assert f'type="radio" name="university" value="{warsaw.uid}"' in fragment.content.decode()
    assert not Contact.objects.exists()


def test_every_university_with_an_agreement_was_made_a_partner(office: Office, warsaw: Institution) -> None:
    apps.get_model("agreements", "Agreement").objects.create(
        office=office, institution=warsaw, kind="erasmus_iia", reference="A-1"
    )
    migration = importlib.import_module("kervan.agreements.migrations.0007_partners_of_agreements")
    for _run in range(2):
        migration.make_partners(apps, None)
    assert [(one.institution, one.sort_key) for one in Partner.objects.all()] == [(warsaw, warsaw.sort_key)]
