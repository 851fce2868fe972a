"""Codes of issued documents: random, easy to type, hard to misread."""

from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
_LOOKS_LIKE: Final = {"O": "0", "I": "1", "L": "1", "İ": "1", "ı": "1"}
_SPACES: Final = frozenset(" \t\r\n-–—_.·\u00a0\u200b")


def spelled(letters: str) -> str:
    """Write 12 letters and digits as a document shows them: capitals, in groups of four ("K7QW-3M8A-XZ2P")."""
    capitals = letters.upper()
    return "-".join(capitals[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read(text: str) -> str | None:
    """Read a code as somebody typed it; return it as it is spelled, or None where it cannot be one.

    Forgiven: case, spaces, hyphens and dots anywhere, O for 0, I, İ, ı and L for 1. 60 random bits (RFC-free base 32
    after Douglas Crockford: no I, L, O, U), so guessing finds none.
    """
    if len(text) > LENGTH * 4:
        return None
    letters = "".join(_meant(sign) for sign in text if sign not in _SPACES)
    is_code = len(letters) == LENGTH and all(sign in LETTERS for sign in letters)
    return spelled(letters) if is_code else None


def _meant(sign: str) -> str:
    capital = sign.upper() if sign.isascii() else sign
    return _LOOKS_LIKE.get(capital, capital)
