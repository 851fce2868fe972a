"""How long personal data is kept. The policy is a file (data/retention.csv); every night what is due is carried out.

Each app says, in a module `retention` of its own, when it last needed a person and how its part is erased. Nobody is
erased while a table that points to persons has no holder.
"""

import csv
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from kervan.core import history, keeping
from kervan.core.models import Event, IdempotencyKey, Office, OutboxMessage, OutboxState
from kervan.core.selectors.pages import PRIVATE_MAIL
from kervan.institutions.keeping import left_contacts
from kervan.people.models import Deputy, Duty, Person, RoleAssignment, User

POLICY = Path(__file__).resolve().parent.parent / "data" / "retention.csv"
AT_ONCE = 500
EMPTY = {"recipient": "", "subject": "", "body": "", "ordering_key": "", "last_error": ""}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the policy. `months`: None for as long as the row is there."""

    table: str
    field: str
    is_personal: bool
    why: str
    months: int | None
    then: str


@cache
def policy() -> tuple[Line, ...]:
    """Read the file."""
    with POLICY.open(encoding="utf-8", newline="") as file:
        return tuple(
            Line(row["table"], row["field"], row["personal"] == "yes", row["why"], _months(row["months"]), row["then"])
            for row in csv.DictReader(file)
        )


def _months(text: str) -> int | None:
    return int(text) if text else None


def limit(table: str, field: str, today: date) -> date:
    """Return the day before which data of a line is due. Raises LookupError for a line without months."""
    for line in policy():
        if (line.table, line.field) == (table, field) and line.months is not None:
            return months_before(today, line.months)
    raise LookupError(f"{POLICY.name} has no months for {table}, {field}")


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def midnight(day: date) -> datetime:
    """The beginning of a day in the zone in force."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Holder:
    """A part of the software that holds data on persons.

    tables: those that point to a person. last_needed: (office, today) -> person -> day. erase: called with the persons
    whose time is over, inside a transaction. tidy: (office, today) -> how many rows went for a shorter line of its own.
    """

    tables: tuple[str, ...]
    last_needed: Callable[[int, date], dict[int, date]]
    erase: Callable[[list[Person]], None]
    tidy: Callable[[int, date], int] = lambda _office_id, _today: 0


holders: list[Holder] = []


def hold(holder: Holder) -> None:
    """Add a holder."""
    holders.append(holder)


def tables_without_holder() -> list[str]:
    """Return the tables that point to a person and for which nobody answers."""
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Person
    }
    return sorted(pointing - {table for holder in holders for table in holder.tables})


def night() -> str:
    """Carry out what is due today, office by office. Run by the worker; repeating it changes nothing."""
    if missing := tables_without_holder():
        log.error("nothing is erased: no holder for %s", ", ".join(missing))
        return f"no holder for {', '.join(missing)}"
    today = timezone.localdate()
    tidied = sum(holder.tidy(office.pk, today) for office in Office.objects.all() for holder in holders)
    erased = sum(erase_due(office.pk, today) for office in Office.objects.all())
    return f"persons erased {erased}, rows tidied {tidied}"


def erase_due(office_id: int, today: date) -> int:
    """Erase persons whom no part of the software has needed since the policy's limit. Returns how many."""
    before, erased = limit("people.Person", "given_name", today), 0
    due = [pk for pk, day in _last_needed(office_id, today).items() if day < before]
    for start in range(0, len(due), AT_ONCE):
        erased += _erase(list(Person.objects.filter(pk__in=due[start : start + AT_ONCE]).select_related("user")))
    return erased


def _last_needed(office_id: int, today: date) -> dict[int, date]:
    latest: dict[int, date] = {}
    for holder in holders:
        for pk, day in holder.last_needed(office_id, today).items():
            latest[pk] = max(day, latest.get(pk, day))
    return latest


@transaction.atomic
def _erase(persons: list[Person]) -> int:
    for holder in holders:
        holder.erase(persons)
    for person in persons:
        history.record(person, "person.erased", actor=None)
    return len(persons)


def erase_events(office_id: int, subject_type: str, uids: Iterable[str]) -> None:
    """Erase the values of events about rows, and the salt, without which nobody guesses them from the digest.

    Kind, time and seal stay.
    """
    events = Event.objects.filter(office_id=office_id, subject_type=subject_type, subject_uid__in=list(uids))
    events.update(values=None, salt="")


