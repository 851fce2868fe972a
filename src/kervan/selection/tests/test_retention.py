"""Applications at the end of their time: drafts go, papers of the unsuccessful go, an erased person leaves no trace."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kervan.core import history, storage
from kervan.core.models import Event, Office, PackVersion, StoredFile
from kervan.people import retention as policy
from kervan.selection import retention
from kervan.selection.models import Application, ApplicationDocument, Call, ImportBatch, PlacementRun, RunKey
from kervan.selection.states import ApplicationState as S

YEAR = timedelta(days=366)


@pytest.fixture
def pack(db: None) -> PackVersion:
    return PackVersion.objects.create(name="p", number="1", title_en="P", title_tr="P", programme="p", canonical="{}")


def call_of(office: Office, pack: PackVersion, closes_on: date) -> Call:
    return Call.objects.create(
        office=office, title_en="C", title_tr="İ", pack_version=pack, academic_year=closes_on.year, seed="s",
        opens_on=closes_on - timedelta(days=20), closes_on=closes_on,
    )  # fmt: skip


def apply(user: Any, call: Call, state: str, **values: Any) -> Application:
    return Application.objects.create(office=call.office, call=call, person=user.person, state=state, **values)


def attach(application: Application) -> StoredFile:
    stored = storage.store(
        application.office_id, "proof.pdf", b"%PDF-1.7", content_type="application/pdf", actor=application.person.user
    )
    ApplicationDocument.objects.create(
        office=application.office, application=application, code="proof", stored_file=stored
    )
    return stored


def test_a_draft_of_a_call_long_closed_is_deleted(ayse: Any, can: Any, office: Office, pack: PackVersion) -> None:
    today = timezone.localdate()
    old, new = call_of(office, pack, today - 2 * YEAR), call_of(office, pack, today)
    draft = apply(ayse, old, S.DRAFT)
    attach(draft)
    history.record(draft, "application.upload", actor=ayse, name="ayse-celik-transcript.pdf")
    apply(ayse, new, S.DRAFT)
    apply(can, old, S.SUBMITTED)
    assert retention.tidy(office.pk, today) == 1
    assert sorted(Application.objects.values_list("call", "state")) == sorted(
        [(new.pk, "draft"), (old.pk, "submitted")]
    )
    assert not StoredFile.objects.exists()
    assert list(Event.objects.order_by("pk").values_list("kind", "values")) == [
        ("application.upload", None),
        ("application.draft_deleted", {}),
    ]


def test_words_and_papers_of_an_application_without_a_place_go_first(
    ayse: Any, can: Any, office: Office, pack: PackVersion
) -> None:
    today = timezone.localdate()
    call = call_of(office, pack, today - 3 * YEAR)
    for user, state in ((ayse, S.NOT_PLACED), (can, S.PLACED)):
        attach(apply(user, call, state, statement="Why I want to go"))
    assert retention.tidy(office.pk, today) == 1
    assert dict(Application.objects.values_list("state", "statement")) == {
        "not_placed": "",
        "placed": "Why I want to go",
    }
    assert StoredFile.objects.count() == 1
    assert retention.tidy(office.pk, today) == 0


def test_an_imported_list_is_deleted_after_a_year(office: Office, elif_: Any, pack: PackVersion) -> None:
    today = timezone.localdate()
    stored = storage.store(office.pk, "portal.csv", b"a,b", content_type="text/csv", actor=elif_)
    batch = ImportBatch.objects.create(office=office, call=call_of(office, pack, today), stored_file=stored)
    ImportBatch.objects.filter(pk=batch.pk).update(made_at=timezone.now() - 2 * YEAR)
    history.record(batch, "importbatch.apply", actor=elif_, differences=[{"name": "Zeynep Şimşek", "number": "1"}])
    assert retention.tidy(office.pk, today) == 1
    assert Event.objects.get(kind="importbatch.apply").values is None
    assert Event.objects.get(kind="importbatch.deleted").values == {}
    assert not ImportBatch.objects.exists() and not StoredFile.objects.exists()


def test_an_erased_person_leaves_the_result_and_no_trace(
    ayse: Any, can: Any, office: Office, pack: PackVersion
) -> None:
    today = timezone.localdate()
    call = call_of(office, pack, today - 7 * YEAR)
    mine = apply(ayse, call, S.PLACED, portal_number="4711", sort_key="0102")
    apply(can, call_of(office, pack, today - 2 * YEAR), S.PLACED)
    run = PlacementRun.objects.create(office=office, call=call, number=1)
    RunKey.objects.create(office=office, run=run, application=mine, key="a1")
    history.record(mine, "application.submit", actor=ayse, statement="Why")
    assert policy.erase_due(office.pk, today) == 1
    mine.refresh_from_db()
    assert (mine.state, mine.portal_number, mine.sort_key, mine.person.full_name) == ("placed", "", "", "")
    assert not RunKey.objects.exists()
    assert Event.objects.get(kind="application.submit").values is None
