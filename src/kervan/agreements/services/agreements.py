"""Agreements and their drafts. A version that was proposed or is in force is never changed: a change is a new one."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.agreements import selectors
from kervan.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, Condition, VersionState
from kervan.agreements.rules import termination
from kervan.agreements.states import AGREEMENT_MOVES, VERSION_MOVES
from kervan.agreements.values import LineValues, VersionValues
from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.identity import new_uid
from kervan.core.services import notices
from kervan.core.states import move
from kervan.institutions.models import Institution, PartnerState
from kervan.institutions.services.partners import partner_of, settle

# Kinds that may hold as running text alone.
IN_WORDS = (AgreementKind.MOU, AgreementKind.DOUBLE_DEGREE)


@transaction.atomic
def create_draft(
    office_id: int,
    *,
    institution: Institution,
    kind: str,
    reference: str,
    values: VersionValues,
    lines: Iterable[LineValues] = (),
    sample_of: str = "",
    is_invented: bool = False,
    actor: Any,
) -> Agreement:
    """Begin an agreement with its first, draft version. Raises NotPossible when the reference is taken.

    sample_of: whose agreement it is, when it is not ours but brought in to try the software.
    """
    if institution.office_id == office_id:
        raise NotPossible(_("An agreement needs a partner; this is our own university."))
    if not sample_of:
        partner_of(office_id, institution, actor=actor, is_invented=is_invented, state=PartnerState.PROSPECT)
    agreement = Agreement(
        office_id=office_id,
        institution=institution,
        kind=kind,
        reference=reference,
        sample_of=sample_of,
        is_invented=is_invented,
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(_("Another agreement already has the reference “%(name)s”.") % {"name": reference}) from None
    version = AgreementVersion(office_id=office_id, agreement=agreement, number=1)
    count = _write(version, values, lines)
    history.record(agreement, "agreement.drafted", actor=actor, reference=reference, lines=count)
    return agreement


@transaction.atomic
def update_draft(
    agreement: Agreement, version_seen: int, *, values: VersionValues, lines: Iterable[LineValues], actor: Any
) -> Agreement:
    """Write the draft version anew. Raises Stale when somebody else saved since, NotPossible when no draft waits."""
    draft = draft_for_writing(agreement)
    current: Agreement = save_if_current(agreement, version_seen)
    count = _write(draft, values, lines)
    history.record(agreement, "agreement.draft_changed", actor=actor, number=draft.number, lines=count)
    return current


def draft_for_writing(agreement: Agreement) -> AgreementVersion:
    """The version whose words may still change; its agreement stays locked until the transaction ends."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    draft = selectors.open_version(agreement)
    if draft is None:
        raise NotPossible(_("This version is in force and cannot be changed. Make a new version."))
    if draft.state != VersionState.DRAFT:
        raise NotPossible(
            _("Version %(number)d was proposed, so its words stay as they are. Take it back to change it.")
            % {"number": draft.number}
        )
    return draft


def _write(version: AgreementVersion, values: VersionValues, lines: Iterable[LineValues]) -> int:
    """Save a draft version and replace its lines; a line keeps its `line_uid`. Returns the number of lines."""
    if values.valid_until and values.valid_until < values.valid_from:
        raise NotPossible(_("The last day lies before the first day."))
    for name, value in asdict(values).items():
        setattr(version, name, value)
    version.save()
    of_agreement = Condition.objects.filter(agreement_version__agreement=version.agreement)
    known = set(of_agreement.values_list("line_uid", flat=True))
    version.conditions.all().delete()
    rows = [_condition(version, line, known) for line in lines]
    Condition.objects.bulk_create(rows)
    return len(rows)


def _condition(version: AgreementVersion, line: LineValues, known: set[str]) -> Condition:
    """A row for a line; only a line of this same agreement goes on under its old `line_uid`."""
    values = {name: getattr(line, name) for name in LineValues.__slots__ if name != "line_uid"}
    line_uid = line.line_uid if line.line_uid in known else new_uid()
    return Condition(
        office_id=version.office_id,
        agreement_version=version,
        line_uid=line_uid,
        fields_key=fields_key(line.fields),
        **values,
    )


def fields_key(fields: Iterable[str]) -> str:
    """Return codes of fields of study so that one can be searched for by its beginning: " 0613 0611 "."""
    words = " ".join(fields)
    return f" {words} "[:200] if words else ""


