"""An action on many rows: chosen, judged for the preview, judged again and done, reported row by row."""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kervan.core import bulk, registries, work
from kervan.core.errors import NotPossible
from kervan.core.models import BulkRun, BulkState
from kervan.core.scope import Scope

AT_ONCE = 100  # as many rows are done while one waits; more are the worker's
PIECE = 50  # rows of one transaction of the worker
PIECES_SECONDS = 40  # after that the job goes on in a new one, well before the worker would end it
Line = dict[str, Any]


def choose(action: bulk.BulkAction, uids: Sequence[str], *, scope: Scope, path: str, query: str, actor: Any) -> BulkRun:
    """Keep what was chosen and, where nothing is to be typed, judge it. Raises NotPossible for none or too many."""
    chosen = list(dict.fromkeys(uids))
    if not chosen:
        raise NotPossible(_("No row is chosen. Tick at least one, then press the button again."))
    if len(chosen) > bulk.MOST_ROWS:
        raise NotPossible(
            _("At most %(limit)s rows can be changed at once; %(count)s are chosen. Narrow the search.")
            % {"limit": bulk.MOST_ROWS, "count": len(chosen)}
        )
    run = BulkRun.objects.create(
        office_id=scope.office_id,  # type: ignore[misc]  # a reader with roles has an office
        user=actor,
        list_name=action.list_name,
        action=action.name,
        path=path[:300],
        query=query[:1000],
        uids=chosen,
    )
    if action.form is None:
        preview(run, action, QueryDict(), scope=scope)
    return run


def preview(run: BulkRun, action: bulk.BulkAction, sent: QueryDict, *, scope: Scope) -> Any:
    """Judge every chosen row by what was typed and keep what will be shown. Returns the form where it is not complete.

    Changes nothing else; may be repeated until the action is begun.
    """
    form = action.form(scope, sent) if action.form else None
    if form is not None and not form.is_valid():
        return form
    data = form.cleaned_data if form is not None else {}
    found = {row.uid: row for row in action.rows(scope, run.uids)}
    lines = [_line(action, uid, found.get(uid), data) for uid in run.uids]
    language = get_language() or "en"
    BulkRun.objects.filter(pk=run.pk, state=BulkState.CHOSEN).update(
        preview=lines, data=_without_token(sent), language=language
    )
    run.refresh_from_db()
    return None


def _without_token(sent: QueryDict) -> str:
    kept = sent.copy()
    kept.pop("csrfmiddlewaretoken", None)
    return kept.urlencode()


def _line(action: bulk.BulkAction, uid: str, row: Any, data: bulk.Data) -> Line:
    """What the preview says of one row."""
    if row is None:
        sentence = _("It is not there any more, or you may not change it.")
        return {"uid": uid, "name": uid, "url": "", "will": False, "sentence": sentence}
    verdict = action.judge(row, data)
    url = action.url_of(row) if action.url_of else ""
    name = action.name_of(row)
    return {"uid": uid, "name": name, "url": url, "will": verdict.will, "sentence": str(verdict.sentence)}


def begin(run: BulkRun, action: bulk.BulkAction, *, scope: Scope) -> BulkRun:
    """Do what the preview showed, once: pressed twice, the second press finds the first one's work.

    Raises NotPossible without a preview, or when the preview showed nothing that can be done.
    """
    if run.state != BulkState.CHOSEN:
        return run
    if run.preview is None:
        raise NotPossible(_("Look at the preview first: nothing is done without it."))
    count = len(_willing(run))
    if not count:
        raise NotPossible(_("It can be done for none of the chosen rows. Choose others."))
    with transaction.atomic():
        is_mine = BulkRun.objects.filter(pk=run.pk, state=BulkState.CHOSEN).update(state=BulkState.WAITING)
        if is_mine and count > AT_ONCE:
            work.later("kervan.core.services.bulk.carry_on", run.uid)
        if is_mine and count <= AT_ONCE:
            _piece(run.pk, action, scope, count)
    run.refresh_from_db()
    return run


