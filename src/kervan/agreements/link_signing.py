"""What only this installation's key can make: a partner's address, the digest of a code, the mark of a browser.

A copy of the database opens nothing: none of the three can be worked out from it.
"""

from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from kervan.agreements.models import LinkCode, PartnerLink

SEPARATOR = "."
_ADDRESS = Signer(sep=SEPARATOR, salt="kervan.agreements.link")
_BROWSER = Signer(sep=SEPARATOR, salt="kervan.agreements.link.browser")


def token_of(link: PartnerLink) -> str:
    """Return the secret part of a partner's address."""
    return _ADDRESS.sign(f"{link.uid}{SEPARATOR}{link.nonce}")


def parts_of(token: str) -> tuple[str, str] | None:
    """Return uid and nonce of an address that this installation signed, else None. No query."""
    try:
        uid, nonce = _ADDRESS.unsign(token).split(SEPARATOR)
    except (BadSignature, ValueError):
        return None
    return uid, nonce


def opens(link: PartnerLink, nonce: str) -> bool:
    """Return whether the nonce of an address is the one the link has now."""
    return constant_time_compare(link.nonce, nonce)


def code_digest(code: LinkCode, digits: str) -> str:
    """Return what is kept of a code: salted by its row, keyed by the installation."""
    salt = f"kervan.agreements.link.code:{code.uid}"
    return salted_hmac(salt, digits, algorithm="sha256").hexdigest()


def is_code(code: LinkCode, digits: str) -> bool:
    """Return whether the digits are those of the code, in constant time."""
    return constant_time_compare(code.digest, code_digest(code, digits))


def browser_mark(link: PartnerLink, until: datetime) -> str:
    """Return the value of the cookie of a browser that may decide until then, for this link and mail address only."""
    return _BROWSER.sign(f"{_bound(link)}{SEPARATOR}{int(until.timestamp())}")


def decides_until(link: PartnerLink, mark: str, now: datetime) -> datetime | None:
    """Return until when a browser with this mark may decide, None when it may not (any more)."""
    try:
        bound, until = _BROWSER.unsign(mark).split(SEPARATOR)
    except (BadSignature, ValueError):
        return None
    end = datetime.fromtimestamp(int(until), tz=UTC)
    return end if constant_time_compare(bound, _bound(link)) and now < end else None


def _bound(link: PartnerLink) -> str:
    """What a mark holds for: a new address, or one that was sent to another mailbox, ends it."""
    told = f"{link.uid}:{link.nonce}:{link.email}"
    return salted_hmac("kervan.agreements.link.bound", told, algorithm="sha256").hexdigest()
