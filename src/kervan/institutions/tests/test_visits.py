"""Visits and networks: with whom, when, what came of it; follow-ups are tasks; the calendar knows them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kervan.core.models import Event, Office, Task
from kervan.core.scope import Grant, Role, Scope
from kervan.institutions import common_pages
from kervan.institutions.models import Institution, Network, Partner, Visit

SignedIn = Callable[[Any], Client]


@pytest.fixture
def warsaw(db: None) -> Institution:
    return Institution.objects.create(name="Uniwersytet Warszawski", country="PL", city="Warszawa")


def planned(client: Client, *universities: Institution, **more: Any) -> Visit:
    typed = {
        "kind": "delegation",
        "title": "Delegation from Warsaw",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-03",
        "universities": [one.uid for one in universities],
    }
    answer = client.post(reverse("institutions:visit_new"), {**typed, **more})
    assert answer.status_code == 302, answer.context["form"].errors
    return Visit.objects.latest("pk")


def test_a_visit_makes_an_unknown_university_a_partner_that_is_being_considered(
    warsaw: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    visit = planned(signed_in(elif_), warsaw)
    assert [(str(one), one.state) for one in visit.partners.all()] == [("Uniwersytet Warszawski", "prospect")]


def test_pressed_twice_it_is_one_visit(warsaw: Institution, elif_: Any, signed_in: SignedIn) -> None:
    client = signed_in(elif_)
    planned(client, warsaw, idempotency_key="k")
    planned(client, warsaw, idempotency_key="k")
    assert Visit.objects.count() == 1


def test_days_the_wrong_way_round_are_refused_and_everything_typed_stays(
    warsaw: Institution, elif_: Any, signed_in: SignedIn
) -> None:
    typed = {"kind": "fair", "title": "EAIE", "starts_on": "2026-12-03", "ends_on": "2026-12-01"}
    page = signed_in(elif_).post(reverse("institutions:visit_new"), {**typed, "universities": [warsaw.uid]})
    text = page.content.decode()
    assert "The last day lies before the first day." in text
    assert 'value="EAIE"' in text and f'value="{warsaw.uid}" checked' in text
    assert not Visit.objects.exists()


def test_a_visit_is_changed_reported_and_followed_up(
    warsaw: Institution, office: Office, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    visit = planned(client, warsaw)
    page = reverse("institutions:visit", args=[visit.uid])
    assert "The report follows when it is over." in client.get(page).content.decode()
    other = Institution.objects.create(name="Politechnika", country="PL")
    edit = reverse("institutions:visit_edit", args=[visit.uid])
    assert f'value="{warsaw.uid}" checked' in client.get(edit).content.decode()
    typed = {"kind": "visit", "title": "Visit to Warsaw", "starts_on": "2026-12-01", "ends_on": "2026-12-01"}
    client.post(edit, {**typed, "universities": [warsaw.uid, other.uid], "version": "1"})
    stale = client.post(edit, {**typed, "title": "Mine", "universities": [warsaw.uid], "version": "1"})
    assert "Somebody else saved this record meanwhile" in stale.content.decode()
    assert sorted(str(one) for one in visit.partners.all()) == ["Politechnika", "Uniwersytet Warszawski"]
    report = reverse("institutions:visit_report", args=[visit.uid])
    client.post(report, {"report": "**Agreed** on <script>x</script> two places", "version": "2"})
    shown = client.get(page).content.decode()
    assert "<strong>Agreed</strong>" in shown and "<script>x" not in shown
    follow_up = reverse("institutions:visit_follow_up", args=[visit.uid])
    for _press in range(2):
        client.post(
            follow_up, {"title": "Send the draft", "due_on": "2026-12-20", "to": leyla.uid, "idempotency_key": "k"}
        )
    task = Task.objects.get()
    assert (task.subject_type, task.subject_uid, task.assigned_to) == ("visit", visit.uid, leyla)
    kinds = list(Event.objects.about(visit).values_list("kind", flat=True))
    assert kinds == ["visit.planned", "visit.changed", "visit.reported", "visit.follow_up"]


def test_past_visits_without_a_report_are_found(
    warsaw: Institution, elif_: Any, rektor: Any, signed_in: SignedIn
) -> None:
    client = signed_in(elif_)
    planned(client, warsaw, title="Long ago", starts_on="2025-01-01", ends_on="2025-01-02")
    planned(client, warsaw, title="To come", starts_on="2099-01-01", ends_on="2099-01-02")

    def titles(**query: str) -> list[str]:
        found = client.get(reverse("institutions:visits"), query).context["listing"]
        return [row.title for row, _cells, _notes in found.rows]

    assert titles() == ["To come", "Long ago"]
    assert titles(when="planned") == titles(q="come") == ["To come"]
    assert titles(when="without_report") == titles(when="past") == ["Long ago"]
    assert signed_in(rektor).get(reverse("institutions:visits")).status_code == 200
    assert signed_in(rektor).get(reverse("institutions:visit_new")).status_code == 404


def test_the_calendar_knows_visits_of_the_readers_office(
    warsaw: Institution, office: Office, other_office: Office, elif_: Any, signed_in: SignedIn
) -> None:
    planned(signed_in(elif_), warsaw)
    ours = Scope(office.pk, elif_.pk, None, (Grant(Role.STAFF),))
    theirs = Scope(other_office.pk, 1, None, (Grant(Role.STAFF),))
    days = (date(2026, 12, 3), date(2026, 12, 31))
    assert [(one.on, one.until) for one in common_pages.days(ours, *days)] == [(date(2026, 12, 1), date(2026, 12, 3))]
    assert list(common_pages.days(theirs, *days)) == []
    assert list(common_pages.days(ours, date(2026, 12, 4), days[1])) == []


def test_a_network_has_members_and_a_coordinator_which_may_be_we(
    warsaw: Institution, office: Office, elif_: Any, signed_in: SignedIn
) -> None:
    client, own = signed_in(elif_), Institution.objects.get(office=office)
    typed = {"name_en": "Black Sea Universities", "name_tr": "Karadeniz Üniversiteleri", "kind": "network"}
    client.post(reverse("institutions:network_new"), {**typed, "members": [warsaw.uid], "coordinator": own.uid})
    network = Network.objects.get()
    assert (list(network.members.all()), network.coordinator) == ([warsaw], own)
    page = client.get(reverse("institutions:network", args=[network.uid])).content.decode()
    assert "Uniwersytet Warszawski" in page and "Bayburt" in page
    edit = reverse("institutions:network_edit", args=[network.uid])
    shown = client.get(edit).content.decode()
    assert f'value="{own.uid}" checked' in shown and f'value="{warsaw.uid}" checked' in shown
    client.post(edit, {**typed, "joined_on": "2020-01-01", "version": "1"})
    network.refresh_from_db()
    assert (network.members.count(), network.coordinator) == (0, None)
    assert Event.objects.about(network).last().values["went"] == ["Uniwersytet Warszawski"]
    assert client.get(reverse("institutions:networks"), {"q": "karadeniz"}).context["listing"].count == "1"
    partner = Partner.objects.create(office=office, institution=warsaw)
    network.members.add(warsaw)
    shown = client.get(reverse("institutions:partner", args=[partner.uid])).content.decode()
    assert "Black Sea Universities" in shown


def test_our_own_university_is_found_only_where_it_may_be_chosen(
    office: Office, elif_: Any, signed_in: SignedIn
) -> None:
    client, own = signed_in(elif_), Institution.objects.get(office=office)
    query = {"coordinator_find": "bayburt", "universities_find": "bayburt"}
    allowed = client.get(reverse("institutions:choose"), {**query, "name": "coordinator", "own": "1"})
    others = client.get(reverse("institutions:choose"), {**query, "name": "universities", "many": "1"})
    assert own.uid in allowed.content.decode()
    assert own.uid not in others.content.decode()
