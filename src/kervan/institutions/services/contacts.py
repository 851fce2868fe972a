"""The people we know at partners: written down, confirmed, asked, corrected by themselves, gone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from kervan.core import history, registries, work
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.services.notices import notify
from kervan.core.services.tasks import add_task
from kervan.institutions import mails
from kervan.institutions.models import Contact, Partner
from kervan.institutions.permissions import edits_partners
from kervan.institutions.rules.freshness import why_not_ask
from kervan.institutions.selectors import contacts as selectors
from kervan.institutions.services import moving

BY_CONTACT = "contact"
MOVED = ("title", "given_name", "family_name", "function", "unit", "roles", "email", "phone", "language")


@transaction.atomic
def add(partner: Partner, *, actor: Any, **values: Any) -> Contact:
    """Write down somebody at a partner."""
    contact = Contact.objects.create(office_id=partner.office_id, partner=partner, **values)
    history.record(contact, "contact.added", actor=actor)
    return contact


@transaction.atomic
def change(contact: Contact, version_seen: int, *, actor: Any, by: str = "", **values: Any) -> Contact:
    """Change what we know of a contact. Raises Stale when somebody else saved since.

    by: BY_CONTACT when the contact did it by the signed address. The event keeps what stood there before.
    """
    before = Contact.objects.select_related("partner__institution").get(pk=contact.pk)
    changed = _changed(before, values)
    for name, value in values.items():
        setattr(before, name, value)
    before.fill_keys()
    keys = {"search_key": before.search_key, "sort_key": before.sort_key}
    current: Contact = save_if_current(contact, version_seen, **values, **keys)
    kind = "contact.corrected_by_themselves" if by == BY_CONTACT else "contact.changed"
    history.record(current, kind, actor=actor, fields=changed)
    return current


def _changed(before: Contact, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Field -> [what stood there, what stands there now]."""
    return {name: [getattr(before, name), value] for name, value in values.items() if getattr(before, name) != value}


@transaction.atomic
def confirm(contact: Contact, *, on: date, actor: Any) -> Contact:
    """Record that everything known of a contact was right on a day; an earlier day than the last changes nothing."""
    if contact.confirmed_on and contact.confirmed_on >= on:
        return contact
    Contact.objects.filter(pk=contact.pk).update(confirmed_on=on, version=F("version") + 1)
    contact.refresh_from_db(fields=["confirmed_on", "version"])
    history.record(contact, "contact.confirmed", actor=actor, on=str(on))
    return contact


@transaction.atomic
def leave(contact: Contact, *, on: date, today: date, actor: Any) -> None:
    """Record that somebody is not there any more: no letter goes to them from now on."""
    if on > today:
        raise NotPossible(_("The day lies in the future: write it down when the person has gone."))
    Contact.objects.filter(pk=contact.pk).update(left_on=on, version=F("version") + 1)
    history.record(contact, "contact.left", actor=actor, on=str(on))


@transaction.atomic
def come_back(contact: Contact, *, actor: Any) -> None:
    """Take back that somebody is not there any more."""
    Contact.objects.filter(pk=contact.pk).update(left_on=None, version=F("version") + 1)
    history.record(contact, "contact.came_back", actor=actor)


@transaction.atomic
def ask(contacts: Sequence[Contact], *, on: date, actor: Any) -> int:
    """Write to each contact, in their language, with an address at which they confirm. Returns how many.

    Whoever left, has no address or was asked in the last 30 days is passed over: judged again here, row by row locked.
    """
    keys = [one.pk for one in contacts]
    locked = selectors.whole(Contact.objects.select_for_update(of=("self",)).filter(pk__in=keys)).order_by("pk")
    asked = [one for one in locked if not why_not_ask(one.email, one.asked_on, one.left_on, on)]
    if not asked:
        return 0
    Contact.objects.filter(pk__in=[one.pk for one in asked]).update(asked_on=on)
    mails.write_questions(asked, on)
    subjects = [(one.uid, {"on": str(on)}) for one in asked]
    history.record_many(asked[0].office_id, "contact", "contact.asked", subjects, actor=actor)
    work.drain_soon()
    return len(asked)


@transaction.atomic
def answer_yes(contact: Contact, *, on: date) -> Contact:
    """The contact says by the signed address that everything is right."""
    _spend(contact)
    return confirm(contact, on=on, actor=None)


