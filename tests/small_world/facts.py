"""Fact sheets: the offices' own and one of a partner of each; public partners by country; the office's own words."""

from kervan.core import history
from kervan.institutions.models import FactSheet, Institution, Network, Partner
from small_world.base import Sent, World


def make_facts(world: World, rows: int = 0) -> None:
    for name, office, country in (("ours", world.office, "PL"), ("theirs", world.other, "PT")):
        FactSheet.objects.create(office=office, is_published=True, housing_en="A hall.", nomination_autumn="05-15")
        place = Institution.objects.create(name=f"University of {country}", country=country)
        partner = Partner.objects.create(office=office, institution=place)
        sheet = FactSheet.objects.create(office=office, partner=partner, is_published=True, visa_en="None.")
        world.keep(f"facts {name}", partner)
        world.keep(f"institution with facts {name}", place)
        for actor in type(world.people["elif"]).objects.order_by("pk")[:rows]:
            history.record(sheet, "fact_sheet.confirmed", actor=actor)
    for number in range(rows):
        place = Institution.objects.create(name=f"Uniwersytet {number}", country="PL")
        Partner.objects.create(office=world.office, institution=place)
        network = Network.objects.create(office=world.office, name_en=f"Network {number}", name_tr=f"Ağ {number}")
        network.members.add(place)
    world.things["country"] = {"country": "PL"}
    world.things["language"] = {"language": "en"}


FACTS = {"housing_en": "New.", "version": "1"}

SENT: Sent = {
    "core:office_settings": lambda world: {"name_en": "New", "name_tr": "Yeni", "version": "1"},
    "institutions:own_fact_sheet_edit": lambda world: FACTS,
    "institutions:fact_sheet_edit": lambda world: FACTS,
}
