"""The `selection` section of a rule pack: what a call is scored, judged and placed by."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from kervan.core.rules import packs
from kervan.courses.rules import grades

LEVELS = ("associate", "bachelor", "master", "doctorate")
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
TIES = ("younger_first", "older_first", "higher_gpa", "higher_language")
MODES = ("reserve", "chain")
STAGES = ("application", "before_departure", "after_return")
STUDY, TRAINEESHIP = STAYS = ("study", "traineeship")


@dataclass(frozen=True, slots=True)
class Item:
    """Points added (or, below zero, taken off) for each time something is true of an applicant.

    maximum_count: how many times it counts, None without limit.  group: items of one group count only once, the
    strongest.  special_category: who may see it is limited.  stay: the kind of stay it belongs to, "" to all.
    source: key of the figure in the pack.
    """

    code: str
    points: Decimal
    maximum_count: int | None = None
    group: str = ""
    special_category: bool = False
    stay: str = ""
    label_en: str = ""
    label_tr: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The CEFR level that an exam mark from `minimum` (0 to 100) stands for."""

    level: str
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """A document that an applicant hands in, and at which stage."""

    code: str
    stage: str
    label_en: str
    label_tr: str


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """Everything the selection rules take from a pack. Marks are 0 to 100, shares add up to 1.

    minimum_gpa_4 and minimum_gpa_100: level -> lowest average.  gpa_column: column of the 4 to 100 table, "cut" or
    "rounded".  exam: shares of "written" and "oral"; empty where a single mark is asked.
    language_bands: highest first.  special_points: "add" or "exclude" (only the strongest addition of a special
    category counts).  threshold_factor: applications per place that a raised threshold must leave.
    reserve_places: reserves per place that a call begins with.  Days are calendar days.
    """

    weights: Mapping[str, Decimal]
    items: tuple[Item, ...]
    minimum_gpa_4: Mapping[str, Decimal]
    minimum_gpa_100: Mapping[str, Decimal]
    gpa_column: str
    exam: Mapping[str, Decimal]
    minimum_language: Decimal | None
    minimum_language_level: str
    language_bands: tuple[Band, ...]
    minimum_final: Decimal | None
    decimals: int
    special_points: str
    ties: tuple[str, ...]
    mode: str
    threshold_factor: Decimal
    waiver_days: int
    objection_days: int
    maximum_wishes: int
    reserve_places: int
    documents: tuple[Document, ...]

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def items_for(self, stay: str) -> tuple[Item, ...]:
        """The items that can be true in a call for this kind of stay (`STAYS`)."""
        return tuple(item for item in self.items if item.stay in ("", stay))


def read_selection(section: packs.Section) -> SelectionRules:
    """Read and check the section; what is wrong is noted in it."""
    column = section.table("gpa").word("column", ("cut", "rounded"))
    minimum_4, minimum_100 = _read_gpa(section.table("gpa"), column)
    language, level, bands = _read_language(section.table("language"))
    placement = section.table("placement")
    points, final = section.table("points"), section.table("final")
    rules = SelectionRules(
        weights=_read_shares(section.table("weights"), ("gpa", "language")),
        items=tuple(_read_item(entry) for entry in section.entries("items")),
        minimum_gpa_4=minimum_4,
        minimum_gpa_100=minimum_100,
        gpa_column=column,
        exam=_read_shares(section.table("exam"), ("written", "oral")) if "exam" in section else {},
        minimum_language=language,
        minimum_language_level=level,
        language_bands=bands,
        minimum_final=final.optional_number("minimum", -100, 200),
        decimals=_read_decimals(final),
        special_points=points.word("special", ("add", "exclude")),
        ties=placement.words("ties", TIES),
        mode=placement.word("mode", MODES),
        threshold_factor=placement.number("threshold_factor", 1, 10),
        waiver_days=placement.integer("waiver_days", 0, 60),
        objection_days=placement.integer("objection_days", 0, 60),
        maximum_wishes=placement.integer("maximum_wishes", 1, 20),
        reserve_places=placement.integer("reserve_places", 0, 100),
        documents=tuple(_read_document(entry) for entry in section.entries("documents")),
    )
    for part in (placement, points, final, section):
        part.close()
    return rules


READERS: Mapping[str, packs.Reader] = {"selection": read_selection}


