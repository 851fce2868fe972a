"""An agreement as PDF in one language: what typst/agreement.typ needs, and the document that is issued with a code."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kervan.agreements import selectors, texts
from kervan.agreements.models import (
    Agreement,
    AgreementVersion,
    Approval,
    Condition,
    Side,
    Signature,
    VersionState,
)
from kervan.agreements.rules import termination
from kervan.core import history, pdf
from kervan.core.errors import NotPossible
from kervan.core.models import IssuedDocument, Office
from kervan.core.rules.markdown_blocks import blocks
from kervan.core.services import documents
from kervan.core.text import pick
from kervan.institutions.models import Institution
from kervan.institutions.selectors import country_name

TEMPLATE = "agreements/agreement"
KIND = "agreement"
FINAL = (VersionState.AGREED, VersionState.IN_FORCE, VersionState.SUPERSEDED)


def as_pdf(version: AgreementVersion, language: str, *, code: str = "", address: str = "") -> bytes:
    """Return a version of an agreement as PDF; without both sides' consent it is marked as a draft."""
    with override(language):
        return pdf.compile_pdf(TEMPLATE, data_of(version, language, code=code, address=address))


def issue(version: AgreementVersion, language: str, *, actor: Any) -> IssuedDocument:
    """Issue the PDF of a version that both sides agreed to, with a code under which it can be checked."""
    if version.state not in FINAL:
        raise NotPossible(_("Only what both sides agreed to is issued with a code."))
    agreement = version.agreement
    document = documents.issue(
        agreement.office,
        kind=KIND,
        title_en=_title_en(version),
        title_tr=f"{agreement.reference} sayılı anlaşma, {version.number}. sürüm",
        recipient=agreement.institution.name,
        subject=agreement,
        build=lambda code, address: as_pdf(version, language, code=code, address=address),
        actor=actor,
    )
    history.record(version, "agreementversion.issued", actor=actor, number=version.number, code=document.code)
    return document


def _title_en(version: AgreementVersion) -> str:
    return f"Agreement {version.agreement.reference}, version {version.number}"


def revoke_issued(version: AgreementVersion, *, reason: str, actor: Any) -> None:
    """Take back what was issued of a version whose words do not stand any more."""
    rows = IssuedDocument.objects.filter(office_id=version.office_id, kind=KIND, revoked_at__isnull=True)
    agreement = version.agreement
    for one in rows.filter(subject_uid=agreement.uid, title_en=_title_en(version)):
        documents.revoke(one, reason=reason, actor=actor)


def data_of(version: AgreementVersion, language: str, *, code: str = "", address: str = "") -> dict[str, Any]:
    """Return everything the template sets, in the language in force."""
    agreement = version.agreement
    lines = list(version.conditions.select_related("unit").order_by("-direction", "pk"))
    signatures = selectors.signatures_of(version)
    steps = selectors.current(selectors.approvals_of(version), version)
    frame = pdf.frame(
        agreement.office,
        language,
        title=str(agreement.get_kind_display()),
        code=code,
        address=address,
        is_draft=version.state not in FINAL,
    )
    return {
        **frame,
        "draft": "" if version.state in FINAL else _("Draft"),
        "subtitle": _("%(reference)s, version %(number)d")
        % {"reference": agreement.reference, "number": version.number},
        "mark": _("Invented for the demonstration") if agreement.is_invented else "",
        "words": frame["words"] | _words(),
        "parties": [_us(agreement.office), _party(agreement.institution)],
        "facts": [[_("Validity"), texts.validity(version.valid_from, version.valid_until)]],
        "body": blocks(pick(version.body_en, version.body_tr, language)),
        "header": [_("Stay"), _("How many"), _("For whom"), _("Languages and terms")],
        "lines": [_line(one, agreement, language) for one in lines],
        "disclaimer": _ending(agreement.kind),
        "decisions-header": [_("Body"), _("Day"), _("Number")],
        "decisions": [_decision(one) for one in steps if one.state == "approved"],
        "signatures": [_signature(side, agreement, signatures.get(side.value)) for side in Side],
        "foot": _("Digest of the words (SHA-256): %(digest)s") % {"digest": selectors.digest_of(version, lines)},
    }


def _words() -> dict[str, str]:
    return {
        "parties": _("Parties"),
        "lines": _("What is agreed for each academic year"),
        "ending": _("End of the agreement"),
        "decisions": _("Decisions of our bodies"),
        "signatures": _("Signatures"),
        "sign": _("Name, function, day, signature"),
    }


def _us(office: Office) -> dict[str, Any]:
    institution = Institution.objects.filter(office=office).first()
    return _party(institution) if institution else {"name": office.name, "lines": []}


def _party(institution: Institution) -> dict[str, Any]:
    place = ", ".join(filter(None, (institution.city, country_name(institution.country))))
    lines = [pick(institution.name_en, "", "en"), institution.erasmus_code, place]
    return {"name": institution.name, "lines": [one for one in lines if one and one != institution.name]}


def _line(one: Condition, agreement: Agreement, language: str) -> list[str]:
    how_many = [texts.amount_of_people(one), texts.months(one.months_per_year), texts.days(one.days_per_year)]
    whom = [texts.unit(one), one.partner_unit, texts.levels(one), texts.fields(one)]
    rest = [texts.terms(one), *texts.languages(one), pick(one.notes_en, one.notes_tr, language)]
    title = texts.line_title_by_sender(one, str(agreement.office.name), agreement.institution.name)
    return [title, *("; ".join(part for part in parts if part) for parts in (how_many, whom, rest))]


def _ending(kind: str) -> list[str]:
    """What an Erasmus+ agreement has to say about its end (RULES 4.8)."""
    if kind not in termination.NOTICE_KINDS:
        return []
    return [
        _(
            "Either side may end this agreement alone with a full academic year of notice: told by 1 September of a"
            " year, the end takes effect on 1 September of the following year. Both together may end it at any time."
        ),
        _(
            "Neither the European Commission nor the National Agencies can be held responsible in case of a conflict"
            " between the parties."
        ),
    ]


def _decision(one: Approval) -> list[str]:
    return [str(one.name), texts.day(one.decided_on), one.decision_number or "–"]


def _signature(side: Side, agreement: Any, one: Signature | None) -> dict[str, str]:
    name = agreement.office.name if side == Side.OURS else agreement.institution.name
    signed = ""
    if one:
        who = ", ".join(filter(None, (one.name, one.function)))
        signed = _("Signed by %(who)s on %(day)s") % {"who": who, "day": texts.day(one.signed_on)}
    return {"side": str(side.label), "name": str(name), "signed": signed}
