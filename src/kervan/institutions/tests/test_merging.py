"""Two entries of one university are joined: everything follows, nothing is lost, old addresses lead on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Note, Office
from kervan.institutions.models import Contact, FactSheet, Institution, Network, Partner, Visit
from kervan.institutions.selectors import partners as selectors
from kervan.institutions.services import contacts, merging, moving
from kervan.institutions.services.partners import partner_of

SignedIn = Callable[[Any], Client]


@pytest.fixture
def kept(db: None) -> Institution:
    return Institution.objects.create(
        name="Uniwersytet Warszawski", country="PL", city="Warszawa", pic="999572294", erasmus_code="PL WARSZAW01"
    )


@pytest.fixture
def gone(db: None) -> Institution:
    return Institution.objects.create(name="Universytet Warszawski", country="PL", website="https://uw.example")


def test_every_table_that_points_to_the_entry_follows(
    office: Office, other_office: Office, kept: Institution, gone: Institution, elif_: Any, omar: Any
) -> None:
    agreement = apps.get_model("agreements", "Agreement").objects.create(
        office=office, institution=gone, kind="ka131", reference="A-1"
    )
    theirs = partner_of(other_office.pk, gone, actor=omar)
    person = contacts.add(theirs, family_name="Nowak", actor=omar)
    both = Network.objects.create(office=office, name_en="N", name_tr="A", coordinator=gone)
    both.members.set([kept, gone])
    earlier = Institution.objects.create(name="UW", country="PL", merged_into=gone)
    merging.merge(kept, gone, values={"website": "https://uw.example"}, actor=elif_)
    for row in (agreement, theirs, both, earlier, gone, kept):
        row.refresh_from_db()
    assert (agreement.institution, theirs.institution, both.coordinator) == (kept, kept, kept)
    assert list(both.members.all()) == [kept]
    assert (gone.merged_into, earlier.merged_into, kept.website) == (kept, kept, "https://uw.example")
    assert "PL WARSZAW01".casefold()[3:6] in Contact.objects.get(pk=person.pk).search_key
    assert theirs.sort_key == kept.sort_key


def test_an_office_that_knew_both_gets_one_partner(
    office: Office, kept: Institution, gone: Institution, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    first, second = partner_of(office.pk, kept, actor=elif_), partner_of(office.pk, gone, actor=elif_)
    Partner.objects.filter(pk=second.pk).update(responsible=leyla)
    contacts.add(second, family_name="Nowak", actor=elif_)
    visit = Visit.objects.create(office=office, kind="fair", title="F", starts_on="2026-01-01", ends_on="2026-01-01")
    visit.partners.set([first, second])
    Note.objects.create(office=office, subject_type="partner", subject_uid=second.uid, text="Kind people")
    FactSheet.objects.create(office=office, partner=first, housing_en="Ours")
    FactSheet.objects.create(office=office, partner=second, housing_en="Dormitory")
    merging.merge(kept, gone, values={}, actor=elif_)
    only = Partner.objects.get()
    assert (only.pk, only.responsible, only.contacts.count(), only.visits.count()) == (first.pk, leyla, 1, 1)
    assert Note.objects.get().subject_uid == first.uid
    assert FactSheet.objects.get().housing_en == "Ours"
    assert Event.objects.about(first).last().values["fact_sheet"]["housing_en"] == "Dormitory"
    client = signed_in(elif_)
    old = client.get(reverse("institutions:partner", args=[second.uid]))
    assert old["Location"] == reverse("institutions:partner", args=[first.uid])
    directory = client.get(reverse("institutions:page", args=[gone.uid]))
    assert (directory.status_code, directory["Location"]) == (301, reverse("institutions:page", args=[kept.uid]))


def test_what_cannot_be_joined_is_refused_and_nothing_changes(
    office: Office, kept: Institution, gone: Institution, elif_: Any
) -> None:
    own = Institution.objects.get(office=office)
    with pytest.raises(NotPossible, match="university of an office"):
        merging.merge(kept, own, values={}, actor=elif_)
    with pytest.raises(NotPossible, match="two different"):
        merging.merge(kept, kept, values={}, actor=elif_)
    Institution.objects.filter(pk=gone.pk).update(pic="949999999")
    with pytest.raises(NotPossible, match="two universities"):
        merging.merge(kept, Institution.objects.get(pk=gone.pk), values={}, actor=elif_)
    assert not Institution.objects.filter(merged_into__isnull=False).exists()


def test_the_kept_entry_takes_the_pic_of_the_other_one(kept: Institution, gone: Institution, elif_: Any) -> None:
    merging.merge(gone, kept, values={}, actor=elif_)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (gone.pic, kept.pic, kept.merged_into) == ("999572294", None, gone)


def test_no_relation_is_forgotten() -> None:
    """A new table that points to a university or partner moves by itself; this list only shows what there is."""
    names = {f"{one.related_model._meta.label}.{one.field.name}" for one in moving.relations_of(Institution)}
    assert {
        "agreements.Agreement.institution",
        "institutions.Institution.merged_into",
        "institutions.Network.coordinator",
        "institutions.Network.members",
        "institutions.Partner.institution",
        "institutions.Unit.institution",
        "selection.Call.partner",
    } <= names
    names = {f"{one.related_model._meta.label}.{one.field.name}" for one in moving.relations_of(Partner)}
    assert {"institutions.Visit.partners", "institutions.Contact.partner", "agreements.PartnerLink.partner"} <= names


def test_pairs_are_suggested_within_a_country_but_never_two_accredited_ones(
    office: Office, kept: Institution, gone: Institution
) -> None:
    Institution.objects.create(name="Uniwersytet Warszawsky", country="PL", pic="111111111")
    Institution.objects.create(name="Uniwersytet Warszawski", country="CZ")
    pairs = selectors.duplicates(office.pk, "PL")
    assert (kept, gone) in pairs
    assert all(not (one.pic and other.pic) for one, other in pairs)
    assert selectors.duplicates(office.pk, "CZ") == []


def test_the_pages_show_both_side_by_side_and_ask_before_joining(
    office: Office, kept: Institution, gone: Institution, elif_: Any, mert: Any, signed_in: SignedIn
) -> None:
    client, url = signed_in(elif_), reverse("institutions:merge", args=[kept.uid, gone.uid])
    shown = client.get(reverse("institutions:duplicates"), {"country": "PL"}).content.decode()
    assert url in shown
    page = client.get(url).content.decode()
    assert "Universytet Warszawski" in page and "PL WARSZAW01" in page
    assert client.post(url, {}).context["form"].errors.keys() >= {"is_sure"}
    choices = dict.fromkeys(client.get(url).context["form"].differing(), "left")
    client.post(url, {**choices, "website": "right", "is_sure": "on"})
    kept.refresh_from_db()
    assert (kept.website, kept.name) == ("https://uw.example", "Uniwersytet Warszawski")
    assert signed_in(mert).get(reverse("institutions:duplicates")).status_code == 404


def test_the_own_university_of_another_office_is_not_changed(
    office: Office, other_office: Office, gone: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    theirs, _made = Institution.objects.update_or_create(
        office=other_office, defaults={"name": "Uppsala universitet", "country": "SE"}
    )
    url = reverse("institutions:merge", args=[theirs.uid, gone.uid])
    assert signed_in(elif_).post(url, {"name": "right", "is_sure": "on"}).status_code == 404
    theirs.refresh_from_db()
    gone.refresh_from_db()
    assert (theirs.name, gone.merged_into) == ("Uppsala universitet", None)
