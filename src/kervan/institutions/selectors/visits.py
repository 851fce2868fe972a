"""Visits as lists, pages and the calendar need them."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from kervan.core.scope import Scope
from kervan.institutions.models import Partner, Visit

PLANNED, PAST, WITHOUT_REPORT = "planned", "past", "without_report"
MOST_IN_CALENDAR = 500


def for_list(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Visits with their partners. One query more for all of them together."""
    partners = Partner.objects.select_related("institution").order_by("sort_key", "pk")
    return rows.prefetch_related(Prefetch("partners", partners))


def in_time(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow to visits still `planned` or going on, those `past`, or those past and `without_report`."""
    if code == PLANNED:
        return rows.filter(ends_on__gte=today)
    past = rows.filter(ends_on__lt=today)
    return past.filter(report="") if code == WITHOUT_REPORT else past


def of_days(scope: Scope, first: date, last: date) -> QuerySet[Visit]:
    """Visits that fall into a time, the earliest first. One query."""
    rows: QuerySet[Visit] = Visit.objects.visible_to(scope).filter(starts_on__lte=last, ends_on__gte=first)
    return rows.order_by("starts_on", "pk")[:MOST_IN_CALENDAR]
