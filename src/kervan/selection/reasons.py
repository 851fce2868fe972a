"""Codes and figures of a placement in words, in the reader's language. No sentence names anybody else.

Sentences to the applicant say "you"; phrases for the office's lists are short ("1. tercihine asil yerleşti").
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kervan.institutions import reference
from kervan.selection.rules import market as m
from kervan.selection.rules.succession import Step

Names = Mapping[str, str]

LEVELS = {
    "associate": gettext_lazy("associate degree"),
    "bachelor": gettext_lazy("bachelor"),
    "master": gettext_lazy("master"),
    "doctorate": gettext_lazy("doctorate"),
}
REJECTIONS = {
    "gpa_below_minimum": gettext_lazy("Your grade average is below the minimum of the call."),
    "language_below_minimum": gettext_lazy("Your language result is below the minimum of the call."),
    "final_below_minimum": gettext_lazy("Your final score is below the minimum of the call."),
    "documents_missing": gettext_lazy("A required document is missing."),
    "language_unknown": gettext_lazy("Your language result was not known when applications were ranked."),
}
RESULTS = {
    m.MAIN: gettext_lazy("Main list"),
    m.RESERVED: gettext_lazy("Reserve list"),
    m.NOT_PLACED: gettext_lazy("Not placed"),
    m.REJECTED: gettext_lazy("Not ranked"),
}
GRANTS = {m.WITH_GRANT: gettext_lazy("with grant"), m.ZERO_GRANT: gettext_lazy("zero grant")}
STEPS = {
    "reserve_list": gettext_lazy("First on the reserve list of the freed place who could be seated."),
    "better_wish": gettext_lazy(
        "Waiting for the freed place, too; a choice they like better has room under a shared limit."
    ),
    "room": gettext_lazy("Best-ranked waiting person for whom room appeared under a shared limit."),
    "chain": gettext_lazy("Best-ranked person who could move to a choice they like better."),
}


def ordinal(number: int) -> str:
    """A number in a row as the language writes it: 1st, 2nd; in Turkish 1., 2."""
    if number % 100 not in (11, 12, 13):
        if number % 10 == 1:
            return pgettext("ordinal", "%(number)sst") % {"number": number}
        if number % 10 == 2:
            return pgettext("ordinal", "%(number)snd") % {"number": number}
        if number % 10 == 3:
            return pgettext("ordinal", "%(number)srd") % {"number": number}
    return pgettext("ordinal", "%(number)sth") % {"number": number}


def result_sentence(outcome: m.Outcome) -> str:
    """What the applicant got, in one sentence to them."""
    values = {"ordinal": ordinal(outcome.wish or 0), "rank": outcome.reserve_rank}
    if outcome.result == m.MAIN and outcome.promoted:
        return _("You moved up and are placed on your %(ordinal)s choice.") % values
    if outcome.result == m.MAIN:
        return _("Placed on your %(ordinal)s choice.") % values
    if outcome.result == m.RESERVED:
        return _("You are number %(rank)s on the reserve list of your %(ordinal)s choice.") % values
    if outcome.result == m.REJECTED:
        return _("Your application could not be ranked.")
    return (
        _("Not placed: none of your choices could be granted.") if outcome.wishes else _("Not placed: no choice named.")
    )


def rejection_sentences(outcome: m.Outcome) -> list[str]:
    """Why the application was not ranked, a sentence for each reason."""
    return [str(REJECTIONS.get(code, code)) for code in outcome.rejections]


def grant_sentence(outcome: m.Outcome) -> str:
    """Whether the stay is funded; "" where nothing is decided."""
    if outcome.grant == m.WITH_GRANT:
        return _("You go with a grant.")
    if outcome.grant == m.ZERO_GRANT:
        return _("You may go without a grant: grants are given down the main list as far as the budget goes.")
    return ""


def office_phrase(outcome: m.Outcome) -> str:
    """What the applicant got, in the words of the office's list."""
    values = {"wish": outcome.wish, "rank": outcome.reserve_rank}
    if outcome.result == m.MAIN:
        phrase = _("Main list, choice %(wish)s") % values
        return f"{phrase}, {GRANTS[outcome.grant]}" if outcome.grant else phrase
    if outcome.result == m.RESERVED:
        return _("Reserve %(rank)s on choice %(wish)s") % values
    return str(RESULTS[outcome.result])


def step_sentence(step: Step) -> str:
    """Why somebody moves up after a withdrawal, for the office."""
    return str(STEPS[step.why])


def wish_sentence(wish: m.WishResult, cap_names: Names | None = None) -> str:
    """What became of one wish, and what would have sufficed.

    cap_names: key of a cap -> its name in the reader's language; the key itself stands where there is none.
    """
    return " ".join(_wish_parts(wish, cap_names or {}))


