"""Builds the demonstration for any university of the directory; takes an old one away first."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kervan.agreements.models import Agreement
from kervan.core import history as core_history
from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.core.planner import count_anew
from kervan.demo import (
    agreements_life,
    applications,
    calls,
    collaboration,
    facts,
    ground,
    history,
    letters,
    links,
    office_pages,
    past_exchange,
    tasks,
)
from kervan.demo.remove import remove
from kervan.demo.world import World
from kervan.institutions.models import Institution
from kervan.selection.models import Application, Place

AROUND_THE_CALLS = (
    agreements_life.make_agreement_life,
    facts.make_fact_sheets,
    past_exchange.make_past_exchange,
    links.make_links,
    letters.make_letters,
    tasks.make_tasks,
    office_pages.make_office_pages,
)
SEED = "kervan"
BAYBURT = "TR BAYBURT01"


@dataclass(frozen=True, slots=True)
class Built:
    """What was built, in figures."""

    office: Office
    units: int
    agreements: int
    places: int
    applications: int


@transaction.atomic
def build(home: Institution, *, seed: str = SEED, today: date) -> Built:
    """Make the demonstration office of a university.

    The same seed gives the same people, marks, wishes and identifiers; dates are relative to `today`. Raises
    NotPossible where an office stands already.
    """
    if Office.objects.exists():
        raise NotPossible(_("There is an office already. The demonstration is only built where there is none."))
    world = World(home, seed, today)
    ground.make_office(world)
    ground.make_units(world)
    ground.make_cast(world)
    pack = ground.adopt_packs(world)
    offered = ground.make_agreements(world)
    collaboration.make_partners(world)
    closed, places = calls.make_closed(world, pack, offered)
    appeals = {condition.line_uid: line.appeal for condition, line in offered}
    applications.fill_closed(world, closed, places, [appeals[place.line_uid] for place in places])
    still_open, open_places = calls.make_open(world, pack, offered)
    applications.fill_open(world, still_open, open_places)
    for make in AROUND_THE_CALLS:
        make(world)
    history.write(world.office.pk, world.past)
    count_anew(*apps.get_models())
    core_history.record_many(
        world.office.pk,
        "office",
        "office.demo_built",
        [(world.office.uid, {"university": home.name, "seed": seed})],
        actor=None,
    )
    return _figures(world)


def _figures(world: World) -> Built:

    return Built(
        world.office,
        len(world.faculties) + len(world.programmes),
        Agreement.objects.filter(office=world.office).count(),
        Place.objects.filter(office=world.office).count(),
        Application.objects.filter(office=world.office).count(),
    )


def may_rebuild() -> bool:
    """Only in demo mode, on a database that holds nothing but the demonstration."""
    return settings.DEMO and not Office.objects.filter(is_demo=False).exists()


def rebuild(home: Institution, *, seed: str = SEED, today: date) -> Built:
    """Take the old demonstration away and build it for another university, both or neither.

    Raises NotPossible outside demo mode and where an office stands that the demonstration did not make.
    """
    if not may_rebuild():
        raise NotPossible(_("This installation is no demonstration; nothing was changed."))
    files: list[Path] = []
    with transaction.atomic():
        for office in Office.objects.filter(is_demo=True):
            files += remove(office)
        built = build(home, seed=seed, today=today)
    for path in files:
        path.unlink(missing_ok=True)
    return built


def bayburt() -> Institution:
    """The first user, for whom the demonstration is built when nobody chooses."""
    return Institution.objects.get(erasmus_code=BAYBURT)
