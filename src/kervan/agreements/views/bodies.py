"""The bodies that decide on agreements: the head of the office keeps the list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.agreements import services, texts
from kervan.agreements.forms import proposals as forms
from kervan.agreements.models import ApprovalBody
from kervan.agreements.permissions import edits_agreements, keeps_bodies
from kervan.agreements.views.page import differing
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.lists import Column, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow


@require_GET
@allow(edits_agreements)
def bodies(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    keeps = keeps_bodies(scope)
    found = listing(
        request,
        ApprovalBody.objects.in_office_of(scope),
        name="bodies",
        caption=_("Bodies that decide"),
        columns=[
            Column("order", gettext_lazy("Order"), lambda row: row.position, sort="position", kind="number"),
            Column("name", gettext_lazy("Name"), lambda row: row.name, link=_url if keeps else None),
            Column("kinds", gettext_lazy("Decides on"), _kinds),
            Column("active", gettext_lazy("State"), _badge, kind="badge"),
        ],
        default_sort="order",
        empty=_("No body is asked: what is proposed counts as approved by our university at once."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "agreements/bodies/list.html", {"listing": found, "keeps": keeps})


def _url(row: ApprovalBody) -> str:
    return reverse("agreements:body", args=[row.uid])


def _kinds(row: ApprovalBody) -> str:
    return ", ".join(str(texts.SHORT_KINDS.get(kind, kind)) for kind in row.kinds) or _("All kinds")


def _badge(row: ApprovalBody) -> tuple[str, str]:
    return (_("is asked"), "ok") if row.is_active else (_("is not asked"), "")


@require_http_methods(["GET", "POST"])
@allow(keeps_bodies)
def body_new(request: HttpRequest) -> HttpResponse:
    form = forms.BodyForm(request.POST or None, initial={"position": 1})
    if form.is_valid():
        office_id = request.scope.office_id  # type: ignore[attr-defined]
        once(request, "body", lambda: services.bodies.add(office_id, actor=request.user, **form.cleaned_data))
        messages.success(request, _("The body is added. It is asked about what is proposed from now on."))
        return redirect("agreements:bodies")
    key = request.POST.get("idempotency_key") or new_key()
    return render(request, "agreements/bodies/form.html", {"form": form, "key": key})


@require_http_methods(["GET", "POST"])
@allow(keeps_bodies)
def body(request: HttpRequest, uid: str) -> HttpResponse:
    """Change a body. A stale save changes nothing and shows both versions."""
    row = get_object_or_404(ApprovalBody.objects.in_office_of(request.scope), uid=uid)  # type: ignore[attr-defined]
    form = forms.BodyForm(request.POST or None, initial=forms.body_initial(row))
    context: dict[str, Any] = {"form": form, "body": row, "version": request.POST.get("version", row.version)}
    if form.is_valid():
        try:
            services.bodies.change(row, version_sent(request), actor=request.user, **form.cleaned_data)
        except Stale as stale:
            current: Any = stale.current
            context |= {"stale": stale, "version": current.version, "differences": _stale_rows(current, form)}
        else:
            messages.success(request, _("The body is saved."))
            return redirect("agreements:bodies")
    return render(request, "agreements/bodies/form.html", context)


def _stale_rows(current: ApprovalBody, form: forms.BodyForm) -> list[dict[str, Any]]:
    return [
        differing(str(form[name].label), str(getattr(current, name)), str(value))
        for name, value in form.cleaned_data.items()
    ]


@require_POST
@allow(keeps_bodies)
def usual_bodies(request: HttpRequest) -> HttpResponse:
    """Begin the list with the bodies usual in Türkiye."""
    office_id = request.scope.office_id  # type: ignore[attr-defined]
    done = _("The usual bodies are listed. Change them until they are those of your university.")
    return attempt(request, lambda: services.bodies.add_usual(office_id, actor=request.user), done, "agreements:bodies")
