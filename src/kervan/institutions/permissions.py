"""Who may what with institutions. The directory itself is public."""

from kervan.core.scope import Role, Scope


def sees_partnership(scope: Scope) -> bool:
    """Whoever works with agreements or reads them sees them on the page of an institution."""
    return scope.has(Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP)
