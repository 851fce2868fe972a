"""Drawing from a seed: identifiers and random numbers that come out the same on every machine and every time."""

import hashlib
import random

from kervan.core.identity import ALPHABET, UID_LENGTH


def uid_for(seed: str, *key: object) -> str:
    """Return the identifier that belongs to a seed and a natural key: 60 bits in the alphabet of all identifiers."""
    number = int.from_bytes(_digest(seed, *key)[:8], "big")
    letters = []
    for _position in range(UID_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def random_for(seed: str, *key: object) -> random.Random:
    """Return a generator of its own for one purpose, so that a change in one part leaves the others as they were."""
    return random.Random(int.from_bytes(_digest(seed, *key), "big"))


def _digest(seed: str, *key: object) -> bytes:
    return hashlib.sha256("\x1f".join([seed, *map(str, key)]).encode()).digest()
