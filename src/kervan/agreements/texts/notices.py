"""Notices about proposals and agreements, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kervan.core import registries


def _university(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"university": values.get("university") or "–"}


registries.notice(
    "proposal.handed_in",
    lambda values: _("A department proposes an agreement: %(university)s") % _university(values),
)
registries.notice(
    "proposal.taken_up",
    lambda values: _("The office has taken up your proposal: %(university)s") % _university(values),
)
registries.notice(
    "proposal.returned",
    lambda values: _("The office asks you something about your proposal: %(university)s") % _university(values),
)
registries.notice(
    "proposal.declined",
    lambda values: _("The office has not taken up your proposal: %(university)s") % _university(values),
)
registries.notice(
    "proposal.in_force",
    lambda values: _("The agreement you proposed is in force: %(university)s") % _university(values),
)
