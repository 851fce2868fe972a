"""What the office does with agreements: drafts, versions, force, termination, use."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist

from kervan.agreements import selectors, services
from kervan.agreements.models import Agreement, AgreementState, Condition, LineUse
from kervan.agreements.rules import quotas
from kervan.agreements.services import LineValues, VersionValues
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Office
from kervan.institutions.models import Institution
from kervan.people.middleware import scope_of

VALID = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 9, 30))
TWO_PLACES = LineValues(direction="outgoing", kind="study", people_per_year=2, months_per_year=Decimal(10))


@pytest.fixture
def warsaw(db: None) -> Institution:
    return Institution.objects.create(
        name="Uniwersytet Warszawski", country="PL", erasmus_code="PL WARSZAW01", pic="999572294"
    )


@pytest.fixture
def draft(office: Office, warsaw: Institution, elif_: Any) -> Agreement:
    return make_draft(office, warsaw, elif_)


def make_draft(office: Office, partner: Institution, actor: Any, reference: str = "2024-001", **more: Any) -> Agreement:
    values = {"kind": "erasmus_iia", "values": VALID, "lines": [TWO_PLACES], **more}
    return services.create_draft(office.pk, institution=partner, reference=reference, actor=actor, **values)


def put_in_force(agreement: Agreement, actor: Any) -> Any:
    return services.record_in_force(agreement, document="2024/17", date=date(2024, 7, 1), actor=actor)


def kinds() -> list[str]:
    return list(Event.objects.exclude(subject_type="partner").order_by("pk").values_list("kind", flat=True))


def line_of(agreement: Agreement) -> Condition:
    return Condition.objects.filter(agreement_version__agreement=agreement).latest("pk")


def test_a_new_agreement_is_a_draft_with_its_lines(draft: Agreement) -> None:
    version = draft.versions.get()
    assert (draft.state, version.number, version.in_force_since) == (AgreementState.DRAFT, 1, None)
    assert version.conditions.get().people_per_year == 2
    assert kinds() == ["agreement.drafted"]


def test_a_reference_is_used_once(draft: Agreement, office: Office, warsaw: Institution, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="2024-001"):
        make_draft(office, warsaw, elif_)


def test_another_office_may_use_the_same_reference(draft: Agreement, other_office: Office, warsaw: Institution) -> None:
    assert make_draft(other_office, warsaw, None).reference == draft.reference


def test_no_agreement_with_ourselves(office: Office, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="own university"):
        make_draft(office, Institution.objects.get(office=office), elif_)


def test_a_document_puts_it_in_force(draft: Agreement, elif_: Any) -> None:
    version = put_in_force(draft, elif_)
    assert (version.document, version.in_force_since) == ("2024/17", date(2024, 7, 1))
    assert Agreement.objects.get().state == AgreementState.IN_FORCE
    assert kinds() == ["agreement.drafted", "agreementversion.record_in_force", "agreement.put_in_force"]


@pytest.mark.parametrize(
    ("document", "day", "words"),
    [("  ", date(2024, 7, 1), "Name the document"), ("2024/17", date(2999, 1, 1), "in the future")],
)
def test_without_proof_nothing_comes_into_force(
    draft: Agreement, elif_: Any, document: str, day: date, words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        services.record_in_force(draft, document=document, date=day, actor=elif_)
    assert Agreement.objects.get().state == AgreementState.DRAFT


def test_an_agreement_without_lines_does_not_come_into_force(office: Office, warsaw: Institution, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="without lines"):
        put_in_force(make_draft(office, warsaw, elif_, lines=[]), elif_)


def test_a_version_in_force_cannot_be_changed(draft: Agreement, elif_: Any) -> None:
    put_in_force(draft, elif_)
    with pytest.raises(NotPossible, match="Make a new version"):
        services.update_draft(draft, 2, values=VALID, lines=[], actor=elif_)
    assert line_of(draft).people_per_year == 2


def test_it_comes_into_force_once(draft: Agreement, elif_: Any) -> None:
    put_in_force(draft, elif_)
    with pytest.raises(NotPossible):
        put_in_force(draft, elif_)
    assert kinds().count("agreement.put_in_force") == 1


def test_a_new_version_keeps_its_lines_and_the_old_one_stays(draft: Agreement, elif_: Any) -> None:
    first = put_in_force(draft, elif_)
    second = services.start_version(draft, actor=elif_)
    assert services.start_version(draft, actor=elif_) == second
    line = first.conditions.get()
    changed = LineValues(direction="outgoing", kind="study", people_per_year=3, line_uid=line.line_uid)
    services.update_draft(draft, draft.version, values=VALID, lines=[changed], actor=elif_)
    put_in_force(draft, elif_)
    assert first.conditions.get().people_per_year == 2
    assert [(one.people_per_year, one.line_uid) for one in second.conditions.all()] == [(3, line.line_uid)]
    assert selectors.shown(selectors.versions_of(draft)) == second


def test_a_line_of_another_agreement_cannot_be_taken_over(
    draft: Agreement, office: Office, warsaw: Institution, elif_: Any
) -> None:
    foreign = LineValues(direction="outgoing", kind="study", people_per_year=1, line_uid=line_of(draft).line_uid)
    other = make_draft(office, warsaw, elif_, reference="2024-002", lines=[foreign])
    assert line_of(other).line_uid != line_of(draft).line_uid


def test_a_stale_save_changes_nothing(draft: Agreement, elif_: Any) -> None:
    services.update_draft(draft, 1, values=VALID, lines=[TWO_PLACES], actor=elif_)
    with pytest.raises(Stale):
        services.update_draft(draft, 1, values=VALID, lines=[], actor=elif_)
    assert draft.versions.get().conditions.count() == 1


def test_a_draft_that_never_was_in_force_may_go(draft: Agreement, elif_: Any) -> None:
    assert services.discard_draft(draft, actor=elif_)
    assert not Agreement.objects.exists()
    assert kinds() == ["agreement.drafted", "agreement.draft_discarded"]


def test_discarding_a_new_version_leaves_the_one_in_force(draft: Agreement, elif_: Any) -> None:
    first = put_in_force(draft, elif_)
    services.start_version(draft, actor=elif_)
    assert not services.discard_draft(draft, actor=elif_)
    assert draft.versions.get() == first


@time_machine.travel("2026-11-25")
def test_a_terminated_agreement_counts_until_its_last_day(draft: Agreement, office: Office, elif_: Any) -> None:
    put_in_force(draft, elif_)
    services.terminate(draft, ends_on=date(2027, 8, 31), reason="by the partner", actor=elif_)
    assert [line.terms for line in selectors.offerable_lines(office, 2026)] == [("autumn", "spring", "year")]
    assert selectors.offerable_lines(office, 2027) == []


def test_a_termination_taken_back_lets_the_agreement_go_on(draft: Agreement, elif_: Any) -> None:
    put_in_force(draft, elif_)
    services.terminate(draft, ends_on=date(2027, 8, 31), reason="Mistaken", actor=elif_)
    services.take_back_end(draft, reason="It was the other university.", actor=elif_)
    row = Agreement.objects.get(pk=draft.pk)
    assert (row.state, row.ends_on, row.ended_by, row.end_reason) == ("in_force", None, "", "")
    event = Event.objects.get(kind="agreement.take_back_end")
    assert (event.values["ends_on"], event.values["reason"]) == ("2027-08-31", "It was the other university.")
    with pytest.raises(NotPossible):
        services.take_back_end(row, reason="Again", actor=elif_)


def test_a_draft_cannot_be_terminated(draft: Agreement, elif_: Any) -> None:
    with pytest.raises(NotPossible):
        services.terminate(draft, ends_on=date(2027, 8, 31), reason="", actor=elif_)
    assert Agreement.objects.get().ends_on is None


def test_only_lines_in_force_with_places_left_are_offered(draft: Agreement, office: Office, elif_: Any) -> None:
    assert selectors.offerable_lines(office, 2026) == []
    put_in_force(draft, elif_)
    assert [line.left.people for line in selectors.offerable_lines(office, 2026, "erasmus_iia")] == [2]
    assert selectors.offerable_lines(office, 2026, "mevlana") == []
    assert selectors.offerable_lines(office, 2029) == []
    use(draft, office, elif_, 2)
    assert selectors.offerable_lines(office, 2026) == []
    assert len(selectors.offerable_lines(office, 2026, source="call-1")) == 1


def use(agreement: Agreement, office: Office, actor: Any, people: int, months: int = 0, source: str = "call-1") -> None:
    uses = {line_of(agreement).line_uid: (people, Decimal(months))}
    services.record_uses(office.pk, 2026, source, uses, actor=actor)


def test_the_same_use_twice_counts_once(draft: Agreement, office: Office, elif_: Any) -> None:
    put_in_force(draft, elif_)
    use(draft, office, elif_, 1, 5)
    use(draft, office, elif_, 1, 5)
    use(draft, office, elif_, 1, 4, source="call-2")
    line = selectors.lines_of(draft.versions.get(), 2026)[0]
    assert (line.used.people, line.used.months, line.left.people, line.left.months) == (2, 9, 0, 1)
    assert kinds().count("agreement.use_recorded") == 2


def test_a_place_given_back_is_free_again(draft: Agreement, office: Office, elif_: Any) -> None:
    put_in_force(draft, elif_)
    use(draft, office, elif_, 2, 10)
    use(draft, office, elif_, 1, 5)
    assert selectors.lines_of(draft.versions.get(), 2026)[0].left.people == 1
    services.record_uses(office.pk, 2026, "call-1", {}, actor=elif_)
    assert not LineUse.objects.exists()


def test_offerable_lines_cost_the_same_for_one_and_for_three(
    draft: Agreement, office: Office, warsaw: Institution, elif_: Any, django_assert_num_queries: Any
) -> None:
    put_in_force(draft, elif_)
    with django_assert_num_queries(2):
        selectors.offerable_lines(office, 2026)
    for number in (2, 3):
        put_in_force(make_draft(office, warsaw, elif_, reference=f"2024-00{number}"), elif_)
    with django_assert_num_queries(2):
        assert len(selectors.offerable_lines(office, 2026)) == 3


def test_a_coordinator_reads_agreements_of_the_own_units(
    office: Office, warsaw: Institution, elif_: Any, mert: Any, nadia: Any, units: SimpleNamespace
) -> None:
    for number, unit in enumerate((units.engineering, units.civil, units.education, None)):
        line = LineValues(direction="outgoing", kind="study", people_per_year=1, unit=unit)
        make_draft(office, warsaw, elif_, reference=f"2024-{number}", lines=[line])
    seen = Agreement.objects.visible_to(scope_of(mert, office.pk)).values_list("reference", flat=True)
    assert sorted(seen) == ["2024-0", "2024-1", "2024-3"]
    assert not Agreement.objects.visible_to(scope_of(nadia, office.pk)).exists()


def test_another_office_sees_nothing(draft: Agreement, omar: Any, other_office: Office) -> None:
    with pytest.raises(ObjectDoesNotExist):
        Agreement.objects.visible_to(scope_of(omar, other_office.pk)).get(uid=draft.uid)


@time_machine.travel("2026-11-25")
@pytest.mark.parametrize(
    ("until", "is_in_force", "code"),
    [
        (date(2029, 9, 30), False, "draft"),
        (date(2029, 9, 30), True, "in_force"),
        (date(2027, 1, 31), True, "ending"),
        (date(2026, 9, 30), True, "expired"),
        (None, True, "in_force"),
    ],
)
def test_the_list_finds_what_the_page_says(
    office: Office, warsaw: Institution, elif_: Any, until: date | None, is_in_force: bool, code: str
) -> None:
    values = VersionValues(valid_from=date(2024, 9, 1), valid_until=until)
    agreement = make_draft(office, warsaw, elif_, values=values)
    if is_in_force:
        put_in_force(agreement, elif_)
    today, rows = date(2026, 11, 25), selectors.with_figures(Agreement.objects.all(), 2026)
    found = [one for one in quotas.STANDINGS if selectors.in_standing(rows, one, today).exists()]
    row = rows.get()
    assert (found, selectors.standing(row, row.versions.get(), today)) == ([code], code)
    assert (row.lines, row.places, row.used, row.until) == (1, 2, 0, until)
