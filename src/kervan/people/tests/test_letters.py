"""Persons as readers of letters: what is known of them, in their language, for whoever may see them."""

from typing import Any

import pytest

from kervan.core.models import Office
from kervan.core.scope import Grant, Role, Scope
from kervan.people import letters
from kervan.people.models import Person


@pytest.fixture
def staff(office: Office) -> Scope:
    return Scope(office.pk, 1, None, (Grant(Role.STAFF),))


def test_reader_is_told_in_both_languages(staff: Scope, ayse: Any) -> None:
    (reader,) = letters.readers_of(staff, [ayse.person.uid])
    english, turkish = reader.values("en"), reader.values("tr")
    assert (reader.name, reader.email, reader.subject_type) == (ayse.person.full_name, ayse.person.email, "person")
    assert (english["unit"], turkish["unit"]) == ("Civil Engineering", "İnşaat Mühendisliği")
    assert english["student_number"] == ayse.person.student_number
    assert set(english) == {field.code for field in letters.FIELDS}


def test_what_is_not_known_is_empty(staff: Scope, mert: Any) -> None:
    Person.objects.filter(pk=mert.person.pk).update(student_number="")
    (reader,) = letters.readers_of(staff, [mert.person.uid])
    assert (reader.values("en")["student_number"], reader.values("en")["unit"]) == ("", "")


def test_search_finds_by_name_and_only_whom_one_may_see(
    staff: Scope, ayse: Any, mert: Any, other_office: Office
) -> None:
    assert [one.uid for one in letters.search(staff, ayse.person.family_name)] == [ayse.person.uid]
    stranger = Scope(other_office.pk, 1, None, (Grant(Role.STAFF),))
    assert letters.search(stranger, "") == letters.readers_of(stranger, [ayse.person.uid]) == []
    assert letters.readers_of(Scope(), [ayse.person.uid]) == []


def test_readers_cost_the_same_for_many(staff: Scope, ayse: Any, mert: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        for reader in letters.search(staff, ""):
            reader.values("tr")
