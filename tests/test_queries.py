"""What pages cost: the number of queries does not grow with the rows, and stays small."""

from collections.abc import Iterator
from typing import Any

import pytest
import small_world
from django.db import connection
from django.test.utils import CaptureQueriesContext
from small_world import World, undone
from test_matrix import address, table

MOST_QUERIES = 20
WORTH_A_WORD = 12
READERS = ("elif", "leyla", "ayşe", "ada", "rana", "visitor")
BOUNDED = "mert"  # sees his units only, which costs what nobody else pays
PARTNERS_PAGES = "agreements:link_"
FEW, MANY = 5, 50


def pages() -> Iterator[tuple[str, str, str]]:
    """Each address of ours that somebody may open, with each thing: name, thing, reader."""
    for row in table():
        if row["method"] == "GET" and ":" in row["url"] and "theirs" not in row["thing"]:
            for reader in readers(row):
                yield row["url"], row["thing"], reader


def readers(row: dict[str, str]) -> list[str]:
    """The first who may, and who sees a part only; of a partner's pages the partner."""
    asked = ("maria",) if row["url"].startswith(PARTNERS_PAGES) else READERS
    first = [role for role in asked if row[role] == "ok"][:1]
    return first + ([BOUNDED] if row[BOUNDED] == "ok" and not row["everybody"] and first != ["maria"] else [])


def costs(rows: int) -> dict[str, int]:
    """Queries of each page in a world with so many rows of everything."""
    with undone():
        world = small_world.build(rows)
        clients = {reader: world.client(reader) for reader in (*READERS, BOUNDED, "maria")}
        return {
            f"{name} {thing} ({reader})": queries(world, clients[reader], name, thing)
            for name, thing, reader in pages()
        }


def queries(world: World, client: Any, name: str, thing: str) -> int:
    """Queries of a warm page."""
    url = address(name, world.things.get(thing, {}))
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200, url
    return len(seen.captured_queries)


@pytest.mark.django_db
def test_pages_cost_the_same_for_few_and_many_rows(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [small_world.HOST, small_world.OTHER_HOST]
    settings.WHITENOISE_AUTOREFRESH = True
    few, many = costs(FEW), costs(MANY)
    for page, count in sorted(many.items(), key=lambda pair: -pair[1]):
        if count > WORTH_A_WORD:
            print(f"{count:3} queries: {page}")
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
    assert {page: count for page, count in many.items() if count > MOST_QUERIES} == {}
