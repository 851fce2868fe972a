"""What the filters of the components say, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from kervan.core import styleguide
from kervan.core.scope import VISITOR
from kervan.core.templatetags import kervan


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", Decimal("70.74"), "70.74"),
        ("tr", Decimal("70.74"), "70,74"),
        ("en", Decimal("-10.00"), "−10.00"),
        ("tr", 1702, "1.702"),
        ("en", None, "–"),
        ("en", "2 of 3", "2 of 3"),
    ],
)
def test_a_figure_is_written_in_the_readers_way(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert kervan.figure(value) == shown


def test_a_moment_is_shown_in_the_offices_zone() -> None:
    with translation.override("tr"):
        assert kervan.when(datetime(2026, 11, 25, 7, 0, tzinfo=UTC)) == "25 Kasım 2026, 10:00"
        assert kervan.when(date(2026, 11, 18)) == "18 Kasım 2026"
        assert kervan.iso(datetime(2026, 11, 25, 7, 0, tzinfo=UTC)) == "2026-11-25T07:00:00Z"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2026, 12, 4), "9 days left"),
        (date(2026, 11, 26), "1 day left"),
        (date(2026, 11, 25), "today"),
        (date(2026, 11, 24), "1 day ago"),
    ],
)
def test_days_left_are_said_in_words(until: date, words: str) -> None:
    with translation.override("en"):
        assert kervan.days_left(until, date(2026, 11, 25)) == words


@pytest.mark.parametrize(("name", "letters"), [("Ayşe Nur Yılmaz", "AY"), ("İpek", "İ"), ("", "")])
def test_initials_are_taken_as_written(name: str, letters: str) -> None:
    assert kervan.initials(name) == letters


def test_staff_markdown_cannot_carry_script() -> None:
    shown = kervan.markdown("**yes** <script>alert(1)</script> [x](javascript:alert(1)) [y](https://example.org)")
    assert "<strong>yes</strong>" in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert 'href="https://example.org"' in shown


def test_a_component_escapes_what_a_person_typed() -> None:
    source = CottonCompiler().process('<c-badge :text="text" />')
    page = Template(source).render(Context({"text": "<b>"}))
    assert "&lt;b&gt;" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_styleguide_leaves_no_component_unrendered(rf: RequestFactory, language: str) -> None:
    request = rf.get("/styleguide/")
    request.scope = VISITOR  # type: ignore[attr-defined]
    request.user = None  # type: ignore[assignment]
    with translation.override(language):
        page = styleguide.page(request).content.decode()
    assert "<c-" not in page
    assert " style=" not in page


def test_only_a_very_long_word_may_break_in_a_column() -> None:
    assert (
        kervan.breakable("Uniwersytet im. Adama Mickiewicza w Poznaniu")
        == "Uniwersytet im. Adama Mickiewicza w Poznaniu"
    )
    assert kervan.breakable("<" + "a" * 40) == "&lt;" + "a" * 29 + "<wbr>" + "a" * 11
