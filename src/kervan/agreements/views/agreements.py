"""Agreements in the workspace."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.agreements import selectors, services, texts
from kervan.agreements.forms import agreements as forms
from kervan.agreements.models import Agreement, AgreementKind, AgreementVersion
from kervan.agreements.permissions import edits_agreements, reads_agreements
from kervan.agreements.rules import quotas
from kervan.core import years
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.texts import timeline
from kervan.institutions.models import Institution
from kervan.institutions.selectors import country_choices, country_name

WAITING = "waiting"
TIMELINE_ROWS = 100


@require_GET
@allow(reads_agreements)
def agreement_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    scope = request.scope  # type: ignore[attr-defined]
    rows = selectors.with_figures(Agreement.objects.visible_to(scope), years.of(today))
    found = listing(
        request,
        rows.select_related("institution"),
        name="agreements",
        caption=_("Agreements"),
        columns=_columns(today),
        default_sort="partner",
        filters=_filters(today),
        search=_matching,
        empty=_("No agreement has been written down yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "agreements/list.html", {"listing": found, "edits": edits_agreements(scope)})


def _columns(today: date) -> list[Column]:
    return [
        Column("partner", gettext_lazy("Partner"), _partner, sort="institution__sort_key", link=_url),
        Column("reference", gettext_lazy("Reference"), lambda row: row.reference, sort="reference_key"),
        Column("kind", gettext_lazy("Kind"), lambda row: texts.SHORT_KINDS[row.kind]),
        Column("state", gettext_lazy("State"), lambda row: texts.badge(_standing(row, today)), kind="badge"),
        Column("lines", gettext_lazy("Lines"), lambda row: row.lines, kind="number"),
        Column("places", gettext_lazy("Places a year (outgoing)"), lambda row: row.places, "places", kind="number"),
        Column("used", gettext_lazy("Used this year"), lambda row: row.used, "used", kind="number"),
        Column("until", gettext_lazy("Valid until"), lambda row: row.until, sort="until", kind="date"),
        Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
    ]


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _partner(row: Agreement) -> str:
    return str(row.institution.name)


def _standing(row: Any, today: date) -> str:
    return quotas.standing(row.state, row.until, today)


def _url(row: Agreement) -> str:
    return reverse("agreements:page", args=[row.uid])


def _filters(today: date) -> list[Filter]:
    states = [(code, label) for code, (label, _tone) in texts.BADGES.items()]
    states.append((WAITING, gettext_lazy("A draft waits")))
    return [
        Filter("kind", gettext_lazy("Kind"), AgreementKind.choices, lambda rows, kind: rows.filter(kind=kind)),
        Filter("state", gettext_lazy("State"), states, lambda rows, code: _in_state(rows, code, today)),
        Filter(
            "country",
            gettext_lazy("Country"),
            country_choices(),
            lambda rows, code: rows.filter(institution__country=code),
        ),
    ]


def _in_state(rows: Any, code: str, today: date) -> Any:
    return rows.filter(waiting=True) if code == WAITING else selectors.in_standing(rows, code, today)


def _visible(request: HttpRequest, uid: str) -> Agreement:
    rows = Agreement.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    agreement: Agreement = get_object_or_404(rows.select_related("institution"), uid=uid)
    return agreement


@require_GET
@allow(reads_agreements)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    agreement, today = _visible(request, uid), timezone.localdate()
    versions = selectors.versions_of(agreement)
    shown, draft = selectors.shown(versions), selectors.draft_of(versions)
    chosen = next((one for one in versions if str(one.number) == request.GET.get("version")), shown)
    year = _year(request, today)
    code, edits = selectors.standing(agreement, shown, today), edits_agreements(request.scope)  # type: ignore[attr-defined]
    context = {
        "agreement": agreement,
        "country": country_name(agreement.institution.country),
        "badge": texts.badge(code),
        "standing": texts.standing(agreement, shown, draft, code, edits=edits),
        "validity": texts.validity(chosen.valid_from, chosen.valid_until),
        "version": chosen,
        "versions": _version_tabs(agreement, versions, chosen, year),
        "years": _year_tabs(agreement, chosen, year, today),
        "year": years.label(year),
        "lines": [_line_row(line) for line in selectors.lines_of(chosen, year)],
        "differences": _differences(shown, draft),
        "events": timeline(selectors.events_of(agreement)[:TIMELINE_ROWS]),
        "draft": draft,
        "edits": edits,
        "may_renew": edits
        and not draft
        and code in (quotas.IN_FORCE, quotas.ENDING, quotas.EXPIRED)
        and not agreement.ends_on,
        "is_renewal_due": code in (quotas.ENDING, quotas.EXPIRED),
        "may_terminate": edits and code in (quotas.IN_FORCE, quotas.ENDING) and not agreement.ends_on,
    }
    return render(request, "agreements/page.html", context)


def _year(request: HttpRequest, today: date) -> int:
    """The academic year whose use is shown: asked for and near, else the current one."""
    asked, current = request.GET.get("year", ""), years.of(today)
    return int(asked) if asked.isdigit() and abs(int(asked) - current) <= 2 else current


def _year_tabs(agreement: Agreement, version: AgreementVersion, chosen: int, today: date) -> list[dict[str, Any]]:
    url, current = _url(agreement), years.of(today)
    return [
        {"label": years.label(year), "url": f"{url}?version={version.number}&year={year}", "is_current": year == chosen}
        for year in range(current - 1, current + 3)
    ]


def _version_tabs(
    agreement: Agreement, versions: list[AgreementVersion], chosen: AgreementVersion, year: int
) -> list[dict[str, Any]]:
    url = _url(agreement)
    return [
        {
            "label": _version_label(one),
            "url": f"{url}?version={one.number}&year={year}",
            "is_current": one.pk == chosen.pk,
        }
        for one in versions
    ]


def _version_label(version: AgreementVersion) -> str:
    words = _("Version %(number)d") if version.in_force_since else _("Version %(number)d (draft)")
    return words % {"number": version.number}


def _line_row(line: selectors.Line) -> dict[str, Any]:
    """A line as the page shows it."""
    condition = line.condition
    return {
        "condition": condition,
        "title": texts.line_title(condition),
        "unit": condition.unit,
        "levels": texts.levels(condition),
        "fields": texts.fields(condition),
        "terms": texts.terms(condition),
        "languages": texts.languages(condition),
        "months": texts.months_used(line.used.months, condition.months_per_year),
        "line": line,
    }


def _differences(shown: AgreementVersion, draft: AgreementVersion | None) -> dict[str, Any] | None:
    """What the waiting version would change, side by side."""
    if draft is None or draft.pk == shown.pk:
        return None
    rows = [_differing(_("Validity"), _validity(shown), _validity(draft))]
    rows += texts.compared(_lines_by_uid(shown), _lines_by_uid(draft))
    differing = [row for row in rows if row["differs"]]
    return {"left": _version_label(shown), "right": _version_label(draft), "rows": differing}


def _differing(label: str, left: str, right: str) -> dict[str, Any]:
    return {"label": label, "left": left, "right": right, "differs": left != right}


def _validity(version: Any) -> str:
    return texts.validity(version.valid_from, version.valid_until)


def _lines_by_uid(version: AgreementVersion) -> dict[str, Any]:
    return {one.line_uid: one for one in version.conditions.select_related("unit").order_by("-direction", "pk")}


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def new(request: HttpRequest) -> HttpResponse:
    """First the partner is chosen, then the agreement is written."""
    institution = Institution.objects.filter(uid=request.GET.get("institution", "")).first()
    if institution is None:
        return _choose_partner(request)
    form = forms.AgreementForm(request.POST or None)
    lines = _lines_form(request)
    if _is_complete(request, form, lines):
        uid = _created(request, institution, form, lines)
        if uid:
            messages.success(request, _("The draft is saved."))
            return redirect("agreements:page", uid=uid)
    context = {"institution": institution, "form": form, "lines": lines, "key": _key(request)}
    return render(request, "agreements/new.html", context)


def _key(request: HttpRequest) -> str:
    return request.POST.get("idempotency_key") or new_key()


def _choose_partner(request: HttpRequest) -> HttpResponse:
    found = listing(
        request,
        Institution.objects.visible_to(request.scope).exclude(office=request.office),  # type: ignore[attr-defined]
        name="universities",
        caption=_("Universities"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.name, sort="sort_key", link=_with_partner),
            Column("code", gettext_lazy("Erasmus code"), lambda row: row.erasmus_code, sort="erasmus_code"),
            Column("city", gettext_lazy("City"), lambda row: row.city),
            Column("country", gettext_lazy("Country"), lambda row: country_name(row.country), sort="country"),
        ],
        default_sort="name",
        search=_matching,
        page_rows=20,
    )
    return found if isinstance(found, HttpResponse) else render(request, "agreements/choose.html", {"listing": found})


def _with_partner(institution: Institution) -> str:
    return f"{reverse('agreements:new')}?institution={institution.uid}"


def _lines_form(request: HttpRequest, conditions: Any = ()) -> Any:
    office = request.office  # type: ignore[attr-defined]
    if request.method != "POST":
        return forms.lines_for(None, office, conditions)
    data = forms.with_more_lines(request.POST) if "more" in request.POST else request.POST
    return forms.lines_for(data, office)


def _is_complete(request: HttpRequest, form: Any, lines: Any) -> bool:
    """Whether the form was sent to be saved and its shape is right; both parts are checked, to show all errors."""
    return request.method == "POST" and "more" not in request.POST and all([form.is_valid(), lines.is_valid()])


def _created(request: HttpRequest, institution: Institution, form: Any, lines: Any) -> str:
    """Make the agreement once; the uid, or an empty text with the refusal put on the form."""
    scope = request.scope  # type: ignore[attr-defined]

    def make() -> Agreement:
        return services.create_draft(
            scope.office_id,
            institution=institution,
            kind=form.cleaned_data["kind"],
            reference=form.cleaned_data["reference"],
            values=form.values(),
            lines=forms.values_of(lines),
            actor=request.user,
        )

    try:
        return once(request, "agreement", make)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return ""


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Change the draft version. A stale save changes nothing and shows both versions."""
    agreement = _visible(request, uid)
    draft = selectors.draft_of(selectors.versions_of(agreement))
    if draft is None:
        messages.error(request, _("This version is in force and cannot be changed. Make a new version."))
        return redirect("agreements:page", uid=uid)
    conditions = list(draft.conditions.select_related("unit").order_by("pk"))
    initial = {name: getattr(draft, name) for name in ("valid_from", "valid_until", "notes_en", "notes_tr")}
    form = forms.VersionForm(request.POST or None, initial=initial)
    lines = _lines_form(request, conditions)
    context = {"agreement": agreement, "draft": draft, "form": form, "lines": lines, "version": agreement.version}
    if "version" in request.POST:
        context["version"] = request.POST["version"]
    if _is_complete(request, form, lines):
        try:
            _save(request, agreement, form, lines)
        except Stale as stale:
            context |= {
                "stale": stale,
                "version": _version_now(stale),
                "differences": _stale_rows(draft, form, lines),
            }
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("agreements:page", uid=uid)
    return render(request, "agreements/edit.html", context)


