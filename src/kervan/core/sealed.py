"""Encryption of special categories (disability, health, kinship to veterans): a key in the data directory, 0600."""

import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings

from kervan.core import keys


@cache
def _box() -> Fernet:
    return Fernet(keys.kept(settings.DATA_DIR / "special_key", lambda: Fernet.generate_key().decode()))


def seal(value: Any) -> str:
    """Encrypt a JSON value for a text column."""
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(text: str) -> Any:
    """Decrypt what `seal` made; raises cryptography.fernet.InvalidToken on anything else."""
    return json.loads(_box().decrypt(text.encode()))


def seal_bytes(content: bytes) -> bytes:
    """Encrypt a file's content."""
    return _box().encrypt(content)


def unseal_bytes(content: bytes) -> bytes:
    """Decrypt what `seal_bytes` made."""
    return _box().decrypt(content)