def carry_on(uid: str) -> str:
    """The worker's part: piece by piece, each with its progress in one transaction. Killed, it goes on where it was."""
    run = BulkRun.objects.select_related("user").filter(uid=uid, state=BulkState.WAITING).first()
    if run is None:
        return "nothing to do"
    scope = registries.scope_of(run.user, run.office_id)
    action = bulk.action_of(run.list_name, run.action, scope)
    if action is None:
        _fail(run)
        return "not allowed any more"
    began = monotonic()
    with translation.override(run.language):
        while _piece(run.pk, action, scope, PIECE):
            if monotonic() - began > PIECES_SECONDS:
                work.later("kervan.core.services.bulk.carry_on", uid)
                return "goes on"
    return "done"


def _fail(run: BulkRun) -> None:
    BulkRun.objects.filter(pk=run.pk).update(state=BulkState.FAILED, finished_at=timezone.now())


@transaction.atomic
def _piece(pk: int, action: bulk.BulkAction, scope: Scope, size: int) -> bool:
    """Do the next rows. Returns whether more are left."""
    run = BulkRun.objects.select_for_update().get(pk=pk)
    if run.state != BulkState.WAITING:
        return False
    willing = _willing(run)
    lines = willing[run.position : run.position + size]
    changed, problems = _do(run, action, scope, lines)
    run.position += len(lines)
    run.changed += changed
    run.problems = [*run.problems, *problems]
    if run.position >= len(willing):
        run.state, run.finished_at = BulkState.DONE, timezone.now()
    run.save(update_fields=["position", "changed", "problems", "state", "finished_at"])
    return run.state == BulkState.WAITING


def _do(run: BulkRun, action: bulk.BulkAction, scope: Scope, lines: list[Line]) -> tuple[int, list[Line]]:
    """Judge rows again and change those that still can be. Returns how many, and what is to be said of the others."""
    data = _typed(run, action, scope)
    if data is None:
        return 0, [{**line, "sentence": _("What was typed does not hold any more.")} for line in lines]
    found = {row.uid: row for row in action.rows(scope, [line["uid"] for line in lines])}
    now = [_line(action, line["uid"], found.get(line["uid"]), data) for line in lines]
    rows = [found[line["uid"]] for line in now if line["will"]]
    problems = [{**line, "name": was["name"]} for line, was in zip(now, lines, strict=True) if not line["will"]]
    if not rows:
        return 0, problems
    try:
        with transaction.atomic():
            return action.apply(rows, data, run.user), problems
    except NotPossible:
        changed, refused = _one_by_one(action, rows, data, run.user)
        return changed, problems + refused


def _one_by_one(action: bulk.BulkAction, rows: list[Any], data: bulk.Data, actor: Any) -> tuple[int, list[Line]]:
    """After a refusal in the middle: each row by itself, so that the refused one is named and the others are done."""
    changed, refused = 0, []
    for row in rows:
        try:
            with transaction.atomic():
                changed += action.apply([row], data, actor)
        except NotPossible as refusal:
            url = action.url_of(row) if action.url_of else ""
            line = {"uid": row.uid, "name": action.name_of(row), "url": url, "will": False}
            refused.append({**line, "sentence": str(refusal)})
    return changed, refused


def _typed(run: BulkRun, action: bulk.BulkAction, scope: Scope) -> bulk.Data | None:
    """What was typed, checked anew; None where it does not hold any more."""
    if action.form is None:
        return {}
    form = action.form(scope, QueryDict(run.data))
    return form.cleaned_data if form.is_valid() else None


def _willing(run: BulkRun) -> list[Line]:
    return [line for line in run.preview or [] if line["will"]]


def counts(run: BulkRun) -> tuple[int, int]:
    """For how many rows the preview showed that it will be done, and for how many not."""
    will = len(_willing(run))
    return will, len(run.preview or []) - will


def reasons(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Group rows by what is said of them, in order of appearance."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line["sentence"], []).append(line)
    yield from groups.items()
