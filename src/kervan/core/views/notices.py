"""Notices: the list, opening one, and how an account wants to hear of things."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import notice_texts
from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.forms.notices import NoticeChoiceForm
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import Notice, NoticeMail
from kervan.core.permissions import allow, is_member, is_signed_in
from kervan.core.scope import Scope
from kervan.core.services import notices as services

CHOICES = ("mail", "quiet_from", "quiet_until", "quiet_weekend")


def frame(scope: Scope) -> str:
    """The page frame of this reader: workspace for members, personal pages for everybody else."""
    return "office.html" if is_member(scope) else "my.html"


@require_GET
@allow(is_signed_in)
def notice_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        Notice.objects.visible_to(scope),
        name="notices",
        is_closed=True,
        caption=_("Notices"),
        columns=[
            Column("what", gettext_lazy("What"), notice_texts.sentence, link=_url),
            Column("state", gettext_lazy("State"), _badge, kind="badge"),
            Column("at", gettext_lazy("When"), lambda row: row.at, sort="id", kind="date"),
        ],
        default_sort="-at",
        filters=[
            Filter(
                "state",
                gettext_lazy("State"),
                [("new", gettext_lazy("New")), ("read", gettext_lazy("Read"))],
                lambda rows, value: rows.filter(read_at__isnull=value == "new"),
            )
        ],
        empty=_("Nothing has been told to you yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "core/notices/list.html", {"listing": found, "frame": frame(scope)})


def _url(notice: Notice) -> str:
    return reverse("core:notice", args=[notice.uid])


def _badge(notice: Notice) -> tuple[str, str]:
    return (_("Read"), "") if notice.read_at else (_("New"), "info")


@require_GET
@allow(is_signed_in)
def notice_open(request: HttpRequest, uid: str) -> HttpResponse:
    """Go where a notice leads. Whoever looks at the pages for support leaves it unread."""
    scope = request.scope  # type: ignore[attr-defined]
    notice: Notice = get_object_or_404(Notice.objects.visible_to(scope), uid=uid)
    if scope.looked_at_by is None:
        services.mark_read(notice)
    is_ours = url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, require_https=request.is_secure())
    return redirect(notice.url if is_ours else "core:notices")


@require_POST
@allow(is_signed_in)
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(request.scope.office_id, request.user)  # type: ignore[attr-defined]
    messages.success(request, _("Everything is marked as read."))
    return redirect("core:notices")


@require_http_methods(["GET", "POST"])
@allow(is_signed_in)
def notice_settings(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    choice = services.choice_of(scope.office_id, request.user)
    form = NoticeChoiceForm(request.POST or None, initial={name: getattr(choice, name) for name in CHOICES})
    context: dict[str, Any] = {"form": form, "version": request.POST.get("version", choice.version)}
    if request.method == "POST" and form.is_valid():
        number = version_sent(request)
        try:
            services.choose(scope.office_id, version=number, actor=request.user, **form.cleaned_data)
            messages.success(request, _("From now on you hear of things in this way."))
            return redirect("core:notice_settings")
        except Stale as stale:
            context |= {"stale": stale, "differences": _both(form, stale.current), "version": _version(stale.current)}
    return render(request, "core/notices/settings.html", {**context, "frame": frame(scope)})


def _version(row: Any) -> int:
    return int(row.version)


def _both(form: NoticeChoiceForm, saved: Any) -> list[dict[str, Any]]:
    """What was saved elsewhere beside what was chosen here."""
    rows = []
    for name in CHOICES:
        left, right = (_words(name, value) for value in (getattr(saved, name), form.cleaned_data[name]))
        rows.append({"label": form.fields[name].label, "left": left, "right": right, "differs": left != right})
    return rows


def _words(name: str, value: Any) -> str:
    if name == "mail":
        return str(NoticeMail(value).label)
    if name == "quiet_weekend":
        return _("yes") if value else _("no")
    return f"{value:%H:%M}"
