"""Pages of applications: the list of a call, one application, everything the office decides on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow
from kervan.core.scope import Scope
from kervan.core.states import possible
from kervan.core.storage import as_attachment
from kervan.core.text import pick
from kervan.institutions.models import Level
from kervan.selection import permissions, texts, words
from kervan.selection.applicant_texts import field_name
from kervan.selection.forms.checking import ExamForm, NoteItemForm, ReasonForm, WithdrawalForm
from kervan.selection.models import Application, ApplicationDocument, Call, CheckState, Door, ExamResult, PointClaim
from kervan.selection.selectors import applications as selectors
from kervan.selection.selectors.calls import undecided_special, without_exam
from kervan.selection.selectors.outcomes import published_outcome
from kervan.selection.selectors.rules import documents_of, pack_of, rules_of
from kervan.selection.services import checking as services
from kervan.selection.services import withdrawing
from kervan.selection.services.scoring import score_of
from kervan.selection.states import APPLICATION_MOVES, ApplicationState
from kervan.selection.views.calls import differences
from kervan.selection.views.office import application_of, call_of, frame, history_of, version_of

CHECK_TONES = {CheckState.WAITING: "info", CheckState.ACCEPTED: "ok", CheckState.RETURNED: "bad"}
PAGE = "selection:office_application"


@require_GET
@allow(permissions.is_workspace)
def application_list(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    rows = Application.objects.visible_to(request.scope).filter(call=call)  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.for_list(rows),
        name="applications",
        caption=_("Applications"),
        columns=application_columns(call),
        default_sort="name",
        filters=_filters(call, request.scope),  # type: ignore[attr-defined]
        search=selectors.matching,
        empty=_("Nobody has handed in an application yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    checks = permissions.is_office(request.scope) and call.state in services.BEFORE_RESULTS  # type: ignore[attr-defined]
    context = {**frame(request, call, "office_applications", (_("Applications"), "")), "listing": found}
    address = reverse("selection:office_accept_many", args=[uid])
    context["bulk_url"] = f"{address}{_filter_of(request)}" if checks else ""
    return render(request, "selection/office/applications.html", context)


def application_columns(call: Call) -> list[Column]:
    rules = rules_of(call)
    return [
        Column("name", gettext_lazy("Name"), lambda row: row.person.full_name, sort="sort_key", link=application_url),
        Column("number", gettext_lazy("Student number"), lambda row: row.person.student_number),
        Column("unit", gettext_lazy("Study programme"), lambda row: row.unit.name if row.unit else ""),
        Column("level", gettext_lazy("Level"), lambda row: row.get_level_display()),
        Column("gpa", gettext_lazy("Grade average"), _average, sort="gpa_4", kind="number"),
        Column("exam", gettext_lazy("Exam"), lambda row: selectors.exam_mark(row, rules), kind="number"),
        Column("state", gettext_lazy("State"), texts.state_badge, sort="state", kind="badge"),
        Column("score", gettext_lazy("Score"), _score, sort="score__final", kind="number"),
        Column("wish", gettext_lazy("First wish"), lambda row: row.first_wish or ""),
    ]


def application_url(row: Application) -> str:
    return reverse(PAGE, args=[row.uid])


def _average(row: Application) -> Any:
    return row.gpa_4 if row.gpa_4 is not None else row.gpa_100


def _score(row: Application) -> Any:
    return row.score.final if hasattr(row, "score") else None


def _filters(call: Call, scope: Scope) -> list[Filter]:
    states = [choice for choice in ApplicationState.choices if choice[0] != ApplicationState.DRAFT]
    units = {unit.uid: unit for unit in selectors.top_units(call.office)}
    special = Filter(
        "points",
        gettext_lazy("Points"),
        [("special", _("Special points undecided"))],
        lambda rows, value: undecided_special(rows),
        is_closed=True,
    )
    found = [
        Filter("state", gettext_lazy("State"), states, lambda rows, value: rows.filter(state=value)),
        Filter(
            "unit",
            gettext_lazy("Faculty"),
            [(uid, unit.name) for uid, unit in units.items()],
            lambda rows, value: rows.filter(unit__path__startswith=units[value].path),
        ),
        Filter("level", gettext_lazy("Level"), Level.choices, lambda rows, value: rows.filter(level=value)),
        Filter(
            "exam",
            gettext_lazy("Exam"),
            [("missing", _("Result missing"))],
            lambda rows, value: without_exam(rows),
        ),
    ]
    return [*found, special] if permissions.reads_special(scope) else found


@require_POST
@allow(permissions.is_office)
def accept_many(request: HttpRequest, uid: str) -> HttpResponse:
    """Accept the chosen files as they were shown; each that cannot be accepted is named with its reason."""
    call = call_of(request, uid)
    rows = Application.objects.visible_to(request.scope).filter(call=call)  # type: ignore[attr-defined]
    chosen = rows.filter(uid__in=request.POST.getlist("uid")[:200]).select_related("person", "call__pack_version")
    done = 0
    for application in chosen.order_by("sort_key"):
        try:
            services.accept(application, version_of(request, f"version-{application.uid}"), actor=request.user)
            done += 1
        except NotPossible as refusal:
            messages.error(request, f"{application.person}: {refusal}")
    if done:
        words_done = ngettext("%(count)d file accepted.", "%(count)d files accepted.", done) % {"count": done}
        messages.success(request, words_done)
    return redirect(f"{reverse('selection:office_applications', args=[uid])}{_filter_of(request)}")


def _filter_of(request: HttpRequest) -> str:
    """The filter of the list as the end of an address, without the page in it."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


