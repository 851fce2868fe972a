"""The common pages: first page, start, search, language, glossary, health."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from kervan.core import registries, texts
from kervan.core.management.commands import glossary
from kervan.core.models import Office
from kervan.core.registries import Hit, QueueItem
from kervan.core.selectors import pages as selectors

SignedIn = Callable[[Any], Client]


def test_the_first_page_of_an_empty_installation_says_how_to_begin(client: Client, db: None) -> None:
    assert "./kervan first_start" in client.get("/").content.decode()


def test_two_offices_and_a_foreign_host_show_no_office(client: Client, office: Office, other_office: Office) -> None:
    page = client.get("/", headers={"host": "127.0.0.1"})
    assert (page.status_code, "No office answers" in page.content.decode()) == (200, True)


def test_the_first_page_names_the_office_in_the_readers_language(client: Client, office: Office) -> None:
    assert "Bayburt University" in client.get("/").content.decode()
    client.cookies["kervan_language"] = "tr"
    assert "Bayburt Üniversitesi" in client.get("/").content.decode()


def test_the_first_page_shows_the_parts_of_other_apps(
    client: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = registries.HomePart("core/glossary.html", lambda scope: {"rows": [{"term": "a part", "other": "bir parça"}]})
    monkeypatch.setattr(registries, "home_parts", [part])
    assert "bir parça" in client.get("/").content.decode()


def test_the_most_urgent_comes_first_on_the_start_page(
    elif_: Any, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [QueueItem("Later", "Then.", "/a", "Open"), QueueItem("Now", "Today.", "/b", "Open", is_urgent=True)]
    monkeypatch.setattr(registries, "queue_sources", [lambda scope: items])
    page = signed_in(elif_).get("/start/").content.decode()
    assert page.index("Now") < page.index("Later")


def test_a_visitor_is_asked_to_sign_in_before_the_start_page(client: Client, office: Office) -> None:
    assert client.get("/start/").headers["Location"] == "/accounts/login/?next=/start/"


def test_an_account_with_nothing_is_told_what_to_do(nadia: Any, signed_in: SignedIn) -> None:
    page = signed_in(nadia).get("/start/").content.decode()
    assert "/my/begin/" in page and "nadia@bayburt.example" in page


def test_search_needs_two_letters(office: Office, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(registries, "search_sources", [lambda scope, key: asked.append(key) or []])
    client.get("/find/?q=Ş")
    client.get("/find/?q=Şİ")
    assert asked == ["si"]


def test_search_shows_hits_by_kind_and_escapes_them(
    office: Office, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = Hit("Institutions", "<b>Uppsala</b>", "SE", "/institutions/x/")
    monkeypatch.setattr(registries, "search_sources", [lambda scope, key: [hit]])
    page = client.get("/find/?q=uppsala").content.decode()
    assert "&lt;b&gt;Uppsala" in page and "<b>Uppsala" not in page


def test_search_answers_htmx_with_the_hits_alone(office: Office, client: Client) -> None:
    page = client.get("/find/?q=uppsala", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page and 'id="hits"' in page


def test_the_language_is_kept_in_cookie_and_account(ayse: Any, signed_in: SignedIn) -> None:
    client = signed_in(ayse)
    answer = client.post("/language/", {"language": "tr", "next": "/glossary/"})
    ayse.refresh_from_db()
    kept = (answer.headers["Location"], client.cookies["kervan_language"].value, ayse.language)
    assert kept == ("/glossary/", "tr", "tr")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_language_switch_never_leads_away(client: Client, office: Office, target: str) -> None:
    answer = client.post("/language/", {"language": "tr", "next": target})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(client: Client, office: Office) -> None:
    client.post("/language/", {"language": "xx"})
    assert "kervan_language" not in client.cookies


def test_the_glossary_follows_the_readers_alphabet(client: Client, office: Office) -> None:
    client.cookies["kervan_language"] = "tr"
    page = client.get("/glossary/").content.decode()
    assert page.index("ilan<") < page.index("üst sınır<") < page.index("yedek<")


def test_the_page_of_the_docs_is_the_same_glossary() -> None:
    assert glossary.TARGET.read_text("utf-8") == glossary.text()


def test_every_word_of_the_glossary_has_both_languages() -> None:
    assert [row["english"] for row in selectors.glossary_rows() if not all(row.values())] == []


def test_health_tells_a_silent_worker(client: Client, office: Office) -> None:
    assert client.get("/healthz").json() == {"database": "ok", "worker": "silent", "worker_last_at": None}


def test_health_costs_few_queries(client: Client, office: Office, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        client.get("/healthz")


def test_writing_the_glossary_changes_nothing_when_it_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    before = glossary.TARGET.read_bytes()
    call_command("glossary")
    assert glossary.TARGET.read_bytes() == before


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Good morning, Elif"), (12, "Good afternoon, Elif"), (18, "Good evening, Elif")]
)
def test_the_start_page_greets_by_the_time_of_the_day(hour: int, words: str) -> None:
    assert texts.greeting(datetime(2026, 11, 25, hour, tzinfo=UTC), "Elif") == words


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        (0, "Wednesday 25 November. Nothing waits for you."),
        (1, "Wednesday 25 November. One thing waits for you."),
        (4, "Wednesday 25 November. 4 things wait for you."),
    ],
)
def test_the_start_page_says_how_much_waits(waiting: int, words: str) -> None:
    assert texts.day_sentence(datetime(2026, 11, 25, tzinfo=UTC), waiting) == words


def test_the_icon_is_found_at_the_usual_address(db: None, client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"].endswith(".svg")
