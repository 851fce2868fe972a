"""Saved views, actions on many rows, frozen tables, of both offices."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import QueryDict

from kervan.agreements.models import Agreement
from kervan.core import bulk
from kervan.core.models import BulkRun, FrozenTable, Office, SavedView
from kervan.core.services import bulk as services
from kervan.core.services import frozen
from kervan.people.middleware import scope_of
from small_world.base import Sent, World


def make_workspace(world: World, rows: int = 0) -> None:
    world.things["list agreements"] = {"list_name": "agreements"}
    for name, office, user, to in (
        ("ours", world.office, world.people["elif"], "leyla"),
        ("theirs", world.other, world.people["omar"], "olof"),
    ):
        view = {"office": office, "user": user, "list_name": "outbox", "query": "state=sent"}
        world.keep(f"view {name}", SavedView.objects.create(title="Sent", is_shared=True, **view))
        world.keep(f"many {name}", a_run(office, user, rows, ""))
        world.keep(f"many ready {name}", a_run(office, user, rows, world.people[to].uid))
        table = a_table(office, user, rows)
        world.keep(f"table {name}", table)
        world.keep(f"table file {name}", table, kind="csv")
        for number in range(rows):
            SavedView.objects.create(title=f"Sent {number}", **view)
            a_table(office, user, 1)


def a_run(office: Office, user: Any, rows: int, to: str) -> BulkRun:
    """Agreements of the office to hand over: chosen, or, with whom it goes to, ready to be done."""
    scope = scope_of(user, office.pk)
    action = bulk.action_of("agreements", "hand_over", scope)
    assert action is not None
    found = list(Agreement.objects.visible_to(scope).values_list("uid", flat=True)[: rows + 1])
    run = services.choose(action, found, scope=scope, path="/office/agreements/", query="", actor=user)
    if to:
        sent = QueryDict(mutable=True)
        sent.update({"to": to, "reason": "Leave"})
        services.preview(run, action, sent, scope=scope)
    return run


def a_table(office: Office, user: Any, rows: int) -> FrozenTable:
    """A table of the outbox as it is."""
    with tempfile.TemporaryDirectory() as folder:
        csv, xlsx = Path(folder) / "csv", Path(folder) / "xlsx"
        csv.write_text("Subject\n" + "Mail\n" * rows)
        xlsx.write_bytes(b"PK")
        values = {"list_name": "outbox", "title": "Mails", "purpose": "The rectorate", "query": "", "about": {}}
        return frozen.keep(frozen.Files(csv, xlsx, rows), office=office, actor=user, **values)


def handed_to(world: World, to: str = "leyla") -> dict[str, Any]:
    return {"to": world.people[to].uid, "reason": "Leave"}


SENT: Sent = {
    "core:view_save": lambda world: {"list": "outbox", "path": "/office/outbox/", "query": "state=sent", "title": "T"},
    "core:view_change": lambda world: {"title": "Other", "back": "/office/views/"},
    "core:view_delete": lambda world: {"back": "/office/views/"},
    "core:bulk": lambda world: {
        "action": "hand_over",
        "path": "/office/agreements/",
        "uid": world.rows["agreement whole"].uid,
    },
    ("core:bulk", "omar"): lambda world: {
        "action": "hand_over",
        "path": "/office/agreements/",
        "uid": world.rows["agreement theirs whole"].uid,
    },
    "core:bulk_run": handed_to,
    ("core:bulk_run", "many theirs"): lambda world: handed_to(world, "olof"),
    "core:freeze": lambda world: {"list": "outbox", "path": "/office/outbox/", "title": "T", "purpose": "P"},
}
