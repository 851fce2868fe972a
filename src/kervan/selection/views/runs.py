"""Pages of placement: runs of a call, one run, its results, empty places, comparison; the public list of results."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from kervan.core import once
from kervan.core.answers import attempt
from kervan.core.lists import Column, listing
from kervan.core.models import StoredFile
from kervan.core.permissions import allow
from kervan.core.storage import as_attachment
from kervan.selection import permissions, texts
from kervan.selection.models import PlacementRun
from kervan.selection.selectors import offers
from kervan.selection.selectors import runs as selectors
from kervan.selection.selectors.calls import exams_missing, figures_of
from kervan.selection.selectors.rules import pack_of
from kervan.selection.services import placement, publishing
from kervan.selection.states import CallState, RunState
from kervan.selection.views.office import call_of, frame, history_of, run_of

PAGE = "selection:office_run"
PLACES_SHOWN = 15


@require_GET
@allow(permissions.reads_runs)
def run_list(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    visible = PlacementRun.objects.visible_to(request.scope).values("pk")  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.runs_of(call).filter(pk__in=visible),
        name="runs",
        caption=_("Placement runs"),
        columns=_run_columns(),
        default_sort="-number",
        empty=_("Nothing has been placed yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    starts = call.state == CallState.SCORED and permissions.prepares_calls(request.scope)  # type: ignore[attr-defined]
    context = {**frame(request, call, "office_runs", (_("Placement"), "")), "listing": found, "starts": starts}
    return render(request, "selection/office/runs.html", {**context, "key": once.new_key()})


def _run_columns() -> list[Column]:
    return [
        Column("number", gettext_lazy("Run"), _run_name, sort="number", link=run_url),
        Column("state", gettext_lazy("State"), texts.state_badge, kind="badge"),
        Column("made", gettext_lazy("Made on"), lambda row: row.made_at, kind="date"),
        Column("by", gettext_lazy("By"), lambda row: str(row.made_by or "")),
        Column("placed", gettext_lazy("Placed"), lambda row: row.totals.get("placed"), kind="number"),
        Column("grant", gettext_lazy("With grant"), lambda row: row.totals.get("with_grant"), kind="number"),
        Column("empty", gettext_lazy("Places empty"), lambda row: row.totals.get("empty"), kind="number"),
        Column("remark", gettext_lazy("Remark"), lambda row: row.remark, kind="note"),
    ]


def _run_name(run: PlacementRun) -> str:
    if run.parent_id:
        return _("Run %(number)d, after a withdrawal") % {"number": run.number}
    return _("Run %(number)d") % {"number": run.number}


def run_url(run: PlacementRun) -> str:
    return reverse(PAGE, args=[run.uid])


@require_POST
@allow(permissions.prepares_calls)
def run_start(request: HttpRequest, uid: str) -> HttpResponse:
    """Start a run; pressed twice, one run."""
    call = call_of(request, uid)
    remark = request.POST.get("remark", "")[:300]

    def start() -> None:
        made = once.once(request, "run", lambda: placement.start_run(call, actor=request.user, remark=remark))
        target.extend([PAGE, made])

    target: list[str] = []
    answer = attempt(request, start, _("The placement is started."), "selection:office_runs", uid)
    return redirect(*target) if target else answer


@require_GET
@allow(permissions.reads_runs)
def run_page(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    scope = request.scope  # type: ignore[attr-defined]
    works = permissions.prepares_calls(scope)
    visible = PlacementRun.objects.visible_to(scope)
    others = selectors.others_of(run, visible)
    publishes = permissions.may_publish(scope) and _may_publish(run, request.user)
    context = {
        **run_frame(request, run, "office_run"),
        "standing": texts.run_standing(run, request.user),
        "figures": run_figures(run.totals),
        "seal": _seal(run),
        "places": _most_wished(run),
        "place_count": run.call.places.count(),
        "seats_words": _seats_words(run),
        "empty": empty_words(run),
        "other": others[0] if others else None,
        "others": others[:10],
        "comparison": figure_rows(run, others[0]) if others and run.totals else [],
        "adopts": works and run.state == RunState.DRAFT and run.certificate.get("ok"),
        "publishes": publishes,
        "open_points": _open_points(run) if publishes else [],
        "reopens": works and run.state == RunState.ADOPTED,
        "discards": works and run.state in (RunState.COMPUTING, RunState.DRAFT),
        "asks_again": works and run.state == RunState.COMPUTING,
        "reads_people": permissions.reads_all_results(scope),
        "events": history_of(run),
    }
    return render(request, "selection/office/run.html", context)


def _most_wished(run: PlacementRun) -> list[dict[str, Any]]:
    """The places that most people wish for, with fill and cut-off."""
    if not run.totals:
        return []
    rows = selectors.places_in(run).order_by("-wished_by", "pk")[:PLACES_SHOWN]
    return [
        {
            "name": offers.partner_of(row).name,
            "detail": " · ".join(filter(None, [row.get_term_display(), offers.demands(row)])),
            "taken": row.taken,
            "capacity": row.capacity,
            "wished_by": row.wished_by,
            "cutoff": selectors.cutoff_of(row),
        }
        for row in rows
    ]


def _may_publish(run: PlacementRun, reader: Any) -> bool:
    own = run.call.office.publish_needs_two and run.adopted_by_id == reader.pk
    return run.state == RunState.ADOPTED and not own


def _open_points(run: PlacementRun) -> list[tuple[str, int]]:
    """What is still open when results are published, in four figures."""
    return [
        (_("Files unchecked"), figures_of(run.call)["to_check"]),
        (_("Exam results missing"), exams_missing(run.call)),
        (_("Figures not confirmed"), len(texts.unverified_rows(pack_of(run.call)))),
        (_("Places empty"), run.totals.get("empty", 0)),
    ]


def run_frame(request: HttpRequest, run: PlacementRun, current: str) -> dict[str, Any]:
    call = run.call
    crumbs = [(_("Placement"), reverse("selection:office_runs", args=[call.uid])), (_run_name(run), run_url(run))]
    label, tone = texts.state_badge(run)
    scope = request.scope  # type: ignore[attr-defined]
    pages = [
        ("office_run", _("Overview"), permissions.reads_runs(scope)),
        ("office_run_outcomes", _("Results"), permissions.is_workspace(scope)),
        ("office_run_places", _("Places"), permissions.reads_runs(scope)),
        ("office_run_unused", _("Empty places"), permissions.reads_all_results(scope)),
    ]
    tabs = [
        {"label": words_, "url": reverse(f"selection:{name}", args=[run.uid]), "is_current": name == current}
        for name, words_, is_shown in pages
        if is_shown
    ]
    return {
        **frame(request, call, "office_runs", *crumbs),
        "run": run,
        "title": _("Placement, run %(number)d") % {"number": run.number},
        "run_state": label,
        "run_tone": tone,
        "run_tabs": tabs,
    }


def run_figures(totals: dict[str, Any]) -> list[tuple[str, Any]]:
    """The one calm line: placed, with grant, reserve, not placed, empty places, first wish."""
    if not totals:
        return []
    placed = totals["placed"]
    share = _("%(share)d %%") % {"share": round(100 * totals["first_wish"] / placed)} if placed else None
    figures = [
        (_("Placed"), placed),
        (_("With grant"), totals["with_grant"]),
        (_("Reserve"), totals["reserve"]),
        (_("Not placed"), totals["not_placed"]),
        (_("Not ranked"), totals["rejected"]),
        (_("Places empty"), totals["empty"]),
        (_("First wish"), share),
    ]
    return figures


def _seal(run: PlacementRun) -> dict[str, str] | None:
    """What the independent checker says, in words."""
    if not run.certificate:
        return None
    if not run.certificate["ok"]:
        return {
            "tone": "bad",
            "title": _("The independent check found faults."),
            "sentence": " ".join(run.certificate["violations"][:5]),
        }
    figures = {
        "applicants": run.totals["applicants"],
        "wishes": run.totals["wishes"],
        "hash": f"{run.result_sha256[:4]}…{run.result_sha256[-2:]}",
    }
    sentence = _(
        "%(applicants)d applicants, %(wishes)d wishes, each reason true. "
        "Result %(hash)s can be repeated from the snapshot."
    )
    return {
        "tone": "ok",
        "title": _("Checked independently: feasible, fair, nothing wasted."),
        "sentence": sentence % figures,
    }


def _seats_words(run: PlacementRun) -> str:
    seats = run.totals.get("seats", 0)
    rows = run.call.places.count()
    parts = [
        ngettext("%(count)d offer", "%(count)d offers", rows) % {"count": rows},
        ngettext("%(count)d place", "%(count)d places", seats) % {"count": seats},
    ]
    return ", ".join(parts)


def empty_words(run: PlacementRun) -> dict[str, str] | None:
    """ "17 places are empty. Nine people could still take one." """
    empty, people = run.totals.get("empty", 0), run.totals.get("could_take", 0)
    if not empty:
        return None
    title = ngettext("%(count)d place is empty.", "%(count)d places are empty.", empty) % {"count": empty}
    if not people:
        return {"title": title, "sentence": _("Nobody without a place meets its conditions."), "people": ""}
    sentence = ngettext(
        "%(count)d person without a place could still take one; they had not wished it.",
        "%(count)d people without a place could still take one; they had not wished it.",
        people,
    )
    return {"title": title, "sentence": sentence % {"count": people}, "people": str(people)}


FIGURE_LABELS = {
    "placed": gettext_lazy("Placed"),
    "with_grant": gettext_lazy("With grant"),
    "reserve": gettext_lazy("Reserve"),
    "not_placed": gettext_lazy("Not placed"),
    "rejected": gettext_lazy("Not ranked"),
    "empty": gettext_lazy("Places empty"),
    "first_wish": gettext_lazy("On their first wish"),
}


def figure_rows(run: PlacementRun, other: PlacementRun) -> list[dict[str, Any]]:
    """Figures of two runs side by side, with a signed difference."""
    rows = []
    for name, label in FIGURE_LABELS.items():
        before, after = other.totals.get(name, 0), run.totals.get(name, 0)
        rows.append({"label": label, "before": before, "after": after, "difference": _signed(after - before)})
    return rows


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number else "0"


@require_GET
@allow(permissions.reads_runs)
def run_status(request: HttpRequest, uid: str) -> HttpResponse:
    """What is polled while the worker computes: when it is done, the page loads anew."""
    run = run_of(request, uid)
    response = render(request, "selection/office/run.html#status", run_frame(request, run, "office_run"))
    if run.state != RunState.COMPUTING or run.error:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@allow(permissions.prepares_calls)
def run_again(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask the worker once more for a run that hangs."""
    run = run_of(request, uid)
    placement.compute_again(run)
    messages.info(request, _("Kervan tries again."))
    return redirect(PAGE, uid)


