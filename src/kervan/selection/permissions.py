"""Who may do what with calls, applications and runs: one sentence each. What they see is `visible_to`."""

from kervan.core.permissions import everyone, is_applicant, is_office, is_workspace
from kervan.core.scope import Role, Scope

__all__ = [
    "everyone",
    "is_applicant",
    "is_office",
    "is_workspace",
    "may_publish",
    "prepares_calls",
    "reads_all_results",
    "reads_calls",
    "reads_runs",
    "reads_special",
]


def reads_calls(scope: Scope) -> bool:
    """Whoever works with calls or reads them: coordinator, staff, head, leadership, auditor."""
    return is_workspace(scope) or scope.has(Role.LEADERSHIP)


def prepares_calls(scope: Scope) -> bool:
    """Staff and head of the whole office: a call concerns all units."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def may_publish(scope: Scope) -> bool:
    """Staff and head of the whole office; that it is a second person is asked by the service."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def reads_runs(scope: Scope) -> bool:
    """Office and auditor see all placement runs, leadership the published ones."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP)


def reads_all_results(scope: Scope) -> bool:
    """Office and auditor see results person by person across all units, and snapshots; coordinators see the results of
    their units only, leadership sums only.
    """
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def reads_special(scope: Scope) -> bool:
    """Holders of the right to read special categories (disability, kinship to veterans); each look is recorded."""
    return scope.has(Role.SPECIAL_READER)
