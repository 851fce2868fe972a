"""The pages behind a partner's address: who gets in, what is shown, what can be done without and with a code."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.agreements import link_signing
from kervan.agreements.models import Agreement, AgreementVersion, Comment, LinkUse, PartnerAnswer, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.services import links, versions
from kervan.agreements.tests.partner_cast import (
    Warsaw,
    code_in_mail,
    confirmed,
    make_approved,
    make_contact,
    make_partner,
    make_warsaw,
)
from kervan.agreements.views import partner_frame
from kervan.core.models import Event, Office, OutboxMessage, Task
from kervan.institutions.models import Contact, FactSheet

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def warsaw(office: Office, elif_: Any) -> Warsaw:
    return make_warsaw(office, elif_)


def texts(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def state(warsaw: Warsaw) -> str:
    return str(AgreementVersion.objects.get(pk=warsaw.version.pk).state)


def answer_of(warsaw: Warsaw, **more: str) -> dict[str, str]:
    said = {"decision": "accept", "name": "Maria Kowalska", "function": "Vice-rector", "reason": ""}
    return {**said, "digest": warsaw.version.digest, "idempotency_key": "k1", **more}


# Who gets in


def test_the_first_page_says_what_waits(warsaw: Warsaw, client: Client) -> None:
    response = client.get(warsaw.url())
    assert response.status_code == 200
    words = texts(response)
    assert "Welcome, Maria Kowalska" in words
    assert "Agreement 2026-1, version 1, waits for your answer" in words
    assert "Made for Maria Kowalska" in words
    assert "Sign in" not in words


def test_it_is_neither_stored_nor_indexed_and_the_address_goes_nowhere(warsaw: Warsaw, client: Client) -> None:
    response = client.get(warsaw.url())
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in response.headers["X-Robots-Tag"]


@pytest.mark.parametrize("spoiled", ["x", "cut", "other"])
def test_what_is_no_address_of_ours_gets_one_plain_page(warsaw: Warsaw, client: Client, spoiled: str) -> None:
    tokens = {"x": "x", "cut": warsaw.token[:-3], "other": warsaw.token[::-1]}
    responses = [
        client.get(reverse("agreements:link_home", args=[tokens[spoiled]])),
        client.get(reverse("agreements:link_version", args=[tokens[spoiled], warsaw.version.uid])),
        client.post(reverse("agreements:link_send_code", args=[tokens[spoiled]])),
    ]
    assert [one.status_code for one in responses] == [404] * 3
    for one in responses:
        assert "This link opens nothing" in texts(one)
        assert "Warszawski" not in texts(one)
        assert "no-store" in one.headers["Cache-Control"]


def test_another_offices_host_does_not_know_it(warsaw: Warsaw, other_office: Office, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["uppsala.localhost"]
    assert Client(SERVER_NAME="uppsala.localhost").get(warsaw.url()).status_code == 404


def test_an_address_that_ended_says_whom_to_ask_and_nothing_else(warsaw: Warsaw, client: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False):
        response = client.get(warsaw.of_version())
    assert response.status_code == 410
    words = texts(response)
    assert "does not open any more" in words
    assert "erasmus@bayburt.example" in words
    assert "Warszawski" not in words
    assert "Kowalska" not in words
    assert not LinkUse.objects.exists()


def test_an_address_taken_back_opens_nothing_also_for_who_had_a_code(
    warsaw: Warsaw, client: Client, elif_: Any
) -> None:
    confirmed(warsaw, client)
    links.revoke(warsaw.link, actor=elif_)
    assert client.get(warsaw.url()).status_code == 410
    assert client.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 410
    assert state(warsaw) == "approved"


def test_whoever_left_the_partner_has_no_way_in(warsaw: Warsaw, client: Client) -> None:
    Contact.objects.update(left_on=timezone.localdate())
    assert client.get(warsaw.url()).status_code == 410


def test_another_partners_agreement_is_not_there(warsaw: Warsaw, office: Office, elif_: Any, client: Client) -> None:
    krakow = make_approved(office, make_partner(office, "Kraków", "PL KRAKOW01"), elif_, "2026-2")
    uid = krakow.versions.get().uid
    confirmed(warsaw, client)
    for name in ("link_version", "link_comment", "link_answer"):
        send = client.get if name == "link_version" else client.post
        assert send(warsaw.url(name, uid), {}).status_code == 404


def test_another_partners_people_are_not_there(warsaw: Warsaw, office: Office, client: Client) -> None:
    other = make_contact(make_partner(office, "Kraków", "PL KRAKOW01"), "Jan", "Nowak")
    confirmed(warsaw, client)
    for name in ("link_contact", "link_successor"):
        assert client.get(warsaw.url(name, other.uid)).status_code == 404
    assert client.post(warsaw.url("link_confirm_contact", other.uid)).status_code == 404


def test_a_draft_under_our_own_decision_is_not_there(
    warsaw: Warsaw, office: Office, elif_: Any, client: Client
) -> None:
    draft = make_approved(office, warsaw.partner, elif_, "2026-9")
    AgreementVersion.objects.filter(agreement=draft).update(state="proposed", round=0, digest="")
    uid = draft.versions.get().uid
    assert client.get(warsaw.url("link_version", uid)).status_code == 404
    assert "2026-9" not in texts(client.get(warsaw.url()))


def test_too_many_requests_from_one_place_are_turned_away(
    warsaw: Warsaw, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_frame, "REQUESTS", 2)
    cache.clear()
    assert [client.get(warsaw.url()).status_code for _number in range(3)] == [200, 200, 429]
    assert client.get(warsaw.url(), REMOTE_ADDR="192.0.2.9").status_code == 200


def pages(warsaw: Warsaw) -> list[str]:
    return [
        warsaw.url(),
        warsaw.of_version(),
        warsaw.url("link_code"),
        warsaw.url("link_facts"),
        warsaw.url("link_contacts"),
    ]


def test_looking_changes_nothing_but_the_trace(warsaw: Warsaw, client: Client) -> None:
    before = Event.objects.count()
    for url in pages(warsaw):
        assert client.get(url, headers={"user-agent": "MailScanner"}).status_code == 200
        assert client.head(url, headers={"user-agent": "MailScanner"}).status_code == 200
    for name in ("link_comment", "link_answer"):
        assert client.get(warsaw.of_version(name)).status_code == 405
    assert client.get(warsaw.url("link_send_code")).status_code == 405
    assert list(LinkUse.objects.values_list("action", "browser")) == [("opened", "MailScanner")]
    assert Event.objects.count() == before
    assert state(warsaw) == "approved"
    assert not FactSheet.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_member_of_the_office_who_looks_is_no_use_and_cannot_speak_for_the_partner(
    warsaw: Warsaw, elif_: Any, signed_in: Any
) -> None:
    browser = signed_in(elif_)
    assert "You are signed in as a member of the office" in texts(browser.get(warsaw.of_version()))
    said = {"name": "Maria", "text": "We agree.", "idempotency_key": "k"}
    assert browser.post(warsaw.of_version("link_comment"), said).status_code == 409
    confirmed(warsaw, browser)
    assert browser.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 409
    assert state(warsaw) == "approved"
    assert not Comment.objects.exists()
    assert not LinkUse.objects.filter(action="opened").exists()


def test_the_pages_speak_both_languages(warsaw: Warsaw, client: Client) -> None:
    client.post(reverse("core:set_language"), {"language": "tr", "next": warsaw.url()})
    assert client.get(warsaw.url()).headers["Content-Language"] == "tr"


# Reading and commenting need only the address


@pytest.mark.parametrize(("language", "status"), [("en", 200), ("tr", 200), ("de", 404)])
def test_a_version_can_be_kept_as_pdf(warsaw: Warsaw, client: Client, language: str, status: int) -> None:
    response = client.get(warsaw.url("link_pdf", warsaw.version.uid, language))
    assert response.status_code == status
    assert response.content.startswith(b"%PDF") == (status == 200)
    assert "no-store" in response.headers["Cache-Control"]


def test_a_version_shows_its_words(warsaw: Warsaw, client: Client) -> None:
    words = texts(client.get(warsaw.of_version()))
    for part in ("2026-1, version 1", "Study, sent by us", "2 people a year", "From 1 September 2024"):
        assert part in words
    assert "Used in" not in words


def test_without_a_code_there_is_no_answer_form_and_the_page_says_why(warsaw: Warsaw, client: Client) -> None:
    response = client.get(warsaw.of_version())
    assert b'name="decision"' not in response.content
    assert "so that nobody else can do it with a forwarded link" in texts(response)


def test_a_comment_sent_twice_is_one_comment(warsaw: Warsaw, client: Client) -> None:
    said = {"name": "Maria", "text": "When do we start?", "idempotency_key": "k1"}
    for _number in range(2):
        assert client.post(warsaw.of_version("link_comment"), said).status_code == 302
    assert Comment.objects.get().text == "When do we start?"
    assert list(LinkUse.objects.values_list("action", "detail")) == [("commented", "2026-1 v1")]


def test_hostile_words_stay_words(warsaw: Warsaw, client: Client) -> None:
    said = {"name": HOSTILE, "text": HOSTILE, "idempotency_key": "k1"}
    client.post(warsaw.of_version("link_comment"), said)
    Contact.objects.update(family_name=HOSTILE)
    for url in pages(warsaw):
        assert HOSTILE.encode() not in client.get(url).content
    assert b"&lt;script&gt;" in client.get(warsaw.of_version()).content


def test_an_empty_comment_keeps_the_page_and_says_so(warsaw: Warsaw, client: Client) -> None:
    response = client.post(warsaw.of_version("link_comment"), {"name": "Maria Typed", "text": " "})
    assert response.status_code == 422
    assert b'value="Maria Typed"' in response.content


# Deciding needs a code


def test_a_forwarded_link_cannot_accept(warsaw: Warsaw, client: Client) -> None:
    response = client.post(warsaw.of_version("link_answer"), answer_of(warsaw, function="Typed function"))
    assert response.status_code == 403
    assert "Ask for a code first" in texts(response)
    assert b"Typed function" in response.content
    assert state(warsaw) == "approved"


def test_with_the_code_the_partner_accepts(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    assert b'name="decision"' in client.get(warsaw.of_version()).content
    response = client.post(warsaw.of_version("link_answer"), answer_of(warsaw))
    assert response.status_code == 302
    answer = PartnerAnswer.objects.get()
    assert (answer.is_accepted, answer.name, answer.digest) == (True, "Maria Kowalska", warsaw.version.digest)
    assert state(warsaw) == "agreed"
    assert "Both universities have agreed" in texts(client.get(warsaw.of_version()))


def test_an_answer_sent_twice_is_one_answer(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    codes = [client.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code for _number in range(2)]
    assert codes == [302, 302]
    assert PartnerAnswer.objects.count() == 1


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    said = answer_of(warsaw, decision="refuse", name="Typed Name")
    response = client.post(warsaw.of_version("link_answer"), said)
    assert response.status_code == 422
    assert "Say what should be different" in texts(response)
    assert b"Typed Name" in response.content
    client.post(warsaw.of_version("link_answer"), {**said, "reason": "Three people."})
    assert state(warsaw) == "refused"
    assert "did not accept" in texts(client.get(warsaw.of_version()))


@pytest.mark.parametrize("digest", ["0" * 64, "", "ü", "x" * 500])
def test_words_that_changed_meanwhile_are_shown_anew_and_not_accepted(
    warsaw: Warsaw, client: Client, digest: str
) -> None:
    confirmed(warsaw, client)
    response = client.post(warsaw.of_version("link_answer"), answer_of(warsaw, digest=digest, name="Typed Name"))
    assert response.status_code == 409
    assert "The words of this version changed" in texts(response)
    assert warsaw.version.digest.encode() in response.content
    assert b"Typed Name" in response.content
    assert state(warsaw) == "approved"


def test_a_version_taken_back_while_it_was_open_gives_the_typed_words_back(
    warsaw: Warsaw, client: Client, elif_: Any
) -> None:
    confirmed(warsaw, client)
    versions.take_back(warsaw.agreement, reason="A mistake.", actor=elif_)
    said = answer_of(warsaw, decision="refuse", reason="My long reason.")
    response = client.post(warsaw.of_version("link_answer"), said)
    assert response.status_code == 409
    assert "We took this version back" in texts(response)
    assert "My long reason." in texts(response)
    response = client.post(warsaw.of_version("link_comment"), {"name": "Maria", "text": "My comment."})
    assert (response.status_code, "My comment." in texts(response)) == (409, True)
    assert client.get(warsaw.of_version()).status_code == 404


def test_the_cookie_is_for_this_browser_only(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    cookie = client.cookies[partner_frame.cookie_name(warsaw.link)]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/partner/")
    assert client.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 302
    other = Client()
    assert other.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 403


def test_the_cookie_of_another_address_decides_nothing(warsaw: Warsaw, elif_: Any, client: Client) -> None:
    other = links.make_link(make_contact(warsaw.partner, "Jan", "Nowak"), actor=elif_)
    mark = link_signing.browser_mark(other, timezone.now() + rules.DECIDES_FOR)
    client.cookies[partner_frame.cookie_name(warsaw.link)] = mark
    assert client.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 403
    assert state(warsaw) == "approved"


def test_after_twelve_hours_a_new_code_is_needed(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1), tick=False):
        assert client.post(warsaw.of_version("link_answer"), answer_of(warsaw)).status_code == 403


def test_a_wrong_code_says_so_and_how_often_one_may_try(warsaw: Warsaw, client: Client) -> None:
    client.post(warsaw.url("link_send_code"))
    wrong = f"{(int(code_in_mail()) + 1) % 1_000_000:06d}"
    response = client.post(warsaw.url("link_check_code"), {"code": wrong})
    assert response.status_code == 422
    assert "You can try 4 more times" in texts(response)
    assert partner_frame.cookie_name(warsaw.link) not in client.cookies


def test_the_code_page_names_the_mailbox_without_giving_it_away(warsaw: Warsaw, client: Client) -> None:
    words = texts(client.get(warsaw.url("link_code")))
    assert "m…@uw.example" in words
    assert "maria@uw.example" not in words


@pytest.mark.parametrize("wanted", ["facts", "https://x.ex", "", "000000000000"])
def test_after_the_code_one_is_back_where_one_was_and_never_elsewhere(
    warsaw: Warsaw, client: Client, wanted: str
) -> None:
    client.post(warsaw.url("link_send_code"))
    response = client.post(warsaw.url("link_check_code"), {"code": code_in_mail(), "to": wanted})
    assert response.headers["Location"] == warsaw.url("link_facts" if wanted == "facts" else "link_home")


def test_without_a_mail_address_there_is_no_code(warsaw: Warsaw, client: Client) -> None:
    PartnerLink.objects.update(email="")
    assert "cannot send you a code" in texts(client.get(warsaw.url("link_code")))
    client.post(warsaw.url("link_send_code"))
    assert not OutboxMessage.objects.exists()


# Fact sheet and people


def test_the_fact_sheet_is_saved_with_the_name_of_the_contact(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    values = {"nomination_autumn": "15 May", "languages_en": "English B2", "version": "1", "idempotency_key": "k"}
    assert client.post(warsaw.url("link_facts"), values).status_code == 302
    sheet = FactSheet.objects.get()
    assert (sheet.partner, sheet.nomination_autumn, sheet.is_published) == (warsaw.partner, "05-15", False)
    event = Event.objects.about(sheet).get()
    assert event.values is not None
    assert event.values["by"] == "Maria Kowalska"


def test_typed_facts_survive_an_error_and_a_missing_code(warsaw: Warsaw, client: Client) -> None:
    typed = {"nomination_autumn": "31 February", "languages_en": "Typed words", "version": "1"}
    response = client.post(warsaw.url("link_facts"), typed)
    assert (response.status_code, b"Typed words" in response.content) == (403, True)
    confirmed(warsaw, client)
    response = client.post(warsaw.url("link_facts"), typed)
    assert (response.status_code, b"Typed words" in response.content) == (422, True)
    assert "31 February" in texts(response) or b"31 February" in response.content


def test_a_stale_fact_sheet_shows_both_and_overwrites_nothing(warsaw: Warsaw, client: Client) -> None:
    confirmed(warsaw, client)
    FactSheet.objects.create(office=warsaw.partner.office, partner=warsaw.partner, languages_en="Theirs", version=5)
    response = client.post(warsaw.url("link_facts"), {"languages_en": "Mine", "version": "4"})
    assert response.status_code == 409
    assert "Theirs" in texts(response)
    assert b"Mine" in response.content
    assert FactSheet.objects.get().languages_en == "Theirs"


def test_one_press_confirms_the_fact_sheet(warsaw: Warsaw, client: Client) -> None:
    FactSheet.objects.create(office=warsaw.partner.office, partner=warsaw.partner, languages_en="English")
    client.post(warsaw.url("link_confirm_facts"), {"idempotency_key": "k"})
    assert FactSheet.objects.get().confirmed_on is None
    confirmed(warsaw, client)
    client.post(warsaw.url("link_confirm_facts"), {"idempotency_key": "k"})
    assert FactSheet.objects.get().confirmed_on == timezone.localdate()


def test_mail_addresses_of_colleagues_are_shown_only_after_a_code(warsaw: Warsaw, client: Client) -> None:
    make_contact(warsaw.partner, "Jan", "Nowak")
    words = texts(client.get(warsaw.url("link_contacts")))
    assert "Jan Nowak" in words
    assert "jan@uw.example" not in words
    confirmed(warsaw, client)
    assert "jan@uw.example" in texts(client.get(warsaw.url("link_contacts")))


def test_a_contact_is_corrected_only_with_a_code(warsaw: Warsaw, client: Client) -> None:
    url = warsaw.url("link_contact", warsaw.contact.uid)
    values = {
        "family_name": "Kowalska-Nowak",
        "given_name": "Maria",
        "email": "maria@uw.example",
        "language": "en",
        "version": "1",
    }
    assert client.get(url).status_code == 302
    assert client.post(url, values).status_code == 403
    assert Contact.objects.get().family_name == "Kowalska"
    confirmed(warsaw, client)
    assert client.get(url).status_code == 200
    assert client.post(url, values).status_code == 302
    assert Contact.objects.get().family_name == "Kowalska-Nowak"


def test_naming_somebody_else_makes_a_task(warsaw: Warsaw, client: Client) -> None:
    url = warsaw.url("link_successor", warsaw.contact.uid)
    assert client.post(url, {"name": "Jan Nowak"}).status_code == 403
    confirmed(warsaw, client)
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Jan Nowak", "idempotency_key": "k"}).status_code == 302
    assert "Jan Nowak" in Task.objects.get().text


@pytest.mark.parametrize("rows", [1, 8])
def test_pages_cost_the_same_queries_for_many_rows(
    warsaw: Warsaw, office: Office, elif_: Any, client: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        make_approved(office, warsaw.partner, elif_, f"2026-x{number}")
        make_contact(warsaw.partner, f"Jan{number}", "Nowak")
        Comment.objects.create(office=office, agreement_version=warsaw.version, side="partner", name="M", text="T")
    confirmed(warsaw, client)
    for url in pages(warsaw):
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)


# Our side


def test_the_partners_page_lists_its_addresses(warsaw: Warsaw, elif_: Any, signed_in: Any, client: Client) -> None:
    client.get(warsaw.url())
    browser = signed_in(elif_)
    words = texts(browser.get(reverse("agreements:links", args=[warsaw.partner.uid])))
    assert "Maria Kowalska" in words
    assert "Opens" in words
    part = browser.get(reverse("agreements:links", args=[warsaw.partner.uid]), headers={"hx-request": "true"})
    assert b"<html" not in part.content


def test_an_address_is_made_once_and_sent(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    browser = signed_in(elif_)
    url = reverse("agreements:links_new", args=[warsaw.partner.uid])
    values = {"contact": warsaw.contact.uid, "days": "30", "send": "1", "idempotency_key": "k"}
    for _number in range(2):
        assert browser.post(url, values).status_code == 302
    assert PartnerLink.objects.count() == 2
    assert OutboxMessage.objects.count() == 1


def test_the_address_is_shown_only_when_asked_for_and_that_is_kept(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    browser = signed_in(elif_)
    page = reverse("agreements:links_page", args=[warsaw.link.uid])
    assert warsaw.token.encode() not in browser.get(page).content
    response = browser.post(reverse("agreements:links_show", args=[warsaw.link.uid]))
    assert warsaw.token.encode() in response.content
    assert Event.objects.about(warsaw.link).last().kind == "partnerlink.shown"  # type: ignore[union-attr]


def test_pressed_twice_the_address_is_mailed_once(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    browser = signed_in(elif_)
    for _number in range(2):
        browser.post(reverse("agreements:links_send", args=[warsaw.link.uid]), {"idempotency_key": "k"})
    assert OutboxMessage.objects.count() == 1


def test_the_office_takes_an_address_back_and_lengthens_it(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    browser = signed_in(elif_)
    values = {"days": "100", "version": "1"}
    browser.post(reverse("agreements:links_lengthen", args=[warsaw.link.uid]), values)
    link = PartnerLink.objects.get()
    assert link.expires_on == timezone.localdate() + timedelta(days=100)
    browser.post(reverse("agreements:links_revoke", args=[warsaw.link.uid]))
    assert PartnerLink.objects.get().revoked_by == elif_
    assert "opens nothing any more" in texts(browser.get(reverse("agreements:links_page", args=[link.uid])))


def test_an_approved_version_is_sent_from_the_agreement(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    browser = signed_in(elif_)
    url = reverse("agreements:links_offer", args=[warsaw.agreement.uid])
    assert "Send to the partner" in texts(browser.get(url))
    assert browser.post(url, {"contact": warsaw.contact.uid, "days": "60"}).status_code == 302
    assert warsaw.token in OutboxMessage.objects.get().body


def test_what_does_not_wait_is_not_sent(warsaw: Warsaw, elif_: Any, signed_in: Any) -> None:
    versions.take_back(warsaw.agreement, reason="A mistake.", actor=elif_)
    url = reverse("agreements:links_offer", args=[warsaw.agreement.uid])
    assert "does not wait for the partner" in texts(signed_in(elif_).get(url))
    signed_in(elif_).post(url, {"contact": warsaw.contact.uid, "days": "60"})
    assert not OutboxMessage.objects.exists()


def test_somebody_elses_contact_cannot_be_chosen(warsaw: Warsaw, office: Office, elif_: Any, signed_in: Any) -> None:
    other = make_contact(make_partner(office, "Kraków", "PL KRAKOW01"), "Jan", "Nowak")
    url = reverse("agreements:links_new", args=[warsaw.partner.uid])
    assert signed_in(elif_).post(url, {"contact": other.uid, "days": "60"}).status_code == 200
    assert PartnerLink.objects.count() == 1


@pytest.mark.parametrize("name", ["links", "links_new"])
def test_coordinators_do_not_see_addresses(warsaw: Warsaw, mert: Any, signed_in: Any, name: str) -> None:
    assert signed_in(mert).get(reverse(f"agreements:{name}", args=[warsaw.partner.uid])).status_code == 404


def test_on_the_partners_page_coordinators_get_an_empty_part(warsaw: Warsaw, mert: Any, signed_in: Any) -> None:
    url = reverse("agreements:links", args=[warsaw.partner.uid])
    part = signed_in(mert).get(url, headers={"hx-request": "true"})
    assert (part.status_code, part.content) == (200, b"")


def test_forms_of_the_partner_need_their_token(warsaw: Warsaw) -> None:
    browser = Client(enforce_csrf_checks=True)
    said = {"name": "Maria", "text": "When?", "idempotency_key": "k"}
    assert browser.post(warsaw.of_version("link_comment"), said).status_code == 403
    page = browser.get(warsaw.of_version()).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    said["csrfmiddlewaretoken"] = token
    origin = {"origin": "http://testserver"}  # what a browser sends under the policy of these pages
    assert browser.post(warsaw.of_version("link_comment"), said, headers=origin).status_code == 302
    assert browser.post(warsaw.of_version("link_comment"), said, headers={"origin": "null"}).status_code == 403


def test_the_auditor_reads_and_does_not_act(warsaw: Warsaw, deniz: Any, signed_in: Any) -> None:
    browser = signed_in(deniz)
    assert browser.get(reverse("agreements:links_page", args=[warsaw.link.uid])).status_code == 200
    for name in ("links_send", "links_show", "links_revoke", "links_lengthen"):
        assert browser.post(reverse(f"agreements:{name}", args=[warsaw.link.uid])).status_code == 404


def test_another_office_sees_no_address(warsaw: Warsaw, omar: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["uppsala.localhost"]
    browser = Client(SERVER_NAME="uppsala.localhost")
    browser.force_login(omar)
    assert browser.get(reverse("agreements:links_page", args=[warsaw.link.uid])).status_code == 404
    assert browser.get(reverse("agreements:links", args=[warsaw.partner.uid])).status_code == 404
    assert Agreement.objects.filter(office=omar.person.office).count() == 0
