"""A version on its way: who decides, who answers, who signs, and that nobody decides on words he did not see."""

from datetime import date
from typing import Any

import pytest

from kervan.agreements import selectors, services
from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, ApprovalBody, VersionState
from kervan.agreements.services import LineValues, VersionValues, versions
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.institutions.models import Institution
from kervan.institutions.services import merging

VALID = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 9, 30))
DAY = date(2024, 3, 5)


@pytest.fixture
def draft(office: Office, elif_: Any) -> Agreement:
    warsaw = Institution.objects.create(name="Uniwersytet Warszawski", country="PL", erasmus_code="PL WARSZAW01")
    return make_draft(office, warsaw, elif_)


def make_draft(office: Office, partner: Institution, actor: Any, kind: str = "erasmus_iia", **more: Any) -> Agreement:
    lines = more.pop("lines", [LineValues(direction="outgoing", kind="study", people_per_year=2, fields=["0613"])])
    values = more.pop("values", VALID)
    return services.create_draft(
        office.pk, institution=partner, kind=kind, reference="2024-001", values=values, lines=lines, actor=actor, **more
    )


@pytest.fixture
def bodies(office: Office) -> list[ApprovalBody]:
    """A faculty board for all kinds, the senate for memoranda only, the rectorate last."""
    rows = [("Rectorate", 9, []), ("Faculty board", 2, []), ("Senate", 5, ["mou"])]
    return [
        ApprovalBody.objects.create(office=office, name_en=name, name_tr=name, position=position, kinds=kinds)
        for name, position, kinds in rows
    ]


@pytest.fixture
def proposed(draft: Agreement, bodies: Any, elif_: Any) -> AgreementVersion:
    return versions.propose(draft, actor=elif_)


def decide(version: AgreementVersion, actor: Any, *, ok: bool = True, **more: Any) -> AgreementVersion:
    turn = selectors.next_approval(selectors.current(selectors.approvals_of(version), version))
    assert turn is not None
    values = {"decided_on": DAY, "decision_number": "12/3", "digest_seen": version.digest, "reason": "", **more}
    return versions.decide(turn, is_approved=ok, actor=actor, **values)


@pytest.fixture
def approved(proposed: AgreementVersion, elif_: Any) -> AgreementVersion:
    for _body in range(2):
        decide(proposed, elif_)
    proposed.refresh_from_db()
    return proposed


@pytest.fixture
def agreed(approved: AgreementVersion, elif_: Any) -> AgreementVersion:
    answer(approved, elif_)
    approved.refresh_from_db()
    return approved


def answer(version: AgreementVersion, actor: Any, *, ok: bool = True, **more: Any) -> Any:
    values = {"name": "Anna Nowak", "digest_seen": version.digest, **more}
    return versions.answer(version, is_accepted=ok, actor=actor, **values)


def sign_both(version: AgreementVersion, actor: Any) -> None:
    for side, day in (("ours", date(2024, 4, 2)), ("partner", date(2024, 4, 9))):
        versions.sign(version, side=side, name="Rector", signed_on=day, digest_seen=version.digest, actor=actor)


def names(version: AgreementVersion) -> list[tuple[int, str, str]]:
    return [(one.round, one.name_en, one.state) for one in selectors.approvals_of(version)]


def state_of(version: AgreementVersion) -> str:
    version.refresh_from_db()
    return version.state


def test_the_bodies_of_its_kind_are_asked_in_their_order(proposed: AgreementVersion) -> None:
    assert names(proposed) == [(1, "Faculty board", "waiting"), (1, "Rectorate", "waiting")]
    assert (proposed.state, proposed.round, len(proposed.digest)) == (VersionState.PROPOSED, 1, 64)


def test_nobody_to_ask_means_approved_at_once(draft: Agreement, elif_: Any) -> None:
    assert state_of(versions.propose(draft, actor=elif_)) == VersionState.APPROVED


def test_proposed_words_stay_as_they_are(draft: Agreement, proposed: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="words stay as they are"):
        services.update_draft(draft, 1, values=VALID, lines=[], actor=elif_)
    with pytest.raises(NotPossible, match="words stay as they are"):
        services.discard_draft(draft, actor=elif_)
    with pytest.raises(NotPossible, match="words stay as they are"):
        services.record_in_force(draft, document="x", date=DAY, actor=elif_)


