"""The parts of a partner's pages: what waits, each agreement in a row, words, lines and differences of a version."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kervan.agreements import link_signing, texts
from kervan.agreements.models import AgreementVersion, PartnerLink, VersionState
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links
from kervan.agreements.views.page import differences as compared
from kervan.agreements.views.page import holds as holds
from kervan.core.registries import QueueItem
from kervan.institutions.models import FactSheet
from kervan.institutions.rules import freshness

TONES = {
    VersionState.APPROVED: "next",
    VersionState.AGREED: "info",
    VersionState.IN_FORCE: "ok",
    VersionState.REFUSED: "bad",
    VersionState.SUPERSEDED: "",
}


def address(link: PartnerLink, name: str, *arguments: str) -> str:
    return reverse(f"agreements:{name}", args=[link_signing.token_of(link), *arguments])


def badge(version: AgreementVersion) -> tuple[str, str]:
    """Words and tone of a version's state, seen from the partner's side."""
    words = {
        VersionState.APPROVED: _("Waits for your answer"),
        VersionState.AGREED: _("Accepted; to be signed"),
        VersionState.IN_FORCE: _("In force"),
        VersionState.REFUSED: _("Not accepted"),
        VersionState.SUPERSEDED: _("Replaced by a newer version"),
    }
    state = state_of(version)
    if state == VersionState.IN_FORCE and version.valid_from > timezone.localdate():
        return _("Signed; holds from %(day)s") % {"day": texts.day(version.valid_from)}, "info"
    return words.get(state, str(state.label)), TONES.get(state, "")


def state_of(version: AgreementVersion) -> VersionState:
    """The state for the partner: whatever was put in force counts as in force until another one holds instead."""
    state = VersionState(version.state)
    is_in_force = version.in_force_since is not None and (state != VersionState.SUPERSEDED or _still_holds(version))
    return VersionState.IN_FORCE if is_in_force else state


def _still_holds(version: AgreementVersion) -> bool:
    """Whether the version that follows was signed early and has not begun."""
    begins, today = getattr(version, "followed_on", None), timezone.localdate()
    return bool(begins and begins > today and (version.valid_until is None or version.valid_until >= today))


def standing(version: AgreementVersion) -> dict[str, str]:
    """Say where a version stands for the partner: happened, acts, until, otherwise, tone."""
    sentences = {
        VersionState.APPROVED: (
            _("We have approved this version."),
            _("You: read it, comment where you wish, then accept it or say what should be different."),
            _("Until you have accepted it nothing is agreed."),
        ),
        VersionState.AGREED: (
            _("Both universities have agreed on this version."),
            _("Both: sign it. We tell you how."),
            _("It is in force after both signatures."),
        ),
        VersionState.IN_FORCE: (_("This version is in force."), _("Nobody has to act."), ""),
        VersionState.REFUSED: (
            _("Your university did not accept this version."),
            _("We look at what you wrote and get in touch."),
            "",
        ),
        VersionState.SUPERSEDED: (_("A newer version has replaced this one."), _("Nobody has to act."), ""),
    }
    state = state_of(version)
    if state == VersionState.IN_FORCE and version.agreement.ends_on:
        return _ended(version)
    if state == VersionState.IN_FORCE and version.valid_from > timezone.localdate():
        return _later(version)
    happened, acts, otherwise = sentences.get(state, (str(state.label), "", ""))
    tone = TONES.get(state, "")
    return {"happened": happened, "acts": acts, "otherwise": otherwise, "tone": "" if tone == "info" else tone}


def _later(version: AgreementVersion) -> dict[str, str]:
    happened = _("Both universities have signed this version; it holds from %(day)s.")
    words = {"day": texts.day(version.valid_from)}
    return {"happened": happened % words, "acts": _("Nobody has to act."), "otherwise": "", "tone": "ok"}


def _ended(version: AgreementVersion) -> dict[str, str]:
    words = {"day": texts.day(version.agreement.ends_on)}
    happened = _("This agreement was ended early. Its last day: %(day)s.") % words
    return {"happened": happened, "acts": _("Nobody has to act."), "otherwise": "", "tone": "bad"}


def agreement_rows(link: PartnerLink, versions: Sequence[AgreementVersion]) -> list[dict[str, Any]]:
    """One row for each version the partner may see."""
    return [
        {
            "version": one,
            "agreement": one.agreement,
            "url": address(link, "link_version", one.uid),
            "badge": badge(one),
            "validity": holds(one.agreement, one),
        }
        for one in versions
    ]


def waiting(link: PartnerLink, versions: Sequence[AgreementVersion]) -> list[QueueItem]:
    """What waits for the partner, first what they must answer. At most one query."""
    return [*_to_answer(link, versions), *_to_confirm(link)]


def _to_answer(link: PartnerLink, versions: Sequence[AgreementVersion]) -> Iterator[QueueItem]:
    for one in versions:
        if rules.may_answer(one.state):
            words = {"number": one.number, "reference": one.agreement.reference}
            yield QueueItem(
                title=_("Agreement %(reference)s, version %(number)d, waits for your answer") % words,
                sentence=_("We have approved it. Read it, then accept it or say what should be different."),
                url=address(link, "link_version", one.uid),
                button=_("Read and answer"),
                is_urgent=True,
                icon="handshake",
            )


def _to_confirm(link: PartnerLink) -> Iterator[QueueItem]:
    sheet = FactSheet.objects.filter(partner=link.partner).first()
    if sheet is None or not _is_fresh(sheet.confirmed_on):
        yield QueueItem(
            title=_("Is your fact sheet right?"),
            sentence=_("It tells our students your dates, languages and where to live.") + " " + _checked(sheet),
            url=address(link, "link_facts"),
            button=_("Look at the fact sheet"),
            icon="file-text",
        )
    if not _is_fresh(link.contact.confirmed_on):
        yield QueueItem(
            title=_("Are the people we know still right?"),
            sentence=_("So that our letters reach whoever must read them."),
            url=address(link, "link_contacts"),
            button=_("Look at the people"),
            icon="users",
        )


def _is_fresh(day: Any) -> bool:
    return bool(freshness.freshness(day, None, timezone.localdate()) == freshness.FRESH)


def _checked(sheet: FactSheet | None) -> str:
    if sheet is None or sheet.confirmed_on is None:
        return _("Nobody has confirmed it yet.")
    return _("It was last confirmed on %(day)s.") % {"day": formats.date_format(sheet.confirmed_on, "j F Y")}


def lines(version: AgreementVersion) -> list[dict[str, Any]]:
    """The lines of a version in words, without what is used of them. One query."""
    rows = version.conditions.select_related("unit").order_by("-direction", "pk")
    return [
        {
            "condition": one,
            "title": texts.line_title_by_sender(one, _("us"), _("you")),
            "people": texts.amount_of_people(one),
            "amount": "; ".join(filter(None, (texts.months(one.months_per_year), texts.days(one.days_per_year)))),
            "unit": texts.unit(one),
            "levels": texts.levels(one),
            "fields": texts.fields(one),
            "terms": texts.terms(one),
            "languages": texts.languages(one),
        }
        for one in rows
    ]


def differences(version: AgreementVersion) -> dict[str, Any] | None:
    """What a version that waits would change of the one in force, side by side; None where there is none."""
    if version.state not in (VersionState.APPROVED, VersionState.AGREED):
        return None
    before = links.in_force_beside(version)
    return compared(before, version) if before else None
