"""Where a record went that was joined with another one: old addresses still lead somewhere."""

from kervan.core.models import Event
from kervan.core.scope import Scope


def successor(scope: Scope, subject_type: str, uid: str) -> str:
    """Return the uid of the record that was kept, "" when this one was never joined. One query."""
    kind = f"{subject_type}.merged_away"
    events = Event.objects.in_office_of(scope).filter(subject_type=subject_type, subject_uid=uid, kind=kind)
    values = events.values_list("values", flat=True).first() or {}
    return str(values.get("into", ""))
