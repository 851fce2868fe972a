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
READERS = ("elif", "ayşe", "ada", "rana", "visitor")
FEW, MANY = 5, 50


def pages() -> Iterator[tuple[str, str, str]]:
    """Each address of ours that somebody may open, once with each thing: name, thing, and the first who may."""
    for row in table():
        reader = next((role for role in READERS if row[role] == "ok"), None)
        if row["method"] == "GET" and ":" in row["url"] and reader and "theirs" not in row["thing"]:
            yield row["url"], row["thing"], reader


def costs(rows: int) -> dict[str, int]:
    """Queries of each page in a world with so many rows of everything."""
    with undone():
        world = small_world.build(rows)
        clients = {reader: world.client(reader) for reader in READERS}
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
