"""The office's own card: one form, with what happened to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kervan.core.editing import version_sent
from kervan.core.errors import Stale
from kervan.core.forms.office import OfficeForm
from kervan.core.models import Event, Office
from kervan.core.office_texts import edits_office
from kervan.core.permissions import allow
from kervan.core.services import office as services
from kervan.core.texts import timeline

TIMELINE_ROWS = 10


@require_http_methods(["GET", "POST"])
@allow(edits_office)
def settings(request: HttpRequest) -> HttpResponse:
    """Change the card. A stale save changes nothing and shows both versions."""
    office = Office.objects.get(pk=request.scope.office_id)  # type: ignore[attr-defined]
    form = OfficeForm(request.POST or None, instance=office)
    context: dict[str, Any] = {"form": form, "version": request.POST.get("version", office.version)}
    if request.method == "POST" and form.is_valid():
        try:
            services.change_office(office, version_sent(request), form.cleaned_data, actor=request.user)
        except Stale as stale:
            rows = [_row(form, name, stale.current) for name in form.fields]
            context |= {"stale": stale, "version": getattr(stale.current, "version", 0), "differences": rows}
        else:
            messages.success(
                request, _("The card of the office is saved. The foot of the site and new letters show it.")
            )
            return redirect("core:office_settings")
    events = Event.objects.filter(office_id=office.pk, subject_type="office").select_related("actor")
    context["events"] = timeline(events.order_by("-pk")[:TIMELINE_ROWS])
    return render(request, "core/office/settings.html", context)


def _row(form: OfficeForm, name: str, current: object) -> dict[str, Any]:
    left, right = getattr(current, name), form.cleaned_data[name]
    return {"label": str(form.fields[name].label), "left": left, "right": right, "differs": left != right}
