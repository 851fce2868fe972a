"""Certify a placement from its snapshot alone. Shares no code with what made it: only the standard library is used.

What is judged: hashes; the merit order; that nobody sits where demands or limits forbid; that nobody ranked below holds
what somebody entitled wanted more; that no seat stays empty that a waiting person wished; that every reason, figure,
reserve rank and grant is true; and, by deciding the whole case a second time, that succession went as the call's mode
says. A freed seat may have passed somebody by (holders of another place in reserve mode); such a wish must be marked.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

Row = Mapping[str, Any]
Facts = dict[str, Any]
Bound = tuple[tuple[bool, bool, bool, str], Decimal]  # (which limit, how much one person uses of it)
LADDER = ("A1", "A2", "B1", "B2", "C1", "C2")
PERSONAL = {"unit", "faculty", "level", "field"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """checks: kind of check -> how many were made; violations: what is wrong, in words for the office's records."""

    ok: bool
    checks: Mapping[str, int]
    violations: tuple[str, ...]


def certify(snapshot: str, published: Iterable[Row] | None = None) -> Certificate:
    """Judge a run by its snapshot (format 1) and, if given, by the rows that were published.

    published: rows with applicant, rank, result, wish, place, reserve_rank, grant; values are compared as text and an
    empty cell is nothing. Everybody with an outcome must appear once, nobody else.
    Returns what was checked and what is wrong; never raises for a wrong run, only for a text that is no snapshot.
    """
    data = json.loads(snapshot)
    judge = _Judge(data)
    if judge.hashes() and judge.everybody_once():
        judge.people()
        judge.seats()
        judge.wishes()
        judge.reserve_lists()
        judge.grants()
        judge.replay()
        if published is not None:
            judge.published(published)
    return Certificate(not judge.violations, dict(judge.checks), tuple(judge.violations))


