"""Scoring all applications of a call by its pinned rules."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kervan.core import sealed
from kervan.core.errors import NotPossible
from kervan.core.states import move
from kervan.selection.models import Application, Call, Score
from kervan.selection.rules import eligibility, scoring
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.selectors.rules import rules_of
from kervan.selection.selectors.sheets import IN_THE_RUNNING, Case, cases_of
from kervan.selection.states import CALL_MOVES

SCORED_FIELDS = [
    "academic",
    "language",
    "base",
    "points",
    "final",
    "passes",
    "reasons",
    "parts",
    "sealed_parts",
    "made_at",
]


@dataclass(frozen=True, slots=True)
class ScoreTotals:
    """How many were scored: complete, of them passing; open (an exam is missing)."""

    complete: int
    passing: int
    open: int


@transaction.atomic
def score_call(call: Call, *, actor: Any) -> ScoreTotals:
    """Score every application in the running; done again, the scores are made anew from what stands there now.

    Raises NotPossible while the call is open, and once its results are published.
    """
    locked = Call.objects.select_for_update(of=("self",)).select_related("office", "pack_version").get(pk=call.pk)
    _check_may_score(locked)
    totals = rescore(locked)
    move(locked, "score", CALL_MOVES, actor=actor, complete=totals.complete, open=totals.open)
    call.state, call.version = locked.state, locked.version
    return totals


def _check_may_score(call: Call) -> None:
    if call.state not in CALL_MOVES["score"].sources:
        raise NotPossible(_("Scores are made between the end of a call and the publication of its results."))
    if not call.is_closed:
        day = date_format(call.closes_on, "j F Y")
        raise NotPossible(_("The call is open until the end of %(day)s. Scores are made after that.") % {"day": day})


def rescore(call: Call) -> ScoreTotals:
    """Write the score rows of a call: one statement per thousand. The caller holds the call's lock."""
    rows = worked_out(call)
    Score.objects.filter(application__call=call).exclude(application__state__in=IN_THE_RUNNING).delete()
    Score.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["application"], update_fields=SCORED_FIELDS, batch_size=500
    )
    complete = sum(row.final is not None for row in rows)
    return ScoreTotals(complete, sum(row.passes for row in rows), len(rows) - complete)


def worked_out(call: Call) -> list[Score]:
    """Return the score of every application in the running from what stands there now; nothing is saved."""
    rules = rules_of(call)
    return [score_row(case, rules) for case in cases_of(call)]


def score_row(case: Case, rules: SelectionRules) -> Score:
    """Return the unsaved score row of one application. An average that cannot be converted counts as missing."""
    row = Score(office_id=case.application.office_id, application=case.application, made_at=timezone.now())
    try:
        scored = scoring.score(case.sheet, rules) if case.sheet else None
    except ValueError:
        scored = None
    if case.sheet is None or scored is None:
        row.reasons = [{"code": eligibility.DOCUMENTS_MISSING, "value": ["grade_average"], "minimum": "", "source": ""}]
        return row
    return _filled(row, case.sheet, scored, case.special, rules)


def _filled(
    row: Score, sheet: scoring.Sheet, scored: scoring.Score, special: frozenset[str], rules: SelectionRules
) -> Score:
    judged = eligibility.judge(sheet, scored, rules)
    row.academic, row.final = _kept(scored.gpa_100, "0.01"), scored.final
    row.language, row.base = _kept(scored.language, "0.01"), _kept(scored.base, "0.0001")
    row.points = sum(scored.points.values(), Decimal(0))
    row.passes = judged.passes is True
    row.reasons = [_reason(reason) for reason in judged.reasons]
    row.parts = [_part(part) for part in scored.parts if part.code not in special]
    sealed_parts = [_part(part) for part in scored.parts if part.code in special]
    row.sealed_parts = sealed.seal(sealed_parts) if sealed_parts else ""
    return row


def _kept(value: Decimal | None, step: str) -> Decimal | None:
    """The exact figure stands in the parts; the column holds as many places as are shown."""
    return None if value is None else value.quantize(Decimal(step))


def _reason(reason: eligibility.Reason) -> dict[str, Any]:
    value = list(reason.value) if isinstance(reason.value, tuple) else str(reason.value)
    return {"code": reason.code, "value": value, "minimum": str(reason.minimum), "source": reason.source}


def _part(part: scoring.Part) -> dict[str, Any]:
    figures = {name: str(value) for name, value in part.figures.items()}
    return {"code": part.code, "amount": str(part.amount), "figures": figures, "source": part.source, "note": part.note}


def parts_of(score: Score, *, with_special: bool) -> list[dict[str, Any]]:
    """Return the parts of a score as stored.

    with_special: all parts (for the applicant and holders of the right); else every point item is folded into one sum,
    "other_points", so that nobody can tell a special item from another.
    """
    if with_special:
        hidden = sealed.unseal(score.sealed_parts) if score.sealed_parts else []
        return _in_order([*score.parts, *hidden])
    own = [part for part in score.parts if part["code"] in (scoring.GPA, scoring.LANGUAGE, scoring.ROUNDING)]
    if score.points:
        own.append({"code": "other_points", "amount": str(score.points), "figures": {}, "source": "", "note": ""})
    return _in_order(own)


def _in_order(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Average, language, items, rounding."""
    order = {scoring.GPA: 0, scoring.LANGUAGE: 1, scoring.ROUNDING: 3}
    return sorted(parts, key=lambda part: order.get(part["code"], 2))


def score_of(application: Application) -> Score | None:
    """Return the stored score of an application, None before scoring."""
    return Score.objects.filter(application=application).first()
