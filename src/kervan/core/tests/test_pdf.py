"""Markdown as blocks, and PDFs made of them: data stays data, every Turkish letter is there."""

from typing import Any

import pytest

from kervan.core import pdf
from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.core.rules.markdown_blocks import blocks, map_texts, plain_text

OFFICE = Office(
    name_en="Bayburt University", name_tr="Bayburt Üniversitesi", address_tr="69000 Bayburt", email="a@b.example"
)
CODE, ADDRESS = "K7QW-3M8A-XZ2P", "https://kervan.example/check/K7QW-3M8A-XZ2P/"


def letter(text: str, **more: Any) -> dict[str, Any]:
    frame = pdf.frame(OFFICE, "tr", title="Yazı", code=CODE, address=ADDRESS)
    return {**frame, "subject": "Konu", "blocks": blocks(text), **more}


def test_markdown_becomes_plain_blocks() -> None:
    assert blocks("# Dear **you**\n\nHello *world*") == [
        {"type": "heading", "level": 1, "parts": [{"text": "Dear "}, {"text": "you", "bold": True}]},
        {"type": "paragraph", "parts": [{"text": "Hello "}, {"text": "world", "italic": True}]},
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\nb", "a\n\nb"),
        ("line  \nnext", "line\nnext"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n1 | 2"),
        ("> said", "> said"),
        ("[site](https://a.example)", "site (https://a.example)"),
        ("<https://a.example>", "https://a.example"),
        ("[here](<{{ answer_url }}>)", "here ({{ answer_url }})"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("![x](https://a.example/x.png)", "x"),
        ("", ""),
        ("\0", ""),
    ],
)
def test_markdown_reads_as_a_mail_shows_it(text: str, shown: str) -> None:
    assert plain_text(blocks(text)) == shown


def test_lines_of_a_letter_stay_apart_where_wished() -> None:
    assert plain_text(blocks("Kind regards\nElif")) == "Kind regards Elif"
    assert plain_text(blocks("Kind regards\nElif", keeps_lines=True)) == "Kind regards\nElif"


def test_a_field_is_one_text_whatever_stands_around_it() -> None:
    for text in (r"\{{ a_b_c }}", "x{{ a_b_c }}y", "**{{ a_b_c }}**", "*a*{{ a_b_c }}*b*"):
        texts: list[str] = []
        map_texts(blocks(text), lambda one, texts=texts: texts.append(one) or one)
        assert any("{{ a_b_c }}" in one for one in texts), text


def test_what_is_put_into_blocks_is_not_markdown() -> None:
    changed = map_texts(blocks("Dear {{ name }}"), lambda one: one.replace("{{ name }}", "**x** [a](b)"))
    assert changed == [{"type": "paragraph", "parts": [{"text": "Dear **x** [a](b)"}]}]


def test_deeply_nested_text_is_read() -> None:
    assert blocks(">" * 3000 + " x")
    assert blocks("*" * 3000 + "x" + "[" * 3000)


@pytest.mark.parametrize("mark", [">", "> - ", "- ", "1. > "])
def test_text_inside_many_quotes_and_lists_is_neither_lost_nor_too_deep_for_a_pdf(mark: str) -> None:
    text = mark * 12 + "kept"
    assert "kept" in str(blocks(text))
    pdf.compile_pdf("core/letter", letter(text), has_gaps=False)


def test_letter_is_a_tagged_pdf() -> None:
    made = pdf.compile_pdf("core/letter", letter("Sayın **İlgili**, *ğüşıöç* ĞÜŞİÖÇ\n\n- bir\n\n| A |\n|---|\n| 1 |"))
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made


@pytest.mark.parametrize("heading", ["## Two", "### Three\n\n# One", "###### Six"])
def test_any_order_of_headings_is_accessible(heading: str) -> None:
    pdf.compile_pdf("core/letter", letter(f"{heading}\n\ntext"), has_gaps=False)


HOSTILE = [
    '#panic("x")',
    "#let x = 1",
    "$ 1/0 $",
    "*_`",
    "\\u{41}",
    "{{ x }}",
    '"]',
    "<label>",
    "@ref",
    "//",
    "x" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    data = letter("x", recipient=[text], subject=text, signatory=text)
    data["blocks"] = [{"type": "paragraph", "parts": [{"text": text}]}, {"type": "code", "text": text}]
    assert pdf.compile_pdf("core/letter", data, has_gaps=False).startswith(b"%PDF-")


def test_signs_without_a_font_leave_a_gap_or_are_refused() -> None:
    data = letter("王小明")
    assert pdf.compile_pdf("core/letter", data).startswith(b"%PDF-")
    with pytest.raises(NotPossible):
        pdf.compile_pdf("core/letter", data, has_gaps=False)


def test_long_text_takes_several_pages() -> None:
    made = pdf.compile_pdf("core/letter", letter("word " * 5000), has_gaps=False)
    assert made.count(b"/Type /Page\n") + made.count(b"/Type/Page") > 2 or len(made) > 30_000