@dataclass
class _Table:
    """Seats taken so far under each limit; of the one who took some last, the score and how much."""

    used: dict[Any, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    last: dict[Any, Decimal] = field(default_factory=dict)
    took: dict[Any, Decimal] = field(default_factory=dict)

    def sit(self, bounds: Iterable[Bound], score: Decimal | None = None, sign: int = 1) -> None:
        for name, share in bounds:
            self.used[name] += sign * share
            if score is not None:
                self.last[name], self.took[name] = score, share


class _Judge:
    def __init__(self, data: Row) -> None:
        self.data = data
        self.checks: Counter[str] = Counter()
        self.violations: list[str] = []
        given, result = data["input"], data["result"]
        self.mode, self.funded = given["mode"], given["funded"]
        self.people_by = {row["key"]: row for row in given["applicants"]}
        self.places = {row["key"]: row for row in given["places"]}
        self.caps = given["caps"]
        self.cap_by = {row["key"]: row for row in given["caps"]}
        self.outcomes = {row["key"]: row for row in result["outcomes"]}
        self.gone = {row["key"]: row["place"] for row in result["withdrawn"]}
        self.order = sorted(self.people_by, key=self._merit)
        self.rank = {key: n for n, key in enumerate(k for k in self.order if self.people_by[k]["eligible"])}
        self.held = {key: row["place"] for key, row in self.outcomes.items() if row["result"] == "main"}
        self._bounds: dict[Any, tuple[Bound, ...]] = {}
        self._by_dimension = self._index()

    def expect(self, kind: str, true: bool, words: str) -> bool:
        self.checks[kind] += 1
        if not true:
            self.violations.append(f"{kind}: {words}")
        return true

    def same(self, kind: str, found: object, right: object, who: str) -> bool:
        return self.expect(kind, found == right, f"{who}: says {found!r}, is {right!r}")

    # What the market says.

    def _merit(self, key: str) -> tuple[object, ...]:
        row = self.people_by[key]
        drawn = sha256((self.data["input"]["seed"] + key).encode("utf-8")).hexdigest()
        ties = [(1, Decimal(0)) if value is None else (0, -Decimal(value)) for value in row["ties"]]
        return row["score"] is None, -Decimal(row["score"] or 0), ties, drawn, key

    def _index(self) -> dict[tuple[str, str] | None, list[Row]]:
        index: dict[tuple[str, str] | None, list[Row]] = defaultdict(list)
        for cap in self.caps:
            exact = [(name, value) for name, value in cap["dimensions"] if name not in ("term", "field")]
            index[exact[0] if exact else None].append(cap)
        return index

    def bounds(self, who: str, where: str) -> tuple[Bound, ...]:
        """All limits that would count this person there, in the order in which they are asked."""
        person, place = self.people_by[who], self.places[where]
        kind = (person["unit"], person["faculty"], person["level"], person["field"], where)
        if kind not in self._bounds:
            self._bounds[kind] = tuple(sorted(self._find_bounds(person, place)))
        return self._bounds[kind]

    def _find_bounds(self, person: Row, place: Row) -> Iterator[Bound]:
        yield (False, False, False, place["key"]), Decimal(1)
        values = {name: person[name] for name in ("unit", "faculty", "level")}
        values |= {name: place[name] for name in ("line", "partner", "country")} | {"place": place["key"]}
        for shelf in [None, *values.items()]:
            for cap in self._by_dimension.get(shelf, ()):
                if all(_within(name, value, person, place) for name, value in cap["dimensions"]):
                    line = [name for name, _ in cap["dimensions"]] == ["line"]
                    months = cap["measure"] == "months"
                    name = (True, not line, line and months, cap["key"])
                    yield name, Decimal(place["months"]) if months else Decimal(1)

    def maximum(self, name: tuple[bool, bool, bool, str]) -> Decimal:
        return Decimal(self.cap_by[name[3]]["maximum"]) if name[0] else Decimal(self.places[name[3]]["capacity"])

    def broken(self, table: _Table, bounds: Iterable[Bound]) -> list[tuple[bool, bool, bool, str]]:
        """The limits that one more person would break."""
        return [name for name, share in bounds if table.used[name] + share > self.maximum(name)]

    def demand(self, who: str, where: str) -> Facts | None:
        """What of the place's demands the person does not meet, worded as in a wish; None if nothing."""
        person, place = self.people_by[who], self.places[where]
        if place["units"] and not {person["unit"], person["faculty"]}.intersection(place["units"]):
            return {"code": "unit_not_covered", "needed": ",".join(place["units"]), "held": person["unit"]}
        if place["levels"] and person["level"] not in place["levels"]:
            return {"code": "level_not_covered", "needed": ",".join(place["levels"]), "held": person["level"]}
        if place["fields"] and not any(person["field"].startswith(one) for one in place["fields"]):
            return {"code": "field_not_covered", "needed": ",".join(place["fields"]), "held": person["field"]}
        low: list[Facts] = []
        unknown: list[Facts] = []
        for language, level in sorted(place["languages_required"].items()):
            held = person["languages"].get(language) or ""
            if not held:
                unknown.append({"code": "language_unknown", "needed": f"{language}:{level}", "held": ""})
            elif LADDER.index(held) < LADDER.index(level):
                low.append({"code": "language_too_low", "needed": f"{language}:{level}", "held": held})
        return next(iter(low + unknown), None)

    # What is judged.

    def hashes(self) -> bool:
        known = self.expect("format", self.data["format"] == 1, "not a snapshot of format 1")
        for part in ("input", "result"):
            text = json.dumps(self.data[part], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            right = sha256(text.encode("utf-8")).hexdigest()
            self.expect("hash", self.data[f"{part}_hash"] == right, f"the {part} was changed after it was hashed")
        return known

    def everybody_once(self) -> bool:
        given, result = self.data["input"], self.data["result"]
        listed = Counter(row["key"] for row in [*result["outcomes"], *result["withdrawn"]])
        whole = self.same("everybody once", listed, Counter(row["key"] for row in given["applicants"]), "the result")
        self.same("order", result["order"], self.order, "the merit order")
        sound = self.expect("withdrawal", all(key in self.rank for key in self.gone), "somebody rejected gave up")
        for row in result["outcomes"]:
            person = self.people_by.get(row["key"])
            wishes = person["wishes"] if person and person["eligible"] else []
            sound &= self.same("wishes", [wish["place"] for wish in row["wishes"]], wishes, row["key"])
            if row["result"] == "main":
                sound &= self.expect("wishes", row["place"] in wishes, f"{row['key']} sits where nothing was wished")
        return whole and sound

    def people(self) -> None:
        for key, row in self.outcomes.items():
            person, place = self.people_by[key], row["place"]
            right = self.rank[key] + 1 if person["eligible"] else None
            self.same("rank", row["rank"], right, key)
            self.same("rejected", row["result"] == "rejected", not person["eligible"], key)
            self.same("rejected", row["rejections"], [] if person["eligible"] else person["rejections"], key)
            number = person["wishes"].index(place) + 1 if place in person["wishes"] else None
            self.same("wish number", row["wish"], number, key)

    def seats(self) -> None:
        table, taken = _Table(), Counter(self.held.values())
        for key, place in self.held.items():
            self.expect("feasible", self.demand(key, place) is None, f"{key} does not meet the demands of {place}")
            table.sit(self.bounds(key, place))
        for name, used in table.used.items():
            self.expect("feasible", used <= self.maximum(name), f"{name[3]}: {used} where {self.maximum(name)} is most")
        left = {key: place["capacity"] - taken[key] for key, place in self.places.items()}
        self.same("seats left", self.data["result"]["left"], left, "the result")

    def wishes(self) -> None:
        above, before, now, ever = _Table(), _Table(), _Table(), _Table()
        for key in self.order:
            self._sit(key, (now, ever), (ever,), None)
        for key in self.order:
            if key in self.outcomes and self.people_by[key]["eligible"]:
                self._person(key, above, before, now, ever)
            self._sit(key, (above, before), (before,), self.people_by[key]["score"])

    def _sit(self, key: str, holding: Iterable[_Table], left: Iterable[_Table], score: str | None) -> None:
        """Count the seat somebody holds in some tables, the seat somebody gave up in others."""
        place = self.held.get(key) or self.gone.get(key)
        for table in holding if key in self.held else left:
            if place:
                table.sit(self.bounds(key, place), None if score is None else Decimal(score))

    def _person(self, key: str, above: _Table, before: _Table, now: _Table, ever: _Table) -> None:
        held, passed = self.held.get(key), False
        for wish in self.outcomes[key]["wishes"]:
            place = wish["place"]
            if passed or place == held:
                right: Facts = {"code": "better_wish" if passed else "placed"}
                passed = True
            elif not (right := self.demand(key, place) or {}):
                self._entitled(key, place, above, now)
                right = self._why_full(key, place, above, before, ever)
            self.same("reason", wish, _BLANK | {"place": place} | right, f"{key}, wish for {place}")

    def _entitled(self, key: str, place: str, above: _Table, now: _Table) -> None:
        """Nobody ranked below may hold what this person wanted more, and it may not stay empty."""
        bounds = self.bounds(key, place)
        full = bool(self.broken(now, bounds))
        passed_by = bool(self.gone) and self.mode == "reserve" and key in self.held
        self.expect("not wasted", full or passed_by, f"{key} wanted {place}, where there is room")
        fair = not full or bool(self.gone) or bool(self.broken(above, bounds))
        self.expect("no justified envy", fair, f"{key} wanted {place}, which somebody ranked below holds")

    def _why_full(self, key: str, place: str, above: _Table, before: _Table, ever: _Table) -> Facts:
        score, bounds = Decimal(self.people_by[key]["score"]), self.bounds(key, place)
        for table in (above, before):
            if broken := self.broken(table, bounds):
                later = table is not above
                cutoff = table.last.get(broken[0])
                points = {
                    "cutoff": _points(cutoff),
                    "shortfall": _points(cutoff - score if cutoff is not None else None),
                }
                enough = None if later else self._enough(table, broken, dict(bounds))
                return self._limit(broken[0]) | points | {"enough": _points(enough), "freed_later": later}
        broken = self.broken(ever, bounds)
        return self._limit(broken[0]) | {"freed_later": True} if broken else {"code": "a place"}

    def _limit(self, name: tuple[bool, bool, bool, str]) -> Facts:
        cap, other, months, key = name
        code = (
            "quota_exhausted" if not cap else "cap_reached" if other else "no_months" if months else "quota_exhausted"
        )
        return {"code": code, "cap": key if cap else "", "seats": f"{self.maximum(name).normalize():f}"}

    def _enough(
        self, table: _Table, broken: list[tuple[bool, bool, bool, str]], shares: Mapping[Any, Decimal]
    ) -> Decimal | None:
        """The highest score among those admitted last, if without each of them this person would have fitted."""
        if any(name not in table.last for name in broken):
            return None
        fits = all(table.used[name] - table.took[name] + shares[name] <= self.maximum(name) for name in broken)
        return max(table.last[name] for name in broken) if fits else None

    def reserve_lists(self) -> None:
        right: dict[str, list[str]] = {place: [] for place in self.places}
        for key in self.order:
            if key in self.outcomes and self.people_by[key]["eligible"] and key not in self.held:
                for place in self.people_by[key]["wishes"]:
                    if self.demand(key, place) is None:
                        right[place].append(key)
        for place, keys in right.items():
            self.same("reserve list", self.data["result"]["reserves"].get(place), keys, place)
        for key in set(self.outcomes) - set(self.held):
            self._reserve_of(key, right)

    def _reserve_of(self, key: str, lists: Mapping[str, list[str]]) -> None:
        row, person = self.outcomes[key], self.people_by[key]
        result: tuple[object, ...] = ("not_placed" if person["eligible"] else "rejected", "", None)
        for place in person["wishes"] if person["eligible"] else ():
            if key in lists[place][: self.places[place]["reserve"]]:
                result = ("reserve", place, lists[place].index(key) + 1)
                break
        self.same("reserve rank", (row["result"], row["place"], row["reserve_rank"]), result, key)

    def grants(self) -> None:
        mains = [key for key in self.order if key in self.held]
        funded = [key for key in mains if self.outcomes[key]["grant"] == "with_grant"]
        for key, row in self.outcomes.items():
            decided = self.funded is not None and key in self.held
            words = ("with_grant", "zero_grant") if decided else ("",)
            self.expect("grant", row["grant"] in words, f"{key} has {row['grant']!r}")
        if self.funded is not None:
            self.same("grant", len(funded), min(self.funded, len(mains)), "number of grants")
        if not self.gone:
            self.same("grant", funded, mains[: self.funded or 0], "the order of grants")

    def replay(self) -> None:
        """Decide everything again, the slow and simple way."""
        again = _Again(self)
        again.place()
        for key, place in self.gone.items():
            self.same("withdrawal", place, again.held.get(key, ""), key)
            again.withdraw(key)
        self.same("repeated", self.held, again.held, "who sits where")
        promoted = {key for key, row in self.outcomes.items() if row["promoted"]}
        self.same("moved up", promoted, again.promoted - set(self.gone), "who moved up")
        funded = {key for key, row in self.outcomes.items() if row["grant"] == "with_grant"}
        self.same("grant", funded, again.funded, "who has a grant")

    def published(self, rows: Iterable[Row]) -> None:
        names = ("rank", "result", "wish", "place", "reserve_rank", "grant")
        seen: Counter[str] = Counter()
        for row in rows:
            seen[row["applicant"]] += 1
            if row["applicant"] in self.outcomes:
                right = {name: _text(self.outcomes[row["applicant"]][name]) for name in names}
                self.same("published", {name: _text(row.get(name)) for name in names}, right, row["applicant"])
        self.same("published", seen, Counter(self.outcomes.keys()), "who is published")


class _Again:
    """The case decided a second time, without any of the shortcuts of the first."""

    def __init__(self, judge: _Judge) -> None:
        self.judge = judge
        self.waiting = [key for key in judge.order if judge.people_by[key]["eligible"]]
        self.held: dict[str, str] = {}
        self.table = _Table()
        self.promoted: set[str] = set()
        self.funded: set[str] = set()

    def fits(self, key: str, place: str) -> bool:
        bounds = self.judge.bounds(key, place)
        return self.judge.demand(key, place) is None and not self.judge.broken(self.table, bounds)

    def sit(self, key: str, place: str) -> None:
        self.held[key] = place
        self.table.sit(self.judge.bounds(key, place))

    def rise(self, key: str) -> None:
        """Take the best wish with room."""
        place = self.best(key)
        if place:
            self.leave(key)
            self.sit(key, place)
            self.promoted.add(key)

    def leave(self, key: str) -> None:
        if key in self.held:
            self.table.sit(self.judge.bounds(key, self.held.pop(key)), sign=-1)

    def best(self, key: str) -> str:
        held = self.held.get(key, "")
        self.leave(key)
        wishes = self.judge.people_by[key]["wishes"]
        better = wishes[: wishes.index(held)] if held else wishes
        found = next((place for place in better if self.fits(key, place)), "")
        if held:
            self.sit(key, held)
        return found

    def place(self) -> None:
        for key in self.waiting:
            if place := self.best(key):
                self.sit(key, place)
        self.fund()

    def withdraw(self, key: str) -> None:
        freed = self.held.get(key, "")
        self.leave(key)
        self.waiting.remove(key)
        self.funded.discard(key)
        if self.judge.mode == "chain":
            while mover := next((one for one in self.waiting if self.best(one)), None):
                self.rise(mover)
        else:
            self.fill(freed)
        self.fund()

    def fill(self, freed: str) -> None:
        """The freed place to the best of its list, then whoever waits, in merit order."""
        free = [key for key in self.waiting if key not in self.held]
        for key in free:
            if freed and freed in self.judge.people_by[key]["wishes"] and self.fits(key, freed):
                self.rise(key)
                if self.held[key] == freed:
                    break
        for key in free:
            if key not in self.held:
                self.rise(key)

    def fund(self) -> None:
        for key in self.waiting:
            if key in self.held and len(self.funded) < (self.judge.funded or 0):
                self.funded.add(key)


_BLANK: Facts = {
    **dict.fromkeys(("seats", "cutoff", "shortfall", "enough")),
    **dict.fromkeys(("cap", "needed", "held"), ""),
    "freed_later": False,
}


def _within(name: str, value: str, person: Row, place: Row) -> bool:
    if name == "place":
        return bool(place["key"] == value)
    if name == "term":
        return place["term"] == "year" or bool(place["term"] == value)
    if name == "field":
        return bool(person["field"][: len(value)] == value)
    return bool((person if name in PERSONAL else place)[name] == value)


def _points(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _text(value: object) -> str:
    return "" if value is None else str(value)
