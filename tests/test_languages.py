"""Every catalogue is complete, and the tool that says so notices what it must."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.utils.translation.template import templatize

from kervan.core import catalogues

HIDDEN = re.compile(r"""f["'].*\{(?:_|[np]*gettext(?:_lazy)?)\(""")


@pytest.mark.parametrize("path", catalogues.catalogue_files(), ids=lambda path: path.parent.parent.name)
def test_catalogue_is_complete(path: Path) -> None:
    assert catalogues.problems(path, catalogues.texts_in_sources(templatize)) == []


def test_no_text_hides_in_an_f_string() -> None:
    """The reader of the sources cannot see a text inside the braces of an f-string: it would stay English."""
    sources = (Path(catalogues.LOCALE).parent).rglob("*.py")
    code = [path for path in sources if "tests" not in path.parts]
    assert [path.name for path in code if HIDDEN.search(path.read_text("utf-8"))] == []


def found_in(tmp_path: Path, name: str, content: str) -> set[catalogues.Key]:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    return set(catalogues.texts_in_file(path, templatize))


def test_texts_of_code_are_found(tmp_path: Path) -> None:
    code = """
a = _("Plain")
b = gettext_lazy("Lazy")
c = ngettext("%(count)s place", "%(count)s places", n) % {"count": n}
d = pgettext("verb", "Apply")
e = npgettext_lazy("seat", "one", "many", "n")
f = _("In two " "parts")
"""
    assert found_in(tmp_path, "code.py", code) == {
        ("", "Plain"),
        ("", "Lazy"),
        ("", ("%(count)s place", "%(count)s places")),
        ("verb", "Apply"),
        ("seat", ("one", "many")),
        ("", "In two parts"),
    }


def test_texts_of_templates_are_found(tmp_path: Path) -> None:
    page = """{% load i18n %}
<c-button label="{% translate 'It is "yours"' %}">{% translate "It's open" context "call" %}</c-button>
  {% blocktranslate trimmed with name=person.name %}
    Welcome,
    {{ name }}: (100% free)
  {% endblocktranslate %}
{% blocktranslate count counter=n %}{{ counter }} place{% plural %}{{ counter }} places{% endblocktranslate %}
{{ _("Filter")|default:_("None") }} {# Translators: nothing _("here") #}
{% comment %}{% translate "Unseen" %}{% endcomment %}
"""
    assert found_in(tmp_path, "page.html", page) == {
        ("", 'It is "yours"'),
        ("call", "It's open"),
        ("", "Welcome, %(name)s: (100%% free)"),
        ("", ("%(counter)s place", "%(counter)s places")),
        ("", "Filter"),
        ("", "None"),
    }


@pytest.mark.parametrize(
    ("source", "translation", "problem"),
    [
        ("Open", "Açık", None),
        ("Open", "", "not translated"),
        ("Open until %(day)s", "Son gün: %(day)s", None),
        ("Open until %(day)s", "Son gün: %(date)s", "other placeholders"),
        ("Open until %(day)s", "%(day)s'e kadar açık", "ending hangs"),
        ("%(share)s%% full", "%%%(share)s dolu", None),
        ("%(share)s%% full", "%%(share)s dolu", "other placeholders"),
        ("%(share)s%% full", "% %(share)s dolu", "single %"),
        (("%(n)s place", "%(n)s places"), ("%(n)s yer", "%(n)s yer"), None),
        (("One place", "%(n)s places"), ("Bir yer", "%(n)s yer"), None),
        (("%(n)s place", "%(n)s places"), ("%(n)s yer", ""), "not translated"),
    ],
)
def test_a_wrong_translation_is_noticed(
    source: catalogues.Text, translation: catalogues.Text, problem: str | None
) -> None:
    found = catalogues.message_problems(Message(source, translation))
    assert (problem is None and found == []) or (problem is not None and problem in " ".join(found))


def test_an_update_keeps_what_is_known_and_drops_what_is_gone() -> None:
    old = Catalog(locale="tr")
    old.add("Known", "Bilinen")
    old.add("Gone", "Giden")
    new = catalogues.updated(old, {("", "Known"): "a.py", ("verb", "New"): "a.py"})
    assert {(message.context, message.id): message.string for message in new if message.id} == {
        (None, "Known"): "Bilinen",
        ("verb", "New"): None,
    }


def test_an_update_writes_the_same_bytes_twice() -> None:
    path = catalogues.catalogue_files()[0]
    texts = {("", "B"): "a.py", ("", "A"): "a.py"}
    once = catalogues.content_of(catalogues.updated(catalogues.read(path), texts))
    assert once == catalogues.content_of(catalogues.updated(catalogues.read(path), dict(reversed(texts.items()))))
