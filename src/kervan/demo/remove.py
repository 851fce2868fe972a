"""Takes the rows of a demonstration office away, completely. Never touches any other office."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from kervan.core import storage
from kervan.core.errors import NotPossible
from kervan.core.models import Office, Owned, StoredFile
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Person, User


@transaction.atomic
def remove(office: Office) -> list[Path]:
    """Delete a demonstration office with all it owns, its accounts and its units. Returns the files left on the disk.

    Rows go table by table without a look at what hangs on them: all tables that belong to an office are emptied of it,
    so nothing can be left hanging, and the database checks that when the transaction ends.
    """
    if not office.is_demo:
        raise NotPossible(_("This office is no demonstration; nothing was changed."))
    files = [storage.path_of(stored) for stored in StoredFile.objects.filter(office=office)]
    users = list(Person.objects.filter(office=office, user__isnull=False).values_list("user_id", flat=True))
    for model in owned_models():
        for field in model._meta.local_many_to_many:
            owners = {f"{field.m2m_field_name()}__in": model._base_manager.filter(office_id=office.pk)}
            through: Any = field.remote_field.through
            _delete(through._base_manager.filter(**owners))
        _delete(model._base_manager.filter(office_id=office.pk))
    home = Institution.objects.filter(office=office)
    _delete(Unit.objects.filter(institution__in=list(home)))
    home.update(office=None)
    _leave_tables_behind(office, users)
    return files


def owned_models() -> Iterator[type[models.Model]]:
    """Every table whose rows belong to an office."""
    return (model for model in apps.get_models() if issubclass(model, Owned))


def _delete(rows: models.QuerySet[models.Model]) -> None:
    rows._raw_delete(rows.db)


def _leave_tables_behind(office: Office, users: list[int]) -> None:
    """Accounts that nobody else uses, then the office itself."""
    elsewhere = Person.objects.filter(user_id__in=users).values_list("user_id", flat=True)
    User.objects.filter(pk__in=set(users) - set(elsewhere)).delete()
    office.delete()
