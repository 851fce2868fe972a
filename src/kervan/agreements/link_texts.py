"""Partners' addresses in words: what was done by them, how they stand, what the office is told."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements.models import LinkUse, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.texts.lines import day
from kervan.core import registries, texts

USES: Mapping[str, Promise] = {
    "opened": gettext_lazy("Opened"),
    "code_sent": gettext_lazy("Code asked for and mailed"),
    "code_wrong": gettext_lazy("Wrong code typed"),
    "confirmed": gettext_lazy("Code typed; this browser may decide for twelve hours"),
    "commented": gettext_lazy("Commented on %(detail)s"),
    "accepted": gettext_lazy("Accepted %(detail)s"),
    "refused": gettext_lazy("Refused %(detail)s"),
    "fact_sheet_saved": gettext_lazy("Fact sheet saved"),
    "fact_sheet_confirmed": gettext_lazy("Fact sheet confirmed"),
    "contact_confirmed": gettext_lazy("Data of %(detail)s confirmed"),
    "contact_corrected": gettext_lazy("Data of %(detail)s corrected"),
    "successor_named": gettext_lazy("Somebody else named instead of %(detail)s"),
}
STANDINGS: Mapping[str, tuple[Promise, str]] = {
    rules.VALID: (gettext_lazy("Opens"), "ok"),
    rules.EXPIRED: (gettext_lazy("Ended"), ""),
    rules.REVOKED: (gettext_lazy("Taken back"), "bad"),
}


def use(row: LinkUse) -> str:
    """Return what one use was."""
    words = USES.get(row.action)
    return str(words) % {"detail": row.detail} if words else row.action


def badge(code: str) -> tuple[str, str]:
    """Return words and tone of an address's standing."""
    words, tone = STANDINGS[code]
    return str(words), tone


def standing(link: PartnerLink, code: str) -> dict[str, str]:
    """Say how an address stands: happened, acts, until, otherwise, tone."""
    words = {"name": link.contact.full_name, "day": day(link.expires_on)}
    if code == rules.VALID:
        used = _("It has been used.") if link.last_used_at else _("Nobody has opened it yet.")
        return _sentence(
            _("This link opens the partner’s pages for %(name)s.") % words,
            _("Nobody has to act."),
            until=_("It opens until the end of %(day)s.") % words,
            otherwise=used,
            tone="ok",
        )
    if code == rules.EXPIRED:
        return _sentence(
            _("This link opened until the end of %(day)s.") % words,
            _("You: lengthen it if %(name)s still needs it; the link stays the same.") % words,
        )
    return _sentence(
        _("This link opens nothing any more."), _("You: make a new one if it is still needed."), tone="bad"
    )


def _sentence(happened: str, acts: str, *, until: str = "", otherwise: str = "", tone: str = "") -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def _until(words: Promise) -> Callable[[Mapping[str, Any]], str]:
    def put(values: Mapping[str, Any]) -> str:
        until = values.get("until")
        return str(words) % {"day": day(date.fromisoformat(until)) if until else "–"}

    return put


def _sent(values: Mapping[str, Any]) -> str:
    if values.get("reference"):
        return _("Link mailed, with the agreement %(reference)s") % {"reference": values["reference"]}
    return _("Link mailed")


EVENTS: Mapping[str, Any] = {
    "partnerlink.made": _until(gettext_lazy("Link made; it opens until the end of %(day)s")),
    "partnerlink.sent": _sent,
    "partnerlink.shown": gettext_lazy("Link shown to be copied"),
    "partnerlink.lengthened": _until(gettext_lazy("Lengthened; it opens until the end of %(day)s")),
    "partnerlink.revoked": gettext_lazy("Link taken back"),
    "agreement.sent_to_partner": gettext_lazy("Version %(number)s sent to the partner’s contact %(name)s"),
    "contact.corrected_by_link": gettext_lazy("Corrected by the partner’s contact %(by)s by link"),
    "contact.successor_named": gettext_lazy("The partner’s contact %(by)s named somebody else by link"),
}
NOTICES: Mapping[str, Promise] = {
    "link.commented": gettext_lazy("%(name)s, %(partner)s, commented on version %(number)s of %(reference)s."),
    "link.accepted": gettext_lazy("%(name)s, %(partner)s, accepted version %(number)s of %(reference)s."),
    "link.refused": gettext_lazy("%(name)s, %(partner)s, refused version %(number)s of %(reference)s."),
    "link.fact_sheet_saved": gettext_lazy("%(name)s, %(partner)s, changed the fact sheet by link."),
    "link.contact_corrected": gettext_lazy("%(name)s, %(partner)s, corrected the data of %(contact)s by link."),
    "link.successor_named": gettext_lazy("%(name)s, %(partner)s, named somebody else instead of %(contact)s."),
}


def _noticed(words: Promise) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: str(words) % values


def register() -> None:
    texts.register(EVENTS)
    for code, words in NOTICES.items():
        registries.notice(code, _noticed(words))
