"""What the office does with agreements. A version in force is never changed: a change is a new version."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements import selectors
from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, Condition, LineUse
from kervan.agreements.states import AGREEMENT_MOVES
from kervan.agreements.values import LineValues as LineValues
from kervan.agreements.values import VersionValues as VersionValues
from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.identity import new_uid
from kervan.core.states import move
from kervan.institutions.models import Institution


@transaction.atomic
def create_draft(
    office_id: int,
    *,
    institution: Institution,
    kind: str,
    reference: str,
    values: VersionValues,
    lines: Iterable[LineValues] = (),
    is_invented: bool = False,
    actor: Any,
) -> Agreement:
    """Begin an agreement with its first, draft version. Raises NotPossible when the reference is taken."""
    if institution.office_id == office_id:
        raise NotPossible(_("An agreement needs a partner; this is our own university."))
    agreement = Agreement(
        office_id=office_id, institution=institution, kind=kind, reference=reference, is_invented=is_invented
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
    draft = _draft(agreement)
    current: Agreement = save_if_current(agreement, version_seen)
    count = _write(draft, values, lines)
    history.record(agreement, "agreement.draft_changed", actor=actor, number=draft.number, lines=count)
    return current


def _draft(agreement: Agreement) -> AgreementVersion:
    """The version that may still be written; its agreement stays locked until the transaction ends."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    draft = selectors.draft_of(selectors.versions_of(agreement))
    if draft is None:
        raise NotPossible(_("This version is in force and cannot be changed. Make a new version."))
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
    return Condition(office_id=version.office_id, agreement_version=version, line_uid=line_uid, **values)


@transaction.atomic
def start_version(agreement: Agreement, *, actor: Any) -> AgreementVersion:
    """Begin a new version as a copy of the one in force; a draft that already waits is returned as it is."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.state == AgreementState.TERMINATED:
        raise NotPossible(_("This agreement was terminated. Begin a new agreement instead."))
    versions = selectors.versions_of(agreement)
    draft = selectors.draft_of(versions)
    return draft or _copy(versions[0], actor)


def _copy(version: AgreementVersion, actor: Any) -> AgreementVersion:
    lines = list(version.conditions.order_by("pk"))
    copy = AgreementVersion.objects.create(
        office_id=version.office_id,
        agreement=version.agreement,
        number=version.number + 1,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        notes_en=version.notes_en,
        notes_tr=version.notes_tr,
    )
    for line in lines:
        line.pk, line.uid, line.agreement_version = None, new_uid(), copy
        line._state.adding = True
    Condition.objects.bulk_create(lines)
    history.record(version.agreement, "agreement.version_started", actor=actor, number=copy.number)
    return copy


@transaction.atomic
def discard_draft(agreement: Agreement, *, actor: Any) -> bool:
    """Throw the draft version away; an agreement that never was in force goes with it. Returns whether it is gone.

    Only what nobody ever approved may be deleted; that it existed stays in the history.
    """
    draft = _draft(agreement)
    history.record(
        agreement, "agreement.draft_discarded", actor=actor, number=draft.number, reference=agreement.reference
    )
    if agreement.state == AgreementState.DRAFT:
        agreement.delete()
        return True
    draft.delete()
    return False


@transaction.atomic
def record_in_force(agreement: Agreement, *, document: str, date: date, actor: Any) -> AgreementVersion:
    """Put the draft version in force on the strength of a document. The only road into force.

    document: what proves it (number of the letter, signed copy). date: the day of the last signature, not in the
    future. Raises NotPossible without document, lines or draft.
    """
    draft = _draft(agreement)
    _check_proof(draft, document, date)
    draft.document, draft.in_force_since = document.strip(), date
    draft.save(update_fields=["document", "in_force_since"])
    name = "put_in_force" if agreement.state == AgreementState.DRAFT else "renew"
    move(agreement, name, AGREEMENT_MOVES, actor=actor, number=draft.number, document=draft.document, date=str(date))
    return draft


def _check_proof(draft: AgreementVersion, document: str, day: date) -> None:
    if not document.strip():
        raise NotPossible(_("Name the document that proves the agreement."))
    if day > timezone.localdate():
        raise NotPossible(_("The day of the last signature lies in the future."))
    if not draft.conditions.exists():
        raise NotPossible(_("An agreement without lines gives no places. Add at least one line first."))


@transaction.atomic
def terminate(agreement: Agreement, *, ends_on: date, reason: str, actor: Any) -> Agreement:
    """Record that an agreement ends early. Its places count until `ends_on`, its last day.

    Raises NotPossible when it would end later than agreed, or is not in force.
    """
    shown = selectors.shown(selectors.versions_of(agreement))
    if shown.valid_until and ends_on > shown.valid_until:
        raise NotPossible(_("The agreement ends by itself before this day."))
    values = {"ends_on": str(ends_on), "reason": reason}
    Agreement.objects.filter(pk=agreement.pk, state=AgreementState.IN_FORCE).update(ends_on=ends_on)
    ended: Agreement = move(agreement, "terminate", AGREEMENT_MOVES, actor=actor, **values)
    ended.ends_on = ends_on
    return ended


@transaction.atomic
def record_uses(
    office_id: int, academic_year: int, source: str, uses: Mapping[str, tuple[int, Decimal]], *, actor: Any
) -> None:
    """State all that one source takes in an academic year: line_uid -> (people, months). Repeating changes nothing.

    What the source used before and is not named any more is taken back. More than a line grants is recorded too: it is
    a fact, and shown as such. Each agreement whose figures change gets one event.
    """
    rows = LineUse.objects.select_for_update().filter(office_id=office_id, academic_year=academic_year, source=source)
    before = {row.line_uid: (row.people, row.months) for row in rows}
    after = {line_uid: use for line_uid, use in uses.items() if use[0] or use[1]}
    changed = {line_uid for line_uid in before.keys() | after.keys() if before.get(line_uid) != after.get(line_uid)}
    if not changed:
        return
    rows.filter(line_uid__in=changed).delete()
    LineUse.objects.bulk_create(
        LineUse(
            office_id=office_id, academic_year=academic_year, source=source, line_uid=one, people=use[0], months=use[1]
        )
        for one, use in after.items()
        if one in changed
    )
    _record_change(office_id, academic_year, source, {one: after.get(one, (0, Decimal(0))) for one in changed}, actor)


def _record_change(
    office_id: int, academic_year: int, source: str, changed: Mapping[str, tuple[int, Decimal]], actor: Any
) -> None:
    """One event per agreement with the people and months its changed lines have now."""
    lines = Condition.objects.filter(office_id=office_id, line_uid__in=changed).values_list(
        "agreement_version__agreement__uid", "line_uid"
    )
    by_agreement: dict[str, set[str]] = {}
    for agreement_uid, line_uid in lines:
        by_agreement.setdefault(agreement_uid, set()).add(line_uid)
    events = [
        (uid, {"academic_year": academic_year, "source": source, "people": sum(changed[one][0] for one in line_uids)})
        for uid, line_uids in by_agreement.items()
    ]
    history.record_many(office_id, "agreement", "agreement.use_recorded", events, actor=actor)
