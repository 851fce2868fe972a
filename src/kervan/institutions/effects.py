"""What hangs on a university's charter in later apps: they register, so that this app imports none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Effect:
    """Something of the office that a charter touches, e.g. an agreement. institution_id: whose charter."""

    institution_id: int
    label: str | Promise
    url: str


Source = Callable[[int, Sequence[int]], list[Effect]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source: (office id, institution ids) -> what hangs on their charters, in a bounded number of queries."""
    _sources.append(source)


def effects_on(office_id: int, institution_ids: Sequence[int]) -> list[Effect]:
    """Return everything that hangs on the charters of these institutions in an office."""
    return [one for source in _sources for one in source(office_id, institution_ids)] if institution_ids else []
