"""Who does what, where, when open: a public page that the office keeps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.once import new_key, once
from kervan.core.permissions import allow, everyone, is_member
from kervan.people.forms.office import DutyForm
from kervan.people.models import Duty
from kervan.people.permissions import keeps_duties
from kervan.people.selectors import office as selectors
from kervan.people.services import duties as services


@require_GET
@allow(everyone)
def page(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    context = {
        "frame": "office.html" if is_member(scope) else "public.html",
        "rows": selectors.duties(scope, timezone.localdate()),
        "may_edit": keeps_duties(scope),
    }
    return render(request, "people/duties.html", context)


@require_http_methods(["GET", "POST"])
@allow(keeps_duties)
def new(request: HttpRequest) -> HttpResponse:
    office = request.office  # type: ignore[attr-defined]
    form = DutyForm(request.POST or None, office_id=office.pk)
    if form.is_valid():
        once(request, "duty", lambda: services.add_duty(office, actor=request.user, **form.cleaned_data))
        messages.success(request, _("The line was added."))
        return redirect("people:duties")
    return _form_page(request, form, _("New line"), {"key": request.POST.get("idempotency_key") or new_key()})


def _form_page(request: HttpRequest, form: DutyForm, title: str, more: dict[str, Any]) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": [(_("Who does what"), reverse("people:duties")), (title, "")]}
    return render(request, "people/duty_edit.html", context | more, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(keeps_duties)
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible(request, uid)
    form = DutyForm(request.POST or None, instance=_visible(request, uid), office_id=row.office_id)
    more: dict[str, Any] = {"duty": row, "version": request.POST.get("version", row.version)}
    if form.is_valid():
        try:
            services.save_duty(row, version_sent(request), actor=request.user, **form.cleaned_data)
        except Stale as stale:
            more |= {"stale": stale, "version": stale.current.version, "differences": _differences(form, stale.current)}  # type: ignore[attr-defined]
        else:
            messages.success(request, _("The line was saved."))
            return redirect("people:duties")
    return _form_page(request, form, str(row.title), more)


def _visible(request: HttpRequest, uid: str) -> Duty:
    rows = Duty.objects.visible_to(request.scope).select_related("person")  # type: ignore[attr-defined]
    row: Duty = get_object_or_404(rows, uid=uid)
    return row


def _differences(form: DutyForm, current: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": form.fields[name].label,
            "left": str(value if value is not None else "–"),
            "right": str(getattr(current, name) if getattr(current, name) is not None else "–"),
            "differs": value != getattr(current, name),
        }
        for name, value in form.cleaned_data.items()
    ]


@require_POST
@allow(keeps_duties)
def remove(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible(request, uid)
    return attempt(
        request,
        lambda: services.remove_duty(row, actor=request.user),
        _("The line was taken off the page."),
        "people:duties",
    )
