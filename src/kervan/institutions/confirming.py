"""The signed address by which a contact confirms what we know of them: it names the contact, ends, and serves once."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kervan.institutions.models import Contact

VALID_DAYS = 60
_SALT = "kervan.institutions.confirming"
_SEPARATOR = "."


def token(contact: Contact) -> str:
    """Return the secret part of the address. Each answer of the contact makes all earlier ones worthless."""
    signer = signing.TimestampSigner(salt=_SALT, sep=_SEPARATOR)
    return signer.sign(f"{contact.uid}-{contact.answers}")


def address(contact: Contact) -> str:
    """Return the whole address, for mails and letters."""
    return f"{settings.ADDRESS}{reverse('institutions:confirm', args=[token(contact)])}"


def contact_of(text: str) -> Contact | None:
    """Return whose address this is; None when it is forged, too old or already answered, without saying which."""
    signer = signing.TimestampSigner(salt=_SALT, sep=_SEPARATOR)
    try:
        uid, _dash, answers = signer.unsign(text, max_age=VALID_DAYS * 86_400).partition("-")
    except signing.BadSignature:
        return None
    rows = Contact.objects.filter(uid=uid, answers=answers, left_on__isnull=True)
    return rows.select_related("office", "partner__institution").first()
