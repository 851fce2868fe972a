"""Entries of the directory that may be one university, and joining two of them."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kervan.core.errors import NotPossible
from kervan.core.permissions import allow
from kervan.institutions.forms.merging import MergeUniversitiesForm
from kervan.institutions.models import Institution
from kervan.institutions.permissions import edits_partners
from kervan.institutions.selectors import country_name
from kervan.institutions.selectors import partners as selectors
from kervan.institutions.selectors.directory import country_choices
from kervan.institutions.services import merging as services


@require_GET
@allow(edits_partners)
def duplicates(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    choices = country_choices()
    country = request.GET.get("country", "")
    chosen = country if country in dict(choices) else ""
    context = {
        "choices": choices,
        "chosen": chosen,
        "country": country_name(chosen),
        "pairs": selectors.duplicates(scope.office_id, chosen) if chosen else [],
        "header": [_("Stays"), _("Goes"), _("Next step")],
        "crumbs": [(_("Partners"), reverse("institutions:partners")), (_("Duplicates"), "")],
    }
    return render(request, "institutions/merging/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def merge(request: HttpRequest, uid: str, other: str) -> HttpResponse:
    """Two entries of one university side by side. Another office's own university is not ours to change."""
    scope = request.scope  # type: ignore[attr-defined]
    ours = Q(office__isnull=True) | Q(office=scope.office_id)
    rows = Institution.objects.visible_to(scope).filter(ours, merged_into__isnull=True)
    kept, gone = get_object_or_404(rows, uid=uid), get_object_or_404(rows, uid=other)
    form = MergeUniversitiesForm(kept, gone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.merge(kept, gone, values=form.values(), actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Both entries are one now."))
            return redirect("institutions:page", uid=kept.uid)
    back = f"{reverse('institutions:duplicates')}?country={kept.country}"
    crumbs = [(_("Partners"), reverse("institutions:partners")), (_("Duplicates"), back), (kept.name, "")]
    context = {"form": form, "kept": kept, "gone": gone, "back": back, "crumbs": crumbs}
    return render(request, "institutions/merging/merge.html", context)
