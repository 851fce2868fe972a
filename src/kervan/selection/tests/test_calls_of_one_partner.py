"""Calls limited to one partner, and to the kind of agreement that their rules are for."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.agreements.models import Agreement, Condition
from kervan.core.errors import NotPossible
from kervan.core.models import Office, PackVersion
from kervan.institutions.models import Institution
from kervan.selection.models import Call, Place
from kervan.selection.programmes import KINDS
from kervan.selection.selectors import offers
from kervan.selection.services import calls
from kervan.selection.states import CallState
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Office, units: SimpleNamespace) -> Call:
    """A draft with the places of Wien and Porto, limited to nobody."""
    return casting.draft_call(office)


def institution(name: str) -> Institution:
    return Institution.objects.get(name__icontains=name)


def condition(name: str) -> Condition:
    return Condition.objects.get(agreement_version__agreement__institution__name__icontains=name)


def limited(call: Call, name: str) -> Call:
    Call.objects.filter(pk=call.pk).update(partner=institution(name))
    call.refresh_from_db()
    return call


def test_only_lines_of_the_partner_are_offered_and_others_can_be_taken_off(call: Call) -> None:
    Place.objects.filter(condition=condition("porto")).delete()
    limited(call, "porto")
    assert {offer.institution for offer in offers.offers_of(call)} == {institution("wien"), institution("porto")}
    calls.offer_places(call, [calls.PlaceChoice(condition("wien"), "autumn", 0, 0, Decimal(5))], actor=None)
    assert {offer.institution for offer in offers.offers_of(call)} == {institution("porto")}


def test_a_place_elsewhere_is_refused_by_the_server_too(call: Call) -> None:
    Place.objects.all().delete()
    limited(call, "porto")
    with pytest.raises(NotPossible, match=r"only for .*Porto.*Wien"):
        calls.offer_places(call, [calls.PlaceChoice(condition("wien"), "spring", 1, 0, Decimal(5))], actor=None)
    calls.offer_places(call, [calls.PlaceChoice(condition("porto"), "spring", 1, 0, Decimal(5))], actor=None)
    assert Place.objects.count() == 1


def test_a_draft_with_places_elsewhere_is_not_announced(call: Call, office: Office) -> None:
    assert calls.problems_of(call, timezone.localdate()) == []
    limited(call, "porto")
    problems = calls.problems_of(call, timezone.localdate())
    assert problems == [f"The place at {institution('wien')} does not fit this call any more. Take it off."]


def test_a_line_of_another_kind_of_agreement_is_neither_shown_nor_taken(call: Call) -> None:
    Place.objects.all().delete()
    Agreement.objects.filter(institution=institution("wien")).update(kind="mevlana")
    assert {offer.institution for offer in offers.offers_of(call)} == {institution("porto")}
    with pytest.raises(NotPossible, match="another kind of agreement"):
        calls.offer_places(call, [calls.PlaceChoice(condition("wien"), "spring", 1, 0, Decimal(5))], actor=None)


@pytest.mark.parametrize(("direction", "kind"), [("incoming", "study"), ("outgoing", "teaching"), ("outgoing", "")])
def test_lines_of_staff_and_of_incoming_people_are_never_offered(call: Call, direction: str, kind: str) -> None:
    Place.objects.all().delete()
    Condition.objects.filter(pk=condition("wien").pk).update(direction=direction, kind=kind, days_per_year=10)
    assert {offer.institution for offer in offers.offers_of(call)} == {institution("porto")}
    with pytest.raises(NotPossible, match="students who go abroad to study"):
        calls.offer_places(call, [calls.PlaceChoice(condition("wien"), "spring", 1, 0, Decimal(5))], actor=None)


def test_every_shipped_programme_knows_its_kind_of_agreement(call: Call) -> None:
    assert set(PackVersion.objects.values_list("programme", flat=True)) == set(KINDS)


def draft(call: Call, **changes: str) -> dict[str, str]:
    return {
        "title_en": "For one partner",
        "title_tr": "Tek üniversite için",
        "pack_version": str(call.pack_version_id),
        "academic_year": str(call.academic_year),
        "door": "kervan",
        "opens_on": str(call.opens_on),
        "closes_on": str(call.closes_on),
        "max_wishes": "3",
        "waiver_days": "5",
        "mode": "reserve",
        "version": str(call.version),
        **changes,
    }


def test_the_form_keeps_the_partner_and_takes_it_away(
    signed_in: Callable[[Any], Client], elif_: Any, call: Call
) -> None:
    client, url = signed_in(elif_), reverse("selection:office_call_edit", args=[call.uid])
    answer = client.post(url, draft(call, partner=institution("porto").uid))
    assert answer.status_code == 302, answer.context["form"].errors
    call.refresh_from_db()
    assert call.partner == institution("porto")
    page = client.get(url).content.decode()
    assert f'value="{institution("porto").uid}" checked' in page
    assert 'name="partner" value=""><span>All partners' in page
    client.post(url, draft(call, partner=""))
    call.refresh_from_db()
    assert call.partner is None
    assert 'name="partner" value="" checked><span>All partners' in client.get(url).content.decode()


def test_without_script_a_university_is_found_and_nothing_is_saved(
    signed_in: Callable[[Any], Client], elif_: Any, call: Call
) -> None:
    client, url, version = signed_in(elif_), reverse("selection:office_call_edit", args=[call.uid]), call.version
    page = client.post(url, draft(call, title_en="", partner_find="porto", find="partner")).content.decode()
    assert f'value="{institution("porto").uid}"' in page
    assert 'role="alert"' not in page
    call.refresh_from_db()
    assert (call.title_en, call.version) == ("Erasmus+ studies 2026/27", version)


def test_a_university_without_places_for_students_is_refused_by_name(
    signed_in: Callable[[Any], Client], elif_: Any, call: Call
) -> None:
    nowhere = Institution.objects.create(name="Nowhere University", country="FR")
    url = reverse("selection:office_call_edit", args=[call.uid])
    page = signed_in(elif_).post(url, draft(call, partner=nowhere.uid)).content.decode()
    assert "No agreement in force with Nowhere University has places for students." in page


def test_the_public_reads_for_which_partner_a_call_is(client: Client, call: Call) -> None:
    limited(call, "porto")
    Call.objects.filter(pk=call.pk).update(state=CallState.ANNOUNCED)
    name = institution("porto").name
    assert f"You can go to: {name}" in client.get(reverse("selection:call", args=[call.uid])).content.decode()
    assert f"Only places at: {name}" in client.get(reverse("selection:calls")).content.decode()
