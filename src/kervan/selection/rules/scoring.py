"""The score that ranks an application, with every part it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from kervan.courses.rules import grades
from kervan.selection.rules import market
from kervan.selection.rules.packs import Item, SelectionRules

GPA, LANGUAGE, ROUNDING = "gpa", "language", "rounding"
CAPPED, GROUP, ONCE_ONLY = "capped", "group", "once_only"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of an applicant.

    level: associate, bachelor, master or doctorate.  gpa_4 (1.00 to 4.00) or gpa_100 (0 to 100), exactly one of them.
    language: mark of the exam, 0 to 100; or written and oral, its two parts.  All None: the exam is not sat yet.
    language_level: CEFR level recorded beside the mark, "" where the mark decides.
    counts: item code -> how many times.
    documents_missing: codes of documents that were asked for and are not there.
    """

    level: str
    gpa_4: Decimal | None = None
    gpa_100: Decimal | None = None
    language: Decimal | None = None
    written: Decimal | None = None
    oral: Decimal | None = None
    language_level: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    documents_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the arithmetic: what it adds, the figures it came from, and the key of its figure in the pack.

    note: "" or why an item counts less than it was true: capped, group, once_only.
    """

    code: str
    amount: Decimal
    figures: Mapping[str, Decimal]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The score and its parts; the amounts of all parts add up to `final` exactly.

    gpa_100, language: marks of 100.  base: shares without points, not rounded.  points: item code -> points.
    language, base and final are None while the exam is open.
    """

    gpa_100: Decimal
    language: Decimal | None
    base: Decimal | None
    points: Mapping[str, Decimal]
    final: Decimal | None
    parts: tuple[Part, ...]

    @property
    def is_open(self) -> bool:
        return self.final is None


def score(sheet: Sheet, rules: SelectionRules) -> Score:
    """Score one application: the shares of grade average and language, plus points, rounded once at the end.

    sheet: what is known.  rules: the pack's section.  Returns a Score, rounded half up to `rules.decimals`; there is no
    cap at 100 and none at 0.  While the exam is open, only the average and the points are known.
    Raises ValueError for marks outside their range, an unknown level or item, AverageRefused for an average that the
    conversion table does not hold.
    Source: RULES 1.3.1 to 1.3.3 (criteria of the National Agency; rounding from a published result row).
    """
    check(sheet, rules)
    average = gpa_on_100(sheet, rules)
    mark = language_mark(sheet, rules)
    items = item_parts(sheet, rules)
    points = {part.code: part.amount for part in items}
    gpa = _gpa_part(sheet, average, rules)
    if mark is None:
        return Score(average, None, None, points, None, (gpa, *items))
    language = _language_part(sheet, mark, rules)
    base = gpa.amount + language.amount
    exact = base + sum(points.values())
    final = round_half_up(exact, rules.decimals)
    parts = (gpa, language, *items, *_rounding_part(final, exact, rules))
    return Score(average, mark, base, points, final, parts)


def check(sheet: Sheet, rules: SelectionRules) -> None:
    """Raise ValueError when the sheet holds what no applicant can have."""
    if sheet.level not in rules.minimum_gpa_4:
        raise ValueError(f"level {sheet.level!r} is none of {', '.join(rules.minimum_gpa_4)}")
    if (sheet.gpa_4 is None) == (sheet.gpa_100 is None):
        raise ValueError("exactly one of gpa_4 and gpa_100 is needed")
    for name in ("gpa_100", "language", "written", "oral"):
        mark = getattr(sheet, name)
        if mark is not None and not (mark.is_finite() and 0 <= mark <= 100):
            raise ValueError(f"{name} {mark} is not a mark from 0 to 100")
    for code, count in sheet.counts.items():
        if rules.item(code) is None or count < 0:
            raise ValueError(f"{count} times {code!r} is not possible in this pack")


