"""Persons as readers of letters: the merge fields that templates about a person may use."""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kervan.core import letter_bulk
from kervan.core.registries import MOST_FOUND, LetterReader, MergeField, MergeSource, merge_source
from kervan.core.scope import Scope
from kervan.core.text import pick
from kervan.institutions.models import Level
from kervan.people.models import Enrolment, Person, PersonQuerySet

FIELDS = [
    MergeField("name", _("Name"), "Ayşe Yılmaz"),
    MergeField("given_name", _("Given name"), "Ayşe"),
    MergeField("family_name", _("Family name"), "Yılmaz"),
    MergeField("student_number", _("Student number"), "20230001"),
    MergeField("unit", _("Unit"), _("Civil Engineering")),
    MergeField("level", _("Level"), _("Bachelor")),
    MergeField("our_university", _("Our university"), _("Our university")),
]


def readers_of(scope: Scope, uids: Sequence[str]) -> list[LetterReader]:
    """Return the persons among `uids` that the reader sees, in order of their name. Three queries."""
    return _readers(Person.objects.visible_to(scope).filter(uid__in=uids))


def search(scope: Scope, text: str) -> list[LetterReader]:
    """Return persons whose name, number or address fits a text. Three queries."""
    return _readers(Person.objects.visible_to(scope).matching(text), MOST_FOUND)


def _readers(rows: PersonQuerySet, limit: int | None = None) -> list[LetterReader]:
    enrolments = Enrolment.objects.filter(is_current=True).select_related("unit").order_by("pk")
    found = rows.select_related("office").prefetch_related(
        Prefetch("enrolments", enrolments, to_attr="current_enrolments")
    )
    return [_reader(row) for row in found.order_by("sort_key", "pk")[:limit]]


def _reader(person: Person) -> LetterReader:
    def values(language: str) -> Mapping[str, str]:
        return values_of(person, language)

    return LetterReader(person.uid, person.full_name, person.email, person.language, values, "person")


def values_of(person: Person, language: str) -> dict[str, str]:
    """Return what stands for each merge field, in a language; "" where nothing is known."""
    enrolment: Enrolment | None = next(iter(person.current_enrolments), None)  # type: ignore[attr-defined]
    with translation.override(language):
        level = str(Level(enrolment.level).label) if enrolment else ""
    return {
        "name": f"{person.given_name} {person.family_name}".strip(),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "student_number": person.student_number,
        "unit": pick(enrolment.unit.name_en, enrolment.unit.name_tr, language) if enrolment else "",
        "level": level,
        "our_university": pick(person.office.name_en, person.office.name_tr, language),
    }


def register() -> None:
    """Let letters be written to persons, from a template or from their list."""
    letter_bulk.register("people", "person")
    merge_source(MergeSource("person", _("Persons"), FIELDS, readers_of, search))
