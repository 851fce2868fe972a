"""Contacts as readers of letters: the merge fields that templates about a contact may use."""

from collections.abc import Mapping, Sequence

from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _

from kervan.core.registries import MOST_FOUND, LetterReader, MergeField, MergeSource, merge_source
from kervan.core.scope import Scope
from kervan.core.text import pick
from kervan.institutions import confirming
from kervan.institutions.models import Contact
from kervan.institutions.selectors.directory import country_name

FIELDS = [
    MergeField("name", _("Name"), "Dr Maria Nowak"),
    MergeField("title", _("Academic title"), "Dr"),
    MergeField("function", _("Function"), _("Institutional coordinator")),
    MergeField("university", _("Their university"), "Example University"),
    MergeField("city", _("City"), _("Warsaw")),
    MergeField("country", _("Country"), _("Poland")),
    MergeField("our_university", _("Our university"), _("Our university")),
    MergeField("our_address", _("Address of our office"), _("International Relations Office")),
    MergeField("confirmed_on", _("Last confirmed"), _("12 March 2026")),
    MergeField("confirm_address", _("Address to confirm what we know of them"), "https://…/confirm/…", is_secret=True),
]


def readers_of(scope: Scope, uids: Sequence[str]) -> list[LetterReader]:
    """Return the contacts among `uids` that the reader sees, in order of their name. One query."""
    rows = Contact.objects.visible_to(scope).filter(uid__in=uids).select_related("office", "partner__institution")
    return [reader_of(row) for row in rows.order_by("sort_key", "pk")]


def search(scope: Scope, text: str) -> list[LetterReader]:
    """Return contacts who are still there and fit a text. One query."""
    rows = Contact.objects.visible_to(scope).filter(left_on__isnull=True).matching(text)
    found = rows.select_related("office", "partner__institution").order_by("sort_key", "pk")
    return [reader_of(row) for row in found[:MOST_FOUND]]


def reader_of(contact: Contact) -> LetterReader:
    def values(language: str) -> Mapping[str, str]:
        return values_of(contact, language)

    return LetterReader(contact.uid, contact.full_name, contact.email, contact.language, values, "contact")


def values_of(contact: Contact, language: str) -> dict[str, str]:
    """Return what stands for each merge field, in a language; "" where nothing is known."""
    office, institution = contact.office, contact.partner.institution
    with translation.override(language):
        day = formats.date_format(contact.confirmed_on, "j F Y") if contact.confirmed_on else ""
        country = country_name(institution.country)
    return {
        "name": contact.full_name,
        "title": contact.title,
        "function": contact.function,
        "university": institution.name,
        "city": institution.city,
        "country": country,
        "our_university": pick(office.name_en, office.name_tr, language),
        "our_address": pick(office.address_en, office.address_tr, language),
        "confirmed_on": day,
        "confirm_address": confirming.address(contact),
    }


def register() -> None:
    merge_source(MergeSource("contact", _("People at partners"), FIELDS, readers_of, search))
