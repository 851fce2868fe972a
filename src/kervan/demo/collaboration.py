"""Invented, marked collaboration: partners of all agreements, people there, visits with follow-ups, two networks."""

import random
from datetime import date, timedelta
from typing import Any

from kervan.agreements.models import Agreement
from kervan.core.models import Task
from kervan.core.rules.turkish import search_key
from kervan.demo.invention.draw import random_for
from kervan.demo.invention.names import draw_name
from kervan.demo.world import World, home_key
from kervan.institutions.models import Contact, Institution, Network, Partner, Visit

ROLES = (["institutional", "agreements"], ["nominations", "incoming"], ["outgoing", "staff"])
FUNCTIONS = ("Institutional coordinator", "Mobility officer", "Head of international office")
CONFIRMED_DAYS_AGO = (12, 40, 95, 150, 210, 300, 340, 380, 500, 700, None, None)
CARETAKERS = ("elif", "elif", "leyla", None)
VISITS: tuple[dict[str, Any], ...] = (
    {
        "kind": "delegation",
        "title": "Delegation for the staff week",
        "starts": -48,
        "days": 3,
        "place": "Rectorate, meeting room 2",
        "partners": 2,
        "participants": "Two coordinators of each university, our faculties’ coordinators",
        "report": "- Both sides want **two places more** for teaching\n- Nominations come two weeks earlier\n",
        "tasks": (
            ("Send the draft with two places more", 9, "elif"),
            ("Ask the faculty about a summer school", -3, "mert"),
        ),
    },
    {
        "kind": "ceremony",
        "title": "Signing ceremony",
        "starts": -20,
        "days": 1,
        "place": "Senate hall",
        "partners": 1,
        "participants": "Both rectors",
        "report": "The agreement was signed in two copies; one went to the archive.",
        "tasks": (("Put the photographs of the ceremony on the website", 4, "elif"),),
    },
    {
        "kind": "visit",
        "title": "Visit to three partners",
        "starts": -9,
        "days": 4,
        "place": "",
        "partners": 3,
        "participants": "Head of office",
        "report": "",
        "tasks": (),
    },
    {
        "kind": "online",
        "title": "Meeting about dates of the spring term",
        "starts": 6,
        "days": 1,
        "place": "Online",
        "partners": 4,
        "participants": "",
        "report": "",
        "tasks": (("Send the dates to all four before the meeting", 3, "elif"),),
    },
    {
        "kind": "fair",
        "title": "Conference of international education",
        "starts": 75,
        "days": 4,
        "place": "Hall of the fair",
        "partners": 5,
        "participants": "Head of office, one coordinator",
        "report": "",
        "tasks": (("Book the stand", 30, "leyla"),),
    },
)
NETWORKS: tuple[dict[str, Any], ...] = (
    {
        "name_en": "Network of Young Universities",
        "name_tr": "Genç Üniversiteler Ağı",
        "kind": "network",
        "text_en": "Meets twice a year; members share courses taught in English.",
        "text_tr": "Yılda iki kez toplanır; üyeler İngilizce verilen dersleri paylaşır.",
        "members": (0, 9),
    },
    {
        "name_en": "Mountain Regions Traineeship Consortium",
        "name_tr": "Dağlık Bölgeler Staj Konsorsiyumu",
        "kind": "consortium",
        "text_en": "Traineeships in firms and offices of mountain regions.",
        "text_tr": "Dağlık bölgelerdeki işletme ve kurumlarda staj.",
        "members": (6, 11),
    },
)


def make_partners(world: World) -> None:
    """A partner for each university that has an agreement; one to three people there; visits; networks."""
    homes = Institution.objects.filter(pk__in=Agreement.objects.filter(office=world.office).values("institution"))
    partners = [_partner(world, number, one) for number, one in enumerate(homes.order_by("sort_key", "pk"))]
    contacts = [one for number, partner in enumerate(partners) for one in _contacts(world, number, partner)]
    Contact.objects.bulk_create(contacts)
    for number, plan in enumerate(VISITS):
        _visit(world, number, plan, partners)
    for number, plan in enumerate(NETWORKS):
        _network(world, number, plan, partners)


