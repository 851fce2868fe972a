"""Contacts as lists and pages need them."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast, Lower
from django.urls import reverse

from kervan.institutions.models import Contact
from kervan.institutions.rules import freshness as rule
from kervan.institutions.rules.likeness import is_alike

MOST_LIKE = 5
MOST_AT_PARTNER = 100


def whole(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    """Contacts with what a mail or a line of a list says beside them."""
    return rows.select_related("office", "partner__institution", "partner__responsible")


def in_freshness(rows: QuerySet[Any], code: str, today: date) -> QuerySet[Any]:
    """Narrow to contacts of one freshness: `fresh`, `old`, `never` or `left`."""
    if code == rule.LEFT:
        return rows.filter(left_on__isnull=False)
    there = rows.filter(left_on__isnull=True)
    if code == rule.NEVER:
        return there.filter(confirmed_on__isnull=True)
    since = rule.fresh_since(today)
    return there.filter(confirmed_on__gte=since) if code == rule.FRESH else there.filter(confirmed_on__lt=since)


def with_role(rows: QuerySet[Any], role: str) -> QuerySet[Any]:
    """Narrow to contacts with a role."""
    return rows.annotate(_roles=Cast("roles", TextField())).filter(_roles__contains=f'"{role}"')


def in_country(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Narrow to contacts in a country, by an index of its own."""
    return rows.filter(country=code)


def url_of(contact: Contact) -> str:
    return reverse("institutions:contact", args=[contact.uid])


def of_partner(partner: Any) -> QuerySet[Contact]:
    """A partner's contacts: those who are there first, by name. One query."""
    rows: QuerySet[Contact] = Contact.objects.filter(partner=partner)
    return rows.order_by(F("left_on").asc(nulls_first=True), "sort_key", "pk")[:MOST_AT_PARTNER]


def alike(contact: Contact) -> list[Contact]:
    """Entries that may be the same person: same e-mail in our office, or nearly the same name at the same partner.

    Two queries, each by an index.
    """
    others = Contact.objects.filter(office_id=contact.office_id).exclude(pk=contact.pk)
    found = {one.pk: one for one in whole(others.filter(partner_id=contact.partner_id))[:MOST_AT_PARTNER]}
    if contact.email:
        same = others.alias(address=Lower("email")).filter(address=contact.email.lower())
        found |= {one.pk: one for one in whole(same)[:MOST_AT_PARTNER]}
    near = [one for one in found.values() if _is_alike(contact, one)]
    return sorted(near, key=lambda one: (one.sort_key, one.pk))[:MOST_LIKE]


def _is_alike(contact: Contact, other: Contact) -> bool:
    same_address = bool(contact.email) and contact.email.casefold() == other.email.casefold()
    return same_address or is_alike(contact.sort_key, other.sort_key)
