"""Letters about agreements: to whoever a partner named for agreements, with what the agreement says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from kervan.agreements import selectors, texts
from kervan.agreements.models import Agreement, AgreementVersion
from kervan.core import registries, years
from kervan.core.scope import Scope
from kervan.institutions.models import Contact, ContactRole
from kervan.institutions.selectors import country_name

FIELDS = (
    registries.MergeField("partner", gettext_lazy("Name of the partner"), "Uniwersytet Warszawski"),
    registries.MergeField("country", gettext_lazy("Country"), gettext_lazy("Poland")),
    registries.MergeField("erasmus_code", gettext_lazy("Erasmus code"), "PL WARSZAW01"),
    registries.MergeField("contact", gettext_lazy("Name of the contact"), "Anna Nowak"),
    registries.MergeField("reference", gettext_lazy("Reference of the agreement"), "2024-001"),
    registries.MergeField("kind", gettext_lazy("Kind of agreement"), gettext_lazy("Bilateral agreement")),
    registries.MergeField("valid_from", gettext_lazy("First day of the agreement"), "1.9.2024"),
    registries.MergeField("valid_until", gettext_lazy("Last day of the agreement"), "31.8.2029"),
)
# Whom a letter goes to, first who fits best.
ROLES = (ContactRole.AGREEMENTS, ContactRole.INSTITUTIONAL, ContactRole.OUTGOING)


def readers_of(scope: Scope, uids: Sequence[str]) -> list[registries.LetterReader]:
    """One reader per agreement: the contact who fits best, without address where none is known. Three queries."""
    found = Agreement.objects.visible_to(scope).filter(uid__in=uids, sample_of="").select_related("institution")
    rows = list(selectors.with_figures(found, years.of(timezone.localdate())).order_by("institution__sort_key", "pk"))
    versions = AgreementVersion.objects.in_bulk([row.shown_version for row in rows])
    contacts = _contacts(scope, rows)
    return [_reader(row, versions[row.shown_version], contacts.get(row.institution_id)) for row in rows]


def _contacts(scope: Scope, rows: Sequence[Any]) -> dict[int, Contact]:
    """The best contact of each institution who is still there and has an address."""
    keys = [row.institution_id for row in rows]
    known = Contact.objects.visible_to(scope).filter(partner__institution__in=keys, left_on=None).exclude(email="")
    by_institution: dict[int, list[Contact]] = defaultdict(list)
    for one in known.select_related("partner").order_by("sort_key", "pk"):
        by_institution[one.partner.institution_id].append(one)
    return {key: min(found, key=_fitness) for key, found in by_institution.items()}


def _fitness(contact: Contact) -> int:
    return next((place for place, role in enumerate(ROLES) if role in contact.roles), len(ROLES))


def _reader(row: Any, version: AgreementVersion, contact: Contact | None) -> registries.LetterReader:
    def values(language: str) -> Mapping[str, str]:
        with override(language):
            return {
                "partner": row.institution.name,
                "country": country_name(row.institution.country),
                "erasmus_code": row.institution.erasmus_code,
                "contact": contact.full_name if contact else "",
                "reference": row.reference,
                "kind": str(row.get_kind_display()),
                "valid_from": texts.day(version.valid_from),
                "valid_until": texts.day(row.until),
            }

    return registries.LetterReader(
        uid=row.uid,
        name=contact.full_name if contact else row.institution.name,
        email=contact.email if contact else "",
        language=contact.language if contact else "en",
        values=values,
        subject_type="agreement",
    )


def register() -> None:
    """Make agreements something that letters can be written about."""
    registries.merge_source(
        registries.MergeSource("agreement", gettext_lazy("Partners of agreements"), FIELDS, readers_of)
    )
