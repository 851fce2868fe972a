"""Partners: the institutions that our office works with, as the office knows them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.institutions.models import Institution, Partner, PartnerState


@transaction.atomic
def partner_of(office_id: int, institution: Institution, *, actor: Any, **values: Any) -> Partner:
    """Return the office's partner row of an institution; the first call makes it, with `values`.

    Raises NotPossible for our own university and for a duplicate that was merged away.
    """
    if institution.office_id == office_id:
        raise NotPossible(_("This is our own university; a partner is another one."))
    if institution.merged_into_id:
        raise NotPossible(_("“%(name)s” was joined with another entry. Use that one.") % {"name": institution.name})
    defaults = {"sort_key": institution.sort_key, **values}
    partner, is_new = Partner.objects.get_or_create(office_id=office_id, institution=institution, defaults=defaults)
    if is_new:
        history.record(partner, "partner.made", actor=actor)
    return partner


@transaction.atomic
def settle(office_id: int, institution: Institution, *, actor: Any) -> None:
    """Make a university that was being considered an active partner, now that something has been agreed with it."""
    rows = Partner.objects.filter(office_id=office_id, institution=institution, state=PartnerState.PROSPECT)
    for partner in rows.select_for_update():
        change(partner, partner.version, actor=actor, state=PartnerState.ACTIVE)


@transaction.atomic
def change(partner: Partner, version_seen: int, *, actor: Any, **values: Any) -> Partner:
    """Write state and visibility of a partner. Raises Stale when somebody else saved since."""
    before = {name: getattr(partner, name) for name in values}
    current: Partner = save_if_current(partner, version_seen, **values)
    changed = [name for name in values if before[name] != values[name]]
    history.record(current, "partner.changed", actor=actor, fields=changed, state=current.state)
    return current


@transaction.atomic
def add_university(
    office_id: int, *, actor: Any, name: str, name_en: str, country: str, city: str, website: str
) -> Partner:
    """Write a university into the directory that no list knows, and make it our partner."""
    row = Institution.objects.create(name=name, name_en=name_en, country=country, city=city, website=website)
    partner = partner_of(office_id, row, actor=actor)
    history.record(partner, "partner.university_added", actor=actor, name=name)
    return partner
