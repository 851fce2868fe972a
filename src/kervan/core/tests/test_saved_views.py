"""Saved views: a list with its search under a name, for oneself or the office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from kervan.core.lists import narrowing
from kervan.core.models import Office, SavedView

SignedIn = Callable[[Any], Client]
LIST = "/office/outbox/"


def save(client: Client, title: str = "Failed", query: str = "state=failed", **more: str) -> Any:
    sent = {"list": "outbox", "path": LIST, "query": query, "title": title, **more}
    return client.post("/office/views/save/", sent)


def test_a_view_stands_above_its_list_and_leads_back_to_its_search(
    signed_in: SignedIn, office: Office, elif_: Any
) -> None:
    client = signed_in(elif_)
    assert "Save this view" not in client.get(LIST).content.decode(), "a list that shows all has nothing to save"
    form = client.get("/office/views/save/?list=outbox&path=/office/outbox/&query=state%3Dfailed").content.decode()
    assert "Could not be sent" in form or "Failed" in form
    assert save(client)["Location"] == f"{LIST}?state=failed"
    page = client.get(f"{LIST}?state=failed&q=&after=xyz").content.decode()
    assert '<a href="?state=failed" aria-current="page">' in page


def test_pressed_twice_it_is_one_view(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    for _press in range(2):
        assert save(client, idempotency_key="k")["Location"] == f"{LIST}?state=failed"
    assert SavedView.objects.count() == 1


def test_a_name_that_is_taken_keeps_what_was_typed(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    save(client)
    page = save(client, query="q=a").content.decode()
    assert "You already have a view called “Failed”" in page and 'value="q=a"' in page
    assert "required" in save(client, title=" ").content.decode()
    assert SavedView.objects.count() == 1


def test_colleagues_see_what_is_shared_and_nothing_else(
    signed_in: SignedIn, office: Office, elif_: Any, leyla: Any, omar: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    save(signed_in(elif_), "Mine")
    save(signed_in(elif_), "Ours", "state=sent", is_shared="on")
    page = signed_in(leyla).get(LIST).content.decode()
    assert "Ours" in page and "Mine" not in page
    client = Client(SERVER_NAME="uppsala.localhost")
    client.force_login(omar)
    answer = client.get(LIST)
    assert answer.status_code == 200 and "Ours" not in answer.content.decode()


def test_only_its_owner_changes_or_deletes_a_view(signed_in: SignedIn, office: Office, elif_: Any, leyla: Any) -> None:
    save(signed_in(elif_), is_shared="on")
    view = SavedView.objects.get()
    sent = {"title": "Other", "back": "/office/views/"}
    assert "Shared by Elif Kaya" in signed_in(leyla).get("/office/views/?list=outbox").content.decode()
    for name in ("change", "delete"):
        assert signed_in(leyla).post(f"/office/views/{view.uid}/{name}/", sent).status_code == 404
    assert signed_in(elif_).post(f"/office/views/{view.uid}/change/", sent)["Location"] == "/office/views/"
    view.refresh_from_db()
    assert (view.title, view.is_shared) == ("Other", False)
    signed_in(elif_).post(f"/office/views/{view.uid}/delete/", sent)
    assert not SavedView.objects.exists()


def test_a_view_from_former_times_shows_what_it_still_can(signed_in: SignedIn, office: Office, elif_: Any) -> None:
    client = signed_in(elif_)
    row = {"office": office, "user": elif_, "list_name": "outbox", "query": "colour=red&sort=gone&state=no"}
    SavedView.objects.create(title="Old", **row)
    page = client.get(f"{LIST}?colour=red&sort=gone&state=no")
    assert page.status_code == 200 and "Old" in page.content.decode()


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example/", "", "/start/", "/office/none/"]
)
def test_only_a_list_of_ours_can_be_saved(signed_in: SignedIn, office: Office, elif_: Any, path: str) -> None:
    sent = {"list": "outbox", "path": path, "query": "", "title": "T"}
    assert signed_in(elif_).post("/office/views/save/", sent).status_code == 404


def test_equal_searches_are_one_query_whatever_their_order() -> None:
    assert narrowing(QueryDict("b=2&a=1&q=&after=x&format=csv")) == narrowing(QueryDict("a=1&b=2")) == "a=1&b=2"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example/", "/\t/evil.example"])
def test_the_way_back_never_leads_elsewhere(signed_in: SignedIn, office: Office, elif_: Any, back: str) -> None:
    assert signed_in(elif_).get("/office/views/", {"back": back}).status_code == 404
