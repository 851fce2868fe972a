"""Worked cases: inputs with the results that somebody worked out by hand, run against the rules.

The format is described in docs/do/write-worked-cases.md.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kervan.courses.rules import grades
from kervan.selection.rules import eligibility, market, placement, scoring, succession
from kervan.selection.rules.packs import Item, SelectionRules

HEADINGS = ("rule_set", "points", "weights", "rounding", "conventions")
ROUNDING = re.compile(r"half up to (\d) decimals? at the end")

Found = Any


class Unreadable(ValueError):
    """A file, section or case that cannot be run, and why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one case that came out otherwise."""

    section: str
    case: str
    field: str
    expected: object
    found: object

    def __str__(self) -> str:
        at = f"{self.section} {self.case}" + (f" {self.field}" if self.field else "")
        return f"{at}: expected {printed(self.expected)}, found {printed(self.found)}"


@dataclass(slots=True)
class Report:
    """What came of a file: how many cases ran, how many held, what differs, what could not be read."""

    ran: int = 0
    held: int = 0
    differences: list[Difference] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a case may look at: the rules, and the other cases of its file by section and id."""

    rules: Callable[[], SelectionRules]
    cases: Mapping[tuple[str, str], Mapping[str, Any]]


def read(text: str) -> dict[str, Any]:
    """The content of a file, numbers as Decimal. Raises Unreadable."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise Unreadable("not a table of sections")
    return data


def run(data: Mapping[str, Any], rules: SelectionRules | None) -> Report:
    """Run every case of a file; what cannot be read is noted and the rest still runs.

    rules: of the pack that fills in what the file leaves out; None when there is none.
    """
    report = Report()
    sections = {name: cases for name, cases in data.items() if name not in HEADINGS}
    cases = {(name, str(case.get("id"))): case for name, found in sections.items() for case in _tables(found)}
    desk = Desk(lambda: overridden(data, rules), cases)
    for name, content in sections.items():
        _run_section(name, content, desk, report)
    return report


def overridden(data: Mapping[str, Any], rules: SelectionRules | None) -> SelectionRules:
    """The pack's rules with what the file states itself: points, weights and rounding. Raises Unreadable."""
    if rules is None:
        raise Unreadable(f"no pack for the rule set {data.get('rule_set', '(none named)')}; name one with --pack")
    for heading in ("points", "weights", "conventions"):
        if not isinstance(data.get(heading, {}), Mapping):
            raise Unreadable(f"{heading} is not a table")
    if "points" in data:
        rules = replace(rules, items=_items(data["points"], rules))
    if "weights" in data:
        rules = replace(rules, weights=_weights(data["weights"]))
    rounding = data.get("rounding", data.get("conventions", {}).get("rounding"))
    return rules if rounding is None else replace(rules, decimals=_decimals(rounding))


def _items(points: Mapping[str, Any], rules: SelectionRules) -> tuple[Item, ...]:
    items = {item.code: item for item in rules.items}
    for code, amount in points.items():
        items[code] = replace(items.get(code, Item(code, Decimal(0))), points=number(amount))
    return tuple(items.values())


def _weights(weights: Mapping[str, Any]) -> dict[str, Decimal]:
    shares = {name: number(share) for name, share in weights.items()}
    if set(shares) != {"gpa", "language"} or sum(shares.values()) != 1:
        raise Unreadable("weights: gpa and language that add up to 1 are needed")
    return shares


def _decimals(rounding: str) -> int:
    match = ROUNDING.fullmatch(str(rounding))
    if not match:
        raise Unreadable(f'rounding "{rounding}" is not known; known is "half up to 2 decimals at the end"')
    return int(match[1])


def _run_section(name: str, content: Any, desk: Desk, report: Report) -> None:
    if name not in SECTIONS:
        report.unreadable.append(f"section {name}: there is no reader for it; there is one for {', '.join(SECTIONS)}")
    elif not isinstance(content, list):
        report.unreadable.append(f"section {name}: not a list of cases")
    else:
        for place, case in enumerate(content, start=1):
            _run_case(name, place, case, desk, report)


