"""How often something may be asked for: counted in windows of time, in the cache that all processes share."""

import ipaddress

from django.core.cache import cache
from django.utils import timezone


def is_too_often(key: str, most: int, seconds: int) -> bool:
    """Count one more in the window of so many seconds that runs now; whether that is more than `most`.

    Each window has a counter of its own: one that lived on with every count would shut out whoever comes steadily.
    """
    counter = f"often:{key}:{int(timezone.now().timestamp()) // seconds}"
    cache.add(counter, 0, 2 * seconds)
    try:
        return bool(cache.incr(counter) > most)
    except ValueError:  # the cache dropped it between the two calls
        return False


def network_of(address: str) -> str:
    """Return the address by which a visitor is counted: of IPv6 the first half, which one household has for itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False).network_address)