@require_GET
@allow(permissions.is_workspace)
def application_page(request: HttpRequest, uid: str) -> HttpResponse:
    return render(request, "selection/office/application.html", _page_context(request, application_of(request, uid)))


def _page_context(request: HttpRequest, application: Application, **more: Any) -> dict[str, Any]:
    call, scope = application.call, request.scope  # type: ignore[attr-defined]
    pack = pack_of(call)
    score = score_of(application)
    checks = permissions.is_office(scope) and call.state in services.BEFORE_RESULTS
    moves = possible(application.state, APPLICATION_MOVES)
    label, tone = texts.state_badge(application)
    outcome = published_outcome(application)
    hides_points = _hides_points(application, scope)
    return {
        **frame(request, call, "office_applications", *_crumbs(application)),
        "application": application,
        "person": application.person,
        "state": label,
        "tone": tone,
        "standing": texts.application_standing(application),
        "facts": _facts(application),
        "wishes": words.wish_rows(application, outcome),
        "documents": [one for one in _documents(application) if not (hides_points and one["is_proof"])],
        "hides_points": hides_points,
        "claims": _claims(application),
        "has_special": has_special(application),
        "reads_special": permissions.reads_special(scope),
        "exams": list(application.exams.order_by("language")),
        "score": score,
        "parts": texts.sum_parts(score, pack, with_special=False) if score and score.final is not None else [],
        "score_reasons": words.score_reasons(score, call) if score else [],
        "outcome": outcome,
        "outcome_lines": words.result_lines(outcome) if outcome else [],
        "checks": checks,
        "may_accept": checks and "accept" in moves,
        "may_return": checks and "return" in moves,
        "mending": texts.mending(call),
        "next_file": selectors.next_to_check(application, scope)
        if checks and application.state == ApplicationState.CHECKED
        else None,
        "may_reopen": checks and "reopen" in moves,
        "may_withdraw": permissions.is_office(scope) and withdrawing.may_withdraw(application.state, call),
        "reason_form": ReasonForm(),
        "exam_form": ExamForm(initial={"language": application.exam_language}),
        "note_form": NoteItemForm(rules=rules_of(call)),
        "events": history_of(application),
        **more,
    }


def has_special(application: Application) -> bool:
    """Whether a special category is claimed."""
    return application.claims.exclude(sealed_item="").exists()


def _hides_points(application: Application, scope: Scope) -> bool:
    """Whether the reader sees one sum only: the other claims beside it would tell which special category is claimed."""
    return not permissions.reads_special(scope) and has_special(application)


def _crumbs(application: Application) -> list[tuple[str, str]]:
    url = reverse("selection:office_applications", args=[application.call.uid])
    return [(_("Applications"), url), (str(application.person), "")]


def _facts(application: Application) -> list[tuple[str, Any]]:
    """The frozen values that were used, in the order of the form."""
    person = application.person
    return [
        (_("Study programme"), application.unit.name if application.unit else ""),
        (_("Level"), application.get_level_display()),
        (_("Grade average of 4"), application.gpa_4),
        (_("Grade average of 100"), application.gpa_100),
        (_("Field of study"), field_name(application.isced) if application.isced else ""),
        (_("Exam language"), application.exam_language.upper()),
        (_("Student number"), person.student_number),
        (_("Number on the national portal"), application.portal_number),
        (_("Date of birth"), texts.day(person.birth_date) if person.birth_date else ""),
        (_("Citizenship"), ", ".join(person.citizenships)),
        (_("Applied"), application.get_door_display()),
    ]