def _run_case(section: str, place: int, case: Any, desk: Desk, report: Report) -> None:
    label = str(case.get("id", f"no. {place}")) if isinstance(case, dict) else f"no. {place}"
    try:
        expected = case["expected"]
        found = SECTIONS[section](case["input"], desk)
        differing = tuple(compare(expected, found))
    except KeyError as error:
        report.unreadable.append(f"{section} {label}: {error.args[0]} is missing or not known")
    except (Unreadable, ValueError, TypeError, AttributeError) as error:
        report.unreadable.append(f"{section} {label}: {error}")
    else:
        report.ran += 1
        report.held += not differing
        report.differences += [Difference(section, label, *difference) for difference in differing]


def compare(expected: Any, found: Any) -> Iterator[tuple[str, object, object]]:
    """Field, expected and found wherever they differ. On the first level keys that are not expected are ignored."""
    if not isinstance(expected, Mapping) or not isinstance(found, Mapping):
        yield from _differing(expected, found, "")
        return
    for key, value in expected.items():
        if key in found:
            yield from _differing(value, found[key], key)
        else:
            yield key, value, "nothing, the rules have no such result"


def _differing(expected: Any, found: Any, at: str) -> Iterator[tuple[str, object, object]]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys((*expected, *found)):
            yield from _differing(expected.get(key, "nothing"), found.get(key, "nothing"), f"{at}.{key}")
    elif not same(expected, found):
        yield at, expected, found


def same(expected: Any, found: Any) -> bool:
    """Whether two results are equal by value: 82.5 is 82.50, a list equals a list of equal things in the same order."""
    if isinstance(found, list | tuple):
        pairs = isinstance(expected, list | tuple) and len(expected) == len(found)
        return pairs and all(same(one, other) for one, other in zip(expected, found, strict=True))
    if isinstance(found, Decimal | int) and not isinstance(found, bool):
        return not isinstance(expected, bool) and _as_number(expected) == found
    return type(expected) is type(found) and expected == found


def _as_number(value: Any) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str | int | Decimal) else None
    except InvalidOperation:
        return None


def number(value: Any) -> Decimal:
    """A number of a case. Raises Unreadable for anything else, true and false among it."""
    read = None if isinstance(value, bool) else _as_number(value)
    if read is None or not read.is_finite():
        raise Unreadable(f"{printed(value)} is not a number")
    return read


def whole(value: Any) -> int:
    """A whole number of a case from 0. Raises Unreadable."""
    read = number(value)
    if read != read.to_integral_value() or not 0 <= read <= 1_000_000:
        raise Unreadable(f"{printed(value)} is not a whole number from 0 to 1000000")
    return int(read)


