"""Placement runs: started by a person, computed by the worker, checked independently, adopted or discarded."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.core import history
from kervan.core.errors import NotPossible
from kervan.core.states import move
from kervan.core.work import later
from kervan.selection.models import Application, Call, Outcome, Place, PlacementRun, RunKey
from kervan.selection.rules import checker, snapshot
from kervan.selection.rules import market as m
from kervan.selection.rules.placement import place
from kervan.selection.rules.unused import unused
from kervan.selection.selectors.calls import undecided_special
from kervan.selection.selectors.markets import market_of
from kervan.selection.selectors.outcomes import stored_wish
from kervan.selection.selectors.sheets import in_the_running
from kervan.selection.services.scoring import rescore, worked_out
from kervan.selection.states import RUN_MOVES, CallState, RunState

JOB = "kervan.selection.jobs.compute_run"
SHOWN_PEOPLE = 50


@transaction.atomic
def start_run(call: Call, *, actor: Any, remark: str = "") -> PlacementRun:
    """Begin a placement: scores made afresh, one key per application, the computing handed to the worker.

    Raises NotPossible before scoring and after publication.
    """
    locked = Call.objects.select_for_update(of=("self",)).select_related("office", "pack_version").get(pk=call.pk)
    if locked.state != CallState.SCORED:
        raise NotPossible(_("Places are given after scoring and before the results are published."))
    rescore(locked)
    run = PlacementRun.objects.create(
        office_id=locked.office_id, call=locked, number=_next_number(locked), made_by=actor, remark=remark.strip()
    )
    _give_keys(run)
    history.record(run, "placementrun.start", actor=actor, number=run.number)
    later(JOB, run.uid)
    return run


def _next_number(call: Call) -> int:
    return (PlacementRun.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0) + 1


def _give_keys(run: PlacementRun) -> None:
    """One key per application; the same in every run of the call, so that runs can be compared and lots stay drawn."""
    known = dict(RunKey.objects.filter(run__call=run.call).values_list("application_id", "key"))
    count = len(set(known.values()))
    rows = []
    for application_id in in_the_running(run.call).values_list("pk", flat=True):
        if application_id not in known:
            count += 1
            known[application_id] = f"a{count:06d}"
        rows.append(RunKey(office_id=run.office_id, run=run, application_id=application_id, key=known[application_id]))
    RunKey.objects.bulk_create(rows, batch_size=500)


@dataclass(frozen=True, slots=True)
class Computed:
    """A finished computation: market, result, snapshot text with its hashes, certificate."""

    market: m.Market
    placement: m.Placement
    snapshot: str
    input_sha256: str
    result_sha256: str
    certificate: checker.Certificate


def compute(run: PlacementRun) -> Computed:
    """Place from what stands in the database, write the snapshot, have it checked. Saves nothing."""
    market = market_of(run)
    return certified(market, place(market), run)


def certified(market: m.Market, placement: m.Placement, run: PlacementRun) -> Computed:
    """Write the snapshot of a result and have it judged by the independent checker."""
    text = snapshot.write(market, placement, pack=run.call.pack_version.sha256)
    data = json.loads(text)
    return Computed(market, placement, text, data["input_hash"], data["result_hash"], checker.certify(text))


def finish_run(run: PlacementRun, computed: Computed) -> bool:
    """Keep a computed result, once: another worker that was faster wins. Returns whether this one was kept."""
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=run.call_id)
        locked = PlacementRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != RunState.COMPUTING:
            return False
        store(locked, computed)
        move(locked, "compute", RUN_MOVES, actor=locked.made_by, result=computed.result_sha256)
    return True


def store(run: PlacementRun, computed: Computed) -> None:
    """Write snapshot, hashes, certificate, totals and one outcome per application."""
    run.snapshot = computed.snapshot
    run.input_sha256, run.result_sha256 = computed.input_sha256, computed.result_sha256
    run.certificate = certificate_of(computed.certificate)
    run.totals = totals_of(computed.market, computed.placement)
    run.error = ""
    run.save(update_fields=["snapshot", "input_sha256", "result_sha256", "certificate", "totals", "error"])
    Outcome.objects.bulk_create(_outcomes(run, computed), batch_size=500)


def certificate_of(certificate: checker.Certificate) -> dict[str, Any]:
    """Return a certificate as it is kept."""
    return {
        "ok": certificate.ok,
        "checks": dict(certificate.checks),
        "violations": [str(violation) for violation in certificate.violations][:100],
    }


def totals_of(market: m.Market, placement: m.Placement) -> dict[str, Any]:
    """Return the figures of a result: counts only, free places with run-local keys, no persons."""
    outcomes = placement.outcomes.values()
    free = unused(market, placement)
    return {
        "applicants": len(placement.outcomes),
        "placed": sum(one.result == m.MAIN for one in outcomes),
        "with_grant": sum(one.grant == m.WITH_GRANT for one in outcomes),
        "zero_grant": sum(one.grant == m.ZERO_GRANT for one in outcomes),
        "reserve": sum(one.result == m.RESERVED for one in outcomes),
        "not_placed": sum(one.result == m.NOT_PLACED for one in outcomes),
        "rejected": sum(one.result == m.REJECTED for one in outcomes),
        "first_wish": sum(one.result == m.MAIN and one.wish == 1 for one in outcomes),
        "wishes": sum(len(one.wishes) for one in outcomes),
        "seats": sum(one.capacity for one in market.places),
        "empty": free.seats,
        "could_take": len(free.people),
        "unused": [[one.place, one.seats, list(one.people[:SHOWN_PEOPLE]), len(one.people)] for one in free.places],
    }


def _outcomes(run: PlacementRun, computed: Computed) -> Iterable[Outcome]:
    applications = dict(RunKey.objects.filter(run=run).values_list("key", "application_id"))
    places = dict(Place.objects.filter(call=run.call_id).values_list("uid", "pk"))
    scores = {one.key: one.score for one in computed.market.applicants}
    return [
        _outcome(run, one, applications[key], places, scores)
        for key, one in computed.placement.outcomes.items()
        if key in applications
    ]


def _outcome(
    run: PlacementRun, one: m.Outcome, application_id: int, places: Mapping[str, int], scores: Mapping[str, Any]
) -> Outcome:
    return Outcome(
        office_id=run.office_id,
        run=run,
        application_id=application_id,
        rank=one.rank,
        score=scores[one.key],
        result=one.result,
        grant=one.grant,
        place_id=places[one.place] if one.place else None,
        wish_rank=one.wish,
        reserve_rank=one.reserve_rank,
        is_promoted=one.promoted,
        rejections=list(one.rejections),
        wishes=[stored_wish(wish) for wish in one.wishes],
    )


def compute_again(run: PlacementRun) -> bool:
    """Ask the worker once more for a run that is still being computed (the worker may have been stopped)."""
    if run.state != RunState.COMPUTING:
        return False
    with transaction.atomic():
        later(JOB, run.uid)
    return True


def repeat(run: PlacementRun) -> bool:
    """Compute a run again from its snapshot alone and say whether the text is the same, byte for byte."""
    return snapshot.rerun(run.snapshot) == run.snapshot


def is_current(run: PlacementRun) -> bool:
    """Whether what a run was computed from still stands as it was. Scores are worked out anew from the files."""
    if in_the_running(run.call).exclude(run_keys__run=run).exists():
        return False
    nothing = m.Placement((), {}, {}, {})
    scores = {row.application_id: row for row in worked_out(run.call)}
    now = snapshot.write(market_of(run, scores), nothing, pack=run.call.pack_version.sha256)
    return bool(json.loads(now)["input_hash"] == run.input_sha256)


def _check_current(run: PlacementRun) -> None:
    if not is_current(run):
        raise NotPossible(
            _("Applications, scores, places or quotas have changed since this run was computed. Place again first.")
        )


def _check_decided(call: Call) -> None:
    count = undecided_special(Application.objects.filter(call=call)).count()
    if count:
        raise NotPossible(
            ngettext(
                "The special points of %(count)d application are undecided and would count nothing. Somebody who "
                "may read special data (an administrator gives this right) decides on them; then place again.",
                "The special points of %(count)d applications are undecided and would count nothing. Somebody who "
                "may read special data (an administrator gives this right) decides on them; then place again.",
                count,
            )
            % {"count": count}
        )


@transaction.atomic
def adopt(run: PlacementRun, *, actor: Any) -> PlacementRun:
    """Choose a draft as the result to be published. Nobody is told yet; another adopted run becomes a draft again."""
    Call.objects.select_for_update().get(pk=run.call_id)
    run = (
        PlacementRun.objects.select_for_update(of=("self",))
        .select_related("call__office", "call__pack_version")
        .get(pk=run.pk)
    )
    if run.state == RunState.DRAFT:
        if not run.certificate.get("ok"):
            raise NotPossible(_("The independent check found faults in this run; it cannot be adopted."))
        _check_decided(run.call)
        _check_current(run)
    for other in PlacementRun.objects.filter(call=run.call, state=RunState.ADOPTED).exclude(pk=run.pk):
        move(other, "reopen", RUN_MOVES, actor=actor)
    moved: PlacementRun = move(run, "adopt", RUN_MOVES, actor=actor, number=run.number)
    PlacementRun.objects.filter(pk=run.pk).update(adopted_by=actor, adopted_at=timezone.now())
    return moved


@transaction.atomic
def reopen(run: PlacementRun, *, actor: Any) -> PlacementRun:
    """Take an adoption back."""
    moved: PlacementRun = move(run, "reopen", RUN_MOVES, actor=actor)
    PlacementRun.objects.filter(pk=run.pk).update(adopted_by=None, adopted_at=None)
    return moved


@transaction.atomic
def discard(run: PlacementRun, *, actor: Any) -> PlacementRun:
    """Put a run aside. It stays readable; nothing of it counts."""
    moved: PlacementRun = move(run, "discard", RUN_MOVES, actor=actor)
    return moved


def fail_run(run: PlacementRun, error: str) -> None:
    """Keep why a run cannot be computed; it stays "being computed" until somebody discards it or asks again."""
    PlacementRun.objects.filter(pk=run.pk, state=RunState.COMPUTING).update(error=error[:2000])
