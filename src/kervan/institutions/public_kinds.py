"""Which partnerships a partner is shown with in public. Apps below bring them, so that this one imports none of them.

Each app registers in its `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of partnership. holds: makes the condition on a row with `office_id` and `institution_id` (OuterRef)."""

    code: str
    label: str | Promise
    holds: Callable[[], Exists]


kinds: list[Kind] = []
narrowings: list[Callable[[QuerySet[Any]], QuerySet[Any]]] = []


def kind(*more: Kind) -> None:
    """Add kinds, in the order in which they are shown."""
    kinds.extend(more)


def narrow(narrowing: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
    """Add a condition that partners must meet to be shown in public."""
    narrowings.append(narrowing)