def printed(value: object) -> str:
    """A value as a line of the report shows it: as in JSON, numbers plain."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(printed(one) for one in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {printed(one)}" for key, one in value.items()) + "}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _known(given: Any, keys: str) -> Mapping[str, Any]:
    """The input of a case, refused when it holds a key outside `keys`."""
    if not isinstance(given, Mapping):
        raise Unreadable("input is not a table")
    for key in given:
        if key not in keys.split():
            raise Unreadable(f"input {key} is not known; known are {', '.join(keys.split())}")
    return given


def run_scoring(given: Any, desk: Desk) -> Found:
    """One score. `final_minimum` and `language_minimum` belong to the case; without the first there is none."""
    given = _known(
        given,
        "level gpa_4 gpa_100 language written oral language_level adjustments final_minimum language_minimum"
        " documents_missing",
    )
    rules = _with_minima(given, desk.rules())
    sheet = _sheet(given)
    scored = scoring.score(sheet, rules)
    judged = eligibility.judge(sheet, scored, rules)
    return {
        "gpa_100": scored.gpa_100,
        "language": scored.language,
        "base": scored.base,
        "adjustment_points": scored.points,
        "final": scored.final,
        "passes": judged.passes,
        "reasons": judged.codes,
    }


def _with_minima(given: Mapping[str, Any], rules: SelectionRules) -> SelectionRules:
    final = number(given["final_minimum"]) if "final_minimum" in given else None
    rules = replace(rules, minimum_final=final)
    if "language_minimum" not in given:
        return rules
    return replace(rules, minimum_language=number(given["language_minimum"]), minimum_language_level="")


def _sheet(given: Mapping[str, Any]) -> scoring.Sheet:
    marks = {name: number(given[name]) for name in ("gpa_4", "gpa_100", "language", "written", "oral") if name in given}
    return scoring.Sheet(
        level=given["level"],
        counts={code: whole(count) for code, count in given.get("adjustments", {}).items()},
        language_level=given.get("language_level", ""),
        documents_missing=tuple(given.get("documents_missing", ())),
        **marks,
    )


def run_threshold(given: Any, desk: Desk) -> Found:
    """Whether a raised threshold leaves enough applications."""
    given = _known(given, "places scores threshold")
    scores = [number(score) for score in given["scores"]]
    factor = desk.rules().threshold_factor
    judged = eligibility.threshold(scores, whole(given["places"]), number(given["threshold"]), factor)
    return {"applicants_at_or_above": judged.applicants_at_or_above, "allowed": judged.allowed}


def run_placement(given: Any, desk: Desk) -> Found:
    """A placement by merit: order, what each candidate got, places left."""
    placed = placement.place(_market(given, desk.rules()))
    outcomes = {key: _outcome(placed.outcomes[key], "grant_places" in given) for key in placed.order}
    return {"order": placed.order, "placements": outcomes, "quota_left": dict(placed.left)}


def _market(given: Any, rules: SelectionRules) -> market.Market:
    given = _known(given, "quotas reserve_quotas grant_places candidates")
    reserves = given.get("reserve_quotas", {})
    places = tuple(
        market.Place(key=host, capacity=whole(quota), reserve=whole(reserves.get(host, 0)))
        for host, quota in given["quotas"].items()
    )
    funded = whole(given["grant_places"]) if "grant_places" in given else None
    candidates = tuple(_candidate(candidate, rules) for candidate in given["candidates"])
    made = market.Market(candidates, places, funded=funded, mode=market.RESERVE, tie_chain=rules.ties)
    problems = market.problems(made)
    if problems:
        raise Unreadable("; ".join(problems))
    return made


def _candidate(given: Any, rules: SelectionRules) -> market.Applicant:
    given = _known(given, "id final birth_date preferences eligible")
    birth = date.fromisoformat(given["birth_date"]) if "birth_date" in given else None
    scored = scoring.Score(Decimal(0), None, None, {}, number(given["final"]), ())
    return market.Applicant(
        key=str(given["id"]),
        score=scored.final,
        ties=scoring.tie_values(rules, birth=birth, scored=scored),
        eligible=given.get("eligible", True),
        wishes=tuple(given["preferences"]),
    )


def _outcome(outcome: market.Outcome, with_grants: bool) -> dict[str, Any]:
    if outcome.result == market.REJECTED:
        return {"result": outcome.result, "host": None}
    if outcome.result == market.NOT_PLACED:
        return {"result": outcome.result, "host": None, "reason": ";".join(outcome.reasons)}
    found = {"result": outcome.result, "preference": outcome.wish, "host": outcome.place}
    if outcome.result == market.RESERVED:
        return found | {"reserve_rank": outcome.reserve_rank}
    return found | {"grant": outcome.grant} if with_grants else found


def run_withdrawal(given: Any, desk: Desk) -> Found:
    """One withdrawal from the placement case `pool` of the same file, in reserve mode."""
    given = _known(given, "pool withdraws days_after_results waiver_days")
    rules = desk.rules()
    pool = desk.cases.get(("placement", str(given["pool"])))
    if pool is None:
        raise Unreadable(f"there is no placement case {given['pool']} in this file")
    made = _market(pool["input"], rules)
    followed = succession.withdraw(made, placement.place(made), str(given["withdraws"]))
    late = rules.item("late_withdrawal")
    days, waiver = whole(given["days_after_results"]), whole(given.get("waiver_days", rules.waiver_days))
    points = late.points if late else Decimal(0)
    return {
        "freed_host": followed.withdrawn.place or None,
        "promoted": followed.steps[0].key if followed.steps else None,
        "late_penalty_next_application": succession.late_withdrawal_points(days, waiver, points),
    }


def run_gpa(given: Any, desk: Desk) -> Found:
    """One grade average of 4 as a mark of 100."""
    return grades.to_100(number(_known(given, "gpa_4")["gpa_4"]), desk.rules().gpa_column)


SECTIONS: Mapping[str, Callable[[Any, Desk], Found]] = {
    "scoring": run_scoring,
    "threshold": run_threshold,
    "placement": run_placement,
    "withdrawal": run_withdrawal,
    "gpa_4_to_100": run_gpa,
}


def _tables(content: Any) -> list[Mapping[str, Any]]:
    return [case for case in content if isinstance(case, Mapping)] if isinstance(content, list) else []


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
