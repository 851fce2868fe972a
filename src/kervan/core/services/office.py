"""The office's own card: name, addresses, hours."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.models import Office

FIELDS = (
    "name_en",
    "name_tr",
    "address_en",
    "address_tr",
    "phone",
    "email",
    "website",
    "hours_en",
    "hours_tr",
)


@transaction.atomic
def change_office(office: Office, version: int, values: Mapping[str, Any], *, actor: Any) -> Office:
    """Save the card of the office; Stale when somebody else saved since `version`. Returns the fresh row.

    Letters and documents that were issued keep the name and address they were issued with.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"no fields of an office's card: {', '.join(sorted(unknown))}")
    stored = Office.objects.get(pk=office.pk)
    before = {name: getattr(stored, name) for name, value in values.items() if getattr(stored, name) != value}
    saved: Office = save_if_current(stored, version, **values)
    if before:
        after = {name: values[name] for name in before}
        history.event_of(
            saved.pk, "office", saved.uid, "office.changed", actor=actor, values={"before": before, "after": after}
        ).save(force_insert=True)
    return saved
