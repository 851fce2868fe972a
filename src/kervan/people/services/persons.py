"""Opening and changing person records, accounts and roles. Every change is an event on the person."""

from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kervan.core import history, work
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution, Unit
from kervan.people import mails
from kervan.people.models import Enrolment, Person, RoleAssignment, User

BOUNDED_ROLES = (Role.COORDINATOR, Role.STAFF, Role.HEAD, Role.AUDITOR)


@transaction.atomic
def open_record(office: Office, user: User) -> Person | None:
    """Give an account its person in an office: the one it has, one that waits for its confirmed address, or a new one.

    Returns None when a record with this address waits and the address is not confirmed: it could be somebody else's.
    """
    User.objects.select_for_update().get(pk=user.pk)
    person = Person.objects.filter(office=office, user=user).first()
    if person:
        return person
    waiting = _unclaimed(office, user.email)
    if waiting:
        return _link(waiting, user) if is_confirmed(user, user.email) else None
    person = Person.objects.create(office=office, user=user, email=user.email, language=user.language)
    history.record(person, "person.opened", actor=user)
    return person


def is_confirmed(user: User, email: str) -> bool:
    """Whether the account has shown that the address is its own."""
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def _unclaimed(office: Office, email: str) -> Person | None:
    """The record without an account that has this address, when there is exactly one."""
    found = list(Person.objects.filter(office=office, user__isnull=True, email__iexact=email)[:2]) if email else []
    return found[0] if len(found) == 1 else None


def _link(person: Person, user: User) -> Person:
    Person.objects.filter(pk=person.pk, user__isnull=True).update(user=user)
    history.record(person, "person.linked", actor=user)
    person.refresh_from_db()
    return person


@transaction.atomic
def create_person(office: Office, *, actor: User, **values: Any) -> Person:
    """Open a record by hand. Refuses a student number that another record has."""
    _refuse_taken_number(office.pk, values.get("student_number", ""), None)
    person = Person.objects.create(office=office, **values)
    history.record(person, "person.created", actor=actor)
    return person


def _refuse_taken_number(office_id: int, number: str, own_pk: int | None) -> None:
    others = Person.objects.filter(office_id=office_id, student_number=number).exclude(pk=own_pk)
    if number and others.exists():
        raise NotPossible(_("Another record has the student number %(number)s already.") % {"number": number})


@transaction.atomic
def save_person(person: Person, version: int, *, actor: User, **values: Any) -> Person:
    """Save changed fields unless somebody saved since (Stale). The event keeps the values before and after."""
    before = Person.objects.select_for_update().get(pk=person.pk)
    changes = {name: [_plain(getattr(before, name)), _plain(new)] for name, new in values.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes and before.version == version:
        return before
    if {"email", "student_number"} & changes.keys():
        _refuse_way_into_roles(before, actor)
    if "student_number" in changes:
        _refuse_taken_number(before.office_id, values["student_number"], before.pk)
    for name, value in values.items():
        setattr(before, name, value)
    before.fill_keys()
    saved: Person = save_if_current(person, version, **values, search_key=before.search_key, sort_key=before.sort_key)
    if saved.user_id and {"given_name", "family_name"} & changes.keys():
        User.objects.filter(pk=saved.user_id).update(name=saved.full_name[:200])
    history.record(saved, "person.saved", actor=actor, changes=changes)
    return saved


def _refuse_way_into_roles(person: Person, actor: User | None) -> None:
    """Whoever holds a role but never signed in gets number, address and invitation from an administrator only.

    Else staff could lead the invitation of an administrator to themselves (a table finds its people by the number).
    """
    has_waiting_role = person.roles.exists() and not (person.user and person.user.last_login)
    administrators = RoleAssignment.objects.filter(office_id=person.office_id, role=Role.ADMINISTRATOR.value)
    if has_waiting_role and actor is not None and not administrators.filter(person__user=actor).exists():
        raise NotPossible(
            _("This person holds a role. Only an administrator may change number and address or invite them.")
        )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | list | None) else str(value)


