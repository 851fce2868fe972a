"""Tasks in the workspace."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import registries, task_texts
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.forms.tasks import HandOverForm, NewTaskForm, TaskForm
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import Task
from kervan.core.once import new_key, once
from kervan.core.permissions import allow, is_member
from kervan.core.selectors import pages
from kervan.core.selectors import tasks as selectors
from kervan.core.services import tasks as services


@require_GET
@allow(is_member)
def task_list(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    tabs = [one for one in task_texts.WHOSE if one != selectors.ALL or selectors.sees_all(scope)]
    whose = request.GET.get("whose", "")
    whose = whose if whose in tabs else selectors.MINE
    found = listing(
        request,
        selectors.shown(scope, whose),
        name="tasks",
        is_closed=True,
        caption=_("Tasks"),
        columns=_columns(today, whose),
        default_sort="-closed" if whose == selectors.CLOSED else "due",
        filters=[
            Filter("due", gettext_lazy("Due"), task_texts.DUE, lambda rows, code: selectors.due(rows, code, today))
        ],
        search=selectors.matching,
        empty=_("Nothing is to be done here."),
    )
    if isinstance(found, HttpResponse):
        return found
    found.hidden.append(("whose", whose))
    context = {"listing": found, "tabs": _tabs(tabs, whose), "gives": selectors.gives_tasks(scope)}
    return render(request, "core/tasks/list.html", context)


def _tabs(tabs: list[str], whose: str) -> list[dict[str, Any]]:
    url = reverse("core:tasks")
    return [{"label": task_texts.WHOSE[one], "url": f"{url}?whose={one}", "is_current": one == whose} for one in tabs]


def _columns(today: date, whose: str) -> list[Column]:
    columns = [
        Column("title", gettext_lazy("What is to be done"), lambda row: row.title, link=Task.get_absolute_url),
        Column("about", gettext_lazy("About"), lambda row: row.subject_label, link=selectors.subject_url),
        Column("state", gettext_lazy("State"), lambda row: task_texts.badge(row, today), kind="badge"),
        Column("due", gettext_lazy("Until"), lambda row: row.due_on, sort="due_on", kind="date"),
    ]
    if whose != selectors.MINE:
        columns.append(Column("who", gettext_lazy("Who"), lambda row: str(row.assigned_to or "")))
    if whose != selectors.GIVEN:
        columns.append(Column("giver", gettext_lazy("Given by"), lambda row: str(row.made_by or "")))
    if whose == selectors.CLOSED:
        columns.append(Column("closed", gettext_lazy("Closed"), lambda row: row.closed_at, "closed_at", kind="date"))
    return columns


def _visible(request: HttpRequest, uid: str) -> Task:
    rows = Task.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    task: Task = get_object_or_404(rows.select_related("assigned_to", "made_by", "closed_by"), uid=uid)
    return task


def _changeable(request: HttpRequest, uid: str) -> Task:
    """A task that the reader may change; 404 where they may only read it."""
    task = _visible(request, uid)
    if not selectors.may_change(request.scope, task):  # type: ignore[attr-defined]
        return get_object_or_404(Task.objects.none())
    return task


@require_GET
@allow(is_member)
def task_page(request: HttpRequest, uid: str) -> HttpResponse:
    return _page(request, _visible(request, uid))


def _page(request: HttpRequest, task: Task, form: HandOverForm | None = None) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    edits = selectors.may_change(scope, task)
    is_mine = task.assigned_to_id == scope.user_id
    context = {
        "task": task,
        "badge": task_texts.badge(task, today),
        "standing": task_texts.standing(task, today, is_mine=is_mine),
        "subject": selectors.subject_of(scope, task),
        "events": pages.timeline_of(task),
        "edits": edits,
        "form": form or (HandOverForm(office_id=task.office_id) if edits else None),
    }
    return render(request, "core/tasks/page.html", context)


@require_http_methods(["GET", "POST"])
@allow(selectors.gives_tasks)
def task_new(request: HttpRequest) -> HttpResponse:
    """A new task; `?type=&uid=` names the record it is about."""
    scope = request.scope  # type: ignore[attr-defined]
    known = registries.subjects.get(request.GET.get("type", ""))
    subject = known.find(scope, request.GET.get("uid", "")) if known else None
    form = NewTaskForm(request.POST or None, office_id=scope.office_id)
    if request.method == "POST" and form.is_valid():
        uid = once(
            request,
            "task",
            lambda: services.add_task(scope.office_id, subject=subject, actor=request.user, **form.cleaned_data),
        )
        return redirect(known.url(subject)) if known and subject else redirect("core:task", uid)
    if request.method == "GET":
        form.initial["assigned_to"] = getattr(request.user, "uid", "")
    about = {"label": known.label(subject), "url": known.url(subject)} if known and subject else None
    context = {"form": form, "about": about, "key": request.POST.get("idempotency_key") or new_key()}
    return render(request, "core/tasks/new.html", context)


@require_http_methods(["GET", "POST"])
@allow(is_member)
def task_edit(request: HttpRequest, uid: str) -> HttpResponse:
    task = _changeable(request, uid)
    saved = {"title": task.title, "text": task.text, "due_on": task.due_on}
    form = TaskForm(request.POST or None, initial=saved)
    context: dict[str, Any] = {"task": task, "form": form, "version": request.POST.get("version", task.version)}
    if request.method == "POST" and form.is_valid():
        try:
            services.change(task, version_sent(request, task.version), actor=request.user, **form.cleaned_data)
            return redirect("core:task", uid)
        except Stale as stale:
            context |= _both(form, stale)
    return render(request, "core/tasks/edit.html", context)


def _both(form: TaskForm, stale: Stale) -> dict[str, Any]:
    """What somebody else saved beside what was typed."""
    current: Any = stale.current
    rows = [
        {"label": form.fields[name].label, "left": left, "right": right, "differs": left != right}
        for name in ("title", "due_on", "text")
        for left, right in [(_shown(getattr(current, name)), _shown(form.cleaned_data[name]))]
    ]
    return {"stale": stale, "differences": rows, "version": current.version}


def _shown(value: Any) -> str:
    return task_texts.day(value) if isinstance(value, date) else str(value or "")


@require_POST
@allow(is_member)
def task_finish(request: HttpRequest, uid: str) -> HttpResponse:
    task = _changeable(request, uid)
    return attempt(
        request,
        lambda: services.finish(task, actor=request.user),
        _("Done. If that was a mistake, open it again here."),
        "core:task",
        uid,
    )


@require_POST
@allow(is_member)
def task_drop(request: HttpRequest, uid: str) -> HttpResponse:
    task = _changeable(request, uid)
    return attempt(
        request,
        lambda: services.drop(task, actor=request.user),
        _("Dropped. If that was a mistake, open it again here."),
        "core:task",
        uid,
    )


@require_POST
@allow(is_member)
def task_reopen(request: HttpRequest, uid: str) -> HttpResponse:
    task = _changeable(request, uid)
    return attempt(
        request, lambda: services.reopen(task, actor=request.user), _("The task is open again."), "core:task", uid
    )


@require_POST
@allow(is_member)
def task_assign(request: HttpRequest, uid: str) -> HttpResponse:
    task = _changeable(request, uid)
    form = HandOverForm(request.POST, office_id=task.office_id)
    if not form.is_valid():
        return _page(request, task, form)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    words = _("%(name)s has the task now and was told.") % {"name": to} if to else _("Nobody has the task now.")
    return attempt(request, lambda: services.assign(task, to, reason, request.user), words, "core:task", uid)
