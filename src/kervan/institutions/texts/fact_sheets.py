"""What is said about fact sheets: sections, completeness, days, events in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.core import texts
from kervan.institutions.models import FactSheet
from kervan.institutions.rules.fact_sections import Completeness

SECTIONS = {
    "deadlines": (
        gettext_lazy("Deadlines"),
        gettext_lazy("Days that come each year: until when partners nominate and students apply."),
    ),
    "terms": (gettext_lazy("Term dates"), gettext_lazy("The real days of one academic year.")),
    "languages": (
        gettext_lazy("Languages"),
        gettext_lazy("In which languages courses are taught, and which level is needed."),
    ),
    "requirements": (
        gettext_lazy("Requirements"),
        gettext_lazy("What a student must bring: documents, grades, number of courses."),
    ),
    "housing": (gettext_lazy("Housing"), gettext_lazy("Where students live, what it costs, whom to ask.")),
    "visa": (
        gettext_lazy("Visa and residence"),
        gettext_lazy("Who needs a visa, where it is asked for, what follows after arrival."),
    ),
    "insurance": (gettext_lazy("Insurance"), gettext_lazy("Which insurance is needed and where it can be had.")),
    "inclusion": (
        gettext_lazy("Support for people with special needs"),
        gettext_lazy("What there is for whoever needs more support, and whom to ask."),
    ),
    "grading": (
        gettext_lazy("Grading"),
        gettext_lazy("The scale, the pass mark, when the transcript of records is sent."),
    ),
    "links": (
        gettext_lazy("Links and addresses"),
        gettext_lazy("Website for exchange students, course catalogue, e-mail."),
    ),
}


def completeness(found: Completeness) -> str:
    """How much of a sheet is filled, and what is missing, as one sentence."""
    filled, total = len(found.filled), len(found.filled) + len(found.missing)
    if not found.missing:
        return _("All %(total)d sections are filled.") % {"total": total}
    return _("%(filled)d of %(total)d sections are filled; missing: %(missing)s.") % {
        "filled": filled,
        "total": total,
        "missing": ", ".join(str(SECTIONS[name][0]) for name in found.missing),
    }


def confirmed(sheet: FactSheet, today: date) -> str:
    """When somebody last said that the sheet is right."""
    if sheet.confirmed_on is None:
        return _("Nobody has confirmed these facts yet.")
    months = (today - sheet.confirmed_on).days // 30
    day = formats.date_format(sheet.confirmed_on, "j F Y")
    if months < 12:
        return _("Last confirmed on %(day)s.") % {"day": day}
    return ngettext(
        "Last confirmed on %(day)s, more than %(years)d year ago.",
        "Last confirmed on %(day)s, more than %(years)d years ago.",
        months // 12,
    ) % {"day": day, "years": months // 12}


def _saved(values: Mapping[str, Any]) -> str:
    count = len(values.get("after") or {})
    words = {"count": count, "by": values.get("by") or ""}
    if words["by"]:
        return (
            ngettext(
                "Fact sheet changed by link by %(by)s (%(count)d field)",
                "Fact sheet changed by link by %(by)s (%(count)d fields)",
                count,
            )
            % words
        )
    return ngettext("Fact sheet changed (%(count)d field)", "Fact sheet changed (%(count)d fields)", count) % words


def _confirmed(values: Mapping[str, Any]) -> str:
    if values.get("by"):
        return _("Fact sheet confirmed by link by %(by)s") % {"by": values["by"]}
    return _("Fact sheet confirmed")


texts.register({"fact_sheet.saved": _saved, "fact_sheet.confirmed": _confirmed})
