"""Proposals of departments, and who hears of them."""

from django.db.models import QuerySet

from kervan.agreements.models import Agreement, AgreementState, Proposal
from kervan.core.models import Event
from kervan.core.scope import Role
from kervan.people.models import RoleAssignment


def who_takes_up(office_id: int) -> list[int]:
    """Return the accounts of staff and head of the whole office: they take proposals up. One query."""
    rows = RoleAssignment.objects.filter(
        office_id=office_id, role__in=[Role.STAFF.value, Role.HEAD.value], unit__isnull=True
    )
    return list(rows.exclude(person__user=None).values_list("person__user_id", flat=True).distinct())


def existing_with(office_id: int, institution_id: int | None) -> QuerySet[Agreement]:
    """Return what we have with a university already: drafts and agreements in force of our own."""
    states = [AgreementState.DRAFT, AgreementState.IN_FORCE]
    rows = Agreement.objects.filter(office=office_id, institution=institution_id, sample_of="")
    return rows.filter(state__in=states).order_by("-pk")


def events_of_proposal(proposal: Proposal) -> QuerySet[Event]:
    """Return what happened to a proposal, newest first. One query."""
    return Event.objects.about(proposal).select_related("actor").order_by("-pk")
