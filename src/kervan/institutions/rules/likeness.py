"""Whether two names are so near that somebody should look whether they are the same."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

PERSON_LIKENESS = 88
UNIVERSITY_LIKENESS = 87


def likeness(one: str, other: str) -> float:
    """Return how alike two folded names are, 0 to 100; order of words and small words left out do not matter much."""
    return fuzz.token_sort_ratio(one, other)


def is_alike(one: str, other: str, at_least: float = PERSON_LIKENESS) -> bool:
    """Say whether two folded names (`search_key`, `sort_key`) are at least so alike; an empty one is like none."""
    return bool(one and other) and likeness(one, other) >= at_least


def nearest(name: str, others: Mapping[int, str], limit: int = 5) -> list[int]:
    """Return the keys of the folded names that are nearly the same as `name`, the nearest first, at most `limit`."""
    found = process.extract(name, others, scorer=fuzz.token_sort_ratio, score_cutoff=UNIVERSITY_LIKENESS, limit=limit)
    return [key for _name, _score, key in found]
