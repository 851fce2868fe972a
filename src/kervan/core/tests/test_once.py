"""A form's key counts for whoever sent it, and for the page it was sent to."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from kervan.core.models import Office
from kervan.core.once import once


@pytest.fixture
def press(office: Office) -> Any:
    """Send a form with the key `k`; returns what it made. Every call makes another thing."""
    made = iter("abcdef")

    def send(user: Any, path: str = "/office/calls/one/runs/start/", **typed: str) -> str:
        request: Any = RequestFactory().post(path, {"idempotency_key": "k", **typed})
        request.user, request.scope = user, SimpleNamespace(office_id=office.pk)
        return once(request, "run", lambda: SimpleNamespace(uid=next(made)))

    return send


def test_pressed_twice_it_makes_one_thing(press: Any, elif_: Any) -> None:
    assert [press(elif_), press(elif_)] == ["a", "a"]


def test_somebody_elses_key_is_another_key(press: Any, elif_: Any, leyla: Any) -> None:
    assert [press(elif_), press(leyla), press(elif_)] == ["a", "b", "a"]


def test_the_same_key_for_another_thing_is_another_key(press: Any, elif_: Any) -> None:
    assert [press(elif_), press(elif_, "/office/calls/two/runs/start/")] == ["a", "b"]


def test_other_words_under_the_same_key_make_another_thing(press: Any, elif_: Any) -> None:
    """Saved, gone back, changed, saved again: the second text is not lost."""
    assert [press(elif_, title="One"), press(elif_, title="Two"), press(elif_, title="One")] == ["a", "b", "a"]
