"""Applying in Kervan: saved as typed, one submission, deadlines, documents, and nobody else's application."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kervan.core import sealed, storage
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Office, OutboxMessage
from kervan.institutions.models import Unit
from kervan.selection.forms.applying import ApplyForm
from kervan.selection.models import Application, ApplicationDocument, Call, Door, PointClaim
from kervan.selection.selectors import my as selectors
from kervan.selection.services import applying, checking, documents
from kervan.selection.tests.small_call import make_call, make_place

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00" + b"\x00" * 200

SignIn = Callable[[Any], Client]


@pytest.fixture
def call(office: Office, units: Any) -> Call:
    return make_call(office)


@pytest.fixture
def draft(call: Call, ayse: Any) -> Application:
    return applying.begin(call, ayse.person, actor=ayse)


def url(application: Application, name: str = "my_save") -> str:
    return reverse(f"selection:{name}", args=[application.uid])


def posted(application: Application, **changes: Any) -> dict[str, Any]:
    """What a browser would send: the form as it stands, with changes."""
    application.refresh_from_db()
    typed = applying.typed_of(application)
    values = {
        "version": application.version,
        "tab": "tab-1",
        "study": application.person.enrolments.get().uid,
        "exam_language": typed.exam_language,
        "statement": typed.statement,
        "wish": list(typed.wishes),
        **{f"claim_{code}": count for code, count in typed.claims.items()},
    }
    return {**values, **changes}


def place(call: Call, name: str) -> str:
    host = "condition__agreement_version__agreement__institution__name"
    return str(call.places.get(**{host: name}).uid)


def complete(application: Application, client: Client) -> None:
    """Fill in everything that is needed."""
    upload = SimpleUploadedFile("transcript.pdf", PDF)
    wish = place(application.call, "Uniwersytet Warszawski")
    values = posted(application, exam_language="en", wish=[wish], action="upload", document_transcript=upload)
    assert client.post(url(application), values).status_code == 302


def test_beginning_fills_the_draft_from_the_student_record_and_twice_is_once(call: Call, ayse: Any, units: Any) -> None:
    first = applying.begin(call, ayse.person, actor=ayse)
    assert applying.begin(call, ayse.person, actor=ayse) == first
    assert (first.unit, first.level, first.gpa_4, first.isced) == (units.civil, "bachelor", Decimal("3.10"), "0732")


def test_applying_here_is_refused_where_only_the_portal_takes_applications(office: Office, ayse: Any) -> None:
    with pytest.raises(NotPossible, match="portal"):
        applying.begin(make_call(office, door=Door.PORTAL), ayse.person, actor=ayse)


def test_what_is_typed_is_saved_at_once_and_survives(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    first = client.post(url(draft), posted(draft, statement="I want"), headers={"HX-Request": "true"})
    assert b"Saved" in first.content
    assert f'value="{draft.version + 1}"'.encode() in first.content
    again = client.post(
        url(draft), posted(draft, statement="I want to", version=draft.version), headers={"HX-Request": "true"}
    )
    assert b"Saved" in again.content
    assert Application.objects.get().statement == "I want to"
    assert b"I want to" in client.get(url(draft, "my_application")).content


def test_second_window_gets_both_versions_and_overwrites_nothing(
    draft: Application, ayse: Any, signed_in: SignIn
) -> None:
    client, old = signed_in(ayse), draft.version
    client.post(url(draft), posted(draft, statement="from the phone", tab="phone"))
    answer = client.post(url(draft), posted(draft, statement="from the desk", tab="desk", version=old))
    assert answer.status_code == 409
    assert b"from the phone" in answer.content
    assert b"from the desk" in answer.content
    assert Application.objects.get().statement == "from the phone"
    quiet = client.post(
        url(draft), posted(draft, statement="desk", tab="desk", version=old), headers={"HX-Request": "true"}
    )
    assert b"Not saved" in quiet.content


def test_stale_save_of_the_service_raises_and_changes_nothing(draft: Application) -> None:
    applying.save(draft, draft.version, applying.Typed(statement="one"))
    with pytest.raises(Stale):
        applying.save(draft, draft.version, applying.Typed(statement="two"))
    assert Application.objects.get().statement == "one"


def test_wishes_are_added_moved_and_removed_by_buttons(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    warsaw, vienna = place(draft.call, "Uniwersytet Warszawski"), place(draft.call, "Universität Wien")
    client.post(url(draft), posted(draft, action="add", new_wish=warsaw))
    client.post(url(draft), posted(draft, action="add", new_wish=vienna))
    client.post(url(draft), posted(draft, action=f"up:{vienna}"))
    assert list(applying.typed_of(draft).wishes) == [vienna, warsaw]
    client.post(url(draft), posted(draft, action=f"remove:{vienna}", statement="typed meanwhile"))
    assert list(applying.typed_of(draft).wishes) == [warsaw]
    assert Application.objects.get().statement == "typed meanwhile"


def test_places_for_the_applicant_come_first_and_others_say_why_not(draft: Application) -> None:
    choices = selectors.choices_of(draft)
    assert [choice.why_not for choice in choices] == ["", "", "not for your field of study"]
    assert "Bologna" in choices[-1].title


def test_deduction_for_a_country_of_citizenship_is_shown_while_choosing(draft: Application) -> None:
    draft.person.citizenships = ["TR", "PL"]
    draft.person.save()
    notes = {choice.title: choice.notes for choice in selectors.choices_of(draft)}
    assert any("−10" in note for note in notes["Uniwersytet Warszawski · Autumn term"])


def test_everything_missing_is_listed_at_once_with_links(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    answer = signed_in(ayse).post(url(draft), posted(draft, action="submit", statement="kept"))
    assert answer.status_code == 422
    for anchor in ("#id_exam_language", "#wishes", "#id_document_transcript"):
        assert f'href="{anchor}"' in answer.content.decode()
    assert b"kept" in answer.content
    assert Application.objects.get().state == "draft"


def test_handing_in_twice_is_handing_in_once(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    values = posted(draft, action="submit")
    assert client.post(url(draft), values).status_code == 302
    assert client.post(url(draft), values).status_code == 302
    assert Application.objects.get().state == "submitted"
    assert Event.objects.filter(kind="application.submit").count() == 1


def test_submission_freezes_the_record_as_it_stands_then(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    complete(draft, signed_in(ayse))
    ayse.person.enrolments.update(gpa_4=Decimal("3.55"))
    applying.submit(draft, actor=ayse)
    ayse.person.enrolments.update(gpa_4=Decimal("1.00"))
    assert Application.objects.get().gpa_4 == Decimal("3.55")


def test_deadline_passing_while_typing_keeps_everything_and_says_so(
    draft: Application, ayse: Any, signed_in: SignIn
) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    with time_machine.travel(draft.call.deadline - timedelta(seconds=1), tick=False):
        assert client.get(url(draft, "my_application")).status_code == 200
    with time_machine.travel(draft.call.deadline, tick=False):
        answer = client.post(url(draft), posted(draft, action="submit", statement="a second too late"))
    assert answer.status_code == 422
    assert b"The deadline has passed" in answer.content
    assert b"a second too late" in answer.content
    row = Application.objects.get()
    assert (row.state, row.statement) == ("draft", "a second too late")


def test_one_second_before_the_deadline_is_in_time(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    complete(draft, signed_in(ayse))
    last = draft.call.deadline - timedelta(seconds=1)
    assert applying.submit(draft, actor=ayse, now=last).state == "submitted"


def test_taking_back_is_possible_until_the_deadline(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    applying.submit(draft, actor=ayse)
    client.post(url(draft, "my_take_back"))
    assert Application.objects.get().state == "draft"
    applying.submit(Application.objects.get(), actor=ayse)
    with time_machine.travel(draft.call.deadline, tick=False):
        client.post(url(draft, "my_take_back"))
    assert Application.objects.get().state == "submitted"


def test_returned_application_can_be_handed_in_again_after_the_deadline(
    draft: Application, ayse: Any, signed_in: SignIn
) -> None:
    complete(draft, signed_in(ayse))
    Application.objects.update(state="returned", returned_reason="The transcript is cut off")
    draft.refresh_from_db()
    assert applying.submit(draft, actor=ayse, now=timezone.now() + timedelta(days=20)).state == "submitted"


@pytest.fixture
def returned(draft: Application, ayse: Any, elif_: Any, signed_in: SignIn) -> Application:
    """Handed in in time, and returned because of its transcript."""
    complete(draft, signed_in(ayse))
    applying.submit(draft, actor=ayse)
    checking.return_file(Application.objects.get(), "The transcript is cut off", actor=elif_)
    return Application.objects.select_related("call__office").get()


def test_returned_after_the_deadline_takes_documents_only(returned: Application, ayse: Any, signed_in: SignIn) -> None:
    client, wish = signed_in(ayse), place(returned.call, "Universität Wien")
    with time_machine.travel(returned.call.deadline, tick=False):
        page = client.get(url(returned, "my_application")).content.decode()
        assert 'name="document_transcript"' in page
        assert 'name="statement"' not in page and 'name="new_wish"' not in page
        late = client.post(url(returned), posted(returned, wish=[wish], statement="more time", action="submit"))
        assert late.status_code == 422
        assert b"only documents can still be changed" in late.content
        row = Application.objects.get()
        assert (row.state, row.statement, list(applying.typed_of(row).wishes) == [wish]) == ("returned", "", False)
        file = SimpleUploadedFile("whole.pdf", PDF)
        assert client.post(url(row), {"action": "submit", "document_transcript": file}).status_code == 302
    assert Application.objects.get().state == "submitted"
    assert ApplicationDocument.objects.get().stored_file.name == "whole.pdf"


def test_autosave_after_the_deadline_says_that_it_saved_nothing(
    returned: Application, ayse: Any, signed_in: SignIn
) -> None:
    client, values = signed_in(ayse), posted(returned, statement="more time")
    with time_machine.travel(returned.call.deadline, tick=False):
        answer = client.post(url(returned), values, headers={"HX-Request": "true"})
    assert b"What you typed was not saved." in answer.content
    assert Application.objects.get().statement == ""


def test_returned_before_the_deadline_everything_can_be_mended(
    returned: Application, ayse: Any, signed_in: SignIn
) -> None:
    signed_in(ayse).post(url(returned), posted(returned, statement="better"))
    assert Application.objects.get().statement == "better"


def test_letter_of_return_names_no_day_that_is_over(returned: Application, elif_: Any) -> None:
    in_time = OutboxMessage.objects.get().body
    assert f"until the end of {date_format(returned.call.closes_on, 'j F Y')}" in in_time
    with time_machine.travel(returned.call.deadline, tick=False):
        applying.submit(returned, actor=None)
        checking.return_file(Application.objects.get(), "Still cut off", actor=elif_)
    late = OutboxMessage.objects.latest("pk").body
    assert "until the end of" not in late and "Nothing else can be changed after the deadline." in late


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("transcript.pdf", HTML, "not a document we accept"),
        ("transcript.pdf", EXE, "not a document we accept"),
        ("transcript.pdf", b"", "is empty"),
        ("transcript.pdf", PDF + b"x" * 11_000_000, "at most"),
    ],
)
def test_disguised_empty_or_large_upload_is_refused_and_the_rest_is_kept(
    draft: Application, ayse: Any, signed_in: SignIn, name: str, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile(name, content)
    answer = signed_in(ayse).post(
        url(draft), posted(draft, statement="kept", action="upload", document_transcript=file)
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Application.objects.get().statement == "kept"
    assert not ApplicationDocument.objects.exists()


class Unread(SimpleUploadedFile):
    """A file that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the file was read")


