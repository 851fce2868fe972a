"""What an account may see comes from its person and roles in the office of the host."""

from types import SimpleNamespace
from typing import Any

from kervan.core.models import Office
from kervan.core.scope import Grant, Role
from kervan.people.middleware import scope_of


def test_a_role_in_a_faculty_reaches_its_programmes(mert: Any, units: SimpleNamespace, office: Office) -> None:
    reached = {units.engineering.pk, units.civil.pk, units.mechanical.pk}
    assert scope_of(mert, office.pk).unit_ids(Role.COORDINATOR) == reached


def test_a_role_in_the_office_names_no_unit(elif_: Any, office: Office) -> None:
    assert scope_of(elif_, office.pk).grants == (Grant(Role.STAFF, None),)


def test_somebody_of_another_office_has_no_person_and_no_role_here(omar: Any, office: Office) -> None:
    scope = scope_of(omar, office.pk)
    assert (scope.signed_in, scope.person_id, scope.grants) == (True, None, ())


def test_an_account_without_a_person_has_nothing(nadia: Any, office: Office) -> None:
    scope = scope_of(nadia, office.pk)
    assert (scope.signed_in, scope.person_id, scope.grants) == (True, None, ())


def test_a_closed_account_may_nothing_in_what_still_runs_for_it(office: Office, elif_: Any) -> None:
    elif_.is_active = False
    assert scope_of(elif_, office.pk).grants == ()