@lru_cache
def load(reference: str, folder: Path = packs.SHIPPED) -> packs.Pack:
    """A pack by `NAME/VERSION`; what it extends may stand in the same folder or among the shipped packs."""
    here, shipped = packs.folder_lookup(folder), packs.folder_lookup()

    def lookup(wanted: str) -> str:
        try:
            return here(wanted)
        except KeyError:
            return shipped(wanted)

    return packs.load(reference, readers=READERS, lookup=lookup)


def find(name: str) -> packs.Pack:
    """A shipped pack by `NAME` (its newest version) or `NAME/VERSION`. Raises KeyError naming those that exist."""
    known = packs.references()
    matching = [reference for reference in known if name in (reference, reference.split("/")[0])]
    if not matching:
        raise KeyError(f"no pack {name}; there are {', '.join(known)}")
    return load(matching[-1])


def for_rule_set(rule_set: str) -> packs.Pack | None:
    """The newest shipped pack whose `rule_sets` names this rule set."""
    naming = [pack for pack in map(load, packs.references()) if rule_set in pack.rule_sets]
    return max(naming, key=lambda pack: pack.version, default=None)


def selection_of(pack: packs.Pack) -> SelectionRules:
    """The selection rules of a pack. Raises KeyError when it has no such section."""
    rules: SelectionRules = pack.sections["selection"]
    return rules


def _read_shares(section: packs.Section, names: tuple[str, ...]) -> dict[str, Decimal]:
    shares = {name: section.number(name, 0, 1) for name in names}
    section.close()
    if sum(shares.values()) != 1:
        section.problem("*", sum(shares.values()), f"{' and '.join(names)} that add up to 1")
    return shares


def _read_gpa(section: packs.Section, column: str) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    section.taken.add("column")
    on_4, on_100 = section.table("minimum_4"), section.table("minimum_100")
    minimum_4 = {level: on_4.number(level, "1.00", "4.00") for level in LEVELS}
    minimum_100 = {level: on_100.number(level, 0, 100) for level in LEVELS if level in on_100}
    for level, average in minimum_4.items():
        try:
            minimum_100.setdefault(level, grades.to_100(average, column))
        except grades.AverageRefused as refusal:
            on_4.problem(level, average, refusal.allowed)
    for part in (on_4, on_100, section):
        part.close()
    return minimum_4, minimum_100


def _read_language(section: packs.Section) -> tuple[Decimal | None, str, tuple[Band, ...]]:
    mark = section.optional_number("minimum", 0, 100)
    level = section.word("minimum_level", CEFR) if "minimum_level" in section else ""
    bands = sorted((_read_band(entry) for entry in section.entries("bands")), key=lambda band: -band.minimum)
    if level and not bands:
        section.problem("bands", None, "a list of bands, because minimum_level is asked")
    if [CEFR.index(band.level) for band in bands] != sorted((CEFR.index(b.level) for b in bands), reverse=True):
        section.problem("bands", ", ".join(band.level for band in bands), "a higher level for a higher mark")
    section.close()
    return mark, level, tuple(bands)


def _read_band(entry: packs.Section) -> Band:
    level = entry.text("code")
    if level not in CEFR:
        entry.problem("code", level, f"one of {', '.join(CEFR)}")
    band = Band(level if level in CEFR else CEFR[0], entry.number("minimum", 0, 100))
    entry.close()
    return band


def _read_decimals(final: packs.Section) -> int:
    final.word("rounding", ("half_up",))
    return final.integer("decimals", 0, 4)


def _read_item(entry: packs.Section) -> Item:
    item = Item(
        code=entry.code("code"),
        points=entry.number("points", -100, 100),
        maximum_count=entry.integer("maximum_count", 1, 20) if "maximum_count" in entry else None,
        group=entry.text("group", required=False),
        special_category=entry.flag("special_category"),
        stay=entry.word("stay", STAYS) if "stay" in entry else "",
        label_en=entry.text("label_en"),
        label_tr=entry.text("label_tr"),
        source=f"{entry.where}.points",
    )
    entry.close()
    return item


def _read_document(entry: packs.Section) -> Document:
    stage = entry.text("stage")
    if stage not in STAGES:
        entry.problem("stage", stage, f"one of {', '.join(STAGES)}")
    document = Document(entry.code("code"), stage, entry.text("label_en"), entry.text("label_tr"))
    if not entry.text("source"):
        entry.problem("source", None, "where the demand is written")
    entry.close()
    return document
