"""Decisions that meet at the same moment: one of them counts, never on words that nobody saw (I6, F23)."""

import threading
from collections.abc import Callable
from datetime import date
from time import sleep
from typing import Any

import pytest
from django.db import connection

from kervan.agreements import services
from kervan.agreements.models import Agreement, AgreementVersion, PartnerAnswer, VersionState
from kervan.agreements.services import LineValues, VersionValues, versions
from kervan.core.errors import NotPossible
from kervan.core.models import Event
from kervan.institutions.models import Institution

PAUSE_SECONDS = 1


@pytest.fixture
def approved(transactional_db: None, request: pytest.FixtureRequest) -> AgreementVersion:
    if connection.vendor != "postgresql":  # threads share one database in memory on SQLite
        pytest.skip("only on PostgreSQL")
    office, elif_ = request.getfixturevalue("office"), request.getfixturevalue("elif_")
    partner = Institution.objects.create(name="Uniwersytet Warszawski", country="PL")
    agreement = services.create_draft(
        office.pk,
        institution=partner,
        kind="bilateral",
        reference="2024-001",
        values=VersionValues(valid_from=date(2024, 9, 1)),
        lines=[LineValues(direction="outgoing", kind="study", people_per_year=2)],
        actor=elif_,
    )
    return versions.propose(agreement, actor=elif_)


def together(*acts: Callable[[], Any]) -> list[str]:
    """Do all at the same moment; what became of each: "done" or the refusal."""
    barrier, found = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
            found[number] = "done"
        except NotPossible as refusal:
            found[number] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_accepted_while_the_office_takes_it_back(approved: AgreementVersion, elif_: Any) -> None:
    agreement, digest = Agreement.objects.get(), approved.digest
    found = together(
        lambda: versions.answer(approved, is_accepted=True, name="Anna Nowak", digest_seen=digest),
        lambda: versions.take_back(agreement, reason="A wrong number.", actor=elif_),
    )
    approved.refresh_from_db()
    assert found[1] == "done"
    assert approved.state == VersionState.DRAFT
    assert PartnerAnswer.objects.count() == (found[0] == "done")
    assert Event.objects.filter(kind="agreementversion.agree").count() == (found[0] == "done")


def test_a_signature_under_way_does_not_outlive_that_the_version_is_taken_back(
    approved: AgreementVersion, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature has seen the version, then waits; only the lock on the agreement holds the other one back."""
    versions.answer(approved, is_accepted=True, name="Anna Nowak", digest_seen=approved.digest)
    agreement, digest, under_way, check = (
        Agreement.objects.get(),
        approved.digest,
        threading.Event(),
        versions._check_words,
    )

    def slowly(*seen: Any) -> None:
        check(*seen)
        under_way.set()
        sleep(PAUSE_SECONDS)

    def take_back() -> None:
        under_way.wait(timeout=10)
        versions.take_back(agreement, reason="A wrong number.", actor=elif_)

    monkeypatch.setattr(versions, "_check_words", slowly)
    values = {"name": "Rector", "signed_on": date(2024, 3, 1), "digest_seen": digest}
    found = together(lambda: versions.sign(approved, side="ours", actor=elif_, **values), take_back)
    approved.refresh_from_db()
    assert found == ["done", "done"]
    assert approved.state == VersionState.DRAFT
    assert not approved.signatures.exists()


def test_two_answers_at_the_same_moment(approved: AgreementVersion) -> None:
    digest = approved.digest
    found = together(
        lambda: versions.answer(approved, is_accepted=True, name="Anna Nowak", digest_seen=digest),
        lambda: versions.answer(approved, is_accepted=False, name="Jan Lis", reason="No.", digest_seen=digest),
    )
    assert sorted(one == "done" for one in found) == [False, True]
    assert PartnerAnswer.objects.count() == 1


def test_put_in_force_twice_at_the_same_moment(approved: AgreementVersion, elif_: Any) -> None:
    versions.answer(approved, is_accepted=True, name="Anna Nowak", digest_seen=approved.digest)
    for side in ("ours", "partner"):
        values = {"name": "Rector", "signed_on": date(2024, 3, 1), "digest_seen": approved.digest}
        versions.sign(approved, side=side, actor=elif_, **values)
    found = together(*[lambda: versions.put_in_force(approved, actor=elif_)] * 3)
    assert sorted(one == "done" for one in found) == [False, False, True]
    assert Event.objects.filter(kind="agreement.put_in_force").count() == 1
