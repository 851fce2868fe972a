"""Who went and came in former years, invented: so that balance and use by partner show something."""

from collections.abc import Iterator
from decimal import Decimal

from kervan.agreements.models import Condition, LineUse, StayKind
from kervan.agreements.selectors.balance import RECORDED
from kervan.demo.invention.draw import random_for
from kervan.demo.world import World

YEARS = 3
MONTHS_OF_A_STAY = 5


def make_past_exchange(world: World) -> None:
    """Three finished years: of each line for students, from nobody to as many as were agreed."""
    lines = Condition.objects.filter(
        office=world.office,
        kind=StayKind.STUDY,
        agreement_version__in_force_since__isnull=False,
        agreement_version__state="in_force",
    )
    LineUse.objects.bulk_create(row for line in lines.order_by("uid") for row in _uses(world, line))


def _uses(world: World, line: Condition) -> Iterator[LineUse]:
    for year in range(world.academic_year - YEARS - 1, world.academic_year - 1):
        people = random_for(world.seed, "past exchange", line.uid, year).randint(0, line.people_per_year or 0)
        if people:
            yield LineUse(
                office=world.office,
                uid=world.uid("use", line.uid, year),
                line_uid=line.line_uid,
                academic_year=year,
                source=RECORDED,
                people=people,
                months=Decimal(people * MONTHS_OF_A_STAY),
            )
