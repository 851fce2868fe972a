"""Calls, applications, scores and runs in words: events, where a thing stands, the arithmetic of a score."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.core.rules.packs import Figure, Pack, unverified
from kervan.core.text import pick
from kervan.selection import applicant_texts
from kervan.selection.models import Application, Call, PlacementRun, Score
from kervan.selection.rules.packs import CEFR, selection_of
from kervan.selection.selectors.waiver import results_day
from kervan.selection.services.scoring import parts_of
from kervan.selection.states import ApplicationState, CallState, RunState

Standing = dict[str, str]

EVENTS: Mapping[str, Any] = {
    "call.create": gettext_lazy("Draft made under the rules %(rules)s"),
    "call.change": gettext_lazy("Draft changed"),
    "call.places": gettext_lazy("Places chosen: %(places)s"),
    "call.quotas": gettext_lazy("Home quotas changed"),
    "call.announce": gettext_lazy("Announced"),
    "call.take_back": gettext_lazy("Taken back to a draft"),
    "call.score": gettext_lazy("Scored: %(complete)s complete, %(open)s open"),
    "call.publish": gettext_lazy("Results of run %(run)s published: %(placed)s placed, %(reserve)s on a reserve list"),
    "call.finish": gettext_lazy("Closed for good"),
    "call.import": gettext_lazy("Applications imported"),
    "application.submit": gettext_lazy("Application handed in"),
    "application.take_back": gettext_lazy("Taken back by the applicant"),
    "application.return": gettext_lazy("Returned: %(reason)s"),
    "application.accept": gettext_lazy("File accepted"),
    "application.reopen": gettext_lazy("Acceptance taken back"),
    "application.place": gettext_lazy("Placed"),
    "application.reserve": gettext_lazy("Put on a reserve list"),
    "application.not_place": gettext_lazy("Not placed"),
    "application.reject": gettext_lazy("Conditions not met"),
    "application.withdraw": gettext_lazy("Withdrawn"),
    "application.document": gettext_lazy("Document decided: %(document)s"),
    "application.claim": gettext_lazy("Claimed points decided"),
    "application.note_item": gettext_lazy("Points noted by the office"),
    "application.read_special": gettext_lazy("Special points were looked at"),
    "application.exam": gettext_lazy("Exam result entered"),
    "application.penalty": gettext_lazy("Late withdrawal noted: %(points)s points at the next application"),
    "placementrun.start": gettext_lazy("Run %(number)s started"),
    "placementrun.compute": gettext_lazy("Computed and checked"),
    "placementrun.adopt": gettext_lazy("Adopted"),
    "placementrun.reopen": gettext_lazy("Adoption taken back"),
    "placementrun.publish": gettext_lazy("Published"),
    "placementrun.discard": gettext_lazy("Discarded"),
    "placementrun.succession": gettext_lazy("Made after a withdrawal and published"),
}

STATE_TONES = {
    CallState.DRAFT: "",
    CallState.ANNOUNCED: "info",
    CallState.SCORED: "next",
    CallState.PUBLISHED: "ok",
    CallState.FINAL: "",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.RETURNED: "warn",
    ApplicationState.CHECKED: "ok",
    ApplicationState.PLACED: "ok",
    ApplicationState.RESERVE: "warn",
    ApplicationState.NOT_PLACED: "",
    ApplicationState.REJECTED: "bad",
    ApplicationState.WITHDRAWN: "",
    RunState.COMPUTING: "info",
    RunState.ADOPTED: "next",
    RunState.PUBLISHED: "ok",
    RunState.DISCARDED: "",
}


def day(value: Any) -> str:
    """A day as it is written in the reader's language."""
    return date_format(value, "j F Y")


def state_badge(row: Any) -> tuple[str, str]:
    """Return the state of a call, application or run with its tone."""
    return str(row.get_state_display()), STATE_TONES.get(row.state, "")


def call_badge(call: Call) -> tuple[str, str]:
    """Return the state of a call as people say it: an announced one is open, closed or to come."""
    if call.state != CallState.ANNOUNCED:
        return state_badge(call)
    if call.is_open:
        return _("Open"), "ok"
    return (_("Closed"), "next") if call.is_closed else (_("Announced"), "info")


def _standing(happened: str, acts: str, until: str = "", otherwise: str = "", tone: str = "") -> Standing:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def _handed_in(count: int) -> str:
    return ngettext("%(count)d application is handed in.", "%(count)d applications are handed in.", count) % {
        "count": count
    }


