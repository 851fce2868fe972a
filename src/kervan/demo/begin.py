"""Begins a real office: the office, its institution, the account of its head."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from kervan.core import history, packs
from kervan.core.models import Office, PackVersion
from kervan.core.scope import Role
from kervan.institutions.models import Institution
from kervan.institutions.services import load_units
from kervan.people.models import Person, RoleAssignment, User


@transaction.atomic
def begin_office(name_en: str, name_tr: str, email: str, *, code: str = "") -> str:
    """Make an office whose head gets the first account. Returns the path of the page where a password is set.

    The address counts as confirmed: whoever sets up the installation vouches for it.
    code: Erasmus code of the university; with it the office knows its institution and, in Türkiye, its units.
    """
    office = Office.objects.create(
        slug=slugify(name_en)[:50] or "office", name_en=name_en, name_tr=name_tr, email=email
    )
    home = Institution.objects.filter(erasmus_code=code).first() if code else None
    if home is not None:
        home.office = office
        home.save(update_fields=["office"])
        load_units(home)
    head = User.objects.create_user(email, name=email)
    EmailAddress.objects.create(user=head, email=head.email, primary=True, verified=True)
    person = Person.objects.create(
        office=office, user=head, given_name=email.split("@")[0], family_name="", email=email
    )
    for role in (Role.HEAD, Role.ADMINISTRATOR):
        RoleAssignment.objects.create(office=office, person=person, role=role.value)
    for version in PackVersion.objects.filter(name="erasmus-ka131-tr"):
        packs.adopt(office, version, actor=head)
    history.record_many(office.pk, "office", "office.begun", [(office.uid, {"name": name_en})], actor=head)
    return password_path(head)


def password_path(user: User) -> str:
    """The path where an account sets its password; valid until it is used or a new one is asked for."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _dash, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
