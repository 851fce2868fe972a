"""The seal of the history: what was changed behind the software's back is found."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kervan.core import history
from kervan.core.models import Event, Office
from kervan.people.models import User


@pytest.fixture
def sealed(ayse: Any, elif_: Any, leyla: Any) -> list[Event]:
    """Three sealed events: two of Elif's, one of the worker."""
    history.record(ayse.person, "person.saved", actor=elif_, changes={"phone": ["", "0458"]})
    history.record_many(ayse.person.office_id, "call", "call.publish", [("a" * 12, {"places": 3})], actor=elif_)
    history.record(ayse.person, "person.noted", actor=None, grade="3.12")
    assert history.seal() == 3
    return list(Event.objects.order_by("sequence"))


def broken(office: Office) -> int | None:
    return history.first_broken_link(office.pk)


def test_an_untouched_history_holds(sealed: list[Event], office: Office) -> None:
    assert [event.sequence for event in sealed] == [1, 2, 3]
    assert broken(office) is None


@pytest.mark.parametrize(
    "change",
    [
        {"values": {"places": 4}},
        {"values": {}},
        {"kind": "call.open"},
        {"subject_uid": "b" * 12},
        {"uid": "c" * 12},
        {"digest": "0" * 64},
        {"actor_digest": ""},
    ],
    ids=str,
)
def test_a_changed_row_is_found(change: dict[str, Any], sealed: list[Event], office: Office) -> None:
    Event.objects.filter(pk=sealed[1].pk).update(**change)
    assert broken(office) == 2


def test_changed_values_with_a_fitting_digest_are_found(sealed: list[Event], office: Office) -> None:
    values = {"places": 4}
    Event.objects.filter(pk=sealed[1].pk).update(values=values, digest=history.digest(sealed[1].salt, values))
    assert broken(office) == 2


def test_another_actor_is_found(sealed: list[Event], office: Office, leyla: Any) -> None:
    Event.objects.filter(pk=sealed[1].pk).update(actor=leyla)
    assert broken(office) == 2
    Event.objects.filter(pk=sealed[1].pk).update(actor=sealed[1].actor)
    Event.objects.filter(pk=sealed[2].pk).update(actor=leyla)
    assert broken(office) == 3


def test_a_row_taken_out_is_found(sealed: list[Event], office: Office) -> None:
    Event.objects.filter(pk=sealed[0].pk).delete()
    assert broken(office) == 1


def test_erased_values_and_accounts_leave_the_history_whole(sealed: list[Event], office: Office, elif_: Any) -> None:
    Event.objects.filter(pk=sealed[1].pk).update(values=None, salt="")
    User.objects.filter(pk=elif_.pk).delete()
    sealed[0].refresh_from_db()
    assert sealed[0].actor is None
    assert broken(office) is None


def test_each_office_has_a_history_of_its_own(sealed: list[Event], office: Office, omar: Any) -> None:
    history.record(omar.person, "person.saved", actor=omar)
    history.seal()
    Event.objects.filter(office=office).delete()
    assert Event.objects.get().sequence == 1
    assert history.first_broken_link(omar.person.office_id) is None


def check(*arguments: str) -> str:
    out = io.StringIO()
    call_command("history", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_the_seal_to_keep_elsewhere(sealed: list[Event], office: Office) -> None:
    seal = f"3:{sealed[2].chain}"
    assert check() == f"bayburt: 3 sealed events hold. Keep this elsewhere: {seal}\n"
    assert check("--kept", seal) == check()


def test_the_command_names_the_broken_event(sealed: list[Event]) -> None:
    Event.objects.filter(pk=sealed[1].pk).update(values={"places": 4})
    with pytest.raises(CommandError, match=r"bayburt: event 2 .*call\.publish.* changed"):
        check()


def test_a_history_written_anew_differs_from_the_seal_that_was_kept(sealed: list[Event]) -> None:
    kept = f"3:{sealed[2].chain}"
    Event.objects.filter(pk=sealed[0].pk).update(kind="person.seen", sequence=None)
    Event.objects.update(sequence=None, chain="")
    history.seal()
    assert "hold" in check()
    with pytest.raises(CommandError, match="not the one that was kept"):
        check("--kept", kept)
