"""Signing up, invitations, roles: who may give what, and what is kept of it."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office, OutboxMessage
from kervan.core.scope import Role
from kervan.people.models import Person, RoleAssignment, User
from kervan.people.services import persons as services

SignedIn = Callable[[Any], Client]
PASSWORD = "kervan yolda 2026"


def sign_up(client: Client, email: str) -> Any:
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def confirm(client: Client) -> Any:
    """Follow the link of the last mail and press the button of its page."""
    body = OutboxMessage.objects.latest("pk").body
    link = next(line for line in body.splitlines() if "confirm-email" in line)
    assert "This is my address" in client.get(link).content.decode()
    return client.post(link.removeprefix("http://testserver"))


def test_a_confirmed_sign_up_opens_a_record_in_the_language_of_the_page(client: Client, office: Office) -> None:
    client.cookies["kervan_language"] = "tr"
    sign_up(client, "zeynep@bayburt.example")
    assert not Person.objects.exists()
    client.cookies["kervan_language"] = "en"
    confirm(client)
    person = Person.objects.get(email="zeynep@bayburt.example")
    assert (person.office, person.language) == (office, "tr")
    assert list(Event.objects.values_list("kind", flat=True)) == ["person.opened"]
    client.post("/accounts/login/", {"login": "zeynep@bayburt.example", "password": PASSWORD})
    assert client.get("/my/profile/").status_code == 200


def seen_after_sign_up(email: str) -> str:
    """The address and the text of the page that follows, without what differs on every visit."""
    client = Client()
    answer = sign_up(client, email)
    page = client.get(answer.headers["Location"]).content.decode()
    text = re.sub(rf"(?i)\b\w{{64}}\b|{re.escape(email)}", "", page)
    return f"{answer.status_code} {answer.headers['Location']} {text}"


def test_signing_up_does_not_tell_who_has_an_account(office: Office, ayse: Any, elif_: Any) -> None:
    emails = ("zeynep@bayburt.example", ayse.email, elif_.email.upper())
    pages = {seen_after_sign_up(email) for email in emails}
    assert len(pages) == 1 and "Look into your mail" in pages.pop()
    assert list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Confirm your e-mail address",
        "You have an account already",
        "You have an account already",
    ]


def test_nobody_signs_in_with_an_address_that_is_not_confirmed(client: Client, office: Office) -> None:
    sign_up(client, "zeynep@bayburt.example")
    client.post("/accounts/login/", {"login": "zeynep@bayburt.example", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_demonstration_opens_the_record_at_once(client: Client, office: Office, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    assert sign_up(client, "zeynep@bayburt.example").headers["Location"] == "/my/profile/"
    assert Person.objects.filter(email="zeynep@bayburt.example").exists()


def test_a_link_that_is_no_link_says_what_to_do(client: Client, office: Office) -> None:
    assert "not valid any more" in client.get("/accounts/confirm-email/abc/").content.decode()


def test_the_mail_of_signing_up_goes_through_the_outbox_in_its_readers_language(client: Client, office: Office) -> None:
    client.cookies["kervan_language"] = "tr"
    sign_up(client, "zeynep@bayburt.example")
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.language) == ("zeynep@bayburt.example", "tr")
    assert "/accounts/confirm-email/" in message.body and message.dedupe_key.startswith("account:")


def test_a_waiting_record_is_joined_only_after_the_address_is_confirmed(client: Client, office: Office) -> None:
    waiting = Person.objects.create(
        office=office, given_name="Zeynep", family_name="Ak", email="zeynep@bayburt.example"
    )
    sign_up(client, "zeynep@bayburt.example")
    user = User.objects.get(email="zeynep@bayburt.example")
    assert not Person.objects.filter(user=user).exists()
    confirm(client)
    waiting.refresh_from_db()
    assert waiting.user == user


def test_a_password_is_reset_by_a_mail_of_the_outbox(client: Client, office: Office, ayse: Any) -> None:
    EmailAddress.objects.create(user=ayse, email=ayse.email, primary=True, verified=True)
    client.post("/accounts/password/reset/", {"email": ayse.email})
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.subject) == (ayse.email, "Choose a new password")


def test_sign_in_is_slowed_down_after_wrong_passwords(client: Client, office: Office, ayse: Any) -> None:
    for _attempt in range(6):
        page = client.post("/accounts/login/", {"login": ayse.email, "password": "wrong"}).content.decode()
    assert "Too many failed login attempts" in page


def test_an_invited_person_sets_a_password_and_comes_in(client: Client, office: Office, elif_: Any) -> None:
    person = Person.objects.create(office=office, given_name="Zeynep", family_name="Ak", email="zeynep@bayburt.example")
    link = services.invite(person, actor=elif_, base_url="http://testserver/")
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": "zeynep@bayburt.example", "password": PASSWORD})
    assert client.get("/my/profile/").status_code == 200
    assert link in OutboxMessage.objects.get().body


def test_whoever_uses_an_account_is_not_invited_again(
    office: Office, elif_: Any, ayse: Any, signed_in: SignedIn
) -> None:
    signed_in(ayse)
    with pytest.raises(NotPossible, match="uses it already"):
        services.invite(ayse.person, actor=elif_, base_url="http://testserver/")


def test_staff_cannot_lead_an_administrators_invitation_to_themselves(office: Office, elif_: Any) -> None:
    person = Person.objects.create(office=office, given_name="Ada", family_name="Koç", email="ada@bayburt.example")
    services.give_role(person, Role.ADMINISTRATOR, None, actor=None)
    with pytest.raises(NotPossible, match="administrator"):
        services.save_person(person, 1, actor=elif_, email="elif2@bayburt.example")
    with pytest.raises(NotPossible, match="administrator"):
        services.invite(person, actor=elif_, base_url="http://testserver/")


def test_an_unconfirmed_account_is_not_given_somebodys_record(office: Office, elif_: Any) -> None:
    User.objects.create_user("zeynep@bayburt.example", PASSWORD)
    person = Person.objects.create(office=office, given_name="Zeynep", family_name="Ak", email="zeynep@bayburt.example")
    with pytest.raises(NotPossible, match="not confirmed"):
        services.invite(person, actor=elif_, base_url="http://testserver/")


def test_the_administrator_gives_a_role_in_a_unit(
    admin: Any, ayse: Any, units: SimpleNamespace, signed_in: SignedIn
) -> None:
    page = f"/office/accounts/{ayse.person.uid}/"
    signed_in(admin).post(page, {"role": "coordinator", "unit": units.engineering.uid})
    role = RoleAssignment.objects.get(person=ayse.person)
    event = Event.objects.get()
    assert (role.role, role.unit, event.kind, event.actor) == (
        "coordinator",
        units.engineering,
        "person.role_given",
        admin,
    )


@pytest.mark.parametrize("who", ["leyla", "elif_", "mert", "ayse", "deniz"])
def test_nobody_else_gives_roles(who: str, can: Any, signed_in: SignedIn, request: pytest.FixtureRequest) -> None:
    before = RoleAssignment.objects.count()
    user = request.getfixturevalue(who)
    given = RoleAssignment.objects.count()
    signed_in(user).post(f"/office/accounts/{can.person.uid}/", {"role": "head", "unit": ""})
    assert RoleAssignment.objects.count() == given >= before
    assert not RoleAssignment.objects.filter(person=can.person).exists()


def test_nobody_gives_a_role_to_themselves(admin: Any, office: Office) -> None:
    with pytest.raises(NotPossible, match="yourself"):
        services.give_role(admin.person, Role.HEAD, None, actor=admin)


@pytest.mark.parametrize(("role", "has_unit"), [(Role.COORDINATOR, False), (Role.ADMINISTRATOR, True)])
def test_a_role_has_the_reach_that_it_needs(
    role: Role, has_unit: bool, admin: Any, can: Any, units: SimpleNamespace
) -> None:
    with pytest.raises(NotPossible):
        services.give_role(can.person, role, units.education if has_unit else None, actor=admin)


def test_a_unit_of_another_institution_is_refused(admin: Any, can: Any, other_office: Office, units: Any) -> None:
    foreign = type(units.civil).objects.create(
        institution=other_office.institution, kind="faculty", name_tr="Teknik", name_en="Technology"
    )
    with pytest.raises(NotPossible, match="another institution"):
        services.give_role(can.person, Role.COORDINATOR, foreign, actor=admin)


def test_the_office_keeps_its_last_administrator(admin: Any) -> None:
    with pytest.raises(NotPossible):
        services.take_role(admin.person.roles.get(), actor=admin)
    assert admin.person.roles.count() == 1


def test_a_role_is_taken_away_with_an_event(admin: Any, elif_: Any, signed_in: SignedIn) -> None:
    role = elif_.person.roles.get()
    signed_in(admin).post(f"/office/accounts/roles/{role.uid}/take/")
    assert not elif_.person.roles.exists()
    assert Event.objects.get().values == {"role": "staff"}


@pytest.mark.parametrize("count", [0, 2])
def test_the_accounts_list_costs_the_same_whatever_its_length(
    count: int, admin: Any, office: Office, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        person = Person.objects.create(office=office, given_name=str(number), family_name="A")
        services.give_role(person, Role.STAFF, None, actor=None)
    client = signed_in(admin)
    with django_assert_num_queries(11):
        client.get("/office/accounts/")
