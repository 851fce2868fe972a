"""The retention policy covers every field, and what is due is carried out."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from kervan.core import history, outbox
from kervan.core.models import Event, Office, OutboxMessage
from kervan.people import retention
from kervan.people.models import Person, User

TECHNICAL = {"id", "uid", "office", "version"}


def own_models() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("kervan.")]


def test_every_field_of_every_table_has_its_line() -> None:
    lines = {(line.table, line.field) for line in retention.policy()}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if (model._meta.label, "*") not in lines
        for field in model._meta.concrete_fields
        if field.name not in TECHNICAL and (model._meta.label, field.name) not in lines
    ]
    assert missing == []


def test_no_line_is_about_a_table_that_is_gone() -> None:
    labels = {model._meta.label for model in own_models()}
    assert [line for line in retention.policy() if line.table not in labels] == []


def test_every_personal_line_says_how_long_and_what_then() -> None:
    wrong = [
        line
        for line in retention.policy()
        if line.is_personal and not (line.why and line.then and (line.months or "taken away" in line.then))
    ]
    assert wrong == []


def test_every_table_about_persons_has_a_holder() -> None:
    assert retention.tables_without_holder() == []


def test_nobody_is_erased_while_a_table_has_no_holder(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "holders", retention.holders[:1])
    answer = retention.night()
    assert answer.startswith("no holder for ") and "selection.Application" in answer


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 25), 72, date(2020, 11, 25)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2027, 1, 31), 1, date(2026, 12, 31)),
    ],
)
def test_months_are_counted_back_to_a_day_that_exists(day: date, months: int, expected: date) -> None:
    assert retention.months_before(day, months) == expected


def age(person: Person, years: int) -> None:
    history.record(person, "person.saved", actor=None, changes={"phone": ["", "0458"]})
    Event.objects.filter(subject_uid=person.uid).update(at=timezone.now() - timedelta(days=366 * years))


def test_a_person_not_needed_for_years_is_erased_with_account_and_history(ayse: Any, can: Any) -> None:
    age(ayse.person, 7)
    age(can.person, 5)
    history.seal()
    assert retention.erase_due(ayse.person.office_id, timezone.localdate()) == 1
    person = Person.objects.get(pk=ayse.person.pk)
    assert (person.full_name, person.birth_date, person.student_number, person.search_key) == ("", None, "", "")
    assert not User.objects.filter(pk=ayse.pk).exists() and not person.enrolments.exists()
    events = list(Event.objects.about(person))
    assert [event.values for event in events] == [None, {}] and events[0].salt == ""
    assert history.first_broken_link(person.office_id) is None
    assert Person.objects.get(pk=can.person.pk).family_name == "Şahin"


def test_whoever_holds_a_role_is_not_erased(elif_: Any) -> None:
    age(elif_.person, 9)
    assert retention.erase_due(elif_.person.office_id, timezone.localdate()) == 0


def test_a_person_of_unknown_age_is_not_erased(ayse: Any) -> None:
    assert retention.erase_due(ayse.person.office_id, timezone.localdate()) == 0


def test_erasing_again_the_next_night_changes_nothing(ayse: Any) -> None:
    age(ayse.person, 7)
    assert retention.night() == "persons erased 1, rows tidied 0"
    assert retention.night() == "persons erased 0, rows tidied 0"


def test_links_into_accounts_are_emptied_early_and_other_mails_late(office: Office) -> None:
    for key in ("account:1", "result:1"):
        outbox.write_mail(office, to="a@b.example", subject="S", body="B", language="en", dedupe_key=key)
    outbox.drain()
    OutboxMessage.objects.update(written_at=timezone.now() - timedelta(days=40))
    retention.night()
    assert dict(OutboxMessage.objects.values_list("dedupe_key", "body")) == {"account:1": "", "result:1": "B"}
