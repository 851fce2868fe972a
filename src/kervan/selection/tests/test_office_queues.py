"""What waits on the start page, what the search finds, bulk acceptance, downloads, the language of letters."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from kervan.core import storage
from kervan.core.models import Office, OutboxMessage
from kervan.core.scope import Role
from kervan.people.middleware import scope_of
from kervan.people.models import Person, RoleAssignment
from kervan.selection import diagrams, jobs, queues
from kervan.selection.models import Application, ApplicationDocument, Call, CheckState, Door, PointClaim
from kervan.selection.services import checking, placement, publishing, scoring
from kervan.selection.states import CALL_MOVES
from kervan.selection.tests import casting


@pytest.fixture
def call(office: Any, units: SimpleNamespace) -> Call:
    return casting.closed_call(office, units.civil)


def titles(user: Any, call: Call) -> list[tuple[str, int | None]]:
    return [(str(item.title), item.count) for item in queues.queue(scope_of(user, call.office_id))]


def test_queue_follows_the_life_of_a_call(call: Call, units: SimpleNamespace, elif_: Any, leyla: Any) -> None:
    casting.handed_in(call, units.civil, "Deniz", "3.90", None, ("wien",))
    assert titles(elif_, call) == [("Files to check", 7), ("Exam results missing", 1), ("Call to score", None)]
    scoring.score_call(call, actor=elif_)
    assert titles(elif_, call) == [("Files to check", 7), ("Places to give", None)]
    run = placement.start_run(call, actor=elif_)
    jobs.compute_run(run.uid)
    placement.adopt(run, actor=elif_)
    assert titles(elif_, call) == [("Files to check", 7)]
    assert titles(leyla, call) == [("Files to check", 7), ("Results to publish", None)]
    publishing.publish(run, actor=leyla)
    assert titles(leyla, call) == []


def test_queue_is_empty_for_those_who_do_not_prepare_calls(call: Call, mert: Any, ayse: Any, nadia: Any) -> None:
    assert [titles(user, call) for user in (mert, ayse, nadia)] == [[], [], []]


def test_search_finds_people_of_ones_own_units_only(
    call: Call, units: SimpleNamespace, mert: Any, elif_: Any, ayse: Any
) -> None:
    casting.handed_in(call, units.teaching, "Çağla", "3.00", 80, ("wien",))

    def found(user: Any) -> list[str]:
        return [hit.title for hit in queues.search(scope_of(user, call.office_id), "cagla")]

    assert (found(elif_), found(mert), found(ayse)) == (["Çağla Deneme"], [], [])


def test_chosen_files_are_accepted_and_the_others_named(call: Call, signed_in: Any, elif_: Any) -> None:
    rows = list(Application.objects.filter(call=call).order_by("pk")[:2])
    Application.objects.filter(pk=rows[1].pk).update(door=Door.KERVAN)
    address = reverse("selection:office_accept_many", args=[call.uid])
    answer = signed_in(elif_).post(address, _chosen(rows), follow=True).content.decode()
    assert "1 file accepted." in answer and "Still missing or returned" in answer
    assert Application.objects.filter(state="checked").count() == 1


def _chosen(rows: list[Application]) -> dict[str, Any]:
    return {"uid": [row.uid for row in rows], **{f"version-{row.uid}": row.version for row in rows}}


def test_chosen_files_that_changed_meanwhile_are_named(call: Call, signed_in: Any, elif_: Any) -> None:
    rows = list(Application.objects.filter(call=call).order_by("pk")[:2])
    sent, client = _chosen(rows), signed_in(elif_)
    address = reverse("selection:office_applications", args=[call.uid])
    assert f'name="version-{rows[0].uid}" value="{rows[0].version}"' in client.get(address).content.decode()
    checking.note_item(rows[0], "missed_meeting", 1, actor=elif_)
    address = reverse("selection:office_accept_many", args=[call.uid])
    answer = client.post(address, sent, follow=True).content.decode()
    assert "1 file accepted." in answer and "changed since you opened it" in answer


def test_special_points_wait_for_those_who_may_read_them(
    call: Call, signed_in: Any, elif_: Any, leyla: Any, office: Office
) -> None:
    RoleAssignment.objects.create(office=office, person=leyla.person, role=Role.SPECIAL_READER)
    claim = casting.special_claim(casting.application_of(call, "Zeynep"))
    PointClaim.objects.filter(pk=claim.pk).update(state=CheckState.WAITING)
    assert ("Special points to decide", 1) in titles(leyla, call)
    assert "Special points to decide" not in dict(titles(elif_, call))
    address = reverse("selection:office_applications", args=[call.uid])
    page = signed_in(leyla).get(address, {"points": "special"}).content.decode()
    assert "Zeynep" in page and "Burak" not in page
    assert "Special points" not in signed_in(elif_).get(address).content.decode()


def test_document_comes_as_attachment_that_nobody_keeps(
    call: Call, signed_in: Any, elif_: Any, can: Any, mert: Any
) -> None:
    zeynep = casting.application_of(call, "Zeynep")
    content = b"%PDF-1.7 transcript"
    stored = storage.store(call.office_id, "döküm.pdf", content, content_type="application/pdf", actor=elif_)
    row = ApplicationDocument.objects.create(
        office_id=call.office_id, application=zeynep, code="transcript", stored_file=stored
    )
    address = reverse("selection:office_document", args=[zeynep.uid, row.uid])
    answer = signed_in(mert).get(address)
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"] == "private, no-store"
    assert signed_in(can).get(address).status_code == 404


def test_letters_speak_the_language_of_their_reader(call: Call, elif_: Any, leyla: Any) -> None:
    Person.objects.filter(given_name="Zeynep").update(language="en")
    scoring.score_call(call, actor=elif_)
    run = placement.start_run(call, actor=elif_)
    jobs.compute_run(run.uid)
    placement.adopt(run, actor=elif_)
    publishing.publish(run, actor=leyla)
    mails = {one.recipient.split("@")[0]: one for one in OutboxMessage.objects.all()}
    assert mails["Zeynep"].language == "en" and "Placed on your 1st choice." in mails["Zeynep"].body
    assert "Universität Wien, Autumn term" in mails["Zeynep"].body
    assert mails["Burak"].language == "tr" and call.title_tr in mails["Burak"].subject


def test_picture_of_a_call_holds_every_move_once() -> None:
    with translation.override("en"):
        picture = diagrams.of_call("scored")
    assert len(picture.arrows) == sum(len(one.sources) for one in CALL_MOVES.values())
    assert [box.label for box in picture.boxes if box.is_current] == ["Scored"]


def test_absence_that_is_entered_is_no_missing_result(call: Call, units: SimpleNamespace, elif_: Any) -> None:
    deniz = casting.handed_in(call, units.civil, "Deniz", "3.90", None, ("wien",))
    checking.enter_exam(deniz, "en", None, actor=elif_, was_absent=True)
    assert "Exam results missing" not in dict(titles(elif_, call))


def test_list_stays_filtered_after_files_are_accepted(call: Call, signed_in: Any, elif_: Any) -> None:
    client, filtered = signed_in(elif_), "?state=submitted&level=bachelor"
    page = client.get(reverse("selection:office_applications", args=[call.uid]) + filtered).content.decode()
    address = reverse("selection:office_accept_many", args=[call.uid]) + filtered
    assert f'action="{address.replace("&", "&amp;")}"' in page
    rows = list(Application.objects.filter(call=call).order_by("pk")[:1])
    assert client.post(address, _chosen(rows)).url.endswith(filtered)


def test_accepted_file_leads_to_the_next_one(call: Call, signed_in: Any, elif_: Any) -> None:
    client = signed_in(elif_)
    rows = list(Application.objects.filter(call=call).order_by("sort_key"))
    for row, following in ((rows[0], rows[1]), (rows[-1], rows[1])):
        checking.accept(row, actor=elif_)
        page = client.get(reverse("selection:office_application", args=[row.uid])).content.decode()
        assert f'href="{reverse("selection:office_application", args=[following.uid])}"' in page
        assert "Next file to check" in page
