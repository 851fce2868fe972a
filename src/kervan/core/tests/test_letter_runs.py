"""Runs of letters: who gets what, who is left out and why; none twice, none missing, whatever happens."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kervan.core import registries, storage
from kervan.core.errors import NotPossible
from kervan.core.models import (
    IssuedDocument,
    ItemState,
    LetterRun,
    LetterVersion,
    Office,
    OutboxMessage,
    RunState,
    StoredFile,
)
from kervan.core.registries import LetterReader, MergeField, MergeSource
from kervan.core.scope import Grant, Role, Scope
from kervan.core.selectors import letters as selectors
from kervan.core.selectors.pages import is_private
from kervan.core.services import letter_runs, letters

pytestmark = pytest.mark.django_db
HEAD = letter_runs.Head("Elif Kaya", "Coordinator", "Koordinatör", date(2026, 11, 25))
BODY = {"subject_en": "About {{ name }}", "subject_tr": "{{ name }} hakkında"}
people: dict[str, LetterReader] = {}


@pytest.fixture(autouse=True)
def fake_source(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Readers of letters that need no other app."""
    fields = [MergeField("name", "Name", "Sample"), MergeField("city", "City", "Town")]
    source = MergeSource("fake", "Fake", fields, readers_of)
    monkeypatch.setitem(registries.merge_sources, "fake", source)
    monkeypatch.setattr(
        registries, "scope_of", lambda _user, office_id: Scope(office_id, 1, None, (Grant(Role.STAFF),))
    )
    people.clear()
    yield
    people.clear()


def readers_of(_scope: Scope, uids: Sequence[str]) -> list[LetterReader]:
    return [people[uid] for uid in uids if uid in people]


def reader(uid: str, city: str = "Bayburt", language: str = "en", email: str = "a@b.example", **more: str) -> str:
    values = {"name": f"Person {uid}", "city": city, **more}
    people[uid] = LetterReader(uid, values["name"], email, language, lambda _language: values, "person")
    return uid


def many(count: int) -> list[str]:
    return [reader(f"uid{n:09d}") for n in range(count)]


def scope_of(office: Office) -> Scope:
    return Scope(office.pk, 1, None, (Grant(Role.STAFF),))


def version(office: Office, channel: str = "letter", body: str = "Dear **{{ name }}** of {{ city }}") -> LetterVersion:
    words = {**BODY, "body_en": body, "body_tr": body.replace("Dear", "Sayın")}
    template = letters.create_template(
        office.pk, channel=channel, about="fake", title_en="Hello", title_tr="Merhaba", words=words, actor=None
    )
    return letters.release(template.versions.get(), 1, actor=None)


def run_of(office: Office, uids: list[str], actor: Any = None, **more: Any) -> LetterRun:
    return letter_runs.draft_run(version(office, **more), uids, scope=scope_of(office), head=HEAD, actor=actor)


def states(run: LetterRun) -> dict[str, str]:
    return dict(run.items.values_list("subject_uid", "state"))


def start(run: LetterRun) -> LetterRun:
    """Start and let the worker write, as it does after the commit."""
    letter_runs.start(run, actor=None)
    letter_runs.carry_on(run.pk)
    run.refresh_from_db()
    return run


def test_draft_says_who_is_left_out_and_why(office: Office) -> None:
    uids = [reader("good"), reader("nowhere", city=" "), reader("long", city="x" * 3000), reader("nomail", email="x")]
    run = run_of(office, [*uids, "good", "unknown"], channel="mail")
    problems = {item.subject_uid: (item.problem, item.problem_values) for item in run.items.all()}
    assert problems == {
        "good": ("", {}),
        "nowhere": ("missing", {"fields": ["city"]}),
        "long": ("too_long", {"fields": ["city"]}),
        "nomail": ("no_mail", {"email": "x"}),
    }
    assert (run.state, run.total) == (RunState.DRAFT, 1)
    assert not OutboxMessage.objects.exists()


def test_letter_needs_no_mail_address(office: Office) -> None:
    assert states(run_of(office, [reader("nomail", email="")])) == {"nomail": ItemState.WAITING}