@pytest.mark.parametrize(
    ("code", "size", "words"),
    [("transcript", 11_000_000, "at most"), ("transcript", 0, "is empty"), ("anything", 10, "no such document")],
)
def test_file_of_wrong_size_or_code_is_refused_unread(draft: Application, code: str, size: int, words: str) -> None:
    file = Unread("transcript.pdf", PDF)
    file.size = size
    with pytest.raises(NotPossible, match=words):
        documents.attach(draft, code, file, actor=draft.person.user)


def test_what_the_office_accepted_meanwhile_is_not_replaced(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    complete(draft, signed_in(ayse))
    seen = Application.objects.get()
    Application.objects.update(state="checked")
    with pytest.raises(NotPossible, match="handed in"):
        documents.attach(seen, "transcript", SimpleUploadedFile("other.pdf", PDF), actor=ayse)
    assert ApplicationDocument.objects.get().stored_file.name == "transcript.pdf"


def test_content_decides_about_an_upload_not_its_name(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    file = SimpleUploadedFile("photo-named.pdf", PNG)
    signed_in(ayse).post(url(draft), posted(draft, action="upload", document_transcript=file))
    stored = ApplicationDocument.objects.get().stored_file
    assert (stored.content_type, storage.content_of(stored, actor=ayse)) == ("image/png", PNG)


def test_new_upload_keeps_the_earlier_file(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    for content in (PDF, PNG):
        file = SimpleUploadedFile("transcript.pdf", content)
        client.post(url(draft), posted(draft, action="upload", document_transcript=file))
    assert ApplicationDocument.objects.count() == 1
    events = Event.objects.filter(kind="application.upload").order_by("pk")
    assert events[1].values["before"] == events[0].values["file"]


def test_special_points_are_stored_encrypted_and_nowhere_named(
    draft: Application, ayse: Any, signed_in: SignIn
) -> None:
    client = signed_in(ayse)
    client.post(url(draft), posted(draft, claim_disability="on", claim_previous_mobility="1"))
    special, plain = PointClaim.objects.order_by("item")
    assert (special.item, plain.item, plain.count) == ("", "previous_mobility", 1)
    assert "disability" not in special.sealed_item
    assert sealed.unseal(special.sealed_item) == "disability"
    file = SimpleUploadedFile("disability-report.pdf", PDF)
    client.post(url(draft), posted(draft, action="upload", **{f"document_claim_{special.uid}": file}))
    stored = ApplicationDocument.objects.get().stored_file
    assert stored.is_sealed
    assert storage.path_of(stored).read_bytes() != PDF
    assert all("disability" not in str(event.values) for event in Event.objects.all())


def test_without_a_student_record_programme_and_average_are_typed(
    call: Call, ayse: Any, signed_in: SignIn, units: Any
) -> None:
    ayse.person.enrolments.all().delete()
    draft = applying.begin(call, ayse.person, actor=ayse)
    client = signed_in(ayse)
    values = {"version": draft.version, "tab": "t", "study": units.mechanical.uid, "gpa_4": "2,75", "gpa_100": ""}
    assert client.post(url(draft), values).status_code == 302
    row = Application.objects.get()
    assert (row.unit, row.level, row.gpa_4) == (units.mechanical, "bachelor", Decimal("2.75"))
    answer = client.post(url(draft), {**values, "version": row.version, "gpa_4": "5", "statement": "kept"})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert (row.gpa_4, row.statement) == (Decimal("2.75"), "kept")


@pytest.mark.parametrize("name", ["my_application", "my_withdraw"])
def test_nobody_else_finds_the_application(
    draft: Application, can: Any, elif_: Any, nadia: Any, signed_in: SignIn, name: str
) -> None:
    for stranger in (can, elif_, nadia):
        assert signed_in(stranger).get(url(draft, name)).status_code == 404
        assert signed_in(stranger).post(url(draft), {"statement": "hacked"}).status_code == 404
    assert Client().get(url(draft, name)).status_code == 302
    assert Application.objects.get().statement == ""


def test_documents_are_given_to_their_owner_only(draft: Application, ayse: Any, can: Any, signed_in: SignIn) -> None:
    complete(draft, signed_in(ayse))
    address = reverse("selection:my_document", args=[draft.uid, "transcript"])
    answer = signed_in(ayse).get(address)
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert signed_in(can).get(address).status_code == 404


def test_overview_lists_own_applications_and_open_calls(
    draft: Application, office: Office, ayse: Any, signed_in: SignIn
) -> None:
    make_call(office, title_en="Another call")
    page = signed_in(ayse).get(reverse("selection:my")).content.decode()
    assert "Your application is not handed in yet." in page
    assert "Another call" in page


def test_withdrawing_before_the_results_ends_the_application(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    applying.submit(draft, actor=ayse)
    assert b"cannot be undone" in client.get(url(draft, "my_withdraw")).content
    client.post(url(draft, "my_withdraw"), {"reason": "plans changed"})
    row = Application.objects.get()
    assert (row.state, row.withdrawal_reason) == ("withdrawn", "plans changed")
    assert b"You withdrew this application." in client.get(url(draft, "my_application")).content


def test_form_of_a_fresh_draft_claims_nothing(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    page = signed_in(ayse).get(url(draft, "my_application")).content.decode()
    assert "claim_disability" in page
    assert re.findall(r"<input[^>]*\schecked", page) == []


def test_wish_that_cannot_be_granted_is_asked_about_once_and_then_stays_marked(
    draft: Application, ayse: Any, signed_in: SignIn
) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    values = posted(draft, wish=[place(draft.call, "Università di Bologna")], action="submit")
    asked = client.post(url(draft), values)
    assert asked.status_code == 422
    text = asked.content.decode()
    assert "Hand in all the same" in text and 'name="sure" value="yes"' in text
    assert Application.objects.get().state == "draft"
    client.post(url(draft), posted(draft, action="submit", sure="yes"))
    assert Application.objects.get().state == "submitted"
    assert "not for your field of study" in client.get(url(draft, "my_application")).content.decode()


def test_places_of_one_title_are_told_apart(draft: Application) -> None:
    make_place(draft.call, "PL WARSZAW01", "Uniwersytet Warszawski", "PL", fields=["02"], levels=["master"])
    options = [choice.option for choice in selectors.choices_of(draft) if "Warszawski" in choice.title]
    assert any("Bachelor" in option for option in options)
    assert any("Master" in option for option in options)


def test_programmes_of_one_name_and_level_say_where_they_belong(call: Call, ayse: Any, units: Any) -> None:
    other = Unit.objects.create(institution=units.civil.institution, kind="faculty", name_tr="Uzak Fakülte")
    Unit.objects.create(
        institution=units.civil.institution,
        parent=other,
        kind="programme",
        level="bachelor",
        name_tr=units.civil.name_tr,
        name_en=units.civil.name_en,
    )
    ayse.person.enrolments.all().delete()
    form = ApplyForm(applying.begin(call, ayse.person, actor=ayse))
    labels = [label for _value, label in form.fields["study"].choices]
    assert len(labels) == len(set(labels))
    assert any("Uzak Fakülte" in label for label in labels)


def test_upload_says_which_document_came(draft: Application, ayse: Any, signed_in: SignIn) -> None:
    client = signed_in(ayse)
    complete(draft, client)
    assert "Uploaded: Transcript" in client.get(url(draft, "my_application")).content.decode()
