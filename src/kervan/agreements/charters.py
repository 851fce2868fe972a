"""What a withdrawn charter touches of this app: the Erasmus+ agreements that run under it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from kervan.agreements.models import Agreement, AgreementKind, AgreementState
from kervan.institutions import effects


def agreements_under(office_id: int, institution_ids: Sequence[int]) -> list[effects.Effect]:
    """Return the office's Erasmus+ agreements in force with these institutions. One query."""
    rows = Agreement.objects.filter(
        office_id=office_id, institution__in=institution_ids, state=AgreementState.IN_FORCE, kind=AgreementKind.ERASMUS
    )
    return [
        effects.Effect(
            row.institution_id,
            _("%(kind)s, %(reference)s") % {"kind": row.get_kind_display(), "reference": row.reference},
            reverse("agreements:page", args=[row.uid]),
        )
        for row in rows.order_by("reference", "pk")
    ]


def register() -> None:
    effects.register(agreements_under)
