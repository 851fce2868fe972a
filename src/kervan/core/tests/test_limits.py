"""Counting how often something is asked for."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.core.cache import cache

from kervan.core.limits import is_too_often

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_the_next_window_begins_anew_for_whoever_comes_steadily() -> None:
    cache.clear()
    for minute in range(30):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            assert not is_too_often("x", 10, 600)
    with time_machine.travel(NOON, tick=False):
        assert is_too_often("x", 10, 600)
        assert not is_too_often("y", 10, 600)
