"""Agreements in words: how one stands, what a line says, what happened."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements.models import Agreement, AgreementKind, AgreementVersion, Condition, Direction, StayKind
from kervan.agreements.rules import quotas
from kervan.agreements.values import LineValues
from kervan.core import texts, years
from kervan.institutions import reference
from kervan.institutions.models import Level

BADGES = {
    quotas.DRAFT: (gettext_lazy("Draft"), "info"),
    quotas.IN_FORCE: (gettext_lazy("In force"), "ok"),
    quotas.ENDING: (gettext_lazy("Ends soon"), "warn"),
    quotas.EXPIRED: (gettext_lazy("Expired"), "bad"),
    quotas.TERMINATED: (gettext_lazy("Terminated"), ""),
}
SHORT_KINDS = {
    AgreementKind.ERASMUS: gettext_lazy("Erasmus+"),
    AgreementKind.MEVLANA: gettext_lazy("Mevlana"),
    AgreementKind.BILATERAL: gettext_lazy("Bilateral"),
}
TERMS = {
    quotas.AUTUMN: gettext_lazy("Autumn term"),
    quotas.SPRING: gettext_lazy("Spring term"),
    quotas.YEAR: gettext_lazy("Whole year"),
}
DEMANDS = {"required": gettext_lazy("required"), "recommended": gettext_lazy("recommended")}


LineLike = Condition | LineValues


def badge(code: str) -> tuple[str, str]:
    """Return words and tone of a standing."""
    words, tone = BADGES[code]
    return str(words), tone


def line_title(line: LineLike) -> str:
    """Return direction and kind of a line: "Outgoing: Study"."""
    return f"{Direction(line.direction).label}: {StayKind(line.kind).label}"


def people(count: int) -> str:
    return ngettext("%(count)d person a year", "%(count)d people a year", count) % {"count": count}


def months(amount: Decimal | None) -> str:
    """Return the months of a year in all, an empty text where none are agreed."""
    if amount is None:
        return ""
    return _("%(months)s months a year in all") % {"months": _amount(amount)}


def months_used(used: Decimal, agreed: Decimal | None) -> str:
    """Return how many of the agreed months are used, an empty text where none are agreed."""
    if agreed is None:
        return ""
    return _("%(used)s of %(agreed)s months") % {"used": _amount(used), "agreed": _amount(agreed)}


def _amount(amount: Decimal) -> str:
    """A number of months in the reader's way, without a decimal that says nothing."""
    plain = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
    return str(formats.number_format(plain, use_l10n=True))


def levels(line: LineLike) -> str:
    return ", ".join(str(Level(code).label) for code in line.levels) or _("All levels")


def fields(line: LineLike) -> str:
    """Return the fields of study with their names, or that every field is covered."""
    named = [(code, reference.isced(code)) for code in line.fields]
    return ", ".join(f"{code} {field.name}" if field else code for code, field in named) or _("All fields of study")


def terms(line: LineLike) -> str:
    return ", ".join(str(TERMS.get(term, term)) for term in line.terms) or _("Any term")


def languages(line: LineLike) -> list[str]:
    """Return each language with its level and whether it is required or recommended."""
    return [_language(one) for one in line.languages]


def _language(one: Mapping[str, str]) -> str:
    known = reference.language(one["language"])
    name, demand = known.name if known else one["language"], DEMANDS.get(one.get("demand", ""), "")
    return f"{name} {one['level']} ({demand})"


def unit(line: LineLike) -> str:
    return str(line.unit) if line.unit else _("All units")


def line_text(line: LineLike) -> str:
    """Return a whole line in one row of words, for comparing versions."""
    parts = [line_title(line), people(line.people_per_year or 0), months(line.months_per_year), unit(line)]
    parts += [levels(line), fields(line), terms(line), *languages(line)]
    return "; ".join(part for part in parts if part)


def compared(before: Mapping[str, LineLike], after: Mapping[str, LineLike]) -> list[dict[str, Any]]:
    """Return rows for the two-column difference of lines by `line_uid`, those of `before` first."""
    rows = []
    for number, key in enumerate([*before, *(key for key in after if key not in before)], start=1):
        left, right = _words(before.get(key)), _words(after.get(key))
        label = _("Line %(number)d") % {"number": number}
        rows.append({"label": label, "left": left, "right": right, "differs": left != right})
    return rows


def _words(line: LineLike | None) -> str:
    return line_text(line) if line else ""


def validity(valid_from: date, valid_until: date | None) -> str:
    """Return from when until when a version holds."""
    if valid_until is None:
        return _("From %(begins)s, without end") % {"begins": _day(valid_from)}
    return _("From %(begins)s to %(ends)s") % {"begins": _day(valid_from), "ends": _day(valid_until)}


def _day(day: date | None) -> str:
    return formats.date_format(day, "j F Y") if day else ""


def standing(
    agreement: Agreement, shown: AgreementVersion, draft: AgreementVersion | None, code: str, *, edits: bool
) -> dict[str, str]:
    """Say where an agreement stands: happened, acts, until, otherwise, tone."""
    until = _day(quotas.last_day(shown.valid_until, agreement.ends_on))
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
    since = _day(shown.in_force_since)
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


def _put_in_force(values: Mapping[str, Any]) -> str:
    return _("Version %(number)s put in force on the strength of “%(document)s”") % {
        "number": values.get("number", "–"),
        "document": values.get("document", "–"),
    }


def _use_recorded(values: Mapping[str, Any]) -> str:
    count, year = int(values.get("people") or 0), values.get("academic_year")
    words = ngettext("%(count)d place used in %(year)s", "%(count)d places used in %(year)s", count)
    return words % {"count": count, "year": years.label(int(year)) if year else "–"}


def _terminate(values: Mapping[str, Any]) -> str:
    ends = values.get("ends_on")
    day = _day(date.fromisoformat(ends)) if ends else "–"
    return _("Terminated; last day %(day)s. Reason: %(reason)s") % {"day": day, "reason": values.get("reason", "–")}


texts.register(
    {
        "agreement.drafted": gettext_lazy("Agreement drafted"),
        "agreement.draft_changed": gettext_lazy("Draft of version %(number)s changed"),
        "agreement.version_started": gettext_lazy("Version %(number)s begun as a copy"),
        "agreement.draft_discarded": gettext_lazy("Draft of version %(number)s discarded"),
        "agreement.put_in_force": _put_in_force,
        "agreement.renew": _put_in_force,
        "agreement.terminate": _terminate,
        "agreement.use_recorded": _use_recorded,
    }
)
