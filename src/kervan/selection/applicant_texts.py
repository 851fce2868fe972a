"""What applicants and visitors read: where a call and an application stand, what counts, whom a place is for."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kervan.core.rules.packs import Pack
from kervan.core.text import pick
from kervan.institutions import reference
from kervan.institutions.models import Level
from kervan.selection import reasons
from kervan.selection.models import Application, Call, Door, Place
from kervan.selection.rules import market as m
from kervan.selection.rules.packs import STUDY, Item, SelectionRules, selection_of
from kervan.selection.states import ApplicationState, CallState

Standing = dict[str, str]
A = ApplicationState

EVENTS: Mapping[str, Any] = {
    "application.begin": gettext_lazy("Application begun"),
    "application.upload": gettext_lazy("Document uploaded"),
}
TIES = {
    "younger_first": gettext_lazy("the younger applicant goes first"),
    "older_first": gettext_lazy("the older applicant goes first"),
    "higher_gpa": gettext_lazy("the higher grade average goes first"),
    "higher_language": gettext_lazy("the higher language mark goes first"),
}
WISH_STATES = {
    m.PLACED: (gettext_lazy("Placed · main list"), "ok"),
    m.BETTER_WISH: (gettext_lazy("Not needed"), ""),
    m.QUOTA_EXHAUSTED: (gettext_lazy("Full"), "bad"),
    m.NO_MONTHS: (gettext_lazy("Full"), "bad"),
    m.CAP_REACHED: (gettext_lazy("Limit reached"), "bad"),
    m.UNIT_NOT_COVERED: (gettext_lazy("Not for your unit"), "warn"),
    m.LEVEL_NOT_COVERED: (gettext_lazy("Not for your level"), "warn"),
    m.FIELD_NOT_COVERED: (gettext_lazy("Not for your field"), "warn"),
    m.LANGUAGE_TOO_LOW: (gettext_lazy("Condition not met"), "warn"),
    m.LANGUAGE_UNKNOWN: (gettext_lazy("Language not known"), "warn"),
}


def day(value: Any) -> str:
    """A day as it is written in the reader's language."""
    return date_format(value, "j F Y")


def zone_of(call: Call) -> str:
    """The city by whose clock a deadline counts."""
    city = call.office.time_zone.rsplit("/", 1)[-1].replace("_", " ")
    return pgettext("city of the time zone", "Istanbul") if city == "Istanbul" else city


def until(call: Call) -> str:
    """When applications end, to the minute and with the clock that counts."""
    return _("Until %(day)s, 24:00 (%(zone)s time).") % {"day": day(call.closes_on), "zone": zone_of(call)}


def _standing(happened: str, acts: str, until: str = "", otherwise: str = "", tone: str = "") -> Standing:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def call_standing(call: Call) -> Standing:
    """Say where a call stands, for everybody."""
    if call.state in (CallState.PUBLISHED, CallState.FINAL):
        return _standing(
            _("The results of this call are published."),
            _("Applicants: each finds result and reasons under “My applications”."),
            tone="ok",
        )
    if call.is_open:
        where = _("You: apply on the national portal.") if call.door == Door.PORTAL else _("You: apply here.")
        return _standing(
            _("This call is open."), where, until(call), _("After that nobody can apply any more."), "next"
        )
    if call.is_closed:
        return _standing(
            _("This call is closed; applications are checked, scored and placed."), _("The office."), _results(call)
        )
    return _standing(
        _("This call is announced."),
        _("Nothing to do yet."),
        _("Applications begin on %(day)s.") % {"day": day(call.opens_on)},
    )


def _results(call: Call) -> str:
    return _("Results are promised by %(day)s.") % {"day": day(call.results_on)} if call.results_on else ""


def call_badge(call: Call) -> tuple[str, str]:
    """The state of a call in a word, with its tone."""
    if call.state in (CallState.PUBLISHED, CallState.FINAL):
        return _("Results published"), "ok"
    if call.is_open:
        return _("Open"), "ok"
    return (_("Closed"), "") if call.is_closed else (_("To come"), "info")


def calendar(call: Call, today: date, published: date | None = None) -> list[dict[str, Any]]:
    """The days of a call for the calendar strip. published: when the results came, over the day they were promised."""
    items: list[dict[str, Any]] = [{"label": _("Applications"), "start": call.opens_on, "end": call.closes_on}]
    if results := published or call.results_on:
        items.append({"label": _("Results"), "start": results, "end": None})
        last = results + timedelta(days=call.waiver_days)
        items.append({"label": _("Give up without loss"), "start": results, "end": last})
    is_next_found = False
    for item in items:
        end = item["end"] or item["start"]
        item["state"] = (
            "past" if end < today else "now" if item["start"] <= today else "next" if not is_next_found else ""
        )
        is_next_found = is_next_found or item["state"] == "next"
    return items


