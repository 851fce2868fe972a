"""Saved views: kept from any list, renamed, shared, deleted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import lists
from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.forms.lists import SavedViewForm
from kervan.core.once import FIELD, new_key, once
from kervan.core.permissions import allow, is_member
from kervan.core.selectors import saved_views as selectors
from kervan.core.services import saved_views as services
from kervan.core.views.bulk import own_path, source_of


@require_GET
@allow(is_member)
def view_list(request: HttpRequest) -> HttpResponse:
    """The views of one list (`list`, `back`), or of all."""
    scope = request.scope  # type: ignore[attr-defined]
    views = selectors.views_for(scope, request.GET.get("list", ""))
    shown = [{"view": one, "is_own": one.user_id == scope.user_id} for one in views]
    back = request.GET.get("back", "")
    context = {"views": shown, "back": own_path(back) if back else "", "here": request.get_full_path()}
    return render(request, "core/saved_views/list.html", context)


@require_http_methods(["GET", "POST"])
@allow(is_member)
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep what a list shows now. The list, its address and its search come along."""
    sent = request.POST if request.method == "POST" else request.GET
    if not sent.get("list"):
        return redirect("core:views")
    name, path = sent.get("list", ""), own_path(sent.get("path", ""))
    query = lists.narrowing(QueryDict(sent.get("query", "")))
    source = source_of(request, name, path, query)
    form = SavedViewForm(request.POST or None)
    if form.is_valid() and _saved(request, form, name, query):
        messages.success(request, _("The view is saved. It stands above the list."))
        return redirect(f"{path}?{query}" if query else path)
    key = request.POST.get(FIELD) or new_key()
    context = {"form": form, "name": name, "path": path, "query": query, "source": source, "key": key}
    return render(request, "core/saved_views/new.html", context)


def _saved(request: HttpRequest, form: Any, name: str, query: str) -> bool:
    office_id = request.scope.office_id  # type: ignore[attr-defined]
    try:
        once(
            request,
            f"view {name}",
            lambda: services.save(office_id, list_name=name, query=query, actor=request.user, **form.cleaned_data),
        )
    except NotPossible as refusal:
        form.add_error("title", str(refusal))
        return False
    return True


@require_POST
@allow(is_member)
def view_change(request: HttpRequest, uid: str) -> HttpResponse:
    """Another name; shared or not."""
    view = get_object_or_404(selectors.own(request.scope), uid=uid)  # type: ignore[attr-defined]
    form = SavedViewForm(request.POST)
    back = own_path(request.POST.get("back", ""))
    if not form.is_valid():
        messages.error(request, _("A view needs a name of at most 80 letters."))
        return redirect(back)
    return attempt(request, lambda: services.change(view, **form.cleaned_data), _("The view is changed."), back)


@require_POST
@allow(is_member)
def view_delete(request: HttpRequest, uid: str) -> HttpResponse:
    view = get_object_or_404(selectors.own(request.scope), uid=uid)  # type: ignore[attr-defined]
    back = own_path(request.POST.get("back", ""))
    return attempt(request, lambda: services.delete(view), _("The view is deleted. No record was touched."), back)