@transaction.atomic
def answer_correct(contact: Contact, version_seen: int, *, on: date, **values: Any) -> Contact:
    """The contact puts right what we know of them; it counts at once, and the office is told.

    A new mail address is told to the former one, too: our question may have been passed on.
    """
    _spend(contact)
    former = contact.email
    current = change(contact, version_seen + 1, actor=None, by=BY_CONTACT, **values)
    current = confirm(current, on=on, actor=None)
    _tell_office(current, "contact.corrected")
    if former and former != current.email:
        mails.write_new_address(current, former)
    return current


@transaction.atomic
def answer_not_me(contact: Contact, *, name: str, email: str, remark: str) -> None:
    """Somebody else is the right person: the record stays as it is, and the office gets a task."""
    _spend(contact)
    history.record(contact, "contact.not_the_right_person", actor=None, name=name, email=email, remark=remark)
    with translation.override(_office_language(contact)):
        _add_successor_task(contact, name, email, remark)


def _add_successor_task(contact: Contact, name: str, email: str, remark: str) -> None:
    lines = [
        _("%(name)s answered our question: “I am not the right person”.") % {"name": contact.full_name},
        _("Named instead: %(name)s, %(email)s") % {"name": name or "–", "email": email or "–"},
        remark,
    ]
    add_task(
        contact.office_id,
        title=_("Find the right person at %(university)s") % {"university": contact.partner.institution.name[:120]},
        text="\n\n".join(line for line in lines if line),
        assigned_to=contact.partner.responsible,
        subject=contact,
        actor=None,
    )


def _spend(contact: Contact) -> None:
    """Make the address by which the answer came worthless. Whoever comes second at the same moment is refused."""
    rows = Contact.objects.filter(pk=contact.pk, answers=contact.answers)
    if not rows.update(answers=F("answers") + 1, version=F("version") + 1):
        raise NotPossible(_("This address was used already. Thank you for your answer."))
    contact.refresh_from_db(fields=["answers", "version"])


def _office_language(contact: Contact) -> str:
    """The language in which the office reads about a contact: that of whoever looks after the partner."""
    responsible = contact.partner.responsible
    return responsible.language if responsible else settings.LANGUAGE_CODE


def _tell_office(contact: Contact, code: str) -> None:
    """Leave a notice for whoever looks after the partner, or for everybody who keeps partners."""
    partner = contact.partner
    readers = (
        [partner.responsible_id]
        if partner.responsible_id
        else registries.members_who(edits_partners, contact.office_id)
    )
    words = {"name": contact.full_name, "university": partner.institution.name}
    notify(contact.office_id, readers, code, url=selectors.url_of(contact), **words)


@transaction.atomic
def merge(kept: Contact, gone: Contact, *, values: dict[str, Any], actor: Any) -> Contact:
    """Join two entries of one person. `values`: what is kept, field by field. Whatever pointed to the other one moves.

    Raises NotPossible for one and the same entry, and for entries of two offices or two partners. Both histories stay:
    the kept one names the other, whose own events can still be read by its uid.
    """
    if kept.pk == gone.pk or kept.office_id != gone.office_id:
        raise NotPossible(_("Choose two different entries of the same person."))
    rows = {one.pk: one for one in Contact.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk])}
    if len(rows) < 2:
        raise NotPossible(_("One of the two entries is not there any more."))
    if rows[kept.pk].partner_id != rows[gone.pk].partner_id:
        raise NotPossible(
            _("They are at two universities: write down that one is not there any more, or join the universities.")
        )
    moving.move_references(gone, kept)
    moving.move_subject(gone, kept)
    left = rows[gone.pk]
    _write_merged(rows[kept.pk], left, values)
    history.record(left, "contact.merged_away", actor=actor, into=kept.uid, name=kept.full_name)
    history.record(kept, "contact.merged", actor=actor, uid=left.uid, name=left.full_name, was=_as_values(left))
    left.delete()
    return Contact.objects.get(pk=kept.pk)


def _write_merged(kept: Contact, gone: Contact, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(kept, name, value)
    kept.confirmed_on = max(filter(None, [kept.confirmed_on, gone.confirmed_on]), default=None)
    kept.asked_on = max(filter(None, [kept.asked_on, gone.asked_on]), default=None)
    kept.answers, kept.version = kept.answers + 1, kept.version + 1
    kept.save()


def _as_values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in MOVED}