def _person_last_needed(office_id: int, today: date) -> dict[int, date]:
    """Last event about the person or last sign-in; whoever holds a role is needed today."""
    rows = Person.objects.filter(office_id=office_id)
    by_uid = dict(rows.values_list("uid", "pk"))
    events = Event.objects.filter(office_id=office_id, subject_type="person").values_list("subject_uid")
    days = {by_uid[uid]: timezone.localdate(at) for uid, at in events.annotate(Max("at")) if uid in by_uid}
    for pk, at in rows.filter(user__last_login__isnull=False).values_list("pk", "user__last_login"):
        day = timezone.localdate(at)
        days[pk] = max(day, days.get(pk, day))
    return days | dict.fromkeys(RoleAssignment.objects.filter(person__in=rows).values_list("person", flat=True), today)


def _erase_persons(persons: list[Person]) -> None:
    keys = [person.pk for person in persons]
    accounts = [person.user_id for person in persons if person.user_id]
    nothing: dict[str, Any] = dict.fromkeys(
        ["given_name", "family_name", "student_number", "email", "phone", "search_key", "sort_key"], ""
    )
    Person.objects.filter(pk__in=keys).update(**nothing, birth_date=None, citizenships=[], user=None)
    for person in persons:
        person.enrolments.all().delete()
        Deputy.objects.filter(Q(person=person) | Q(deputy=person)).delete()
        Duty.objects.filter(person=person).update(person=None)
        erase_events(person.office_id, "person", [person.uid])
        keeping.forget(person.office_id, "person", [person.uid])
    User.objects.filter(pk__in=accounts, persons__isnull=True).delete()


def _tidy_messages(office_id: int, today: date) -> int:
    """Empty old messages that have left or never will, and forget the keys of old forms."""
    sent = OutboxMessage.objects.filter(office_id=office_id).exclude(state=OutboxState.WAITING).exclude(body="")
    links = sent.filter(dedupe_key__startswith=PRIVATE_MAIL)
    emptied = links.filter(written_at__lt=midnight(limit("core.OutboxMessage", "body@account", today))).update(**EMPTY)
    emptied += sent.filter(written_at__lt=midnight(limit("core.OutboxMessage", "body", today))).update(**EMPTY)
    keys = IdempotencyKey.objects.filter(office_id=office_id, at__lt=midnight(limit("core.IdempotencyKey", "*", today)))
    return emptied + keys.delete()[0]


WORKSPACE: tuple[tuple[Callable[[int, datetime], int], str, str], ...] = (
    (keeping.old_notices, "core.Notice", "*"),
    (keeping.old_tasks, "core.Task", "*"),
    (keeping.old_notes, "core.Note", "*"),
    (keeping.old_letter_items, "core.LetterItem", "*"),
    (keeping.old_documents, "core.IssuedDocument", "stored_file"),
    (keeping.old_bulk_runs, "core.BulkRun", "*"),
    (keeping.old_frozen_tables, "core.FrozenTable", "*"),
    (keeping.old_sheets, "core.SheetImport", "*"),
    (keeping.left_files, "core.IdempotencyKey", "*"),
    (keeping.old_handovers, "core.Event", "values"),
    (left_contacts, "institutions.Contact", "*"),
)


def _tidy(office_id: int, today: date) -> int:
    """Messages, keys of old forms, and whatever of the workspace has a shorter line of its own."""
    gone = sum(tidy(office_id, midnight(limit(table, field, today))) for tidy, table, field in WORKSPACE)
    return gone + _tidy_messages(office_id, today)


def plan_schedule(**_signal: Any) -> None:
    """After every migration: make sure that the nightly run stands, once."""
    from django_q.models import Schedule

    Schedule.objects.get_or_create(
        name="kervan retention",
        defaults={"func": "kervan.people.retention.night", "schedule_type": Schedule.DAILY},
    )


hold(
    Holder(
        tables=("people.Enrolment", "people.RoleAssignment", "people.Deputy", "people.Duty"),
        last_needed=_person_last_needed,
        erase=_erase_persons,
        tidy=_tidy,
    )
)
