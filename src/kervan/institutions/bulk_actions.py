"""What can be done with many partners or contacts at once; each with a preview (see core.bulk)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import bulk, letter_bulk
from kervan.core.bulk_handover import hand_over_action
from kervan.core.scope import Scope
from kervan.core.selectors.letters import writes_letters
from kervan.institutions import letters, texts
from kervan.institutions.models import Contact, ContactRole, Partner
from kervan.institutions.permissions import edits_partners
from kervan.institutions.rules.freshness import why_not_ask
from kervan.institutions.selectors import contacts as selectors
from kervan.institutions.services import contacts as services

NOMINATIONS = "contact-nominations"


def _contacts(scope: Scope, uids: Sequence[str]) -> Sequence[Contact]:
    return list(selectors.whole(Contact.objects.visible_to(scope).filter(uid__in=uids)).order_by("sort_key", "pk"))


def _may_ask(contact: Contact, data: bulk.Data) -> bulk.Verdict:
    code = why_not_ask(contact.email, contact.asked_on, contact.left_on, timezone.localdate())
    if code:
        return bulk.Verdict(False, texts.not_asked(contact, code))
    return bulk.Verdict(True, _("A mail goes to %(address)s.") % {"address": contact.email})


def _ask(contacts: Sequence[Contact], data: bulk.Data, actor: Any) -> int:
    return services.ask(contacts, on=timezone.localdate(), actor=actor)


def _partners(scope: Scope, uids: Sequence[str]) -> Sequence[Partner]:
    """Partners with the people to whom nominations go as `people`. Two queries."""
    people = selectors.whole(Contact.objects.filter(left_on__isnull=True).exclude(email="")).order_by("sort_key", "pk")
    rows = Partner.objects.visible_to(scope).filter(uid__in=uids).select_related("institution", "responsible")
    return list(rows.prefetch_related(Prefetch("contacts", people, to_attr="people")).order_by("sort_key", "pk"))


def for_nominations(partner: Any) -> list[Contact]:
    """Whom to write to about nominations: who has that role, else the institutional coordinators."""
    for role in (ContactRole.NOMINATIONS, ContactRole.INSTITUTIONAL):
        if found := [one for one in partner.people if role in one.roles]:
            return found
    return []


def _may_write(partner: Any, data: bulk.Data) -> bulk.Verdict:
    """One sentence for all who are written to at a partner."""
    people = for_nominations(partner)
    if not people:
        return bulk.Verdict(False, _("Nobody there has the role of nominations or institutional coordinator."))
    verdicts = [letter_bulk.judge(letters.reader_of(one), data) for one in people]
    names = ", ".join(one.full_name for one in people)
    lines = " ".join(str(one.sentence) for one in verdicts)
    return bulk.Verdict(any(one.will for one in verdicts), f"{names}: {lines}")


def _write(partners: Sequence[Any], data: bulk.Data, actor: Any) -> int:
    readers = [letters.reader_of(one) for partner in partners for one in for_nominations(partner)]
    letter_bulk.prepare(readers, data, actor)
    return len(partners)


def _nominations_form(scope: Scope, data: Any) -> Any:
    """The form that asks which letter; that about nominations is chosen beforehand."""
    form = letter_bulk.letter_form(scope, "contact", data)
    letter: Any = form.fields["letter"]
    letter.initial = letter.queryset.filter(template__code=NOMINATIONS).first()
    return form


def _partner_url(partner: Partner) -> str:
    return reverse("institutions:partner", args=[partner.uid])


def register() -> None:
    bulk.register(
        bulk.BulkAction(
            list_name="contacts",
            name="ask",
            label=gettext_lazy("Ask to confirm"),
            icon="mail-check",
            readers=edits_partners,
            rows=_contacts,
            judge=_may_ask,
            apply=_ask,
            name_of=lambda row: row.full_name,
            url_of=selectors.url_of,
        )
    )
    letter_bulk.register("contacts", "contact")
    bulk.register(
        bulk.BulkAction(
            list_name="partners",
            name="nominations",
            label=gettext_lazy("Write to the people for nominations"),
            icon="mail",
            readers=writes_letters,
            rows=_partners,
            judge=_may_write,
            apply=_write,
            form=_nominations_form,
            url_of=_partner_url,
            next_of=letter_bulk.next_of,
        )
    )
    bulk.register(hand_over_action("partners", readers=edits_partners, rows=_partners, url_of=_partner_url))
