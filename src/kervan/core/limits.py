"""How often something may be asked for: counted in windows of time, in the cache that all processes share."""

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
