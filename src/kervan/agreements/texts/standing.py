"""How agreements, versions and proposals stand: what happened, who acts, until when, what happens otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kervan.agreements.models import Agreement, AgreementVersion, Proposal, ProposalState, VersionState
from kervan.agreements.rules import quotas
from kervan.agreements.texts.lines import day


@dataclass(frozen=True, slots=True)
class View:
    """What the sentence needs. waits_for: name of the body whose turn it is. missing: sides that have not signed.

    refused: the newest version, when it was refused and an earlier one counts. first: the first version that was put in
    force. sent_to, sent_on: to whom the words that wait were sent last.
    """

    agreement: Agreement
    shown: AgreementVersion
    waiting: AgreementVersion | None
    code: str
    edits: bool
    waits_for: str = ""
    missing: tuple[str, ...] = ()
    refused: AgreementVersion | None = None
    is_refused_by_partner: bool = False
    first: AgreementVersion | None = None
    today: date | None = None
    sent_to: str = ""
    sent_on: date | None = None


def standing(view: View) -> dict[str, str]:
    """Say where an agreement stands: happened, acts, until, otherwise, tone."""
    if view.agreement.sample_of:
        return _sample(view)
    if view.waiting:
        return _OF_VERSION[view.waiting.state](view, view.waiting)
    if view.shown.state == VersionState.REFUSED:
        return _refused(view, view.shown)
    if view.refused:
        return _refused(view, view.refused)
    return _OF_AGREEMENT[view.code](view)


def _sentence(happened: str, acts: str, *, otherwise: str = "", until: str = "", tone: str = "") -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def _turn(view: View) -> str:
    return "next" if view.edits else ""


def _nobody() -> str:
    return _("Nobody has to act.")


def _last_day(view: View) -> str:
    return day(quotas.last_day(view.shown.valid_until, view.agreement.ends_on))


def _meanwhile(view: View, version: AgreementVersion) -> str:
    """What holds until this version is in force."""
    if view.shown.pk != version.pk and view.shown.in_force_since:
        return _("Until then version %(number)d counts.") % {"number": view.shown.number}
    return _("Until then its places cannot be offered in a call.")


def _sample(view: View) -> dict[str, str]:
    happened = _("This is not ours: an agreement of %(name)s, brought in to try the software.")
    return _sentence(
        happened % {"name": view.agreement.sample_of},
        _nobody(),
        otherwise=_("It is never offered, counted or shown to the public."),
    )


def _draft(view: View, version: AgreementVersion) -> dict[str, str]:
    mine = _("You: propose it when its words are right.")
    theirs = _("The office: proposes it when its words are right.")
    happened = _("Version %(number)d is a draft.") if version.number > 1 else _("This agreement is a draft.")
    return _sentence(
        happened % {"number": version.number},
        mine if view.edits else theirs,
        otherwise=_meanwhile(view, version),
        tone=_turn(view),
    )


def _proposed(view: View, version: AgreementVersion) -> dict[str, str]:
    happened = _("Version %(number)d was proposed on %(day)s.")
    acts = _("Next decides: %(body)s. Then you write down the decision.")
    theirs = _("Next decides: %(body)s.")
    return _sentence(
        happened % {"number": version.number, "day": day(version.proposed_on)},
        (acts if view.edits else theirs) % {"body": view.waits_for or "–"},
        otherwise=_meanwhile(view, version),
        tone=_turn(view),
    )


def _approved(view: View, version: AgreementVersion) -> dict[str, str]:
    theirs = _("The partner: accepts or refuses.")
    if view.sent_to:
        return _sent(view, version, theirs)
    mine = _("The partner: accepts or refuses. You: send it to them, or write down their answer.")
    return _sentence(
        _("Version %(number)d is approved by our university.") % {"number": version.number},
        mine if view.edits else theirs,
        otherwise=_meanwhile(view, version),
        tone=_turn(view),
    )


def _sent(view: View, version: AgreementVersion, theirs: str) -> dict[str, str]:
    happened = _("Version %(number)d was sent to %(name)s on %(day)s.")
    words = {"number": version.number, "name": view.sent_to, "day": day(view.sent_on)}
    mine = _("The partner: accepts or refuses. If the answer comes by letter, you write it down.")
    return _sentence(happened % words, mine if view.edits else theirs, otherwise=_meanwhile(view, version))


def _agreed(view: View, version: AgreementVersion) -> dict[str, str]:
    happened = _("Both sides have agreed to version %(number)d.") % {"number": version.number}
    if view.missing:
        words = {
            ("ours", "partner"): _("Both sides: sign. Then the signatures are written down."),
            ("ours",): _("Our university: signs. The partner has signed."),
            ("partner",): _("The partner: signs. We have signed."),
        }
        acts = words[view.missing]
    else:
        mine, theirs = (
            _("You: put it in force. Both have signed."),
            _("The office: puts it in force. Both have signed."),
        )
        acts = mine if view.edits else theirs
    return _sentence(happened, acts, otherwise=_meanwhile(view, version), tone=_turn(view))


def _refused(view: View, version: AgreementVersion) -> dict[str, str]:
    mine = _("You: take it back to change it, or leave it at that.")
    theirs = _("The office: changes it, or leaves it at that.")
    by_partner = _("The partner has refused version %(number)d.")
    happened = by_partner if view.is_refused_by_partner else _("Version %(number)d was refused.")
    return _sentence(
        happened % {"number": version.number},
        mine if view.edits else theirs,
        otherwise=_meanwhile(view, version),
        tone="bad",
    )


def _in_force(view: View) -> dict[str, str]:
    until = _last_day(view)
    ends = _("It ends on %(day)s.") % {"day": until} if until else _("It has no end.")
    return _sentence(_since(view), _nobody(), until=ends, otherwise=_follows(view), tone="ok")


def _since(view: View) -> str:
    first = view.first or view.shown
    if _begins_later(view, first):
        words = {"signed": day(first.in_force_since), "day": day(first.valid_from)}
        return _("This agreement was signed on %(signed)s; it holds from %(day)s.") % words
    return _("This agreement has been in force since %(since)s.") % {"since": day(first.in_force_since)}


def _begins_later(view: View, version: AgreementVersion) -> bool:
    return view.today is not None and version.valid_from > view.today


def _follows(view: View) -> str:
    """From when on a renewal holds that was signed before the former version ended."""
    if not view.first or view.first.pk == view.shown.pk or not _begins_later(view, view.shown):
        return ""
    words = {"number": view.shown.number, "day": day(view.shown.valid_from)}
    return _("Version %(number)d is signed and holds from %(day)s.") % words


def _ending(view: View) -> dict[str, str]:
    until = _last_day(view)
    if view.agreement.ends_on:
        happened = _("This agreement was terminated; its last day is %(day)s.") % {"day": until}
        return _sentence(happened, _nobody(), otherwise=_("Its places can be offered for terms before that day."))
    return _renewal(
        view,
        _("This agreement ends on %(day)s.") % {"day": until},
        _("Otherwise its places cannot be offered for terms after that day."),
        _turn(view),
    )


def _expired(view: View) -> dict[str, str]:
    happened = _("This agreement ended on %(day)s.") % {"day": _last_day(view)}
    return _renewal(view, happened, _("Until then its places cannot be offered in a call."), "bad")


def _renewal(view: View, happened: str, otherwise: str, tone: str) -> dict[str, str]:
    mine = _("You: make a new version if both sides want to go on.")
    theirs = _("The office: makes a new version if both sides want to go on.")
    return _sentence(happened, mine if view.edits else theirs, otherwise=otherwise, tone=tone)


def _terminated(view: View) -> dict[str, str]:
    happened = _("This agreement was terminated; its last day was %(day)s.") % {"day": _last_day(view)}
    return _sentence(happened, _nobody(), tone="bad")


_OF_VERSION: Mapping[str, Callable[[View, AgreementVersion], dict[str, str]]] = {
    VersionState.DRAFT: _draft,
    VersionState.PROPOSED: _proposed,
    VersionState.APPROVED: _approved,
    VersionState.AGREED: _agreed,
}
_OF_AGREEMENT: Mapping[str, Callable[[View], dict[str, str]]] = {
    quotas.DRAFT: _in_force,
    quotas.IN_FORCE: _in_force,
    quotas.ENDING: _ending,
    quotas.EXPIRED: _expired,
    quotas.TERMINATED: _terminated,
}


def proposal_standing(proposal: Proposal, *, is_mine: bool, edits: bool, agreement_words: str = "") -> dict[str, str]:
    """Say where a proposal stands, to whoever made it, to the office, to other readers.

    agreement_words: what became of the agreement that was begun, as one sentence.
    """
    office = _("You: take it up, ask back, or say why not.") if edits else _("The office: takes it up or answers.")
    maker = _("You: answer the question and hand it in again.") if is_mine else _("Whoever made it: answers.")
    asked, answer = proposal.state, proposal.answer
    sentences = {
        ProposalState.SUBMITTED: _sentence(
            _("The proposal was handed in."), office, tone="next" if edits else "", otherwise=_("Until then it waits.")
        ),
        ProposalState.RETURNED: _sentence(
            _("The office asks: %(text)s") % {"text": answer}, maker, tone="next" if is_mine else ""
        ),
        ProposalState.TAKEN_UP: _sentence(
            _("The office has taken it up."), agreement_words or _nobody(), otherwise=answer, tone="ok"
        ),
        ProposalState.DECLINED: _sentence(
            _("The office has not taken it up. Reason: %(text)s") % {"text": answer}, _nobody(), tone="bad"
        ),
        ProposalState.WITHDRAWN: _sentence(_("It was taken back by whoever made it."), _nobody()),
    }
    return sentences[ProposalState(asked)]
