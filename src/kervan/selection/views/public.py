"""Calls for everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kervan.core.permissions import allow
from kervan.selection import applicant_texts as texts
from kervan.selection.models import Application, Call
from kervan.selection.permissions import everyone
from kervan.selection.selectors import public as selectors
from kervan.selection.selectors.imports import places_of
from kervan.selection.selectors.rules import documents_of, pack_of
from kervan.selection.selectors.waiver import results_day
from kervan.selection.states import CallState

DECIDED = (CallState.PUBLISHED, CallState.FINAL)


def card(call: Call) -> dict[str, Any]:
    """What a call shows in a list."""
    return {"call": call, "standing": texts.call_standing(call), "badge": texts.call_badge(call)}


@require_safe
@allow(everyone)
def calls(request: HttpRequest) -> HttpResponse:
    """Open, coming and past calls."""
    rows = selectors.public_calls(request.scope)[:100]  # type: ignore[attr-defined]
    return render(request, "selection/public/calls.html", {"cards": [card(call) for call in rows]})


@require_safe
@allow(everyone)
def call(request: HttpRequest, uid: str) -> HttpResponse:
    """One call: text, days, what counts, places, documents, where to apply."""
    scope = request.scope  # type: ignore[attr-defined]
    row: Call = get_object_or_404(
        Call.objects.visible_to(scope).select_related("office", "pack_version", "partner"), uid=uid
    )
    pack = pack_of(row)
    own = Application.objects.filter(call=row, person_id=scope.person_id).first() if scope.person_id else None
    context = card(row) | {
        "call": row,
        "own": own,
        "calendar": texts.calendar(row, timezone.localdate(), results_day(row) if row.state in DECIDED else None),
        "rules": texts.rule_rows(pack),
        "pack_title": row.pack_version.title,
        "places": [_place(one) for one in places_of(row)],
        "documents": [{"en": one.label_en, "tr": one.label_tr} for one in documents_of(row)],
        "results_url": reverse("selection:results", args=[row.uid]) if row.state in DECIDED else "",
        "may_begin": scope.person_id is not None and row.is_open and row.takes_applications_here and own is None,
    }
    return render(request, "selection/public/call.html", context)


def _place(place: Any) -> dict[str, Any]:
    return {
        "title": texts.host_of(place).name,
        "term": place.get_term_display(),
        "detail": texts.place_detail(place),
        "demands": texts.demand_words(place),
        "capacity": place.capacity,
        "is_invented": place.condition.agreement_version.agreement.is_invented,
    }


def home_part(scope: Any) -> dict[str, object]:
    """The open calls for the first page."""
    return {"cards": [card(one) for one in selectors.open_calls(scope)]}
