"""Calls as visitors see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.core.models import Office
from kervan.selection.models import Call, Door
from kervan.selection.tests.small_call import make_call


def page(name: str, *arguments: str, language: str = "en") -> str:
    client = Client(headers={"Accept-Language": language})
    return client.get(reverse(f"selection:{name}", args=arguments)).content.decode()


def test_visitor_sees_open_calls_but_no_drafts(office: Office) -> None:
    make_call(office)
    make_call(office, title_en="Secret draft", state="draft")
    text = page("calls")
    assert "Study abroad" in text
    assert "Secret draft" not in text


def test_draft_and_call_of_another_office_are_not_there(office: Office, other_office: Office) -> None:
    draft, foreign = make_call(office, state="draft"), make_call(other_office)
    for call in (draft, foreign):
        assert Client().get(reverse("selection:call", args=[call.uid])).status_code == 404


def test_call_says_until_when_what_counts_and_from_where_it_is_known(office: Office) -> None:
    text = page("call", make_call(office).uid)
    assert "24:00 (Istanbul time)" in text
    assert "50 percent" in text
    assert "younger applicant goes first" in text
    assert "bayburt.edu.tr criteria page" in text
    assert "German at B2 required" in text
    assert "Sign in to apply" in text


def test_call_on_the_portal_shows_no_button_to_apply(office: Office, ayse: Any, signed_in: Any) -> None:
    call = make_call(office, door=Door.PORTAL)
    text = signed_in(ayse).get(reverse("selection:call", args=[call.uid])).content.decode()
    assert "national portal" in text
    assert reverse("selection:begin", args=[call.uid]) not in text


def test_applicant_begins_from_the_call(office: Office, ayse: Any, signed_in: Any) -> None:
    call, client = make_call(office), signed_in(ayse)
    address = reverse("selection:begin", args=[call.uid])
    assert address in client.get(reverse("selection:call", args=[call.uid])).content.decode()
    assert client.post(address).status_code == 302
    assert call.applications.get().person == ayse.person


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-9, -1, "This call is closed"), (3, 9, "Applications begin on"), (0, 0, "This call is open")],
)
def test_standing_follows_the_days(office: Office, opens: int, closes: int, words: str) -> None:
    today = timezone.localdate()
    call: Call = make_call(office, opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes))
    assert words in page("call", call.uid)


def test_pages_need_no_more_queries_for_more_places(office: Office, django_assert_max_num_queries: Any) -> None:
    call = make_call(office)
    with django_assert_max_num_queries(8):
        page("call", call.uid)


def test_open_calls_stand_on_the_first_page(office: Office) -> None:
    make_call(office)
    assert "Study abroad" in Client().get("/").content.decode()
