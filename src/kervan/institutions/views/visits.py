"""Visits, delegations, fairs, ceremonies and online meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kervan.core import registries
from kervan.core.errors import NotPossible
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.selectors import pages as core_selectors
from kervan.institutions import texts
from kervan.institutions.forms.visits import FollowUpForm, ReportForm, VisitForm
from kervan.institutions.models import Institution, Visit, VisitKind
from kervan.institutions.permissions import edits_partners, sees_partnership
from kervan.institutions.selectors import visits as selectors
from kervan.institutions.services import visits as services
from kervan.institutions.views import editing

TIMES = [
    (selectors.PLANNED, gettext_lazy("Still to come or going on")),
    (selectors.PAST, gettext_lazy("Past")),
    (selectors.WITHOUT_REPORT, gettext_lazy("Past, without a report")),
]


@require_GET
@allow(sees_partnership)
def visit_list(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.for_list(Visit.objects.visible_to(scope)),
        name="visits",
        caption=_("Visits and meetings"),
        columns=[
            Column("title", gettext_lazy("Title"), lambda row: row.title, link=url_of),
            Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
            Column("partners", gettext_lazy("With whom"), _partners),
            Column("place", gettext_lazy("Where"), lambda row: row.place),
            Column("from", gettext_lazy("From"), lambda row: row.starts_on, sort="starts_on", kind="date"),
            Column("until", gettext_lazy("Until"), lambda row: row.ends_on, kind="date"),
            Column("report", gettext_lazy("Report"), lambda row: texts.report_badge(row, today), kind="badge"),
            Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
        ],
        default_sort="-from",
        filters=[
            Filter("kind", gettext_lazy("Kind"), VisitKind.choices, lambda rows, code: rows.filter(kind=code)),
            Filter("when", gettext_lazy("When"), TIMES, lambda rows, code: selectors.in_time(rows, code, today)),
        ],
        search=lambda rows, text: rows.filter(title__icontains=text),
        empty=_("No visit, delegation or fair has been written down yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "institutions/visits/list.html", {"listing": found, "edits": edits_partners(scope)})


def _partners(row: Visit) -> str:
    return ", ".join(str(one) for one in row.partners.all())


def url_of(row: Visit) -> str:
    return reverse("institutions:visit", args=[row.uid])


def _visible(request: HttpRequest, uid: str) -> Visit:
    rows = selectors.for_list(Visit.objects.visible_to(request.scope))  # type: ignore[attr-defined]
    visit: Visit = get_object_or_404(rows, uid=uid)
    return visit


@require_GET
@allow(sees_partnership)
def visit(request: HttpRequest, uid: str) -> HttpResponse:
    row, today = _visible(request, uid), timezone.localdate()
    edits = edits_partners(request.scope)  # type: ignore[attr-defined]
    context = {
        "visit": row,
        "badge": texts.report_badge(row, today),
        "days": texts.days(row.starts_on, row.ends_on),
        "is_past": row.ends_on < today,
        "edits": edits,
        "follow_up_form": FollowUpForm(registries.members(row.office_id)) if edits else None,
        "follow_up_key": new_key(),
        "events": core_selectors.timeline_of(row),
        "crumbs": [(_("Visits"), reverse("institutions:visits")), (row.title, "")],
    }
    return render(request, "institutions/visits/page.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def visit_new(request: HttpRequest) -> HttpResponse:
    office, today = request.office, timezone.localdate()  # type: ignore[attr-defined]
    chosen = list(Institution.objects.filter(uid=request.GET.get("university", "")))
    initial = {"universities": chosen, "starts_on": today, "ends_on": today}
    form = editing.form_of(request, lambda **options: VisitForm(office, **options), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            uid = once(request, "visit", lambda: _plan(request, form.cleaned_data))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The visit was written down."))
            return redirect("institutions:visit", uid=uid)
    context = {
        "form": form,
        "key": request.POST.get("idempotency_key") or new_key(),
        "title": _("New visit"),
        "sentence": _("A visit, a delegation, a fair, a signing ceremony or an online meeting."),
        "back": reverse("institutions:visits"),
        "crumbs": [(_("Visits"), reverse("institutions:visits")), (_("New visit"), "")],
    }
    return render(request, "institutions/edit.html", context)


def _plan(request: HttpRequest, values: dict[str, Any]) -> Visit:
    scope = request.scope  # type: ignore[attr-defined]
    return services.plan(scope.office_id, actor=request.user, **values)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def visit_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row, office = _visible(request, uid), request.office  # type: ignore[attr-defined]

    def make(**options: Any) -> VisitForm:
        own = Visit.objects.get(pk=row.pk)
        return VisitForm(office, instance=own, initial={"universities": _universities(row)}, **options)

    def save(seen: int) -> None:
        services.change(row, seen, actor=request.user, **form.cleaned_data)

    form = editing.form_of(request, make)
    context = editing.change(request, row, form, save, _values)
    return _saved_or_form(request, row, context, _("Change"), _("The visit was saved."))


def _universities(row: Visit) -> list[Institution]:
    return [one.institution for one in row.partners.select_related("institution").order_by("sort_key", "pk")]


def _values(row: Visit) -> dict[str, Any]:
    return {**vars(row), "universities": _universities(row)}


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def visit_report(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible(request, uid)

    def make(**options: Any) -> ReportForm:
        return ReportForm(instance=Visit.objects.get(pk=row.pk), **options)

    def save(seen: int) -> None:
        services.report(row, seen, report=form.cleaned_data["report"], actor=request.user)

    form = editing.form_of(request, make)
    context = editing.change(request, row, form, save)
    return _saved_or_form(request, row, context, _("Report"), _("The report was saved."))


def _saved_or_form(request: HttpRequest, row: Visit, context: dict[str, Any], here: str, done: str) -> HttpResponse:
    if context.get("is_saved"):
        messages.success(request, done)
        return redirect("institutions:visit", uid=row.uid)
    crumbs = [(_("Visits"), reverse("institutions:visits")), (row.title, url_of(row)), (here, "")]
    context |= {"title": here, "sentence": row.title, "back": url_of(row), "crumbs": crumbs}
    return render(request, "institutions/edit.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_partners)
def visit_follow_up(request: HttpRequest, uid: str) -> HttpResponse:
    """Something was promised: it becomes a task about the visit."""
    row = _visible(request, uid)
    form = FollowUpForm(registries.members(row.office_id), request.POST or None)
    if request.method == "POST" and form.is_valid():
        once(request, "follow-up", lambda: _follow_up(request, row, form))
        messages.success(request, _("The follow-up is a task now."))
        return redirect("institutions:visit", uid=uid)
    context: dict[str, Any] = {"form": form, "key": request.POST.get("idempotency_key") or new_key()}
    return _saved_or_form(request, row, context, _("Follow-up"), "")


def _follow_up(request: HttpRequest, row: Visit, form: FollowUpForm) -> Any:
    data = form.cleaned_data
    return services.follow_up(row, title=data["title"], due_on=data["due_on"], to=form.colleague(), actor=request.user)
