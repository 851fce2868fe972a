"""The world map: classes, countries that are not drawn, the shipped outlines."""

import pytest

from kervan.institutions import reference
from kervan.institutions.rules.world_map import class_of, not_drawn, opens_on_europe


def test_four_classes_say_how_many_partners_a_country_has() -> None:
    assert [class_of(count) for count in (0, 1, 2, 4, 5, 9, 10, 300)] == [0, 1, 2, 2, 3, 3, 4, 4]
    with pytest.raises(ValueError, match="-1"):
        class_of(-1)


def test_countries_with_partners_that_are_not_drawn_are_named() -> None:
    assert not_drawn({"MT": 2, "PL": 3, "SM": 0, "AD": 1}, {"PL", "FR"}) == ["MT", "AD"]


def test_the_map_opens_on_europe_when_more_than_four_fifths_are_there() -> None:
    assert not opens_on_europe({})
    assert not opens_on_europe({"PL": 3, "TR": 1, "KR": 1})
    assert opens_on_europe({"PL": 4, "TR": 1, "KR": 1})


def test_the_shipped_map_knows_the_countries_and_only_draws_lines() -> None:
    outlines = dict(reference.map_outlines())
    assert {"TR", "DE", "KZ", "BR", "XK"} <= set(outlines)
    assert all(reference.country(code) for code in outlines if code)
    assert all(set(path) <= set("Mlz0123456789- ") for path in outlines.values())
