"""Who counts on an agreement: later apps say what of theirs an early end touches, so that it is seen beforehand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from kervan.agreements.models import Agreement
from kervan.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that counts on the agreement after a day: a whole sentence, and where to look at it."""

    sentence: str
    url: str = ""


sources: list[Callable[[Scope, Agreement, date], Iterable[Effect]]] = []


def register(source: Callable[[Scope, Agreement, date], Iterable[Effect]]) -> None:
    """Add a source; called with the reader's scope, the agreement and its last day, in a bounded number of queries."""
    sources.append(source)


def of(scope: Scope, agreement: Agreement, last_day: date) -> list[Effect]:
    """Return everything that counts on an agreement after its last day."""
    return [one for source in sources for one in source(scope, agreement, last_day)]
