"""Who may what with agreements."""

from kervan.core.scope import Role, Scope


def reads_agreements(scope: Scope) -> bool:
    """Office, auditor and leadership read all; coordinators those that concern their units (`visible_to`)."""
    return scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP, Role.COORDINATOR)


def edits_agreements(scope: Scope) -> bool:
    """Staff or head of the whole office: an agreement binds the university."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def proposes_agreements(scope: Scope) -> bool:
    """Coordinators for their units; office and leadership may propose as well. It takes a person record."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.LEADERSHIP) and scope.person_id is not None


def reads_proposals(scope: Scope) -> bool:
    """Whoever reads agreements; which proposals is narrowed by `visible_to`."""
    return reads_agreements(scope)


def keeps_bodies(scope: Scope) -> bool:
    """The head of the whole office says which bodies decide on agreements."""
    return scope.everywhere(Role.HEAD)


def reads_balance(scope: Scope) -> bool:
    """Whoever reads all agreements: the figures of a partner are those of the whole university."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP)