@transaction.atomic
def start_version(
    agreement: Agreement,
    *,
    valid_from: date | None = None,
    valid_until: date | None = None,
    reason: str = "",
    actor: Any,
) -> AgreementVersion:
    """Begin a new version as a copy of the one that counts; one that already waits is returned as it is.

    valid_from, valid_until: validity of the new version, None: as before. reason: why there is a new version.
    """
    locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
    refuse_terminated(locked)
    if valid_from and valid_until and valid_until < valid_from:
        raise NotPossible(_("The last day lies before the first day."))
    versions = selectors.versions_of(agreement)
    if waiting := selectors.draft_of(versions):
        return waiting
    validity = (valid_from, valid_until) if valid_from else None
    return _copy(selectors.shown(versions), versions[0].number + 1, validity, reason, actor)


def refuse_terminated(agreement: Agreement) -> None:
    """Refuse to go on with a version of an agreement that has been terminated: it could never come into force."""
    if agreement.state == AgreementState.TERMINATED:
        raise NotPossible(_("This agreement was terminated. Begin a new agreement instead."))


def _copy(
    version: AgreementVersion, number: int, validity: tuple[date, date | None] | None, reason: str, actor: Any
) -> AgreementVersion:
    lines = list(version.conditions.order_by("pk"))
    valid_from, valid_until = validity or (version.valid_from, version.valid_until)
    copied = ("body_en", "body_tr", "notes_en", "notes_tr")
    copy = AgreementVersion.objects.create(
        office_id=version.office_id,
        agreement=version.agreement,
        number=number,
        valid_from=valid_from,
        valid_until=valid_until,
        change_reason=reason.strip(),
        **{name: getattr(version, name) for name in copied},
    )
    for line in lines:
        line.pk, line.uid, line.agreement_version = None, new_uid(), copy
        line._state.adding = True
    Condition.objects.bulk_create(lines)
    history.record(version.agreement, "agreement.version_started", actor=actor, number=copy.number, reason=reason)
    return copy


@transaction.atomic
def discard_draft(agreement: Agreement, *, actor: Any) -> bool:
    """Throw the draft version away; an agreement that has no other version goes with it. Returns whether it is gone.

    Only what no body and no partner ever decided on may be deleted (RULES 4.9); that it existed stays in the history.
    """
    draft = draft_for_writing(agreement)
    if selectors.has_decisions(draft):
        raise NotPossible(_("Somebody decided on this version already, so it stays. Change it and propose it again."))
    history.record(
        agreement, "agreement.draft_discarded", actor=actor, number=draft.number, reference=agreement.reference
    )
    if agreement.versions.exclude(pk=draft.pk).exists():
        draft.delete()
        return False
    agreement.delete()
    return True


@transaction.atomic
def record_in_force(agreement: Agreement, *, document: str, date: date, actor: Any) -> AgreementVersion:
    """Put a draft in force that was signed on paper before it was written down here.

    document: what proves it (number of the letter, signed copy). date: the day of the last signature, not in the
    future. Raises NotPossible without document, lines or draft, and for a draft on which a body or the partner decided:
    one that goes through our bodies and the partner comes into force by `versions.put_in_force`.
    """
    draft = draft_for_writing(agreement)
    if selectors.has_decisions(draft):
        raise NotPossible(_("Somebody decided on this version already. Propose it, so that all decide on its words."))
    _check_proof(draft, document, date)
    draft.document, draft.in_force_since = document.strip(), date
    draft.save(update_fields=["document", "in_force_since"])
    move(draft, "record_in_force", VERSION_MOVES, actor=actor)
    take_effect(agreement, draft, actor)
    return draft


def _check_proof(draft: AgreementVersion, document: str, day: date) -> None:
    if not document.strip():
        raise NotPossible(_("Name the document that proves the agreement."))
    if day > timezone.localdate():
        raise NotPossible(_("The day of the last signature lies in the future."))
    check_content(draft)


def check_content(version: AgreementVersion) -> None:
    """Refuse a version that says nothing: without lines, or, where words alone are enough, without words."""
    if version.agreement.sample_of:
        raise NotPossible(
            _("This is an agreement of another university (%(name)s), brought in to try the software.")
            % {"name": version.agreement.sample_of}
        )
    lines = list(version.conditions.all())
    _refuse_incomplete(lines)
    if lines:
        return
    if version.agreement.kind not in IN_WORDS:
        raise NotPossible(_("An agreement without lines gives no places. Add at least one line first."))
    if not (version.body_en.strip() or version.body_tr.strip()):
        raise NotPossible(_("This agreement says nothing yet. Write its text, or add lines."))


