"""What happened to agreements, versions and proposals, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements.texts.lines import day
from kervan.core import texts, years


def _put_in_force(values: Mapping[str, Any]) -> str:
    return _("Version %(number)s put in force on the strength of “%(document)s”") % {
        "number": values.get("number", "–"),
        "document": values.get("document", "–"),
    }


def _use_recorded(values: Mapping[str, Any]) -> str:
    count, year = int(values.get("people") or 0), values.get("academic_year")
    words = ngettext("%(count)d place used in %(year)s", "%(count)d places used in %(year)s", count)
    return words % {"count": count, "year": years.label(int(year)) if year else "–"}


def _terminate(values: Mapping[str, Any]) -> str:
    ends = values.get("ends_on")
    last_day = day(date.fromisoformat(ends)) if ends else "–"
    return _("Terminated; last day %(day)s. Reason: %(reason)s") % {
        "day": last_day,
        "reason": values.get("reason", "–"),
    }


texts.register(
    {
        "agreement.drafted": gettext_lazy("Agreement drafted"),
        "agreement.draft_changed": gettext_lazy("Draft of version %(number)s changed"),
        "agreement.version_started": gettext_lazy("Version %(number)s begun as a copy"),
        "agreement.draft_discarded": gettext_lazy("Draft of version %(number)s discarded"),
        "agreement.put_in_force": _put_in_force,
        "agreement.renew": _put_in_force,
        "agreement.terminate": _terminate,
        "agreement.use_recorded": _use_recorded,
    }
)
