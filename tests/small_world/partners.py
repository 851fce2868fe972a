"""Partners with their people, visits, networks and lists of charters; universities that stand there twice."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kervan.core.models import Office
from kervan.institutions import confirming
from kervan.institutions.models import Institution, Partner
from kervan.institutions.services import charters, contacts, networks, visits
from kervan.institutions.services.partners import partner_of
from small_world.base import Sent, World

CHARTERS = (
    b"Proposal number,Erasmus Code,PIC,OID,Legal Name,Street,Post Cd,City,Country Cd,Website Url,"
    b"Erasmus Eche Start,Erasmus Eche End\n"
    b"101,PL  WARSZAW01,999572294,E10212792,UNIWERSYTET WARSZAWSKI,,,WARSZAWA,PL,,2021-01-01,2029-12-31\n"
)
FAMILY = {"ours": "Hansen", "theirs": "Virtanen"}


def make_partners(world: World, rows: int = 0) -> None:
    one = world.keep("institution twice", Institution.objects.create(name="Universitet Twice", country="NO"))
    other = Institution.objects.create(name="Universitetet Twice", country="NO")
    world.keep("institutions twice", one, other=other.uid)
    for name, office in (("ours", world.office), ("theirs", world.other)):
        make_partner(world, name, office)
        make_more_partners(world, name, office, rows)
    for name in FAMILY:
        contact = world.rows[f"contact {name}"]
        world.keep(f"token confirm {name}", contact, token=confirming.token(contact))
    world.things["token forged"] = {"token": "0123456789ab-0.abc.def", "uid": "0123456789ab", "language": "en"}


def make_partner(world: World, name: str, office: Office) -> None:
    place = Institution.objects.create(name=f"University of {name}", country="NO")
    partner = world.keep(f"partner {name}", partner_of(office.pk, place, actor=None))
    first, second = (
        contacts.add(partner, given_name=given, family_name=FAMILY[name], email=f"{given}@{name}.example", actor=None)
        for given in ("Kari", "Karin")
    )
    world.keep(f"contact {name}", first)
    world.keep(f"contacts {name}", first, other=second.uid)
    world.keep(f"visit {name}", make_visit(office, place))
    world.keep(f"network {name}", make_network(office, place, "Network"))
    sheet = charters.upload(office, name="list.csv", content=CHARTERS, of_day=timezone.localdate(), actor=None)
    world.keep(f"charters {name}", sheet)


def make_visit(office: Office, *places: Institution) -> Any:
    day = timezone.localdate()
    dated = {"kind": "visit", "title": "Visit", "starts_on": day, "ends_on": day}
    return visits.plan(office.pk, universities=list(places), actor=None, **dated)


def make_network(office: Office, place: Institution, name: str) -> Any:
    return networks.add(office.pk, members=[place], actor=None, name_en=name, name_tr=name)


def make_more_partners(world: World, name: str, office: Office, rows: int) -> None:
    partner: Partner = world.rows[f"partner {name}"]
    for number in range(rows):
        contacts.add(partner, family_name=f"Olsen {number}", actor=None)
        place = Institution.objects.create(name=f"University {name} {number}", country="NO")
        another = partner_of(office.pk, place, actor=None)
        make_visit(office, place, partner.institution)
        make_network(office, place, f"Network {number}")
        world.rows[f"network {name}"].members.add(place)
        world.rows[f"visit {name}"].partners.add(another)


CONTACT = {"family_name": "Hansen", "email": "new@hansen.example", "language": "en", "version": "1"}
VISIT = {"kind": "fair", "title": "Fair", "starts_on": "2026-01-01", "ends_on": "2026-01-02", "version": "1"}
NETWORK = {"name_en": "New", "name_tr": "Yeni", "kind": "network", "version": "1"}

SENT: Sent = {
    "institutions:partner_new": lambda world: {"institution": world.rows["institution twice"].uid},
    "institutions:university_new": lambda world: {"name": "Far Away College", "country": "NZ"},
    "institutions:partner_edit": lambda world: {"state": "dormant", "version": "1"},
    "institutions:partner_hand_over": lambda world: {"to": world.people["leyla"].uid, "reason": "Leave"},
    ("institutions:partner_hand_over", "partner theirs"): lambda world: {
        "to": world.people["olof"].uid,
        "reason": "Leave",
    },
    "institutions:contact_new": lambda world: {**CONTACT, "university": world.rows["institution twice"].uid},
    "institutions:contact_edit": lambda world: CONTACT,
    "institutions:contact_left": lambda world: {"left_on": "2026-01-01"},
    "institutions:contact_merge": lambda world: {"given_name": "left", "email": "right", "is_sure": "on"},
    "institutions:visit_new": lambda world: VISIT,
    "institutions:visit_edit": lambda world: VISIT,
    "institutions:visit_report": lambda world: {"report": "Good.", "version": "1"},
    "institutions:visit_follow_up": lambda world: {"title": "Write"},
    "institutions:network_new": lambda world: NETWORK,
    "institutions:network_edit": lambda world: NETWORK,
    "institutions:merge": lambda world: {"name": "left", "is_sure": "on"},
    "institutions:charter_lists": lambda world: {
        "table": SimpleUploadedFile("list.csv", CHARTERS),
        "of_day": "2026-01-01",
    },
    "institutions:charter_apply": lambda world: {"is_whole": "1"},
    "institutions:confirm": lambda world: {"answer": "yes"},
}
