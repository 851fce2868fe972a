"""What can be done with many agreements at once: hand over, begin renewals."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements import selectors, services, texts
from kervan.agreements.forms.agreements import DayInput
from kervan.agreements.models import Agreement, AgreementState, AgreementVersion
from kervan.agreements.permissions import edits_agreements
from kervan.core import bulk, years
from kervan.core.bulk_handover import hand_over_action
from kervan.core.scope import Scope


class RenewalForm(forms.Form):
    """Until when the new versions hold, and why they are made."""

    valid_until = forms.DateField(label=gettext_lazy("New last day"), widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("Why this version"), max_length=300)


def register() -> None:
    """Called once, when all apps are there."""
    bulk.register(hand_over_action("agreements", readers=edits_agreements, rows=_rows, url_of=_url))
    bulk.register(
        bulk.BulkAction(
            list_name="agreements",
            name="renew",
            label=gettext_lazy("Begin renewal"),
            icon="copy-plus",
            readers=edits_agreements,
            rows=rows,
            judge=judge,
            apply=apply,
            form=lambda _scope, data: RenewalForm(data),
            url_of=_url,
        )
    )


def _rows(scope: Scope, uids: Sequence[str]) -> Sequence[Any]:
    rows = Agreement.objects.visible_to(scope).filter(uid__in=uids)
    return list(rows.select_related("institution", "responsible"))


def _url(row: Agreement) -> str:
    return reverse("agreements:page", args=[row.uid])


def rows(scope: Scope, uids: Sequence[str]) -> list[Any]:
    """The agreements with the version that counts, what waits and the last day. Two queries."""
    found = Agreement.objects.visible_to(scope).filter(uid__in=uids, sample_of="").select_related("institution")
    agreements = list(selectors.with_figures(found, years.of(timezone.localdate())))
    versions = AgreementVersion.objects.in_bulk([one.shown_version for one in agreements])
    for one in agreements:
        one.counts = versions[one.shown_version]
    return agreements


def judge(row: Any, data: Mapping[str, Any]) -> bulk.Verdict:
    """Whether a renewal begins; the words say what will happen or why nothing will."""
    until = data["valid_until"]
    if row.state != AgreementState.IN_FORCE:
        return bulk.Verdict(False, _("It is not in force."))
    if row.waiting:
        return bulk.Verdict(False, _("A new version waits already."))
    if until <= (row.until or date.max):
        return bulk.Verdict(False, _("It lasts as long as that already."))
    words = {"number": row.counts.number + 1, "day": texts.day(until)}
    return bulk.Verdict(True, _("Version %(number)d begins as a draft, valid until %(day)s.") % words)


def apply(found: Sequence[Any], data: Mapping[str, Any], actor: Any) -> int:
    for row in found:
        validity = {"valid_from": row.counts.valid_from, "valid_until": data["valid_until"]}
        services.start_version(row, **validity, reason=data["reason"], actor=actor)
    return len(found)
