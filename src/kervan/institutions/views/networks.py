"""Networks, consortia and alliances that our university belongs to."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kervan.core.lists import Column, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.selectors import pages as core_selectors
from kervan.institutions import texts
from kervan.institutions.forms.networks import NetworkForm
from kervan.institutions.models import Institution, Network
from kervan.institutions.permissions import edits_partners, sees_partnership
from kervan.institutions.selectors import country_name
from kervan.institutions.services import networks as services
from kervan.institutions.views import editing

MOST_MEMBERS = 300


@require_GET
@allow(sees_partnership)
def network_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        Network.objects.visible_to(scope).select_related("coordinator").annotate(count=Count("members")),
        name="networks",
        caption=_("Networks"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.name, sort="name_en", link=url_of),
            Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
            Column("coordinator", gettext_lazy("Coordinator"), lambda row: str(row.coordinator or "")),
            Column("members", gettext_lazy("Members beside us"), lambda row: row.count, kind="number"),
            Column("since", gettext_lazy("Member since"), lambda row: row.joined_on, sort="joined_on", kind="date"),
            Column("until", gettext_lazy("Member until"), lambda row: row.left_on, sort="left_on", kind="date"),
            Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
        ],
        default_sort="name",
        search=lambda rows, text: rows.filter(name_en__icontains=text) | rows.filter(name_tr__icontains=text),
        empty=_("No network or consortium has been written down yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "institutions/networks/list.html", {"listing": found, "edits": edits_partners(scope)})


def url_of(row: Network) -> str:
    return reverse("institutions:network", args=[row.uid])


def _visible(request: HttpRequest, uid: str) -> Network:
    rows = Network.objects.visible_to(request.scope).select_related("coordinator")  # type: ignore[attr-defined]
    network: Network = get_object_or_404(rows, uid=uid)
    return network


@require_GET
@allow(sees_partnership)
def network(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible(request, uid)
    members = row.members.order_by("sort_key", "pk")[:MOST_MEMBERS]
    context = {
        "network": row,
        "membership": texts.membership(row),
        "members": [{"row": one, "country": country_name(one.country)} for one in members],
        "edits": edits_partners(request.scope),  # type: ignore[attr-defined]
        "events": core_selectors.timeline_of(row),
        "crumbs": [(_("Networks"), reverse("institutions:networks")), (str(row.name), "")],
    }
    return render(request, "institutions/networks/page.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def network_new(request: HttpRequest) -> HttpResponse:
    office = request.office  # type: ignore[attr-defined]
    form = editing.form_of(request, lambda **options: NetworkForm(office, **options))
    if form.is_bound and form.is_valid():
        uid = once(request, "network", lambda: services.add(office.pk, actor=request.user, **form.cleaned_data))
        messages.success(request, _("The network was written down."))
        return redirect("institutions:network", uid=uid)
    context = {
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "title": _("New network"),
        "sentence": _("A consortium, a network or an alliance that our university belongs to."),
        "back": reverse("institutions:networks"),
        "crumbs": [(_("Networks"), reverse("institutions:networks")), (_("New network"), "")],
    }
    return render(request, "institutions/edit.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def network_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row, office = _visible(request, uid), request.office  # type: ignore[attr-defined]

    def make(**options: Any) -> NetworkForm:
        initial = {"members": _members(row), "coordinator": [row.coordinator] if row.coordinator else []}
        return NetworkForm(office, instance=Network.objects.get(pk=row.pk), initial=initial, **options)

    def save(seen: int) -> None:
        services.change(row, seen, actor=request.user, **form.cleaned_data)

    form = editing.form_of(request, make)
    context = editing.change(request, row, form, save, _values)
    if context.get("is_saved"):
        messages.success(request, _("The network was saved."))
        return redirect("institutions:network", uid=uid)
    crumbs = [(_("Networks"), reverse("institutions:networks")), (str(row.name), url_of(row)), (_("Change"), "")]
    context |= {"title": str(row.name), "back": url_of(row), "crumbs": crumbs}
    return render(request, "institutions/edit.html", context)


def _members(row: Network) -> list[Institution]:
    return list(row.members.order_by("sort_key", "pk"))


def _values(row: Network) -> dict[str, Any]:
    return {**vars(row), "members": _members(row), "coordinator": row.coordinator}