def application_standing(
    application: Application, *, last_day: date | None = None, today: date | None = None
) -> Standing:
    """Say to the applicant where the application stands. last_day: of giving up without loss, once placed."""
    call, state = application.call, application.state
    if state == A.DRAFT:
        return _draft(call)
    if state == A.RETURNED:
        return _standing(
            _("The office returned your application: %(reason)s") % {"reason": application.returned_reason},
            _("You: mend it and hand it in again."),
            _("As soon as you can, before applications are placed."),
            _("Otherwise it is refused as incomplete."),
            "next",
        )
    if state in (A.SUBMITTED, A.CHECKED):
        return _handed_in(application)
    if state == A.WITHDRAWN:
        return _standing(_("You withdrew this application."), _("Nothing to do: it is done."))
    return _after_results(application, last_day, today or timezone.localdate())


def _draft(call: Call) -> Standing:
    if call.is_open:
        return _standing(
            _("Your application is not handed in yet."),
            _("You: complete it and hand it in."),
            until(call),
            _("Otherwise it does not take part."),
            "next",
        )
    return _standing(
        _("Your application was not handed in before the deadline."),
        _("Nothing to do: it takes no part in this call."),
        otherwise=_("What you typed is kept."),
        tone="bad",
    )


def _handed_in(application: Application) -> Standing:
    at = timezone.localtime(application.submitted_at) if application.submitted_at else None
    words = {"at": f"{day(at)}, {at:%H:%M}"} if at else {}
    happened = _("Your application was handed in on %(at)s.") % words if at else _("Your application is handed in.")
    if application.state == A.CHECKED:
        happened = " ".join([happened, _("The office found it complete.")])
    acts = _("The office: it checks, scores and places.")
    return _standing(
        happened, acts, _results(application.call), _("You need not do anything; you will get mail."), "ok"
    )


def _after_results(application: Application, last_day: date | None, today: date) -> Standing:
    if application.state == A.PLACED:
        return _placed(last_day, today)
    if application.state == A.RESERVE:
        return _standing(
            _("You are on a reserve list."),
            _("Nothing to do: if a place becomes free, you move up by yourself and get mail."),
            otherwise=_("If you no longer want to go, withdraw, so that others can move up."),
        )
    if application.state == A.NOT_PLACED:
        return _standing(
            _("You have no place in this call."),
            _("Nothing to do: it is decided."),
            otherwise=_("Should room appear for you later, you move up by yourself and get mail."),
        )
    return _standing(
        _("Your application did not meet the conditions."),
        _("Nothing to do: it is decided."),
        otherwise=_("Below you see which condition, and what would have changed it."),
    )


def _placed(last_day: date | None, today: date) -> Standing:
    happened = _("You hold this place. You need not confirm it.")
    if last_day is None:
        return _standing(happened, _("You, only if you do not want it: give it up in time."), tone="ok")
    if today <= last_day:
        return _standing(
            happened,
            _("You, only if you do not want it: give it up."),
            _("Until %(day)s without loss.") % {"day": day(last_day)},
            _("Later it costs points at your next application."),
            "next",
        )
    return _standing(happened, _("Nothing to do: the office will write to you about the next steps."), tone="ok")


def place_title(place: Place) -> str:
    """University and term of a place."""
    return f"{host_of(place).name} · {place.get_term_display()}"


def host_of(place: Place) -> Any:
    """The institution that a place is at."""
    return place.condition.agreement_version.agreement.institution


def country_name(code: str) -> str:
    """The name of a country."""
    return str(found.name) if (found := reference.country(code)) else code


def place_detail(place: Place) -> str:
    """Town, country, length and number of places."""
    host = host_of(place)
    where = ", ".join(part for part in (host.city, country_name(host.country)) if part)
    months = _("%(months)s months") % {
        "months": number_format(place.months.normalize(), use_l10n=True, force_grouping=False)
    }
    seats = ngettext("%(count)d place", "%(count)d places", place.capacity) % {"count": place.capacity}
    return " · ".join([where, months, seats])


def demand_words(place: Place) -> list[str]:
    """Whom a place is for and what it asks: levels, fields, unit, languages; nothing for a place without demands."""
    return whom_words(place) + [language_words(one) for one in place.condition.languages]


def whom_words(place: Place) -> list[str]:
    """Whom a place is for: levels, fields, unit."""
    condition = place.condition
    words = []
    if condition.levels:
        words.append(", ".join(str(Level(level).label) for level in condition.levels))
    if condition.fields:
        words.append(", ".join(field_name(code) for code in condition.fields))
    if condition.unit:
        words.append(unit_words(place))
    return words


def unit_words(place: Place) -> str:
    """Which unit of ours a place was agreed for; "" for all."""
    unit = place.condition.unit
    return _("only for: %(unit)s") % {"unit": unit} if unit else ""


def field_name(code: str) -> str:
    """The name of a field of study with its code."""
    return f"{found.name} ({code})" if (found := reference.isced(code)) else code


def language_name(code: str) -> str:
    """The name of a language."""
    return str(found.name) if (found := reference.language(code)) else code


