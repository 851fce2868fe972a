"""What the current reader may see, frozen on the request. Every `visible_to(scope)` takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles an office gives. Being an applicant comes from having a person record, not from a grant."""

    COORDINATOR = "coordinator"
    STAFF = "staff"
    HEAD = "head"
    LEADERSHIP = "leadership"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SPECIAL_READER = "special_reader"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role; `unit_ids` None means the whole office, else these units (sub-units already included).

    is_deputy: held only while a colleague is away.
    """

    role: Role
    unit_ids: frozenset[int] | None = None
    is_deputy: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The reader: office of the host, account, person and grants. All None/empty for a visitor.

    looked_at_by: the account that sees the pages as this reader does, for support; nothing can be changed then.
    """

    office_id: int | None = None
    user_id: int | None = None
    person_id: int | None = None
    grants: tuple[Grant, ...] = ()
    looked_at_by: int | None = None

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    def has(self, *roles: Role) -> bool:
        """Return whether the reader holds one of the roles, anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def everywhere(self, *roles: Role) -> bool:
        """Return whether the reader holds one of the roles for the whole office."""
        return any(grant.role in roles and grant.unit_ids is None for grant in self.grants)

    def everywhere_themselves(self, *roles: Role) -> bool:
        """Return whether the reader holds one of the roles for the whole office, and not as somebody's deputy."""
        return any(grant.role in roles and grant.unit_ids is None and not grant.is_deputy for grant in self.grants)

    def unit_ids(self, *roles: Role) -> frozenset[int]:
        """Return the units in which the reader holds one of the roles by a bounded grant."""
        bounded: Iterable[frozenset[int]] = (
            grant.unit_ids for grant in self.grants if grant.role in roles and grant.unit_ids is not None
        )
        return frozenset().union(*bounded)


VISITOR = Scope()
