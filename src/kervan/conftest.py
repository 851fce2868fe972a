"""The office, units and people that all tests share: Ayşe applies, Mert coordinates, Elif works in the office."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kervan.core.models import Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution, Level, Unit, UnitKind
from kervan.people.models import Enrolment, Person, RoleAssignment, User


@pytest.fixture(autouse=True)
def static_files_are_found_where_they_are_written(settings: Any) -> None:
    """Tests need no collected static files."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def office(db: None) -> Office:
    """The office of the host `testserver`, with its own institution. Rate limits begin anew."""
    cache.clear()
    row = Office.objects.create(
        slug="bayburt",
        hosts=["testserver", "localhost"],
        name_en="Bayburt University",
        name_tr="Bayburt Üniversitesi",
        email="erasmus@bayburt.example",
    )
    Institution.objects.create(
        office=row, name="Bayburt Üniversitesi", name_en="Bayburt University", country="TR", erasmus_code="TR BAYBURT01"
    )
    return row


@pytest.fixture
def other_office(db: None) -> Office:
    """A second office of the same installation."""
    row = Office.objects.create(
        slug="uppsala", hosts=["uppsala.localhost"], name_en="Uppsala University", name_tr="Uppsala Üniversitesi"
    )
    Institution.objects.create(office=row, name="Uppsala universitet", country="SE", erasmus_code="S UPPSALA01")
    return row


@pytest.fixture
def units(office: Office) -> SimpleNamespace:
    """`engineering` with the programmes `civil` and `mechanical`; `education` with the programme `teaching`."""
    institution = Institution.objects.get(office=office)
    engineering = faculty(institution, "Mühendislik Fakültesi", "Faculty of Engineering")
    education = faculty(institution, "Eğitim Fakültesi", "Faculty of Education")
    return SimpleNamespace(
        engineering=engineering,
        civil=programme(engineering, "İnşaat Mühendisliği", "Civil Engineering", "0732"),
        mechanical=programme(engineering, "Makine Mühendisliği", "Mechanical Engineering", "0715"),
        education=education,
        teaching=programme(education, "Sınıf Öğretmenliği", "Primary Education", "0113"),
    )


def faculty(institution: Institution, name_tr: str, name_en: str) -> Unit:
    return Unit.objects.create(institution=institution, kind=UnitKind.FACULTY, name_tr=name_tr, name_en=name_en)


def programme(parent: Unit, name_tr: str, name_en: str, isced: str) -> Unit:
    return Unit.objects.create(
        institution=parent.institution,
        parent=parent,
        kind=UnitKind.PROGRAMME,
        level=Level.BACHELOR,
        name_tr=name_tr,
        name_en=name_en,
        isced=isced,
    )


def account(office: Office, given: str, family: str, *roles: tuple[Role, Unit | None], **person: Any) -> Any:
    """Make an account with its person (`user.person`) and roles. Its password is not set: sign in with `signed_in`."""
    address = f"{person.pop('address')}@bayburt.example"
    user: Any = User.objects.create_user(address, name=f"{given} {family}")
    values = {"email": address, "language": "en", **person}
    user.person = Person.objects.create(office=office, user=user, given_name=given, family_name=family, **values)
    for role, unit in roles:
        RoleAssignment.objects.create(office=office, person=user.person, role=role.value, unit=unit)
    return user


def enrol(user: Any, unit: Unit, gpa_4: str = "3.10") -> Any:
    Enrolment.objects.create(
        office=user.person.office, person=user.person, unit=unit, level=unit.level, gpa_4=Decimal(gpa_4), study_year=2
    )
    return user


@pytest.fixture
def elif_(office: Office) -> Any:
    """Office staff."""
    return account(office, "Elif", "Kaya", (Role.STAFF, None), address="elif")


@pytest.fixture
def leyla(office: Office) -> Any:
    """Head of the office."""
    return account(office, "Leyla", "Demir", (Role.HEAD, None), address="leyla")


@pytest.fixture
def mert(office: Office, units: SimpleNamespace) -> Any:
    """Coordinator of the faculty of engineering."""
    return account(office, "Mert", "Yıldız", (Role.COORDINATOR, units.engineering), address="mert")


@pytest.fixture
def ayse(office: Office, units: SimpleNamespace) -> Any:
    """Applicant, civil engineering."""
    born, number = date(2004, 3, 9), "2023010101"
    return enrol(account(office, "Ayşe", "Çelik", address="ayse", birth_date=born, student_number=number), units.civil)


@pytest.fixture
def can(office: Office, units: SimpleNamespace) -> Any:
    """Applicant of the other faculty."""
    born, number = date(2003, 11, 21), "2022020202"
    return enrol(account(office, "Can", "Şahin", address="can", birth_date=born, student_number=number), units.teaching)


@pytest.fixture
def omar(other_office: Office) -> Any:
    """Somebody of the other office."""
    return account(other_office, "Omar", "Haddad", (Role.STAFF, None), address="omar")


@pytest.fixture
def nadia(office: Office) -> Any:
    """An account without a person in this office: may see nothing."""
    user: Any = User.objects.create_user("nadia@bayburt.example", name="Nadia Petrova")
    user.person = None
    return user


@pytest.fixture
def rektor(office: Office) -> Any:
    """Leadership."""
    return account(office, "Rana", "Aydın", (Role.LEADERSHIP, None), address="rektor")


@pytest.fixture
def deniz(office: Office) -> Any:
    """Auditor."""
    return account(office, "Deniz", "Arslan", (Role.AUDITOR, None), address="deniz")


@pytest.fixture
def admin(office: Office) -> Any:
    """Administrator of accounts."""
    return account(office, "Ada", "Koç", (Role.ADMINISTRATOR, None), address="ada")


@pytest.fixture
def signed_in(office: Office) -> Callable[[Any], Client]:
    """Return a client signed in as the given account."""

    def make(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
