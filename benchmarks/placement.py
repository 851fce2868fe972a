"""How fast `place()` is: 20,000 applicants with five wishes, with sort, caps and reasons; and its ratio to `matching`.

Run: python benchmarks/placement.py [--full]. Start-up and files are not measured; seconds are seconds of one core.
With `matching` (a general library for such games, called as its documentation says) the market has no caps and both
must assign everybody alike: median of 7 runs at 4,000 applicants; --full adds one run at 20,000, which takes
`matching` about a minute.
"""

import argparse
import random
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from kervan.selection.rules import market as m
from kervan.selection.rules.placement import merit_order, place
from kervan.selection.rules.seats import holders

LEVELS = ("bachelor", "master", "doctorate")


def make_market(people: int, wishes: int, *, caps: bool, seed: int = 1) -> m.Market:
    """A market of fields, each with some 60 lines; about 0.8 seats a person."""
    dice = random.Random(seed)
    lines = people // 3
    fields = max(1, lines // 60)
    places = tuple(_place(dice, n, n % fields) for n in range(lines))
    applicants = tuple(_applicant(dice, n, lines, fields, wishes, caps) for n in range(people))
    return m.Market(applicants, places, _caps(people, lines, fields) if caps else (), people // 3, "bench")


def _place(dice: random.Random, number: int, field: int) -> m.Place:
    seats = dice.choice((1, 2, 2, 2, 3, 4))
    return m.Place(
        f"P{number}", f"L{number}", f"H{number // 4}", m.YEAR, seats, seats, Decimal(9), fields=(f"{field:04}",)
    )


def _applicant(dice: random.Random, number: int, lines: int, fields: int, wishes: int, ties: bool) -> m.Applicant:
    field = number % fields
    count = min(wishes, len(range(field, lines, fields)))
    chosen = tuple(f"P{n}" for n in dice.sample(range(field, lines, fields), count))
    score = Decimal(dice.randrange(5000, 10000)) / 100
    level = dice.choice(LEVELS)
    return m.Applicant(f"A{number:06}", score, (), f"U{field}", f"F{field % 8}", level, f"{field:04}", wishes=chosen)


def _caps(people: int, lines: int, fields: int) -> tuple[m.Cap, ...]:
    units = [m.Cap(f"unit U{n}", (("unit", f"U{n}"),), Decimal(people * 7 // 10 // fields)) for n in range(fields)]
    levels = [m.Cap(level, (("level", level),), Decimal(people // 4)) for level in LEVELS]
    partners = [m.Cap(f"partner H{n}", (("partner", f"H{n}"),), Decimal(7)) for n in range(lines // 4 + 1)]
    months = [cap for n in range(lines) for cap in m.line_caps(f"L{n}", months=Decimal(27))]
    return (*units, *levels, *partners, *months)


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one core that a call takes, whatever else the machine does."""
    start = time.process_time()
    work()
    return time.process_time() - start


def with_matching(market: m.Market) -> dict[str, str]:
    """The same market by `matching`: hospital-resident, every place ranks its applicants by merit."""
    from matching.games import HospitalResident

    rank = {applicant.key: n for n, applicant in enumerate(merit_order(market))}
    residents = {applicant.key: list(applicant.wishes) for applicant in market.applicants}
    suitors: dict[str, list[str]] = {place.key: [] for place in market.places}
    for key, wishes in residents.items():
        for wish in wishes:
            suitors[wish].append(key)
    hospitals = {key: sorted(keys, key=rank.__getitem__) for key, keys in suitors.items() if keys}
    capacities = {place.key: place.capacity for place in market.places if suitors[place.key]}
    game = HospitalResident.create_from_dictionaries(residents, hospitals, capacities)
    matched = game.solve(optimal="resident")
    return {person.name: host.name for host, people in matched.items() for person in people}


def compare(people: int, repeats: int) -> None:
    """Print both times and their ratio, after checking that both assign alike."""
    ratios = []
    for run in range(repeats):
        market = make_market(people, 5, caps=False, seed=run)
        start = time.process_time()
        theirs = with_matching(market)
        middle = time.process_time()
        ours = holders(place(market).outcomes.values())
        end = time.process_time()
        if ours != theirs:
            sys.exit(f"{people} applicants: the two assignments differ")
        ratios.append((middle - start) / (end - middle))
    print(f"{people:6,} applicants, no caps: {middle - start:.2f} s by matching, {end - middle:.3f} s here, ", end="")
    print(f"ratio {statistics.median(ratios):,.0f} (median of {repeats}), same assignment")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="also compare at 20,000 applicants (about a minute)")
    full = parser.parse_args().full
    warnings.simplefilter("ignore")
    market = make_market(20_000, 5, caps=True)
    times = [seconds(lambda: place(market)) for _ in range(5)]
    print(f"20,000 applicants x 5 wishes, {len(market.caps):,} caps: ", end="")
    print(f"place() {statistics.median(times):.3f} s (median of 5, best {min(times):.3f} s)")
    compare(4_000, 7)
    if full:
        compare(20_000, 1)


if __name__ == "__main__":
    main()