def _refuse_incomplete(lines: Iterable[Condition]) -> None:
    """Refuse lines that do not say how many people, which way or for what: nobody could go on them."""
    count = sum(1 for line in lines if not (line.people_per_year and line.direction and line.kind))
    if count:
        raise NotPossible(
            ngettext(
                "%(count)d line does not say people a year, direction or kind of stay. Complete it first.",
                "%(count)d lines do not say people a year, direction or kind of stay. Complete them first.",
                count,
            )
            % {"count": count}
        )


def take_effect(agreement: Agreement, version: AgreementVersion, actor: Any) -> None:
    """Let a version that has just come into force replace the former one; with whom it holds is a partner now."""
    former = agreement.versions.filter(state=VersionState.IN_FORCE).exclude(pk=version.pk)
    for one in former:
        move(one, "supersede", VERSION_MOVES, actor=actor, by=version.number)
    name = "put_in_force" if agreement.state == AgreementState.DRAFT else "renew"
    proof = {"number": version.number, "document": version.document, "date": str(version.in_force_since)}
    move(agreement, name, AGREEMENT_MOVES, actor=actor, **proof)
    settle(agreement.office_id, agreement.institution, actor=actor)
    _tell_proposers(agreement)


def _tell_proposers(agreement: Agreement) -> None:
    """Whoever asked for the agreement hears that it is there."""
    asked = agreement.proposals.exclude(made_by__user=None)
    for uid, user_id in asked.values_list("uid", "made_by__user_id"):
        url = reverse("agreements:proposal", args=[uid])
        university = str(agreement.institution)
        notices.notify(agreement.office_id, [user_id], "proposal.in_force", url=url, university=university)


@transaction.atomic
def terminate(
    agreement: Agreement,
    *,
    ends_on: date,
    reason: str,
    ended_by: str = termination.BOTH,
    told_on: date | None = None,
    actor: Any,
) -> Agreement:
    """Record that an agreement ends early. Its places count until `ends_on`, its last day.

    ended_by: us, partner or both together. told_on: when the other side was told; default today.
    Raises NotPossible when it would end later than agreed, earlier than the notice allows, or is not in force.
    """
    told_on = told_on or timezone.localdate()
    shown = selectors.shown(selectors.versions_of(agreement))
    if shown.valid_until and ends_on > shown.valid_until:
        raise NotPossible(_("The agreement ends by itself before this day."))
    _check_notice(agreement, ends_on, ended_by, told_on)
    values = {"ends_on": ends_on, "told_on": told_on, "ended_by": ended_by, "end_reason": reason.strip()[:300]}
    Agreement.objects.filter(pk=agreement.pk, state=AgreementState.IN_FORCE).update(**values)
    event = {"ends_on": str(ends_on), "told_on": str(told_on), "ended_by": ended_by, "reason": reason}
    ended: Agreement = move(agreement, "terminate", AGREEMENT_MOVES, actor=actor, **event)
    for name, value in values.items():
        setattr(ended, name, value)
    return ended


@transaction.atomic
def take_back_end(agreement: Agreement, *, reason: str, actor: Any) -> Agreement:
    """Let an agreement go on that was recorded as terminated: by mistake, or because both changed their minds.

    It ends again on the day that its words say. What was recorded stays in the history.
    """
    values: dict[str, Any] = {"ends_on": None, "told_on": None, "ended_by": "", "end_reason": ""}
    event = {"ends_on": str(agreement.ends_on or ""), "reason": reason.strip()}
    resumed: Agreement = move(agreement, "take_back_end", AGREEMENT_MOVES, actor=actor, **event)
    Agreement.objects.filter(pk=agreement.pk).update(**values)
    for name, value in values.items():
        setattr(resumed, name, value)
    return resumed


def _check_notice(agreement: Agreement, ends_on: date, ended_by: str, told_on: date) -> None:
    if told_on > timezone.localdate():
        raise NotPossible(_("The day of the notice lies in the future."))
    notice = termination.notice(agreement.kind, ended_by, told_on)
    if ends_on >= notice.earliest_last_day:
        return
    day = formats.date_format(notice.earliest_last_day, "j F Y")
    if notice.bound_by_notice:
        raise NotPossible(
            _("One side alone has to give a full academic year’s notice: the last day is %(day)s at the earliest.")
            % {"day": day}
        )
    raise NotPossible(_("The last day lies before the day of the notice, %(day)s.") % {"day": day})
