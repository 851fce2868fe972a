"""A department wants an agreement: it asks, the office takes it up, asks back or says why not."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements import selectors
from kervan.agreements.models import Agreement, Direction, Proposal, ProposalState, StayKind
from kervan.agreements.rules import checks
from kervan.agreements.services.agreements import create_draft
from kervan.agreements.states import PROPOSAL_MOVES
from kervan.agreements.values import LineValues, VersionValues
from kervan.core import history, years
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.services import notices
from kervan.core.states import move
from kervan.institutions.models import Institution
from kervan.people.models import Person

YEARS = 5


@transaction.atomic
def submit(office_id: int, *, made_by: Person, actor: Any, **values: Any) -> Proposal:
    """Hand a proposal in; the office is told. Raises NotPossible when no university is named or it is our own."""
    _check_university(office_id, values.get("institution"), values.get("institution_name", ""))
    row: Proposal = Proposal.objects.create(office_id=office_id, made_by=made_by, **values)
    history.record(row, "proposal.handed_in", actor=actor, university=str(row))
    _tell(row, selectors.who_takes_up(office_id), "proposal.handed_in")
    return row


def _check_university(office_id: int, institution: Institution | None, name: str) -> None:
    if institution is None and not name.strip():
        raise NotPossible(_("Choose the university, or write its name when it is not in the directory."))
    if institution is not None and institution.office_id == office_id:
        raise NotPossible(_("An agreement needs a partner; this is our own university."))


@transaction.atomic
def change(proposal: Proposal, version_seen: int, *, actor: Any, **values: Any) -> Proposal:
    """Write a proposal anew, by whoever made it, before it is taken up; a returned one is handed in again."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state not in (ProposalState.SUBMITTED, ProposalState.RETURNED):
        raise NotPossible(
            _("This proposal cannot be changed any more: it is “%(state)s”.") % {"state": locked.get_state_display()}
        )
    _check_university(proposal.office_id, values.get("institution"), values.get("institution_name", ""))
    current: Proposal = save_if_current(proposal, version_seen, **values)
    if current.state == ProposalState.RETURNED:
        move(current, "submit", PROPOSAL_MOVES, actor=actor, university=str(current))
        _tell(current, selectors.who_takes_up(current.office_id), "proposal.handed_in")
    else:
        history.record(current, "proposal.changed", actor=actor)
    return current


@transaction.atomic
def take_up(
    proposal: Proposal, *, reference: str, institution: Institution | None = None, answer: str = "", actor: Any
) -> Agreement:
    """Begin the agreement that was asked for: a partner and a draft, both linked to the proposal.

    institution: which one it is, where the proposal only has a name. The draft holds for five academic years, or until
    its programme ends, and has one line with what was wished; the office writes it out.
    """
    found = proposal.institution or institution
    if found is None:
        raise NotPossible(_("Choose which university of the directory this is."))
    today = timezone.localdate()
    agreement = create_draft(
        proposal.office_id,
        institution=found,
        kind=proposal.kind,
        reference=reference,
        values=_validity(proposal.kind, today),
        lines=_lines(proposal),
        is_invented=proposal.is_invented,
        actor=actor,
    )
    Agreement.objects.filter(pk=agreement.pk).update(responsible=actor)
    rows = Proposal.objects.filter(pk=proposal.pk)
    rows.update(institution=found, agreement=agreement, answer=answer.strip())
    move(proposal, "take_up", PROPOSAL_MOVES, actor=actor, reference=reference)
    proposal.institution, proposal.agreement = found, agreement
    _tell(proposal, _maker(proposal), "proposal.taken_up")
    return agreement


def _validity(kind: str, today: date) -> VersionValues:
    """Five years from the next one on; of an Erasmus+ agreement not longer than its programme."""
    year = years.of(today) + 1
    begins, ends = date(year, 9, 1), date(year + YEARS, 8, 31)
    if kind in checks.OF_CHARTERS and begins <= checks.PROGRAMME_ENDS:
        ends = min(ends, checks.PROGRAMME_ENDS)
    return VersionValues(valid_from=begins, valid_until=ends)


def _lines(proposal: Proposal) -> list[LineValues]:
    if not proposal.people_per_year:
        return []
    return [
        LineValues(
            direction=direction,
            kind=StayKind.STUDY.value,
            people_per_year=proposal.people_per_year,
            unit=proposal.unit,
            fields=list(proposal.fields),
        )
        for direction in (Direction.OUTGOING.value, Direction.INCOMING.value)
    ]


@transaction.atomic
def ask_back(proposal: Proposal, *, question: str, actor: Any) -> Proposal:
    """Return a proposal with a question to whoever made it."""
    return _answered(proposal, "return", question, _("Write the question first."), "proposal.returned", actor)


@transaction.atomic
def decline(proposal: Proposal, *, reason: str, actor: Any) -> Proposal:
    """Say that the office does not take a proposal up, and why."""
    return _answered(
        proposal, "decline", reason, _("Say why the proposal is not taken up."), "proposal.declined", actor
    )


def _answered(proposal: Proposal, name: str, text: str, empty: str, code: str, actor: Any) -> Proposal:
    if not text.strip():
        raise NotPossible(empty)
    Proposal.objects.filter(pk=proposal.pk).update(answer=text.strip())
    moved: Proposal = move(proposal, name, PROPOSAL_MOVES, actor=actor, text=text.strip())
    moved.answer = text.strip()
    _tell(moved, _maker(moved), code)
    return moved


@transaction.atomic
def withdraw(proposal: Proposal, *, actor: Any) -> Proposal:
    """Take a proposal back, by whoever made it, before it is taken up."""
    moved: Proposal = move(proposal, "withdraw", PROPOSAL_MOVES, actor=actor)
    return moved


def _maker(proposal: Proposal) -> list[int]:
    return [proposal.made_by.user_id] if proposal.made_by.user_id else []


def _tell(proposal: Proposal, users: Iterable[int], code: str) -> None:
    url = reverse("agreements:proposal", args=[proposal.uid])
    notices.notify(proposal.office_id, users, code, url=url, university=str(proposal))
