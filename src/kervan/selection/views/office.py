"""What the office's pages of a call share: finding rows in scope, tabs, breadcrumbs, doing one thing and going back."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kervan.core.texts import timeline
from kervan.selection import permissions, texts
from kervan.selection.models import Application, Call, PlacementRun
from kervan.selection.selectors import calls as selectors

BY_APPLICANT = ("application.begin", "application.upload", "application.submit", "application.take_back")
PARTS = "call__office", "call__pack_version"


def call_of(request: HttpRequest, uid: str) -> Call:
    """Return the call if its reader may see it, else 404."""
    rows = Call.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    call: Call = get_object_or_404(rows.select_related("office", "pack_version", "partner"), uid=uid)
    return call


def application_of(request: HttpRequest, uid: str) -> Application:
    """Return the application if its reader may see it, else 404."""
    rows = Application.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    application: Application = get_object_or_404(rows.select_related("person", "unit", *PARTS), uid=uid)
    return application


def run_of(request: HttpRequest, uid: str) -> PlacementRun:
    """Return the run if its reader may see it, else 404."""
    rows = PlacementRun.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    people = "made_by", "adopted_by", "published_by", "parent"
    run: PlacementRun = get_object_or_404(rows.select_related(*people, *PARTS), uid=uid)
    return run


def version_of(request: HttpRequest, name: str = "version") -> int:
    """Return the version of the row that the sent form was shown with; 0 fits none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() else 0


def frame(request: HttpRequest, call: Call, current: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page of a call shows around its content: breadcrumb, state, tabs."""
    label, tone = texts.call_badge(call)
    return {
        "call": call,
        "call_state": label,
        "call_tone": tone,
        "crumbs": [(_("Calls"), reverse("selection:office_calls")), (call.title, _url("office_call", call)), *crumbs],
        "tabs": _tabs(request, call, current),
        "prepares": permissions.prepares_calls(request.scope),  # type: ignore[attr-defined]
    }


def _url(name: str, call: Call) -> str:
    return reverse(f"selection:{name}", args=[call.uid])


def _tabs(request: HttpRequest, call: Call, current: str) -> list[dict[str, Any]]:
    """The sister pages that exist for this reader."""
    scope = request.scope  # type: ignore[attr-defined]
    works = permissions.is_workspace(scope)
    wanted = [
        ("office_call", _("Overview"), permissions.reads_calls(scope)),
        ("office_applications", _("Applications"), works),
        ("office_places", _("Places"), permissions.reads_calls(scope)),
        ("office_quotas", _("Quotas"), permissions.reads_calls(scope)),
        ("office_scores", _("Scores"), works),
        ("office_runs", _("Placement"), permissions.reads_runs(scope)),
        ("imports", _("Imports"), permissions.prepares_calls(scope)),
    ]
    tabs = []
    for name, label, is_shown in wanted:
        try:
            url = _url(name, call)
        except NoReverseMatch:
            continue
        if is_shown:
            tabs.append({"label": label, "url": url, "is_current": name == current})
    return tabs


def history_of(row: Any) -> list[dict[str, Any]]:
    """The timeline of a row, newest first. What an applicant did without an account is told with the name."""
    events = list(selectors.events_of(row))
    entries = timeline(events)
    for event, entry in zip(events, entries, strict=True):
        if event.actor_id is None and event.kind in BY_APPLICANT:
            entry["who"] = row.person.full_name
    return entries
