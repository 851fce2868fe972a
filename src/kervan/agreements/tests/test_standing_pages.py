"""What the page of an agreement says while it waits, is sent, is renewed early, refused or terminated."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kervan.agreements import selectors, services, texts
from kervan.agreements.models import Agreement, AgreementVersion
from kervan.agreements.selectors import links
from kervan.agreements.services import LineValues, VersionValues, versions
from kervan.agreements.tests.partner_cast import Warsaw, make_contact, make_warsaw
from kervan.agreements.views import partner_parts
from kervan.core.models import Office

SignedIn = Callable[[Any], Client]
TODAY = "2026-11-25 09:00Z"


@pytest.fixture
def warsaw(office: Office, elif_: Any) -> Warsaw:
    return make_warsaw(office, elif_)


def page_of(client: Client, agreement: Agreement, query: str = "") -> str:
    return client.get(reverse("agreements:page", args=[agreement.uid]) + query).content.decode()


def newest(agreement: Agreement) -> AgreementVersion:
    version = selectors.versions_of(agreement)[0]
    version.agreement = agreement
    return version


def answer(version: AgreementVersion, *, ok: bool, actor: Any) -> None:
    versions.answer(version, is_accepted=ok, name="Rector", reason="Too few.", digest_seen=version.digest, actor=actor)


def put_in_force(agreement: Agreement, signed: date, actor: Any) -> None:
    version = newest(agreement)
    answer(version, ok=True, actor=actor)
    for side in ("ours", "partner"):
        versions.sign(version, side=side, name="R", signed_on=signed, digest_seen=version.digest, actor=actor)
    versions.put_in_force(version, actor=actor)


def renew(agreement: Agreement, begins: date, ends: date, actor: Any) -> None:
    services.start_version(agreement, reason="Goes on.", valid_from=begins, valid_until=ends, actor=actor)
    versions.propose(agreement, actor=actor)


def held(warsaw: Warsaw, actor: Any) -> Agreement:
    """In force since April 2024, until the end of September 2029."""
    put_in_force(warsaw.agreement, date(2024, 4, 1), actor)
    warsaw.agreement.refresh_from_db()
    return warsaw.agreement


def test_comments_on_a_former_version_stay_and_say_which(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    versions.comment(newest(warsaw.agreement), side="partner", name="Maria", text="Also in spring?")
    agreement = held(warsaw, elif_)
    renew(agreement, date(2024, 9, 1), date(2031, 9, 30), elif_)
    versions.comment(newest(agreement), side="ours", name="Elif", text="Gladly.")
    for query in ("", "?version=1", "?version=2"):
        page = page_of(signed_in(elif_), agreement, query)
        assert "Also in spring?" in page
        assert "Gladly." in page
        assert "The partner, Version 1," in page
        assert "Our university, Version 2," in page


def test_the_badge_says_how_far_the_first_version_is(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    client = signed_in(elif_)
    assert "Approved by us" in client.get(reverse("agreements:list")).content.decode()
    page = page_of(client, warsaw.agreement)
    assert page.index("Approved by us") < page.index("The partner: accepts or refuses.")


def test_whoever_terminated_it_reads_until_when_it_holds(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    with time_machine.travel(TODAY, tick=False):
        agreement = held(warsaw, elif_)
        told = date(2026, 11, 1)
        services.terminate(
            agreement, ended_by="both", told_on=told, reason="End.", ends_on=date(2028, 8, 31), actor=elif_
        )
        page = page_of(signed_in(elif_), agreement)
        of_partner = Client().get(warsaw.of_version()).content.decode()
    assert "From 1 September 2024 to 31 August 2028" in of_partner
    assert "Terminated, ends on 31 August 2028" in page
    assert "This agreement was terminated; its last day is 31 August 2028." in page
    assert "From 1 September 2024 to 31 August 2028" in page


def test_days_are_shown_and_use_opens_on_the_first_year_that_is_covered(
    signed_in: SignedIn, office: Office, elif_: Any, warsaw: Warsaw
) -> None:
    values = VersionValues(valid_from=date(2028, 9, 1), body_en="Together.", body_tr="Birlikte.")
    lines = [LineValues(direction="outgoing", kind="teaching", people_per_year=2, days_per_year=10)]
    agreement = services.create_draft(
        office.pk,
        institution=warsaw.partner.institution,
        kind="bilateral",
        reference="L",
        values=values,
        lines=lines,
        actor=elif_,
    )
    with time_machine.travel(TODAY, tick=False):
        page = page_of(signed_in(elif_), agreement)
        former = page_of(signed_in(elif_), agreement, "?year=2026")
    assert "10 days a year in all" in page
    assert "Used in 2028/29" in page
    assert "Used in 2026/27" in former
    assert "<h3>Text in English</h3>" in page
    assert "<h3>Text in Turkish</h3>" in page


def test_after_sending_the_partner_acts(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    client = signed_in(elif_)
    assert "send it to them" in page_of(client, warsaw.agreement)
    with time_machine.travel(TODAY, tick=False):
        client.post(reverse("agreements:links_offer", args=[warsaw.agreement.uid]), offer(warsaw))
        page = page_of(client, warsaw.agreement)
    assert "Version 1 was sent to Maria Kowalska on 25 November 2026." in page
    assert "Send again" in page
    assert "send it to them" not in page


def test_words_proposed_anew_were_not_sent_yet(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    client = signed_in(elif_)
    client.post(reverse("agreements:links_offer", args=[warsaw.agreement.uid]), offer(warsaw))
    versions.take_back(warsaw.agreement, reason="A typing error.", actor=elif_)
    versions.propose(warsaw.agreement, actor=elif_)
    assert "Send again" not in page_of(client, warsaw.agreement)


def offer(warsaw: Warsaw) -> dict[str, str]:
    return {"contact": warsaw.contact.uid, "days": "60"}


def test_who_looks_after_agreements_is_proposed_first(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    make_contact(warsaw.partner, "Zofia", "Zielinska", roles=["institutional"])
    make_contact(warsaw.partner, "Piotr", "Zawada", roles=["agreements", "incoming"])
    found = [one.given_name for one in links.contacts_for_agreements(warsaw.partner)]
    assert found == ["Piotr", "Zofia", "Maria"]
    page = signed_in(elif_).get(reverse("agreements:links_offer", args=[warsaw.agreement.uid])).content.decode()
    assert "(Agreements, Incoming students)" in page


def test_whoever_writes_a_contact_down_goes_back_to_sending(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    client, back = signed_in(elif_), reverse("agreements:links_offer", args=[warsaw.agreement.uid])
    address = f"{reverse('institutions:contact_new')}?university={warsaw.partner.institution.uid}&then="
    values = {"university": warsaw.partner.institution.uid, "family_name": "Nowak", "language": "en"}
    assert client.post(f"{address}{back}", values).headers["Location"] == back
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:1"):
        answered = client.post(f"{address}{elsewhere}", {**values, "family_name": elsewhere})
        assert answered.headers["Location"].startswith("/office/contacts/")


def test_signed_before_it_begins_it_says_from_when_it_holds(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    with time_machine.travel("2024-06-01 09:00Z", tick=False):
        agreement = held(warsaw, elif_)
        version = links.shown_versions(warsaw.link).get()
        page = page_of(signed_in(elif_), agreement)
        assert "This agreement was signed on 1 April 2024; it holds from 1 September 2024." in page
        assert partner_parts.badge(version)[0] == "Signed; holds from 1 September 2024"


def test_renewed_early_the_former_version_still_holds(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    agreement = held(warsaw, elif_)
    renew(agreement, date(2029, 10, 1), date(2033, 9, 30), elif_)
    with time_machine.travel(TODAY, tick=False):
        put_in_force(agreement, date(2026, 11, 20), elif_)
        page = page_of(signed_in(elif_), Agreement.objects.get())
        assert "This agreement has been in force since 1 April 2024." in page
        assert "Version 2 is signed and holds from 1 October 2029." in page
        words = {one.number: partner_parts.badge(one)[0] for one in links.shown_versions(warsaw.link)}
        assert words == {1: "In force", 2: "Signed; holds from 1 October 2029"}
    with time_machine.travel("2029-11-01 09:00Z", tick=False):
        words = {one.number: partner_parts.badge(one)[0] for one in links.shown_versions(warsaw.link)}
        assert words == {1: "Replaced by a newer version", 2: "In force"}


def test_a_renewal_that_the_partner_refused_is_said(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    agreement = held(warsaw, elif_)
    renew(agreement, date(2024, 9, 1), date(2031, 9, 30), elif_)
    answer(newest(agreement), ok=False, actor=elif_)
    page = page_of(signed_in(elif_), agreement)
    assert "The partner has refused version 2." in page
    assert "Until then version 1 counts." in page


def test_badges_of_standings_without_more_to_say_stay() -> None:
    assert texts.badge("ending")[0] == "Ends soon"
    assert texts.badge("in_force", "in_force")[0] == "In force"


def test_whoever_proposes_reads_what_there_is_already(
    signed_in: SignedIn, mert: Any, elif_: Any, warsaw: Warsaw
) -> None:
    address = f"{reverse('agreements:proposal_new')}?institution={warsaw.partner.institution.uid}"
    for who, opens in ((mert, False), (elif_, True)):
        page = signed_in(who).get(address).content.decode()
        assert "With this university we have already" in page
        assert "2026-1" in page
        if opens:
            assert reverse("agreements:page", args=[warsaw.agreement.uid]) in page


@pytest.mark.parametrize(("kind", "ends"), [("erasmus_iia", date(2029, 12, 31)), ("bilateral", date(2032, 8, 31))])
def test_a_draft_begun_from_a_proposal_does_not_outlive_its_programme(
    elif_: Any, mert: Any, warsaw: Warsaw, kind: str, ends: date
) -> None:
    institution = warsaw.partner.institution
    proposal = services.proposals.submit(
        warsaw.partner.office_id, made_by=mert.person, actor=mert, institution=institution, kind=kind, purpose="P"
    )
    with time_machine.travel(TODAY, tick=False):
        agreement = services.proposals.take_up(proposal, reference="N-1", actor=elif_)
    assert agreement.versions.get().valid_until == ends


def test_what_was_done_is_said_once(signed_in: SignedIn, elif_: Any, warsaw: Warsaw) -> None:
    client, act = signed_in(elif_), reverse("agreements:comment", args=[warsaw.agreement.uid])
    assert "The comment is added." in client.post(act, {"text": "Gladly."}, follow=True).content.decode()
    refused = client.post(act, {"text": " "}, follow=True).content.decode()
    assert "Write the comment first." in refused
    assert "The comment is added." not in refused
