"""A version on its way: its words, who decides, what was decided, answered, signed and said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from kervan.agreements.models import (
    Agreement,
    AgreementState,
    AgreementVersion,
    Approval,
    ApprovalBody,
    ApprovalState,
    Comment,
    Condition,
    LineUse,
    PartnerAnswer,
    Signature,
    VersionState,
)
from kervan.agreements.rules import chain, wording
from kervan.core import years
from kervan.core.models import Attachment, Event
from kervan.institutions.models import Institution

DECIDED = (ApprovalState.APPROVED, ApprovalState.REFUSED)


def digest_of(version: AgreementVersion, lines: Iterable[Condition] | None = None) -> str:
    """Return the digest of a version's words as they stand now. At most one query, with the agreement at hand."""
    rows = lines if lines is not None else version.conditions.select_related("unit")
    return wording.digest(words_of(version), [line_words(one) for one in rows])


def words_stand(version: AgreementVersion) -> bool:
    """Return whether a version still says what was proposed. At most two queries, with the agreement at hand.

    A partner that was joined with another entry of the directory since is the same one.
    """
    lines, partner = list(version.conditions.select_related("unit")), version.agreement.institution_id
    if digest_of(version, lines) == version.digest:
        return True
    rows = [line_words(one) for one in lines]
    former = Institution.objects.filter(merged_into=partner).values_list("uid", flat=True)
    return any(wording.digest({**words_of(version), "partner": uid}, rows) == version.digest for uid in former)


def words_of(version: AgreementVersion) -> dict[str, Any]:
    agreement = version.agreement
    words = {name: getattr(version, name) for name in ("valid_from", "valid_until", "body_en", "body_tr")}
    return {"kind": agreement.kind, "partner": agreement.institution.uid, **words}


def line_words(line: Condition) -> dict[str, Any]:
    words = {name: getattr(line, name) for name in wording.LINE_WORDS if name != "unit"}
    return {**words, "unit": line.unit.uid if line.unit else ""}


def bodies_for(agreement: Agreement) -> list[ApprovalBody]:
    """Return the bodies that decide on an agreement of its kind, in their order. One query."""
    rows = {one.pk: one for one in ApprovalBody.objects.filter(office=agreement.office_id, is_active=True)}
    bodies = [chain.Body(one.pk, one.position, tuple(one.kinds)) for one in rows.values()]
    return [rows[one.key] for one in chain.deciding(bodies, agreement.kind)]


def approvals_of(version: AgreementVersion) -> list[Approval]:
    """Return the steps of all rounds, the newest round first, each in order. One query."""
    return list(version.approvals.select_related("recorded_by").order_by("-round", "position"))


def current(approvals: Iterable[Approval], version: AgreementVersion) -> list[Approval]:
    """Return the steps of the round that counts."""
    return [one for one in approvals if one.round == version.round]


def step(one: Approval) -> chain.Step:
    return chain.Step(one.position, one.state)


def next_approval(approvals: Iterable[Approval]) -> Approval | None:
    """Return the step of one round whose turn it is."""
    rows = list(approvals)
    found = chain.next_step([step(one) for one in rows])
    return next((one for one in rows if found and one.position == found.position), None)


def has_decisions(version: AgreementVersion) -> bool:
    """Return whether a body or the partner ever decided on a version. At most two queries."""
    return version.approvals.filter(state__in=DECIDED).exists() or version.answers.exists()


def answers_of(version: AgreementVersion) -> list[PartnerAnswer]:
    """Return what the partner said, newest first. One query."""
    return list(version.answers.select_related("recorded_by").order_by("-pk"))


def signatures_of(version: AgreementVersion) -> dict[str, Signature]:
    """Return the signatures by side. One query."""
    return {one.side: one for one in version.signatures.select_related("recorded_by")}


def comments_of(version: AgreementVersion) -> list[Comment]:
    """Return what both sides said about a version, oldest first. One query."""
    return list(version.comments.order_by("pk"))


def comments_on(agreement: Agreement) -> list[Comment]:
    """Return what both sides said about any version of an agreement, oldest first. One query."""
    rows = Comment.objects.filter(agreement_version__agreement=agreement)
    return list(rows.select_related("agreement_version").order_by("pk"))


def last_sent(version: AgreementVersion) -> Event | None:
    """Return when these words were last sent to somebody at the partner. One query."""
    rows = Event.objects.about(version.agreement).filter(kind="agreement.sent_to_partner")
    found: Event | None = rows.filter(values__number=version.number, values__round=version.round).last()
    return found


def versions_for_partner(agreements: QuerySet[Agreement]) -> QuerySet[AgreementVersion]:
    """Return the versions of agreements that the partner may see, newest first.

    Those that our bodies have approved, those that were agreed or are in force, and those that the partner refused.
    Never drafts, never what our own bodies are deciding on or refused; nothing waits of a terminated agreement.
    `followed_on`: first day of the version that was put in force after it.
    """
    answered = PartnerAnswer.objects.filter(agreement_version=OuterRef("pk"), is_accepted=False)
    states = (VersionState.APPROVED, VersionState.AGREED, VersionState.IN_FORCE, VersionState.SUPERSEDED)
    shown = Q(state__in=states) | Q(state=VersionState.REFUSED, was_answered=True) | Q(in_force_since__isnull=False)
    rows = AgreementVersion.objects.filter(agreement__in=agreements.filter(sample_of=""))
    stopped = Q(state__in=(VersionState.APPROVED, VersionState.AGREED), agreement__state=AgreementState.TERMINATED)
    rows = rows.annotate(was_answered=Exists(answered)).filter(shown).exclude(stopped)
    rows = rows.annotate(followed_on=Subquery(_following().values("valid_from")[:1]))
    return rows.select_related("agreement__institution").order_by("agreement_id", "-number")


def _following() -> QuerySet[AgreementVersion]:
    """The next version that was put in force after another one."""
    rows = AgreementVersion.objects.filter(agreement=OuterRef("agreement"), in_force_since__isnull=False)
    return rows.filter(number__gt=OuterRef("number")).order_by("number")


@dataclass(frozen=True, slots=True)
class UseAfter:
    """People and months that one source counts on in an academic year that reaches beyond a day."""

    academic_year: int
    source: str
    people: int
    months: Decimal


def uses_after(agreement: Agreement, day: date) -> list[UseAfter]:
    """Return what is used of an agreement in academic years that last beyond a day, by year and source. One query.

    Calls are left out: they say themselves whom they placed (`effects`).
    """
    lines = Condition.objects.filter(agreement_version__agreement=agreement).values("line_uid")
    year = years.of(day + timedelta(days=1))
    rows = LineUse.objects.filter(office=agreement.office_id, line_uid__in=lines, academic_year__gte=year)
    found = (
        rows.exclude(source__startswith="call:")
        .values_list("academic_year", "source")
        .annotate(Sum("people"), Sum("months"))
    )
    return [UseAfter(*one) for one in found.order_by("academic_year", "source")]


def has_documents(agreement: Agreement) -> bool:
    """Return whether a document hangs on the agreement, such as the scan of the signed copy. One query."""
    rows = Attachment.objects.filter(office=agreement.office_id, subject_type="agreement", subject_uid=agreement.uid)
    return rows.exists()
