"""Deputies while on leave."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.lists import Column, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.people.forms.office import DeputyForm
from kervan.people.models import Deputy, Person
from kervan.people.permissions import names_any_deputy, reads_deputies
from kervan.people.selectors import office as selectors
from kervan.people.services import deputies as services


@require_GET
@allow(reads_deputies)
def deputy_list(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.deputies(scope, today),
        name="deputies",
        caption=_("Deputies"),
        columns=[
            Column("person", gettext_lazy("Who is away"), lambda row: row.person.full_name),
            Column("deputy", gettext_lazy("Who stands in"), lambda row: row.deputy.full_name),
            Column("from", gettext_lazy("From"), lambda row: row.from_on, sort="from_on", kind="date"),
            Column("until", gettext_lazy("Until"), lambda row: row.until_on, sort="until_on", kind="date"),
            Column("state", gettext_lazy("State"), lambda row: _state(row, today), kind="badge"),
        ],
        default_sort="-until",
        empty=_("Nobody is away. Before you go on leave, name who stands in for you."),
    )
    if isinstance(found, HttpResponse):
        return found
    running = [row for row in selectors.deputies(scope, today).filter(until_on__gte=today) if _may_end(request, row)]
    own = Person.objects.filter(pk=scope.person_id).values_list("uid", flat=True).first()
    return render(request, "people/deputies.html", {"listing": found, "running": running, "own_uid": own})


def _state(row: Deputy, today: Any) -> tuple[str, str]:
    if row.until_on < today:
        return _("Over"), ""
    return (_("Now"), "ok") if row.from_on <= today else (_("Later"), "info")


def _may_end(request: HttpRequest, row: Deputy) -> bool:
    scope = request.scope  # type: ignore[attr-defined]
    return names_any_deputy(scope) or row.person_id == scope.person_id


@require_http_methods(["GET", "POST"])
@allow(reads_deputies)
def new(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    own = None if names_any_deputy(scope) else Person.objects.get(pk=scope.person_id)
    form = DeputyForm(request.POST or None, office_id=scope.office_id, own=own)
    if form.is_valid():
        try:
            once(request, "deputy", lambda: _name(request, form, own))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The deputy is named. On these days they hold the same roles."))
            return redirect("people:deputies")
    context = {
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "crumbs": [(_("Deputies"), reverse("people:deputies")), (_("Name a deputy"), "")],
    }
    return render(request, "people/deputy_new.html", context, status=422 if form.errors else 200)


def _name(request: HttpRequest, form: DeputyForm, own: Person | None) -> Deputy:
    values = dict(form.cleaned_data)
    person = own or values.pop("person")
    return services.name_deputy(person, values.pop("deputy"), actor=request.user, **values)


@require_POST
@allow(reads_deputies)
def end(request: HttpRequest, uid: str) -> HttpResponse:
    rows = Deputy.objects.visible_to(request.scope).select_related("person", "deputy")  # type: ignore[attr-defined]
    row: Deputy = get_object_or_404(rows, uid=uid)
    if not _may_end(request, row):
        messages.error(request, _("Only the person who was away, the head or the administrator can end this."))
        return redirect("people:deputies")
    return attempt(request, lambda: services.end(row, actor=request.user), _("This has ended."), "people:deputies")
