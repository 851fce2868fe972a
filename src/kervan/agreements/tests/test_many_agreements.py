"""What is done with many agreements: renewals begun together, letters to their partners."""

from datetime import date
from typing import Any

import pytest

from kervan.agreements import bulk, letters, services
from kervan.agreements.models import Agreement
from kervan.agreements.services import LineValues, VersionValues
from kervan.core.models import Office
from kervan.institutions.models import Contact, Institution, Partner
from kervan.people.middleware import scope_of

UNTIL = date(2034, 8, 31)


def make(office: Office, actor: Any, reference: str, until: date, *, in_force: bool = True) -> Agreement:
    partner = Institution.objects.create(name=f"University {reference}", country="PL", erasmus_code=f"PL {reference}")
    values = VersionValues(valid_from=date(2024, 9, 1), valid_until=until)
    lines = [LineValues(direction="outgoing", kind="study", people_per_year=2)]
    agreement = services.create_draft(
        office.pk,
        institution=partner,
        kind="bilateral",
        reference=reference,
        values=values,
        lines=lines,
        actor=actor,
    )
    if in_force:
        services.record_in_force(agreement, document="Paper", date=date(2024, 7, 1), actor=actor)
    return agreement


@pytest.fixture
def three(office: Office, elif_: Any) -> list[Agreement]:
    return [
        make(office, elif_, "A1", date(2027, 8, 31)),
        make(office, elif_, "B1", date(2040, 8, 31)),
        make(office, elif_, "C1", date(2027, 8, 31), in_force=False),
    ]


def test_renewals_begin_only_where_it_makes_sense(three: list[Agreement], office: Office, elif_: Any) -> None:
    scope, data = scope_of(elif_, office.pk), {"valid_until": UNTIL, "reason": "Five more years"}
    rows = {one.reference: one for one in bulk.rows(scope, [one.uid for one in three])}
    verdicts = {name: bulk.judge(row, data) for name, row in rows.items()}
    assert {name: one.will for name, one in verdicts.items()} == {"A1": True, "B1": False, "C1": False}
    assert "valid until 31 August 2034" in str(verdicts["A1"].sentence)
    assert bulk.apply([rows["A1"]], data, elif_) == 1
    newest = three[0].versions.get(number=2)
    assert (newest.valid_until, newest.change_reason) == (UNTIL, "Five more years")
    again = bulk.rows(scope, [three[0].uid])
    assert not bulk.judge(again[0], data).will


def test_rows_cost_the_same_for_one_and_for_three(
    three: list[Agreement], office: Office, elif_: Any, django_assert_num_queries: Any
) -> None:
    scope = scope_of(elif_, office.pk)
    for uids in ([three[0].uid], [one.uid for one in three]):
        with django_assert_num_queries(2):
            bulk.rows(scope, uids)
        with django_assert_num_queries(3):
            letters.readers_of(scope, uids)


def test_a_letter_goes_to_whoever_fits_best(three: list[Agreement], office: Office, elif_: Any) -> None:
    partner = Partner.objects.get(institution=three[0].institution)
    for name, roles, left in (
        ("Incoming", ["incoming"], None),
        ("Gone", ["agreements"], date(2025, 1, 1)),
        ("Right", ["agreements"], None),
    ):
        Contact.objects.create(
            office=office,
            partner=partner,
            family_name=name,
            roles=roles,
            left_on=left,
            email=f"{name}@a.example",
            language="tr",
        )
    scope = scope_of(elif_, office.pk)
    readers = {one.uid: one for one in letters.readers_of(scope, [one.uid for one in three])}
    first = readers[three[0].uid]
    assert (first.name, first.email, first.language) == ("Right", "Right@a.example", "tr")
    assert first.values("en") == {
        "partner": "University A1",
        "country": "Poland",
        "erasmus_code": "PL A1",
        "contact": "Right",
        "reference": "A1",
        "kind": "Bilateral agreement",
        "valid_from": "1 September 2024",
        "valid_until": "31 August 2027",
    }
    assert readers[three[1].uid].email == ""
