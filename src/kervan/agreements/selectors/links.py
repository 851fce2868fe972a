"""Partners' addresses: the one that a token opens, those of a partner, what it shows, how it was used."""

from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, TextField, When
from django.db.models.functions import Cast
from django.utils import timezone

from kervan.agreements import link_signing
from kervan.agreements.models import Agreement, AgreementVersion, LinkCode, LinkUse, PartnerLink
from kervan.agreements.permissions import edits_agreements
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors.versions import versions_for_partner
from kervan.core import registries
from kervan.institutions.models import Contact, ContactRole, Partner

USES_SHOWN = 50
OPENED = "opened"
FOR_AGREEMENTS = (ContactRole.AGREEMENTS, ContactRole.SIGNATORY, ContactRole.INSTITUTIONAL)


def find(office_id: int | None, token: str) -> PartnerLink | None:
    """Return the link that an address opens, however it stands; None for any other text. A guess costs no query."""
    parts = link_signing.parts_of(token)
    if parts is None or office_id is None:
        return None
    rows = PartnerLink.objects.select_related("office", "contact", "made_by", "partner__institution")
    link: PartnerLink | None = rows.filter(office_id=office_id, uid=parts[0]).first()
    return link if link and link_signing.opens(link, parts[1]) else None


def standing(link: PartnerLink, today: date) -> str:
    """Return how an address stands. That of a contact who is not there any more counts as taken back. No query."""
    is_revoked = link.revoked_at is not None or link.contact.left_on is not None
    return rules.standing(link.expires_on, is_revoked=is_revoked, today=today)


def links_of(partner: Partner) -> QuerySet[PartnerLink]:
    """Return the addresses made for a partner's contacts, newest first, with `opened` and `acted`. One query."""
    opened = Q(uses__action=OPENED)
    rows = PartnerLink.objects.filter(partner=partner).select_related("contact", "made_by")
    return rows.annotate(opened=Count("uses", opened), acted=Count("uses", ~opened)).order_by("-pk")


def valid_link_of(contact: Contact, today: date) -> PartnerLink | None:
    """Return the newest address of a contact that still opens. One query."""
    rows = PartnerLink.objects.filter(contact=contact, revoked_at__isnull=True, expires_on__gte=today)
    found: PartnerLink | None = rows.select_related("contact", "partner__institution").order_by("-pk").first()
    return found


def contacts_of(partner: Partner) -> QuerySet[Contact]:
    """Return who works at a partner now, in order of names."""
    return Contact.objects.filter(partner=partner, left_on__isnull=True).order_by("sort_key", "pk")


def contacts_for_agreements(partner: Partner) -> QuerySet[Contact]:
    """Return who works at a partner now: first who looks after agreements, who signs, who coordinates; then by name."""
    ranks = [When(_roles__contains=f'"{role}"', then=rank) for rank, role in enumerate(FOR_AGREEMENTS)]
    rows = contacts_of(partner).annotate(_roles=Cast("roles", TextField()))
    return rows.order_by(Case(*ranks, default=len(ranks), output_field=IntegerField()), "sort_key", "pk")


def nobody() -> QuerySet[Contact]:
    """Return no contact at all."""
    return Contact.objects.none()


def uses_of(link: PartnerLink) -> list[LinkUse]:
    """Return how an address was used, newest first. One query."""
    return list(link.uses.order_by("-pk")[:USES_SHOWN])


def live_code(link: PartnerLink, now: datetime | None = None) -> LinkCode | None:
    """Return the code that an address waits for, if one does. One query."""
    rows = link.codes.filter(used_at__isnull=True, expires_at__gt=now or timezone.now())
    found: LinkCode | None = rows.filter(attempts__lt=rules.CODE_ATTEMPTS).order_by("-pk").first()
    return found


def agreements_of(link: PartnerLink) -> QuerySet[Agreement]:
    """Return our agreements with the partner of an address; samples of other universities are none of ours."""
    institution = link.partner.institution
    return Agreement.objects.filter(office_id=link.office_id, institution=institution, sample_of="")


def shown_versions(link: PartnerLink) -> QuerySet[AgreementVersion]:
    """Return the versions that a partner may read, newest of each agreement first."""
    return versions_for_partner(agreements_of(link))


def in_force_beside(version: AgreementVersion) -> AgreementVersion | None:
    """Return the version in force that another one would replace. One query."""
    rows = AgreementVersion.objects.filter(agreement=version.agreement_id, in_force_since__isnull=False)
    found: AgreementVersion | None = rows.exclude(pk=version.pk).order_by("-number").first()
    return found


def was_once_sent(link: PartnerLink, uid: str) -> AgreementVersion | None:
    """Return a version of theirs that was decided on before, and is not shown any more since we took it back."""
    rows = AgreementVersion.objects.filter(agreement__in=agreements_of(link), uid=uid, answers__isnull=False)
    back = AgreementVersion.objects.filter(agreement__in=agreements_of(link), uid=uid, round__gte=1)
    found: AgreementVersion | None = (rows | back).select_related("agreement").distinct().first()
    return found


def who_hears(link: PartnerLink, agreement: Agreement | None = None) -> set[int]:
    """Return the accounts that learn what a partner did: who looks after the agreement or partner, who made the link.

    Where nobody does, everybody who keeps agreements hears of it.
    """
    known: list[int | None] = [agreement.responsible_id if agreement else None]
    known += [link.partner.responsible_id, link.made_by_id]
    return {one for one in known if one} or set(registries.members_who(edits_agreements, link.office_id))