def call_standing(call: Call, figures: Mapping[str, Any], waiting: PlacementRun | None) -> Standing:
    """Say where a call stands, for the office."""
    if call.state == CallState.DRAFT:
        return _standing(
            _("This is a draft; nobody outside the office sees it."),
            _("The office: complete it and announce it."),
            otherwise=_("Otherwise nobody can apply."),
            tone="next",
        )
    if call.state == CallState.ANNOUNCED:
        return _announced(call, figures)
    if call.state == CallState.SCORED:
        return _scored(call, waiting)
    if call.state == CallState.PUBLISHED:
        return _standing(
            _("The results are published; everybody has got mail with the reasons."),
            _("Placed applicants: they may give up their place."),
            otherwise=_("A place that somebody gives up goes to the next person at once."),
            tone="ok",
        )
    return _standing(_("This call is closed for good."), _("Nothing to do: it is done."), tone="ok")


def _announced(call: Call, figures: Mapping[str, Any]) -> Standing:
    if call.is_open:
        return _standing(
            " ".join([_("The call is open."), _handed_in(figures["handed_in"])]),
            _("Applicants: they apply; the office checks what comes in."),
            _("Open until the end of %(day)s.") % {"day": day(call.closes_on)},
            _("After that nobody can apply any more."),
        )
    if not call.is_closed:
        return _standing(
            _("The call is announced."),
            _("Nothing to do yet: applications begin by themselves."),
            _("They begin on %(day)s.") % {"day": day(call.opens_on)},
        )
    return _standing(
        " ".join([_("The call closed on %(day)s.") % {"day": day(call.closes_on)}, _handed_in(figures["handed_in"])]),
        _("The office: check the files, enter exam results, then score."),
        _results_by(call),
        _("Otherwise nobody can be placed."),
        "next",
    )


def _results_by(call: Call) -> str:
    return _("Results are promised by %(day)s.") % {"day": day(call.results_on)} if call.results_on else ""


def _scored(call: Call, waiting: PlacementRun | None) -> Standing:
    if waiting is None:
        return _standing(
            _("The applications are scored."),
            _("The office: place, compare, and adopt one run."),
            _results_by(call),
            _("Otherwise nobody is placed."),
            "next",
        )
    return run_standing(waiting)


def run_standing(run: PlacementRun, reader: Any = None) -> Standing:
    """Say where a run stands. reader: the account that looks at it."""
    number = {"number": run.number}
    if run.state == RunState.COMPUTING:
        return _computing(run)
    if run.state == RunState.DRAFT:
        return _standing(
            _("Run %(number)d is a draft; nobody has been told.") % number,
            _("The office: adopt it or place again."),
            otherwise=_("A draft changes nothing."),
            tone="next",
        )
    if run.state == RunState.ADOPTED:
        return _adopted(run, reader)
    if run.state == RunState.PUBLISHED:
        return _standing(
            _("Run %(number)d was published on %(day)s.") % {**number, "day": _local_day(run.published_at)},
            _("Nothing to do: it is done."),
            tone="ok",
        )
    return _standing(_("Run %(number)d was put aside.") % number, _("Nothing to do: nothing of it counts."))


def _computing(run: PlacementRun) -> Standing:
    if run.error:
        return _standing(
            _("Run %(number)d cannot be computed: %(error)s.") % {"number": run.number, "error": run.error},
            _("The office: mend the data, then place again."),
            tone="bad",
        )
    return _standing(
        _("Run %(number)d is being computed and checked.") % {"number": run.number},
        _("Kervan, by itself."),
        otherwise=_("If nothing happens within a minute, ask for it again; it is never done twice."),
    )


def _adopted(run: PlacementRun, reader: Any) -> Standing:
    figures = {"number": run.number, "who": str(run.adopted_by or "")}
    own = reader is not None and run.adopted_by_id == reader.pk and run.call.office.publish_needs_two
    acts = _("A second person of the office: look at it and publish it.")
    if reader is not None and not own:
        acts = _("You, as second person: look at it and publish it.")
    return _standing(
        _("Run %(number)d was adopted by %(who)s; nobody has been told.") % figures,
        acts,
        _results_by(run.call),
        _("Otherwise the applicants hear nothing."),
        "" if own else "next",
    )


def _local_day(moment: Any) -> str:
    return day(timezone.localtime(moment)) if moment else ""