def _documents(application: Application) -> list[dict[str, Any]]:
    """Required documents first, there or missing, then all others."""
    rows = {row.code: row for row in application.documents.select_related("stored_file").order_by("pk")}
    needed = {document.code: pick(document.label_en, document.label_tr) for document in documents_of(application.call)}
    found = []
    for code in dict.fromkeys((*needed, *rows)):
        row = rows.get(code)
        label = needed.get(code) or _("Proof of claimed points")
        state, tone = _document_badge(application, row)
        found.append({"row": row, "label": label, "state": state, "tone": tone, "is_proof": code not in needed})
    return found


def _document_badge(application: Application, row: ApplicationDocument | None) -> tuple[str, str]:
    """The state of a document; whoever applied on the national portal gave the documents there."""
    if row:
        return str(CheckState(row.state).label), CHECK_TONES[CheckState(row.state)]
    return (_("On the national portal"), "") if application.door == Door.PORTAL else (_("Missing"), "warn")


def _claims(application: Application) -> list[dict[str, Any]]:
    """Claims by name; special ones only as "other points"."""
    items = {item.code: item for item in rules_of(application.call).items}
    found = []
    for claim in application.claims.order_by("pk"):
        item = items.get(claim.item)
        label = pick(item.label_en, item.label_tr) if item else _("Other points")
        found.append(_claim(claim, label, item.points if item else None))
    return found


def _claim(claim: PointClaim, label: str, points: Any) -> dict[str, Any]:
    state = CheckState(claim.state)
    return {
        "row": claim,
        "label": label,
        "points": points,
        "state": str(state.label),
        "tone": CHECK_TONES[state],
        "is_special": bool(claim.sealed_item),
    }


@require_POST
@allow(permissions.is_office)
def accept(request: HttpRequest, uid: str) -> HttpResponse:
    application = application_of(request, uid)
    act = lambda: services.accept(application, version_of(request), actor=request.user)  # noqa: E731
    return attempt(request, act, _("The file is accepted."), PAGE, uid)


@require_POST
@allow(permissions.is_office)
def reopen(request: HttpRequest, uid: str) -> HttpResponse:
    application = application_of(request, uid)
    done = _("The acceptance is taken back.")
    act = lambda: services.reopen(application, version_of(request), actor=request.user)  # noqa: E731
    return attempt(request, act, done, PAGE, uid)


