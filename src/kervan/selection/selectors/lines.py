"""What others have of the agreement lines of a call: places given, and places that published calls may still pass on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from kervan.agreements.models import LineUse
from kervan.selection.models import Call, Outcome, Place, PlacementRun, Wish
from kervan.selection.rules import market as m
from kervan.selection.states import CallState, RunState


class Use(NamedTuple):
    """Persons and months of one line in one academic year."""

    people: int = 0
    months: Decimal = Decimal(0)


def use_source(call: Call) -> str:
    """Return the name under which a call's use of agreement lines is counted."""
    return f"call:{call.uid}"


def used_elsewhere(call: Call, lines: Iterable[str]) -> dict[str, Use]:
    """Return what others use, or may still need, of these lines in the call's year. Four queries.

    Whoever waits in another published call for a line may be seated on it by a later withdrawal there, until that call
    is closed for good. Such claims only fall, so what is counted as left here stays free.
    """
    lines = set(lines)
    rows = LineUse.objects.filter(office=call.office_id, academic_year=call.academic_year, line_uid__in=lines)
    uses = {(one.source, one.line_uid): Use(one.people, one.months) for one in rows.exclude(source=use_source(call))}
    for source, line, offered, waiting in _waited_for(call, lines):
        uses[source, line] = _claim(uses.get((source, line), Use()), offered, waiting)
    totals: dict[str, Use] = defaultdict(Use)
    for (_source, line), use in uses.items():
        totals[line] = Use(totals[line].people + use.people, totals[line].months + use.months)
    return totals


def _claim(used: Use, offered: Use, waiting: Use) -> Use:
    """What is used and what is waited for, at most what is offered."""
    people = max(used.people, min(used.people + waiting.people, offered.people))
    return Use(people, max(used.months, min(used.months + waiting.months, offered.months)))


def _waited_for(call: Call, lines: set[str]) -> Iterator[tuple[str, str, Use, Use]]:
    """Yield, for each other published call and line: its source, the line, what it offers, what is waited for."""
    newest = PlacementRun.objects.filter(call=OuterRef("pk"), state=RunState.PUBLISHED).order_by("-number")
    others = Call.objects.filter(office=call.office_id, academic_year=call.academic_year, state=CallState.PUBLISHED)
    runs = {one.pk: one for one in others.exclude(pk=call.pk).annotate(run=Subquery(newest.values("pk")[:1]))}
    by_line: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for place in Place.objects.filter(call__in=runs, line_uid__in=lines):
        by_line[place.call_id, place.line_uid].append(place)
    wanted = _wanted([one for rows in by_line.values() for one in rows], list(runs.values()))
    for (other, line), places in by_line.items():
        offered = Use(sum(one.capacity for one in places), sum((one.capacity * one.months for one in places), Decimal(0)))
        count = wanted[other, line]
        yield use_source(runs[other]), line, offered, Use(count, count * max(one.months for one in places))


def _wanted(places: list[Place], calls: list[Call]) -> Counter[tuple[int, str]]:
    """How many may still be seated on each line of each call: those without a place, in chains everybody."""
    lines = {one.uid: (one.call_id, one.line_uid) for one in places}
    chains = {one.pk for one in calls if one.mode == m.CHAIN}
    wishing = Wish.objects.filter(place__in=places).values("application")
    rows = Outcome.objects.filter(run__in=[one.run for one in calls], application__in=wishing)
    found: Counter[tuple[int, str]] = Counter()
    for row in rows.select_related("run").defer("run__snapshot"):
        if row.result != m.MAIN or row.run.call_id in chains:
            full = {lines[one["place"]] for one in row.wishes if one["code"] in m.FULL and one["place"] in lines}
            found.update(full)
    return found
