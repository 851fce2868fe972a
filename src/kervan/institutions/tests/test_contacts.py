"""Contacts: kept, asked whether they are still right, answering by a signed address, joined when written down twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Note, Notice, Office, OutboxMessage, Task
from kervan.institutions import confirming, letters
from kervan.institutions.models import Contact, Institution, Partner
from kervan.institutions.rules import freshness as rule
from kervan.institutions.selectors import contacts as selectors
from kervan.institutions.services import contacts as services
from kervan.institutions.services.partners import partner_of
from kervan.people import retention

SignedIn = Callable[[Any], Client]
TODAY = date(2026, 11, 25)


@pytest.fixture
def partner(office: Office, elif_: Any) -> Partner:
    warsaw = Institution.objects.create(name="Uniwersytet Warszawski", country="PL", city="Warszawa")
    return partner_of(office.pk, warsaw, actor=elif_)


@pytest.fixture
def maria(partner: Partner, elif_: Any) -> Contact:
    return services.add(
        partner,
        given_name="Maria",
        family_name="Nowak",
        title="Dr",
        function="Institutional coordinator",
        email="maria@uw.example",
        roles=["institutional", "nominations"],
        actor=elif_,
    )


@pytest.mark.parametrize(
    ("confirmed_on", "left_on", "expected"),
    [
        (None, None, rule.NEVER),
        (TODAY, None, rule.FRESH),
        (date(2025, 11, 25), None, rule.FRESH),
        (date(2025, 11, 24), None, rule.OLD),
        (TODAY, date(2026, 1, 1), rule.LEFT),
    ],
)
def test_freshness_ends_after_twelve_months(confirmed_on: date, left_on: date, expected: str) -> None:
    assert rule.freshness(confirmed_on, left_on, TODAY) == expected


def test_a_leap_day_counts_from_the_day_before() -> None:
    assert rule.fresh_since(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("email", "asked_on", "left_on", "expected"),
    [
        ("a@b.example", None, None, ""),
        ("", None, None, rule.NO_ADDRESS),
        ("a@b.example", TODAY - timedelta(days=29), None, rule.ASKED_LATELY),
        ("a@b.example", TODAY - timedelta(days=30), None, ""),
        ("a@b.example", None, TODAY, rule.LEFT),
    ],
)
def test_who_may_be_asked(email: str, asked_on: date, left_on: date, expected: str) -> None:
    assert rule.why_not_ask(email, asked_on, left_on, TODAY) == expected


def test_a_change_keeps_what_stood_there_before(maria: Contact, elif_: Any) -> None:
    changed = services.change(maria, maria.version, actor=elif_, family_name="Nowak-İnce", roles=["incoming"])
    assert changed.search_key.startswith("dr maria nowak-ince") or "nowak" in changed.search_key
    event = Event.objects.about(maria).last()
    assert event.values["fields"]["family_name"] == ["Nowak", "Nowak-İnce"]
    with pytest.raises(Stale):
        services.change(maria, maria.version, actor=elif_, family_name="Other")


def test_a_contact_is_found_by_marks_or_without(maria: Contact) -> None:
    assert list(Contact.objects.matching("NOWAK warszaw polonya")) == [maria]
    assert list(selectors.with_role(Contact.objects.all(), "nominations")) == [maria]
    assert list(selectors.with_role(Contact.objects.all(), "nomination")) == []


def test_asked_contacts_get_a_mail_in_their_language_and_no_second_one(maria: Contact, elif_: Any) -> None:
    services.change(maria, maria.version, actor=elif_, language="tr")
    maria.refresh_from_db()
    assert services.ask([maria], on=TODAY, actor=elif_) == 1
    assert services.ask([maria], on=TODAY, actor=elif_) == 0
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.language) == ("maria@uw.example", "tr")
    assert reverse("institutions:confirm", args=["x"]).rsplit("/", 2)[0] in mail.body
    assert Contact.objects.get().asked_on == TODAY


def answer(contact: Contact, **form: str) -> Any:
    return Client().post(reverse("institutions:confirm", args=[confirming.token(contact)]), form)


def test_looking_changes_nothing_and_one_button_confirms(maria: Contact) -> None:
    url = reverse("institutions:confirm", args=[confirming.token(maria)])
    before = Event.objects.count()
    for _visit in range(3):
        page = Client().get(url)
        assert page.status_code == 200
    Client().head(url)
    assert "maria@uw.example" in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"  # "no-referrer" makes browsers send Origin: null, refused
    assert (Event.objects.count(), Contact.objects.get().confirmed_on) == (before, None)
    assert "everything is right" in Client().post(url, {"answer": "yes"}).content.decode()
    assert Contact.objects.get().confirmed_on == timezone.localdate()
    assert Event.objects.about(maria).last().actor is None


def test_an_answered_address_is_spent(maria: Contact) -> None:
    url = reverse("institutions:confirm", args=[confirming.token(maria)])
    Client().post(url, {"answer": "yes"})
    for again in (Client().get(url), Client().post(url, {"answer": "yes"})):
        assert again.status_code == 404
        assert "maria" not in again.content.decode().casefold().replace("maria@", "")
        assert "answered already" in again.content.decode()
    assert Event.objects.filter(kind="contact.confirmed").count() == 1


def test_forged_cut_and_expired_addresses_show_no_data(maria: Contact) -> None:
    token = confirming.token(maria)
    uid, rest = token.split("-", 1)
    forged = ["x", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), f"{uid}-1{rest[1:]}", "a.b.c", "%00"]
    for one in forged:
        page = Client().get(f"/confirm/{one}/")
        assert page.status_code == 404, one
        assert "Nowak" not in page.content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=59)):
        assert Client().get(f"/confirm/{token}/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert Client().get(f"/confirm/{token}/").status_code == 404


def test_whoever_left_has_no_address_any_more(maria: Contact, elif_: Any) -> None:
    url = reverse("institutions:confirm", args=[confirming.token(maria)])
    services.leave(maria, on=TODAY - timedelta(days=400), today=TODAY, actor=elif_)
    assert Client().get(url).status_code == 404


CORRECTED = {
    "answer": "correct",
    "title": "Prof.",
    "given_name": "Maria",
    "family_name": "Nowak",
    "function": "Vice-rector",
    "email": "maria.nowak@uw.example",
    "language": "en",
    "roles": "signatory",
}


def test_a_contact_puts_the_record_right_and_the_office_hears_of_it(maria: Contact, elif_: Any, leyla: Any) -> None:
    page = answer(maria, **CORRECTED, version=str(maria.version))
    assert "Your changes are saved" in page.content.decode()
    now = Contact.objects.get()
    assert (now.function, now.roles, now.confirmed_on) == ("Vice-rector", ["signatory"], timezone.localdate())
    kinds = list(Event.objects.about(maria).values_list("kind", flat=True))
    assert kinds == ["contact.added", "contact.corrected_by_themselves", "contact.confirmed"]
    assert set(Notice.objects.values_list("user", flat=True)) == {elif_.pk, leyla.pk}
    told = OutboxMessage.objects.get()
    assert told.recipient == "maria@uw.example" and "maria.nowak@uw.example" in told.body


def test_a_wrong_correction_keeps_what_was_typed_and_the_address(maria: Contact) -> None:
    page = answer(maria, **{**CORRECTED, "email": "no address"}, version=str(maria.version))
    assert 'value="no address"' in page.content.decode()
    assert 'value="Vice-rector"' in page.content.decode()
    assert Contact.objects.get().answers == 0


def test_a_correction_of_a_record_that_the_office_changed_meanwhile_overwrites_nothing(
    maria: Contact, elif_: Any
) -> None:
    services.change(maria, maria.version, actor=elif_, phone="+48 22 000")
    page = answer(maria, **CORRECTED, version=str(maria.version))
    assert "changed this record" in page.content.decode()
    assert Contact.objects.get().function == "Institutional coordinator"
    assert Contact.objects.get().answers == 0


def test_the_wrong_person_names_the_right_one_and_the_office_gets_a_task(maria: Contact, elif_: Any) -> None:
    hostile = "<script>alert(1)</script>"
    page = answer(maria, answer="not_me", name=hostile, email="jan@uw.example", remark="")
    assert page.status_code == 200
    task = Task.objects.get()
    assert "Uniwersytet Warszawski" in task.title
    assert hostile in task.text and "jan@uw.example" in task.text
    assert (task.subject_type, task.subject_uid) == ("contact", maria.uid)
    assert Contact.objects.get().left_on is None


def test_two_answers_at_once_count_once(maria: Contact) -> None:
    twin = Contact.objects.select_related("partner__institution").get(pk=maria.pk)
    services.answer_yes(maria, on=TODAY)
    with pytest.raises(NotPossible, match="used already"):
        services.answer_not_me(twin, name="", email="", remark="")
    assert not Task.objects.exists()


def test_the_same_address_or_nearly_the_same_name_is_shown_as_a_double(
    maria: Contact, partner: Partner, elif_: Any
) -> None:
    same = services.add(partner, given_name="Marie", family_name="Nowak", actor=elif_)
    address = services.add(partner, family_name="Somebody", email="MARIA@uw.example", actor=elif_)
    services.add(partner, given_name="Piotr", family_name="Zieliński", actor=elif_)
    assert selectors.alike(maria) == [same, address]


def test_joining_keeps_what_was_chosen_and_moves_what_pointed_to_the_other(
    maria: Contact, partner: Partner, elif_: Any, signed_in: SignedIn
) -> None:
    twin = services.add(partner, given_name="Maria", family_name="Nowák", email="m.nowak@uw.example", actor=elif_)
    services.confirm(twin, on=TODAY, actor=elif_)
    Note.objects.create(office=maria.office, subject_type="contact", subject_uid=twin.uid, text="Speaks Turkish")
    client, url = signed_in(elif_), reverse("institutions:contact_merge", args=[maria.uid, twin.uid])
    page = client.get(url).content.decode()
    assert "m.nowak@uw.example" in page and "maria@uw.example" in page
    assert "is_sure" in client.post(url, {}).context["form"].errors
    choice = {"family_name": "left", "title": "left", "function": "left", "roles": "left", "email": "right"}
    client.post(url, {**choice, "is_sure": "on"})
    now = Contact.objects.get()
    assert (now.family_name, now.email, now.confirmed_on) == ("Nowak", "m.nowak@uw.example", TODAY)
    assert Note.objects.get().subject_uid == maria.uid
    assert Event.objects.filter(subject_uid=twin.uid, kind="contact.merged_away").exists()
    assert Event.objects.about(maria).last().values["was"]["family_name"] == "Nowák"


def test_every_table_that_points_to_a_contact_follows_when_two_are_joined(maria: Contact) -> None:
    relations = {relation.related_model._meta.label for relation in Contact._meta.related_objects}
    assert relations == {"agreements.PartnerLink"}


def test_a_letter_knows_what_stands_for_each_field(maria: Contact, office: Office) -> None:
    values = letters.values_of(maria, "tr")
    assert set(values) == {field.code for field in letters.FIELDS}
    assert (values["name"], values["country"], values["our_university"]) == (
        "Dr Maria Nowak",
        "Polonya",
        "Bayburt Üniversitesi",
    )
    assert values["confirmed_on"] == ""
    assert confirming.contact_of(values["confirm_address"].rstrip("/").rsplit("/", 1)[1]) == maria


def test_the_list_narrows_and_costs_the_same_for_few_and_many(
    maria: Contact, partner: Partner, elif_: Any, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    client, url = signed_in(elif_), reverse("institutions:contacts")
    services.confirm(services.add(partner, family_name="Adamski", actor=elif_), on=TODAY, actor=elif_)

    def names(**query: str) -> list[str]:
        return [row.family_name for row, _cells, _notes in client.get(url, query).context["listing"].rows]

    with time_machine.travel("2026-11-25 09:00Z", tick=False):
        assert names() == ["Adamski", "Nowak"]
        assert names(fresh="fresh") == ["Adamski"]
        assert names(fresh="never") == names(role="nominations") == names(q="maria@uw") == ["Nowak"]
        assert names(fresh="old") == []
    for number in range(30):
        services.add(partner, family_name=f"Z{number}", actor=elif_)
    with django_assert_max_num_queries(12):
        client.get(url)


def test_pages_of_a_contact(maria: Contact, elif_: Any, mert: Any, rektor: Any, signed_in: SignedIn) -> None:
    client, url = signed_in(elif_), reverse("institutions:contact", args=[maria.uid])
    assert "Ask by mail" in client.get(url).content.decode()
    client.post(reverse("institutions:contact_ask", args=[maria.uid]))
    assert "Ask by mail" not in client.get(url).content.decode()
    client.post(reverse("institutions:contact_confirm", args=[maria.uid]))
    today = timezone.localdate()
    tomorrow = str(today + timedelta(days=1))
    left = reverse("institutions:contact_left", args=[maria.uid])
    assert "lies in the future" in client.post(left, {"left_on": tomorrow}).content.decode()
    client.post(left, {"left_on": str(today)})
    assert "Not there any more since" in client.get(url).content.decode()
    client.post(reverse("institutions:contact_back", args=[maria.uid]))
    assert Contact.objects.get().left_on is None
    assert signed_in(mert).get(url).status_code == 200
    assert signed_in(mert).post(left).status_code == 404
    assert signed_in(rektor).get(url).status_code == 404


def test_a_stale_save_shows_both_versions(maria: Contact, elif_: Any, signed_in: SignedIn) -> None:
    client, url = signed_in(elif_), reverse("institutions:contact_edit", args=[maria.uid])
    services.change(maria, maria.version, actor=elif_, phone="+48 1")
    typed = {"family_name": "Nowak", "email": "x@uw.example", "language": "en", "roles": "incoming", "version": "1"}
    page = client.post(url, typed)
    assert "Somebody else saved this record meanwhile" in page.content.decode()
    assert 'value="x@uw.example"' in page.content.decode()
    client.post(url, {**typed, "version": str(page.context["version"])})
    assert Contact.objects.get().email == "x@uw.example"


def test_two_people_at_two_partners_are_not_joined(maria: Contact, office: Office, elif_: Any) -> None:
    oslo = partner_of(office.pk, Institution.objects.create(name="Oslo", country="NO"), actor=elif_)
    moved = services.add(oslo, family_name="Nowak", email="maria@uw.example", actor=elif_)
    assert selectors.alike(maria) == [moved]
    with pytest.raises(NotPossible, match="two universities"):
        services.merge(maria, moved, values={}, actor=elif_)


def test_whoever_left_is_forgotten_three_years_later_with_every_trace(
    maria: Contact, partner: Partner, elif_: Any
) -> None:
    twin = services.add(partner, given_name="Maria", family_name="Nowak", actor=elif_)
    services.merge(maria, twin, values={}, actor=elif_)
    services.leave(maria, on=TODAY - timedelta(days=3 * 366 + 1), today=TODAY, actor=elif_)
    stays = services.add(partner, family_name="Zieliński", actor=elif_)
    with time_machine.travel("2026-11-25 09:00Z", tick=False):
        retention.night()
    assert list(Contact.objects.all()) == [stays]
    told = Event.objects.filter(subject_type="contact", subject_uid__in=[maria.uid, twin.uid])
    assert told.count() > 3
    assert not told.filter(values__isnull=False).exists()
