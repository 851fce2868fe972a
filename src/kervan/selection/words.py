"""Stored outcomes, scores and withdrawals in words: `reasons` with the names of this call's places and caps put in."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kervan.core.text import pick
from kervan.selection import reasons
from kervan.selection.models import Application, Call, Cap, Outcome, Place, Score, Wish
from kervan.selection.rules import market as m
from kervan.selection.rules.succession import Step
from kervan.selection.selectors.applications import wishes_with_partner
from kervan.selection.selectors.offers import demands, partner_of
from kervan.selection.selectors.outcomes import outcome_of, wishes_of
from kervan.selection.selectors.rules import documents_of
from kervan.selection.selectors.waiver import Preview

WISH_TONES = {m.PLACED: "ok", m.BETTER_WISH: ""}


def place_name(place: Place) -> str:
    """Return university and term of a place."""
    return f"{partner_of(place).name}, {place.get_term_display()}"


def cap_names(call_id: int) -> dict[str, str]:
    """Return the names of a call's caps by their key, in the reader's language. One query."""
    return {cap.uid: str(cap.label) for cap in Cap.objects.filter(call=call_id)}


def result_lines(outcome: Outcome) -> list[str]:
    """Return the result as sentences to the applicant: what, where, grant, why not ranked."""
    told = outcome_of(outcome)
    first, *others = reasons.all_sentences(told)
    where = [place_name(outcome.place)] if outcome.place else []
    return [first, *where, *others]


def office_phrase(outcome: Outcome) -> str:
    """Return the result in the words of the office's list."""
    return reasons.office_phrase(outcome_of(outcome))


def short_result(outcome: Outcome) -> str:
    """Return the result in a word or two."""
    return str(reasons.RESULTS[outcome.result])


def grant_word(outcome: Outcome) -> str:
    """Return "with grant", "zero grant", or nothing."""
    return str(reasons.GRANTS[outcome.grant]) if outcome.grant else ""


def wish_rows(
    application: Application, outcome: Outcome | None, names: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return the wishes for the `wish` component; with an outcome each has its reason."""
    told = {one.place: one for one in wishes_of(outcome)} if outcome else {}
    caps = names if names is not None else cap_names(application.call_id) if told else {}
    return [_wish_row(wish, told.get(wish.place.uid), outcome, caps) for wish in wishes_with_partner(application)]


def _wish_row(
    wish: Wish, told: m.WishResult | None, outcome: Outcome | None, caps: Mapping[str, str]
) -> dict[str, Any]:
    institution = partner_of(wish.place)
    row = {
        "number": wish.rank,
        "title": institution.name,
        "detail": " · ".join(filter(None, [institution.city, wish.place.get_term_display(), demands(wish.place)])),
        "state": "",
        "tone": "",
        "reason": "",
    }
    if told and outcome:
        row["reason"] = reasons.wish_sentence(told, caps)
        row["state"], row["tone"] = _wish_state(wish, told, outcome)
    return row


def _wish_state(wish: Wish, told: m.WishResult, outcome: Outcome) -> tuple[str, str]:
    if told.code == m.PLACED:
        return _("Placed"), "ok"
    if told.code == m.BETTER_WISH:
        return _("Not needed"), ""
    if outcome.result == m.RESERVED and outcome.wish_rank == wish.rank:
        return _("Reserve %(rank)d") % {"rank": outcome.reserve_rank}, "warn"
    return (_("Full"), "") if told.code in m.FULL else (_("Not possible"), "bad")


def score_reasons(score: Score, call: Call) -> list[str]:
    """Return why an application does not meet the conditions, each with its evidence; or that its exam is missing."""
    if score.final is None and not score.reasons:
        return [_("No exam result in the language named.")]
    return [_score_reason(reason, call) for reason in score.reasons]


def _score_reason(reason: Mapping[str, Any], call: Call) -> str:
    if reason["code"] == "documents_missing":
        return _("Missing: %(documents)s.") % {"documents": ", ".join(_document_names(reason["value"], call))}
    figures = {"value": _figure(reason["value"]), "minimum": _figure(reason["minimum"])}
    if reason["code"] == "gpa_below_minimum":
        return _("Grade average %(value)s, at least %(minimum)s is asked.") % figures
    if reason["code"] == "language_below_minimum":
        return _("Language result %(value)s, at least %(minimum)s is asked.") % figures
    return _("Final score %(value)s, at least %(minimum)s is asked.") % figures


def _figure(text: str) -> str:
    """A figure as the reader writes it; a level stays a word, none at all is said."""
    try:
        return number_format(Decimal(text), use_l10n=True)
    except InvalidOperation:
        return text or _("below all levels")


def _document_names(codes: Iterable[str], call: Call) -> list[str]:
    known = {one.code: pick(one.label_en, one.label_tr) for one in documents_of(call)}
    own = {"grade_average": _("grade average"), "file": _("the returned file")}
    return [known.get(code) or own.get(code) or code for code in codes]


def preview_words(preview: "Preview") -> dict[str, Any]:
    """Return what a withdrawal would do, for the office's page: who moves up with names and why."""
    return {
        "preview": preview,
        "freed": place_name(preview.freed) if preview.freed else "",
        "moving_up": [
            {
                "application": one.application,
                "name": one.application.person.full_name,
                "before": place_name(one.before) if one.before else "",
                "place": place_name(one.place),
                "wish": one.wish,
                "why": reasons.step_sentence(Step("", "", "", one.wish, one.why)),
            }
            for one in preview.moving_up
        ],
        "granted": [application.person.full_name for application in preview.granted],
    }
