"""The two calls: a closed one that is ready to be scored and placed, and an open one."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from kervan.agreements.models import Condition
from kervan.core import years
from kervan.core.models import PackVersion
from kervan.demo.invention.agreements import Line
from kervan.demo.world import World
from kervan.institutions.models import Unit
from kervan.selection.models import Call, Cap, Door, Place
from kervan.selection.states import CallState

MONTHS = {"year": Decimal(10)}
MONTHS_OF_A_TERM = Decimal(5)
FUNDED_SHARE = Decimal("0.55")
QUOTA_SHARE = Decimal("0.3")
OPEN_DAYS = 20
TEXT_EN = (
    "For a semester or a year at one of our partner universities. You keep your place and your grants at home, and "
    "what you pass there is recognised here.\n\nThis call belongs to the demonstration: the rules are real, people and "
    "agreements are invented."
)
TEXT_TR = (
    "Ortak üniversitelerimizden birinde bir dönem ya da bir yıl öğrenim görebilirsiniz. Üniversitemizdeki kaydınız ve "
    "burslarınız devam eder, orada başardığınız dersler burada tanınır.\n\nBu ilan deneme ortamına aittir: kurallar "
    "gerçek, kişiler ve anlaşmalar kurgusaldır."
)


def make_closed(world: World, pack: PackVersion, offered: Sequence[tuple[Condition, Line]]) -> tuple[Call, list[Place]]:
    """The call of the year: closed some days ago, quotas for the large faculties, grants for some of the places."""
    label = years.label(world.academic_year)
    call = _call(
        world,
        "closed",
        pack,
        title_en=f"{_programme(world)} study mobility {label}",
        title_tr=f"{_programme_tr(world)} öğrenim hareketliliği {label}",
        opens=48,
        closes=6,
        results_in=9,
    )
    places = _places(world, call, offered)
    seats = sum(place.capacity for place in places)
    call.funded_places = int(seats * FUNDED_SHARE)
    call.save(update_fields=["funded_places"])
    _quotas(world, call, seats)
    _record(world, call, places)
    return call, places


def make_open(world: World, pack: PackVersion, offered: Sequence[tuple[Condition, Line]]) -> tuple[Call, list[Place]]:
    """A second call, open for some days more; applications come here and from the national portal."""
    label = years.label(world.academic_year)
    call = _call(
        world,
        "open",
        pack,
        title_en=f"{_programme(world)} study mobility {label}, additional call",
        title_tr=f"{_programme_tr(world)} öğrenim hareketliliği {label}, ek ilan",
        opens=10,
        closes=-OPEN_DAYS,
        results_in=OPEN_DAYS + 21,
    )
    spring = [(condition, line) for condition, line in offered if any(term == "spring" for term, _seats in line.terms)]
    places = _places(world, call, spring[:14], only="spring")
    call.funded_places = max(len(places) // 2, 1)
    call.save(update_fields=["funded_places"])
    _record(world, call, places)
    return call, places


def _programme(world: World) -> str:
    return "Erasmus+" if world.has_erasmus else "Mevlana and bilateral"


def _programme_tr(world: World) -> str:
    return "Erasmus+" if world.has_erasmus else "Mevlana ve ikili anlaşmalar"


def _call(
    world: World,
    name: str,
    pack: PackVersion,
    *,
    title_en: str,
    title_tr: str,
    opens: int,
    closes: int,
    results_in: int,
) -> Call:
    """opens, closes: days ago. Both doors are open: here and on the national portal."""
    return Call.objects.create(
        office=world.office,
        uid=world.uid("call", name),
        title_en=title_en,
        title_tr=title_tr,
        text_en=TEXT_EN,
        text_tr=TEXT_TR,
        pack_version=pack,
        academic_year=world.academic_year,
        door=Door.BOTH,
        opens_on=world.today - timedelta(days=opens),
        closes_on=world.today - timedelta(days=closes),
        results_on=world.today + timedelta(days=results_in),
        waiver_days=5,
        max_wishes=5 if world.has_erasmus else 3,
        seed=world.uid("lots", name),
        is_invented=True,
        state=CallState.ANNOUNCED,
    )


def _places(world: World, call: Call, offered: Iterable[tuple[Condition, Line]], *, only: str = "") -> list[Place]:
    rows = [
        Place(
            office=world.office,
            uid=world.uid("place", call.uid, condition.line_uid, term),
            call=call,
            condition=condition,
            line_uid=condition.line_uid,
            term=term,
            capacity=1 if only else seats,
            reserve_quota=2,
            months=MONTHS.get(term, MONTHS_OF_A_TERM),
        )
        for condition, line in offered
        for term, seats in line.terms
        if not only or term == only
    ]
    Place.objects.bulk_create(rows)
    return rows


def _quotas(world: World, call: Call, seats: int) -> None:
    """The two largest faculties together may fill a third of the places, associate degrees a fifth."""
    sizes: dict[int, int] = {}
    for unit in world.programmes:
        sizes[unit.parent_id or 0] = sizes.get(unit.parent_id or 0, 0) + (unit.level == "bachelor")
    largest = sorted(world.faculties, key=lambda one: (-sizes.get(one.pk, 0), one.uid))[:2]
    rows = [_faculty_quota(world, call, faculty, int(seats * QUOTA_SHARE / 2)) for faculty in largest]
    if any(unit.level == "associate" for unit in world.programmes):
        rows.append(_level_quota(world, call, seats // 5))
    Cap.objects.bulk_create(rows)


def _faculty_quota(world: World, call: Call, faculty: Unit, maximum: int) -> Cap:
    return Cap(
        office=world.office,
        uid=world.uid("cap", call.uid, faculty.uid),
        call=call,
        label_en=faculty.name_en or faculty.name_tr,
        label_tr=faculty.name_tr,
        dimensions=[["faculty", faculty.uid]],
        maximum=Decimal(max(maximum, 1)),
    )


def _level_quota(world: World, call: Call, maximum: int) -> Cap:
    return Cap(
        office=world.office,
        uid=world.uid("cap", call.uid, "associate"),
        call=call,
        label_en="Associate degrees",
        label_tr="Ön lisans",
        dimensions=[["level", "associate"]],
        maximum=Decimal(max(maximum, 1)),
    )


def _record(world: World, call: Call, places: Sequence[Place]) -> None:
    days = (world.today - call.opens_on).days
    actor = world.users["elif"]
    world.happened(world.at(days + 9, 11), call, "call.create", actor, rules=str(call.pack_version))
    world.happened(world.at(days + 8, 11), call, "call.places", actor, places=len(places))
    moved = {"from": CallState.DRAFT.value, "to": CallState.ANNOUNCED.value, "warnings": 0}
    world.happened(world.at(days + 7, 11), call, "call.announce", actor, **moved)
