"""Invented work of the office: tasks, some about partners, what colleagues were told, notes. Needs the partners."""

from datetime import timedelta
from typing import Any

from kervan.core.models import Note, Notice, Task, TaskState
from kervan.demo.world import World
from kervan.institutions.models import Partner

PARTNERS = 3
TASKS = (  # who does it, who gave it, due in days (None: no day), number of the partner, what, details, given days ago
    ("elif", "leyla", 2, 0, "Ask for the list of courses taught in English", "For the **next academic year**.", 1),
    ("elif", "elif", -1, None, "Send the signed protocol to the rectorate", "With both annexes.", 8),
    ("mert", "elif", 6, 1, "Name somebody of the department for the visit in spring", "", 3),
    ("elif", "mert", 9, 1, "Reserve rooms for the delegation", "Four people, three nights.", 2),
    ("leyla", "elif", 4, None, "Read the report on last year before the senate meets", "", 5),
    ("leyla", "mert", 12, 2, "Decide whether we answer the offer of a double degree", "", 4),
    (None, "leyla", None, None, "Bring the list of insurers up to date", "Whoever has an hour.", 15),
)
DONE = ("mert", "leyla", "Send the dates of the spring term to our partners", 9, 3)
NOTES = (
    (0, "elif", 12, "Spoke with the coordinator on the phone: two places more are possible **from next autumn**."),
    (0, "leyla", 4, "Their rector visits Ankara in spring; we may invite the delegation."),
    (1, "mert", 6, "The department there has moved to a new building; the old postal address is wrong."),
)


def make_tasks(world: World) -> None:
    """Open tasks of three colleagues, one late, one of nobody; one that is done; notices; notes on partners."""
    partners = list(Partner.objects.filter(office=world.office).select_related("institution").order_by("sort_key"))
    chosen = partners[:PARTNERS]
    tasks = [_task(world, number, chosen, *line) for number, line in enumerate(TASKS)]
    tasks.append(_done(world))
    for task in tasks:
        task.search_key = Task.folded(task.title, task.subject_label)
    told = _told(world, tasks)
    _keep(tasks, "made_at")
    _keep(told, "at")
    _note(world, chosen)


def _task(
    world: World, number: int, partners: list[Partner], who: str | None, giver: str, due: int | None,
    partner: int | None, title: str, text: str, days_ago: int,
) -> Task:  # fmt: skip
    due_on = world.today + timedelta(days=due) if due is not None else None
    task = Task(
        office=world.office,
        uid=world.uid("task", number),
        title=title,
        text=text,
        due_on=due_on,
        assigned_to=world.users.get(who or ""),
        made_by=world.users[giver],
        made_at=world.at(days_ago, 9, 20),
        **_about(partners, partner),
    )
    values = {"title": title, "due_on": due_on.isoformat() if due_on else ""}
    world.happened(task.made_at, task, "task.add", world.users[giver], **values)
    return task


def _about(partners: list[Partner], number: int | None) -> dict[str, str]:
    if number is None or number >= len(partners):
        return {}
    partner = partners[number]
    return {"subject_type": "partner", "subject_uid": partner.uid, "subject_label": str(partner)[:250]}


def _done(world: World) -> Task:
    who, giver, title, given, closed = DONE
    task = Task(
        office=world.office,
        uid=world.uid("task", "done"),
        title=title,
        assigned_to=world.users[who],
        made_by=world.users[giver],
        made_at=world.at(given),
        state=TaskState.DONE,
        closed_at=world.at(closed, 15),
        closed_by=world.users[who],
    )
    world.happened(task.made_at, task, "task.add", world.users[giver], title=title, due_on="")
    world.happened(world.at(closed, 15), task, "task.finish", world.users[who], **{"from": "open", "to": "done"})
    return task


def _keep(rows: list[Any], field: str) -> None:
    """Save rows with their own moment; the column would have the present one."""
    moments = {row.uid: getattr(row, field) for row in rows}
    type(rows[0])._base_manager.bulk_create(rows)
    for uid, moment in moments.items():
        type(rows[0])._base_manager.filter(uid=uid).update(**{field: moment})


def _told(world: World, tasks: list[Task]) -> list[Notice]:
    """Who was given something by somebody else was told; what is older than a day has been read."""
    rows = [_notice(world, task, "task.given", task.assigned_to, task.made_by, task.made_at) for task in tasks]
    done = tasks[-1]
    rows.append(_notice(world, done, "task.finish", done.made_by, done.closed_by, done.closed_at))
    return sorted((row for row in rows if row), key=lambda row: row.at)


def _notice(world: World, task: Task, code: str, to: Any, by: Any, at: Any) -> Notice | None:
    if to is None or to == by:
        return None
    is_old = at < world.at(3)
    return Notice(
        office=world.office,
        uid=world.uid("notice", code, task.uid),
        user=to,
        code=code,
        values={"who": str(by), "title": task.title, "due_on": task.due_on.isoformat() if task.due_on else ""},
        url=task.get_absolute_url(),
        at=at,
        read_at=at + timedelta(hours=3) if is_old else None,
        mailed_at=at + timedelta(hours=1),
    )


def _note(world: World, partners: list[Partner]) -> None:
    rows = []
    for number, (partner, who, days_ago, text) in enumerate(NOTES):
        if partner >= len(partners):
            continue
        row, at = partners[partner], world.at(days_ago, 14)
        uid, user = world.uid("note", number), world.users[who]
        values = {"office": world.office, "subject_type": "partner", "subject_uid": row.uid, "made_by": user}
        rows.append(Note(uid=uid, text=text, made_at=at, **values))
        world.happened(at, row, "record.note_added", user)
    if rows:
        _keep(rows, "made_at")
