"""The scoring page of a call: how far the scores are, what is missing, all scores with their parts."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kervan.core.answers import attempt
from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow
from kervan.selection import permissions, texts, words
from kervan.selection.models import Application, Call, CheckState, Place, PointClaim, Score
from kervan.selection.rules import eligibility
from kervan.selection.selectors import calls as selectors
from kervan.selection.selectors.rules import pack_of, rules_of
from kervan.selection.services import scoring as services
from kervan.selection.services.scoring import parts_of
from kervan.selection.states import ApplicationState, CallState
from kervan.selection.views.checking import application_url
from kervan.selection.views.office import call_of, frame


@require_GET
@allow(permissions.is_workspace)
def score_list(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    visible = Application.objects.visible_to(request.scope).filter(call=call)  # type: ignore[attr-defined]
    rows = Score.objects.filter(application__in=visible).select_related("application__person", "application__unit")
    found = listing(
        request,
        rows,
        name="scores",
        caption=_("Scores"),
        columns=_columns(call),
        default_sort="-final",
        filters=[Filter("passes", gettext_lazy("Conditions"), _conditions(), _narrow)],
        search=lambda found, text: found.filter(application__in=_matching(visible, text)),
        empty=_("Nothing is scored yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    context = {**frame(request, call, "office_scores", (_("Scores"), "")), "listing": found, **_progress(request, call)}
    return render(request, "selection/office/scores.html", context)


def _matching(rows: Any, text: str) -> Any:
    from kervan.selection.selectors.applications import matching

    return matching(rows, text)


def _conditions() -> list[tuple[str, str]]:
    return [("yes", _("Met")), ("no", _("Not met")), ("open", _("Exam missing"))]


def _narrow(rows: Any, value: str) -> Any:
    if value == "open":
        return rows.filter(final__isnull=True)
    return rows.filter(passes=value == "yes", final__isnull=False)


def _columns(call: Call) -> list[Column]:
    pack = pack_of(call)
    return [
        Column("name", gettext_lazy("Name"), lambda row: row.application.person.full_name, link=_url),
        Column("unit", gettext_lazy("Study programme"), _unit),
        Column("academic", gettext_lazy("Grade average"), lambda row: row.academic, sort="academic", kind="number"),
        Column("language", gettext_lazy("Exam"), lambda row: row.language, sort="language", kind="number"),
        Column("points", gettext_lazy("Points"), lambda row: row.points, sort="points", kind="number"),
        Column("final", gettext_lazy("Score"), lambda row: row.final, sort="final", kind="number"),
        Column("passes", gettext_lazy("Conditions"), _badge, kind="badge"),
        Column("parts", gettext_lazy("Parts"), lambda row: _parts(row, pack), kind="note"),
        Column("reasons", gettext_lazy("Reasons"), lambda row: " ".join(words.score_reasons(row, call)), kind="note"),
    ]


def _url(row: Score) -> str:
    return application_url(row.application)


def _unit(row: Score) -> str:
    return row.application.unit.name if row.application.unit else ""


def _badge(row: Score) -> tuple[str, str]:
    if row.passes:
        return _("Met"), "ok"
    return (_("Exam missing"), "warn") if row.final is None and not row.reasons else (_("Not met"), "bad")


def _parts(row: Score, pack: Any) -> str:
    """All parts in one cell; points folded into one sum, as everybody without the special right sees them."""
    shown = [
        (texts.part_label(part["code"], pack), Decimal(part["amount"])) for part in parts_of(row, with_special=False)
    ]
    return " · ".join(f"{label} {texts.plain_figure(amount)}" for label, amount in shown)


def _progress(request: HttpRequest, call: Call) -> dict[str, Any]:
    figures = selectors.score_figures(call)
    waiting = PointClaim.objects.filter(application__call=call, state=CheckState.WAITING).count()
    unchecked = Application.objects.filter(call=call, state=ApplicationState.SUBMITTED).count()
    pack = pack_of(call)
    is_ready = (
        permissions.prepares_calls(request.scope)  # type: ignore[attr-defined]
        and call.is_closed
        and call.state in (CallState.ANNOUNCED, CallState.SCORED)
    )
    return {
        "figures": [
            (_("Scored"), figures["all"]),
            (_("Complete"), figures["complete"]),
            (_("Conditions met"), figures["passing"]),
            (_("Not met"), figures["failing"]),
            (_("Exam missing"), figures["open"] if figures["all"] else selectors.exams_missing(call)),
            (_("Files unchecked"), unchecked),
            (_("Points undecided"), waiting),
        ],
        "may_score": is_ready,
        "is_scored": figures["all"] > 0,
        "unverified": texts.unverified_rows(pack),
        "may_place": is_ready and call.state == CallState.SCORED,
        "threshold": _threshold(request, call),
        "threshold_text": request.GET.get("threshold", "")[:10],
    }


def _threshold(request: HttpRequest, call: Call) -> dict[str, Any] | None:
    """Whether a raised threshold would be allowed: asked by the form on the page, nothing is saved."""
    try:
        at = Decimal(request.GET.get("threshold", "").replace(",", "."))
    except InvalidOperation:
        return None
    if not at.is_finite():
        return None
    scores = Score.objects.filter(application__call=call, passes=True).values_list("final", flat=True)
    seats = Place.objects.filter(call=call).aggregate(seats=Sum("capacity"))["seats"] or 0
    found = eligibility.threshold(list(scores), seats, at, rules_of(call).threshold_factor)
    sentence = _(
        "At %(at)s points %(staying)d of the applications that meet the conditions would stay; at least %(needed)s "
        "are needed for %(seats)d places."
    ) % {
        "at": texts.plain_figure(at),
        "staying": found.applicants_at_or_above,
        "needed": texts.plain_figure(found.needed),
        "seats": seats,
    }
    title = _("Such a threshold is allowed.") if found.allowed else _("Such a threshold is not allowed.")
    return {"title": title, "sentence": sentence, "tone": "ok" if found.allowed else "bad"}


@require_POST
@allow(permissions.prepares_calls)
def score(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    done = _("The scores are made.")
    return attempt(request, lambda: services.score_call(call, actor=request.user), done, "selection:office_scores", uid)
