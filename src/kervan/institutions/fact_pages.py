"""What fact sheets and the public partner pages bring to the common pages: menu lines, events in words."""

from django.utils.translation import gettext_lazy as _

from kervan.core import registries
from kervan.core.permissions import everyone
from kervan.institutions.permissions import sees_partnership
from kervan.institutions.texts import fact_sheets as fact_sheets


def register() -> None:
    partners = registries.Entry(
        _("Our partners"), "institutions:public_partners", "globe", everyone, area="public", order=25
    )
    facts = registries.Entry(_("Fact sheet"), "institutions:facts", "file-text", everyone, area="foot", order=820)
    own = registries.Entry(_("Fact sheet"), "institutions:own_fact_sheet", "file-text", sees_partnership, order=64)
    registries.menu(partners, facts, own)
