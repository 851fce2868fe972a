"""Role switcher, tour, search for a university: only in demo mode, on this machine, in a demonstration office."""

from typing import Any
from zoneinfo import available_timezones

import pytest
from django.test import Client
from django.urls import reverse

from kervan.core.models import Office
from kervan.demo import cast, ground, selectors, spellings, tour
from kervan.institutions import reference
from kervan.institutions.models import Institution
from kervan.people.models import User

pytestmark = pytest.mark.django_db


def switch(client: Client, name: str, **extra: Any) -> Any:
    return client.post(reverse("demo:switch", args=[name]), **extra)


def test_switcher_signs_in_as_each_of_the_cast(demo: Office, client: Client) -> None:
    for persona in cast.CAST:
        assert switch(client, persona.code).status_code == 302
        page = client.get(reverse("core:start"), follow=True)
        assert persona.name in page.content.decode(), persona.code


def test_switcher_signs_out_as_visitor_and_keeps_the_step(demo: Office, client: Client) -> None:
    client.post(reverse("demo:tour_step"), {"step": "5"})
    switch(client, "elif")
    assert client.session[tour.SESSION_KEY] == 4
    switch(client, "visitor")
    assert client.session[tour.SESSION_KEY] == 4
    assert "_auth_user_id" not in client.session


def test_unknown_role_is_not_there(demo: Office, client: Client) -> None:
    assert switch(client, "root").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_HOST": "kervan.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "192.0.2.7"},
        {"HTTP_CF_CONNECTING_IP": "192.0.2.7"},
        {"HTTP_HOST": "testserver"},
    ],
    ids=str,
)
def test_switcher_is_not_there_for_other_machines(demo: Office, client: Client, headers: dict[str, str]) -> None:
    assert switch(client, "elif", **headers).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("host", ["localhost", "localhost:8010", "127.0.0.1:8010", "[::1]:8010", "one.localhost"])
def test_switcher_is_there_under_each_name_of_this_machine(demo: Office, client: Client, host: str) -> None:
    assert switch(client, "elif", HTTP_HOST=host).status_code == 302


def test_switcher_is_not_there_outside_demo_mode(demo: Office, client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert switch(client, "elif").status_code == 404


def test_switcher_is_not_there_in_a_real_office(demo: Office, client: Client) -> None:
    Office.objects.update(is_demo=False)
    assert switch(client, "elif").status_code == 404
    assert client.post(reverse("demo:rebuild")).status_code == 404
    assert Office.objects.get() == demo


def test_switching_needs_a_post(demo: Office, client: Client) -> None:
    assert client.get(reverse("demo:switch", args=["elif"])).status_code == 405


def test_never_leads_to_another_site(demo: Office, client: Client) -> None:
    answer = client.post(reverse("demo:switch", args=["elif"]), {"next": "https://example.org/"})
    assert answer.headers["Location"] == "/start/"


def test_tour_stands_in_the_ribbon_and_goes_on(demo: Office, client: Client) -> None:
    switch(client, "elif")
    text = client.get(reverse("core:glossary")).content.decode()
    assert f"step 1 of {len(tour.STEPS)}" in text
    client.post(reverse("demo:tour_step"), {"step": "2"})
    assert f"step 2 of {len(tour.STEPS)}" in client.get(reverse("core:glossary")).content.decode()


def test_tour_sees_in_the_database_what_is_done(demo: Office) -> None:
    story = tour.story_of(demo)
    assert story is not None
    assert tour.position(story, 1) == 1
    story.call.state = "scored"
    assert tour.position(story, 1) == 3


def test_search_finds_universities_of_turkiye_first(demo: Office, client: Client) -> None:
    page = client.get(reverse("demo:universities"), {"q": "bayburt"})
    assert "TR BAYBURT01" in page.content.decode()
    fragment = client.get(reverse("demo:universities"), {"q": "boğaziçi"}, headers={"HX-Request": "true"})
    assert "Boğaziçi" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_rebuild_from_the_page_makes_the_chosen_university(demo: Office, client: Client) -> None:
    home = Institution.objects.get(erasmus_code="TR BAYBURT01")
    answer = client.post(reverse("demo:rebuild"), {"university": home.uid}, follow=True)
    assert answer.status_code == 200
    assert Office.objects.get().name_tr == "Bayburt Üniversitesi"
    assert "with 89 applications" in answer.content.decode()


def test_sample_page_lists_fourteen_problems_and_gives_the_table(demo: Office, client: Client) -> None:
    page = client.get(reverse("demo:sample")).content.decode()
    assert page.count('<th scope="row" role="rowheader">') == 14
    table = client.get(reverse("demo:sample_file"))
    assert table.content.startswith(b"PK")
    assert "attachment" in table.headers["Content-Disposition"]


def test_whoever_signed_in_with_an_own_account_is_no_visitor(demo: Office, client: Client) -> None:
    client.force_login(User.objects.create_user("somebody@example.org"))
    page = client.get(reverse("core:glossary")).content.decode()
    assert "You use your own account" in page and "You are a visitor" not in page


def test_withdrawal_counts_for_the_tour_only_after_publication(demo: Office) -> None:
    story = tour.story_of(demo)
    assert story is not None
    story.call.applications.filter(pk=story.ayse.pk if story.ayse else 0).update(state="withdrawn")
    assert tour.position(story, 1) == 2
    story.call.state = "published"
    assert tour.position(story, 1) == 9


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bosphorus", "TR ISTANBU01"),
        ("boğaziçi university", "TR ISTANBU01"),
        ("University of Uppsala", "S UPPSALA01"),
        ("University of Perugia", "I PERUGIA01"),
    ],
)
def test_search_finds_english_and_short_names(demo: Office, text: str, code: str) -> None:
    assert code in [one.erasmus_code for one in selectors.suggestions(text)]


def test_short_names_are_those_of_real_universities() -> None:
    codes = {row.code for row in reference.accredited_heis()}
    assert [name for name, code in spellings.SHORT.items() if code not in codes] == []


def test_office_abroad_keeps_the_time_of_its_country(demo: Office) -> None:
    assert demo.time_zone == "Europe/Stockholm"
    assert set(ground.TIME_ZONES.values()) <= available_timezones()
