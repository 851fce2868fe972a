"""What happened to a person, an account or a role, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import texts
from kervan.core.scope import Role
from kervan.core.text import pick
from kervan.people.models import ROLE_LABELS, Enrolment, Person


def field_label(name: str) -> str:
    """The words of a field of person or enrolment."""
    fields = {field.name: field for model in (Enrolment, Person) for field in model._meta.fields}
    return capfirst(str(fields[name].verbose_name)) if name in fields else name


def role_label(role: str) -> str:
    """The words of a role; a code without words is shown as it is."""
    return str(ROLE_LABELS[Role(role)]) if role in set(Role) else role


def _fields(values: Mapping[str, Any]) -> str:
    return ", ".join(field_label(name) for name in values.get("changes", {})) or "–"


def _unit(values: Mapping[str, Any]) -> str:
    return pick(values.get("unit_en", ""), values.get("unit_tr", ""))


def _saved(values: Mapping[str, Any]) -> str:
    return _("Record changed: %(fields)s") % {"fields": _fields(values)}


def _enrolled(values: Mapping[str, Any]) -> str:
    return _("Study programme noted: %(unit)s") % {"unit": _unit(values)}


def _enrolment_saved(values: Mapping[str, Any]) -> str:
    return _("Study data changed (%(unit)s): %(fields)s") % {"unit": _unit(values), "fields": _fields(values)}


def role_sentence(role: str, unit: str) -> str:
    """A role with its reach."""
    return _("%(role)s, %(unit)s") % {"role": role_label(role), "unit": unit or _("whole office")}


def _role_given(values: Mapping[str, Any]) -> str:
    return _("Role given: %(role)s") % {"role": role_sentence(values.get("role", "–"), _unit(values))}


def _role_taken(values: Mapping[str, Any]) -> str:
    return _("Role taken away: %(role)s") % {"role": role_sentence(values.get("role", "–"), _unit(values))}


EVENTS: dict[str, texts.Words] = {
    "person.opened": gettext_lazy("Record opened by signing up"),
    "person.created": gettext_lazy("Record opened by the office"),
    "person.linked": gettext_lazy("Record joined with the account of the confirmed address"),
    "person.invited": gettext_lazy("Invited to an account"),
    "person.saved": _saved,
    "person.enrolled": _enrolled,
    "person.enrolment_saved": _enrolment_saved,
    "person.role_given": _role_given,
    "person.role_taken": _role_taken,
    "person.looked_as": gettext_lazy("A colleague looked at the pages as this person sees them: %(reason)s"),
    "person.deputy_named": gettext_lazy("Deputy named from %(from_on)s to %(until_on)s: %(deputy)s"),
    "person.deputy_ended": gettext_lazy("Ended: %(deputy)s stood in"),
    "duty.added": gettext_lazy("Line added: %(title)s"),
    "duty.saved": gettext_lazy("Line saved: %(title)s"),
    "duty.removed": gettext_lazy("Line removed: %(title)s"),
    "person.erased": gettext_lazy("Personal data erased at the end of its time"),
}