def all_sentences(outcome: m.Outcome) -> list[str]:
    """Result, grant, rejections; the wishes are told one by one by `wish_sentence`."""
    parts = [result_sentence(outcome), grant_sentence(outcome), *rejection_sentences(outcome)]
    return [part for part in parts if part]


def _wish_parts(wish: m.WishResult, cap_names: Names) -> Iterator[str]:
    if wish.code not in m.FULL:
        yield _DEMANDS[wish.code](wish)
        return
    yield _why_full(wish, cap_names)
    if wish.cutoff is not None:
        yield _figures(wish)
    if wish.freed_later:
        yield _("What became free later was passed on by the announced rule for reserves.")
    if wish.enough is not None:
        yield _("A score above %(enough)s would have been enough.") % {"enough": _points(wish.enough)}
    elif wish.shortfall:
        yield _("No score can be named that would surely have been enough.")


def reserve_sentence(reserves: int) -> str:
    """Why somebody without a place is on no reserve list of a full choice. reserves: how many its list takes."""
    if not reserves:
        return _("There is no reserve list for this place.")
    return ngettext(
        "You are not on its reserve list: it takes one person, who ranks before you.",
        "You are not on its reserve list: it takes %(count)d people, and they all rank before you.",
        reserves,
    ) % {"count": reserves}


def _why_full(wish: m.WishResult, cap_names: Names) -> str:
    values = {"seats": _plain(wish.seats), "cap": cap_names.get(wish.cap, wish.cap)}
    if wish.code == m.NO_MONTHS:
        return _("The %(seats)s months that this agreement has a year leave too few for a stay here.") % values
    if wish.code == m.CAP_REACHED:
        return _("The limit “%(cap)s” (%(seats)s in all) left no room here.") % values
    if not wish.seats:
        return _("There was no place here in this call.")
    return _places_gone(wish) % values


def _places_gone(wish: m.WishResult) -> str:
    seats, higher = int(wish.seats or 0), (wish.shortfall or 0) > 0
    if wish.cap:
        return ngettext(
            "The one place that this agreement has in all terms together went to somebody ranked before you.",
            "The %(seats)s places that this agreement has in all terms together went to people ranked before you.",
            seats,
        )
    if higher:
        return ngettext("Its one place went to a higher score.", "Its %(seats)s places went to higher scores.", seats)
    return ngettext(
        "Its one place went to somebody ranked before you.",
        "Its %(seats)s places went to people ranked before you.",
        seats,
    )


def _figures(wish: m.WishResult) -> str:
    cutoff, short = wish.cutoff or Decimal(0), wish.shortfall or Decimal(0)
    values = {"cutoff": _points(cutoff), "own": _points(cutoff - short), "short": _points(short)}
    if short == 0:
        return (
            _("The last one admitted had %(cutoff)s as you had, and went first by the rule for equal scores.") % values
        )
    return _("The last one admitted had %(cutoff)s, you had %(own)s: %(short)s points short.") % values


def _level(wish: m.WishResult) -> str:
    levels = ", ".join(str(LEVELS.get(level, level)) for level in wish.needed.split(","))
    return _("This place is not open to your level of study; it is open to: %(levels)s.") % {"levels": levels}


def _field(wish: m.WishResult) -> str:
    values = {"fields": ", ".join(map(_field_name, wish.needed.split(","))), "field": _field_name(wish.held)}
    if not wish.held:
        return _("This place is for %(fields)s; your field of study is not recorded.") % values
    return _("This place is for %(fields)s; your field of study is %(field)s.") % values


def _language_low(wish: m.WishResult) -> str:
    return _("Required here: %(language)s at %(level)s. Your level is %(held)s.") % _language(wish)


def _language_unknown(wish: m.WishResult) -> str:
    return _("Required here: %(language)s at %(level)s. Your level was not known when places were given.") % _language(
        wish
    )


def _language(wish: m.WishResult) -> dict[str, str]:
    code, _colon, level = wish.needed.partition(":")
    known = reference.language(code)
    return {"language": known.name if known else code, "level": level, "held": wish.held}


def _field_name(code: str) -> str:
    known = reference.isced(code)
    return f"{known.name} ({code})" if known else code


def _points(value: Decimal) -> str:
    return str(number_format(value, 2))


def _plain(value: Decimal | int | None) -> str:
    return "" if value is None else str(number_format(Decimal(value).normalize()))


_DEMANDS: Mapping[str, Callable[[m.WishResult], str]] = {
    m.PLACED: lambda wish: _("You are placed here."),
    m.BETTER_WISH: lambda wish: _("Not needed: you are placed on a choice that you like better."),
    m.UNIT_NOT_COVERED: lambda wish: _("Agreed only for other units of ours."),
    m.LEVEL_NOT_COVERED: _level,
    m.FIELD_NOT_COVERED: _field,
    m.LANGUAGE_TOO_LOW: _language_low,
    m.LANGUAGE_UNKNOWN: _language_unknown,
}
