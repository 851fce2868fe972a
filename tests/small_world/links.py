"""Partners' own addresses: valid, ended, taken back, of the other office, and with things of another partner."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kervan.agreements import link_signing
from kervan.agreements.models import AgreementVersion, Comment, LinkUse, PartnerLink
from kervan.agreements.services import links, versions
from kervan.core.models import Office
from kervan.institutions.models import Contact, Partner
from small_world.agreements import make_agreement
from small_world.base import Sent, World


def make_links(world: World, rows: int = 0) -> None:
    """A partner's contact with an address, and an approved version that waits for her; one of the other office."""
    for name, office in (("ours", world.office), ("theirs", world.other)):
        agreement = make_agreement(office, f"sent {name}", f"F PARIS{len(name):03d}", None, is_draft=True)
        partner = Partner.objects.get(office=office, institution=agreement.institution)
        contact = world.keep(f"link contact {name}", make_contact(partner, "Maria"))
        versions.propose(agreement, actor=None)
        AgreementVersion.objects.filter(agreement=agreement).update(state="approved")
        link = world.keep(f"link {name}", links.make_link(contact, actor=None))
        world.keep(f"link partner {name}", partner)
        world.keep(f"agreement sent {name}", agreement)
        version = agreement.versions.get()
        for kind, row in (("home", link), ("contact", contact), ("version", version)):
            world.keep(f"token {kind} {name}", row, token=link_signing.token_of(link), language="en")
    world.people["maria"], world.cookies["maria"] = None, mark_of(world)
    make_wrong_tokens(world)
    make_more_of_link(world.office, world.rows["link ours"], world.rows["token version ours"], rows)


def make_contact(partner: Partner, given: str) -> Contact:
    return Contact.objects.create(
        office=partner.office, partner=partner, given_name=given, family_name="Dupont", email="m@paris.example"
    )


def make_wrong_tokens(world: World) -> None:
    """Addresses that ended or were taken back; a valid one with what belongs to another partner of the office."""
    version, contact = world.rows["token version ours"], world.rows["link contact ours"]
    ended = links.make_link(contact, actor=None)
    PartnerLink.objects.filter(pk=ended.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    revoked = links.make_link(contact, actor=None)
    links.revoke(revoked, actor=None)
    world.keep("link ended", ended)
    for name, link in (("ended", ended), ("revoked", revoked)):
        token = link_signing.token_of(link)
        world.keep(f"token version {name}", version, token=token, language="en")
        world.keep(f"token contact {name}", contact, token=token)
    token = link_signing.token_of(world.rows["link ours"])
    strange = world.rows["agreement approved"].versions.get()
    world.keep("token version of another", strange, token=token, language="en")
    world.keep("token contact of another", world.rows["contact ours"], token=token)


def make_more_of_link(office: Office, link: Any, version: Any, rows: int) -> None:
    for number in range(rows):
        make_contact(link.partner, f"Contact {number}")
        LinkUse.objects.create(office=office, link=link, action="code_sent")
        Comment.objects.create(office=office, agreement_version=version, side="partner", name="M", text=f"{number}")
        links.make_link(link.contact, actor=None)


def mark_of(world: World) -> dict[str, str]:
    """The cookie of a browser in which Maria has entered the code that was mailed to her."""
    link = world.rows["link ours"]
    until = timezone.now() + timedelta(hours=1)
    return {f"kervan_partner_{link.uid}": link_signing.browser_mark(link, until)}


def to_contact(world: World, name: str = "ours") -> dict[str, Any]:
    return {"contact": world.rows[f"link contact {name}"].uid, "days": "30"}


SENT: Sent = {
    "agreements:links_new": to_contact,
    ("agreements:links_new", "link partner theirs"): lambda world: to_contact(world, "theirs"),
    "agreements:links_offer": to_contact,
    ("agreements:links_offer", "agreement sent theirs"): lambda world: to_contact(world, "theirs"),
    "agreements:links_lengthen": lambda world: {"days": "100", "version": "1"},
    "agreements:link_comment": lambda world: {"name": "Maria", "text": "When?"},
    "agreements:link_answer": lambda world: {
        "decision": "accept",
        "name": "Maria",
        "digest": world.rows["token version ours"].digest,
    },
    "agreements:link_check_code": lambda world: {"code": "123456"},
    "agreements:link_facts": lambda world: {"housing_en": "New.", "version": "1", "name": "Maria"},
    "agreements:link_contact": lambda world: {
        "family_name": "Dupont",
        "email": "new@paris.example",
        "language": "en",
        "version": "1",
    },
    "agreements:link_successor": lambda world: {"family_name": "Durand", "email": "d@paris.example", "language": "en"},
}
