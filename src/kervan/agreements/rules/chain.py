"""Which bodies decide on an agreement, and whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WAITING, APPROVED, REFUSED, DROPPED = "waiting", "approved", "refused", "dropped"


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the university. kinds: kinds of agreement that it decides on; empty: all. position: its order."""

    key: int
    position: int
    kinds: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on a version: its place in the order and how it stands."""

    position: int
    state: str


def deciding(bodies: Iterable[Body], kind: str) -> list[Body]:
    """Return the bodies that decide on a kind of agreement, first who decides first. None: nobody inside is asked.

    Bodies with the same order follow by key. Source: the office's own list.
    """
    asked = (one for one in bodies if one.is_active and (not one.kinds or kind in one.kinds))
    return sorted(asked, key=lambda one: (one.position, one.key))


def next_step(steps: Iterable[Step]) -> Step | None:
    """Return the step whose turn it is: the first that waits, as long as nobody refused. Each decides after the other.

    Source: RULES 6.8 (board of the unit, then rectorate) for guests; agreements go the same way.
    """
    rows = sorted(steps, key=lambda one: one.position)
    if any(one.state == REFUSED for one in rows):
        return None
    return next((one for one in rows if one.state == WAITING), None)


def is_approved(steps: Sequence[Step]) -> bool:
    """Return whether every body that was asked has approved; with nobody to ask a version is approved at once."""
    return all(one.state == APPROVED for one in steps)
