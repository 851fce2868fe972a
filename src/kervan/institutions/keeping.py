"""What goes of contacts when its time is over: a plain function, called every night with the policy's limit."""

from datetime import datetime

from django.db import transaction

from kervan.core import keeping
from kervan.core.models import Event
from kervan.institutions.models import Contact


@transaction.atomic
def left_contacts(office_id: int, before: datetime) -> int:
    """Delete contacts who were written down as gone before a day, with what hangs on them; empty their history."""
    rows = Contact.objects.filter(office_id=office_id, left_on__lt=before.date())
    uids = _with_doubles(office_id, list(rows.values_list("uid", flat=True)))
    keeping.forget(office_id, "contact", uids)
    keeping.erase_history(office_id, "contact", uids)
    return rows.delete()[0]


def _with_doubles(office_id: int, uids: list[str]) -> list[str]:
    """The same people's second entries, which were joined with these before: their history tells of them, too."""
    joined = Event.objects.filter(
        office_id=office_id, subject_type="contact", subject_uid__in=uids, kind="contact.merged", values__isnull=False
    )
    return uids + [values["uid"] for values in joined.values_list("values", flat=True) if values]
