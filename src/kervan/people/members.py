"""Who works in an office, for the parts of the core that name colleagues."""

from typing import Any

from kervan.people.models import RoleAssignment, User


def members(office_id: int) -> list[Any]:
    """The accounts that hold a role in the office and may sign in, by family name. One query."""
    holders = RoleAssignment.objects.filter(office_id=office_id).values("person_id")
    rows = User.objects.filter(persons__office_id=office_id, persons__in=holders, is_active=True)
    return list(rows.order_by("persons__sort_key", "pk"))
