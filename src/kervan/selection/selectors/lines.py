"""What others have of agreement lines: places given, and places that published calls may still pass on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

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
    runs = _newest_runs(call)
    by_line: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for place in Place.objects.filter(call__in=list(runs), line_uid__in=lines):
        by_line[place.call_id, place.line_uid].append(place)
    wanted = _wanted([one for rows in by_line.values() for one in rows], list(runs.values()))
    for (other, line), places in by_line.items():
        months = sum((one.capacity * one.months for one in places), Decimal(0))
        offered, count = Use(sum(one.capacity for one in places), months), wanted[other, line]
        yield use_source(runs[other].call), line, offered, Use(count, count * max(one.months for one in places))


def _newest_runs(call: Call) -> dict[int, PlacementRun]:
    """The run that holds now of each other published call of the year, by call."""
    others = Call.objects.filter(office=call.office_id, academic_year=call.academic_year, state=CallState.PUBLISHED)
    rows = PlacementRun.objects.filter(call__in=others.exclude(pk=call.pk), state=RunState.PUBLISHED)
    return {one.call_id: one for one in rows.select_related("call").only("call__uid", "call__mode").order_by("number")}


def _wanted(places: list[Place], runs: list[PlacementRun]) -> Counter[tuple[int, str]]:
    """How many may still be seated on each line of each call: those without a place, in chains everybody."""
    lines = {one.uid: (one.call_id, one.line_uid) for one in places}
    chains = {one.pk for one in runs if one.call.mode == m.CHAIN}
    wishing = Wish.objects.filter(place__in=places).values("application")
    found: Counter[tuple[int, str]] = Counter()
    for row in Outcome.objects.filter(run__in=runs, application__in=wishing):
        if row.result != m.MAIN or row.run_id in chains:
            codes = {one["place"]: one["code"] for one in row.wishes}
            found.update({lines[uid] for uid, code in codes.items() if code in m.FULL and uid in lines})
    return found
