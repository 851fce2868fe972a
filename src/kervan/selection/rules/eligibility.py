"""Whether an application may take part in the placement, and why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kervan.selection.rules import scoring
from kervan.selection.rules.packs import CEFR, SelectionRules

GPA_BELOW_MINIMUM = "gpa_below_minimum"
LANGUAGE_BELOW_MINIMUM = "language_below_minimum"
FINAL_BELOW_MINIMUM = "final_below_minimum"
DOCUMENTS_MISSING = "documents_missing"
CODES = (GPA_BELOW_MINIMUM, LANGUAGE_BELOW_MINIMUM, FINAL_BELOW_MINIMUM, DOCUMENTS_MISSING)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application is refused: what the applicant has, what was asked, and the key of that figure in the pack.

    value and minimum: marks, CEFR levels ("" is below A1 or the lowest band), or codes of missing documents.
    """

    code: str
    value: Decimal | str | tuple[str, ...]
    minimum: Decimal | str
    source: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The judgement. `passes` is None while nothing speaks against the application but its exam is still open."""

    passes: bool | None
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Whether a raised threshold is allowed: how many stay, how many must."""

    applicants_at_or_above: int
    needed: Decimal
    allowed: bool


def judge(sheet: scoring.Sheet, score: scoring.Score, rules: SelectionRules) -> Eligibility:
    """Judge one scored application. Every reason is given, not only the first, in the order of `CODES`.

    A value that equals its minimum passes.  The rounded final score is compared.
    Source: RULES 1.1.2 (average), 1.3.4 (language, final score), 1.4.5 (documents).
    """
    found = (_gpa(sheet, score, rules), _language(sheet, score, rules), _final(score, rules), _documents(sheet))
    reasons = tuple(reason for reason in found if reason)
    return Eligibility(False if reasons else None if score.is_open else True, reasons)


def language_level(sheet: scoring.Sheet, mark: Decimal | None, rules: SelectionRules) -> str | None:
    """The CEFR level held: the recorded one, else the pack's band of the mark; "" below all bands, None if unknown.

    mark: of 100, None while the exam is open.  Source: the level is stored beside the mark; bands are the pack's.
    """
    if sheet.language_level:
        return sheet.language_level
    if mark is None or not rules.language_bands:
        return None
    return next((band.level for band in rules.language_bands if mark >= band.minimum), "")


def threshold(scores: Iterable[Decimal], places: int, at: Decimal, factor: Decimal) -> Threshold:
    """Whether a threshold may be raised to `at`: at least `factor` applications per place must stay.

    scores: of the applications that meet the conditions.  places: offered in all.  Source: RULES 1.1.5.
    """
    staying = sum(1 for score in scores if score >= at)
    needed = factor * places
    return Threshold(staying, needed, staying >= needed)


def _gpa(sheet: scoring.Sheet, score: scoring.Score, rules: SelectionRules) -> Reason | None:
    if sheet.gpa_4 is not None:
        value, minimum, scale = sheet.gpa_4, rules.minimum_gpa_4[sheet.level], "4"
    else:
        value, minimum, scale = score.gpa_100, rules.minimum_gpa_100[sheet.level], "100"
    source = f"selection.gpa.minimum_{scale}.{sheet.level}"
    return Reason(GPA_BELOW_MINIMUM, value, minimum, source) if value < minimum else None


def _language(sheet: scoring.Sheet, score: scoring.Score, rules: SelectionRules) -> Reason | None:
    mark, lowest, asked = score.language, rules.minimum_language, rules.minimum_language_level
    if mark is not None and lowest is not None and mark < lowest:
        return Reason(LANGUAGE_BELOW_MINIMUM, mark, lowest, "selection.language.minimum")
    level = language_level(sheet, mark, rules)
    if asked and level is not None and _below(level, asked):
        return Reason(LANGUAGE_BELOW_MINIMUM, level, asked, "selection.language.minimum_level")
    return None


def _below(level: str, asked: str) -> bool:
    return level == "" or CEFR.index(level) < CEFR.index(asked)


def _final(score: scoring.Score, rules: SelectionRules) -> Reason | None:
    minimum = rules.minimum_final
    if minimum is None or score.final is None or score.final >= minimum:
        return None
    return Reason(FINAL_BELOW_MINIMUM, score.final, minimum, "selection.final.minimum")


def _documents(sheet: scoring.Sheet) -> Reason | None:
    missing = sheet.documents_missing
    return Reason(DOCUMENTS_MISSING, missing, "", "selection.documents") if missing else None
