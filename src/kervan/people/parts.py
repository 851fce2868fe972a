"""Parts that other apps add to a person's page, loaded as fragments from their own addresses."""

from dataclasses import dataclass

from kervan.core.permissions import Predicate
from kervan.core.registries import Text


@dataclass(frozen=True, slots=True)
class PersonPart:
    """`url_name` takes the person's uid and answers with a fragment; without script it is a link under the title."""

    title: Text
    url_name: str
    readers: Predicate
    order: int = 100


person_parts: list[PersonPart] = []


def add(part: PersonPart) -> None:
    """Add a part to the person's page."""
    person_parts.append(part)
    person_parts.sort(key=lambda one: one.order)
