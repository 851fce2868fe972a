"""Who may see and do what: every address × everybody × every kind of thing, against one table of expectations.

`matrix.csv` has one row for each address, method and thing; `everybody`, or its columns, the people of `small_world`:

visitor · ayşe and zeynep apply (same programme) · mert coordinates their faculty, derya another one · elif is staff ·
selim is staff with the right to special data · leyla heads the office · rana is leadership · deniz audits ·
ada administers accounts · nadia has an account and no record here · omar is staff of another office

`ok` page shown, nothing changed · `go` led on to another page, nothing changed · `did` done · `in` asked to sign in ·
`404` not there · `405` only by a form
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import small_world
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from small_world import OTHER_HOST, PDF, PORTAL, World, undone, walk

from kervan.core.rules.spreadsheets import write_xlsx
from kervan.selection.models import Application, ImportBatch
from kervan.selection.states import ApplicationState

TABLE = Path(__file__).with_name("matrix.csv")
ROLES = (
    *("visitor", "ayşe", "zeynep", "mert", "derya", "elif", "selim", "leyla", "rana", "deniz", "ada"),
    *("nadia", "omar"),
)
NO_BUSINESS = ("django_session", "core_cache", "core_idempotencykey", "django_q_ormq", "account_emailaddress")
THIRD_PARTY_KEYS = {"key": "x", "uidb36": "1"}
OWN_VALUES = {"kind": "portal", "name": "elif"}


FAMILY = {"ayşe": "Çelikkanat", "zeynep": "Şahinbey", "can": "Demirkazık", "sven": "Bergqvist"}
MAY_READ = {  # whose names may stand on a page of theirs
    "visitor": (),
    "nadia": (),
    "rana": (),
    "ayşe": ("ayşe",),
    "zeynep": ("zeynep",),
    "mert": ("ayşe", "zeynep"),
    "derya": ("can",),
    **dict.fromkeys(("elif", "selim", "leyla", "deniz", "ada"), ("ayşe", "zeynep", "can")),
    "omar": ("sven",),
}
SPECIAL_WORDS = ("Disability", "disability")
SPECIAL_PAGES = ("selection:office_special", "selection:my_application", "selection:my_save", "selection:call")


def table() -> list[dict[str, str]]:
    """The rows; what holds for everybody is written into each column."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = [{name.strip(): (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(file)]
    return [row | dict.fromkeys(ROLES, row["everybody"]) if row["everybody"] else row for row in rows]


def address(name: str, thing: dict[str, str]) -> str:
    """The address of a thing; values that an address does not ask for are left out."""
    pattern = dict(walk())[name].pattern
    wanted = {**THIRD_PARTY_KEYS, **OWN_VALUES, **thing}
    known = pattern.regex.groupindex
    return reverse(name, kwargs={key: wanted[key] for key in known})


# What is sent, and what must be so before, for a form to succeed with whoever may send it


def call_values(world: World) -> dict[str, Any]:
    today, row = timezone.localdate(), world.rows["call draft"]
    return {
        "title_en": "New",
        "title_tr": "Yeni",
        "text_en": "Apply.",
        "text_tr": "Başvurunuz.",
        "pack_version": row.pack_version_id,
        "academic_year": row.academic_year,
        "door": "both",
        "opens_on": today,
        "closes_on": today + timedelta(days=9),
        "results_on": today + timedelta(days=30),
        "max_wishes": 3,
        "waiver_days": 5,
        "mode": "reserve",
        "funded_places": 1,
        "version": row.version,
    }


def version_values(world: World) -> dict[str, Any]:
    row = world.rows["agreement draft"]
    return {
        "kind": "erasmus_iia",
        "reference": "2026-1",
        "valid_from": "2025-09-01",
        "valid_until": "2029-09-30",
        "line-TOTAL_FORMS": "1",
        "line-INITIAL_FORMS": "0",
        "line-0-direction": "outgoing",
        "line-0-kind": "study",
        "line-0-people_per_year": "3",
        "version": row.version,
    }


def person_values(_world: World) -> dict[str, Any]:
    return {
        "given_name": "Yeni",
        "family_name": "Kişi",
        "birth_date": "2001-01-01",
        "language": "tr",
        "email": "new@bayburt.example",
        "student_number": "77",
        "version": "1",
    }


