"""What the office does with a partner's address: make, send, show, lengthen and take it back."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements import link_signing, mails
from kervan.agreements.models import AgreementVersion, PartnerLink, VersionState
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links as selectors
from kervan.agreements.services.agreements import refuse_terminated
from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.models import OutboxMessage
from kervan.institutions.models import Contact

NONCE_BYTES = 12


def new_nonce() -> str:
    """Return what makes an address another one than all before."""
    return secrets.token_urlsafe(NONCE_BYTES)


@transaction.atomic
def make_link(contact: Contact, *, days: int = rules.DAYS, actor: Any) -> PartnerLink:
    """Make a link for a partner's contact that opens for so many days.

    Raises NotPossible for somebody who is not there any more, ValueError for days out of range.
    """
    today = timezone.localdate()
    _check_is_there(contact)
    link = PartnerLink.objects.create(
        office_id=contact.office_id,
        partner=contact.partner,
        contact=contact,
        email=contact.email,
        nonce=new_nonce(),
        expires_on=rules.last_day(today, days),
        made_by=actor,
    )
    history.record(link, "partnerlink.made", actor=actor, until=str(link.expires_on))
    return link


def _check_is_there(contact: Contact) -> None:
    if contact.left_on:
        raise NotPossible(
            _("%(name)s is not at this university any more. Choose somebody else.") % {"name": contact.full_name}
        )


def address(link: PartnerLink) -> str:
    """Return the whole address of a partner's first page. It opens everything there: send it only to the contact."""
    return f"{settings.ADDRESS}{reverse('agreements:link_home', args=[link_signing.token_of(link)])}"


@transaction.atomic
def send(link: PartnerLink, *, version: AgreementVersion | None = None, actor: Any) -> OutboxMessage:
    """Mail the address to its contact, with the agreement that waits, if one is named.

    Raises NotPossible when the address does not open any more or the contact has no mail address.
    """
    _check_opens(link)
    if not link.contact.email:
        raise NotPossible(
            _("No mail address of %(name)s is known. Write it down first.") % {"name": link.contact.full_name}
        )
    if version and version.state != VersionState.APPROVED:
        raise NotPossible(_("This version does not wait for the partner. Nothing was sent."))
    link.email = link.contact.email
    link.save(update_fields=["email"])
    message = mails.write_link(link, address(link), version)
    history.record(link, "partnerlink.sent", actor=actor, reference=version.agreement.reference if version else "")
    return message


def _check_opens(link: PartnerLink) -> None:
    standing = selectors.standing(link, timezone.localdate())
    if standing == rules.EXPIRED:
        raise NotPossible(_("This link does not open any more. Lengthen it first."))
    if standing == rules.REVOKED:
        raise NotPossible(_("This link was taken back. Make a new one."))


@transaction.atomic
def offer(version: AgreementVersion, contact: Contact, *, days: int = rules.DAYS, actor: Any) -> OutboxMessage:
    """Send an approved version to a partner's contact: by the address that the contact has, else by a new one."""
    _check_is_there(contact)
    refuse_terminated(version.agreement)
    link = selectors.valid_link_of(contact, timezone.localdate()) or make_link(contact, days=days, actor=actor)
    message = send(link, version=version, actor=actor)
    values = {"number": version.number, "round": version.round, "name": contact.full_name}
    history.record(version.agreement, "agreement.sent_to_partner", actor=actor, **values)
    return message


@transaction.atomic
def revoke(link: PartnerLink, actor: Any) -> PartnerLink:
    """Take an address back: it opens nothing from this moment on. Repeating changes nothing."""
    locked = PartnerLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is None:
        values = {"revoked_at": timezone.now(), "revoked_by": actor}
        locked = save_if_current(locked, locked.version, **values)
        history.record(locked, "partnerlink.revoked", actor=actor)
    return locked


@transaction.atomic
def lengthen(link: PartnerLink, version_seen: int, *, days: int = rules.DAYS, actor: Any) -> PartnerLink:
    """Let an address open for so many days from today on, also one that had ended.

    Raises NotPossible when it was taken back or would then end earlier, Stale when somebody else changed it.
    """
    until = rules.last_day(timezone.localdate(), days)
    if selectors.standing(link, timezone.localdate()) == rules.REVOKED:
        raise NotPossible(_("This link was taken back. Make a new one."))
    if until <= link.expires_on:
        raise NotPossible(_("It opens longer than that already. Nothing was changed."))
    changed: PartnerLink = save_if_current(link, version_seen, expires_on=until)
    history.record(changed, "partnerlink.lengthened", actor=actor, until=str(until))
    return changed


@transaction.atomic
def show_address(link: PartnerLink, *, actor: Any) -> str:
    """Return the address for somebody who passes it on by hand; that it was shown stays in the history."""
    _check_opens(link)
    history.record(link, "partnerlink.shown", actor=actor)
    return address(link)
