"""What we write to contacts: whether what we know of them is still right. Rendered outbox rows, never sent here."""

from collections.abc import Iterable
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from kervan.core import outbox
from kervan.core.selectors.pages import PRIVATE_MAIL
from kervan.institutions import confirming
from kervan.institutions.models import Contact


def write_questions(contacts: Iterable[Contact], on: date) -> None:
    """Ask each contact in their language; asked twice on one day they get one mail.

    The address answers in the contact's name: nobody but its reader sees the text.
    """
    mails = [_question(one, on) for one in contacts]
    if mails:
        outbox.write_mails(next(iter(contacts)).office_id, mails)


def _question(contact: Contact, on: date) -> dict[str, str]:
    with translation.override(contact.language):
        words = {
            "name": contact.full_name,
            "office": contact.office.name,
            "university": contact.partner.institution.name,
            "address": confirming.address(contact),
            "days": confirming.VALID_DAYS,
        }
        subject = _("Is what we know of you still right?")
        body = (
            _(
                "Dear %(name)s,\n\nwe have you in our records as our contact at %(university)s."
                " Please look whether everything is still right:\n%(address)s\n\n"
                "One button is enough. You need no account, and the address works for %(days)s days.\n\n%(office)s"
            )
            % words
        )
    key = f"{PRIVATE_MAIL}confirm:{contact.uid}:{on.isoformat()}"
    return {"to": contact.email, "subject": subject, "body": body, "language": contact.language, "dedupe_key": key}


def write_new_address(contact: Contact, former: str) -> None:
    """Tell a contact's former mail address that our question was answered with another one."""
    with translation.override(contact.language):
        words = {"name": contact.full_name, "office": contact.office.name, "email": contact.email}
        outbox.write_mail(
            contact.office_id,
            to=former,
            subject=_("Your mail address was changed: %(office)s") % words,
            body=_(
                "Dear %(name)s,\n\nwe asked whether what we know of you is still right. The answer was: your new mail"
                " address is %(email)s.\n\nIf that is wrong, please write to us at once.\n\n%(office)s"
            )
            % words,
            language=contact.language,
            dedupe_key=f"new_address:{contact.uid}:{contact.version}",
        )
