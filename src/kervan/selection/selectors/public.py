"""Calls as visitors see them, each page in a stated number of queries."""

from django.db.models import Case, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from kervan.core.scope import Scope
from kervan.selection.models import Call
from kervan.selection.states import CallState


def public_calls(scope: Scope) -> QuerySet[Call]:
    """Announced calls with their `seats`: open ones by deadline first, then those to come, then the rest. One query."""
    today = timezone.localdate()
    group = Case(
        When(state=CallState.ANNOUNCED, opens_on__lte=today, closes_on__gte=today, then=Value(0)),
        When(state=CallState.ANNOUNCED, opens_on__gt=today, then=Value(1)),
        When(state__in=(CallState.ANNOUNCED, CallState.SCORED), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = Call.objects.visible_to(scope).exclude(state=CallState.DRAFT)
    rows = rows.select_related("office", "pack_version", "partner")
    return rows.annotate(seats=Coalesce(Sum("places__capacity"), 0)).order_by(group, "closes_on", "pk")


def open_calls(scope: Scope, limit: int = 5) -> list[Call]:
    """The calls that are open now, the nearest deadline first. One query."""
    today = timezone.localdate()
    rows = public_calls(scope).filter(state=CallState.ANNOUNCED, opens_on__lte=today, closes_on__gte=today)
    return [call for call in rows[:limit] if call.is_open]
