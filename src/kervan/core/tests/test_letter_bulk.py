"""Writing to the ticked rows of a list: one draft run, whatever the number of pieces it is prepared in."""

from typing import Any

import pytest
from django.test import Client

from kervan.core import letter_bulk
from kervan.core.models import LetterRun, LetterVersion, Office
from kervan.core.scope import Grant, Role, Scope
from kervan.core.services import letter_runs, letters
from kervan.people.models import Person

WORDS = {"subject_en": "A", "subject_tr": "B", "body_en": "Dear {{ name }}", "body_tr": "Sayın {{ student_number }}"}


@pytest.fixture
def version(office: Office) -> LetterVersion:
    template = letters.create_template(
        office.pk, channel="mail", about="person", title_en="Hello", title_tr="Merhaba", words=WORDS, actor=None
    )
    return letters.release(template.versions.get(), 1, actor=None)


@pytest.fixture(autouse=True)
def written_to_in_turkish(ayse: Any, mert: Any) -> None:
    """Both read Turkish; Mert is no student."""
    Person.objects.filter(pk__in=[ayse.person.pk, mert.person.pk]).update(language="tr")
    Person.objects.filter(pk=mert.person.pk).update(student_number="")


def scope_of(office: Office, user: Any) -> Scope:
    return Scope(office.pk, user.pk, None, (Grant(Role.STAFF),))


def data_of(office: Office, user: Any, version: LetterVersion) -> dict[str, Any]:
    form = letter_bulk.letter_form(scope_of(office, user), "person", {"run": "0123456789ab", "letter": version.pk})
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_preview_says_who_gets_what_and_who_is_left_out(
    office: Office, version: LetterVersion, elif_: Any, ayse: Any, mert: Any
) -> None:
    data = data_of(office, elif_, version)
    people = letter_bulk._readers(scope_of(office, elif_), "person", [ayse.person.uid, mert.person.uid])
    verdicts = {one.name: letter_bulk.judge(one, data) for one in people}
    assert verdicts[ayse.person.full_name].will
    assert "Gets a mail in Turkish to" in str(verdicts[ayse.person.full_name].sentence)
    assert "We do not know: Student number." in str(verdicts[mert.person.full_name].sentence)


def test_pieces_of_one_action_make_one_draft(
    office: Office, version: LetterVersion, elif_: Any, ayse: Any, mert: Any
) -> None:
    data = data_of(office, elif_, version)
    for user in (ayse, mert):
        readers = letter_bulk._readers(scope_of(office, elif_), "person", [user.person.uid])
        letter_bulk.prepare(readers, data, elif_)
    run = LetterRun.objects.get()
    assert (run.uid, run.state, run.items.count(), run.total) == ("0123456789ab", "draft", 2, 1)


def test_templates_of_others_are_not_offered(office: Office, version: LetterVersion, omar: Any) -> None:
    scope = Scope(omar.persons.get().office_id, omar.pk, None, (Grant(Role.STAFF),))
    form = letter_bulk.letter_form(scope, "person", {"run": "0123456789ab", "letter": version.pk})
    assert "letter" in form.errors


def test_list_of_people_offers_to_write(office: Office, signed_in: Any, elif_: Any) -> None:
    client: Client = signed_in(elif_)
    assert "Write to them" in client.get("/office/people/").content.decode()


def test_prepared_letters_lead_straight_to_their_samples(
    version: LetterVersion, signed_in: Any, elif_: Any, ayse: Any, mert: Any
) -> None:
    client: Client = signed_in(elif_)
    sent = {"action": "letter", "path": "/office/people/", "uid": [ayse.person.uid, mert.person.uid]}
    page = client.post("/office/many/of/people/", sent)["Location"]
    client.post(page, {"run": "0123456789ab", "letter": version.pk})
    assert "Will be done for 1 row. 1 row stays as it is" in " ".join(client.get(page).content.decode().split())
    answer = client.post(f"{page}apply/", follow=True)
    run = LetterRun.objects.get()
    assert answer.redirect_chain[-1][0] == f"/office/letters/runs/{run.uid}/"
    text = answer.content.decode()
    assert "One reader is chosen; nothing is sent yet. Look at the samples first." in text
    assert "then press “Send the mails”." in text
    again = client.get(page).content.decode()
    assert f'href="/office/letters/runs/{run.uid}/"' in again
    letter_runs.stop(run, actor=elif_)
    assert "Done for 1 row." in client.get(page).content.decode()
