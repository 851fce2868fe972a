"""What of the selection stands on the start page, in the menu and in the search."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kervan.core.registries import Hit, QueueItem
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Role, Scope
from kervan.core.text import pick
from kervan.selection import texts
from kervan.selection.models import Application, Call, PlacementRun
from kervan.selection.permissions import is_office, is_workspace, prepares_calls, reads_special
from kervan.selection.selectors.calls import undecided_special, without_exam
from kervan.selection.selectors.sheets import IN_THE_RUNNING
from kervan.selection.states import ApplicationState, CallState, RunState

SOON = timedelta(days=3)


def queue(scope: Scope) -> Iterator[QueueItem]:
    """What waits for the reader in calls. At most six queries."""
    running = _running(scope) if is_office(scope) else []
    if is_office(scope):
        yield from _files(running)
        if reads_special(scope):
            yield from _special(scope)
    if prepares_calls(scope):
        yield from _exams(scope)
        yield from _to_score(running)
        yield from _to_place(scope)
        yield from _runs(scope)


def _running(scope: Scope) -> list[Any]:
    """Calls that are announced or scored, with the files to check of each. One query."""
    states = (CallState.ANNOUNCED, CallState.SCORED)
    rows = Call.objects.visible_to(scope).filter(state__in=states).select_related("office")
    to_check = Q(applications__state=ApplicationState.SUBMITTED)
    return list(rows.annotate(to_check=Count("applications", filter=to_check)).order_by("closes_on"))


def _files(running: list[Any]) -> Iterator[QueueItem]:
    for call in running:
        if call.to_check:
            day = {"call": call.title, "day": texts.day(call.results_on or call.closes_on)}
            yield QueueItem(
                title=_("Files to check"),
                sentence=_("%(call)s: until %(day)s; an unchecked file takes part as it is.") % day,
                url=f"{reverse('selection:office_applications', args=[call.uid])}?state={ApplicationState.SUBMITTED}",
                button=_("Check files"),
                count=call.to_check,
                is_urgent=call.is_closed,
                icon="files",
            )


def _special(scope: Scope) -> Iterator[QueueItem]:
    rows = undecided_special(Application.objects.visible_to(scope))
    rows = rows.filter(call__state__in=(CallState.ANNOUNCED, CallState.SCORED)).order_by()
    for row in rows.values("call__uid", "call__title_en", "call__title_tr").annotate(count=Count("pk")):
        title = pick(row["call__title_en"], row["call__title_tr"])
        yield QueueItem(
            title=_("Special points to decide"),
            sentence=_("%(call)s: undecided they count nothing, and no run can be adopted.") % {"call": title},
            url=f"{reverse('selection:office_applications', args=[row['call__uid']])}?points=special",
            button=_("Decide on points"),
            count=row["count"],
            icon="files",
        )


def _exams(scope: Scope) -> Iterator[QueueItem]:
    rows = Application.objects.filter(call__in=Call.objects.visible_to(scope), state__in=IN_THE_RUNNING)
    closed = rows.filter(call__state=CallState.ANNOUNCED, call__closes_on__lt=timezone.localdate())
    missing = without_exam(closed).order_by().values("call__uid", "call__title_en", "call__title_tr")
    for row in missing.annotate(count=Count("pk")):
        title = pick(row["call__title_en"], row["call__title_tr"])
        yield QueueItem(
            title=_("Exam results missing"),
            sentence=_(
                "%(call)s: import the results or enter them one by one; without one an application cannot be ranked."
            )
            % {"call": title},
            url=f"{reverse('selection:office_applications', args=[row['call__uid']])}?exam=missing",
            button=_("Enter results"),
            count=row["count"],
            icon="languages",
        )


def _to_score(running: list[Any]) -> Iterator[QueueItem]:
    for call in running:
        if call.state == CallState.ANNOUNCED and call.is_closed:
            yield QueueItem(
                title=_("Call to score"),
                sentence=_("%(call)s is closed; scores and places come next.") % {"call": call.title},
                url=reverse("selection:office_scores", args=[call.uid]),
                button=pgettext("verb", "Score"),
                is_urgent=_is_near(call),
                icon="calculator",
            )


def _is_near(call: Call) -> bool:
    return call.results_on is not None and call.results_on - timezone.localdate() <= SOON


def _to_place(scope: Scope) -> Iterator[QueueItem]:
    adopted = PlacementRun.objects.filter(call=OuterRef("pk"), state=RunState.ADOPTED)
    for call in (
        Call.objects.visible_to(scope).filter(~Exists(adopted), state=CallState.SCORED).select_related("office")
    ):
        yield QueueItem(
            title=_("Places to give"),
            sentence=_("%(call)s is scored; place, compare and adopt a run.") % {"call": call.title},
            url=reverse("selection:office_runs", args=[call.uid]),
            button=pgettext("verb", "Place"),
            is_urgent=_is_near(call),
            icon="map-pinned",
        )


def _runs(scope: Scope) -> Iterator[QueueItem]:
    """Adopted runs: for whoever adopted one it is no task, for every other it is urgent."""
    rows = PlacementRun.objects.visible_to(scope).filter(state=RunState.ADOPTED)
    for run in rows.select_related("call__office", "adopted_by"):
        if run.call.office.publish_needs_two and run.adopted_by_id == scope.user_id:
            continue
        words = {"call": run.call.title, "who": str(run.adopted_by or ""), "number": run.number}
        yield QueueItem(
            title=_("Results to publish"),
            sentence=_("%(call)s: run %(number)d was adopted by %(who)s and needs a second person.") % words,
            url=reverse("selection:office_run", args=[run.uid]),
            button=_("Look and publish"),
            is_urgent=True,
            icon="megaphone",
        )


def search(scope: Scope, key: str) -> Iterator[Hit]:
    """Calls by title and applications by name or number, as far as the reader may see them. Two queries."""
    if not (is_workspace(scope) or scope.has(Role.LEADERSHIP)):
        return
    for call in Call.objects.visible_to(scope).order_by("-closes_on")[:100]:
        if all(word in search_key(f"{call.title_en} {call.title_tr}") for word in key.split()):
            yield Hit(
                _("Calls"), call.title, texts.call_badge(call)[0], reverse("selection:office_call", args=[call.uid])
            )
    if is_workspace(scope):
        yield from _applications(scope, key)


def _applications(scope: Scope, key: str) -> Iterator[Hit]:
    rows = Application.objects.visible_to(scope).exclude(state=ApplicationState.DRAFT).select_related("person", "call")
    for word in key.split():
        rows = rows.filter(person__search_key__contains=word)
    for row in rows.order_by("sort_key", "pk")[:10]:
        url = reverse("selection:office_application", args=[row.uid])
        yield Hit(_("Applications"), row.person.full_name, f"{row.call.title}: {row.get_state_display()}", url)