def mending(call: Call) -> str:
    """What an applicant whose file came back can still change, and until when."""
    if call.is_closed:
        return _("Documents as soon as possible, before applications are placed; nothing else can change.")
    return _("Everything until the end of %(day)s, then documents only, before applications are placed.") % {
        "day": day(call.closes_on)
    }


def application_standing(application: Application) -> Standing:
    """Say where an application stands, for the office and coordinators."""
    call = application.call
    closes = _("Possible until the results are published.")
    state = application.state
    if state == ApplicationState.SUBMITTED:
        return _standing(
            _("Handed in on %(day)s.") % {"day": _local_day(application.submitted_at)}
            if application.submitted_at
            else _("Handed in."),
            _("The office: check the file, then accept or return it."),
            closes,
            _("An unchecked file takes part as it is."),
            "next",
        )
    if state == ApplicationState.RETURNED:
        return _standing(
            _("Returned: %(reason)s") % {"reason": application.returned_reason},
            _("The applicant: mend it and hand it in again."),
            mending(call),
            _("Otherwise it is refused as incomplete."),
        )
    if state == ApplicationState.CHECKED:
        return _standing(_("The file is accepted."), _("Nothing to do: it waits for the placement."), tone="ok")
    if state == ApplicationState.WITHDRAWN:
        reason = application.withdrawal_reason or _("no reason given")
        return _standing(_("Withdrawn: %(reason)s.") % {"reason": reason}, _("Nothing to do: it is done."))
    if state == ApplicationState.DRAFT:
        return _standing(
            _("Not handed in yet."),
            _("The applicant: complete it and hand it in."),
            _("Until the end of %(day)s.") % {"day": day(call.closes_on)},
            _("Otherwise it does not take part."),
        )
    tone = "ok" if state == ApplicationState.PLACED else ""
    return _standing(
        _("The result is published: %(state)s.") % {"state": application.get_state_display()},
        _("The applicant: may withdraw; nothing else is needed now."),
        tone=tone,
    )


def call_steps(call: Call) -> list[dict[str, str]]:
    """Return the steps of a call's life for the stepper."""
    results = (results_day(call) if call.state in (CallState.PUBLISHED, CallState.FINAL) else None) or call.results_on
    labels = [
        (_("Draft"), ""),
        (_("Announced"), day(call.opens_on)),
        (_("Closed"), day(call.closes_on)),
        (_("Scored"), ""),
        (_("Results published"), day(results) if results else ""),
        (_("Closed for good"), ""),
    ]
    at = _step_of(call)
    return [
        {"label": label, "detail": detail, "state": "done" if n < at else "current" if n == at else "todo"}
        for n, (label, detail) in enumerate(labels)
    ]


def _step_of(call: Call) -> int:
    if call.state == CallState.ANNOUNCED:
        return 2 if call.is_closed else 1
    return {CallState.DRAFT: 0, CallState.SCORED: 3, CallState.PUBLISHED: 4, CallState.FINAL: 5}[CallState(call.state)]


FIGURE_LABELS = {
    "selection.final.decimals": gettext_lazy("Decimals of the score"),
    "selection.final.rounding": gettext_lazy("Rounding of the score"),
    "selection.gpa.column": gettext_lazy("Third decimal in the official conversion of averages"),
    "selection.placement.maximum_wishes": gettext_lazy("Wishes at most"),
    "selection.placement.objection_days": gettext_lazy("Days to object to the results"),
    "selection.placement.reserve_places": gettext_lazy("Reserve places for each place"),
    "selection.placement.threshold_factor": gettext_lazy(
        "Applications for each place before a threshold may be raised"
    ),
    "selection.placement.waiver_days": gettext_lazy("Days to give up a place without loss"),
    "selection.points.special": gettext_lazy("Several special points"),
}
FIGURE_VALUES = {
    "half_up": gettext_lazy("half is rounded up"),
    "rounded": gettext_lazy("rounded"),
    "cut": gettext_lazy("cut off"),
    "add": gettext_lazy("added up"),
    "exclude": gettext_lazy("only the highest counts"),
}


def unverified_rows(pack: Pack) -> list[dict[str, str]]:
    """The figures of the selection that nobody has confirmed, in words: label, value, note, source."""
    known = {key: (label, value) for label, value, key in applicant_texts.figure_rows(selection_of(pack))}
    return [_figure_row(one, known) for one in unverified(pack) if one.key.startswith("selection.")]


