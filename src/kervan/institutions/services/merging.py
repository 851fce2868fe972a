"""Joining two entries of the directory that are one university. The directory is shared: every office's partner moves.

The entry that goes stays as a signpost (`merged_into`): old addresses lead to the one that was kept.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.services import moving
from kervan.institutions.services.keys import refresh_keys

FIELDS = (
    *("name", "name_en", "country", "city", "website", "erasmus_code", "oid", "schac"),
    *("charter_from", "charter_until"),
)


@transaction.atomic
def merge(kept: Institution, gone: Institution, *, values: dict[str, Any], actor: Any) -> Institution:
    """Join `gone` to `kept`; `values` says, for the fields in which they differ, what stays.

    Raises NotPossible for two accredited universities, for an office's own university, and when a row of another table
    cannot move; then nothing has changed.
    """
    rows = Institution.objects.select_for_update().order_by("pk").in_bulk([kept.pk, gone.pk])
    kept, gone = rows[kept.pk], rows[gone.pk]
    _refuse(kept, gone)
    for partner in Partner.objects.filter(institution=gone):
        _move_partner(partner, kept, actor)
    try:
        moving.move_references(gone, kept)
    except moving.Clash as clash:
        raise NotPossible(_("“%(row)s” belongs to both entries. Put that right first.") % {"row": clash.row}) from None
    _write(kept, gone, values)
    refresh_keys([kept.pk])
    return kept


def _refuse(kept: Institution, gone: Institution) -> None:
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise NotPossible(_("Choose two different entries that were not joined before."))
    if gone.office_id:
        raise NotPossible(_("“%(name)s” is the university of an office; keep that entry.") % {"name": gone.name})
    if kept.pic and gone.pic and kept.pic != gone.pic:
        raise NotPossible(
            _("Both are accredited, under %(one)s and %(other)s: they are two universities.")
            % {"one": kept.pic, "other": gone.pic}
        )


def _move_partner(partner: Partner, kept: Institution, actor: Any) -> None:
    """An office that knew both gets one partner; otherwise its partner names the entry that stays."""
    other = Partner.objects.filter(office_id=partner.office_id, institution=kept).first()
    if other:
        merge_partners(other, partner, actor=actor)
        return
    name = partner.institution.name
    Partner.objects.filter(pk=partner.pk).update(institution=kept)
    history.record(partner, "partner.merged", actor=actor, name=name)


@transaction.atomic
def merge_partners(kept: Partner, gone: Partner, *, actor: Any) -> None:
    """Give everything of one partner to another one of the same office. Both histories stay."""
    lost = _second_fact_sheet(kept, gone)
    try:
        moving.move_references(gone, kept)
    except moving.Clash as clash:
        raise NotPossible(_("“%(row)s” belongs to both entries. Put that right first.") % {"row": clash.row}) from None
    moving.move_subject(gone, kept)
    if kept.responsible_id is None:
        Partner.objects.filter(pk=kept.pk).update(responsible=gone.responsible)
    names = {"kept": str(kept.institution), "gone": str(gone.institution)}
    history.record(gone, "partner.merged_away", actor=actor, into=kept.uid, name=names["kept"])
    history.record(kept, "partner.merged", actor=actor, uid=gone.uid, name=names["gone"], fact_sheet=lost)
    gone.delete()


def _second_fact_sheet(kept: Partner, gone: Partner) -> dict[str, str]:
    """A partner has one fact sheet: the second one's words are kept in the history, then it goes."""
    second = FactSheet.objects.filter(partner=gone).first()
    if second is None or not FactSheet.objects.filter(partner=kept).exists():
        return {}
    words = {
        field.name: _text(getattr(second, field.name))
        for field in FactSheet._meta.concrete_fields
        if getattr(second, field.name) and not field.is_relation
    }
    second.delete()
    return words


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _write(kept: Institution, gone: Institution, values: dict[str, Any]) -> None:
    """The entry that goes gives its PIC away, because no two rows may have the same."""
    pic = kept.pic or gone.pic
    gone.merged_into, gone.pic = kept, None
    gone.version += 1
    gone.save()
    for name, value in {**values, "pic": pic}.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
