"""Person records: who sees them, saving without overwriting, search, one's own profile."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.core.scope import Role
from kervan.people.models import Enrolment, Person
from kervan.people.services import persons as services

SignedIn = Callable[[Any], Client]
PROFILE = {"given_name": "Ayşe", "family_name": "Çelik", "birth_date": "2004-03-09", "language": "tr", "phone": "1"}


@pytest.mark.parametrize(
    ("who", "same_unit", "other_unit"),
    [
        ("elif_", 200, 200),
        ("leyla", 200, 200),
        ("deniz", 200, 200),
        ("admin", 200, 200),
        ("mert", 200, 404),
        ("rektor", 404, 404),
        ("omar", 404, 404),
        ("nadia", 404, 404),
    ],
)
def test_a_person_is_seen_by_office_and_own_coordinator(
    who: str, same_unit: int, other_unit: int, ayse: Any, can: Any, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    pages = [f"/office/people/{user.person.uid}/" for user in (ayse, can)]
    assert [client.get(page).status_code for page in pages] == [same_unit, other_unit]


def test_an_applicant_has_no_workspace_page_even_of_themselves(ayse: Any, signed_in: SignedIn) -> None:
    assert signed_in(ayse).get(f"/office/people/{ayse.person.uid}/").status_code == 404


@pytest.mark.parametrize("text", ["çelik", "CELIK", "Ayse Celik", "2023010101"])
def test_the_list_finds_turkish_names_however_they_are_typed(
    text: str, elif_: Any, ayse: Any, can: Any, signed_in: SignedIn
) -> None:
    page = signed_in(elif_).get("/office/people/", {"q": text}).content.decode()
    assert "Ayşe Çelik" in page and "Can Şahin" not in page


def test_the_list_is_narrowed_by_faculty(
    elif_: Any, ayse: Any, can: Any, units: SimpleNamespace, signed_in: SignedIn
) -> None:
    page = signed_in(elif_).get("/office/people/", {"unit": units.education.uid}).content.decode()
    assert "Can Şahin" in page and "Ayşe Çelik" not in page


def test_the_global_search_finds_persons_only_for_whoever_may_see_them(
    elif_: Any, mert: Any, ayse: Any, can: Any, signed_in: SignedIn
) -> None:
    assert "Can Şahin" in signed_in(elif_).get("/find/?q=sahin").content.decode()
    assert "Can Şahin" not in signed_in(mert).get("/find/?q=sahin").content.decode()
    assert "Can Şahin" not in signed_in(ayse).get("/find/?q=sahin").content.decode()


def test_a_profile_is_saved_with_what_changed(ayse: Any, signed_in: SignedIn) -> None:
    signed_in(ayse).post("/my/profile/", {**PROFILE, "citizenship": "TR", "version": 1})
    ayse.person.refresh_from_db()
    event = Event.objects.get()
    assert (ayse.person.phone, ayse.person.citizenships, ayse.person.version) == ("1", ["TR"], 2)
    assert event.values["changes"] == {"phone": ["", "1"], "language": ["en", "tr"], "citizenships": [[], ["TR"]]}


def test_a_stale_save_overwrites_nothing_and_shows_both_versions(ayse: Any, elif_: Any, signed_in: SignedIn) -> None:
    services.save_person(ayse.person, 1, actor=elif_, phone="0458 211 11 53")
    page = signed_in(ayse).post("/my/profile/", {**PROFILE, "version": 1}).content.decode()
    ayse.person.refresh_from_db()
    assert ayse.person.phone == "0458 211 11 53"
    assert "Saved meanwhile" in page and "0458 211 11 53" in page and 'name="version" value="2"' in page


def test_saving_the_shown_version_again_is_a_choice(ayse: Any, elif_: Any, signed_in: SignedIn) -> None:
    services.save_person(ayse.person, 1, actor=elif_, phone="0458 211 11 53")
    signed_in(ayse).post("/my/profile/", {**PROFILE, "version": 2})
    ayse.person.refresh_from_db()
    assert ayse.person.phone == "1"


def test_a_birth_date_that_cannot_be_is_refused(ayse: Any, signed_in: SignedIn) -> None:
    page = signed_in(ayse).post("/my/profile/", {**PROFILE, "birth_date": "2204-03-09", "version": 1}).content.decode()
    assert "Look at the year" in page


def test_a_new_name_is_found_at_once(ayse: Any, elif_: Any) -> None:
    saved = services.save_person(ayse.person, 1, actor=elif_, family_name="Işık")
    assert list(Person.objects.matching("isik")) == [saved]
    ayse.refresh_from_db()
    assert str(ayse) == "Ayşe Işık"


def test_pressing_twice_adds_one_person(elif_: Any, office: Office, signed_in: SignedIn) -> None:
    form = {"given_name": "Zeynep", "family_name": "Ak", "language": "tr", "idempotency_key": "k" * 24}
    client = signed_in(elif_)
    answers = [client.post("/office/people/new/", form).headers["Location"] for _press in range(2)]
    assert answers[0] == answers[1] and Person.objects.filter(given_name="Zeynep").count() == 1


def test_a_student_number_is_given_once(elif_: Any, ayse: Any, signed_in: SignedIn) -> None:
    form = {"given_name": "Z", "family_name": "A", "language": "tr", "student_number": "2023010101"}
    page = signed_in(elif_).post("/office/people/new/", form).content.decode()
    assert "2023010101 already" in page and Person.objects.filter(given_name="Z").count() == 0


def test_an_account_without_a_record_opens_one(nadia: Any, signed_in: SignedIn) -> None:
    client = signed_in(nadia)
    client.post("/my/begin/")
    client.post("/my/begin/")
    assert Person.objects.filter(user=nadia).count() == 1


def test_an_enrolment_is_noted_once_and_its_changes_are_kept(ayse: Any, elif_: Any, units: SimpleNamespace) -> None:
    services.enrol(ayse.person, units.civil, "bachelor", actor=elif_, gpa_4=Decimal("3.40"), study_year=2)
    assert Enrolment.objects.get(person=ayse.person).gpa_4 == Decimal("3.40")
    assert Event.objects.get().values["changes"] == {"gpa_4": ["3.10", "3.40"]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    count: int, elif_: Any, office: Office, units: SimpleNamespace, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        person = Person.objects.create(office=office, given_name=str(number), family_name="A")
        services.enrol(person, units.civil, "bachelor", actor=elif_)
    client = signed_in(elif_)
    with django_assert_num_queries(12):
        client.get("/office/people/")


@pytest.mark.parametrize("name", ["email", "student_number"])
def test_only_an_administrator_changes_by_what_a_waiting_role_is_found(
    name: str, office: Office, elif_: Any, admin: Any
) -> None:
    person = Person.objects.create(office=office, email="rector@bayburt.example", student_number="1")
    services.give_role(person, Role.ADMINISTRATOR, None, actor=None)
    with pytest.raises(NotPossible, match="holds a role"):
        services.save_person(person, person.version, actor=elif_, **{name: "elif@bayburt.example"})
    services.save_person(person, person.version, actor=admin, **{name: "new@bayburt.example"})


def test_the_own_record_asks_for_the_date_of_birth(ayse: Any, signed_in: SignedIn) -> None:
    page = signed_in(ayse).post("/my/profile/", {**PROFILE, "birth_date": "", "version": 1}).content.decode()
    assert "This field is required." in page


def test_a_name_that_is_too_long_is_refused_and_not_cut(ayse: Any, signed_in: SignedIn) -> None:
    page = signed_in(ayse).post("/my/profile/", {**PROFILE, "given_name": "A" * 121, "version": 1}).content.decode()
    assert "at most 120 characters (it has 121)" in page and 'maxlength="120"' not in page


def test_only_the_page_that_is_open_is_marked_in_the_menu(ayse: Any, signed_in: SignedIn) -> None:
    page = signed_in(ayse).get("/my/profile/").content.decode()
    assert '<a href="/my/profile/" aria-current="page">' in page
    assert '<a href="/my/" aria-current="page">' not in page
