"""All that a colleague looks after goes to another one: before a leave, or when somebody goes."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kervan.core import registries
from kervan.core.errors import NotPossible
from kervan.core.permissions import allow
from kervan.core.services.handover import everything_of, hand_over
from kervan.people.forms.office import HandOverForm
from kervan.people.models import Person
from kervan.people.permissions import hands_over_work, hands_over_work_of

SHOWN = 50


@require_http_methods(["GET", "POST"])
@allow(hands_over_work)
def everything(request: HttpRequest, uid: str) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    members = Person.objects.in_office_of(scope).filter(roles__isnull=False).distinct()
    person: Person = get_object_or_404(members.select_related("user"), uid=uid)
    if person.user is None or not hands_over_work_of(scope, person.pk):
        raise Http404
    rows = everything_of(person.user, person.office_id)
    form = HandOverForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            _hand_over_all(rows, form.cleaned_data["to"].user, form.cleaned_data["reason"], request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            done = ngettext("%(count)d record was handed over.", "%(count)d records were handed over.", len(rows))
            messages.success(request, done % {"count": len(rows)})
            return redirect("core:start")
    context = {
        "person": person,
        "form": form,
        "count": len(rows),
        "rows": [_line(row) for row in rows[:SHOWN]],
        "more": max(len(rows) - SHOWN, 0),
        "crumbs": [(_("Deputies"), reverse("people:deputies")), (_("Hand over work"), "")],
    }
    return render(request, "people/hand_over.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _hand_over_all(rows: list[Any], to: Any, reason: str, actor: Any) -> None:
    """All or nothing: a record that the colleague may not see stops the whole."""
    for row in rows:
        hand_over(row, to, reason=reason, actor=actor)


def _line(row: Any) -> dict[str, str]:
    subject = registries.subjects.get(row._meta.model_name)
    return {
        "kind": str(subject.name) if subject else "",
        "label": subject.label(row) if subject else str(row),
        "url": subject.url(row) if subject else "",
    }
