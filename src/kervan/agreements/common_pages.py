"""What this app brings to the common pages: a menu line, what waits, search results."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements import selectors
from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, VersionState
from kervan.agreements.permissions import edits_agreements, reads_agreements
from kervan.agreements.rules import quotas
from kervan.core import registries, years
from kervan.core.scope import Scope

HITS = 8
ENDS = 300
URGENT_MONTHS = 2


def waiting(scope: Scope) -> Iterator[registries.QueueItem]:
    """Drafts to put in force and agreements that end; for whoever may act. Two queries."""
    if not edits_agreements(scope):
        return
    today = timezone.localdate()
    rows = selectors.with_figures(Agreement.objects.visible_to(scope).filter(sample_of=""), years.of(today))
    yield from _ending(rows.filter(waiting=False, state=AgreementState.IN_FORCE), today)
    count = rows.filter(waiting=True).count()
    if count:
        yield registries.QueueItem(
            title=ngettext("Draft waiting to be put in force", "Drafts waiting to be put in force", count),
            sentence=_("Until the last signature is recorded, their places cannot be offered in a call."),
            url=f"{reverse('agreements:list')}?state=waiting",
            button=_("Look"),
            count=count,
            icon="file-pen",
        )


def _ending(rows: QuerySet[Agreement], today: date) -> Iterator[registries.QueueItem]:
    found = selectors.in_standing(rows, quotas.ENDING, today).aggregate(count=Count("pk"), first=Min("until"))
    count, first = found["count"], found["first"]
    if count:
        yield registries.QueueItem(
            title=ngettext("Agreement ends within six months", "Agreements end within six months", count),
            sentence=_("The first ends on %(day)s. Without a new version its places cannot be offered after that day.")
            % {"day": formats.date_format(first, "j F Y")},
            url=f"{reverse('agreements:list')}?state=ending",
            button=_("Renew"),
            count=count,
            is_urgent=first < quotas.months_later(today, URGENT_MONTHS),
            icon="handshake",
        )


def hits(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """Agreements whose reference or partner holds every word. One query."""
    if not reads_agreements(scope):
        return
    rows = Agreement.objects.visible_to(scope).matching(key).select_related("institution").order_by("-pk")
    for row in rows[:HITS]:
        detail = f"{row.reference}, {row.get_kind_display()}"
        yield registries.Hit(
            gettext_lazy("Agreements"), row.institution.name, detail, reverse("agreements:page", args=[row.uid])
        )


def ends(scope: Scope, first: date, last: date) -> Iterator[registries.DatedItem]:
    """The last days of agreements in force or terminated early, between two days. One query."""
    if not reads_agreements(scope):
        return
    rows = AgreementVersion.objects.visible_to(scope).filter(state=VersionState.IN_FORCE, agreement__sample_of="")
    found = rows.annotate(until=Coalesce("agreement__ends_on", "valid_until")).filter(until__gte=first, until__lte=last)
    for row in found.select_related("agreement__institution").order_by("until", "pk")[:ENDS]:
        title = _("Agreement ends: %(partner)s") % {"partner": row.agreement.institution.name}
        url = reverse("agreements:page", args=[row.agreement.uid])
        yield registries.DatedItem(f"agreement-{row.agreement.uid}-ends", row.until, title, url)


def looked_after(office_id: int, user_id: int) -> QuerySet[Agreement]:
    """The agreements that an account looks after and that have not ended."""
    rows = Agreement.objects.filter(office_id=office_id, responsible_id=user_id)
    return rows.exclude(state=AgreementState.TERMINATED).select_related("institution")


def register() -> None:
    registries.menu(
        registries.Entry(gettext_lazy("Agreements"), "agreements:list", "handshake", reads_agreements, order=30)
    )
    registries.queue(waiting)
    registries.search(hits)
    registries.dates(ends)
    registries.handover(registries.Handover("agreement", gettext_lazy("Agreement"), looked_after))
