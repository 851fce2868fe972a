"""What a partner does by the address: comment, answer, confirm and correct. Each leaves a use and tells the office.

Reading and commenting need only the address; whoever may decide has been checked by `links_codes.confirm` before.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kervan.agreements import mails
from kervan.agreements.models import AgreementVersion, PartnerLink, Side
from kervan.agreements.selectors import links as selectors
from kervan.agreements.services import versions
from kervan.agreements.services.links_uses import Visit, first_time
from kervan.core import history
from kervan.core.services.notices import notify
from kervan.core.services.tasks import add_task
from kervan.institutions.models import Contact, FactSheet
from kervan.institutions.services import contacts, fact_sheets


@transaction.atomic
def comment(link: PartnerLink, version: AgreementVersion, *, name: str, text: str, key: str, visit: Visit) -> bool:
    """Add the partner's remark to a version. False when this very form was sent before."""
    if not first_time(link, "commented", visit, key=key, detail=_named(version), said=[version.uid, text]):
        return False
    versions.comment(version, side=Side.PARTNER, name=name, text=text, link=link)
    _tell(link, "link.commented", version)
    return True


@transaction.atomic
def answer(
    link: PartnerLink,
    version: AgreementVersion,
    *,
    is_accepted: bool,
    name: str,
    function: str = "",
    reason: str = "",
    digest_seen: str,
    key: str,
    visit: Visit,
) -> bool:
    """Accept or refuse a version for the partner, and confirm it to the contact by mail. False when sent before.

    Raises NotPossible as `versions.answer` does: other words than those seen, taken back, answered already.
    """
    action = "accepted" if is_accepted else "refused"
    if not first_time(link, action, visit, key=key, detail=_named(version), said=[version.uid, digest_seen]):
        return False
    said = {"name": name, "function": function, "reason": reason}
    versions.answer(version, is_accepted=is_accepted, digest_seen=digest_seen, link=link, **said)
    mails.write_answered(link, version, is_accepted=is_accepted, name=name)
    _tell(link, f"link.{action}", version)
    return True


def _named(version: AgreementVersion) -> str:
    return f"{version.agreement.reference} v{version.number}"


def _tell(link: PartnerLink, code: str, version: AgreementVersion) -> None:
    agreement = version.agreement
    notify(
        link.office_id,
        selectors.who_hears(link, agreement),
        code,
        url=reverse("agreements:page", args=[agreement.uid]),
        reference=agreement.reference,
        number=version.number,
        **_who(link),
    )


def _who(link: PartnerLink) -> dict[str, str]:
    return {"name": link.contact.full_name, "partner": str(link.partner.institution.name)}


def _tell_of_partner(link: PartnerLink, code: str, **values: str) -> None:
    url = reverse("institutions:partner", args=[link.partner.uid])
    notify(link.office_id, selectors.who_hears(link), code, url=url, **_who(link), **values)


@transaction.atomic
def save_fact_sheet(
    link: PartnerLink, sheet: FactSheet, version_seen: int, values: Mapping[str, Any], *, key: str, visit: Visit
) -> bool:
    """Save the partner's fact sheet as they typed it; Stale when somebody saved since. False when sent before.

    What a partner writes is public only after the office has looked at it.
    """
    if not first_time(link, "fact_sheet_saved", visit, key=key, said=values.values()):
        return False
    kept = {**values, "is_published": False}
    fact_sheets.save(sheet, version_seen, kept, actor=None, by=link.contact.full_name)
    _tell_of_partner(link, "link.fact_sheet_saved")
    return True


@transaction.atomic
def confirm_fact_sheet(link: PartnerLink, sheet: FactSheet, *, key: str, visit: Visit) -> bool:
    """Note that the partner found its fact sheet right, without changing it. False when sent before."""
    if not first_time(link, "fact_sheet_confirmed", visit, key=key):
        return False
    fact_sheets.confirm(sheet, on=timezone.localdate(), actor=None, by=link.contact.full_name)
    return True


@transaction.atomic
def confirm_contact(link: PartnerLink, contact: Contact, *, key: str, visit: Visit) -> bool:
    """Note that what we know of somebody at the partner is right today. False when sent before."""
    if not first_time(link, "contact_confirmed", visit, key=key, detail=contact.full_name, said=[contact.uid]):
        return False
    contacts.confirm(contact, on=timezone.localdate(), actor=None)
    return True


@transaction.atomic
def correct_contact(
    link: PartnerLink, contact: Contact, version_seen: int, values: Mapping[str, Any], *, key: str, visit: Visit
) -> bool:
    """Put right what we know of somebody at the partner; it counts at once. False when sent before.

    A new mail address is told to the former one. When it is the contact's own, browsers that were confirmed before may
    not decide any more. Raises Stale when somebody saved since.
    """
    name, former = contact.full_name, contact.email
    if not first_time(link, "contact_corrected", visit, key=key, detail=name, said=[contact.uid, *values.values()]):
        return False
    is_own = contact.pk == link.contact_id
    by = contacts.BY_CONTACT if is_own else ""
    current = contacts.change(contact, version_seen, actor=None, by=by, **values)
    contacts.confirm(current, on=timezone.localdate(), actor=None)
    if not is_own:
        history.record(current, "contact.corrected_by_link", actor=None, by=link.contact.full_name)
    if former and former != current.email:
        mails.write_new_address(link, current, former)
    _tell_of_partner(link, "link.contact_corrected", contact=name)
    return True


@transaction.atomic
def name_successor(
    link: PartnerLink, contact: Contact, *, name: str, email: str, remark: str, key: str, visit: Visit
) -> bool:
    """Note that somebody else does a contact's work now, and give the office a task. False when sent before.

    Nobody gets into the register, or an address of their own, before the office has looked at it.
    """
    said = {"name": name, "email": email, "remark": remark}
    if not first_time(
        link, "successor_named", visit, key=key, detail=contact.full_name, said=[contact.uid, *said.values()]
    ):
        return False
    history.record(contact, "contact.successor_named", actor=None, by=link.contact.full_name, **said)
    with translation.override(_office_language(link)):
        _add_task(link, contact, said)
    _tell_of_partner(link, "link.successor_named", contact=contact.full_name)
    return True


def _office_language(link: PartnerLink) -> str:
    """The language in which the office reads about a partner: that of whoever looks after it."""
    reader = link.partner.responsible or link.made_by
    return reader.language if reader else settings.LANGUAGE_CODE


def _add_task(link: PartnerLink, contact: Contact, said: Mapping[str, str]) -> None:
    words = {"by": link.contact.full_name, "name": contact.full_name, "university": link.partner.institution.name[:120]}
    named = ", ".join(one for one in (said["name"], said["email"]) if one) or "–"
    lines = [
        _("%(by)s says that somebody else does the work of %(name)s now.") % words,
        _("Named instead: %(named)s") % {"named": named},
        said["remark"],
    ]
    add_task(
        link.office_id,
        title=_("Find the right person at %(university)s") % words,
        text="\n\n".join(one for one in lines if one),
        assigned_to=link.partner.responsible,
        subject=contact,
        actor=None,
    )
