"""Who may see and do what: every address × everybody × every kind of thing, against one table of expectations.

`matrix.csv` has one row for each address, method and thing; `everybody`, or its columns, the people of `small_world`:

visitor · maria, of a partner university, has entered the code that came by mail (where her cell is empty she fares as
any visitor) · ayşe and zeynep apply (same programme) · mert coordinates their faculty, derya another one · elif is
staff · selim is staff with the right to special data · leyla heads the office · rana is leadership · deniz audits ·
ada administers accounts · nadia has an account and no record here · omar is staff of another office

`ok` page shown, nothing changed · `go` led on to another page, nothing changed · `did` done · `in` asked to sign in ·
`403` asked for the code that comes by mail · `404` not there · `405` only by a form · `410` an address that opens
nothing any more
"""

import csv
from pathlib import Path
from typing import Any

import pytest
import small_world
from django.db import connection
from django.test import Client
from django.urls import reverse
from small_world import BEFORE, OTHER_HOST, SENT, World, undone, walk

TABLE = Path(__file__).with_name("matrix.csv")
ROLES = (
    *("visitor", "maria", "ayşe", "zeynep", "mert", "derya", "elif", "selim", "leyla", "rana", "deniz", "ada"),
    *("nadia", "omar"),
)
NO_BUSINESS = (
    *("django_session", "core_cache", "core_idempotencykey", "django_q_ormq", "account_emailaddress"),
    *("agreements_linkuse", "agreements_partnerlink"),  # the trace of an opening; what a partner does writes more
)
THIRD_PARTY_KEYS = {"key": "x", "uidb36": "1"}
OWN_VALUES = {"kind": "portal", "name": "elif"}


FAMILY = {
    **{"ayşe": "Çelikkanat", "zeynep": "Şahinbey", "can": "Demirkazık", "sven": "Bergqvist"},
    **{"kari": "Hansen", "olli": "Virtanen", "marie": "Dupont"},  # contacts of partners
}
MAY_READ = {  # whose names may stand on a page of theirs
    "visitor": (),
    "nadia": (),
    "maria": (),
    "rana": (),
    "ayşe": ("ayşe",),
    "zeynep": ("zeynep",),
    "mert": ("ayşe", "zeynep", "kari", "marie"),
    "derya": ("can", "kari", "marie"),
    **dict.fromkeys(("elif", "selim", "leyla", "deniz"), ("ayşe", "zeynep", "can", "kari", "marie")),
    "ada": ("ayşe", "zeynep", "can"),
    "omar": ("sven", "olli", "marie"),
}
READ_BY_ADDRESS = {"agreements:link_": ("marie",), "institutions:confirm": ("kari", "olli")}  # whoever has the address
SPECIAL_WORDS = ("Disability", "disability")
SPECIAL_PAGES = ("selection:office_special", "selection:my_application", "selection:my_save", "selection:call")


