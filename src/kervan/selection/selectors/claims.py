"""What an applicant may state, and from where an application may be made."""

from collections.abc import Iterable

from kervan.people.models import Enrolment, Person
from kervan.selection.models import Call, PointClaim
from kervan.selection.rules.packs import STUDY, Item
from kervan.selection.selectors.rules import rules_of

DECLARED = ("previous_mobility", "dual_application")


def claimable(call: Call) -> list[Item]:
    """Return the point items that an applicant states: all additions, and the deductions that only they can know."""
    return [item for item in rules_of(call).items_for(STUDY) if item.points > 0 or item.code in DECLARED]


def claim_code(claim: PointClaim) -> str:
    """Return the document code of a claim's proof: alike for all items, so that it tells none."""
    return f"claim_{claim.uid}"


def enrolments_of(person: Person) -> Iterable[Enrolment]:
    """Return the study programmes in which the person is enrolled now. One query."""
    return Enrolment.objects.filter(person=person, is_current=True).select_related("unit").order_by("pk")
