"""What this app brings to the common pages: a menu line, what waits, search results."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements import charters, letters, selectors
from kervan.agreements.models import (
    Agreement,
    AgreementState,
    AgreementVersion,
    Proposal,
    ProposalState,
    VersionState,
)
from kervan.agreements.permissions import edits_agreements, reads_agreements, reads_proposals
from kervan.agreements.rules import questions, quotas
from kervan.agreements.selectors.questions import vocabulary
from kervan.core import registries
from kervan.core.scope import Scope

HITS = 8
ENDS = 300
URGENT_MONTHS = 2


def waiting(scope: Scope) -> Iterator[registries.QueueItem]:
    """Agreements that end and versions on their way; for whoever may act. Two queries."""
    if not edits_agreements(scope):
        return
    today = timezone.localdate()
    rows = Agreement.objects.visible_to(scope).filter(sample_of="")
    yield from _ending(selectors.with_last_day(rows).filter(waiting=False, state=AgreementState.IN_FORCE), today)
    yield from _versions(rows)


def _versions(rows: QuerySet[Agreement]) -> Iterator[registries.QueueItem]:
    """Versions on their way, by what they wait for. One query."""
    counts = selectors.waiting_counts(rows)
    sentences = {
        VersionState.DRAFT: (
            lambda count: ngettext("Draft of an agreement", "Drafts of agreements", count),
            _("To be proposed, or recorded when it was signed on paper before."),
        ),
        VersionState.PROPOSED: (
            lambda count: ngettext("Agreement waits for our bodies", "Agreements wait for our bodies", count),
            _("When a body has decided, write down the day and number of its decision."),
        ),
        VersionState.APPROVED: (
            lambda count: ngettext("Agreement waits for the partner", "Agreements wait for the partner", count),
            _("Send it to them, remind them, or write down their answer."),
        ),
        VersionState.AGREED: (
            lambda count: ngettext("Agreement waits for signatures", "Agreements wait for signatures", count),
            _("Until both signatures are there, its places cannot be offered in a call."),
        ),
    }
    for state, (title, sentence) in sentences.items():
        if count := counts.get(state.value):
            yield registries.QueueItem(
                title=title(count),
                sentence=sentence,
                url=f"{reverse('agreements:list')}?state=waits_{state.value}",
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


def find(scope: Scope, uid: str) -> Agreement | None:
    """An agreement that the reader may see, for notes, documents, tasks and letters."""
    return Agreement.objects.visible_to(scope).select_related("institution").filter(uid=uid).first()


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


def proposals(scope: Scope) -> Iterator[registries.QueueItem]:
    """Proposals that wait for the office, and those that were returned to whoever made them. Two queries."""
    rows = Proposal.objects.visible_to(scope)
    if edits_agreements(scope) and (count := rows.filter(state=ProposalState.SUBMITTED).count()):
        yield registries.QueueItem(
            title=ngettext("Proposal of a department", "Proposals of departments", count),
            sentence=_("Somebody wants an agreement and waits for the office’s answer."),
            url=f"{reverse('agreements:proposals')}?state=submitted",
            button=_("Answer"),
            count=count,
            icon="lightbulb",
        )
    mine = rows.filter(state=ProposalState.RETURNED, made_by=scope.person_id)
    if scope.person_id and (count := mine.count()):
        yield registries.QueueItem(
            title=ngettext("The office asks about your proposal", "The office asks about your proposals", count),
            sentence=_("It goes on when you have answered and handed it in again."),
            url=f"{reverse('agreements:proposals')}?state=returned",
            button=_("Answer"),
            count=count,
            icon="lightbulb",
        )


def question(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """An offer to ask our agreements, when the words name a field, country, level or kind. No query."""
    if reads_agreements(scope) and questions.parse(key, vocabulary()).parts:
        url = f"{reverse('agreements:ask')}?{urlencode({'q': key})}"
        yield registries.Hit(
            gettext_lazy("Agreements"), _("Do we have something with …?"), _("Answer this from our agreements"), url
        )


def register() -> None:
    registries.menu(
        registries.Entry(gettext_lazy("Agreements"), "agreements:list", "handshake", reads_agreements, order=30),
        registries.Entry(gettext_lazy("Proposals"), "agreements:proposals", "lightbulb", reads_proposals, order=32),
    )
    registries.subject(
        registries.Subject(
            type="agreement",
            name=gettext_lazy("Agreement"),
            find=find,
            label=lambda row: f"{row.institution.name}, {row.reference}",
            url=lambda row: reverse("agreements:page", args=[row.uid]),
            edits=edits_agreements,
        )
    )
    registries.queue(waiting)
    registries.queue(proposals)
    letters.register()
    charters.register()
    registries.search(hits)
    registries.search(question)
    registries.dates(ends)
    registries.handover(registries.Handover("agreement", gettext_lazy("Agreement"), looked_after))
