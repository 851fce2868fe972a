"""What calls count on when an agreement ends early: people placed, and places still offered, for later years."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import ngettext

from kervan.agreements import effects
from kervan.agreements.models import Agreement, Condition, LineUse
from kervan.core import years
from kervan.core.scope import Scope
from kervan.selection.models import Call
from kervan.selection.states import CallState

CALL = "call:"
NOT_PLACED_YET = (CallState.DRAFT, CallState.ANNOUNCED, CallState.SCORED)


def of_calls(scope: Scope, agreement: Agreement, last_day: date) -> Iterator[effects.Effect]:
    """Yield one sentence per call that counts on an agreement in a year reaching beyond its last day. Three queries."""
    year = years.of(last_day + timedelta(days=1))
    lines = Condition.objects.filter(agreement_version__agreement=agreement).values("line_uid")
    calls = Call.objects.visible_to(scope).filter(academic_year__gte=year)
    uses = LineUse.objects.filter(office=agreement.office_id, line_uid__in=lines, source__startswith=CALL)
    placed = dict(uses.filter(academic_year__gte=year).values_list("source").annotate(Sum("people")))
    named = calls.filter(uid__in=[source.removeprefix(CALL) for source in placed])
    for call in named.order_by("academic_year", "pk"):
        yield _placed(call, placed[f"{CALL}{call.uid}"])
    offering = calls.filter(state__in=NOT_PLACED_YET, places__line_uid__in=lines)
    for call in offering.annotate(offered=Sum("places__capacity")).order_by("academic_year", "pk"):
        yield _offered(call, call.offered)


def _placed(call: Call, count: int) -> effects.Effect:
    words = ngettext(
        "%(count)d person is placed by the call “%(call)s” for %(year)s.",
        "%(count)d people are placed by the call “%(call)s” for %(year)s.",
        count,
    )
    return _effect(call, words, count)


def _offered(call: Call, count: int) -> effects.Effect:
    words = ngettext(
        "The call “%(call)s” offers %(count)d place of it for %(year)s.",
        "The call “%(call)s” offers %(count)d places of it for %(year)s.",
        count,
    )
    return _effect(call, words, count)


def _effect(call: Call, words: str, count: int) -> effects.Effect:
    values = {"count": count, "call": call.title, "year": years.label(call.academic_year)}
    return effects.Effect(words % values, reverse("selection:office_call", args=[call.uid]))


def register() -> None:
    """Called once, when all apps are there."""
    effects.register(of_calls)
