"""Handing work to the worker after the transaction that asked for it has committed."""

from typing import Any

from django.db import transaction
from django_q.tasks import async_task


def later(function: str, *arguments: Any) -> None:
    """Queue `function` (dotted path) with plain arguments (ids, never objects). It runs at least once."""
    transaction.on_commit(lambda: async_task(function, *arguments))


def drain_soon() -> None:
    """Have the outbox drained right after this transaction."""
    later("kervan.core.jobs.drain_now")
