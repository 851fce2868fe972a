"""Moving whatever points to one row to another one, before the first one goes: found by the models, not by a list."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

SUBJECT_TABLES = ("core.Task", "core.Note", "core.Attachment")


class Clash(Exception):
    """A row that cannot move, because the kept one has its like already. `row`: the one that stays behind."""

    def __init__(self, row: Any) -> None:
        super().__init__(str(row))
        self.row = row


def relations_of(model: type[models.Model]) -> Iterator[Any]:
    """Yield every relation of another table to this one, those without a way back included."""
    for field in model._meta.get_fields(include_hidden=True):
        is_reverse = field.auto_created and not field.concrete and field.is_relation
        if is_reverse and (field.many_to_many or not field.related_model._meta.auto_created):  # type: ignore[union-attr]
            yield field


def move_references(gone: Any, kept: Any) -> int:
    """Point every foreign key and many-to-many entry at `kept`. Returns how many rows moved.

    Raises Clash with a row for which a constraint allows no second one; the caller stands in a transaction and decides.
    """
    return sum(
        _move_members(one, gone, kept) if one.many_to_many else _move_rows(one, gone, kept)
        for one in relations_of(type(gone))
    )


def _move_rows(relation: Any, gone: Any, kept: Any) -> int:
    field = relation.field
    rows = relation.related_model._base_manager.filter(**{field.name: gone})
    try:
        with transaction.atomic():
            return int(rows.update(**{field.name: kept}))
    except IntegrityError:
        raise Clash(rows.first()) from None


def _move_members(relation: Any, gone: Any, kept: Any) -> int:
    """Whoever had both keeps one."""
    through: type[models.Model] = relation.through
    own, other = relation.field.m2m_reverse_field_name(), relation.field.m2m_field_name()
    rows = through._base_manager.filter(**{own: gone})
    held = through._base_manager.filter(**{own: kept}).values_list(f"{other}_id", flat=True)
    rows.filter(**{f"{other}_id__in": list(held)}).delete()
    return int(rows.update(**{own: kept}))


def move_subject(gone: Any, kept: Any) -> None:
    """Notes, documents and tasks about `gone` are about `kept` from now on. Events stay where they happened."""
    for label in SUBJECT_TABLES:
        rows = apps.get_model(label)._base_manager.filter(
            office_id=kept.office_id, subject_type=gone._meta.model_name, subject_uid=gone.uid
        )
        rows.update(subject_uid=kept.uid)
