"""Lists of a placement run: results person by person, places, empty places, comparison; the public list."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow
from kervan.core.rules.turkish import mask_name
from kervan.institutions.models import Level
from kervan.selection import permissions, reasons, words
from kervan.selection.models import Application, Call, Outcome
from kervan.selection.rules import market as m
from kervan.selection.selectors import applications, offers
from kervan.selection.selectors import runs as selectors
from kervan.selection.selectors.outcomes import current_run, first_published, outcomes_of, wishes_of
from kervan.selection.states import CallState
from kervan.selection.views.checking import application_url
from kervan.selection.views.office import run_of
from kervan.selection.views.runs import empty_words, figure_rows, run_figures, run_frame


@require_GET
@allow(permissions.is_workspace)
def run_outcomes(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    visible = Outcome.objects.visible_to(request.scope).values("pk")  # type: ignore[attr-defined]
    caps = words.cap_names(run.call_id)
    found = listing(
        request,
        outcomes_of(run).filter(pk__in=visible),
        name=f"results-run-{run.number}",
        caption=_("Results"),
        columns=_outcome_columns(caps),
        default_sort="rank",
        filters=_outcome_filters(run.call),
        search=_outcomes_matching,
        empty=_("No results yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    context = {**run_frame(request, run, "office_run_outcomes"), "listing": found}
    return render(request, "selection/office/run_list.html", context)


def _outcomes_matching(rows: Any, text: str) -> Any:
    found = applications.matching(Application.objects.all(), text)
    return rows.filter(application__in=found)


def _outcome_columns(caps: dict[str, str]) -> list[Column]:
    return [
        Column("rank", gettext_lazy("Rank"), lambda row: row.rank, sort="rank", kind="number"),
        Column("name", gettext_lazy("Name"), lambda row: row.application.person.full_name, link=_outcome_url),
        Column("number", gettext_lazy("Student number"), lambda row: row.application.person.student_number),
        Column(
            "unit",
            gettext_lazy("Study programme"),
            lambda row: row.application.unit.name if row.application.unit else "",
        ),
        Column("score", gettext_lazy("Score"), lambda row: row.score, sort="score", kind="number"),
        Column("result", gettext_lazy("Result"), words.office_phrase, sort="result"),
        Column("place", gettext_lazy("Place"), lambda row: words.place_name(row.place) if row.place else ""),
        Column("why", gettext_lazy("Reasons"), lambda row: reasons_in_short(row, caps), kind="note"),
    ]


def _outcome_url(row: Outcome) -> str:
    return application_url(row.application)


def reasons_in_short(row: Outcome, caps: dict[str, str]) -> str:
    """The reasons of the wishes that were not granted, and of a rejection, as sentences."""
    if row.result == m.REJECTED:
        return " ".join(str(reasons.REJECTIONS.get(code, code)) for code in row.rejections)
    told = [(n, one) for n, one in enumerate(wishes_of(row), 1) if one.code not in (m.PLACED, m.BETTER_WISH)]
    return " ".join(f"{n}: {reasons.wish_sentence(one, caps)}" for n, one in told)


def _outcome_filters(call: Call) -> list[Filter]:
    units = {unit.uid: unit for unit in applications.top_units(call.office)}
    return [
        Filter(
            "result",
            gettext_lazy("Result"),
            list(reasons.RESULTS.items()),
            lambda rows, value: rows.filter(result=value),
        ),
        Filter(
            "grant", gettext_lazy("Grant"), list(reasons.GRANTS.items()), lambda rows, value: rows.filter(grant=value)
        ),
        Filter(
            "unit",
            gettext_lazy("Faculty"),
            [(uid, unit.name) for uid, unit in units.items()],
            lambda rows, value: rows.filter(application__unit__path__startswith=units[value].path),
        ),
        Filter(
            "level", gettext_lazy("Level"), Level.choices, lambda rows, value: rows.filter(application__level=value)
        ),
    ]


@require_GET
@allow(permissions.reads_runs)
def run_places(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    found = listing(
        request,
        selectors.places_in(run),
        name=f"places-run-{run.number}",
        caption=_("Places"),
        columns=_place_columns(),
        default_sort="partner",
        search=offers.places_matching,
    )
    if isinstance(found, HttpResponse):
        return found
    context = {**run_frame(request, run, "office_run_places"), "listing": found}
    return render(request, "selection/office/run_list.html", context)


def _place_columns() -> list[Column]:
    return [
        Column("partner", gettext_lazy("University"), lambda row: offers.partner_of(row).name, sort="partner_order"),
        Column("term", gettext_lazy("Term"), lambda row: row.get_term_display(), sort="term"),
        Column("demands", gettext_lazy("For whom"), offers.demands),
        Column("taken", gettext_lazy("Taken"), lambda row: row.taken, sort="taken", kind="number"),
        Column("capacity", gettext_lazy("Places"), lambda row: row.capacity, sort="capacity", kind="number"),
        Column("wished", gettext_lazy("Wished by"), lambda row: row.wished_by, sort="wished_by", kind="number"),
        Column("cutoff", gettext_lazy("Last score in"), selectors.cutoff_of, sort="cutoff", kind="number"),
    ]


@require_GET
@allow(permissions.reads_all_results)
def run_unused(request: HttpRequest, uid: str) -> HttpResponse:
    """Empty places, and who of the people without a place could still take which."""
    run = run_of(request, uid)
    rows = [
        {
            "name": words.place_name(one.place),
            "demands": offers.demands(one.place),
            "seats": one.seats,
            "people": [(person.person.full_name, application_url(person)) for person in one.people],
            "more": one.count - len(one.people),
        }
        for one in selectors.empty_places(run)
    ]
    context = {**run_frame(request, run, "office_run_unused"), "rows": rows, "empty": empty_words(run)}
    context["header"] = [_("Place"), (_("Free"), "number"), _("Who could still take it, best first")]
    return render(request, "selection/office/run_unused.html", context)


@require_GET
@allow(permissions.reads_all_results)
def run_compare(request: HttpRequest, uid: str, other_uid: str) -> HttpResponse:
    """Two runs side by side: figures, and each person whose result differs."""
    run, other = run_of(request, uid), run_of(request, other_uid)
    if run.call_id != other.call_id or not (run.totals and other.totals):
        raise Http404
    found = selectors.compare(run, other)
    rows = [
        {
            "name": after.application.person.full_name,
            "url": application_url(after.application),
            **_change(before, after),
        }
        for before, after in found.changed
    ]
    context = {
        **run_frame(request, run, "office_run"),
        "other": other,
        "figures": figure_rows(run, other),
        "better": found.better,
        "worse": found.worse,
        "rows": rows,
        "is_same": run.result_sha256 == other.result_sha256,
    }
    return render(request, "selection/office/run_compare.html", context)


def _change(before: Outcome, after: Outcome) -> dict[str, str]:
    return {"before": _phrase_with_place(before), "after": _phrase_with_place(after)}


def _phrase_with_place(row: Outcome) -> str:
    place = f": {words.place_name(row.place)}" if row.place else ""
    return f"{words.office_phrase(row)}{place}"


@require_GET
@allow(permissions.everyone)
def public_results(request: HttpRequest, uid: str) -> HttpResponse:
    """The masked list that everybody may see: no names, no numbers, no reasons."""
    rows = Call.objects.visible_to(request.scope).filter(state__in=(CallState.PUBLISHED, CallState.FINAL))  # type: ignore[attr-defined]
    call: Call = get_object_or_404(rows.select_related("office"), uid=uid)
    run = current_run(call)
    if run is None:
        raise Http404
    found = listing(
        request,
        outcomes_of(run),
        name="results",
        caption=_("Results"),
        columns=_public_columns(),
        default_sort="rank",
        filters=_outcome_filters(call)[:1] + _outcome_filters(call)[2:],
    )
    if isinstance(found, HttpResponse):
        return found
    context = {"call": call, "run": run, "listing": found, "published": first_published(run).published_at}
    return render(request, "selection/office/public_results.html", {**context, "figures": run_figures(run.totals)})


def _public_columns() -> list[Column]:
    return [
        Column("rank", gettext_lazy("Rank"), lambda row: row.rank, sort="rank", kind="number"),
        Column("name", gettext_lazy("Name"), lambda row: mask_name(row.application.person.full_name)),
        Column(
            "unit",
            gettext_lazy("Study programme"),
            lambda row: row.application.unit.name if row.application.unit else "",
        ),
        Column("score", gettext_lazy("Score"), lambda row: row.score, sort="score", kind="number"),
        Column("result", gettext_lazy("Result"), lambda row: words.short_result(row), sort="result"),
        Column("place", gettext_lazy("Place"), lambda row: words.place_name(row.place) if row.place else ""),
        Column("reserve", gettext_lazy("Reserve rank"), lambda row: row.reserve_rank, kind="number"),
        Column("grant", gettext_lazy("Grant"), words.grant_word),
    ]
