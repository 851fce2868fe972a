"""Partners, contacts, visits and networks in words: freshness, events."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import registries, texts
from kervan.institutions.models import Contact, ContactRole, Network, Visit
from kervan.institutions.rules import freshness as rule

FRESHNESS = {
    rule.FRESH: (gettext_lazy("Fresh"), "ok"),
    rule.OLD: (gettext_lazy("Over a year old"), "warn"),
    rule.NEVER: (gettext_lazy("Never confirmed"), "warn"),
    rule.LEFT: (gettext_lazy("Not there any more"), ""),
}
NOT_ASKED = {
    rule.LEFT: gettext_lazy("Not asked: %(name)s is not there any more."),
    rule.NO_ADDRESS: gettext_lazy("Not asked: %(name)s has no e-mail address."),
    rule.ASKED_LATELY: gettext_lazy("Not asked: %(name)s was asked in the last 30 days."),
}


def not_asked(contact: Contact, code: str) -> str:
    """Say why a contact is not asked to confirm."""
    return str(NOT_ASKED[code]) % {"name": contact.full_name}


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


def report_badge(visit: Visit, today: date) -> tuple[str, str]:
    """Return where a visit stands: still to come, reported, or past without a report."""
    if visit.report:
        return _("Reported"), "ok"
    return (_("To come"), "info") if visit.ends_on >= today else (_("Report missing"), "warn")


def days(first: date, last: date) -> str:
    """Return the days of a visit in words."""
    if first == last:
        return day(first)
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def membership(network: Network) -> str:
    """Say since when, and until when, our university belongs to a network."""
    words = {"kind": network.get_kind_display(), "since": day(network.joined_on), "until": day(network.left_on)}
    if network.left_on:
        return _("%(kind)s. Our university was a member until %(until)s.") % words
    if network.joined_on:
        return _("%(kind)s. Our university has been a member since %(since)s.") % words
    return _("%(kind)s. Our university is a member.") % words


def _changed(values: Mapping[str, Any]) -> str:
    """Name what was changed by the words of the form."""
    labels = [field_label(name) for name in values.get("fields") or {}]
    return _("Changed: %(fields)s") % {"fields": ", ".join(labels) or "–"}


def _corrected(values: Mapping[str, Any]) -> str:
    labels = [field_label(name) for name in values.get("fields") or {}]
    if not labels:
        return _("Looked at the record by the address in our mail and changed nothing")
    return _("Put right by the contact, by the address in our mail: %(fields)s") % {"fields": ", ".join(labels)}


def field_label(name: str) -> str:
    """The label of a contact's field."""
    field: Any = Contact._meta.get_field(name)
    return str(field.verbose_name)


def _on(words: Any) -> Any:
    """A sentence with a day in it."""

    def sentence(values: Mapping[str, Any]) -> str:
        on = values.get("on") or ""
        return str(words) % {"day": day(date.fromisoformat(on)) if on else "–"}

    return sentence


def _network_changed(values: Mapping[str, Any]) -> str:
    came, went = values.get("came") or [], values.get("went") or []
    if not came and not went:
        return _("Network changed")
    return _("Network changed. New members: %(came)s. Left: %(went)s.") % {
        "came": ", ".join(came) or "–",
        "went": ", ".join(went) or "–",
    }


texts.register(
    {
        "partner.made": gettext_lazy("Became one of our partners"),
        "partner.changed": gettext_lazy("Partner record changed"),
        "partner.university_added": gettext_lazy("Written into the directory: “%(name)s”, which no list knew"),
        "partner.merged": gettext_lazy("Joined with the double entry “%(name)s”"),
        "partner.merged_away": gettext_lazy("Was a double entry; joined with “%(name)s”"),
        "contact.added": gettext_lazy("Contact written down"),
        "contact.changed": _changed,
        "contact.corrected_by_themselves": _corrected,
        "contact.confirmed": _on(gettext_lazy("Confirmed that everything was right on %(day)s")),
        "contact.asked": _on(gettext_lazy("Asked by mail on %(day)s whether everything is right")),
        "contact.left": _on(gettext_lazy("Not there any more since %(day)s")),
        "contact.came_back": gettext_lazy("There again"),
        "contact.not_the_right_person": gettext_lazy("Answered: I am not the right person"),
        "contact.merged": gettext_lazy("Joined with the double entry “%(name)s”"),
        "contact.merged_away": gettext_lazy("Was a double entry; joined with “%(name)s”"),
        "visit.planned": gettext_lazy("Visit written down"),
        "visit.changed": gettext_lazy("Visit changed"),
        "visit.reported": gettext_lazy("Report written"),
        "visit.follow_up": gettext_lazy("Follow-up agreed: “%(title)s”"),
        "network.added": gettext_lazy("Network written down"),
        "network.changed": _network_changed,
    }
)


def _told_of_correction(values: Mapping[str, Any]) -> str:
    return _("%(name)s (%(university)s) has put right what we know of them.") % {
        "name": values.get("name", "–"),
        "university": values.get("university", "–"),
    }


registries.notice("contact.corrected", _told_of_correction)
