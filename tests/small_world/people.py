"""Two offices with their units, everybody who could come, who stands in for whom, and who does what."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kervan.conftest import account, enrol, faculty, programme
from kervan.core.models import Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Duty, RoleAssignment
from kervan.people.services import deputies
from small_world.base import Sent, World


def make_office(slug: str, host: str, name: str, country: str, code: str) -> Office:
    row = Office.objects.create(slug=slug, hosts=[host], name_en=name, name_tr=name, email=f"office@{slug}.example")
    Institution.objects.create(office=row, name=name, country=country, erasmus_code=code)
    return row


def make_units(office: Office) -> dict[str, Unit]:
    home = Institution.objects.get(office=office)
    engineering, education = (
        faculty(home, "Mühendislik", "Engineering"),
        faculty(home, "Eğitim", "Education"),
    )
    return {
        "engineering": engineering,
        "education": education,
        "civil": programme(engineering, "İnşaat Mühendisliği", "Civil Engineering", "0732"),
        "teaching": programme(education, "Sınıf Öğretmenliği", "Primary Education", "0113"),
    }


def make_people(world: World, units: dict[str, Unit], theirs: dict[str, Unit]) -> None:
    office, people = world.office, world.people
    born = date(2003, 5, 1)
    people["visitor"] = None
    for name, family, unit, number in (
        ("ayşe", "Çelikkanat", "civil", "1"),
        ("zeynep", "Şahinbey", "civil", "2"),
        ("can", "Demirkazık", "teaching", "3"),
    ):
        person = account(office, name.title(), family, address=name, birth_date=born, student_number=f"202300{number}")
        people[name] = enrol(person, units[unit])
    people["mert"] = account(office, "Mert", "Yıldız", (Role.COORDINATOR, units["engineering"]), address="mert")
    people["derya"] = account(office, "Derya", "Kurt", (Role.COORDINATOR, units["education"]), address="derya")
    people["elif"] = account(office, "Elif", "Kaya", (Role.STAFF, None), address="elif")
    roles = ((Role.STAFF, None), (Role.SPECIAL_READER, None))
    people["selim"] = account(office, "Selim", "Ateş", *roles, address="selim")
    people["leyla"] = account(office, "Leyla", "Aksoy", (Role.HEAD, None), address="leyla")
    people["rana"] = account(office, "Rana", "Aydın", (Role.LEADERSHIP, None), address="rana")
    people["deniz"] = account(office, "Deniz", "Arslan", (Role.AUDITOR, None), address="deniz")
    people["ada"] = account(office, "Ada", "Koç", (Role.ADMINISTRATOR, None), address="ada")
    people["nadia"] = type(people["ada"]).objects.create_user("nadia@bayburt.example", name="Nadia Petrova")
    people["omar"] = account(world.other, "Omar", "Haddad", (Role.STAFF, None), address="omar")
    people["olof"] = account(world.other, "Olof", "Lindgren", (Role.HEAD, None), address="olof")
    people["sven"] = enrol(account(world.other, "Sven", "Bergqvist", address="sven", birth_date=born), theirs["civil"])
    for name in ("ayşe", "can", "sven", "mert", "omar"):
        world.keep(f"person {name}", people[name].person)
    for name in ("mert", "omar"):
        world.keep(f"role {name}", RoleAssignment.objects.get(person=people[name].person))


def make_office_pages(world: World, rows: int = 0) -> None:
    """Leaves, and lines of "who does what"."""
    for name, office, away, deputy in (
        ("ours", world.office, "mert", "elif"),
        ("theirs", world.other, "omar", "olof"),
    ):
        world.keep(f"deputy {name}", make_leave(world.people[away].person, world.people[deputy].person, 90))
        world.keep(f"duty {name}", Duty.objects.create(office=office, title_en="Outgoing", title_tr="Giden"))
    mert, selim = world.people["mert"].person, world.people["selim"].person
    for number in range(rows):
        make_leave(mert, selim, 100 + 2 * number)
        Duty.objects.create(office=world.office, person=mert, title_en=str(number), title_tr=str(number))


def make_leave(person: Any, deputy: Any, in_days: int) -> Any:
    day = timezone.localdate() + timedelta(days=in_days)
    return deputies.name_deputy(person, deputy, from_on=day, until_on=day, actor=None)


def person_values(_world: World) -> dict[str, Any]:
    return {
        "given_name": "Yeni",
        "family_name": "Kişi",
        "birth_date": "2001-01-01",
        "language": "tr",
        "email": "new@bayburt.example",
        "student_number": "77",
        "version": "1",
    }


def deputy_values(world: World, person: str = "elif", deputy: str = "selim") -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=400)
    pks = {"person": world.people[person].person.pk, "deputy": world.people[deputy].person.pk}
    return {**pks, "from_on": day, "until_on": day}


DUTY = {"title_en": "Incoming", "title_tr": "Gelen", "position": "1", "version": "1"}

SENT: Sent = {
    "people:profile": person_values,
    "people:person_new": person_values,
    "people:person_edit": person_values,
    "people:account": lambda world: {"role": "auditor"},
    "people:look_as": lambda world: {"reason": "They asked."},
    "people:hand_over": lambda world: {"to": world.people["leyla"].person.pk, "reason": "Leave."},
    ("people:hand_over", "leyla"): lambda world: {"to": world.people["elif"].person.pk, "reason": "Leave."},
    ("people:hand_over", "omar"): lambda world: {"to": world.people["olof"].person.pk, "reason": "Leave."},
    "people:deputy_new": deputy_values,
    ("people:deputy_new", "selim"): lambda world: deputy_values(world, "selim", "elif"),
    ("people:deputy_new", "omar"): lambda world: deputy_values(world, "omar", "olof"),
    "people:duty_new": lambda world: DUTY,
    "people:duty_edit": lambda world: DUTY,
}
