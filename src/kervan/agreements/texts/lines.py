"""What a line and a version say, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements.models import AgreementKind, Condition, Direction, StayKind, VersionState
from kervan.agreements.rules import quotas
from kervan.agreements.selectors import UseAfter
from kervan.agreements.values import LineValues
from kervan.core import years
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
    AgreementKind.KA171: gettext_lazy("Erasmus+ (KA171)"),
    AgreementKind.BILATERAL: gettext_lazy("Bilateral"),
    AgreementKind.MOU: gettext_lazy("Memorandum"),
    AgreementKind.DOUBLE_DEGREE: gettext_lazy("Double degree"),
}
TERMS = {
    quotas.AUTUMN: gettext_lazy("Autumn term"),
    quotas.SPRING: gettext_lazy("Spring term"),
    quotas.YEAR: gettext_lazy("Whole year"),
}
DEMANDS = {"required": gettext_lazy("required"), "recommended": gettext_lazy("recommended")}


LineLike = Condition | LineValues


def badge(code: str, version_state: str = "", ends_on: date | None = None) -> tuple[str, str]:
    """Return words and tone of a standing.

    version_state: of the version that is shown, which says more while nothing is in force. ends_on: last day after a
    termination.
    """
    words, tone = BADGES[code]
    if code == quotas.DRAFT and version_state:
        return str(VersionState(version_state).label), "bad" if version_state == VersionState.REFUSED else tone
    if code == quotas.ENDING and ends_on:
        return _("Terminated, ends on %(day)s") % {"day": day(ends_on)}, tone
    return str(words), tone


def line_title(line: LineLike) -> str:
    """Return direction and kind of a line: "Outgoing: Study"; a line may lack either."""
    direction = str(Direction(line.direction).label) if line.direction else _("Direction not stated")
    return f"{direction}: {StayKind(line.kind).label if line.kind else _('kind not stated')}"


def line_title_by_sender(line: LineLike, ours: str, theirs: str) -> str:
    """Return who sends and which kind of stay, for words that both sides read; a line may lack either."""
    if not line.direction:
        return line_title(line)
    kind = str(StayKind(line.kind).label) if line.kind else _("kind not stated")
    sender = ours if line.direction == Direction.OUTGOING else theirs
    return _("%(kind)s, sent by %(sender)s") % {"kind": kind, "sender": sender}


def people(count: int) -> str:
    return ngettext("%(count)d person a year", "%(count)d people a year", count) % {"count": count}


def amount_of_people(line: LineLike) -> str:
    """Return how many people a year a line lets go, or that it does not say."""
    return people(line.people_per_year) if line.people_per_year else _("number of people not stated")


def days(amount: int | None) -> str:
    """Return the days of a year in all, an empty text where none are agreed."""
    if amount is None:
        return ""
    return ngettext("%(count)d day a year in all", "%(count)d days a year in all", amount) % {"count": amount}


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
    return ", ".join(field_names(line.fields)) or _("All fields of study")


def field_names(codes: Iterable[str]) -> list[str]:
    """Return codes of fields of study with their names."""
    named = [(code, reference.isced(code)) for code in codes]
    return [f"{code} {field.name}" if field else code for code, field in named]


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
    parts = [line_title(line), amount_of_people(line), months(line.months_per_year), days(line.days_per_year)]
    parts += [unit(line), line.partner_unit]
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
        return _("From %(begins)s, without end") % {"begins": day(valid_from)}
    return _("From %(begins)s to %(ends)s") % {"begins": day(valid_from), "ends": day(valid_until)}


def day(value: date | None) -> str:
    """Return a day in words, an empty text for none."""
    return formats.date_format(value, "j F Y") if value else ""


def use_after(use: UseAfter) -> str:
    """Return what one source counts on in an academic year, as a sentence."""
    sentence = ngettext(
        "%(count)d person is counted for %(year)s.", "%(count)d people are counted for %(year)s.", use.people
    )
    return sentence % {"count": use.people, "year": years.label(use.academic_year)}
