"""The answer to a question about our agreements, in sentences."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements.models import AgreementKind, Direction, StayKind
from kervan.agreements.rules import questions
from kervan.agreements.selectors.questions import Answer
from kervan.core import years
from kervan.core.lists import Text
from kervan.institutions import reference
from kervan.institutions.models import Level
from kervan.institutions.selectors import country_name

KINDS: Mapping[str, Text] = {
    questions.COUNTRY: gettext_lazy("Country"),
    questions.FIELD: gettext_lazy("Field of study"),
    questions.LEVEL: gettext_lazy("Level"),
    questions.DIRECTION: gettext_lazy("Direction"),
    questions.LANGUAGE: gettext_lazy("Language"),
    questions.STAY: gettext_lazy("Kind of stay"),
    questions.KIND: gettext_lazy("Kind of agreement"),
    questions.YEAR: gettext_lazy("Academic year"),
    questions.PLACE: gettext_lazy("University"),
}
NAMED = 3


def part_label(answer: Answer, part: questions.Part) -> str:
    """Return what a part was understood as: "Level: Master"."""
    kind = _("City") if part.kind == questions.PLACE and answer.is_city else str(KINDS[part.kind])
    return f"{kind}: {_value(answer, part)}"


def _value(answer: Answer, part: questions.Part) -> str:
    if part.kind == questions.PLACE:
        return _place(answer, part)
    named = [_word(part.kind, code) for code in part.codes]
    return _(" or ").join(named[:NAMED]) + (" …" if len(named) > NAMED else "")


def _word(kind: str, code: str) -> str:
    labels: Mapping[str, Mapping[str, Any]] = {
        questions.LEVEL: dict(Level.choices),
        questions.DIRECTION: dict(Direction.choices),
        questions.STAY: dict(StayKind.choices),
        questions.KIND: dict(AgreementKind.choices),
    }
    if kind in labels:
        return str(labels[kind].get(code, code))
    if kind == questions.COUNTRY:
        return country_name(code)
    if kind == questions.FIELD:
        return field_name(code)
    if kind == questions.LANGUAGE:
        return str(found.name) if (found := reference.language(code)) else code
    return years.label(int(code))


def field_name(code: str) -> str:
    """Return a field with its code: "Law (0421)"."""
    return f"{found.name} ({code})" if (found := reference.isced(code)) else code


def _place(answer: Answer, part: questions.Part) -> str:
    """The universities or the city by name; of many, the words that name them and how many they are."""
    names = [one.city if answer.is_city else one.name for one in answer.universities]
    distinct = list(dict.fromkeys(names))
    if len(distinct) <= NAMED:
        return ", ".join(distinct)
    typed = " ".join(answer.question.typed[at] for at in part.at)
    count = {"count": len(names), "words": typed}
    return ngettext("“%(words)s”: %(count)d university", "“%(words)s”: %(count)d universities", len(names)) % count


def about(answer: Answer) -> str:
    """Return the whole question as it was understood, part after part."""
    return " · ".join(_value(answer, part) for part in answer.question.parts)


def sentences(answer: Answer) -> list[str]:
    """Return the answer: yes or no first, then what is left or what is near, then what was not understood."""
    found = _yes(answer) if answer.lines else _no(answer) if answer.question.parts else []
    if unknown := answer.question.unknown():
        found.append(_("Not understood: %(words)s.") % {"words": _quoted(unknown)})
    if answer.question.is_cut:
        found.append(_("Only the first %(count)d words were read.") % {"count": questions.MOST_WORDS})
    return found


def passed_over(answer: Answer) -> str:
    """Name the words that were read but say nothing by themselves; empty without such words."""
    words = answer.question.passed_over()
    return _("Passed over: %(words)s.") % {"words": _quoted(words)} if words else ""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _yes(answer: Answer) -> list[str]:
    values = {"about": about(answer), "count": answer.agreements, "year": years.label(answer.academic_year)}
    if answer.has_more:
        words = _("Yes, more than can be shown here fit: %(about)s. Name a university, country or field to narrow it.")
        return [words % values]
    first = ngettext(
        "Yes, %(count)d agreement fits: %(about)s.", "Yes, %(count)d agreements fit: %(about)s.", answer.agreements
    )
    return [first % values, _left(answer)]


def _left(answer: Answer) -> str:
    left, year = answer.places_left, years.label(answer.academic_year)
    if not any(one.condition.direction == Direction.OUTGOING for one in answer.lines):
        return _("These lines are for people who come to us.")
    if not left:
        return _("No place is left for going in %(year)s.") % {"year": year}
    words = ngettext(
        "%(count)d place is left for going in %(year)s.", "%(count)d places are left for going in %(year)s.", left
    )
    return words % {"count": left, "year": year}


def _no(answer: Answer) -> list[str]:
    found = [_("No agreement in force fits: %(about)s.") % {"about": about(answer)}]
    if answer.other_agreements:
        found.append(_other_fields(answer))
    if answer.elsewhere:
        found.append(_elsewhere(answer))
    if answer.without_details:
        found.append(without_details(answer))
    if answer.drafts:
        words = ngettext(
            "%(count)d draft is on its way there.", "%(count)d drafts are on their way there.", answer.drafts
        )
        found.append(words % {"count": answer.drafts})
    return found


def without_details(answer: Answer) -> str:
    """Say how many agreements fit apart from details; the page links this sentence to them."""
    words = ngettext(
        "%(count)d agreement fits apart from level, direction, language, kind or year.",
        "%(count)d agreements fit apart from level, direction, language, kind or year.",
        answer.without_details,
    )
    return words % {"count": answer.without_details}


def _other_fields(answer: Answer) -> str:
    count = answer.other_agreements
    if not answer.other_fields:
        return ngettext("%(count)d agreement is there.", "%(count)d agreements are there.", count) % {"count": count}
    words = ngettext(
        "There is %(count)d agreement there, but only for: %(fields)s.",
        "There are %(count)d agreements there, but only for: %(fields)s.",
        count,
    )
    return words % {"count": count, "fields": ", ".join(field_name(code) for code in answer.other_fields)}


def _elsewhere(answer: Answer) -> str:
    named = ", ".join(f"{country_name(code)} ({count})" for code, count in answer.elsewhere)
    if not answer.more_countries:
        return _("Elsewhere there is: %(countries)s.") % {"countries": named}
    words = ngettext(
        "Elsewhere there is: %(countries)s and %(count)d more country.",
        "Elsewhere there is: %(countries)s and %(count)d more countries.",
        answer.more_countries,
    )
    return words % {"countries": named, "count": answer.more_countries}
