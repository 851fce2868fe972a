"""Encryption of special categories (disability, health, kinship to veterans): a key in the data directory, 0600."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings

from kervan.core import keys

_is_closed: ContextVar[bool] = ContextVar("sealed_is_closed", default=False)


class Closed(Exception):
    """Something sealed was asked for while a colleague looks at the pages of another person."""


@contextmanager
def closed() -> Iterator[None]:
    """Let nothing be unsealed inside."""
    token = _is_closed.set(True)
    try:
        yield
    finally:
        _is_closed.reset(token)


def _refuse_when_closed() -> None:
    if _is_closed.get():
        raise Closed


@cache
def _box() -> Fernet:
    return Fernet(keys.kept(settings.DATA_DIR / "special_key", lambda: Fernet.generate_key().decode()))


def seal(value: Any) -> str:
    """Encrypt a JSON value for a text column."""
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(text: str) -> Any:
    """Decrypt what `seal` made; raises cryptography.fernet.InvalidToken on anything else."""
    _refuse_when_closed()
    return json.loads(_box().decrypt(text.encode()))


def seal_bytes(content: bytes) -> bytes:
    """Encrypt a file's content."""
    return _box().encrypt(content)


def unseal_bytes(content: bytes) -> bytes:
    """Decrypt what `seal_bytes` made."""
    _refuse_when_closed()
    return _box().decrypt(content)
