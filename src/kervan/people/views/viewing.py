"""Looking at the pages as somebody else sees them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kervan.core.permissions import allow, is_office, is_signed_in
from kervan.people import viewing
from kervan.people.forms.office import LookForm
from kervan.people.models import Person
from kervan.people.permissions import may_look_as


@require_http_methods(["GET", "POST"])
@allow(is_office)
def begin(request: HttpRequest, uid: str) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    person: Person = get_object_or_404(Person.objects.visible_to(scope), uid=uid)
    if person.pk == scope.person_id or not may_look_as(scope, viewing.roles_of(person)):
        raise Http404
    form = LookForm(request.POST or None)
    if form.is_valid():
        viewing.begin(request, person, reason=form.cleaned_data["reason"], actor=request.user)  # type: ignore[arg-type]
        return redirect("core:start")
    crumbs = [
        (_("People"), reverse("people:people")),
        (person.full_name, person.get_absolute_url()),
        (_("See as they see it"), ""),
    ]
    context = {"person": person, "form": form, "crumbs": crumbs}
    return render(request, "people/look_as.html", context, status=422 if form.errors else 200)


@require_POST
@allow(is_signed_in)
def end(request: HttpRequest) -> HttpResponse:
    person = request.looking_as  # type: ignore[attr-defined]
    viewing.end(request)
    messages.success(request, _("You see your own pages again."))
    return redirect("people:person", person.uid) if person else redirect("core:start")
