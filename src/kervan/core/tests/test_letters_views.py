"""The pages of letters: write, look, release, choose readers, look again, start, take the PDFs."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from kervan.core.models import IssuedDocument, LetterRun, LetterTemplate, Office, OutboxMessage
from kervan.core.services import letter_runs, letters

TITLES = {"title_en": "Hello", "title_tr": "Merhaba"}
WORDS = {
    "subject_en": "About {{ name }}",
    "subject_tr": "{{ name }} hakkında",
    "body_en": "Dear **{{ name }}**",
    "body_tr": "Sayın **{{ name }}**",
}
SignedIn = Callable[[Any], Client]


@pytest.fixture
def template(office: Office) -> LetterTemplate:
    row = letters.create_template(office.pk, channel="letter", about="person", **TITLES, words=WORDS, actor=None)
    letters.release(row.versions.get(), 1, actor=None)
    return row


@pytest.fixture
def draft(office: Office) -> LetterTemplate:
    return letters.create_template(office.pk, channel="mail", about="person", **TITLES, words=WORDS, actor=None)


@pytest.fixture
def elif_browser(signed_in: SignedIn, elif_: Any) -> Client:
    return signed_in(elif_)


def text_of(client: Client, url: str, **values: str) -> str:
    answer = client.get(url, values)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("elif_", 200), ("leyla", 200), ("deniz", 200), ("mert", 404), ("ayse", 404), ("omar", 404)]
)
def test_office_and_auditor_read_letters(
    who: str, status: int, template: LetterTemplate, ayse: Any, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    run = LetterRun.objects.create(office=template.office, letter_version=template.versions.get())
    client = signed_in(request.getfixturevalue(who))
    pages = [f"/office/letters/{template.uid}/", f"/office/letters/runs/{run.uid}/"]
    assert [client.get(page).status_code for page in pages] == [status, status]


def test_auditor_changes_nothing(template: LetterTemplate, signed_in: SignedIn, deniz: Any) -> None:
    client, page = signed_in(deniz), f"/office/letters/{template.uid}"
    for name in ("release", "new-version", "archive", "write", "preview", "edit"):
        assert client.post(f"{page}/{name}/").status_code == 404


def test_template_is_written_looked_at_and_released(elif_browser: Client) -> None:
    new = {"about": "person", "channel": "mail", **TITLES, "idempotency_key": "k"}
    first, second = (elif_browser.post("/office/letters/new/", new) for _click in range(2))
    assert first["Location"] == second["Location"]
    edit = first["Location"]
    page = edit.removesuffix("edit/")
    assert "{{ student_number }}" in text_of(elif_browser, edit).replace("&#123;", "{").replace("&#125;", "}")
    elif_browser.post(f"{page}release/", {"version": "1"})
    assert "Write subject and text in both languages first" in text_of(elif_browser, page)
    answer = elif_browser.post(edit, {**TITLES, **WORDS, "version": "1"})
    assert answer["Location"] == page
    elif_browser.post(f"{page}release/", {"version": "2"})
    assert "Version 1 is released and can be sent." in text_of(elif_browser, page)
    elif_browser.post(f"{page}new-version/")
    elif_browser.post(edit, {**TITLES, **WORDS, "body_en": "Dear you", "version": "1"})
    shown = text_of(elif_browser, page)
    assert "Dear you" in shown
    assert "Until then version 1 is sent." in shown
    assert f'href="{page}write/"' in shown
    in_state = {one: "Hello" in text_of(elif_browser, "/office/letters/", state=one) for one in ("in_use", "draft")}
    assert in_state == {"in_use": True, "draft": True}
    assert "Text in English" in shown


def test_wrong_field_is_named_and_everything_typed_stays(draft: LetterTemplate, elif_browser: Client) -> None:
    typed = {**TITLES, **WORDS, "body_tr": "Sayın {{ nmae }}, çok yaşa", "version": "1"}
    text = elif_browser.post(f"/office/letters/{draft.uid}/edit/", typed).content.decode()
    assert "Line 1, column 7: there is no field “nmae”. Did you mean {{ name }}?" in text
    assert "çok yaşa" in text


def test_stale_draft_shows_both_versions(draft: LetterTemplate, elif_browser: Client) -> None:
    page = f"/office/letters/{draft.uid}/edit/"
    elif_browser.post(page, {**TITLES, **WORDS, "body_en": "Saved first", "version": "1"})
    text = elif_browser.post(page, {**TITLES, **WORDS, "body_en": "Typed second", "version": "1"}).content.decode()
    assert "Saved first" in text
    assert "Typed second" in text
    assert draft.versions.get().body_en == "Saved first"


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "**x** [a](javascript:b)"]
)
def test_preview_shows_a_real_reader_and_hostile_text_as_text(
    value: str, draft: LetterTemplate, elif_browser: Client, ayse: Any
) -> None:
    person = ayse.person
    person.given_name = value
    person.save()
    words = {**WORDS, "body_en": f"{value} {{{{ name }}}}", "reader": person.uid}
    text = elif_browser.post(f"/office/letters/{draft.uid}/preview/", words).content.decode()
    assert person.family_name in text
    assert not any(part in text for part in ("<script>alert", "<img", "<a href"))


def test_preview_says_what_a_reader_lacks(draft: LetterTemplate, elif_browser: Client, ayse: Any) -> None:
    ayse.person.student_number = ""
    ayse.person.save()
    words = {**WORDS, "body_en": "{{ student_number }}", "reader": ayse.person.uid}
    text = elif_browser.post(f"/office/letters/{draft.uid}/preview/", words).content.decode()
    assert "We do not know: Student number." in text
    assert "None" not in text


def test_readers_are_chosen_looked_at_and_written_to(
    template: LetterTemplate, elif_browser: Client, ayse: Any, mert: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = f"/office/letters/{template.uid}/write/"
    assert ayse.person.full_name in text_of(elif_browser, page, q="Çelik")
    again = elif_browser.post(page, {"find": "1", "q": "Mert", "uid": ayse.person.uid}).content.decode()
    assert f'value="{ayse.person.uid}" checked' in again
    refused = elif_browser.post(page, {})
    assert (refused.status_code, "Nobody is chosen" in refused.content.decode()) == (422, True)
    answer = elif_browser.post(page, {"uid": [ayse.person.uid, mert.person.uid]})
    run_page = answer["Location"]
    run = LetterRun.objects.get()
    shown = text_of(elif_browser, run_page)
    assert "2 letters are ready." in shown
    item = run.items.order_by("pk").first()
    sample = elif_browser.get(f"{run_page}sample/{item.uid}/")
    assert sample.content.startswith(b"%PDF")
    elif_browser.post(f"{run_page}start/")
    assert "Say who signs the letters, then press “Write the letters”." in text_of(elif_browser, run_page)
    missing = elif_browser.post(f"{run_page}head/", {"signatory": "", "dated": "2026-11-25", "version": "1"})
    assert missing.status_code == 422
    head = {"signatory": "Elif Kaya", "function_tr": "Koordinatör", "dated": "2026-11-25", "version": "1"}
    elif_browser.post(f"{run_page}head/", head)
    with django_capture_on_commit_callbacks(execute=True):
        elif_browser.post(f"{run_page}head/", {**head, "version": "2", "start": "1"})
    run.refresh_from_db()
    assert run.state == "done"
    done = text_of(elif_browser, run_page)
    assert "2 letters were written." in done
    assert "download all PDFs, then print them or send them by mail" in done
    archive = zipfile.ZipFile(BytesIO(b"".join(elif_browser.get(f"{run_page}file/").streaming_content)))
    assert len(archive.namelist()) == IssuedDocument.objects.count() == 2
    assert elif_browser.get(f"{run_page}progress/")["HX-Refresh"] == "true"


def test_progress_is_shown_and_a_run_can_be_stopped(
    template: LetterTemplate, elif_browser: Client, ayse: Any, elif_: Any
) -> None:
    answer = elif_browser.post(f"/office/letters/{template.uid}/write/", {"uid": ayse.person.uid})
    run_page, run = answer["Location"], LetterRun.objects.get()
    letter_runs.start_signed(run, run.version, letter_runs.Head("Elif"), actor=elif_)
    assert "0 of 1" in text_of(elif_browser, run_page)
    assert "0 of 1" in text_of(elif_browser, f"{run_page}progress/")
    elif_browser.post(f"{run_page}stop/")
    assert "Stopped: 0 written, 1 not." in text_of(elif_browser, run_page)
    elif_browser.post(f"{run_page}go-on/")
    assert "Running" in text_of(elif_browser, run_page)


def test_run_stops_with_the_right_of_whoever_started_it_and_a_colleague_goes_on(
    template: LetterTemplate, elif_browser: Client, ayse: Any, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    answer = elif_browser.post(f"/office/letters/{template.uid}/write/", {"uid": ayse.person.uid})
    run_page, run = answer["Location"], LetterRun.objects.get()
    letter_runs.start_signed(run, run.version, letter_runs.Head("Elif"), actor=elif_)
    elif_.person.roles.all().delete()
    letter_runs.carry_on(run.pk)
    assert (LetterRun.objects.get().state, run.items.get().state) == ("stopped", "waiting")
    browser = signed_in(leyla)
    assert "Stopped: 0 written, 1 not. Not allowed any more" in text_of(browser, run_page)
    browser.post(f"{run_page}go-on/")
    letter_runs.carry_on(run.pk)
    assert LetterRun.objects.get().state == "done"
    assert IssuedDocument.objects.get().issued_by == leyla


def test_persons_of_another_office_get_nothing(template: LetterTemplate, elif_browser: Client, omar: Any) -> None:
    stranger = omar.persons.get()
    answer = elif_browser.post(f"/office/letters/{template.uid}/write/", {"uid": [stranger.uid, "x" * 5000]})
    assert answer.status_code == 422
    assert stranger.full_name not in text_of(elif_browser, f"/office/letters/{template.uid}/write/", uid=stranger.uid)


def test_lists_of_templates_and_runs_cost_the_same_for_many(
    template: LetterTemplate, elif_browser: Client, django_assert_max_num_queries: Any
) -> None:
    for _n in range(5):
        LetterRun.objects.create(office=template.office, letter_version=template.versions.get())
    for page in ("/office/letters/", "/office/letters/runs/", f"/office/letters/{template.uid}/"):
        text_of(elif_browser, page)
        with django_assert_max_num_queries(12):
            text_of(elif_browser, page)


def test_archived_template_is_not_sent(template: LetterTemplate, elif_browser: Client, ayse: Any) -> None:
    elif_browser.post(f"/office/letters/{template.uid}/archive/")
    answer = elif_browser.post(f"/office/letters/{template.uid}/write/", {"uid": ayse.person.uid})
    assert "out of use" in answer.content.decode()
    assert not OutboxMessage.objects.exists()
    assert "Hello" in text_of(elif_browser, "/office/letters/", state="archived")
