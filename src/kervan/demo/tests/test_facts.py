"""The fact sheets of the demonstration: invented, marked, complete in both languages, the same from the same seed."""

from datetime import date
from typing import Any

import pytest

from kervan.core.models import Office
from kervan.demo import facts
from kervan.demo.world import World
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.selectors.fact_sheets import completeness_of


@pytest.fixture
def world(office: Office, elif_: Any) -> World:
    found = World(Institution.objects.get(office=office), "kervan", date(2026, 11, 25))
    found.office, found.users = office, {"elif": elif_}
    for number in range(8):
        place = Institution.objects.create(name=f"Uniwersytet {number}", country="PL")
        Partner.objects.create(office=office, institution=place, uid=f"{number:012d}", is_invented=True)
    facts.make_fact_sheets(found)
    return found


def test_ours_is_complete_in_both_languages_public_and_marked(world: World) -> None:
    own = FactSheet.objects.get(partner=None)
    assert completeness_of(own).missing == ()
    assert (own.is_published, own.is_invented, own.uid) == (True, True, world.uid("fact sheet"))


def test_some_partners_told_something_some_of_it_long_ago(world: World) -> None:
    theirs = FactSheet.objects.exclude(partner=None)
    assert theirs.count() == facts.OF_PARTNERS
    assert all(sheet.is_invented and completeness_of(sheet).missing for sheet in theirs)
    assert min(sheet.confirmed_on for sheet in theirs if sheet.confirmed_on) < date(2025, 11, 25)


def test_the_card_of_the_office_is_not_a_real_one(world: World) -> None:
    office = Office.objects.get(pk=world.office.pk)
    assert "Invented" in office.address_en
    assert "Kurgusal" in office.address_tr
    assert [past.kind for past in world.past] == ["fact_sheet.saved", "fact_sheet.confirmed"]
