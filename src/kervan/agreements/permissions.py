"""Who may what with agreements."""

from kervan.core.scope import Role, Scope


def reads_agreements(scope: Scope) -> bool:
    """Office, auditor and leadership read all; coordinators those that concern their units (`visible_to`)."""
    return scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP, Role.COORDINATOR)


def edits_agreements(scope: Scope) -> bool:
    """Staff or head of the whole office: an agreement binds the university."""
    return scope.everywhere(Role.STAFF, Role.HEAD)