def _figure_row(figure: Figure, known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    label, value = known.get(figure.key) or (_figure_label(figure.key), _figure_value(figure.value))
    return {"label": label, "value": value, "note": pick(figure.note_en, figure.note_tr), "source": figure.source}


def _figure_label(key: str) -> str:
    """The words for a figure; a language level's band is named by its level, an unknown one by its key."""
    level = key.removeprefix("selection.language.bands.").removesuffix(".minimum")
    if level in CEFR:
        return _("Lowest exam mark that stands for %(level)s") % {"level": level}
    return str(FIGURE_LABELS.get(key, key.removeprefix("selection.")))


def _figure_value(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_figure(value)
    words = value if isinstance(value, tuple) else (str(value),)
    return ", ".join(str(FIGURE_VALUES.get(word, word)) for word in words) or "–"


PART_LABELS = {
    "gpa": gettext_lazy("Grade average"),
    "language": gettext_lazy("Language exam"),
    "rounding": gettext_lazy("Rounding to two places"),
    "other_points": gettext_lazy("Points, all together"),
}
PART_NOTES = {
    "capped": gettext_lazy("counted only as often as the rules allow"),
    "group": gettext_lazy("one criterion with another one, counted once"),
    "once_only": gettext_lazy("only the highest additional points count"),
}


def sum_parts(score: Score, pack: Pack, *, with_special: bool) -> list[dict[str, Any]]:
    """Return the arithmetic of a score for the `sum` component: label, how, value, source, unverified.

    with_special: for the applicant and holders of the right; everybody else sees one sum of all points.
    """
    return [_sum_part(part, pack) for part in parts_of(score, with_special=with_special)]


def _sum_part(part: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    figure = pack.figure(part["source"]) if part["source"] else None
    return {
        "label": part_label(part["code"], pack),
        "how": _how(part),
        "value": _shown_amount(Decimal(part["amount"])),
        "source": (pick(figure.note_en, figure.note_tr) or figure.source) if figure else "",
        "unverified": bool(figure and not figure.verified),
    }


def part_label(code: str, pack: Pack) -> str:
    """Return the name of a part: an item has its own in the pack."""
    item = selection_of(pack).item(code)
    return pick(item.label_en, item.label_tr) if item else str(PART_LABELS.get(code, code))


def _shown_amount(amount: Decimal) -> Decimal:
    """At least two places; more where the exact figure has more."""
    return amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()


def _how(part: Mapping[str, Any]) -> str:
    figures = {name: Decimal(value) for name, value in part["figures"].items()}
    note = str(PART_NOTES.get(part["note"], ""))
    if part["code"] == "gpa":
        words = _gpa_words(figures)
    elif part["code"] == "language":
        words = _language_words(figures)
    elif "counted" in figures:
        words = _("%(points)s points × %(count)s") % {
            "points": plain_figure(figures["points"]),
            "count": plain_figure(figures["counted"]),
        }
    else:
        words = ""
    return f"{words}, {note}" if words and note else words or note


def _gpa_words(figures: Mapping[str, Decimal]) -> str:
    shown = {"mark": plain_figure(figures["gpa_100"]), "share": plain_figure(figures["share"] * 100)}
    if "gpa_4" in figures:
        return _("%(gpa)s of 4 is %(mark)s of 100; %(share)s percent of it") % {
            **shown,
            "gpa": plain_figure(figures["gpa_4"]),
        }
    return _("%(mark)s of 100; %(share)s percent of it") % shown


def _language_words(figures: Mapping[str, Decimal]) -> str:
    shown = {"mark": plain_figure(figures["mark"]), "share": plain_figure(figures["share"] * 100)}
    if "written" in figures:
        parts = {
            "written": plain_figure(figures["written"]),
            "written_share": plain_figure(figures["written_share"] * 100),
            "oral": plain_figure(figures["oral"]),
            "oral_share": plain_figure(figures["oral_share"] * 100),
        }
        return _(
            "written %(written)s × %(written_share)s %% and oral %(oral)s × %(oral_share)s %% is %(mark)s; "
            "%(share)s percent of it"
        ) % {**parts, **shown}
    return _("%(mark)s of 100; %(share)s percent of it") % shown


def plain_figure(value: Decimal) -> str:
    """A figure as the reader writes it, without idle zeros."""
    plain = value.normalize()
    plain = plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]
    return number_format(plain, use_l10n=True).replace("-", "−")