@require_POST
@allow(permissions.reads_runs)
def run_repeat(request: HttpRequest, uid: str) -> HttpResponse:
    """Compute the run again from its snapshot alone and compare byte for byte; nothing is saved."""
    run = run_of(request, uid)
    if run.snapshot and placement.repeat(run):
        messages.success(request, _("Computed again from the snapshot: byte for byte the same."))
    else:
        messages.error(request, _("Computed again from the snapshot: the result differs. Tell whoever runs Kervan."))
    return redirect(PAGE, uid)


@require_GET
@allow(permissions.reads_all_results)
def run_snapshot(request: HttpRequest, uid: str) -> HttpResponse:
    """The snapshot as a file: no names, only run-local keys."""
    run = run_of(request, uid)
    if not run.snapshot:
        raise Http404
    name = f"placement-{run.call.uid}-{run.number}.json"
    return as_attachment(StoredFile(name=name, content_type="application/json"), run.snapshot.encode())


@require_POST
@allow(permissions.prepares_calls)
def run_adopt(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    done = (
        _("The run is adopted. A second person publishes it.")
        if run.call.office.publish_needs_two
        else _("The run is adopted.")
    )
    return attempt(request, lambda: placement.adopt(run, actor=request.user), done, PAGE, uid)


@require_POST
@allow(permissions.prepares_calls)
def run_reopen(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    done = _("The adoption is taken back.")
    return attempt(request, lambda: placement.reopen(run, actor=request.user), done, PAGE, uid)


@require_POST
@allow(permissions.prepares_calls)
def run_discard(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    return attempt(request, lambda: placement.discard(run, actor=request.user), _("The run is put aside."), PAGE, uid)


@require_POST
@allow(permissions.may_publish)
def run_publish(request: HttpRequest, uid: str) -> HttpResponse:
    run = run_of(request, uid)
    done = _("The results are published; everybody gets mail.")
    return attempt(request, lambda: publishing.publish(run, actor=request.user), done, PAGE, uid)
