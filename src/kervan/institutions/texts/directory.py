"""What is said about institutions: the charter in one sentence, events in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from kervan.core import texts
from kervan.institutions.models import Institution


def charter(institution: Institution, today: date) -> tuple[str, str, str]:
    """Return what the charter allows today: badge, tone and a whole sentence."""
    begins, ends = institution.charter_from, institution.charter_until
    if begins is None or ends is None:
        return (
            _("No charter"),
            "",
            _("Has no Erasmus charter: exchange is possible by bilateral agreement or protocol."),
        )
    if institution.charter_gone_on:
        return (
            _("Charter withdrawn"),
            "bad",
            _("The Erasmus charter is missing in the list of %(day)s: it was withdrawn or given back.")
            % {"day": _day(institution.charter_gone_on)},
        )
    if ends < today:
        return _("Charter ended"), "bad", _("The Erasmus charter ended on %(day)s.") % {"day": _day(ends)}
    if begins > today:
        return _("Charter to come"), "info", _("The Erasmus charter begins on %(day)s.") % {"day": _day(begins)}
    return _("With charter"), "ok", _("Holds an Erasmus charter. The charter ends on %(day)s.") % {"day": _day(ends)}


def _day(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _list_imported(values: Mapping[str, Any]) -> str:
    changed = len(values.get("changed") or [])
    return _("List of accredited institutions imported: %(created)s new, %(changed)s changed") % {
        "created": values.get("created", 0),
        "changed": changed,
    }


texts.register({"institution.list_imported": _list_imported})
