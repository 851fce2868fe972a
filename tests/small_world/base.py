"""What every part of the small world shares: the world itself, its two hosts, and the two tables of the forms."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from kervan.core.models import Office

HOST, OTHER_HOST = "testserver", "uppsala.localhost"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
Thing = dict[str, str]


@dataclass
class World:
    """`people`: role in the tables of the tests -> account. `things`: "kind name" -> values for the address."""

    office: Office
    other: Office
    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser of somebody; the officer of the other office comes by that office's own host name."""
        client = Client(SERVER_NAME=OTHER_HOST if role == "omar" else HOST)
        if self.people[role]:
            client.force_login(self.people[role])
        client.cookies.load(self.cookies.get(role, {}))
        return client

    def keep(self, name: str, row: Any, **more: str) -> Any:
        self.rows[name], self.things[name] = row, {"uid": row.uid, **more}
        return row


Values = Callable[[World], dict[str, Any]]
Sent = dict[str | tuple[str, str], Values]  # what a form sends: by address, or by address and thing or role
Before = dict[tuple[str, str], Callable[[World], Any]]  # what must be so before: by address and thing


def walk(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the installation: full name and pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, namespace + (f"{one.namespace}:" if one.namespace else ""))
        else:
            yield namespace + str(one.name), one


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sets(kind: type[Any], name: str, **values: Any) -> Callable[[World], Any]:
    """Return what writes these values to a thing."""
    return lambda world: kind.objects.filter(pk=world.rows[name].pk).update(**values)
