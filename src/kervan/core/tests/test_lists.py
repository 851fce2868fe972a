"""The one list: whatever stands in the address, a page comes."""

import base64
import json
from typing import Any

import pytest
from django.test import RequestFactory

from kervan.core import outbox
from kervan.core.lists import Column, Listing, listing
from kervan.core.models import Office, OutboxMessage

COLUMNS = [
    Column(name, name, lambda row: str(row), sort=name)
    for name in ("subject", "attempts", "due_at", "office__publish_needs_two", "office__slug")
]


def shown(**parameters: str) -> Listing:
    found = listing(
        RequestFactory().get("/", parameters),
        OutboxMessage.objects.all(),
        name="mails",
        caption="Mails",
        columns=COLUMNS,
        default_sort="subject",
        search=lambda rows, text: rows.filter(subject__contains=text),
        page_rows=2,
    )
    assert isinstance(found, Listing)
    return found


def subjects(found: Listing) -> list[str]:
    return [row.subject for row, _cells, _notes in found.rows]


@pytest.fixture
def three(office: Office) -> None:
    for name in "ABC":
        outbox.write_mail(office, to="a@b.example", subject=name, body="B", language="en", dedupe_key=name)


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


BAD: list[Any] = [
    ["abc", 1],
    [10**40, 1],
    [1, 10**40],
    [float("inf"), 1],
    [1, float("inf")],
    [float("nan"), 1],
    ["\0", 1],
    ["\ud800", 1],
    ["2026-13-45", 1],
    [None, "x"],
    [[], 1],
    {"a": 1, "b": 2},
    5,
]


@pytest.mark.parametrize("side", ["after", "before"])
@pytest.mark.parametrize("column", [column.name for column in COLUMNS])
@pytest.mark.parametrize("value", BAD, ids=str)
def test_a_bad_cursor_never_fails(three: None, value: Any, column: str, side: str) -> None:
    shown(**{"sort": column, side: cursor(value)})


@pytest.mark.parametrize("text", ["ä", "!", "W1s", base64.b64encode(b"[" * 3000).decode()])
def test_a_broken_cursor_is_the_first_page(three: None, text: str) -> None:
    assert subjects(shown(after=text)) == ["A", "B"]


@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_of_another_column_is_the_first_page(three: None, side: str) -> None:
    found = shown(**{"sort": "attempts", side: cursor(["abc", 1])})
    assert subjects(found) == ["A", "B"]
    assert (bool(found.next_url), found.previous_url) == (True, "")


def test_a_search_for_what_no_database_holds_does_not_fail(three: None) -> None:
    assert subjects(shown(q="A\0")) == ["A"]
