"""Random public identifiers. Integer keys never leave the installation."""

import secrets
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
UID_LENGTH: Final = 12


def new_uid() -> str:
    """Return 60 random bits as 12 letters and digits without i, l, o, u (never misread, never a word)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(UID_LENGTH))
