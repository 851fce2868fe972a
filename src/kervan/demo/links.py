"""An invented partner's address with a short past: opened, a code typed, a comment, the data confirmed."""

from datetime import datetime

from kervan.agreements.models import AgreementVersion, Comment, LinkUse, PartnerLink, Side, VersionState
from kervan.agreements.services.links import new_nonce
from kervan.demo.world import World
from kervan.institutions.models import Contact

DAYS_LEFT = 46
PLACE, BROWSER = "192.0.2.44", "Mozilla/5.0 (X11; Linux x86_64) Firefox"  # an address that is kept for examples
COMMENT = (
    "Thank you, this looks good. Our faculty asks whether the two places may also be used in the spring term"
    " (this comment is invented)."
)
USES = (
    (9, 9, 12, "opened", ""),
    (9, 9, 31, "commented", "version"),
    (4, 14, 2, "opened", ""),
    (4, 14, 5, "code_sent", ""),
    (4, 14, 7, "code_wrong", ""),
    (4, 14, 8, "confirmed", ""),
    (4, 14, 11, "contact_confirmed", "contact"),
)


def make_links(world: World) -> PartnerLink | None:
    """Make one address for the contact of the agreement that waits for its partner; none where nothing waits.

    Needs the demonstration's partners, contacts and agreements on their way. The address itself is printed nowhere.
    """
    version = _waiting(world)
    contact = _contact(version) if version else None
    if version is None or contact is None:
        return None
    link = _link(world, contact, version)
    _uses(world, link, version)
    _comment(world, link, version)
    _confirmed(world, contact)
    return link


def _waiting(world: World) -> AgreementVersion | None:
    rows = AgreementVersion.objects.filter(office=world.office, state=VersionState.APPROVED)
    found: AgreementVersion | None = rows.select_related("agreement").order_by("uid").first()
    return found


def _contact(version: AgreementVersion) -> Contact | None:
    """Somebody at the partner who reads mail."""
    rows = Contact.objects.filter(office=version.office_id, partner__institution=version.agreement.institution_id)
    found: Contact | None = rows.filter(left_on__isnull=True).exclude(email="").order_by("uid").first()
    return found


def _link(world: World, contact: Contact, version: AgreementVersion) -> PartnerLink:
    link = PartnerLink.objects.create(
        office=world.office,
        uid=world.uid("partner link"),
        partner=contact.partner,
        contact=contact,
        email=contact.email,
        nonce=new_nonce(),
        expires_on=world.at(-DAYS_LEFT).date(),
        made_by=world.users["elif"],
        last_used_at=_at(world, *USES[-1][:3]),
    )
    made = world.at(14, 10)
    PartnerLink.objects.filter(pk=link.pk).update(made_at=made)
    world.happened(made, link, "partnerlink.made", world.users["elif"], until=str(link.expires_on))
    sent = {"number": version.number, "name": contact.full_name}
    world.happened(world.at(14, 10, 1), link, "partnerlink.sent", world.users["elif"], reference="")
    world.happened(world.at(14, 10, 1), version.agreement, "agreement.sent_to_partner", world.users["elif"], **sent)
    return link


def _at(world: World, days_ago: int, hour: int, minute: int) -> datetime:
    return world.at(days_ago, hour, minute)


def _uses(world: World, link: PartnerLink, version: AgreementVersion) -> None:
    details = {
        "": "",
        "version": f"{version.agreement.reference} v{version.number}",
        "contact": link.contact.full_name,
    }
    for number, (days, hour, minute, action, detail) in enumerate(USES):
        row = LinkUse.objects.create(
            office=world.office,
            uid=world.uid("partner link", number),
            link=link,
            action=action,
            detail=details[detail],
            address=PLACE,
            browser=BROWSER,
        )
        LinkUse.objects.filter(pk=row.pk).update(at=_at(world, days, hour, minute))


def _comment(world: World, link: PartnerLink, version: AgreementVersion) -> None:
    at = _at(world, *USES[1][:3])
    row = Comment.objects.create(
        office=world.office,
        uid=world.uid("partner link", "comment"),
        agreement_version=version,
        side=Side.PARTNER,
        name=link.contact.full_name,
        text=COMMENT,
        link=link,
    )
    Comment.objects.filter(pk=row.pk).update(at=at)
    values = {"number": version.number, "side": Side.PARTNER.value, "by": "partner", "who": link.contact.full_name}
    world.happened(at, version, "agreementversion.commented", None, **values)


def _confirmed(world: World, contact: Contact) -> None:
    """The last use: the contact found everything right."""
    at = _at(world, *USES[-1][:3])
    Contact.objects.filter(pk=contact.pk).update(confirmed_on=at.date())
    world.happened(at, contact, "contact.confirmed", None, on=at.date().isoformat())
