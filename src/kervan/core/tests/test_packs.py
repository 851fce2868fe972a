"""Rule packs: what is read, what is refused and in which words."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.core.rules import packs

BASE = """
name = "base"
version = "2024"
programme = "trial"
title_en = "Trial"
title_tr = "Deneme"
rule_sets = ["X"]
[game]
bonus = { value = 15, source = "page 3" }
[[game.items]]
code = "kin"
points = 10
source = "page 4"
verified = false
"""
VARIANT = """
name = "own"
version = "2024"
extends = "base/2024"
title_en = "Own"
title_tr = "Özel"
[[game.items]]
code = "kin"
points = 5
source = "our page 1"
[[game.items]]
code = "more"
points = 1
source = "our page 2"
"""


def read_game(section: packs.Section) -> dict[str, object]:
    game = {"bonus": section.number("bonus", 0, 20), "items": {}}
    for entry in section.entries("items"):
        game["items"][entry.code("code")] = entry.number("points", -100, 100)
        entry.close()
    section.close()
    return game


READERS = {"game": read_game}


def loaded(reference: str = "base/2024", **texts: str) -> packs.Pack:
    files = {"base/2024": BASE, "own/2024": VARIANT} | {name.replace("__", "/"): text for name, text in texts.items()}
    return packs.load(reference, readers=READERS, lookup=files.__getitem__)


def refusal(text: str) -> list[str]:
    with pytest.raises(packs.PackError) as refused:
        packs.load("base/2024", readers=READERS, lookup={"base/2024": text}.__getitem__)
    return [str(problem) for problem in refused.value.problems]


def test_a_pack_is_read_with_decimals_and_sources() -> None:
    pack = loaded()
    assert pack.sections["game"] == {"bonus": Decimal(15), "items": {"kin": Decimal(10)}}
    assert pack.figure("game.bonus") == packs.Figure("game.bonus", Decimal(15), "page 3")
    assert pack.figure("game.nothing") is None
    assert pack.rule_sets == ("X",)


def test_unverified_figures_are_listed() -> None:
    assert [figure.key for figure in packs.unverified(loaded())] == ["game.items.kin.points"]


def test_a_variant_changes_and_adds_items_by_code() -> None:
    pack = loaded("own/2024")
    assert pack.sections["game"] == {"bonus": Decimal(15), "items": {"kin": Decimal(5), "more": Decimal(1)}}
    assert pack.figure("game.items.kin.points").source == "our page 1"
    assert pack.programme == "trial"
    assert pack.rule_sets == ()


def test_a_variant_that_changes_a_figure_gives_its_own_source() -> None:
    text = VARIANT.replace('source = "our page 1"\n', "")
    with pytest.raises(packs.PackError) as refused:
        loaded("own/2024", own__2024=text)
    assert str(refused.value) == (
        "own/2024.toml: game.items.kin.source is missing; allowed: the source of the changed figures"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("value = 15", "value = 21", "game.bonus is 21; allowed: a number from 0 to 20"),
        ("value = 15", 'value = "15"', 'game.bonus is "15"; allowed: a number from 0 to 20'),
        ("value = 15", "value = true", "game.bonus is true; allowed: a number from 0 to 20"),
        ("value = 15", "value = nan", "game.bonus is NaN; allowed: a number from 0 to 20"),
        (', source = "page 3"', "", "game.bonus.source is missing; allowed: the source of the figure, as a text"),
        (
            'source = "page 3"',
            'source = "page 3", page = 3',
            "game.bonus.page is 3; allowed: no such key; known here: source, value",
        ),
        ("[game]", "[game]\nbonsu = 3", "game.bonsu is 3; allowed: no such key; known here: bonus, items"),
        ("points = 10", "point = 10", "game.items.kin.points is missing; allowed: a number from -100 to 100"),
        ('code = "kin"', 'code = "Kin"', "allowed: a word of small letters, digits and _ that begins with a letter"),
        ('name = "base"', 'name = "other"', 'name is "other"; allowed: base, as in the path of the file'),
        ('title_tr = "Deneme"', "", "title_tr is missing; allowed: a text"),
        ('rule_sets = ["X"]', "historical = true", "historical_reason_en is missing; allowed: a text"),
        ('rule_sets = ["X"]', 'rule_sets = "X"', 'rule_sets is "X"; allowed: a list of names'),
        ("[game]", "[gaem]", "gaem is a table; allowed: no such key; known here: cases, extends, game"),
        ('version = "2024"', "version = 2024", "version is 2024; allowed: a text"),
    ],
)
def test_a_wrong_pack_is_refused_with_key_value_and_what_is_allowed(old: str, new: str, expected: str) -> None:
    assert old in BASE
    assert any(f"base/2024.toml: {expected}" in line or expected in line for line in refusal(BASE.replace(old, new, 1)))


def test_all_problems_are_told_at_once() -> None:
    found = refusal(BASE.replace("value = 15", "value = 21").replace("points = 10", "points = 101"))
    assert found == [
        "base/2024.toml: game.bonus is 21; allowed: a number from 0 to 20",
        "base/2024.toml: game.items.kin.points is 101; allowed: a number from -100 to 100",
    ]


def test_a_code_may_stand_only_once() -> None:
    twice = BASE + '[[game.items]]\ncode = "kin"\npoints = 1\nsource = "page 5"\n'
    assert refusal(twice) == ['base/2024.toml: game.items is "kin"; allowed: each code once']


def test_broken_toml_is_refused_with_its_line() -> None:
    assert "base/2024.toml: file is not readable" in refusal("name = 1 2")[0]
    assert "line 1" in refusal("name = 1 2")[0]


def test_a_pack_that_extends_itself_or_nothing_is_refused() -> None:
    circle = VARIANT.replace("base/2024", "own/2024")
    with pytest.raises(packs.PackError, match="a pack that does not come back here"):
        loaded("own/2024", own__2024=circle)
    with pytest.raises(packs.PackError, match="a pack that is there"):
        loaded("own/2024", own__2024=VARIANT.replace("base/2024", "none/2024"))
    with pytest.raises(packs.PackError, match="NAME/VERSION"):
        loaded("own/2024", own__2024=VARIANT.replace("base/2024", "../base"))


def test_a_number_that_cannot_be_stored_is_refused() -> None:
    assert "12 digits" in refusal(BASE + "[cases]\nscoring = [1e999]\n")[0]


def test_the_hash_does_not_depend_on_order_or_writing() -> None:
    other = BASE.replace("value = 15", "value = 15.00").replace(
        'title_en = "Trial"\ntitle_tr = "Deneme"', 'title_tr = "Deneme"\ntitle_en = "Trial"'
    )
    assert loaded(base__2024=other).sha256 == loaded().sha256
    assert loaded(base__2024=BASE.replace("value = 15", "value = 14")).sha256 != loaded().sha256


@pytest.mark.parametrize("reference", ["base/2024", "own/2024"])
def test_a_stored_pack_reads_back_the_same(reference: str) -> None:
    pack = loaded(reference)
    assert packs.from_canonical(pack.canonical, readers=READERS) == pack


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6))
def test_a_plain_number_keeps_its_value(number: Decimal) -> None:
    text = packs.plain_number(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert json.loads(packs.canonical_json({"a": number})) == {"a": text}


def test_shipped_packs_are_found() -> None:
    assert set(packs.references()) >= {"bayburt-ka131/2024", "erasmus-ka131-tr/2024", "mevlana/2020"}
