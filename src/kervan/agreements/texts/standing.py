"""How an agreement and its versions stand: what happened, who acts, until when, what happens otherwise."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from kervan.agreements.models import Agreement, AgreementVersion
from kervan.agreements.rules import quotas
from kervan.agreements.texts.lines import day


def standing(
    agreement: Agreement, shown: AgreementVersion, draft: AgreementVersion | None, code: str, *, edits: bool
) -> dict[str, str]:
    """Say where an agreement stands: happened, acts, until, otherwise, tone."""
    until = day(quotas.last_day(shown.valid_until, agreement.ends_on))
    if draft and code != quotas.DRAFT:
        return _waiting_version(shown, draft, edits)
    return _STANDING[code](agreement, shown, until, edits)


def _sentence(happened: str, acts: str, *, otherwise: str = "", until: str = "", tone: str = "") -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def _turn(edits: bool) -> str:
    return "next" if edits else ""


def _nobody() -> str:
    return _("Nobody has to act.")


def _draft(agreement: Agreement, shown: AgreementVersion, until: str, edits: bool) -> dict[str, str]:
    mine = _("You: record that it is in force once the last signature is there.")
    theirs = _("The office: records that it is in force once the last signature is there.")
    return _sentence(
        _("This agreement is a draft."),
        mine if edits else theirs,
        otherwise=_("Until then its places cannot be offered in a call."),
        tone=_turn(edits),
    )


def _waiting_version(shown: AgreementVersion, draft: AgreementVersion, edits: bool) -> dict[str, str]:
    mine = _("You: record that the new version is in force, or change it until it is right.")
    theirs = _("The office: records that the new version is in force.")
    words = _("Version %(new)d is a draft; version %(old)d counts.") % {"new": draft.number, "old": shown.number}
    return _sentence(
        words, mine if edits else theirs, otherwise=_("Until then nothing changes for calls."), tone=_turn(edits)
    )


def _in_force(agreement: Agreement, shown: AgreementVersion, until: str, edits: bool) -> dict[str, str]:
    since = day(shown.in_force_since)
    happened = _("This agreement has been in force since %(since)s.") % {"since": since}
    ends = _("It ends on %(day)s.") % {"day": until} if until else _("It has no end.")
    return _sentence(happened, _nobody(), until=ends, tone="ok")


def _ending(agreement: Agreement, shown: AgreementVersion, until: str, edits: bool) -> dict[str, str]:
    if agreement.ends_on:
        happened = _("This agreement was terminated; its last day is %(day)s.") % {"day": until}
        return _sentence(happened, _nobody(), otherwise=_("Its places can be offered for terms before that day."))
    mine = _("You: make a new version if both sides want to go on.")
    theirs = _("The office: makes a new version if both sides want to go on.")
    return _sentence(
        _("This agreement ends on %(day)s.") % {"day": until},
        mine if edits else theirs,
        otherwise=_("Otherwise its places cannot be offered for terms after that day."),
        tone=_turn(edits),
    )


def _expired(agreement: Agreement, shown: AgreementVersion, until: str, edits: bool) -> dict[str, str]:
    mine = _("You: make a new version if both sides want to go on.")
    theirs = _("The office: makes a new version if both sides want to go on.")
    return _sentence(
        _("This agreement ended on %(day)s.") % {"day": until},
        mine if edits else theirs,
        otherwise=_("Until then its places cannot be offered in a call."),
        tone="bad",
    )


def _terminated(agreement: Agreement, shown: AgreementVersion, until: str, edits: bool) -> dict[str, str]:
    happened = _("This agreement was terminated; its last day was %(day)s.") % {"day": until}
    return _sentence(happened, _nobody(), tone="bad")


_STANDING: Mapping[str, Callable[[Agreement, AgreementVersion, str, bool], dict[str, str]]] = {
    quotas.DRAFT: _draft,
    quotas.IN_FORCE: _in_force,
    quotas.ENDING: _ending,
    quotas.EXPIRED: _expired,
    quotas.TERMINATED: _terminated,
}
