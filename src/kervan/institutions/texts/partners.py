"""Partners, contacts, visits and networks in words: freshness, events."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import texts
from kervan.institutions.models import Contact, ContactRole
from kervan.institutions.rules import freshness as rule

FRESHNESS = {
    rule.FRESH: (gettext_lazy("Fresh"), "ok"),
    rule.OLD: (gettext_lazy("Old"), "warn"),
    rule.NEVER: (gettext_lazy("Never confirmed"), "warn"),
    rule.LEFT: (gettext_lazy("Not there any more"), ""),
}
NOT_ASKED = {
    rule.LEFT: gettext_lazy("is not there any more"),
    rule.NO_ADDRESS: gettext_lazy("has no e-mail address"),
    rule.ASKED_LATELY: gettext_lazy("was asked in the last 30 days"),
}


def freshness(contact: Contact, today: date) -> tuple[Any, str]:
    """Return how far a contact can be trusted, as a badge."""
    return FRESHNESS[rule.freshness(contact.confirmed_on, contact.left_on, today)]


def freshness_sentence(contact: Contact, today: date) -> str:
    """Say when a contact was last confirmed and what that means."""
    code = rule.freshness(contact.confirmed_on, contact.left_on, today)
    if code == rule.LEFT:
        return _("Not there any more since %(day)s.") % {"day": day(contact.left_on)}
    if code == rule.NEVER:
        return _("Nobody has ever confirmed that this is right.")
    words = {"day": day(contact.confirmed_on)}
    if code == rule.FRESH:
        return _("Confirmed on %(day)s.") % words
    return _("Last confirmed on %(day)s, more than a year ago.") % words


def day(on: date | None) -> str:
    return formats.date_format(on, "j F Y") if on else ""


def roles(codes: list[str]) -> str:
    """Return roles in words, in their own order; an unknown code is left out."""
    return ", ".join(str(label) for code, label in ContactRole.choices if code in codes)


def _confirmed(values: Mapping[str, Any]) -> str:
    on = values.get("on") or ""
    return _("Confirmed that everything was right on %(day)s") % {"day": day(date.fromisoformat(on)) if on else "–"}


texts.register(
    {
        "partner.made": gettext_lazy("Became one of our partners"),
        "partner.changed": gettext_lazy("Partner record changed"),
        "contact.confirmed": _confirmed,
    }
)