def place_values(world: World) -> dict[str, Any]:
    condition = world.rows["agreement engineering"].versions.get().conditions.get()
    values = {f"{condition.line_uid}-autumn-capacity": "2", f"{condition.line_uid}-autumn-months": "5"}
    return {**values, "version": world.rows["call draft"].version}


def table_values(_world: World) -> dict[str, Any]:
    content = write_xlsx(PORTAL, [["P-2", "2023", "Zafer", "Yılmaz", "Civil Engineering", "Bachelor", "3.0", ""]])
    return {"kind": "portal", "table": SimpleUploadedFile("portal.xlsx", content)}


def column_values(world: World) -> dict[str, Any]:
    return dict(ImportBatch.objects.get(pk=world.rows["import ours"].pk).mapping)


def accept_values(world: World) -> dict[str, Any]:
    uid = world.things["application ayşe"]["uid"]
    return {"uid": [uid], f"version-{uid}": "1"}


def save_values(world: World) -> dict[str, Any]:
    row = world.rows["application draft"]
    return {"statement": "Because.", "version": row.version, "document_transcript": SimpleUploadedFile("a.pdf", PDF)}


Values = Callable[[World], dict[str, Any]]
SENT: dict[str, Values] = {
    "core:set_language": lambda world: {"language": "tr"},
    "people:profile": person_values,
    "people:person_new": person_values,
    "people:person_edit": person_values,
    "people:account": lambda world: {"role": "auditor"},
    "agreements:new": version_values,
    "agreements:edit": version_values,
    "agreements:put_in_force": lambda world: {"document": "IIA 7", "date": "2025-01-01"},
    "agreements:terminate": lambda world: {"ends_on": "2030-08-31", "reason": "End."},
    "selection:office_call_new": call_values,
    "selection:office_call_edit": call_values,
    "selection:office_places": place_values,
    "selection:office_quotas": lambda world: {
        "quota-TOTAL_FORMS": "1",
        "quota-INITIAL_FORMS": "0",
        "quota-0-maximum": "5",
        "version": world.rows["call draft"].version,
    },
    "selection:office_accept_many": accept_values,
    "selection:office_accept": lambda world: {"version": "1"},
    "selection:office_reopen": lambda world: {"version": "1"},
    "selection:office_return": lambda world: {"reason": "The transcript is old.", "version": "1"},
    "selection:office_note_item": lambda world: {"item": "missed_meeting", "count": "1", "version": "1"},
    "selection:office_enter_exam": lambda world: {"language": "de", "mark": "70"},
    "selection:office_withdraw": lambda world: {"reason": "Asked by mail."},
    "selection:office_claim": lambda world: {"decision": "returned", "version": "1"},
    "selection:office_decide_document": lambda world: {"decision": "accepted", "version": "1"},
    "selection:my_save": save_values,
    "selection:my_withdraw": lambda world: {"reason": "I stay."},
    "selection:imports": table_values,
    "selection:import_columns": column_values,
}


def sets(kind: type[Any], name: str, **values: Any) -> Callable[[World], Any]:
    return lambda world: kind.objects.filter(pk=world.rows[name].pk).update(**values)


def closed(name: str) -> Callable[[World], Any]:
    return lambda world: small_world.close(world.rows[name])


BEFORE: dict[tuple[str, str], Callable[[World], Any]] = {
    ("selection:office_reopen", "application ayşe"): sets(
        Application, "application ayşe", state=ApplicationState.CHECKED
    ),
    ("selection:office_score", "call open"): closed("call open"),
}


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
    found = [name for key, name in FAMILY.items() if key not in MAY_READ[role] and name in page]
    if url not in SPECIAL_PAGES:
        found += [word for word in SPECIAL_WORDS if word in page]
    return found


def words_for(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        return "in" if answer["Location"].startswith("/accounts/login/") else "go"
    return "ok" if answer.status_code in (200, 409, 422) else str(answer.status_code)


def asked(world: World, clients: dict[str, Client], row: dict[str, str], role: str) -> tuple[str, str]:
    """What comes of one cell of the table, and the page; nothing of it stays."""
    key = row["url"], row["thing"]
    with undone():
        BEFORE.get(key, lambda world: None)(world)
        values = SENT.get(row["url"], lambda world: {})(world) if row["method"] == "POST" else {}
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
            answer = client.post(url, SENT.get(row["url"], lambda world: {})(world))
            if answer.status_code not in (403, 404):
                accepted.append((row["url"], answer.status_code))
    assert accepted == []
