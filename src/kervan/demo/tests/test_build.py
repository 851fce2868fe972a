"""The demonstration: the same from a seed, complete, removable, for any university."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from kervan.agreements.models import Agreement
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office, StoredFile
from kervan.core.storage import path_of
from kervan.demo import applications, build, sheet
from kervan.demo.remove import owned_models
from kervan.institutions.models import Institution
from kervan.people.models import Person, User
from kervan.selection.models import Application, Call, Place, PlacementRun, Wish
from kervan.selection.rules import succession
from kervan.selection.services import importing, placement
from kervan.selection.services.scoring import score_call
from kervan.selection.states import ApplicationState

pytestmark = pytest.mark.django_db


def closed_call() -> Call:
    return Call.objects.order_by("closes_on")[0]


def snapshot() -> str:
    """Score and place the closed call as the office does."""
    head = User.objects.get(email="leyla@demo.example")
    call = closed_call()
    score_call(call, actor=head)
    run = PlacementRun(office=call.office, call=call, number=1, made_by=head)
    run.save()
    placement._give_keys(run)
    computed = placement.compute(run)
    assert computed.certificate.ok
    return hashlib.sha256(computed.snapshot.encode()).hexdigest()


def everything() -> list[Any]:
    """What was invented, without keys of the database."""
    wishes = Wish.objects.order_by("uid").values_list("uid", "application__uid", "place__uid", "rank")
    people = Person.objects.order_by("uid").values_list(
        "uid", "given_name", "family_name", "birth_date", "student_number"
    )
    applications = Application.objects.order_by("uid").values_list("uid", "unit__uid", "gpa_4", "state", "person__uid")
    return [*wishes, *people, *applications]


def test_same_seed_gives_same_people_and_same_snapshot_bytes(directory: None) -> None:
    today = timezone.localdate()
    build.rebuild(build.bayburt(), today=today)
    first, first_snapshot = everything(), snapshot()
    build.rebuild(build.bayburt(), today=today)
    assert everything() == first
    assert snapshot() == first_snapshot


def test_another_seed_gives_other_people(small: None) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    first = everything()
    build.rebuild(build.bayburt(), seed="another", today=timezone.localdate())
    assert everything() != first


def test_bayburt_has_six_hundred_applications_ready_to_place(directory: None) -> None:
    built = build.rebuild(build.bayburt(), today=timezone.localdate())
    call = closed_call()
    states = dict.fromkeys(ApplicationState, 0)
    for state in Application.objects.filter(call=call).values_list("state", flat=True):
        states[ApplicationState(state)] += 1
    assert (states["submitted"], states["returned"], states["checked"]) == (12, 3, 585)
    assert call.is_closed
    assert built.agreements == 43
    assert not Agreement.objects.filter(is_invented=False).exists()
    assert not Person.objects.filter(is_invented=False).exists()
    assert all(user.has_usable_password() is False for user in User.objects.all())


def test_some_places_stay_empty_somebody_could_take_and_emre_misses_one(directory: None) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    call = closed_call()
    snapshot()
    run = PlacementRun.objects.get(call=call)
    computed = placement.compute(run)
    totals = placement.totals_of(computed.market, computed.placement)
    assert totals["empty"] > 5 and totals["could_take"] > 5
    assert 20 < totals["with_grant"] < totals["placed"]
    results = {row.application.person.full_name: computed.placement.outcomes[row.key] for row in run.keys.all()}
    assert results["Ayşe Çelik"].result == "main"
    assert results["Emre Şahin"].result in ("reserve", "not_placed")
    shortfall = results["Emre Şahin"].wishes[0].shortfall
    assert shortfall is not None and 0 < shortfall < 5


@pytest.mark.parametrize("name", ["Boğaziçi Üniversitesi", "Acıbadem", "Uppsala universitet"])
def test_rebuilds_as_another_university(small: None, name: str) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    home = Institution.objects.matching(name)[0]
    build.rebuild(home, today=timezone.localdate())
    office = Office.objects.get()
    assert office.name_tr == home.name
    assert Application.objects.filter(call=closed_call()).count() == 80
    assert Institution.objects.filter(office__isnull=False).count() == 1
    assert not build.bayburt().units.exists()
    snapshot()


def test_university_without_erasmus_code_gets_mevlana_and_bilateral_agreements(small: None) -> None:
    home = Institution.objects.filter(erasmus_code="", country="TR").order_by("sort_key")[0]
    build.rebuild(home, today=timezone.localdate())
    assert set(Agreement.objects.values_list("kind", flat=True)) == {"mevlana", "bilateral", "mou", "double_degree"}
    assert closed_call().pack_version.name == "mevlana"
    assert Place.objects.filter(call=closed_call()).exists()
    snapshot()


def test_removing_leaves_nothing_of_the_office_behind(small: None) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    old = Office.objects.get()
    files = [path_of(stored) for stored in StoredFile.objects.all()]
    assert files and all(path.exists() for path in files)
    build.rebuild(Institution.objects.matching("Uppsala universitet")[0], today=timezone.localdate())
    assert all(not model._base_manager.filter(office_id=old.pk).exists() for model in owned_models())
    assert not any(path.exists() for path in files)
    assert User.objects.count() == 8


def test_refuses_where_a_real_office_stands(directory: None, office: Office) -> None:
    home = Institution.objects.get(erasmus_code="S UPPSALA01")
    with pytest.raises(NotPossible):
        build.rebuild(home, today=timezone.localdate())
    assert Office.objects.get() == office


def test_refuses_outside_demo_mode(small: None, settings: Any) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    settings.DEMO = False
    events = Event.objects.count()
    with pytest.raises(NotPossible):
        build.rebuild(build.bayburt(), today=timezone.localdate())
    assert Event.objects.count() == events


def test_dates_follow_the_day_and_nothing_else_does(small: None) -> None:
    build.rebuild(build.bayburt(), today=date(2026, 10, 1))
    people = everything()
    build.rebuild(build.bayburt(), today=date(2026, 12, 24))
    assert everything() == people


def test_sample_table_has_fourteen_problems_each_found_with_its_reason(small: None) -> None:
    build.rebuild(build.bayburt(), today=timezone.localdate())
    office = Office.objects.get()
    content = sheet.content(office)
    assert content == sheet.content(office)
    batch = importing.upload(sheet.demo_call(office), kind="portal", name=sheet.NAME, content=content, actor=None)
    batch = importing.choose_columns(batch, batch.mapping, actor=None)
    by_row = {record["row"]: record for record in batch.preview}
    clean = [by_row[number]["action"] for number in range(2, sheet.first_trap_row())]
    assert clean == ["create"] * sheet.CLEAN_ROWS
    for number, trap in enumerate(sheet.TRAPS, sheet.first_trap_row()):
        found = by_row[number]
        if trap.becomes == sheet.REFUSED:
            assert [problem[0] for problem in found["problems"]] == [trap.code], trap.code
        elif trap.becomes == sheet.REPAIRED:
            assert found["action"] == "create" and found["name"] == "İrem Nur Işıklı"
        else:
            assert found["action"] == "change" and [change[0] for change in found["changes"]] == ["gpa_4"]
    assert batch.counts == {"create": 7, "change": 1, "same": 0, "refuse": 12}
    importing.apply(batch, actor=None)
    again = importing.upload(sheet.demo_call(office), kind="portal", name=sheet.NAME, content=content, actor=None)
    assert again.counts == {"create": 0, "change": 0, "same": 8, "refuse": 12}


def test_first_start_fills_an_empty_installation_once(demo_mode: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_start")
    assert "6166 institutions new" in capsys.readouterr().out
    uids = set(Application.objects.values_list("uid", flat=True))
    assert len(uids) == 609
    call_command("first_start")
    assert capsys.readouterr().out == ""
    assert set(Application.objects.values_list("uid", flat=True)) == uids


def test_first_start_without_demo_says_how_to_begin(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = False
    call_command("first_start")
    assert "--office-name" in capsys.readouterr().out
    assert not Office.objects.exists()


def test_first_start_makes_an_office_whose_head_sets_a_password(
    settings: Any, client: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = False
    call_command("first_start", office_name="Bayburt University", email="head@example.org", university="TR BAYBURT01")
    path = capsys.readouterr().out.split()[-1]
    head = Person.objects.get(email="head@example.org")
    assert {role.role for role in head.roles.all()} == {"head", "administrator"}
    assert Office.objects.get().institution.units.count() == 87
    form = client.get(path, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "kervan yolda 2026", "password2": "kervan yolda 2026"})
    client.post("/accounts/login/", {"login": "head@example.org", "password": "kervan yolda 2026"})
    assert client.session["_auth_user_id"] == str(head.user_id)


@pytest.mark.parametrize("name", ["Boğaziçi Üniversitesi", "Acıbadem", "Uppsala universitet"])
def test_somebody_moves_up_after_ayse_and_emre_misses_by_little(directory: None, name: str) -> None:
    build.rebuild(Institution.objects.matching(name)[0], today=timezone.localdate())
    snapshot()
    run = PlacementRun.objects.get(call=closed_call())
    computed = placement.compute(run)
    keys = {row.application.person.full_name: row.key for row in run.keys.all()}
    assert computed.placement.outcomes[keys["Ayşe Çelik"]].result == "main"
    assert succession.withdraw(computed.market, computed.placement, keys["Ayşe Çelik"]).steps
    shortfall = computed.placement.outcomes[keys["Emre Şahin"]].wishes[0].shortfall
    assert shortfall is not None and 0 < shortfall <= applications.LITTLE
