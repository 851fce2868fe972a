"""Who may what with institutions. The directory itself is public."""

from kervan.core.scope import Role, Scope


def sees_partnership(scope: Scope) -> bool:
    """Whoever works with agreements or reads them sees partners, visits and networks."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP)


def sees_contacts(scope: Scope) -> bool:
    """Office, auditor and coordinators, who write to the same people."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR)


def edits_partners(scope: Scope) -> bool:
    """Staff and head of the whole office keep partners, contacts, visits and networks."""
    return scope.everywhere(Role.STAFF, Role.HEAD)
