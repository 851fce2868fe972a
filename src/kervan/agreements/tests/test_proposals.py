"""Proposals of departments and the bodies that decide: who may, what becomes of them, who hears."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.agreements import retention, services
from kervan.agreements.models import Agreement, ApprovalBody, Proposal, ProposalState
from kervan.core.models import Notice, Office
from kervan.institutions.models import Institution, Partner

SignedIn = Callable[[Any], Client]


@pytest.fixture
def krakow(db: None) -> Institution:
    return Institution.objects.create(name="Uniwersytet Jagielloński", country="PL", erasmus_code="PL KRAKOW01")


@pytest.fixture
def proposal(office: Office, mert: Any, units: SimpleNamespace, krakow: Institution) -> Proposal:
    return services.proposals.submit(
        office.pk,
        made_by=mert.person,
        actor=mert,
        institution=krakow,
        kind="erasmus_iia",
        unit=units.engineering,
        purpose="Both teach in English.",
        people_per_year=2,
        fields=["0732"],
        contact="Jan Kowalski",
    )


@pytest.fixture
def unlisted(office: Office, mert: Any, krakow: Institution) -> Proposal:
    values = {"institution": None, "institution_name": "Jagiellon", "kind": "mou", "purpose": "To begin with."}
    return services.proposals.submit(office.pk, made_by=mert.person, actor=mert, **values)


def url(name: str, row: Any) -> str:
    return reverse(f"agreements:{name}", args=[row.uid])


def state_of(row: Proposal) -> str:
    row.refresh_from_db()
    return row.state


def codes_for(user: Any) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("code", flat=True))


def form_of(**more: str) -> dict[str, str]:
    return {"kind": "bilateral", "purpose": "We know them.", "fields_of_study": "0732", "people_per_year": "3", **more}


def test_a_coordinator_hands_a_proposal_in_once(signed_in: SignedIn, mert: Any, elif_: Any, krakow: Any) -> None:
    client, address = signed_in(mert), f"{reverse('agreements:proposal_new')}?institution={krakow.uid}"
    for _time in range(2):
        client.post(address, form_of(idempotency_key="once"))
    row = Proposal.objects.get()
    assert (row.made_by, row.institution, row.fields, row.state) == (mert.person, krakow, ["0732"], "submitted")
    assert codes_for(elif_) == ["proposal.handed_in"]
    assert "The office: takes it up or answers." in client.get(url("proposal", row)).content.decode()


def test_a_coordinator_chooses_among_own_units(
    signed_in: SignedIn, mert: Any, krakow: Any, units: SimpleNamespace
) -> None:
    address = f"{reverse('agreements:proposal_new')}?institution={krakow.uid}"
    page = signed_in(mert).get(address).content.decode()
    assert units.engineering.uid in page
    assert units.education.uid not in page


def test_a_university_that_is_not_in_the_directory_is_named(signed_in: SignedIn, mert: Any) -> None:
    client, address = signed_in(mert), f"{reverse('agreements:proposal_new')}?institution=none"
    assert "This field is required" in client.post(address, form_of()).content.decode()
    client.post(address, form_of(institution_name="Jagiellon"))
    assert Proposal.objects.get().institution_name == "Jagiellon"


def test_no_agreement_with_ourselves(office: Office, mert: Any) -> None:
    from kervan.core.errors import NotPossible

    with pytest.raises(NotPossible, match="own university"):
        services.proposals.submit(
            office.pk, made_by=mert.person, actor=mert, institution=Institution.objects.get(office=office), kind="mou"
        )


def test_taken_up_it_becomes_a_partner_and_a_draft(
    signed_in: SignedIn, elif_: Any, mert: Any, proposal: Proposal, krakow: Institution
) -> None:
    answer = signed_in(elif_).post(url("proposal_take_up", proposal), {"reference": "2026-007"})
    agreement = Agreement.objects.get()
    assert answer.headers["Location"] == reverse("agreements:page", args=[agreement.uid])
    assert Partner.objects.get().institution == krakow
    assert agreement.responsible == elif_
    lines = agreement.versions.get().conditions.order_by("-direction")
    assert [(one.direction, one.people_per_year, one.unit, one.fields) for one in lines] == [
        ("outgoing", 2, proposal.unit, ["0732"]),
        ("incoming", 2, proposal.unit, ["0732"]),
    ]
    assert state_of(proposal) == ProposalState.TAKEN_UP
    assert codes_for(mert) == ["proposal.taken_up"]
    page = signed_in(mert).get(url("proposal", proposal)).content.decode()
    assert "The office has taken it up." in page
    assert "This agreement is a draft." in page


def test_whoever_proposed_hears_that_it_is_in_force(elif_: Any, mert: Any, proposal: Proposal) -> None:
    agreement = services.proposals.take_up(proposal, reference="2026-007", actor=elif_)
    services.record_in_force(agreement, document="Paper", date=date(2026, 3, 1), actor=elif_)
    assert codes_for(mert) == ["proposal.taken_up", "proposal.in_force"]


def test_a_name_is_looked_up_when_it_is_taken_up(
    signed_in: SignedIn, elif_: Any, unlisted: Proposal, krakow: Institution
) -> None:
    client, address = signed_in(elif_), url("proposal_take_up", unlisted)
    assert "Uniwersytet Jagielloński" in client.get(address).content.decode()
    refused = client.post(address, {"reference": "2026-008"}).content.decode()
    assert "Choose which university of the directory this is." in refused
    client.post(address, {"reference": "2026-008", "institution": krakow.uid})
    assert state_of(unlisted) == ProposalState.TAKEN_UP
    assert unlisted.institution == krakow


def test_a_question_goes_back_and_forth(signed_in: SignedIn, elif_: Any, mert: Any, proposal: Proposal) -> None:
    signed_in(elif_).post(url("proposal_question", proposal), {"text": "For which level?"})
    assert state_of(proposal) == ProposalState.RETURNED
    client = signed_in(mert)
    assert "The office asks: For which level?" in client.get(url("proposal", proposal)).content.decode()
    client.post(url("proposal_edit", proposal), form_of(purpose="For masters.", version=str(proposal.version)))
    assert state_of(proposal) == ProposalState.SUBMITTED
    assert codes_for(mert) == ["proposal.returned"]
    assert codes_for(elif_) == ["proposal.handed_in"] * 2


def test_a_stale_change_shows_both_versions(signed_in: SignedIn, mert: Any, proposal: Proposal) -> None:
    page = signed_in(mert).post(url("proposal_edit", proposal), form_of(purpose="Mine", version="0")).content.decode()
    assert "Both versions" in page
    assert "Both teach in English." in page
    assert "Mine" in page


def test_declined_the_reason_is_read(signed_in: SignedIn, elif_: Any, mert: Any, proposal: Proposal) -> None:
    signed_in(elif_).post(url("proposal_decline", proposal), {"text": "They closed."})
    assert "Reason: They closed." in signed_in(mert).get(url("proposal", proposal)).content.decode()
    answer = signed_in(elif_).post(url("proposal_take_up", proposal), {"reference": "x"}).content.decode()
    assert "not possible any more" in answer
    assert not Agreement.objects.exists()


def test_taken_back_by_whoever_made_it(signed_in: SignedIn, mert: Any, elif_: Any, proposal: Proposal) -> None:
    assert signed_in(elif_).post(url("proposal_withdraw", proposal)).status_code == 404
    signed_in(mert).post(url("proposal_withdraw", proposal))
    assert state_of(proposal) == ProposalState.WITHDRAWN


@pytest.mark.parametrize("name", ["proposal_take_up", "proposal_question", "proposal_decline"])
def test_a_coordinator_does_not_answer(signed_in: SignedIn, mert: Any, proposal: Proposal, name: str) -> None:
    assert signed_in(mert).post(url(name, proposal), {"text": "x"}).status_code == 404


@pytest.mark.parametrize("who", ["ayse", "nadia"])
def test_others_find_nothing(signed_in: SignedIn, request: Any, proposal: Proposal, who: str) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert client.get(url("proposal", proposal)).status_code == 404
    assert client.get(reverse("agreements:proposals")).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(
    signed_in: SignedIn, elif_: Any, mert: Any, proposal: Proposal, django_assert_max_num_queries: Any
) -> None:
    client, address = signed_in(elif_), reverse("agreements:proposals")
    for _number in range(3):
        services.proposals.submit(
            proposal.office_id, made_by=mert.person, actor=mert, institution_name="X", kind="mou", purpose="y"
        )
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert "Uniwersytet Jagielloński" in page


def test_erased_a_person_takes_along_whom_they_knew(office: Office, mert: Any, proposal: Proposal) -> None:
    assert list(retention.last_needed(office.pk, date(2026, 1, 1))) == [mert.person.pk]
    retention.erase([mert.person])
    proposal.refresh_from_db()
    assert (proposal.contact, proposal.purpose) == ("", "Both teach in English.")


def test_the_head_keeps_the_bodies(signed_in: SignedIn, leyla: Any, elif_: Any) -> None:
    client = signed_in(leyla)
    for _time in range(2):
        client.post(reverse("agreements:bodies_usual"))
    rows = ApprovalBody.objects.order_by("position")
    assert [one.name_tr for one in rows] == ["Bölüm kurulu", "Fakülte kurulu", "Senato", "Rektörlük"]
    senate = rows[2]
    values = {"name_en": "Senate", "name_tr": "Senato", "position": "3", "kinds": ["double_degree"], "version": "1"}
    client.post(url("body", senate), values)
    senate.refresh_from_db()
    assert (senate.kinds, senate.is_active) == (["double_degree"], False)
    assert "Both versions" in client.post(url("body", senate), values).content.decode()
    assert signed_in(elif_).post(url("body", senate), values).status_code == 404
    assert "Senate" in signed_in(elif_).get(reverse("agreements:bodies")).content.decode()


def test_after_midnight_list_and_page_say_the_same_day(signed_in: SignedIn, elif_: Any, proposal: Proposal) -> None:
    with time_machine.travel("2026-11-25 23:30Z", tick=False):
        Proposal.objects.filter(pk=proposal.pk).update(made_at=timezone.now())
        client = signed_in(elif_)
        assert "26 Nov 2026" in client.get(reverse("agreements:proposals")).text
        assert "26 November 2026" in client.get(url("proposal", proposal)).text
