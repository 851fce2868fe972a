"""An action on many rows: nothing without a preview, once, each row that stays as it is named with its reason."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django import forms
from django.test import Client

from kervan.core import bulk, outbox
from kervan.core.bulk import BulkAction, Verdict
from kervan.core.errors import NotPossible
from kervan.core.models import BulkRun, BulkState, Office, OutboxMessage
from kervan.core.scope import Role, Scope
from kervan.core.services import bulk as services

SignedIn = Callable[[Any], Client]
LIST = "/office/outbox/"


class WordForm(forms.Form):
    word = forms.CharField(max_length=10)

    def __init__(self, scope: Scope, data: Any = None) -> None:
        super().__init__(data)


def rows(scope: Scope, uids: Sequence[str]) -> list[Any]:
    return list(OutboxMessage.objects.visible_to(scope).filter(uid__in=uids).order_by("pk"))


def judge(row: Any, data: bulk.Data) -> Verdict:
    if row.subject == "no":
        return Verdict(False, "It says no.")
    return Verdict(True, f"It will say {data.get('word', 'done')}.")


def apply(found: Sequence[Any], data: bulk.Data, actor: Any) -> int:
    for row in found:
        if row.subject == "locked":
            raise NotPossible("It is locked.")
        row.subject = data.get("word", "done")
        row.save()
    return len(found)


def is_staff(scope: Scope) -> bool:
    return scope.everywhere(Role.STAFF)


@pytest.fixture(autouse=True)
def actions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bulk, "_actions", {})
    plain: dict[str, Any] = {"list_name": "outbox", "icon": "pen", "readers": is_staff, "rows": rows, "judge": judge}
    plain |= {"apply": apply, "name_of": lambda row: f"{row.recipient} ({row.subject})", "url_of": lambda row: LIST}
    bulk.register(BulkAction(name="mark", label="Mark", **plain))
    bulk.register(BulkAction(name="write", label="Write", form=WordForm, **plain))
    yield


def message(office: Office, subject: str) -> OutboxMessage:
    key = f"{subject} {OutboxMessage.objects.count()}"
    return outbox.write_mail(office, to="a@b.example", subject=subject, body="B", language="en", dedupe_key=key)


def chosen(client: Client, *uids: str, action: str = "mark", **more: str) -> BulkRun:
    answer = client.post("/office/many/of/outbox/", {"action": action, "uid": uids, "path": LIST, **more})
    run = BulkRun.objects.latest("pk")
    assert answer["Location"] == f"/office/many/{run.uid}/"
    return run


def subjects() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True))


def test_the_list_shows_the_actions_to_whoever_may(signed_in: SignedIn, office: Office, elif_: Any, deniz: Any) -> None:
    message(office, "yes")
    assert 'value="mark"' in signed_in(elif_).get(LIST).content.decode()
    assert 'value="mark"' not in signed_in(deniz).get(LIST).content.decode()


def test_the_preview_changes_nothing_and_names_each_row(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    run = chosen(client, message(office, "yes").uid, message(office, "no").uid, "unknown")
    page = client.get(f"/office/many/{run.uid}/").content.decode()
    assert subjects() == ["yes", "no"]
    for words in ("Will be done for 1 row.", "2 rows stay", "It says no.", "a@b.example (no)", "not there any more"):
        assert words in page


def test_it_is_done_once_however_often_the_button_is_pressed(
    signed_in: SignedIn, office: Office, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(elif_)
    run = chosen(client, message(office, "yes").uid, message(office, "no").uid)
    for _press in range(2):
        assert client.post(f"/office/many/{run.uid}/apply/").status_code == 302
    run.refresh_from_db()
    assert (run.state, run.changed, run.problems) == (BulkState.DONE, 1, [])
    assert subjects() == ["done", "no"]
    assert "Done for 1 row." in client.get(f"/office/many/{run.uid}/").content.decode()


def test_a_row_that_changed_after_the_preview_is_reported_not_changed(
    signed_in: SignedIn, office: Office, elif_: Any
) -> None:
    client, other = signed_in(elif_), message(office, "yes")
    run = chosen(client, message(office, "yes").uid, other.uid)
    OutboxMessage.objects.filter(pk=other.pk).update(subject="no")
    client.post(f"/office/many/{run.uid}/apply/")
    run.refresh_from_db()
    assert (run.changed, [line["sentence"] for line in run.problems]) == (1, ["It says no."])
    assert "changed between the preview and now" in client.get(f"/office/many/{run.uid}/").content.decode()


def test_a_row_that_would_do_only_now_is_left_alone(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client, other = signed_in(elif_), message(office, "no")
    run = chosen(client, message(office, "yes").uid, other.uid)
    OutboxMessage.objects.filter(pk=other.pk).update(subject="yes")
    client.post(f"/office/many/{run.uid}/apply/")
    assert sorted(subjects()) == ["done", "yes"]


def test_a_refusal_in_the_middle_leaves_the_others_done(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    run = chosen(client, *[message(office, subject).uid for subject in ("a", "locked", "b")])
    client.post(f"/office/many/{run.uid}/apply/")
    run.refresh_from_db()
    assert (run.changed, [line["sentence"] for line in run.problems]) == (2, ["It is locked."])
    assert subjects() == ["done", "locked", "done"]


def test_what_is_needed_is_asked_before_the_preview(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    run = chosen(client, message(office, "yes").uid, action="write")
    page = f"/office/many/{run.uid}/"
    assert 'name="word"' in client.get(page).content.decode()
    client.post(f"{page}apply/")
    assert subjects() == ["yes"], "nothing happens without the preview"
    assert "at most 10" in client.post(page, {"word": "much too long a word"}).content.decode()
    client.post(page, {"word": "hello"})
    shown = client.get(page).content.decode()
    assert "It will say hello." in shown and "Change what was typed" in shown
    assert 'value="hello"' in client.get(f"{page}?edit=1").content.decode()
    client.post(f"{page}apply/")
    assert subjects() == ["hello"]


def test_all_that_a_search_finds(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    for subject in ("apple", "apple pie", "pear"):
        message(office, subject)
    run = chosen(client, all="1", query="q=apple")
    assert len(run.uids) == 2


def test_the_list_offers_all_rows_where_it_has_more_than_one_page(
    signed_in: SignedIn, office: Office, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(51):
        message(office, "yes")
    assert "All 51 that this list finds" in signed_in(elif_).get(LIST).content.decode()
    monkeypatch.setattr(bulk, "MOST_ROWS", 50)
    client = signed_in(elif_)
    assert "Narrow it to act on all of them" in client.get(LIST).content.decode()
    answer = client.post("/office/many/of/outbox/", {"action": "mark", "all": "1", "path": LIST}, follow=True)
    assert "At most 50 rows can be changed at once" in answer.content.decode()
    assert not BulkRun.objects.exists()


def test_nothing_chosen_goes_back_to_the_list_as_it_was(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    sent = {"action": "mark", "path": LIST, "query": "q=a&sort=-written"}
    answer = signed_in(elif_).post("/office/many/of/outbox/", sent)
    assert answer["Location"] == f"{LIST}?q=a&sort=-written"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/no/such/page/", "", "/start/"])
def test_an_address_that_is_no_list_here_is_not_found(signed_in: SignedIn, elif_: Any, path: str) -> None:
    sent = {"action": "mark", "all": "1", "path": path}
    assert signed_in(elif_).post("/office/many/of/outbox/", sent).status_code == 404


def test_many_rows_are_the_workers_and_a_killed_worker_goes_on(
    signed_in: SignedIn, office: Office, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    monkeypatch.setattr(services, "PIECE", 2)
    queued: list[Any] = []
    monkeypatch.setattr(services.work, "later", lambda *job: queued.append(job))
    client = signed_in(elif_)
    run = chosen(client, *[message(office, "yes").uid for _number in range(5)])
    client.post(f"/office/many/{run.uid}/apply/")
    assert queued == [("kervan.core.services.bulk.carry_on", run.uid)]
    assert "in the background" in client.get(f"/office/many/{run.uid}/").content.decode()
    pieces = iter([None, RuntimeError("killed")])
    real = services._do

    def dying(*args: Any) -> Any:
        if (error := next(pieces, None)) is not None:
            raise error
        return real(*args)

    monkeypatch.setattr(services, "_do", dying)
    with pytest.raises(RuntimeError):
        services.carry_on(run.uid)
    run.refresh_from_db()
    assert (run.position, run.changed, run.state) == (2, 2, BulkState.WAITING)
    progress = f"/office/many/{run.uid}/progress/"
    assert 'value="2"' in client.get(progress, headers={"HX-Request": "true"}).content.decode()
    assert services.carry_on(run.uid) == "done"
    run.refresh_from_db()
    assert (run.position, run.changed, run.state) == (5, 5, BulkState.DONE)
    assert client.get(progress, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert services.carry_on(run.uid) == "nothing to do"


def test_whoever_lost_the_right_meanwhile_changes_nothing(
    signed_in: SignedIn, office: Office, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    monkeypatch.setattr(services.work, "later", lambda *job: None)
    client = signed_in(elif_)
    run = chosen(client, message(office, "yes").uid)
    client.post(f"/office/many/{run.uid}/apply/")
    elif_.person.roles.all().delete()
    assert services.carry_on(run.uid) == "not allowed any more"
    assert subjects() == ["yes"]


def test_nobody_else_finds_what_somebody_is_doing(
    signed_in: SignedIn, office: Office, elif_: Any, leyla: Any, ayse: Any, omar: Any
) -> None:
    run = chosen(signed_in(elif_), message(office, "yes").uid)
    for who in (leyla, ayse, omar):
        client = signed_in(who)
        assert client.get(f"/office/many/{run.uid}/").status_code == 404
        assert client.post(f"/office/many/{run.uid}/apply/").status_code == 404
    assert subjects() == ["yes"]
