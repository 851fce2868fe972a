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


def reads_deputies(scope: Scope) -> bool:
    """Any member sees who stands in for whom, as far as it concerns them; the office sees all."""
    return bool(scope.grants)


def names_any_deputy(scope: Scope) -> bool:
    """Head and administrator name a deputy for anybody; others for themselves only.

    Not who holds the role as a deputy: they would lengthen their own time.
    """
    return scope.everywhere_themselves(Role.HEAD, Role.ADMINISTRATOR)


def keeps_duties(scope: Scope) -> bool:
    """Staff and head of the whole office write who does what."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def may_look_as(scope: Scope, roles: frozenset[Role]) -> bool:
    """Whether the reader may see the pages as somebody with these roles sees them: nobody sees more than before.

    The head may look as anybody but an administrator; staff as applicants and coordinators.
    """
    if scope.looked_at_by is not None:
        return False
    if scope.everywhere(Role.HEAD):
        return Role.ADMINISTRATOR not in roles
    return scope.everywhere(Role.STAFF) and roles <= {Role.COORDINATOR}


def hands_over_work(scope: Scope) -> bool:
    """The head hands over anybody's work, members their own (`hands_over_work_of`)."""
    return bool(scope.grants)


def hands_over_work_of(scope: Scope, person_id: int) -> bool:
    """Whether the reader may hand over what somebody looks after."""
    return scope.everywhere(Role.HEAD) or scope.person_id == person_id
