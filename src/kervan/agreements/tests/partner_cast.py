"""A partner in Warsaw with a contact, an approved version that waits for her, and her address."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from kervan.agreements import link_signing, services
from kervan.agreements.models import Agreement, AgreementVersion, PartnerLink
from kervan.agreements.services import links, versions
from kervan.agreements.services.links_uses import Visit
from kervan.core.models import Office, OutboxMessage
from kervan.institutions.models import Contact, Institution, Partner

VISIT = Visit("192.0.2.7", "Firefox")
LINES = [services.LineValues(direction="outgoing", kind="study", people_per_year=2)]
VALID = services.VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 9, 30))


@dataclass(frozen=True)
class Warsaw:
    """Everything of one partner."""

    partner: Partner
    contact: Contact
    agreement: Agreement
    version: AgreementVersion
    link: PartnerLink

    @property
    def token(self) -> str:
        return link_signing.token_of(self.link)

    def url(self, name: str = "link_home", *arguments: str) -> str:
        return reverse(f"agreements:{name}", args=[self.token, *arguments])

    def of_version(self, name: str = "link_version") -> str:
        return self.url(name, self.version.uid)


def make_partner(office: Office, name: str = "Uniwersytet Warszawski", code: str = "PL WARSZAW01") -> Partner:
    institution = Institution.objects.create(name=name, country="PL", erasmus_code=code)
    return Partner.objects.create(office=office, institution=institution)


def make_contact(partner: Partner, given: str = "Maria", family: str = "Kowalska", **values: Any) -> Contact:
    address = f"{given.lower()}@uw.example"
    more = {"email": address, "function": "Coordinator", **values}
    return Contact.objects.create(office=partner.office, partner=partner, given_name=given, family_name=family, **more)


def make_approved(office: Office, partner: Partner, actor: Any, reference: str = "2026-1") -> Agreement:
    """An agreement whose first version waits for the partner: no body of ours has to decide."""
    agreement = services.create_draft(
        office.pk,
        institution=partner.institution,
        kind="erasmus_iia",
        reference=reference,
        values=VALID,
        lines=LINES,
        actor=actor,
    )
    versions.propose(agreement, actor=actor)
    return agreement


def make_warsaw(office: Office, actor: Any) -> Warsaw:
    partner = make_partner(office)
    contact = make_contact(partner)
    agreement = make_approved(office, partner, actor)
    link = links.make_link(contact, actor=actor)
    return Warsaw(partner, contact, agreement, agreement.versions.get(), link)


def code_in_mail() -> str:
    """The digits of the newest code mail."""
    message = OutboxMessage.objects.filter(dedupe_key__contains="code:").latest("pk")
    return str(re.findall(r"\b\d{6}\b", message.body)[0])


def confirmed(warsaw: Warsaw, client: Client | None = None) -> Client:
    """A browser that has typed the code."""
    browser = client or Client()
    browser.post(warsaw.url("link_send_code"))
    browser.post(warsaw.url("link_check_code"), {"code": code_in_mail()})
    return browser
