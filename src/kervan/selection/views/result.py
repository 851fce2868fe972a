"""The result of an application as its applicant reads it: outcome, arithmetic, each wish with its true reason."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kervan.core.rules.packs import Pack
from kervan.core.years import label as year_label
from kervan.selection import applicant_texts as texts
from kervan.selection import reasons
from kervan.selection.models import Application, Call, Cap, Outcome, Place, Score
from kervan.selection.rules import market as m
from kervan.selection.rules.packs import selection_of
from kervan.selection.selectors.imports import places_of
from kervan.selection.selectors.outcomes import outcome_of
from kervan.selection.selectors.rules import pack_of
from kervan.selection.selectors.waiver import last_day_of_objection
from kervan.selection.services.applying import Typed
from kervan.selection.services.scoring import score_of
from kervan.selection.states import ApplicationState
from kervan.selection.texts import sum_parts

DECIDED = (ApplicationState.PLACED, ApplicationState.RESERVE, ApplicationState.NOT_PLACED, ApplicationState.REJECTED)


def context_of(application: Application, row: Outcome) -> dict[str, Any]:
    """What the result page shows, in eight queries."""
    outcome, score, pack = outcome_of(row), score_of(application), pack_of(application.call)
    places = {place.uid: place for place in places_of(application.call)}
    caps = {cap.uid: str(cap.label) for cap in Cap.objects.filter(call=application.call)}
    held = places.get(outcome.place)
    return {
        "eyebrow": _eyebrow(application.call),
        "title": " ".join(part for part in (reasons.result_sentence(outcome), reasons.grant_sentence(outcome)) if part),
        "sentence": f"{texts.place_title(held)} · {texts.place_detail(held)}" if held else "",
        "tone": "" if outcome.result == m.MAIN else "calm",
        "rejections": reasons.rejection_sentences(outcome),
        "figures": list(_figures(score, outcome)),
        "parts": _parts(score, pack),
        "total": score.final if score else None,
        "rank": outcome.rank,
        "wish_rows": [_wish_row(number, wish, places, caps, outcome) for number, wish in enumerate(outcome.wishes, 1)],
        "unranked": not outcome.wishes,
        "pack_title": application.call.pack_version.title,
        "objection": _objection(application, row, pack),
    }


def _eyebrow(call: Call) -> str:
    """Call and academic year, which many calls name themselves."""
    year = year_label(call.academic_year)
    return call.title if year in call.title else f"{call.title} · {year}"


def _objection(application: Application, row: Outcome, pack: Pack) -> dict[str, Any]:
    """Until when somebody may object to this result, and whether nobody has confirmed the number of days yet."""
    figure = pack.figure("selection.placement.objection_days")
    last_day = last_day_of_objection(row.run, application, selection_of(pack).objection_days)
    return {
        "last_day": last_day,
        "is_over": last_day < timezone.localdate(),
        "unverified": figure.source if figure and not figure.verified else "",
    }


def _parts(score: Score | None, pack: Pack) -> list[dict[str, Any]]:
    """The arithmetic with the applicant's own special points. Sources stand in the call; here only doubtful ones."""
    if score is None or score.final is None:
        return []
    parts = sum_parts(score, pack, with_special=True)
    return [part if part["unverified"] else {**part, "source": ""} for part in parts]


def _figures(score: Score | None, outcome: m.Outcome) -> Iterable[tuple[str, str]]:
    """For somebody who was not ranked: what they had and what was asked."""
    if outcome.result != m.REJECTED or score is None:
        return
    for reason in score.reasons:
        if reason["minimum"]:
            words = {"value": _shown(reason["value"]), "minimum": _shown(reason["minimum"])}
            yield (
                str(reasons.REJECTIONS[reason["code"]]),
                _("You have %(value)s; at least %(minimum)s is asked.") % words,
            )


def _shown(value: Any) -> str:
    text = str(value)
    return number_format(text, use_l10n=True) if text.replace(".", "", 1).isdigit() else text or "–"


def _wish_row(
    number: int, wish: m.WishResult, places: dict[str, Place], caps: dict[str, str], outcome: m.Outcome
) -> dict[str, Any]:
    place = places.get(wish.place)
    label, tone = texts.WISH_STATES[wish.code]
    state = str(label)
    if outcome.result == m.RESERVED and number == outcome.wish:
        state, tone = _("Reserve list, number %(rank)s") % {"rank": outcome.reserve_rank}, "info"
    return {
        "number": number,
        "title": texts.place_title(place) if place else "–",
        "detail": _detail(place, wish) if place else "",
        "state": state,
        "tone": tone,
        "reason": " ".join(filter(None, [reasons.wish_sentence(wish, caps), _no_reserve(wish, place, outcome)])),
        "is_invented": bool(place and place.condition.agreement_version.agreement.is_invented),
    }


def _no_reserve(wish: m.WishResult, place: Place | None, outcome: m.Outcome) -> str:
    """Why somebody without any place does not wait for this one, either."""
    if place is None or outcome.result != m.NOT_PLACED or wish.code not in m.FULL:
        return ""
    return reasons.reserve_sentence(place.reserve_quota)


def _detail(place: Place, wish: m.WishResult) -> str:
    """Where the place is; whom it was agreed for, if that stood against the wish."""
    whom = texts.unit_words(place) if wish.code == m.UNIT_NOT_COVERED else ""
    return " · ".join(filter(None, [texts.place_detail(place), whom]))


def differences(application: Application, typed: Typed, stored: Typed) -> list[dict[str, Any]]:
    """Yours beside the saved version, for every part of the form."""
    names = {place.uid: texts.place_title(place) for place in places_of(application.call)}
    rows = [
        (_("Study programme"), _study(typed), _study(stored)),
        (_("Exam language"), _language(typed), _language(stored)),
        (_("Wishes"), _wishes(typed, names), _wishes(stored, names)),
        (_("Points"), str(len(typed.claims)), str(len(stored.claims))),
        (_("Why you want to go"), typed.statement, stored.statement),
    ]
    return [{"label": label, "left": left, "right": right, "differs": left != right} for label, left, right in rows]


def _study(typed: Typed) -> str:
    average = typed.gpa_4 if typed.gpa_4 is not None else typed.gpa_100
    return f"{typed.unit or '–'} · {'–' if average is None else number_format(average, 2)}"


def _language(typed: Typed) -> str:
    return texts.language_name(typed.exam_language) if typed.exam_language else "–"


def _wishes(typed: Typed, names: dict[str, str]) -> str:
    return "; ".join(f"{number}. {names.get(uid, uid)}" for number, uid in enumerate(typed.wishes, 1)) or "–"
