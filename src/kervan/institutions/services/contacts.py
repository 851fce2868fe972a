"""The people we know at partners: written down, confirmed, asked, gone."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from kervan.core import history
from kervan.institutions.models import Contact


@transaction.atomic
def confirm(contact: Contact, *, on: date, actor: Any) -> Contact:
    """Record that everything known of a contact was right on a day; an earlier day than the last changes nothing."""
    if contact.confirmed_on and contact.confirmed_on >= on:
        return contact
    Contact.objects.filter(pk=contact.pk).update(confirmed_on=on, version=F("version") + 1)
    contact.refresh_from_db(fields=["confirmed_on", "version"])
    history.record(contact, "contact.confirmed", actor=actor, on=str(on))
    return contact
