"""What we write to partners about their own page: rendered in the contact's language, put into the outbox."""

from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from kervan.agreements.models import AgreementVersion, LinkCode, PartnerLink
from kervan.core import outbox
from kervan.core.identity import new_uid
from kervan.core.models import OutboxMessage
from kervan.core.selectors.pages import PRIVATE_MAIL
from kervan.institutions.models import Contact


def write_link(link: PartnerLink, address: str, version: AgreementVersion | None) -> OutboxMessage:
    """Send a contact the address, and say which agreement waits."""
    with translation.override(link.contact.language):
        words = {"office": link.office.name, "partner": link.partner.institution.name}
        subject = _("Your page at %(office)s") % words
        lines = [
            _(
                "On a page of your own you find our agreements with %(partner)s, your fact sheet and the people "
                "we know there."
            )
            % words
        ]
        if version:
            subject = _("An agreement waits for your answer: %(office)s") % words
            lines = [_offered(version), *lines]
        lines += [address, _until(link), _meant_for(link)]
        return _write(link, subject, lines, f"link:{link.uid}:{new_uid()}")


def _offered(version: AgreementVersion) -> str:
    words = {"kind": version.agreement.get_kind_display(), "reference": version.agreement.reference}
    return _(
        "We have approved version %(number)d of an agreement with you (%(kind)s, %(reference)s). Please read it, "
        "comment where you wish, and accept or refuse it."
    ) % {**words, "number": version.number}


def _until(link: PartnerLink) -> str:
    return _("The link opens until the end of %(day)s.") % {"day": formats.date_format(link.expires_on, "j F Y")}


def _meant_for(link: PartnerLink) -> str:
    return _(
        "It is meant for %(name)s. Whoever has it can read and comment; to accept, refuse or change anything one also "
        "needs a code that we send to this mail address."
    ) % {"name": link.contact.full_name}


def write_code(link: PartnerLink, code: LinkCode, digits: str) -> OutboxMessage:
    """Send the code that lets the contact's browser decide."""
    with translation.override(link.contact.language):
        lines = [
            _("Your code is %(code)s.") % {"code": digits},
            _(
                "It is good for half an hour. Type it on the page that asked for it, and give it to nobody: with it "
                "one accepts agreements in your name."
            ),
            _("If you did not ask for it, you need not do anything; somebody else may have your link. Please tell us."),
        ]
        return _write(link, _("Your code for %(office)s") % {"office": link.office.name}, lines, f"code:{code.uid}")


def write_answered(link: PartnerLink, version: AgreementVersion, *, is_accepted: bool, name: str) -> OutboxMessage:
    """Confirm to the contact what was answered by the address: nobody answers without the contact's knowledge."""
    with translation.override(link.contact.language):
        words: dict[str, Any] = {"reference": version.agreement.reference, "number": version.number, "name": name}
        happened = (
            _("Version %(number)d of the agreement %(reference)s was accepted by %(name)s on your page.")
            if is_accepted
            else _("Version %(number)d of the agreement %(reference)s was refused by %(name)s on your page.")
        )
        lines = [happened % words, _("If that was not you, please write to us at once.")]
        subject = _("Your answer has arrived: %(reference)s") % words
        return _write(link, subject, lines, f"answered:{version.uid}:{new_uid()}", is_private=False)


def write_new_address(link: PartnerLink, contact: Contact, former: str) -> None:
    """Tell a contact's former mail address that another one was written down."""
    with translation.override(contact.language):
        words = {"email": contact.email, "partner": link.partner.institution.name}
        lines = [
            _("On the page of %(partner)s your mail address was changed to %(email)s.") % words,
            _("If that is wrong, please write to us at once."),
        ]
        subject = _("Your mail address was changed: %(office)s") % {"office": link.office.name}
        outbox.write_mail(
            link.office_id,
            to=former,
            subject=subject,
            body=_letter(link, contact, lines),
            language=contact.language,
            dedupe_key=f"new_address:{contact.uid}:{contact.version}",
        )


def _write(link: PartnerLink, subject: str, lines: list[str], key: str, *, is_private: bool = True) -> OutboxMessage:
    """Private: the text opens the partner's pages, so the outbox shows it to nobody."""
    return outbox.write_mail(
        link.office_id,
        to=link.email,
        subject=subject,
        body=_letter(link, link.contact, lines),
        language=link.contact.language,
        dedupe_key=f"{PRIVATE_MAIL if is_private else ''}{key}",
    )


def _letter(link: PartnerLink, contact: Contact, lines: list[str]) -> str:
    greeting = _("Dear %(name)s,") % {"name": contact.full_name}
    signature = "\n".join(one for one in (str(link.office.name), link.office.email) if one)
    return "\n\n".join([greeting, *lines, signature])