def _save(request: HttpRequest, agreement: Agreement, form: Any, lines: Any) -> None:
    seen = request.POST.get("version", "")
    services.update_draft(
        agreement,
        int(seen) if seen.isdigit() else 0,
        values=form.values(),
        lines=forms.values_of(lines),
        actor=request.user,
    )


def _version_now(stale: Stale) -> int:
    return int(getattr(stale.current, "version", 0))


def _stale_rows(draft: AgreementVersion, form: Any, lines: Any) -> list[dict[str, Any]]:
    """What the other person saved beside what was typed here."""
    typed = form.values()
    mine = {one.line_uid or f"new {number}": one for number, one in enumerate(forms.values_of(lines))}
    rows = [_differing(_("Validity"), _validity(draft), _validity(typed))]
    rows += [
        _differing(_("Remark in English"), draft.notes_en, typed.notes_en),
        _differing(_("Remark in Turkish"), draft.notes_tr, typed.notes_tr),
    ]
    return rows + texts.compared(_lines_by_uid(draft), mine)


@require_POST
@allow(edits_agreements)
def start_version(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = _visible(request, uid)
    try:
        services.start_version(agreement, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("agreements:page", uid=uid)
    return redirect("agreements:edit", uid=uid)


@require_POST
@allow(edits_agreements)
def discard(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = _visible(request, uid)
    try:
        is_gone = services.discard_draft(agreement, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("agreements:page", uid=uid)
    messages.success(request, _("The draft was discarded."))
    return redirect("agreements:list") if is_gone else redirect("agreements:page", uid=uid)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def put_in_force(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = _visible(request, uid)
    draft = selectors.draft_of(selectors.versions_of(agreement))
    if draft is None:
        messages.info(request, _("This agreement is in force already."))
        return redirect("agreements:page", uid=uid)
    form = forms.InForceForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_in_force(agreement, **form.cleaned_data, actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The agreement is in force. Its places can be offered in calls."))
            return redirect("agreements:page", uid=uid)
    return render(request, "agreements/put_in_force.html", {"agreement": agreement, "draft": draft, "form": form})


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def terminate(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = _visible(request, uid)
    form = forms.TerminateForm(request.POST or None)
    if form.is_valid():
        try:
            services.terminate(agreement, **form.cleaned_data, actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The termination is recorded."))
            return redirect("agreements:page", uid=uid)
    return render(request, "agreements/terminate.html", {"agreement": agreement, "form": form})


@require_GET
@allow(reads_agreements)
def of_institution(request: HttpRequest, uid: str) -> HttpResponse:
    """The agreements with one university that the reader may see: a part of its page, or a page without script."""
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    institution = get_object_or_404(Institution.objects.visible_to(scope), uid=uid)
    rows = Agreement.objects.visible_to(scope).filter(institution=institution).order_by("-pk")
    found = [
        {"row": row, "url": _url(row), "badge": texts.badge(_standing(row, today))}
        for row in selectors.with_figures(rows, years.of(today))[:50]
    ]
    may_add = edits_agreements(scope) and institution.office_id != scope.office_id
    context = {"institution": institution, "agreements": found, "may_add": may_add}
    template = "agreements/of_institution.html"
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"{template}#part" if is_part else template, context)