def round_half_up(amount: Decimal, decimals: int) -> Decimal:
    """Round to `decimals` places, a half away from zero: 64.175 is 64.18."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def gpa_on_100(sheet: Sheet, rules: SelectionRules) -> Decimal:
    """The grade average as a mark of 100: as given, or looked up in the 4 to 100 table, two decimals."""
    if sheet.gpa_4 is not None:
        return grades.to_100(sheet.gpa_4, rules.gpa_column)
    if sheet.gpa_100 is None:
        raise ValueError("gpa_4 or gpa_100 is needed")
    return sheet.gpa_100


def language_mark(sheet: Sheet, rules: SelectionRules) -> Decimal | None:
    """The exam mark of 100, not rounded: as given, or from both parts; None while it is not known.

    Where a pack sets shares, both parts must have been sat.  Raises ValueError for parts without shares.
    Source: RULES 1.3.4 (75 percent written, 25 percent oral).
    """
    if sheet.language is not None or (sheet.written is None and sheet.oral is None):
        return sheet.language
    if not rules.exam:
        raise ValueError("this pack has no shares for a written and an oral part")
    if sheet.written is None or sheet.oral is None:
        return None
    return sheet.written * rules.exam["written"] + sheet.oral * rules.exam["oral"]


def tie_values(rules: SelectionRules, *, birth: date | None, scored: Score) -> tuple[Decimal | None, ...]:
    """What decides between equal scores: one value per name of `rules.ties`, the higher goes first, None last.

    younger_first and older_first compare birth dates, higher_gpa and higher_language the marks of 100.
    Source: RULES 1.4.4.
    """
    day = None if birth is None else market.younger_first(birth)
    known = {
        "younger_first": day,
        "older_first": None if day is None else -day,
        "higher_gpa": scored.gpa_100,
        "higher_language": scored.language,
    }
    return tuple(known[name] for name in rules.ties)


def item_parts(sheet: Sheet, rules: SelectionRules) -> tuple[Part, ...]:
    """The points of each item that is true of the applicant, in the pack's order.

    An item counts at most `maximum_count` times; of a group only the strongest counts; where special points exclude
    each other, only the highest addition of a special category counts, and deductions always do.
    Source: RULES 1.3 (table), 1.3.0, 1.3.6.
    """
    items = [item for item in rules.items if sheet.counts.get(item.code)]
    parts = {item.code: _item_part(item, sheet.counts[item.code]) for item in items}
    for group in dict.fromkeys(item.group for item in items if item.group):
        _keep_strongest(parts, [item.code for item in items if item.group == group], GROUP)
    if rules.special_points == "exclude":
        additions = [item.code for item in items if item.special_category and item.points > 0]
        _keep_strongest(parts, additions, ONCE_ONLY)
    return tuple(parts.values())


def _item_part(item: Item, count: int) -> Part:
    counted = count if item.maximum_count is None else min(count, item.maximum_count)
    figures = {"points": item.points, "count": Decimal(count), "counted": Decimal(counted)}
    return Part(item.code, item.points * counted, figures, item.source, CAPPED if counted < count else "")


def _keep_strongest(parts: dict[str, Part], codes: list[str], note: str) -> None:
    """Set all but the strongest of these parts to nothing, saying why; of equals the first stays."""
    strongest = max(codes, key=lambda code: abs(parts[code].amount), default=None)
    for code in codes:
        if code != strongest:
            parts[code] = replace(parts[code], amount=Decimal(0), note=note)


def _gpa_part(sheet: Sheet, average: Decimal, rules: SelectionRules) -> Part:
    figures = {"gpa_100": average, "share": rules.weights[GPA]}
    if sheet.gpa_4 is not None:
        figures = {"gpa_4": sheet.gpa_4} | figures
    return Part(GPA, average * rules.weights[GPA], figures, "selection.weights.gpa")


def _language_part(sheet: Sheet, mark: Decimal, rules: SelectionRules) -> Part:
    figures = {"mark": mark, "share": rules.weights[LANGUAGE]}
    if sheet.language is None:
        names = ("written", "oral")
        shares = chain.from_iterable(
            ((name, getattr(sheet, name)), (f"{name}_share", rules.exam[name])) for name in names
        )
        figures = dict(shares) | figures
    return Part(LANGUAGE, mark * rules.weights[LANGUAGE], figures, "selection.weights.language")


def _rounding_part(final: Decimal, exact: Decimal, rules: SelectionRules) -> tuple[Part, ...]:
    if final == exact:
        return ()
    figures = {"exact": exact, "decimals": Decimal(rules.decimals)}
    return (Part(ROUNDING, final - exact, figures, "selection.final.rounding"),)