@transaction.atomic
def enrol(
    person: Person,
    unit: Unit,
    level: str,
    *,
    actor: User | None,
    gpa_4: Decimal | None = None,
    gpa_100: Decimal | None = None,
    study_year: int | None = None,
) -> Enrolment:
    """Note in which study programme a person is, or what changed there. Returns the enrolment."""
    row, is_new = Enrolment.objects.select_for_update().get_or_create(
        person=person, unit=unit, level=level, defaults={"office_id": person.office_id}
    )
    new = {"gpa_4": gpa_4, "gpa_100": gpa_100, "study_year": study_year, "is_current": True}
    changes = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in new.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if is_new or changes:
        for name, value in new.items():
            setattr(row, name, value)
        row.version += 0 if is_new else 1
        row.save()
        kind = "person.enrolled" if is_new else "person.enrolment_saved"
        history.record(person, kind, actor=actor, unit_en=unit.name_en, unit_tr=unit.name_tr, changes=changes)
    return row


@transaction.atomic
def invite(person: Person, *, actor: User | None, base_url: str) -> str:
    """Open an account for a person and write them a link that sets the first password. Returns the link's address.

    An account that already has the address is used only when it has confirmed the address.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("office", "user").get(pk=person.pk)
    _refuse_invitation(person)
    _refuse_way_into_roles(person, actor)
    user = person.user or _account_for(person)
    if person.user is None:
        person.user = user
        person.save(update_fields=["user"])
    link = urljoin(base_url, _password_path(user))
    mails.write_invitation(person, user.email, link)
    history.record(person, "person.invited", actor=actor)
    work.drain_soon()
    return link


def _refuse_invitation(person: Person) -> None:
    if not person.email:
        raise NotPossible(_("This record has no e-mail address. Add one, then invite."))
    if person.user and person.user.last_login:
        raise NotPossible(_("%(name)s has an account and uses it already.") % {"name": person.full_name})


def _account_for(person: Person) -> User:
    """Return a new account with the person's address, taken as confirmed: the link is sent to it and nowhere else."""
    from allauth.account.models import EmailAddress

    email = person.email.lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=person.full_name, language=person.language)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    elif not is_confirmed(user, email):
        raise NotPossible(
            _("An account with this address exists, but its address is not confirmed. Ask for that first.")
        )
    elif Person.objects.filter(office=person.office, user=user).exists():
        raise NotPossible(_("The account with this address belongs to another record of this office."))
    return user


def _password_path(user: User) -> str:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)


@transaction.atomic
def give_role(person: Person, role: Role, unit: Unit | None, *, actor: User | None) -> RoleAssignment:
    """Give a role in the office, or in one unit with everything under it. Twice changes nothing.

    Nobody gives a role to themselves. Actor None: the office begins.
    """
    if actor is not None and person.user_id == actor.pk:
        raise NotPossible(_("You cannot give a role to yourself. Ask another administrator."))
    _refuse_wrong_reach(person, role, unit)
    row, is_new = RoleAssignment.objects.get_or_create(
        person=person, role=role.value, unit=unit, defaults={"office_id": person.office_id}
    )
    if is_new:
        history.record(person, "person.role_given", actor=actor, **_role_values(row))
    return row


def _refuse_wrong_reach(person: Person, role: Role, unit: Unit | None) -> None:
    if role == Role.COORDINATOR and unit is None:
        raise NotPossible(_("A coordinator needs a unit. Choose a faculty, a department or a programme."))
    if unit is not None and role not in BOUNDED_ROLES:
        raise NotPossible(_("This role is given for the whole office only. Leave the unit empty."))
    if unit is not None and not Institution.objects.filter(pk=unit.institution_id, office_id=person.office_id).exists():
        raise NotPossible(_("This unit belongs to another institution."))


def _role_values(row: RoleAssignment) -> dict[str, str]:
    names = {"unit_en": row.unit.name_en, "unit_tr": row.unit.name_tr} if row.unit else {}
    return {"role": row.role, **names}


@transaction.atomic
def take_role(assignment: RoleAssignment, *, actor: User) -> None:
    """Take a role away. The office keeps an administrator, and nobody takes their own last administrator role."""
    administrators = RoleAssignment.objects.select_for_update().filter(
        office_id=assignment.office_id, role=Role.ADMINISTRATOR.value
    )
    is_last = assignment.role == Role.ADMINISTRATOR and len(administrators) == 1
    is_own = assignment.role == Role.ADMINISTRATOR and assignment.person.user_id == actor.pk
    if is_last or is_own:
        raise NotPossible(
            _("You cannot take this role from yourself, and the office needs an administrator. Ask another one.")
        )
    history.record(assignment.person, "person.role_taken", actor=actor, **_role_values(assignment))
    assignment.delete()
