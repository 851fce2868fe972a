"""A newer list of charters in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.core import texts
from kervan.institutions.models import Institution

CHARTER_KINDS = {
    "gone": gettext_lazy("Charter withdrawn"),
    "back": gettext_lazy("Charter back"),
    "changed": gettext_lazy("Changed"),
    "new": gettext_lazy("New"),
}
REFUSALS = {
    "pic_shape": gettext_lazy("Row %(row)s: “%(value)s” is no PIC."),
    "pic_twice": gettext_lazy("Row %(row)s: the PIC %(value)s stands in the list a second time."),
    "name_missing": gettext_lazy("Row %(row)s: the name is missing (PIC %(value)s)."),
    "date_unreadable": gettext_lazy("Row %(row)s: the days of the charter cannot be read: “%(value)s”."),
    "dates_reversed": gettext_lazy("Row %(row)s: the charter ends before it begins: %(value)s."),
}


def charter_counts(counts: Mapping[str, int]) -> str:
    """Say in one sentence what a list changes."""
    gone = ngettext("%(count)d charter withdrawn", "%(count)d charters withdrawn", counts["gone"])
    words = {"gone": gone % {"count": counts["gone"]}, "new": counts["new"], "changed": counts["changed"]}
    words |= {"unchanged": counts["unchanged"], "refused": counts["refused"]}
    return (
        _("%(gone)s, new: %(new)s, changed: %(changed)s, unchanged: %(unchanged)s, rows left out: %(refused)s") % words
    )


def charter_changes(fields: Mapping[str, Any]) -> list[dict[str, str]]:
    """What differs in one row, with the words of the table."""
    return [{"label": _label(name), "before": pair[0] or "–", "after": pair[1] or "–"} for name, pair in fields.items()]


def _label(name: str) -> str:
    field: Any = Institution._meta.get_field(name)
    return str(field.verbose_name)


def charter_refusal(line: Mapping[str, Any]) -> str:
    """Why a row of the list was left out."""
    return str(REFUSALS[line["code"]]) % {"row": line["row"], "value": line["value"]}


texts.register(
    {
        "sheetimport.charters_applied": gettext_lazy("The list was applied"),
        "sheetimport.charters_discarded": gettext_lazy("The list was put aside"),
    }
)