@pytest.mark.parametrize("uids", [[], ["unknown"]])
def test_run_without_readers_is_refused(uids: list[str], office: Office) -> None:
    with pytest.raises(NotPossible):
        run_of(office, uids)
    assert not LetterRun.objects.exists()


def test_draft_version_is_not_sent(office: Office) -> None:
    template = version(office).template
    with pytest.raises(NotPossible):
        letter_runs.draft_run(
            letters.new_draft(template, actor=None), [reader("a")], scope=scope_of(office), actor=None
        )


def test_letters_are_written_in_the_language_of_the_reader(office: Office) -> None:
    run = start(
        run_of(office, [reader("en"), reader("tr", language="tr"), reader("fr", language="fr")], channel="mail")
    )
    found = {item.subject_uid: item.message for item in run.items.select_related("message")}
    assert (run.state, found["tr"].subject, found["tr"].body) == (
        RunState.DONE,
        "Person tr hakkında",
        "Sayın Person tr of Bayburt",
    )
    assert (found["fr"].language, found["en"].subject) == ("en", "About Person en")


def test_each_reader_gets_one_document_with_its_own_code(office: Office) -> None:
    run = start(run_of(office, many(60)))
    assert run.state == RunState.DONE
    documents = IssuedDocument.objects.filter(office=office)
    assert documents.count() == StoredFile.objects.count() == 60
    assert set(run.items.values_list("document_id", flat=True)) == set(documents.values_list("pk", flat=True))
    one = documents.select_related("stored_file").first()
    assert storage.content_of(one.stored_file, actor=None).startswith(b"%PDF")
    assert (one.recipient, one.subject_type, one.issued_on) == ("Person uid000000000", "person", date(2026, 11, 25))


