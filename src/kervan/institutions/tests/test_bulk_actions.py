"""What can be done with many contacts and partners at once, each with its preview."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kervan.core import bulk, registries
from kervan.core.models import LetterItem, LetterRun, LetterVersion, Office, OutboxMessage
from kervan.core.services.letters import seed_templates
from kervan.institutions import bulk_actions
from kervan.institutions.models import Contact, Institution, Partner
from kervan.institutions.services import contacts as services
from kervan.institutions.services.partners import partner_of


@pytest.fixture
def partner(office: Office, elif_: Any) -> Partner:
    return partner_of(office.pk, Institution.objects.create(name="Uniwersytet Warszawski", country="PL"), actor=elif_)


def person(partner: Partner, actor: Any, name: str, **values: Any) -> Contact:
    values = {"email": f"{name}@uw.example", "roles": ["institutional"], **values}
    return services.add(partner, family_name=name, actor=actor, **values)


def found(name: str, list_name: str, user: Any, office: Office) -> tuple[bulk.BulkAction, Any]:
    scope = registries.scope_of(user, office.pk)
    action = bulk.action_of(list_name, name, scope)
    assert action is not None
    return action, scope


def test_only_who_may_be_asked_is_asked_and_the_others_are_named(office: Office, partner: Partner, elif_: Any) -> None:
    today = timezone.localdate()
    maria = person(partner, elif_, "maria")
    silent = person(partner, elif_, "silent", email="")
    left = person(partner, elif_, "left", left_on=today)
    lately = person(partner, elif_, "lately", asked_on=today - timedelta(days=3))
    action, scope = found("ask", "contacts", elif_, office)
    rows = action.rows(scope, [maria.uid, silent.uid, left.uid, lately.uid])
    verdicts = {row.family_name: action.judge(row, {}) for row in rows}
    assert {name for name, one in verdicts.items() if one.will} == {"maria"}
    assert str(verdicts["silent"].sentence) == "Not asked: silent has no e-mail address."
    assert str(verdicts["lately"].sentence) == "Not asked: lately was asked in the last 30 days."
    assert action.apply(rows, {}, elif_) == 1
    assert OutboxMessage.objects.get().recipient == "maria@uw.example"


def test_a_thousand_contacts_are_asked_in_few_queries(
    office: Office, partner: Partner, elif_: Any, django_assert_max_num_queries: Any
) -> None:
    rows = [person(partner, elif_, f"c{number}") for number in range(60)]
    with django_assert_max_num_queries(12):
        assert services.ask(rows, on=timezone.localdate(), actor=elif_) == 60
    assert OutboxMessage.objects.count() == 60


def test_people_of_another_office_are_not_found(
    office: Office, other_office: Office, partner: Partner, elif_: Any, omar: Any
) -> None:
    maria = person(partner, elif_, "maria")
    action, _scope = found("ask", "contacts", elif_, office)
    assert list(action.rows(registries.scope_of(omar, other_office.pk), [maria.uid])) == []


def test_nominations_go_to_who_has_that_role_else_to_the_coordinators(
    office: Office, partner: Partner, elif_: Any
) -> None:
    other = partner_of(office.pk, Institution.objects.create(name="Oslo", country="NO"), actor=elif_)
    empty = partner_of(office.pk, Institution.objects.create(name="Zagreb", country="HR"), actor=elif_)
    person(partner, elif_, "coordinator")
    nominations = person(partner, elif_, "nominations", roles=["nominations"])
    person(partner, elif_, "gone", roles=["nominations"], left_on=timezone.localdate())
    oslo = person(other, elif_, "oslo")
    seed_templates(office, actor=elif_)
    version = LetterVersion.objects.get(template__code="contact-nominations")
    action, scope = found("nominations", "partners", elif_, office)
    rows = action.rows(scope, [partner.uid, other.uid, empty.uid])
    assert [[one.pk for one in bulk_actions.for_nominations(row)] for row in rows] == [[oslo.pk], [nominations.pk], []]
    data = {"letter": version, "run": "0123456789ab"}
    verdicts = [action.judge(row, data) for row in rows]
    assert [one.will for one in verdicts] == [True, True, False]
    assert action.apply(rows[:2], data, elif_) == 2
    assert LetterRun.objects.get().total == 2
    assert set(LetterItem.objects.values_list("subject_uid", flat=True)) == {oslo.uid, nominations.uid}