def _partner(world: World, number: int, institution: Institution) -> Partner:
    """The university is real; that it is our partner is invented."""
    row, is_new = Partner.objects.get_or_create(
        office=world.office,
        institution=institution,
        defaults={"uid": world.uid("partner", home_key(institution)), "sort_key": institution.sort_key},
    )
    row.is_invented, row.responsible = True, world.users.get(CARETAKERS[number % len(CARETAKERS)] or "")
    row.save()
    if is_new:
        world.happened(world.at(380), row, "partner.made", world.users["elif"])
    return row


def _contacts(world: World, number: int, partner: Partner) -> list[Contact]:
    draw = random_for(world.seed, "contacts", home_key(partner.institution))
    return [_contact(world, partner, place, draw) for place in range(1 + number % 3)]


def _contact(world: World, partner: Partner, place: int, draw: random.Random) -> Contact:
    given, family = draw_name(draw, turkish_share=1.0 if partner.institution.country == "TR" else 0.0)
    ago = draw.choice(CONFIRMED_DAYS_AGO)
    row = Contact(
        office=world.office,
        uid=world.uid("contact", partner.uid, place),
        partner=partner,
        given_name=given,
        family_name=family,
        title=draw.choice(("", "", "Dr", "Prof.")),
        function=FUNCTIONS[place],
        roles=ROLES[place],
        email=_address(given, family, partner),
        language="tr" if partner.institution.country == "TR" else "en",
        confirmed_on=_days_ago(world, ago),
        left_on=_days_ago(world, 60) if place == 2 and draw.random() < 0.3 else None,
        is_invented=True,
    )
    row.fill_keys()
    world.happened(world.at(375), row, "contact.added", world.users["elif"])
    if row.confirmed_on and ago:
        world.happened(world.at(ago, 15), row, "contact.confirmed", None, on=row.confirmed_on.isoformat())
    return row


def _address(given: str, family: str, partner: Partner) -> str:
    """An address that can reach nobody."""
    host = _letters(partner.institution.erasmus_code or partner.institution.name)[:24]
    return f"{_letters(given)}.{_letters(family)}@{host}.example"


def _letters(name: str) -> str:
    return "".join(letter for letter in search_key(name) if letter.isalnum())


def _days_ago(world: World, days: int | None) -> date | None:
    return world.today - timedelta(days=days) if days else None


def _visit(world: World, number: int, plan: dict[str, Any], partners: list[Partner]) -> None:
    starts = world.today + timedelta(days=plan["starts"])
    row = Visit.objects.create(
        office=world.office,
        uid=world.uid("visit", number),
        starts_on=starts,
        ends_on=starts + timedelta(days=plan["days"] - 1),
        is_invented=True,
        **{name: plan[name] for name in ("kind", "title", "place", "participants", "report")},
    )
    row.partners.set(partners[number * 3 : number * 3 + plan["partners"]])
    world.happened(world.at(90 - number), row, "visit.planned", world.users["elif"])
    if row.report:
        world.happened(world.at(-plan["starts"] - plan["days"], 16), row, "visit.reported", world.users["leyla"])
    for place, (title, due, who) in enumerate(plan["tasks"]):
        _follow_up(world, row, place, title, due, who)


def _follow_up(world: World, visit: Visit, place: int, title: str, due: int, who: str) -> None:
    due_on, giver, at = world.today + timedelta(days=due), world.users["leyla"], world.at(8 + place, 11)
    task = Task.objects.create(
        office=world.office,
        uid=world.uid("follow-up", visit.uid, place),
        title=title,
        due_on=due_on,
        assigned_to=world.users[who],
        made_by=giver,
        subject_type="visit",
        subject_uid=visit.uid,
        subject_label=visit.title,
    )
    Task.objects.filter(pk=task.pk).update(made_at=at)
    world.happened(at, task, "task.add", giver, title=title, due_on=due_on.isoformat())
    world.happened(at, visit, "visit.follow_up", giver, title=title)


def _network(world: World, number: int, plan: dict[str, Any], partners: list[Partner]) -> None:
    first, last = plan["members"]
    members = [one.institution for one in partners[first:last]]
    row = Network.objects.create(
        office=world.office,
        uid=world.uid("network", number),
        joined_on=date(world.today.year - 3 - number, 3, 1),
        coordinator=members[0] if members else None,
        is_invented=True,
        **{name: plan[name] for name in ("name_en", "name_tr", "kind", "text_en", "text_tr")},
    )
    row.members.set(members)
    world.happened(world.at(200), row, "network.added", world.users["leyla"])