@pytest.mark.parametrize("place", ["documents.keep", "outbox.write_mails"])
def test_worker_that_dies_in_the_middle_leaves_nothing_half_and_nothing_twice(
    place: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name = place.split(".")
    target = getattr(letter_runs, module)
    real, calls = getattr(target, name), []

    def dies_once(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        result = real(*arguments, **options)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(target, name, dies_once)
    run = run_of(office, many(60), channel="letter" if module == "documents" else "mail")
    letter_runs.start(run, actor=None)
    with pytest.raises(KeyboardInterrupt):
        letter_runs.carry_on(run.pk)
    assert run.items.filter(state=ItemState.DONE).count() == 25
    letter_runs.carry_on(run.pk)
    letter_runs.carry_on(run.pk)
    assert set(states(run).values()) == {ItemState.DONE}
    assert IssuedDocument.objects.count() + OutboxMessage.objects.count() == 60


def test_two_workers_on_the_same_readers_write_each_once(office: Office) -> None:
    run = run_of(office, many(5), channel="mail")
    letter_runs.start(run, actor=None)
    stale = list(run.items.order_by("pk"))
    mails = [mail for item in stale if (mail := letter_runs._fill(run, item, people[item.subject_uid], None))]
    letter_runs._write_chunk(run.pk)
    run.refresh_from_db()
    letter_runs._keep(run, stale, mails, None)
    assert OutboxMessage.objects.count() == 5


def test_one_bad_reader_does_not_stop_the_others(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    good, bad, odd, gone = reader("good"), reader("bad"), reader("odd", name="王小明"), reader("gone")
    run = run_of(office, [good, bad, odd, gone])
    people["bad"] = LetterReader("bad", "Bad", "", "en", lambda _language: 1 / 0)
    del people["gone"]
    start(run)
    problems = dict(run.items.values_list("subject_uid", "problem"))
    assert problems == {"good": "", "bad": "failed", "odd": "unprintable", "gone": "gone"}
    assert IssuedDocument.objects.count() == 1


def test_value_that_vanished_since_the_preview_leaves_its_reader_out(office: Office) -> None:
    run = run_of(office, [reader("a"), reader("b")])
    reader("b", city="")
    start(run)
    assert states(run) == {"a": ItemState.DONE, "b": ItemState.SKIPPED}


def test_stopped_run_writes_no_more_and_goes_on_when_told(office: Office) -> None:
    run = run_of(office, many(30), channel="mail")
    letter_runs.start(run, actor=None)
    letter_runs._write_chunk(run.pk)
    letter_runs.stop(run, actor=None)
    letter_runs.carry_on(run.pk)
    assert OutboxMessage.objects.count() == 25
    letter_runs.go_on(run, actor=None)
    letter_runs.carry_on(run.pk)
    assert OutboxMessage.objects.count() == 30


def test_letter_goes_to_a_name_with_function_and_university_where_they_are_known() -> None:
    one = LetterReader("a", "Dr Maria\nNowak", "", "en", lambda _language: known, "contact")
    known = {"name": "Dr Maria Nowak", "function": "Coordinator", "university": "Uniwersytet Warszawski"}
    assert letter_runs.address_lines(one, "en") == ["Dr Maria Nowak", "Coordinator", "Uniwersytet Warszawski"]
    known = {"name": "x", "function": "", "partner": "Dr Maria Nowak"}
    assert letter_runs.address_lines(one, "en") == ["Dr Maria Nowak"]


def test_run_starts_once(office: Office) -> None:
    run = start(run_of(office, many(1), channel="mail"))
    with pytest.raises(NotPossible):
        letter_runs.start(run, actor=None)


def test_run_in_which_everybody_is_left_out_does_not_start(office: Office) -> None:
    with pytest.raises(NotPossible):
        letter_runs.start(run_of(office, [reader("a", city="")]), actor=None)


def test_hostile_values_stay_text_in_a_mail(office: Office) -> None:
    name = "x\r\nBcc: all@example.org **b** <script> {{ city }}"
    run = start(run_of(office, [reader("a", name=name)], channel="mail"))
    message = run.items.get().message
    assert message.subject == "About x Bcc: all@example.org **b** <script> {{ city }}"
    assert message.body == "Dear x Bcc: all@example.org **b** <script> {{ city }} of Bayburt"


def test_further_readers_join_an_open_draft(office: Office) -> None:
    released = version(office)
    first, second = (
        letter_runs.draft_run(released, [reader(uid)], scope=scope_of(office), uid="0123456789ab", actor=None)
        for uid in ("a", "b")
    )
    assert first.pk == second.pk
    assert second.total == 2
    letter_runs.stop(second, actor=None)
    with pytest.raises(NotPossible):
        letter_runs.draft_run(released, [reader("c")], scope=scope_of(office), uid="0123456789ab", actor=None)


def test_too_many_readers_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_runs, "MOST_READERS", 3)
    with pytest.raises(NotPossible, match="At most 3"):
        run_of(office, many(4))


def test_run_that_no_job_works_on_is_taken_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(letter_runs.work, "later", lambda *job: queued.append(job))
    run = run_of(office, many(1))
    assert letter_runs.pick_up() == 0
    LetterRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    assert letter_runs.pick_up() == 1
    assert queued == [(letter_runs.JOB, run.pk)]


def test_run_whose_job_waits_is_left_to_it(office: Office) -> None:
    from django_q.models import OrmQ
    from django_q.signing import SignedPackage

    run = run_of(office, many(1))
    LetterRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    task = {"id": "1", "name": "x", "func": letter_runs.JOB, "args": (run.pk,), "kwargs": {}}
    OrmQ.objects.create(key="kervan", payload=SignedPackage.dumps(task))
    assert letter_runs.pick_up() == 0


def test_what_opens_something_is_shown_to_nobody_but_its_reader(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = registries.merge_sources["fake"]
    secret = [MergeField("name", "Name", "Sample"), MergeField("city", "City", "Town", is_secret=True)]
    monkeypatch.setitem(registries.merge_sources, "fake", replace(source, fields=secret))
    run = start(run_of(office, [reader("a")], channel="mail"))
    message = run.items.get().message
    assert "Bayburt" in message.body
    assert is_private(message)
    shown = selectors.readers_with(scope_of(office), "fake", ["a"])["a"]
    assert letter_runs.write_to(run.letter_version, shown).blocks[0]["parts"][-1]["text"] == " of Town"
    plain = start(run_of(office, [reader("b")], channel="mail", body="Dear {{ name }}"))
    assert not is_private(plain.items.get().message)
