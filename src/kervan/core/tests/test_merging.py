"""Merge fields: strict, told with their place, and never more than text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.core.rules import merging
from kervan.core.rules.markdown_blocks import plain_text
from kervan.core.rules.merging import Problem

KNOWN = ["name", "title", "institution", "valid_until"]


def test_fields_are_found_in_order_and_once() -> None:
    assert merging.fields_in("{{ name }} {{title}} {{  name\t}} { name } {{ Name }}") == ["name", "title"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Dear {{ nmae }}", Problem("unknown", "nmae", 1, 6, "name")),
        ("a\nb {{ instituton }}", Problem("unknown", "instituton", 2, 3, "institution")),
        ("{{ colour }}", Problem("unknown", "colour", 1, 1)),
        ("{{ Name }}", Problem("broken", "{{ Name }}", 1, 1, "name")),
        ("{{ valid until }}", Problem("broken", "{{ valid until }}", 1, 1, "valid_until")),
        ("{{ name\n}}", Problem("broken", "{{ name", 1, 1, "name")),
        ("x {{", Problem("broken", "{{", 1, 3)),
        ("{{}}", Problem("broken", "{{}}", 1, 1)),
        ("{{ name|upper }}", Problem("broken", "{{ name|upper }}", 1, 1)),
        ("name }}", Problem("unopened", "}}", 1, 6)),
        ("{{ name.__class__ }}", Problem("broken", "{{ name.__class__ }}", 1, 1)),
        ("{{ {{ name }}", Problem("broken", "{{ ", 1, 1)),
    ],
)
def test_problem_is_named_with_its_place_and_what_was_meant(text: str, problem: Problem) -> None:
    assert merging.problems(text, KNOWN)[0] == problem


def test_good_text_has_no_problem() -> None:
    assert merging.problems("Dear {{ name }}, {not a field} {% if x %} until {{ valid_until }}", KNOWN) == []


def test_each_problem_is_told() -> None:
    found = merging.problems("{{ nme }} }} {{ x", KNOWN)
    assert [one.code for one in found] == ["unknown", "unopened", "broken"]


@pytest.mark.parametrize("gap", ["", " ", "\n", "\u202e", "\0"])
def test_missing_value_leaves_the_reader_out(gap: str) -> None:
    assert merging.lacking(["name", "title"], {"name": "Ayşe", "title": gap}) == ("missing", ["title"])
    assert merging.lacking(["name", "title"], {"name": "Ayşe"}) == ("missing", ["title"])
    assert merging.lacking(["name"], {"name": "Ayşe", "title": ""}) is None


def test_very_long_value_leaves_the_reader_out() -> None:
    assert merging.lacking(["name"], {"name": "x" * 2001}) == ("too_long", ["name"])


HOSTILE = [
    "**bold**",
    "[a](http://b)",
    "# head",
    "<script>",
    "{{ title }}",
    "- item",
    "`code`",
    "![x](y)",
    "a | b",
    "&lt;",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_value_stays_text(value: str) -> None:
    filled = merging.fill("Dear **{{ name }}**, {{ title }}", {"name": value, "title": "T"})
    assert filled[0]["parts"][1] == {"text": value, "bold": True}
    assert plain_text(merging.fill("{{ name }}", {"name": value})) == value


def test_subject_is_one_line() -> None:
    filled = merging.fill_line("About {{ name }}", {"name": "x\r\nBcc: all@example.org\u2028y\0"})
    assert filled == "About x Bcc: all@example.org y"


def test_direction_of_reading_cannot_be_turned() -> None:
    assert merging.cleaned("a\u202eb\u2066c\u200f") == "abc"


@given(st.text(alphabet="{} namex_\n|A", max_size=60))
def test_every_text_is_either_good_or_named(text: str) -> None:
    found = merging.problems(text, ["name"])
    rest = merging.fill_line(text, {"name": "x"})
    assert found or ("{{" not in rest and "}}" not in rest)
    assert all(1 <= one.line <= text.count("\n") + 1 and one.column >= 1 for one in found)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_with_any_value_is_read(text: str, value: str) -> None:
    merging.fill(text + "{{ name }}", {"name": value})
