"""Dates of calls for calendar and start page: what the reader may see of them, for visitors only what is public."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kervan.core.registries import DatedItem
from kervan.core.scope import Scope
from kervan.selection.models import Call
from kervan.selection.permissions import reads_calls

CALLS = 300


def dates(scope: Scope, first: date, last: date) -> Iterator[DatedItem]:
    """First day, last day and day of the results of each call between two days. One query."""
    names = ("opens_on", "closes_on", "results_on")
    within = Q()
    for name in names:
        within |= Q(**{f"{name}__gte": first, f"{name}__lte": last})
    page = "selection:office_call" if reads_calls(scope) else "selection:call"
    for call in Call.objects.visible_to(scope).filter(within).order_by("closes_on", "pk")[:CALLS]:
        url = reverse(page, args=[call.uid])
        for name in names:
            day = getattr(call, name)
            if day and first <= day <= last:
                yield DatedItem(
                    f"call-{call.uid}-{name}", day, _title(name, call), url, is_deadline=name == "closes_on"
                )


def _title(name: str, call: Call) -> str:
    words = {
        "opens_on": _("Applications open: %(call)s"),
        "closes_on": _("Applications close: %(call)s"),
        "results_on": _("Results by this day: %(call)s"),
    }
    return words[name] % {"call": call.title}
