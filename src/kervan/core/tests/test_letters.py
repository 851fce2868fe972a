"""Templates of letters: drafts, released versions that never change, seeds."""

from typing import Any

import pytest

from kervan.core import registries
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, LetterTemplate, Office
from kervan.core.rules import merging
from kervan.core.services import letters

WORDS = {
    "subject_en": "About {{ name }}",
    "subject_tr": "{{ name }} hakkında",
    "body_en": "Dear **{{ name }}**",
    "body_tr": "Sayın **{{ name }}**",
}
TITLES = {"title_en": "Hello", "title_tr": "Merhaba"}


def make(office: Office, **words: str) -> LetterTemplate:
    return letters.create_template(
        office.pk, channel="mail", about="person", **TITLES, words={**WORDS, **words}, actor=None
    )


def test_template_begins_with_a_draft(office: Office, elif_: Any) -> None:
    template = make(office)
    draft = template.versions.get()
    assert (draft.number, draft.released_at, template.code) == (1, None, "hello")
    assert make(office).code.startswith("hello-")


def test_released_version_never_changes_and_a_new_one_begins_from_its_words(office: Office, elif_: Any) -> None:
    template = make(office)
    released = letters.release(template.versions.get(), 1, actor=elif_)
    with pytest.raises(NotPossible):
        letters.save_draft(released, released.version, titles=TITLES, words=WORDS, actor=elif_)
    with pytest.raises(NotPossible):
        letters.release(released, released.version, actor=elif_)
    draft = letters.new_draft(template, actor=elif_)
    assert (draft.number, draft.body_tr) == (2, WORDS["body_tr"])
    assert letters.new_draft(template, actor=elif_).pk == draft.pk
    kinds = list(Event.objects.about(template).values_list("kind", flat=True))
    assert kinds == ["lettertemplate.create", "lettertemplate.release", "lettertemplate.new_version"]


def test_stale_save_and_stale_release_change_nothing(office: Office, elif_: Any) -> None:
    draft = make(office).versions.get()
    letters.save_draft(draft, 1, titles=TITLES, words={**WORDS, "body_en": "New"}, actor=elif_)
    with pytest.raises(Stale):
        letters.save_draft(draft, 1, titles=TITLES, words=WORDS, actor=elif_)
    with pytest.raises(Stale):
        letters.release(draft, 1, actor=elif_)
    draft.refresh_from_db()
    assert (draft.body_en, draft.released_at) == ("New", None)


def test_draft_with_a_wrong_field_is_not_released(office: Office) -> None:
    draft = make(office, body_tr="Sayın {{ nmae }}").versions.get()
    with pytest.raises(NotPossible, match=r"Line 1, column 7: there is no field “nmae”. Did you mean \{\{ name \}\}\?"):
        letters.release(draft, 1, actor=None)


def test_letter_that_stays_here_may_not_hold_what_opens_something(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = [registries.MergeField("name", "Name"), registries.MergeField("key", "Key to the door", is_secret=True)]
    source = registries.MergeSource("fake", "Fake", fields, lambda _scope, _uids: [])
    monkeypatch.setitem(registries.merge_sources, "fake", source)
    words = {**WORDS, "body_en": "Dear {{ key }}"}
    drafts = {
        channel: letters.create_template(
            office.pk, channel=channel, about="fake", **TITLES, words=words, actor=None
        ).versions.get()
        for channel in ("letter", "mail")
    }
    with pytest.raises(NotPossible, match=r"opens something by itself: Key to the door\. Take it out"):
        letters.release(drafts["letter"], 1, actor=None)
    assert letters.release(drafts["mail"], 1, actor=None).released_at


def test_archived_template_can_be_restored(office: Office, elif_: Any) -> None:
    template = make(office)
    letters.archive(template, actor=elif_)
    letters.archive(template, actor=elif_)
    letters.restore(template, actor=elif_)
    assert Event.objects.about(template).count() == 3


def test_templates_that_come_with_kervan_are_good_and_made_once(office: Office) -> None:
    made = letters.seed_templates(office, actor=None)
    assert {one.about for one in made} == {"contact", "person"} & set(registries.merge_sources)
    assert all(one.versions.get().released_at for one in made)
    assert letters.seed_templates(office, actor=None) == []


def test_templates_that_come_with_kervan_use_the_same_fields_in_both_languages(office: Office) -> None:
    for template in letters.seed_templates(office, actor=None):
        version = template.versions.get()
        english, turkish = (
            set(merging.fields_in(f"{getattr(version, f'subject_{one}')} {getattr(version, f'body_{one}')}"))
            for one in ("en", "tr")
        )
        assert english == turkish, template.code
