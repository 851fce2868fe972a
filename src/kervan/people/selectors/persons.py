"""Reads for the pages of persons and accounts."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kervan.core.registries import Hit
from kervan.core.scope import Scope
from kervan.institutions import reference
from kervan.institutions.models import Unit, UnitKind
from kervan.people.models import Enrolment, Person, RoleAssignment
from kervan.people.permissions import reads_people


def people(scope: Scope) -> Any:
    """Persons of the list with their enrolments. Two queries a page."""
    enrolments = Enrolment.objects.filter(is_current=True).select_related("unit").order_by("pk")
    return Person.objects.visible_to(scope).prefetch_related(Prefetch("enrolments", enrolments, "current"))


def holders(scope: Scope, text: str) -> Any:
    """Whoever holds a role; when a text is searched for, anybody it fits. Two queries a page."""
    roles = RoleAssignment.objects.visible_to(scope).select_related("unit").order_by("pk")
    rows = Person.objects.visible_to(scope).select_related("user").prefetch_related(Prefetch("roles", roles, "held"))
    return rows if text else rows.filter(Exists(RoleAssignment.objects.filter(person=OuterRef("pk"))))


def own_units(office_id: Any) -> QuerySet[Any]:
    """The units of the office's own institution, in the order of the tree's names."""
    return Unit.objects.filter(institution__office_id=office_id).order_by("sort_key", "pk")


def faculties(office_id: int | None) -> list[tuple[str, str]]:
    """(uid, name) of the units directly under the institution."""
    return [(unit.uid, str(unit)) for unit in own_units(office_id).filter(parent__isnull=True)]


def in_unit(rows: QuerySet[Any], uid: str) -> QuerySet[Any]:
    """Narrow persons to those enrolled in a unit or below it."""
    unit = Unit.objects.filter(uid=uid).first()
    below = Unit.objects.below(unit) if unit else Unit.objects.none()
    return rows.filter(Exists(Enrolment.objects.filter(person=OuterRef("pk"), unit__in=below)))


def programmes(office_id: int | None) -> QuerySet[Any]:
    """The study programmes of the office's own institution."""
    return own_units(office_id).filter(kind=UnitKind.PROGRAMME)


def hits(scope: Scope, key: str) -> list[Hit]:
    """Persons for the global search, for whoever works with persons."""
    if not reads_people(scope):
        return []
    rows = people(scope).matching(key).order_by("sort_key", "pk")[:10]
    return [Hit(_("People"), row.full_name, _detail(row), row.get_absolute_url()) for row in rows]


def _detail(person: Any) -> str:
    return ", ".join(filter(None, [person.student_number, *(str(one.unit) for one in person.current)]))


def citizenships(person: Person) -> str:
    """The countries by name, in the reader's language."""
    found = [reference.country(code) for code in person.citizenships]
    return ", ".join(str(country.name) for country in found if country)


def account_standing(person: Person) -> dict[str, str]:
    """Say where a person's account stands: happened, acts, until, otherwise, tone."""
    if person.user is None:
        return {
            "happened": _("This person has no account."),
            "acts": _("The office, if the person shall apply here: invite them."),
            "until": "",
            "otherwise": _(
                "Otherwise letters reach them by mail only; they cannot apply or look at their result here."
            ),
            "tone": "",
        }
    if person.user.last_login is None:
        return {
            "happened": _("This person was invited and has not signed in yet."),
            "acts": _("The person, by the link in the mail."),
            "until": _("The link works for three days."),
            "otherwise": _("After that, invite again."),
            "tone": "",
        }
    at = formats.date_format(timezone.localtime(person.user.last_login), "j F Y")
    return {
        "happened": _("This person has an account and last signed in on %(day)s.") % {"day": at},
        "acts": _("Nothing to do: it is done."),
        "until": "",
        "otherwise": "",
        "tone": "ok",
    }


def profile_standing(person: Person) -> dict[str, str]:
    """Say to the person whether their record is complete."""
    if not (person.given_name and person.family_name and person.birth_date):
        return {
            "happened": _("Your record is not complete yet."),
            "acts": _("You: give your name and date of birth."),
            "until": _("Before you hand in an application."),
            "otherwise": _("Otherwise the office cannot tell who applies."),
            "tone": "next",
        }
    return {
        "happened": _("Your record is complete."),
        "acts": _("Nothing to do: it is done."),
        "until": "",
        "otherwise": _("Change it here whenever something changes; the office sees it at once."),
        "tone": "ok",
    }
