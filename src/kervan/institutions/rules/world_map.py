"""How the world map is shaded: four classes of how many partner universities a country has."""

from collections.abc import Collection, Mapping

FIRST_OF_CLASS = (1, 2, 5, 10)


def class_of(count: int) -> int:
    """Return the class of a country: 0 without partners, 1 for one, 2 from two, 3 from five, 4 from ten on.

    The classes are the same for every office and year, so that two maps can be compared. Raises ValueError below 0.
    """
    if count < 0:
        raise ValueError(f"{count} partners")
    return sum(count >= first for first in FIRST_OF_CLASS)


def not_drawn(counts: Mapping[str, int], drawn: Collection[str]) -> list[str]:
    """Return the countries with partners that the map does not draw (small states), in their order in `counts`."""
    return [code for code, count in counts.items() if count and code not in drawn]
