"""Who may do what with persons and accounts."""

from kervan.core.scope import Role, Scope


def keeps_people(scope: Scope) -> bool:
    """Staff and head of the whole office write person records."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def invites_people(scope: Scope) -> bool:
    """Whoever keeps records, and the administrator, opens records and invites to accounts."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.ADMINISTRATOR)


def reads_people(scope: Scope) -> bool:
    """Coordinators (their units), staff, head, auditor; the administrator, who must find whom to give a role."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR)


def reads_accounts(scope: Scope) -> bool:
    """Administrator, head and auditor see who holds which role."""
    return scope.everywhere(Role.ADMINISTRATOR, Role.HEAD, Role.AUDITOR)


def manages_accounts(scope: Scope) -> bool:
    """Only the administrator gives and takes roles."""
    return scope.everywhere(Role.ADMINISTRATOR)
