"""What we write about accounts: rendered in the reader's language, put into the outbox, never sent here."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import outbox
from kervan.core.identity import new_uid
from kervan.core.models import Office
from kervan.core.selectors.pages import PRIVATE_MAIL
from kervan.people.models import Person, User

Mail = tuple[str | Promise, str | Promise]

ACCOUNT_MAILS: Mapping[str, Mail] = {
    "account/email/email_confirmation_signup": (
        gettext_lazy("Confirm your e-mail address"),
        gettext_lazy(
            "Welcome to %(office)s.\n\nPlease confirm that this is your address:\n%(link)s\n\n"
            "If you did not create an account with us, you need not do anything."
        ),
    ),
    "account/email/email_confirmation": (
        gettext_lazy("Confirm your e-mail address"),
        gettext_lazy(
            "Please confirm that this is your address:\n%(link)s\n\n"
            "If you did not ask for this, you need not do anything.\n\n%(office)s"
        ),
    ),
    "account/email/password_reset_key": (
        gettext_lazy("Choose a new password"),
        gettext_lazy(
            "Somebody, we hope you, asked for a new password for this account.\n\nChoose it here:\n%(link)s\n\n"
            "The link works once. If you did not ask for it, you need not do anything: your password stays as it is."
            "\n\n%(office)s"
        ),
    ),
    "account/email/unknown_account": (
        gettext_lazy("There is no account with this address"),
        gettext_lazy(
            "Somebody, we hope you, asked for a new password, but there is no account with this address.\n\n"
            "If you have another address, try that one, or create an account:\n%(link)s\n\n%(office)s"
        ),
    ),
    "account/email/account_already_exists": (
        gettext_lazy("You have an account already"),
        gettext_lazy(
            "Somebody, we hope you, tried to create an account with this address; you have one already.\n\n"
            "If you do not know your password, choose a new one:\n%(link)s\n\n%(office)s"
        ),
    ),
}
LINKS = ("activate_url", "password_reset_url", "signup_url")


def write_account_mail(office: Office, template: str, email: str, context: Mapping[str, Any], language: str) -> bool:
    """Write one of the mails above. Returns False for a template that we have no words for."""
    if template not in ACCOUNT_MAILS:
        return False
    subject, body = ACCOUNT_MAILS[template]
    link = next((str(context[name]) for name in LINKS if context.get(name)), "")
    with translation.override(language):
        values = {"office": office.name, "link": link}
        write_private(office, to=email, subject=str(subject), body=str(body) % values, language=language)
    return True


def write_private(office: Office, *, to: str, subject: str, body: str, language: str) -> None:
    """Put a mail that opens an account into the outbox; its text is shown to nobody."""
    key = f"{PRIVATE_MAIL}{new_uid()}"
    outbox.write_mail(office, to=to, subject=subject, body=body, language=language, dedupe_key=key)


def language_of(email: str, fallback: str) -> str:
    """Return the language of the account with this address."""
    kept = User.objects.filter(email__iexact=email).values_list("language", flat=True).first()
    return kept or fallback


def write_invitation(person: Person, email: str, link: str) -> None:
    """Invite a person to the account that stands ready for the address; the link sets the first password."""
    with translation.override(person.language):
        body = _(
            "Dear %(name)s,\n\n%(office)s has opened an account for you. Choose your password here:\n%(link)s\n\n"
            "After that you sign in with this address: %(email)s"
        ) % {"name": person.full_name, "office": person.office.name, "link": link, "email": email}
        write_private(
            person.office,
            to=email,
            subject=_("Your account at %(office)s") % {"office": person.office.name},
            body=body,
            language=person.language,
        )
