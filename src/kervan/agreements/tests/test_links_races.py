"""Partner and office at the same moment (F23, F25): one of them comes first, and nothing is half done."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from kervan.agreements.models import AgreementVersion, Comment, LinkUse, PartnerAnswer
from kervan.agreements.services import links_acts, links_codes, versions
from kervan.agreements.tests.partner_cast import VISIT, Warsaw, code_in_mail, make_approved, make_warsaw
from kervan.conftest import account
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution

ROUNDS = 8


@pytest.fixture
def warsaw(transactional_db: None) -> Warsaw:
    if connection.vendor != "postgresql":  # threads share one database in memory on SQLite
        pytest.skip("only on PostgreSQL")
    office = Office.objects.create(slug="bayburt", hosts=["testserver"], name_en="Bayburt", name_tr="Bayburt")
    Institution.objects.create(office=office, name="Bayburt Üniversitesi", country="TR")
    return make_warsaw(office, account(office, "Elif", "Kaya", (Role.STAFF, None), address="elif"))


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do everything at the same moment; what each answered: "True", "False" or the refusal."""
    answers, gate = [""] * len(acts), threading.Barrier(len(acts))

    def run(number: int) -> None:
        gate.wait()
        try:
            answers[number] = str(acts[number]())
        except NotPossible as refusal:
            answers[number] = f"refused: {refusal}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def accept(warsaw: Warsaw, version: AgreementVersion, key: str = "k") -> bool:
    return links_acts.answer(
        warsaw.link,
        AgreementVersion.objects.select_related("agreement").get(pk=version.pk),
        is_accepted=True,
        name="Maria Kowalska",
        digest_seen=version.digest,
        key=key,
        visit=VISIT,
    )


def test_accepting_while_the_office_takes_the_version_back(warsaw: Warsaw) -> None:
    actor = warsaw.link.made_by
    for number in range(ROUNDS):
        agreement = make_approved(warsaw.partner.office, warsaw.partner, actor, f"round {number}")
        version = agreement.versions.get()
        take_back = partial(versions.take_back, agreement, reason="A mistake.", actor=actor)
        said, taken = at_once(partial(accept, warsaw, version), take_back)
        version.refresh_from_db()
        answers = PartnerAnswer.objects.filter(agreement_version=version)
        assert (version.state, taken) == ("draft", str(version))
        assert answers.count() == (said == "True")
        assert LinkUse.objects.filter(detail=f"round {number} v1").count() == (said == "True")
        assert Event.objects.about(version).filter(kind="agreementversion.agree").count() == (said == "True")
        assert all(one.digest == version.digest for one in answers)


def test_two_clicks_at_once_are_one_answer_and_one_comment(warsaw: Warsaw) -> None:
    assert sorted(at_once(*[lambda: accept(warsaw, warsaw.version)] * 3)) == ["False", "False", "True"]
    assert PartnerAnswer.objects.count() == 1

    def comment() -> bool:
        return links_acts.comment(warsaw.link, warsaw.version, name="M", text="When?", key="k", visit=VISIT)

    assert sorted(at_once(comment, comment, comment)) == ["False", "False", "True"]
    assert Comment.objects.count() == 1


def test_two_tabs_with_other_forms_give_one_answer(warsaw: Warsaw) -> None:
    answers = at_once(*[partial(accept, warsaw, warsaw.version, key) for key in ("a", "b")])
    assert sorted(one[:7] for one in answers) == ["True", "refused"]
    assert PartnerAnswer.objects.count() == 1


def test_guesses_at_once_are_all_counted(warsaw: Warsaw) -> None:
    code = links_codes.send_code(warsaw.link, VISIT)
    wrong = f"{(int(code_in_mail()) + 1) % 1_000_000:06d}"
    at_once(*[lambda: links_codes.confirm(warsaw.link, wrong, VISIT)] * 5)
    code.refresh_from_db()
    assert code.attempts == 5
    with pytest.raises(NotPossible, match="five times"):
        links_codes.confirm(warsaw.link, code_in_mail(), VISIT)
