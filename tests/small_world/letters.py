"""Templates, sendings in every state, and documents, of both offices."""

from datetime import date
from typing import Any

from kervan.core.models import LetterRun, Office
from kervan.core.scope import Grant, Role, Scope
from kervan.core.services import documents, letter_runs, letters
from small_world.base import PDF, Sent, World

WORDS = {
    "subject_en": "About {{ name }}",
    "subject_tr": "{{ name }} hakkında",
    "body_en": "Dear {{ name }}",
    "body_tr": "Sayın {{ name }}",
}
TITLES = {"title_en": "Hello", "title_tr": "Merhaba"}


def make_letters(world: World, rows: int = 0) -> None:
    elif_, ayşe = world.people["elif"], world.people["ayşe"].person
    world.keep("letter draft", a_template(world.office, elif_))
    version = released(a_template(world.office, elif_), elif_)
    world.keep("letter in use", version.template)
    for state in ("draft", "running", "stopped", "done"):
        run = a_sending(version, [ayşe.uid], elif_)
        bring_to(run, state, elif_)
        world.keep(f"sending {state}", run, item_uid=run.items.first().uid)
    ours = a_document(world.office, elif_)
    world.keep("document ours", ours, code=ours.code)
    make_their_letters(world)
    many_letters(world, version, rows)


def bring_to(run: LetterRun, state: str, actor: Any) -> None:
    if state != "draft":
        letter_runs.start(run, actor=actor)
    if state == "stopped":
        letter_runs.stop(run, actor=actor)
    if state == "done":
        letter_runs.carry_on(run.pk)


def make_their_letters(world: World) -> None:
    omar, sven = world.people["omar"], world.people["sven"].person
    world.keep("letter theirs draft", a_template(world.other, omar))
    version = released(a_template(world.other, omar), omar)
    world.keep("letter theirs", version.template)
    for state in ("draft", "running", "stopped", "done"):
        run = a_sending(version, [sven.uid], omar)
        bring_to(run, state, omar)
        world.keep(f"sending theirs {state}", run, item_uid=run.items.first().uid)
    world.keep("document theirs", a_document(world.other, omar))


def many_letters(world: World, version: Any, rows: int) -> None:
    """Many templates, sendings, readers and documents, made by many."""
    for number, user in enumerate(type(world.people["elif"]).objects.order_by("pk")[:rows]):
        released(a_template(world.office, user), user)
        document = a_document(world.office, user)
        a_sending(version, [world.people["ayşe"].person.uid], user)
        for name in ("sending draft", "sending done"):
            item = world.rows[name].items.first()
            item.pk, item.uid, item.subject_uid = None, f"item{len(name)}{number:06}", f"{number}"
            item.document = document
            item.save(force_insert=True)


def a_template(office: Office, actor: Any) -> Any:
    return letters.create_template(office.pk, channel="letter", about="person", **TITLES, words=WORDS, actor=actor)


def released(template: Any, actor: Any) -> Any:
    return letters.release(template.versions.get(), 1, actor=actor)


def a_sending(version: Any, uids: list[str], actor: Any) -> LetterRun:
    head = letter_runs.Head("Elif Kaya", "Officer", "Uzman", date(2026, 1, 1))
    scope = Scope(version.office_id, actor.pk, None, (Grant(Role.STAFF),))
    return letter_runs.draft_run(version, uids, scope=scope, head=head, actor=actor)


def a_document(office: Office, actor: Any) -> Any:
    return documents.issue(
        office, kind="letter", title_en="Letter", title_tr="Yazı", build=lambda _code, _address: PDF, actor=actor
    )


def head_values(world: World, name: str = "sending draft") -> dict[str, Any]:
    return {"signatory": "Elif Kaya", "dated": "2026-01-01", "version": world.rows[name].version}


SENT: Sent = {
    "core:letter_new": lambda world: {"about": "person", "channel": "mail", **TITLES},
    "core:letter_edit": lambda world: {**TITLES, **WORDS, "version": "1"},
    "core:letter_release": lambda world: {"version": "1"},
    "core:letter_write": lambda world: {"uid": world.people["ayşe"].person.uid},
    ("core:letter_write", "letter theirs"): lambda world: {"uid": world.people["sven"].person.uid},
    "core:letter_run_head": head_values,
    ("core:letter_run_head", "sending theirs draft"): lambda world: head_values(world, "sending theirs draft"),
    "core:document_revoke": lambda world: {"reason": "Wrong name."},
}
