"""How long proposals and comments are kept, and how their part is erased (see people/retention.py)."""

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from kervan.agreements.models import Comment, LinkCode, LinkUse, PartnerLink, Proposal
from kervan.people import retention
from kervan.people.models import Person


def last_needed(office_id: int, today: date) -> dict[int, date]:
    """The day of the latest proposal of a person."""
    made = Proposal.objects.filter(office_id=office_id).values_list("made_by_id").annotate(Max("made_at"))
    return {person_id: timezone.localdate(at) for person_id, at in made}


def erase(persons: list[Person]) -> None:
    """A proposal stays as what the department wanted; whom somebody knew at the partner goes with the person."""
    Proposal.objects.filter(made_by__in=persons).update(contact="")


def tidy(office_id: int, today: date) -> int:
    """Comments, links and their traces whose time is over."""

    def before(table: str) -> datetime:
        return retention.midnight(retention.limit(f"agreements.{table}", "*", today))

    of_office: dict[str, Any] = {"office_id": office_id}
    due = [
        Comment.objects.filter(at__lt=before("Comment"), **of_office),
        LinkCode.objects.filter(made_at__lt=before("LinkCode"), **of_office),
        LinkUse.objects.filter(at__lt=before("LinkUse"), **of_office),
        PartnerLink.objects.filter(expires_on__lt=before("PartnerLink").date(), **of_office),
    ]
    return sum(rows.delete()[0] for rows in due)


retention.hold(retention.Holder(tables=("agreements.Proposal",), last_needed=last_needed, erase=erase, tidy=tidy))
