"""Agreements in the workspace."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kervan.agreements import selectors, services, texts
from kervan.agreements.forms import agreements as forms
from kervan.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, VersionState
from kervan.agreements.permissions import edits_agreements, reads_agreements, reads_balance
from kervan.agreements.rules import quotas
from kervan.agreements.selectors import completeness
from kervan.agreements.states import OPEN
from kervan.agreements.texts import importing as import_texts
from kervan.agreements.views.page import differing, lines_by_uid, url_of, validity, visible
from kervan.core import years
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, Listing, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.institutions.models import Institution
from kervan.institutions.selectors import country_choices, country_name

WAITING, SAMPLE, LOST, INCOMPLETE = "waiting", "sample", "lost", "incomplete"
ENDS_WITHIN_MONTHS = (3, 6, 12)
WAITS = {
    VersionState.DRAFT: gettext_lazy("A draft waits"),
    VersionState.PROPOSED: gettext_lazy("Waits for our bodies"),
    VersionState.APPROVED: gettext_lazy("Waits for the partner"),
    VersionState.AGREED: gettext_lazy("Waits for signatures"),
}


@require_GET
@allow(reads_agreements)
def agreement_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    scope = request.scope  # type: ignore[attr-defined]
    rows = Agreement.objects.visible_to(scope)
    if request.GET.get("whose") != SAMPLE and request.GET.get("lacking") != INCOMPLETE:
        rows = rows.filter(sample_of="")
    found = listing(
        request,
        completeness.with_lacking(selectors.with_figures(rows, years.of(today))).select_related("institution"),
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
    return render(
        request,
        "agreements/list.html",
        {"listing": found, "edits": edits_agreements(scope), "sees_balance": reads_balance(scope)},
    )


def _columns(today: date) -> list[Column]:
    return [
        Column("partner", gettext_lazy("Partner"), _partner, sort="institution__sort_key", link=url_of),
        Column("reference", gettext_lazy("Reference"), lambda row: row.reference, sort="reference_key"),
        Column("kind", gettext_lazy("Kind"), lambda row: texts.SHORT_KINDS[row.kind]),
        Column("state", gettext_lazy("State"), lambda row: _badge(row, today), kind="badge"),
        Column("lines", gettext_lazy("Lines"), lambda row: row.lines, kind="number"),
        Column("places", gettext_lazy("Places a year (outgoing)"), lambda row: row.places, "places", kind="number"),
        Column("used", gettext_lazy("Used this year"), lambda row: row.used, "used", kind="number"),
        Column("until", gettext_lazy("Valid until"), lambda row: row.until, sort="until", kind="date"),
        Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
        Column("lacking", gettext_lazy("Missing"), _lacking, kind="note"),
    ]


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _badge(row: Any, today: date) -> tuple[str, str]:
    """Words and tone of an agreement `with_figures`."""
    return texts.badge(_standing(row, today), row.shown_state, row.ends_on)


def _partner(row: Agreement) -> str:
    return str(row.institution.name)


def _lacking(row: Any) -> str:
    return f"{_of_another(row)} {import_texts.missing_sentence(completeness.lacking(row))}".strip()


def _of_another(row: Agreement) -> str:
    """Whose a sample is, so that nobody takes it for ours beside our own."""
    return _("Of %(name)s, to try out.") % {"name": row.sample_of} if row.sample_of else ""


def _standing(row: Any, today: date) -> str:
    return quotas.standing(row.state, row.until, today)


def _filters(today: date) -> list[Filter]:
    states = [(code, label) for code, (label, _tone) in texts.BADGES.items()]
    states.append((WAITING, gettext_lazy("A version waits")))
    states += [(f"waits_{one.value}", WAITS[one]) for one in OPEN]
    return [
        Filter("kind", gettext_lazy("Kind"), AgreementKind.choices, lambda rows, kind: rows.filter(kind=kind)),
        Filter("state", gettext_lazy("State"), states, lambda rows, code: _in_state(rows, code, today)),
        Filter("ends", gettext_lazy("Ends"), _ends_choices(), lambda rows, months: _ends_within(rows, months, today)),
        Filter(
            "country",
            gettext_lazy("Country"),
            country_choices(),
            lambda rows, code: rows.filter(institution__country=code),
        ),
        Filter(
            "charter",
            gettext_lazy("Charter"),
            [(LOST, gettext_lazy("withdrawn or expired"))],
            lambda rows, _code: selectors.with_lost_charter(rows, today),
        ),
        Filter(
            "whose",
            gettext_lazy("Whose"),
            [(SAMPLE, gettext_lazy("of another university, to try out"))],
            lambda rows, _code: rows.exclude(sample_of=""),
        ),
        Filter(
            "lacking",
            gettext_lazy("Missing"),
            [(INCOMPLETE, gettext_lazy("drafts that are incomplete"))],
            lambda rows, _code: completeness.incomplete(rows),
        ),
    ]


def _ends_choices() -> list[tuple[str, str]]:
    return [
        (str(count), ngettext("within %(count)d month", "within %(count)d months", count) % {"count": count})
        for count in ENDS_WITHIN_MONTHS
    ]


def _ends_within(rows: Any, months: str, today: date) -> Any:
    """Those in force whose last day is near, for whoever begins renewals."""
    last = quotas.months_later(today, int(months))
    return rows.filter(state=AgreementState.IN_FORCE, until__gte=today, until__lt=last)


def _in_state(rows: Any, code: str, today: date) -> Any:
    if code.startswith("waits_"):
        return selectors.waiting_in(rows, code.removeprefix("waits_"))
    return rows.filter(waiting=True) if code == WAITING else selectors.in_standing(rows, code, today)


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
    found = institutions_to_choose(request, "agreements:new")
    return found if isinstance(found, HttpResponse) else render(request, "agreements/choose.html", {"listing": found})


def institutions_to_choose(request: HttpRequest, name: str) -> Listing | HttpResponse:
    """The directory as a list whose names lead to a page (`name`) with that university chosen."""
    rows = Institution.objects.visible_to(request.scope).exclude(office=request.office)  # type: ignore[attr-defined]
    return listing(
        request,
        rows.filter(merged_into=None),
        name="universities",
        caption=_("Universities"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.name, sort="sort_key", link=_choosing(name)),
            Column("code", gettext_lazy("Erasmus code"), lambda row: row.erasmus_code, sort="erasmus_code"),
            Column("city", gettext_lazy("City"), lambda row: row.city),
            Column("country", gettext_lazy("Country"), lambda row: country_name(row.country), sort="country"),
        ],
        default_sort="name",
        search=_matching,
        page_rows=20,
    )


def _choosing(name: str) -> Callable[[Institution], str]:
    return lambda institution: f"{reverse(name)}?institution={institution.uid}"


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
    agreement = visible(request, uid)
    draft = selectors.open_version(agreement)
    if draft is None:
        messages.error(request, _("This version is in force and cannot be changed. Make a new version."))
        return redirect("agreements:page", uid=uid)
    conditions = list(draft.conditions.select_related("unit").order_by("pk"))
    if draft.state != VersionState.DRAFT:
        messages.error(request, _("This version was proposed, so its words stay as they are. Take it back first."))
        return redirect("agreements:page", uid=uid)
    initial = {name: getattr(draft, name) for name in forms.VERSION_FIELDS}
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
    services.update_draft(
        agreement,
        version_sent(request),
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
    rows = [differing(_("Validity"), validity(draft), validity(typed))]
    rows += [
        differing(_("Text in English"), draft.body_en, typed.body_en),
        differing(_("Text in Turkish"), draft.body_tr, typed.body_tr),
        differing(_("Remark in English"), draft.notes_en, typed.notes_en),
        differing(_("Remark in Turkish"), draft.notes_tr, typed.notes_tr),
    ]
    return rows + texts.compared(lines_by_uid(draft), mine)


@require_GET
@allow(reads_agreements)
def of_institution(request: HttpRequest, uid: str) -> HttpResponse:
    """The agreements with one university that the reader may see: a part of its page, or a page without script."""
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    institution = get_object_or_404(Institution.objects.visible_to(scope), uid=uid)
    rows = Agreement.objects.visible_to(scope).filter(institution=institution).order_by("-pk")
    found = [
        {"row": row, "url": url_of(row), "badge": _badge(row, today)}
        for row in selectors.with_figures(rows, years.of(today))[:50]
    ]
    may_add = edits_agreements(scope) and institution.office_id != scope.office_id
    context = {"institution": institution, "agreements": found, "may_add": may_add}
    template = "agreements/of_institution.html"
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"{template}#part" if is_part else template, context)
