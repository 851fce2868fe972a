"""Who stands in for whom while on leave."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.people.models import Deputy, Person

LONGEST_DAYS = 366


@transaction.atomic
def name_deputy(
    person: Person, deputy: Person, *, from_on: date, until_on: date, reason: str = "", actor: Any
) -> Deputy:
    """Let a colleague hold somebody's roles from the first to the last day, both included.

    The rights to accounts and to special data do not pass. Raises NotPossible when either holds no role, has no account
    (the deputy), or the days are no span of at most a year that reaches into the future.
    """
    _check(person, deputy, from_on, until_on)
    row = Deputy.objects.create(
        office_id=person.office_id,
        person=person,
        deputy=deputy,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        made_by=actor,
    )
    values = {"deputy": deputy.full_name, "from_on": str(from_on), "until_on": str(until_on)}
    history.record(person, "person.deputy_named", actor=actor, **values)
    return row


def _check(person: Person, deputy: Person, from_on: date, until_on: date) -> None:
    if person.pk == deputy.pk:
        raise NotPossible(_("Nobody can stand in for themselves. Choose a colleague."))
    for one in (person, deputy):
        if not one.roles.exists():
            raise NotPossible(_("%(name)s holds no role in this office.") % {"name": one.full_name})
    if deputy.user_id is None:
        raise NotPossible(_("%(name)s has no account and could not sign in.") % {"name": deputy.full_name})
    if until_on < from_on:
        raise NotPossible(_("The last day lies before the first day."))
    if until_on < timezone.localdate():
        raise NotPossible(_("The last day lies in the past."))
    if until_on - from_on > timedelta(days=LONGEST_DAYS):
        raise NotPossible(_("A deputy can be named for a year at most."))
    if _overlapping(person, from_on, until_on).exists():
        raise NotPossible(_("Somebody stands in for %(name)s on these days already.") % {"name": person.full_name})


def _overlapping(person: Person, from_on: date, until_on: date) -> QuerySet[Any]:
    return Deputy.objects.filter(person=person, from_on__lte=until_on, until_on__gte=from_on)


@transaction.atomic
def end(row: Deputy, *, actor: Any) -> Deputy:
    """End it today: from now on the deputy holds their own roles only. One that has not begun goes altogether."""
    locked = Deputy.objects.select_for_update().get(pk=row.pk)
    yesterday = timezone.localdate() - timedelta(days=1)
    if locked.until_on <= yesterday:
        raise NotPossible(_("This ended already."))
    history.record(locked.person, "person.deputy_ended", actor=actor, deputy=locked.deputy.full_name)
    if locked.from_on > yesterday:
        locked.delete()
        return locked
    locked.until_on = yesterday
    locked.save(update_fields=["until_on"])
    return locked
