"""How the world map is shaded: four classes of how many partner universities a country has."""

from collections.abc import Collection, Mapping

FIRST_OF_CLASS = (1, 2, 5, 10)
_EUROPE = (
    "AD AL AM AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT"
    " NL NO PL PT RO RS RU SE SI SK SM TR UA VA XK"
)
EUROPE = frozenset(_EUROPE.split())  # members of the Council of Europe, those who left it, and what lies among them


def class_of(count: int) -> int:
    """Return the class of a country: 0 without partners, 1 for one, 2 from two, 3 from five, 4 from ten on.

    The classes are the same for every office and year, so that two maps can be compared. Raises ValueError below 0.
    """
    if count < 0:
        raise ValueError(f"{count} partners")
    return sum(count >= first for first in FIRST_OF_CLASS)


def opens_on_europe(counts: Mapping[str, int]) -> bool:
    """Whether the map opens on Europe: more than four fifths of the partner universities are there.

    counts: partners by country (ISO 3166, two letters). Without partners it opens on the world.
    """
    there = sum(count for code, count in counts.items() if code in EUROPE)
    return 5 * there > 4 * sum(counts.values())


def not_drawn(counts: Mapping[str, int], drawn: Collection[str]) -> list[str]:
    """Return the countries with partners that the map does not draw (small states), in their order in `counts`."""
    return [code for code, count in counts.items() if count and code not in drawn]