def table() -> list[dict[str, str]]:
    """The rows; what holds for everybody is written into each column."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = [{name.strip(): (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]
    return [row | expectations(row) for row in rows]


def expectations(row: dict[str, str]) -> dict[str, str]:
    if row["everybody"]:
        return dict.fromkeys(ROLES, row["everybody"])
    return {"maria": row["maria"] or row["visitor"]}


def address(name: str, thing: dict[str, str]) -> str:
    """The address of a thing; values that an address does not ask for are left out."""
    pattern = dict(walk())[name].pattern
    wanted = {**THIRD_PARTY_KEYS, **OWN_VALUES, **thing}
    known = pattern.regex.groupindex
    return reverse(name, kwargs={key: wanted[key] for key in known})


# The walk


class Changes:
    """Collects the statements that write business rows (not sessions, caches, keys of forms, the worker's queue)."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        is_change = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        if is_change and not any(f'"{name}"' in sql[:80] for name in NO_BUSINESS):
            self.found.append(sql)
        return execute(sql, parameters, many, context)


def outcome(client: Client, method: str, url: str, values: dict[str, Any]) -> tuple[str, str]:
    """What comes of a request, in one of the words of the table, and the page that was shown."""
    changes, cookies = Changes(), client.cookies.copy()
    with connection.execute_wrapper(changes):
        answer = client.get(url) if method == "GET" else client.post(url, values)
    client.cookies = cookies  # signing out and what is told once end with this request
    word = words_for(answer)
    if changes.found:
        word = "did" if word in ("ok", "go") else f"{word} BUT CHANGED {changes.found[0][:60]}"
    return word, answer.content.decode() if answer["Content-Type"].startswith("text/html") else ""


def leaks(role: str, url: str, page: str) -> list[str]:
    """Names on a page that its reader must not see, and words of special categories outside their pages."""
    known = {key for start, keys in READ_BY_ADDRESS.items() if url.startswith(start) for key in keys}
    found = [name for key, name in FAMILY.items() if key not in known.union(MAY_READ[role]) and name in page]
    if url not in SPECIAL_PAGES:
        found += [word for word in SPECIAL_WORDS if word in page]
    return found


def words_for(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        return "in" if answer["Location"].startswith("/accounts/login/") else "go"
    return "ok" if answer.status_code in (200, 409, 422) else str(answer.status_code)


def sent(world: World, row: dict[str, str], role: str) -> dict[str, Any]:
    """What a form sends, so that it succeeds with whoever may send it."""
    keys = ((row["url"], row["thing"]), (row["url"], role), row["url"])
    values = next((SENT[key] for key in keys if key in SENT), lambda world: {})
    return values(world)


def asked(world: World, clients: dict[str, Client], row: dict[str, str], role: str) -> tuple[str, str]:
    """What comes of one cell of the table, and the page; nothing of it stays."""
    key = row["url"], row["thing"]
    with undone():
        BEFORE.get(key, lambda world: None)(world)
        values = sent(world, row, role) if row["method"] == "POST" else {}
        url = address(row["url"], world.things.get(row["thing"], {}))
        if row["url"] == "agreements:new" and row["thing"] != "-":
            url = f"{reverse('agreements:new')}?institution={world.things[row['thing']]['uid']}"
        return outcome(clients[role], row["method"], url, values)


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.ALLOWED_HOSTS = [small_world.HOST, OTHER_HOST]
    settings.WHITENOISE_AUTOREFRESH = True
    return small_world.build()


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    return {role: world.client(role) for role in ROLES}


def test_every_address_stands_in_the_table() -> None:
    rows = table()
    listed = {(row["url"], row["method"]) for row in rows}
    wanted = {(name, method) for name, _pattern in walk() for method in ("GET", "POST")}
    assert (wanted - listed, listed - wanted) == (set(), set())


def test_every_view_of_ours_states_its_readers() -> None:
    unmarked = [name for name, one in walk() if ":" in name and not hasattr(one.callback, "readers")]
    assert unmarked == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everybody_sees_and_does_what_the_table_says(world: World, clients: dict[str, Client], method: str) -> None:
    differences = []
    for row in table():
        for role in ROLES if row["method"] == method else ():
            found, page = asked(world, clients, row, role)
            where = f"{method} {row['url']} {row['thing']}: {role}"
            if found != row[role]:
                differences.append(f"{where} expected {row[role]}, found {found}")
            differences += [f"{where} reads “{name}”" for name in leaks(role, row["url"], page)]
    assert differences == []


def test_no_form_of_ours_is_taken_without_its_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["leyla"])
    accepted = []
    for row in table():
        if row["method"] == "POST" and ":" in row["url"] and "did" in row.values():
            url = address(row["url"], world.things.get(row["thing"], {}))
            answer = client.post(url, sent(world, row, "leyla"))
            if answer.status_code not in (403, 404):
                accepted.append((row["url"], answer.status_code))
    assert accepted == []