@require_POST
@allow(permissions.is_office)
def return_file(request: HttpRequest, uid: str) -> HttpResponse:
    application = application_of(request, uid)
    reason = request.POST.get("reason", "")[:1000]
    try:
        services.return_file(application, reason, version_of(request), actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        context = _page_context(request, application_of(request, uid), reason_form=ReasonForm({"reason": reason}))
        return render(request, "selection/office/application.html", context)
    messages.success(request, _("The file is returned; the applicant gets mail."))
    return redirect(PAGE, uid)


@require_POST
@allow(permissions.is_office)
def decide_document(request: HttpRequest, uid: str, document_uid: str) -> HttpResponse:
    application = application_of(request, uid)
    document = get_object_or_404(ApplicationDocument.objects.filter(application=application), uid=document_uid)
    state = _decision(request)
    reason = request.POST.get("reason", "")[:300]
    done = _("The document is decided.")
    act = lambda: services.decide_document(document, state, reason, version_of(request), actor=request.user)  # noqa: E731
    return attempt(request, act, done, PAGE, uid)


def _decision(request: HttpRequest) -> str:
    state = request.POST.get("decision", "")
    if state not in (CheckState.ACCEPTED, CheckState.RETURNED):
        raise Http404
    return state


@require_POST
@allow(permissions.is_office)
def decide_claim(request: HttpRequest, uid: str, claim_uid: str) -> HttpResponse:
    """Decide on claimed points; where a special one is among them that needs the right to read them."""
    application = application_of(request, uid)
    claim = get_object_or_404(PointClaim.objects.filter(application=application), uid=claim_uid)
    if _hides_points(application, request.scope):  # type: ignore[attr-defined]
        raise Http404
    state = _decision(request)
    act = lambda: services.decide_claim(claim, state, version_of(request), actor=request.user)  # noqa: E731
    return attempt(request, act, _("The points are decided."), PAGE, uid)


@require_POST
@allow(permissions.is_office)
def note_item(request: HttpRequest, uid: str) -> HttpResponse:
    application = application_of(request, uid)
    form = NoteItemForm(request.POST, rules=rules_of(application.call))
    if not form.is_valid():
        return render(request, "selection/office/application.html", _page_context(request, application, note_form=form))
    item, count = form.cleaned_data["item"], form.cleaned_data["count"]
    act = lambda: services.note_item(application, item, count, version_of(request), actor=request.user)  # noqa: E731
    return attempt(request, act, _("The points are noted."), PAGE, uid)


@require_POST
@allow(permissions.is_office)
def enter_exam(request: HttpRequest, uid: str) -> HttpResponse:
    """Save one exam result; a stale one shows what the other officer saved beside what was typed."""
    application = application_of(request, uid)
    form = ExamForm(request.POST)
    if not form.is_valid():
        return render(request, "selection/office/application.html", _page_context(request, application, exam_form=form))
    values = dict(form.cleaned_data)
    language = values.pop("language")
    try:
        services.enter_exam(application, language, version_of(request), actor=request.user, **values)
        messages.success(request, _("The exam result is saved."))
        return redirect(PAGE, uid)
    except Stale as refusal:
        messages.error(request, str(refusal))
        more = {"exam_form": form, "exam_differences": differences(form, refusal.current)}
        more["exam_version"] = refusal.current.version  # type: ignore[attr-defined]
        return render(request, "selection/office/application.html", _page_context(request, application, **more))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(PAGE, uid)


@require_GET
@allow(permissions.is_office)
def exam_form(request: HttpRequest, uid: str, exam_uid: str) -> HttpResponse:
    """The page with one stored result opened in the form."""
    application = application_of(request, uid)
    exam = get_object_or_404(ExamResult.objects.filter(application=application), uid=exam_uid)
    more = {"exam_form": ExamForm(initial=ExamForm.values_of(exam)), "exam_version": exam.version, "exam_open": True}
    return render(request, "selection/office/application.html", _page_context(request, application, **more))


@require_POST
@allow(permissions.reads_special)
def special(request: HttpRequest, uid: str) -> HttpResponse:
    """Show all points, special ones too, to a holder of the right; each look is recorded, so it is a POST."""
    application = application_of(request, uid)
    items = {item.code: item for item in rules_of(application.call).items}
    rows = []
    for claim, code in services.look_at_special(application, actor=request.user):
        item = items.get(code)
        rows.append(_claim(claim, pick(item.label_en, item.label_tr) if item else code, item.points if item else None))
    score = score_of(application)
    has_sum = score is not None and score.final is not None
    context = {
        **frame(request, application.call, "office_applications", *_crumbs(application)),
        "application": application,
        "person": application.person,
        "claims": rows,
        "decides": permissions.is_office(request.scope) and application.call.state in services.BEFORE_RESULTS,  # type: ignore[attr-defined]
        "parts": texts.sum_parts(score, pack_of(application.call), with_special=True) if score and has_sum else [],
        "score": score,
    }
    return render(request, "selection/office/special.html", context)


@require_GET
@allow(permissions.is_workspace)
def document_file(request: HttpRequest, uid: str, document_uid: str) -> HttpResponse:
    """A file as attachment; sealed ones only for holders of the right, each look recorded."""
    application = application_of(request, uid)
    rows = ApplicationDocument.objects.filter(application=application).select_related("stored_file")
    document = get_object_or_404(rows, uid=document_uid)
    if document.stored_file.is_sealed and not permissions.reads_special(request.scope):  # type: ignore[attr-defined]
        raise Http404
    content = services.read_document(document, actor=request.user)
    return as_attachment(document.stored_file, content)


@require_http_methods(["GET", "POST"])
@allow(permissions.is_office)
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Show who would move up and why, then withdraw."""
    application = application_of(request, uid)
    today = timezone.localdate()
    if not withdrawing.may_withdraw(application.state, application.call):
        messages.info(request, withdrawing.why_not(application))
        return redirect(PAGE, uid)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "previewed": request.POST.get("run")}
        try:
            withdrawing.withdraw(application, actor=request.user, today=today, **values)
            messages.success(request, _("The application is withdrawn; whoever moved up gets mail."))
            return redirect(PAGE, uid)
        except Stale as refusal:
            messages.error(request, str(refusal))
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect(PAGE, uid)
    preview = withdrawing.preview(application, today=today)
    context = {
        **frame(request, application.call, "office_applications", *_crumbs(application)),
        "application": application,
        "person": application.person,
        "form": form,
        **words.preview_words(preview),
        "stays_empty": preview.freed not in [one.place for one in preview.moving_up],
    }
    return render(request, "selection/office/withdraw.html", context)
