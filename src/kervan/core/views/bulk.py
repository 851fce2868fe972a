"""Actions on many rows: choose on a list, preview, do, see what came of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import bulk, list_files
from kervan.core.errors import NotPossible
from kervan.core.models import BulkRun, BulkState
from kervan.core.permissions import allow, is_member
from kervan.core.services import bulk as services

PAGE = "core/bulk/page.html"
SHOWN_ROWS = 50


@require_POST
@allow(is_member)
def choose(request: HttpRequest, list_name: str) -> HttpResponse:
    """Take the ticked rows, or all that the search finds, to the preview."""
    scope, path, query = request.scope, own_path(request.POST.get("path", "")), request.POST.get("query", "")  # type: ignore[attr-defined]
    action = bulk.action_of(list_name, request.POST.get("action", ""), scope)
    if action is None:
        raise Http404
    uids = _all(request, list_name, path, query) if "all" in request.POST else request.POST.getlist("uid")
    try:
        run = services.choose(action, uids, scope=scope, path=path, query=query, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{path}?{query}" if query else path)
    return redirect("core:bulk_run", uid=run.uid)


def own_path(path: str) -> str:
    """An address of this installation, as a list's form sends it. Raises Http404 for any other."""
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, None):
        raise Http404
    return path


def source_of(request: HttpRequest, list_name: str, path: str, query: str) -> list_files.Source:
    """The list that a form names. Raises Http404 where there is none such."""
    try:
        return list_files.ask(request, list_name, path, query)
    except Resolver404 as error:
        raise Http404 from error


def _all(request: HttpRequest, list_name: str, path: str, query: str) -> list[str]:
    """The uids of all that a search finds; one more than is allowed, to say so."""
    rows = source_of(request, list_name, path, query).rows
    return list(rows.values_list("uid", flat=True)[: bulk.MOST_ROWS + 1])


@require_http_methods(["GET", "POST"])
@allow(is_member)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    """The preview, then the result. POST: what must be typed."""
    run, action = _run(request, uid)
    form: Any = None
    if request.method == "POST" and run.state == BulkState.CHOSEN:
        form = services.preview(run, action, request.POST, scope=request.scope)  # type: ignore[attr-defined]
        if form is None:
            return redirect("core:bulk_run", uid=uid)
    elif action.form and run.state == BulkState.CHOSEN and (run.preview is None or "edit" in request.GET):
        form = action.form(request.scope, QueryDict(run.data) if run.data else None)  # type: ignore[attr-defined]
    return render(request, PAGE, _context(run, action, form))


@require_POST
@allow(is_member)
def apply(request: HttpRequest, uid: str) -> HttpResponse:
    """Do what the preview showed."""
    run, action = _run(request, uid)
    try:
        run = services.begin(run, action, scope=request.scope)  # type: ignore[attr-defined]
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    goes_on = _next(run, action) if not run.problems else None
    if goes_on is None:
        return redirect("core:bulk_run", uid=uid)
    messages.success(request, str(goes_on.sentence))
    return redirect(goes_on.url)


def _next(run: BulkRun, action: bulk.BulkAction) -> bulk.Next | None:
    """Where a done action leads, None where it ends."""
    return action.next_of(run) if action.next_of and run.state == BulkState.DONE else None


@require_GET
@allow(is_member)
def progress(request: HttpRequest, uid: str) -> HttpResponse:
    """The piece of the page that asks how far it is; without script the page itself."""
    run, action = _run(request, uid)
    is_part = request.headers.get("HX-Request") == "true"
    response = render(request, f"{PAGE}#progress" if is_part else PAGE, _context(run, action, None))
    if is_part and run.state != BulkState.WAITING:
        response["HX-Refresh"] = "true"
    return response


def _run(request: HttpRequest, uid: str) -> tuple[BulkRun, bulk.BulkAction]:
    scope = request.scope  # type: ignore[attr-defined]
    run = get_object_or_404(BulkRun.objects.visible_to(scope), uid=uid)
    action = bulk.action_of(run.list_name, run.action, scope)
    if action is None:
        raise Http404
    return run, action


def _context(run: BulkRun, action: bulk.BulkAction, form: Any) -> dict[str, Any]:
    will, wont = services.counts(run)
    lines = run.preview or []
    willing = [line for line in lines if line["will"]]
    return {
        "run": run,
        "action": action,
        "form": form,
        "next": _next(run, action),
        "has_form": action.form is not None,
        "back": f"{run.path}?{run.query}" if run.query else run.path,
        "chosen": len(run.uids),
        "will": will,
        "wont": wont,
        "willing": list(services.reasons(willing[:SHOWN_ROWS])),
        "more": max(0, will - SHOWN_ROWS),
        "unwilling": list(services.reasons([line for line in lines if not line["will"]])),
        "problems": list(services.reasons(run.problems)),
        "title": _("%(action)s: preview") % {"action": action.label} if run.state == BulkState.CHOSEN else action.label,
    }