def test_an_empty_agreement_is_not_proposed(office: Office, elif_: Any) -> None:
    partner = Institution.objects.create(name="KTH", country="SE")
    with pytest.raises(NotPossible, match="without lines"):
        versions.propose(make_draft(office, partner, elif_, lines=[]), actor=elif_)


def test_a_memorandum_needs_words_instead_of_lines(office: Office, elif_: Any) -> None:
    partner = Institution.objects.create(name="KTH", country="SE")
    agreement = make_draft(office, partner, elif_, kind="mou", lines=[])
    with pytest.raises(NotPossible, match="says nothing yet"):
        versions.propose(agreement, actor=elif_)
    words = VersionValues(valid_from=VALID.valid_from, body_en="We want to work together.")
    services.update_draft(agreement, 1, values=words, lines=[], actor=elif_)
    assert versions.propose(agreement, actor=elif_).state == VersionState.APPROVED


def test_the_last_approval_makes_it_ours(proposed: AgreementVersion, elif_: Any) -> None:
    decide(proposed, elif_)
    assert state_of(proposed) == VersionState.PROPOSED
    decide(proposed, elif_)
    assert state_of(proposed) == VersionState.APPROVED


def test_each_body_decides_after_the_other(proposed: AgreementVersion, elif_: Any) -> None:
    last = selectors.approvals_of(proposed)[-1]
    with pytest.raises(NotPossible, match="turn of another body: Faculty board"):
        versions.decide(
            last, is_approved=True, decided_on=DAY, decision_number="1", digest_seen=proposed.digest, actor=elif_
        )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"decided_on": date(2999, 1, 1)}, "lies in the future"),
        ({"decision_number": " "}, "number of the decision"),
        ({"ok": False}, "reason of the refusal"),
        ({"digest_seen": "0" * 64}, "words of this version changed"),
        ({"digest_seen": ""}, "words of this version changed"),
    ],
)
def test_a_decision_that_does_not_hold_is_refused(
    proposed: AgreementVersion, elif_: Any, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        decide(proposed, elif_, **values)
    assert names(proposed)[0][2] == "waiting"


def test_words_changed_behind_its_back_are_noticed(proposed: AgreementVersion, elif_: Any) -> None:
    proposed.conditions.update(people_per_year=20)
    with pytest.raises(NotPossible, match="words of this version changed"):
        decide(proposed, elif_)


def test_a_refusal_ends_the_round(proposed: AgreementVersion, elif_: Any) -> None:
    decide(proposed, elif_, ok=False, reason="Too many places.")
    assert state_of(proposed) == VersionState.REFUSED
    assert [one[2] for one in names(proposed)] == ["refused", "dropped"]


def test_taken_back_and_proposed_again_all_decide_anew_and_the_former_stays(
    draft: Agreement, proposed: AgreementVersion, elif_: Any
) -> None:
    decide(proposed, elif_)
    before = proposed.digest
    versions.take_back(draft, reason="A wrong number.", actor=elif_)
    line = LineValues(direction="outgoing", kind="study", people_per_year=3)
    draft.refresh_from_db()
    services.update_draft(draft, draft.version, values=VALID, lines=[line], actor=elif_)
    again = versions.propose(draft, actor=elif_)
    assert again.digest != before
    assert names(again) == [
        (2, "Faculty board", "waiting"),
        (2, "Rectorate", "waiting"),
        (1, "Faculty board", "approved"),
        (1, "Rectorate", "dropped"),
    ]
    with pytest.raises(NotPossible, match="words of this version changed"):
        decide(again, elif_, digest_seen=before)


def test_taking_back_needs_a_reason(draft: Agreement, proposed: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        versions.take_back(draft, reason=" ", actor=elif_)


def test_what_somebody_decided_on_is_not_discarded(draft: Agreement, proposed: AgreementVersion, elif_: Any) -> None:
    decide(proposed, elif_)
    versions.take_back(draft, reason="A wrong number.", actor=elif_)
    with pytest.raises(NotPossible, match="so it stays"):
        services.discard_draft(draft, actor=elif_)


def test_the_partner_answers_what_we_approved(approved: AgreementVersion, elif_: Any) -> None:
    row = answer(approved, elif_)
    assert (state_of(approved), row.digest) == (VersionState.AGREED, approved.digest)


def test_the_partner_is_not_asked_before_our_bodies(proposed: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="does not wait for the partner’s answer"):
        answer(proposed, elif_)


def test_the_partner_refuses_with_a_reason(approved: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="should be different"):
        answer(approved, elif_, ok=False)
    answer(approved, elif_, ok=False, reason="Three people, please.")
    assert state_of(approved) == VersionState.REFUSED


def test_an_answer_to_other_words_is_refused(approved: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="words of this version changed"):
        answer(approved, elif_, digest_seen="0" * 64)


def test_it_comes_into_force_with_the_last_signature(agreed: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="Our signature is missing"):
        versions.put_in_force(agreed, actor=elif_)
    sign_both(agreed, elif_)
    versions.put_in_force(agreed, document_number="E-42", actor=elif_)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.in_force_since, agreed.document_number) == ("in_force", date(2024, 4, 9), "E-42")
    assert Agreement.objects.get().state == AgreementState.IN_FORCE


def test_nobody_signs_before_both_agree(approved: AgreementVersion, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="after both sides have agreed"):
        versions.sign(approved, side="ours", name="Rector", signed_on=DAY, digest_seen=approved.digest, actor=elif_)


def test_nobody_signs_other_words_than_those_that_were_shown(
    draft: Agreement, agreed: AgreementVersion, elif_: Any
) -> None:
    seen = agreed.digest
    versions.take_back(draft, reason="Nine places.", actor=elif_)
    draft.refresh_from_db()
    nine = [LineValues(direction="outgoing", kind="study", people_per_year=9)]
    services.update_draft(draft, draft.version, values=VALID, lines=nine, actor=elif_)
    version = versions.propose(draft, actor=elif_)
    for _body in range(2):
        decide(version, elif_)
    answer(version, elif_)
    with pytest.raises(NotPossible, match="changed since you opened"):
        versions.sign(version, side="ours", name="Rector", signed_on=DAY, digest_seen=seen, actor=elif_)
    assert not version.signatures.exists()


def test_a_refused_version_does_not_come_into_force_as_one_signed_on_paper(
    draft: Agreement, proposed: AgreementVersion, elif_: Any
) -> None:
    decide(proposed, elif_, ok=False, reason="Too many places.")
    versions.take_back(draft, reason="Fewer places.", actor=elif_)
    with pytest.raises(NotPossible, match="Somebody decided on this version already"):
        services.record_in_force(draft, document="Protocol 3", date=DAY, actor=elif_)
    draft.refresh_from_db()
    assert draft.state == AgreementState.DRAFT


def test_a_draft_thrown_away_leaves_the_refused_version_before_it(
    draft: Agreement, proposed: AgreementVersion, elif_: Any
) -> None:
    decide(proposed, elif_, ok=False, reason="Too many places.")
    services.start_version(draft, reason="Fewer places.", actor=elif_)
    assert not services.discard_draft(draft, actor=elif_)
    assert [one.reason for one in proposed.approvals.filter(state="refused")] == ["Too many places."]


def test_a_partner_joined_with_its_double_still_has_what_was_agreed(agreed: AgreementVersion, elif_: Any) -> None:
    sign_both(agreed, elif_)
    double = Institution.objects.create(name="University of Warsaw", country="PL")
    merging.merge(double, agreed.agreement.institution, values={}, actor=elif_)
    versions.put_in_force(AgreementVersion.objects.get(), actor=elif_)
    assert AgreementVersion.objects.get().state == VersionState.IN_FORCE


def test_a_signature_is_corrected_not_doubled(agreed: AgreementVersion, elif_: Any) -> None:
    sign_both(agreed, elif_)
    versions.sign(agreed, side="ours", name="Prof. Rector", signed_on=DAY, digest_seen=agreed.digest, actor=elif_)
    assert [one.name for one in agreed.signatures.order_by("side")] == ["Prof. Rector", "Rector"]


def test_taken_back_after_signatures_they_no_longer_count(
    draft: Agreement, agreed: AgreementVersion, elif_: Any
) -> None:
    sign_both(agreed, elif_)
    versions.take_back(draft, reason="The rector’s name is wrong.", actor=elif_)
    assert not agreed.signatures.exists()
    assert len(Event.objects.get(kind="agreementversion.take_back").values["signatures"]) == 2


def test_the_next_version_replaces_the_one_in_force(draft: Agreement, agreed: AgreementVersion, elif_: Any) -> None:
    sign_both(agreed, elif_)
    versions.put_in_force(agreed, actor=elif_)
    draft.refresh_from_db()
    validity = {"valid_from": date(2029, 10, 1), "valid_until": date(2034, 9, 30)}
    second = services.start_version(draft, reason="Five more years", actor=elif_, **validity)
    assert (second.valid_from, second.change_reason) == (date(2029, 10, 1), "Five more years")
    assert second.conditions.get().line_uid == agreed.conditions.get().line_uid
    services.record_in_force(draft, document="Paper", date=DAY, actor=elif_)
    assert [state_of(agreed), state_of(second)] == [VersionState.SUPERSEDED, VersionState.IN_FORCE]


def test_a_refused_renewal_stays_and_a_new_one_begins(draft: Agreement, elif_: Any) -> None:
    services.record_in_force(draft, document="Paper", date=DAY, actor=elif_)
    draft.refresh_from_db()
    second = services.start_version(draft, actor=elif_)
    versions.propose(draft, actor=elif_)
    second.refresh_from_db()
    answer(second, elif_, ok=False, reason="Not now.")
    assert selectors.open_version(draft) is None
    assert services.start_version(draft, actor=elif_).number == 3


def test_agreements_of_another_university_never_come_into_force(office: Office, elif_: Any) -> None:
    partner = Institution.objects.create(name="KTH", country="SE")
    agreement = make_draft(office, partner, elif_, sample_of="Some University")
    with pytest.raises(NotPossible, match="Some University"):
        services.record_in_force(agreement, document="x", date=DAY, actor=elif_)
    with pytest.raises(NotPossible, match="Some University"):
        versions.propose(agreement, actor=elif_)


def test_comments_of_both_sides_stand_in_order(approved: AgreementVersion, elif_: Any) -> None:
    versions.comment(approved, side="ours", name="Elif Kaya", text="Please look at line 1.", user=elif_)
    versions.comment(approved, side="partner", name="Anna Nowak", text="It is fine.")
    assert [one.side for one in selectors.comments_of(approved)] == ["ours", "partner"]
    with pytest.raises(NotPossible, match="Write the comment"):
        versions.comment(approved, side="ours", name="Elif Kaya", text=" ")


def test_every_move_is_one_event(draft: Agreement, agreed: AgreementVersion, elif_: Any) -> None:
    sign_both(agreed, elif_)
    versions.put_in_force(agreed, actor=elif_)
    assert list(Event.objects.exclude(kind="partner.made").order_by("pk").values_list("kind", flat=True)) == [
        "agreement.drafted",
        "agreementversion.propose",
        "approval.approve",
        "approval.approve",
        "agreementversion.approve",
        "agreementversion.agree",
        "agreementversion.signed",
        "agreementversion.signed",
        "agreementversion.put_in_force",
        "agreement.put_in_force",
        "partner.changed",
    ]
    assert selectors.events_of(draft).count() == 9


def test_the_partner_sees_nothing_that_our_bodies_still_decide_on(
    draft: Agreement, proposed: AgreementVersion, elif_: Any
) -> None:
    rows = Agreement.objects.all()
    assert not selectors.versions_for_partner(rows)
    decide(proposed, elif_, ok=False, reason="No.")
    assert not selectors.versions_for_partner(rows)


def test_fields_are_found_by_their_beginning(draft: Agreement) -> None:
    assert draft.versions.get().conditions.get().fields_key == " 0613 "
