"""A version on its way: proposed, decided on by our bodies, answered by the partner, signed, put in force.

Every decision, answer and signature names the digest of the words that were seen; other words are refused.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from kervan.agreements import printing, selectors
from kervan.agreements.models import (
    Agreement,
    AgreementVersion,
    Approval,
    ApprovalBody,
    Comment,
    PartnerAnswer,
    PartnerLink,
    Side,
    Signature,
    VersionState,
)
from kervan.agreements.rules import chain
from kervan.agreements.services.agreements import (
    check_content,
    draft_for_writing,
    refuse_terminated,
    take_effect,
)
from kervan.agreements.states import APPROVAL_MOVES, VERSION_MOVES
from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.core.states import move


@transaction.atomic
def propose(agreement: Agreement, *, actor: Any) -> AgreementVersion:
    """Propose the draft version to the bodies that decide on its kind; from now on its words stay as they are.

    With no such body it is approved at once. Raises NotPossible without content or when no draft waits.
    """
    version = draft_for_writing(agreement)
    refuse_terminated(version.agreement)
    check_content(version)
    version.round += 1
    version.digest = selectors.digest_of(version)
    version.proposed_on = timezone.localdate()
    version.save(update_fields=["round", "digest", "proposed_on"])
    bodies = selectors.bodies_for(agreement)
    Approval.objects.bulk_create(_steps(version, bodies))
    move(version, "propose", VERSION_MOVES, actor=actor, number=version.number, digest=version.digest)
    if not bodies:
        move(version, "approve", VERSION_MOVES, actor=actor, number=version.number)
    return version


def _steps(version: AgreementVersion, bodies: Iterable[ApprovalBody]) -> list[Approval]:
    return [
        Approval(
            office_id=version.office_id,
            agreement_version=version,
            round=version.round,
            position=position,
            name_en=body.name_en,
            name_tr=body.name_tr,
        )
        for position, body in enumerate(bodies, start=1)
    ]


def _locked(version: AgreementVersion) -> AgreementVersion:
    """The version as it stands now; its agreement stays locked until the transaction ends."""
    refuse_terminated(Agreement.objects.select_for_update().get(pk=version.agreement_id))
    rows = AgreementVersion.objects.select_related("agreement__institution")
    return rows.get(pk=version.pk)


def _check_words(version: AgreementVersion, digest_seen: str) -> None:
    """Refuse whoever saw other words than those that stand now."""
    if not (constant_time_compare(digest_seen, version.digest) and selectors.words_stand(version)):
        raise NotPossible(
            _("The words of this version changed since you opened the page. Read them again, then decide.")
        )


@transaction.atomic
def take_back(agreement: Agreement, *, reason: str, actor: Any) -> AgreementVersion:
    """Make a proposed version a draft again. What was decided on it stays as history; signatures no longer count, and
    documents issued of it are revoked.

    Raises NotPossible without a reason, or when the newest version is not on its way.
    """
    if not reason.strip():
        raise NotPossible(_("Say why the version is taken back."))
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    version = selectors.versions_of(agreement)[0]
    _drop_steps(version, actor)
    signed = [{"side": one.side, "who": one.name, "on": str(one.signed_on)} for one in version.signatures.all()]
    version.signatures.all().delete()
    printing.revoke_issued(version, reason=reason, actor=actor)
    values = {"number": version.number, "reason": reason.strip(), "digest": version.digest}
    move(version, "take_back", VERSION_MOVES, actor=actor, **values, **({"signatures": signed} if signed else {}))
    return version


def _drop_steps(version: AgreementVersion, actor: Any) -> None:
    for one in version.approvals.filter(round=version.round, state=chain.WAITING):
        move(one, "drop", APPROVAL_MOVES, actor=actor, **_body(one))


def _body(approval: Approval) -> dict[str, str]:
    return {"name_en": approval.name_en, "name_tr": approval.name_tr}


@transaction.atomic
def decide(
    approval: Approval,
    *,
    is_approved: bool,
    decided_on: date,
    decision_number: str = "",
    reason: str = "",
    digest_seen: str,
    actor: Any,
) -> AgreementVersion:
    """Record what a body decided on a version. The last approval makes the version one approved by us.

    Raises NotPossible when another body decides first, the day lies in the future, an approval has no number, a refusal
    no reason, or the words are not those that were seen.
    """
    version = _locked(approval.agreement_version)
    steps = selectors.current(selectors.approvals_of(version), version)
    _check_turn(approval, steps)
    _check_words(version, digest_seen)
    _check_decision(is_approved, decided_on, decision_number, reason)
    approval.decided_on, approval.decision_number = decided_on, decision_number.strip()
    approval.reason, approval.digest = reason.strip(), version.digest
    approval.recorded_by, approval.recorded_at = actor, timezone.now()
    approval.save(update_fields=["decided_on", "decision_number", "reason", "digest", "recorded_by", "recorded_at"])
    values = {**_body(approval), "date": str(decided_on), "number": approval.decision_number, "reason": approval.reason}
    move(approval, "approve" if is_approved else "refuse", APPROVAL_MOVES, actor=actor, **values)
    return _after_decision(version, is_approved, actor)


def _check_turn(approval: Approval, steps: list[Approval]) -> None:
    turn = selectors.next_approval(steps)
    if turn is None or approval.pk not in {one.pk for one in steps}:
        raise NotPossible(_("Nobody is asked about this version any more."))
    if turn.pk != approval.pk:
        raise NotPossible(_("It is the turn of another body: %(name)s.") % {"name": turn.name})


def _check_decision(is_approved: bool, decided_on: date, decision_number: str, reason: str) -> None:
    if decided_on > timezone.localdate():
        raise NotPossible(_("The day of the decision lies in the future."))
    if is_approved and not decision_number.strip():
        raise NotPossible(_("Give the number of the decision, as the minutes have it."))
    if not is_approved and not reason.strip():
        raise NotPossible(_("Give the reason of the refusal."))


def _after_decision(version: AgreementVersion, is_approved: bool, actor: Any) -> AgreementVersion:
    if not is_approved:
        _drop_steps(version, actor)
        moved: AgreementVersion = move(version, "refuse", VERSION_MOVES, actor=actor, number=version.number, by="ours")
        return moved
    steps = selectors.current(selectors.approvals_of(version), version)
    if chain.is_approved([selectors.step(one) for one in steps]):
        move(version, "approve", VERSION_MOVES, actor=actor, number=version.number)
    return version


@transaction.atomic
def answer(
    version: AgreementVersion,
    *,
    is_accepted: bool,
    name: str,
    function: str = "",
    reason: str = "",
    digest_seen: str,
    link: PartnerLink | None = None,
    actor: Any = None,
) -> PartnerAnswer:
    """Keep what the partner said to a version that we approved: by their link, or as the office read it in a letter.

    Raises NotPossible without a name, on a refusal without a reason, on other words, or when nothing is asked of them.
    """
    version = _locked(version)
    _check_answer(version, is_accepted, name, reason)
    _check_words(version, digest_seen)
    row = PartnerAnswer.objects.create(
        office_id=version.office_id,
        agreement_version=version,
        is_accepted=is_accepted,
        name=name.strip(),
        function=function.strip(),
        reason=reason.strip(),
        digest=version.digest,
        link=link,
        recorded_by=actor,
    )
    values = {"number": version.number, "who": row.name, "function": row.function, "by_link": link is not None}
    if is_accepted:
        move(version, "agree", VERSION_MOVES, actor=actor, by="partner", **values)
    else:
        move(version, "refuse", VERSION_MOVES, actor=actor, by="partner", reason=row.reason, **values)
    return row


def _check_answer(version: AgreementVersion, is_accepted: bool, name: str, reason: str) -> None:
    if version.state != VersionState.APPROVED:
        raise NotPossible(
            _("This version does not wait for the partner’s answer: it is “%(state)s”.")
            % {"state": version.get_state_display()}
        )
    if not name.strip():
        raise NotPossible(_("Say who answers for the partner."))
    if not is_accepted and not reason.strip():
        raise NotPossible(_("Say what should be different, so that both sides can go on."))


@transaction.atomic
def sign(
    version: AgreementVersion,
    *,
    side: str,
    name: str,
    function: str = "",
    signed_on: date,
    digest_seen: str,
    actor: Any,
) -> Signature:
    """Record who signed for a side. Recorded again for the same side it corrects what was written.

    Raises NotPossible without a name, before both agreed, on a day to come, or on other words than those seen.
    """
    version = _locked(version)
    if version.state != VersionState.AGREED:
        raise NotPossible(_("A version is signed after both sides have agreed to its words."))
    _check_words(version, digest_seen)
    if signed_on > timezone.localdate():
        raise NotPossible(_("The day of the signature lies in the future."))
    if not name.strip():
        raise NotPossible(_("Say who signed."))
    values = {"name": name.strip(), "function": function.strip(), "signed_on": signed_on, "digest": version.digest}
    row, is_new = Signature.objects.update_or_create(
        agreement_version=version,
        side=Side(side),
        defaults={**values, "recorded_by": actor},
        create_defaults={**values, "recorded_by": actor, "office_id": version.office_id},
    )
    event = {"number": version.number, "side": side, "who": row.name, "function": row.function, "date": str(signed_on)}
    kind = "agreementversion.signed" if is_new else "agreementversion.signature_corrected"
    history.record(version, kind, actor=actor, **event)
    return row


@transaction.atomic
def put_in_force(version: AgreementVersion, *, document_number: str = "", actor: Any) -> AgreementVersion:
    """Put a version in force that both sides have signed, since the day of the last signature.

    document_number: number in the university's document system. The version before it is replaced.
    Raises NotPossible without both signatures or when the words changed since they were given.
    """
    version = _locked(version)
    signatures = selectors.signatures_of(version)
    missing = [side for side in Side if side.value not in signatures]
    if version.state == VersionState.AGREED and missing:
        names = {Side.OURS: _("Our signature is missing."), Side.PARTNER: _("The partner’s signature is missing.")}
        raise NotPossible(" ".join(names[side] for side in missing))
    for one in signatures.values():
        _check_words(version, one.digest)
    check_content(version)
    version.in_force_since = max((one.signed_on for one in signatures.values()), default=timezone.localdate())
    version.document_number = document_number.strip()
    version.document = version.document_number or version.document
    move(version, "put_in_force", VERSION_MOVES, actor=actor, number=version.number)
    version.save(update_fields=["in_force_since", "document_number", "document"])
    take_effect(version.agreement, version, actor)
    return version


@transaction.atomic
def comment(
    version: AgreementVersion, *, side: str, name: str, text: str, user: Any = None, link: PartnerLink | None = None
) -> Comment:
    """Add a remark on a version from our side or the partner's. Raises NotPossible when it says nothing."""
    if not text.strip():
        raise NotPossible(_("Write the comment first."))
    row: Comment = Comment.objects.create(
        office_id=version.office_id,
        agreement_version=version,
        side=Side(side),
        name=name.strip(),
        text=text.strip(),
        user=user,
        link=link,
    )
    values = {"number": version.number, "side": side, **({"by": "partner", "who": row.name} if link else {})}
    history.record(version, "agreementversion.commented", actor=user, **values)
    return row
