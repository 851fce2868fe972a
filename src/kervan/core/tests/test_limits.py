"""Counting how often something is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from kervan.core.limits import is_too_often, network_of

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_the_next_window_begins_anew_for_whoever_comes_steadily() -> None:
    cache.clear()
    for minute in range(30):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            assert not is_too_often("x", 10, 600)
    with time_machine.travel(NOON, tick=False):
        assert is_too_often("x", 10, 600)
        assert not is_too_often("y", 10, 600)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::"),
        ("", "unknown"),
        ("x", "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one_visitor(address: str, network: str) -> None:
    assert network_of(address) == network