def language_words(one: Mapping[str, str]) -> str:
    """A language demand of a line, required or recommended."""
    words = {"language": language_name(one["language"]), "level": one.get("level", "")}
    if one.get("demand") == "required":
        return _("%(language)s at %(level)s required") % words
    return _("%(language)s at %(level)s recommended") % words


def why_not(place: Place, application: Application) -> str:
    """Why a place is not for this applicant, by unit, level or field; "" if it may be. Languages are told beside it."""
    condition = place.condition
    if condition.unit and application.unit and not application.unit.path.startswith(condition.unit.path):
        return _("agreed only for other units of ours")
    if condition.levels and application.level and application.level not in condition.levels:
        return _("not for your level of study")
    if (
        condition.fields
        and application.isced
        and not any(application.isced.startswith(one) for one in condition.fields)
    ):
        return _("not for your field of study")
    return ""


def language_note(place: Place, application: Application) -> str:
    """What a required language means for an applicant who named one exam language; "" when nothing is asked."""
    required = [one for one in place.condition.languages if one.get("demand") == "required"]
    words = [language_words(one) for one in required if one["language"] != application.exam_language]
    if not words:
        return ", ".join(language_words(one) for one in required)
    return _("%(demand)s: you need a result in this language, too") % {"demand": ", ".join(words)}


def citizenship_note(place: Place, application: Application, rules: SelectionRules) -> str:
    """What a wish in a country of one's own citizenship takes off, shown while choosing; "" when nothing."""
    item = rules.item("citizenship_country")
    country = host_of(place).country
    if item is None or country not in application.person.citizenships:
        return ""
    words = {"country": country_name(country), "points": points(item.points)}
    return _("%(points)s points, because you are a citizen of this country (%(country)s)") % words


def points(value: Decimal) -> str:
    """Points with sign, without idle zeros."""
    plain = number_format(abs(value).normalize(), use_l10n=True)
    plain = f"{abs(value):.0f}" if value == value.to_integral() else plain
    return f"{'−' if value < 0 else '+'}{plain}"


def item_label(item: Item) -> str:
    """The name of a point item in the reader's language."""
    return pick(item.label_en, item.label_tr)


def rule_rows(pack: Pack) -> list[dict[str, Any]]:
    """What counts in a call: label, value, source, and whether nobody has confirmed it yet."""
    return [_rule_row(pack, *row) for row in figure_rows(selection_of(pack))]


def figure_rows(rules: SelectionRules) -> list["Row"]:
    """The figures of the rules in words: label, value, key of the figure."""
    return [*_share_rows(rules), *_minimum_rows(rules), *_item_rows(rules), *_placement_rows(rules)]


def _rule_row(pack: Pack, label: str, value: str, key: str) -> dict[str, Any]:
    figure = pack.figure(key)
    return {
        "label": label,
        "value": value,
        "source": figure.source if figure else "",
        "is_unverified": bool(figure and not figure.verified),
    }


Row = tuple[str, str, str]


def _percent(share: Decimal) -> str:
    return _("%(share)s percent") % {"share": f"{share * 100:.0f}"}


def _share_rows(rules: SelectionRules) -> Iterable[Row]:
    yield _("Grade average"), _percent(rules.weights["gpa"]), "selection.weights.gpa"
    yield _("Language exam"), _percent(rules.weights["language"]), "selection.weights.language"
    if rules.exam:
        yield _("Written part of the exam"), _percent(rules.exam["written"]), "selection.exam.written"
        yield _("Oral part of the exam"), _percent(rules.exam["oral"]), "selection.exam.oral"


def _minimum_rows(rules: SelectionRules) -> Iterable[Row]:
    for level, lowest in rules.minimum_gpa_4.items():
        words = {
            "lowest": number_format(lowest, 2),
            "of_100": number_format(rules.minimum_gpa_100[level].normalize(), use_l10n=True),
        }
        label = _("Lowest grade average, %(level)s") % {"level": reasons.LEVELS[level]}
        yield label, _("%(lowest)s of 4 or %(of_100)s of 100") % words, f"selection.gpa.minimum_4.{level}"
    if rules.minimum_language is not None:
        yield _("Lowest language mark"), number_format(rules.minimum_language), "selection.language.minimum"
    if rules.minimum_language_level:
        yield _("Lowest language level"), rules.minimum_language_level, "selection.language.minimum_level"
    if rules.minimum_final is not None:
        yield _("Lowest score"), number_format(rules.minimum_final), "selection.final.minimum"


def _item_rows(rules: SelectionRules) -> Iterable[Row]:
    for item in rules.items_for(STUDY):
        yield item_label(item), points(item.points), item.source


def _placement_rows(rules: SelectionRules) -> Iterable[Row]:
    ties = ", ".join(str(TIES[name]) for name in rules.ties) or _("lots decide")
    yield _("Equal scores"), ties, "selection.placement.ties"
    freed = _("the best on its reserve list") if rules.mode == m.RESERVE else _("everybody who moves up")
    yield _("A freed place goes to"), freed, "selection.placement.mode"
