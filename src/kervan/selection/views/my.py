"""An applicant's own pages: overview, form, application and result, withdrawal."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kervan.core import once, storage
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.permissions import allow
from kervan.core.texts import timeline
from kervan.people.models import Person
from kervan.selection import applicant_texts as texts
from kervan.selection.forms.applying import ApplyForm
from kervan.selection.models import Application, Call, Outcome
from kervan.selection.permissions import is_applicant
from kervan.selection.selectors import my as selectors
from kervan.selection.selectors import public as public_selectors
from kervan.selection.selectors.calls import events_of
from kervan.selection.selectors.outcomes import current_run, published_outcome
from kervan.selection.selectors.waiver import last_day_without_loss
from kervan.selection.services import applying, documents, withdrawing
from kervan.selection.states import APPLICATION_MOVES, ApplicationState
from kervan.selection.views import result
from kervan.selection.views.public import card

TYPING = "typing"


def _own(request: HttpRequest, uid: str) -> Application:
    """Return the reader's own application; anybody else's is not there."""
    row: Application = get_object_or_404(selectors.applications(request.scope), uid=uid)  # type: ignore[attr-defined]
    return row


@require_safe
@allow(is_applicant)
def overview(request: HttpRequest) -> HttpResponse:
    """My applications with where each stands, and the calls that are open."""
    scope = request.scope  # type: ignore[attr-defined]
    rows = list(selectors.applications(scope)[:50])
    applied = {row.call_id for row in rows}
    context = {
        "rows": [_line(row) for row in rows],
        "cards": [card(call) for call in public_selectors.open_calls(scope, 20) if call.pk not in applied],
    }
    return render(request, "selection/my/overview.html", context)


def _line(row: Application) -> dict[str, Any]:
    """One application of the overview. The days of giving up are told on its own page."""
    button = _("Look at it")
    if row.state in applying.EDITABLE and _is_editable(row):
        button = _("Go on")
    elif row.state in result.DECIDED:
        button = _("See the result and why")
    return {"row": row, "standing": texts.application_standing(row), "button": button, "url": _url(row)}


def _url(row: Application, anchor: str = "") -> str:
    return reverse("selection:my_application", args=[row.uid]) + anchor


@require_POST
@allow(is_applicant)
def begin(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin an application, or go on with the one there is."""
    scope = request.scope  # type: ignore[attr-defined]
    call: Call = get_object_or_404(Call.objects.visible_to(scope).select_related("office", "pack_version"), uid=uid)
    try:
        row = applying.begin(call, Person.objects.get(pk=scope.person_id), actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("selection:call", call.uid)
    return redirect(_url(row))


def _is_editable(row: Application) -> bool:
    return row.state == ApplicationState.RETURNED or (row.state == ApplicationState.DRAFT and row.call.is_open)


@require_safe
@allow(is_applicant)
def application(request: HttpRequest, uid: str) -> HttpResponse:
    """The form while it can be changed; after that the application, and once published its result."""
    row = _own(request, uid)
    if _is_editable(row):
        return _form_page(request, row, ApplyForm(row))
    outcome = published_outcome(row)
    if outcome is not None and row.state in result.DECIDED:
        return _result_page(request, row, outcome)
    return render(request, "selection/my/application.html", _application_context(row))


def _form_page(
    request: HttpRequest,
    row: Application,
    form: ApplyForm,
    *,
    wishes: Sequence[str] | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    form.mark_needed()
    chosen = tuple(wishes) if wishes is not None else applying.wishes_of(row)
    choices = selectors.choices_of(row)
    by_uid = {choice.uid: choice for choice in choices}
    free = [choice for choice in choices if choice.uid not in chosen]
    context = {
        "application": row,
        "call": row.call,
        "person": row.person,
        "standing": texts.application_standing(row),
        "form": form,
        "tab": request.POST.get("tab") or once.new_key(),
        "version": form.version,
        "saved_at": timezone.now() if extra.get("is_saved") else None,
        "wishes": [by_uid[uid] for uid in chosen if uid in by_uid],
        "free_for_me": [choice for choice in free if not choice.why_not],
        "free_for_others": [choice for choice in free if choice.why_not],
        "file_names": ", ".join(f"document_{needed.code}" for needed in form.needed),
        "may_add": len(chosen) < row.call.max_wishes and bool(free),
        "events": timeline(events_of(row), with_names=False),
    }
    template = "selection/my/form.html"
    if applying.takes_papers_only(row, timezone.now()):
        template, context = "selection/my/mend.html", context | _application_context(row)
    return render(request, template, context | extra, status=status)


@require_POST
@allow(is_applicant)
def save(request: HttpRequest, uid: str) -> HttpResponse:
    """Keep what was typed; then, by the button that was pressed, change the wishes or hand in.

    The moment at which the request arrived decides about the deadline.
    """
    received = timezone.now()
    row = _own(request, uid)
    if row.state not in applying.EDITABLE:
        return redirect(_url(row))
    version = _version(request, row)
    form = ApplyForm(row, request.POST, version)
    form.is_valid()
    wishes = _wishes(request, row)
    try:
        if "version" in request.POST or not applying.takes_papers_only(row, received):
            row = applying.save(row, version, form.typed(wishes), now=received)
            _note_tab(request, row)
    except Stale as stale:
        return _conflict(request, row, form, wishes, stale)
    except applying.TooLate as refusal:
        return _too_late(request, row, refusal)
    file_problems = _attach(request, row)
    if request.POST.get("action") == "submit":
        return _submit(request, row, file_problems, received)
    return _saved(request, row, form, wishes, file_problems)


def _wishes(request: HttpRequest, row: Application) -> list[str]:
    """The wishes as they stand in the form, changed by the button that was pressed."""
    uids = list(dict.fromkeys(request.POST.getlist("wish")))
    action, _colon, uid = request.POST.get("action", "").partition(":")
    if action == "add" and (new := request.POST.get("new_wish", "")) and new not in uids:
        uids.append(new)
    if uid in uids:
        at = uids.index(uid)
        if action == "remove":
            uids.pop(at)
        to = at - 1 if action == "up" else at + 1 if action == "down" else at
        if action in ("up", "down") and 0 <= to < len(uids):
            uids[at], uids[to] = uids[to], uids[at]
    offered = set(row.call.places.values_list("uid", flat=True))
    return [one for one in uids if one in offered][: row.call.max_wishes]


def _version(request: HttpRequest, row: Application) -> int:
    """The version that the form was made from. Saves of one and the same tab follow each other and never collide."""
    stated = version_sent(request, row.version)
    tab, version = request.session.get(TYPING, {}).get(row.uid, ["", 0])
    is_own_tab = bool(tab) and tab == request.POST.get("tab") and version == row.version
    return row.version if is_own_tab else stated


def _note_tab(request: HttpRequest, row: Application) -> None:
    request.session[TYPING] = {row.uid: [request.POST.get("tab", ""), row.version]}


def _attach(request: HttpRequest, row: Application) -> dict[str, str]:
    """Keep the uploaded files; what is refused is said at its field, everything else stays."""
    problems = {}
    labels = {needed.code: needed.label for needed in selectors.needed_documents(row)} if request.FILES else {}
    for name in request.FILES:
        file: Any = request.FILES[name]
        code = name.removeprefix("document_")
        try:
            kept = documents.attach(row, code, file, actor=request.user)
            messages.success(
                request, _("Uploaded: %(document)s.") % {"document": labels.get(code, kept.stored_file.name)}
            )
        except NotPossible as refusal:
            problems[name] = str(refusal)
    return problems


def _fresh(row: Application) -> Application:
    return Application.objects.select_related("call__office", "call__pack_version", "person", "unit").get(pk=row.pk)


def _saved(
    request: HttpRequest, row: Application, form: ApplyForm, wishes: Sequence[str], file_problems: dict[str, str]
) -> HttpResponse:
    row = _fresh(row)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"version": row.version, "saved_at": timezone.now(), "field_errors": form.errors.values()}
        return render(request, "selection/my/form.html#status", context)
    if form.errors or file_problems:
        again = ApplyForm(row, request.POST)
        again.is_valid()
        _add_file_problems(again, file_problems)
        return _form_page(request, row, again, wishes=wishes, status=422, is_saved=True)
    action = request.POST.get("action", "").partition(":")[0]
    if action not in ("add", "up", "down", "remove") and not (action == "upload" and request.FILES):
        messages.success(request, _("Saved. It is not handed in yet."))
    return redirect(_url(row, "#wishes" if action in ("add", "up", "down", "remove") else ""))


def _add_file_problems(form: ApplyForm, problems: dict[str, str]) -> None:
    for name, sentence in problems.items():
        form.add_error(name if name in form.fields else None, sentence)


def _conflict(
    request: HttpRequest, row: Application, form: ApplyForm, wishes: Sequence[str], stale: Stale
) -> HttpResponse:
    """Somebody (perhaps the reader, in another window) saved meanwhile: both versions are shown, nothing is lost."""
    current = _fresh(row)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "selection/my/form.html#status", {"version": form.version, "is_stale": True})
    again = ApplyForm(current, request.POST)
    again.is_valid()
    differences = result.differences(current, form.typed(wishes), applying.typed_of(current))
    return _form_page(request, current, again, wishes=wishes, status=409, stale=stale, differences=differences)


def _too_late(request: HttpRequest, row: Application, refusal: applying.TooLate) -> HttpResponse:
    """The deadline passed while a returned application stood open in its whole form."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "selection/my/form.html#status", {"version": row.version, "refusal": refusal})
    return _form_page(request, row, ApplyForm(row), status=422, refusal=refusal)


def _submit(request: HttpRequest, row: Application, file_problems: dict[str, str], received: Any) -> HttpResponse:
    row = _fresh(row)
    again = ApplyForm(row, request.POST)
    again.is_valid()
    _add_file_problems(again, file_problems)
    try:
        if again.errors:
            raise applying.Incomplete(applying.missing_of(row, received))
        if (doubtful := _doubtful(request, row, received)) and not applying.missing_of(row, received):
            return _form_page(request, row, again, status=422, doubtful=doubtful)
        applying.submit(row, actor=request.user, now=received)
    except applying.Incomplete as refusal:
        return _form_page(request, row, again, status=422, refusal=refusal, missing=refusal.missing)
    except NotPossible as refusal:
        return _form_page(request, row, again, status=422, refusal=refusal)
    messages.success(request, _("Your application is handed in."))
    return redirect(_url(row))


def _doubtful(request: HttpRequest, row: Application, received: Any) -> list[selectors.PlaceChoice]:
    """The wishes that cannot be granted as things stand; allowed, but asked about once before handing in."""
    if request.POST.get("sure") == "yes" or applying.takes_papers_only(row, received):
        return []
    chosen = set(applying.typed_of(row).wishes)
    return [choice for choice in selectors.choices_of(row) if choice.uid in chosen and choice.why_not]


def _application_context(row: Application) -> dict[str, Any]:
    by_uid = {choice.uid: choice for choice in selectors.choices_of(row)}
    wishes = applying.wishes_of(row)
    return {
        "application": row,
        "call": row.call,
        "standing": texts.application_standing(row),
        "wishes": [by_uid[uid] for uid in wishes],
        "needed": selectors.needed_documents(row),
        "claims": [choice for choice in selectors.claim_choices(row) if choice.claim],
        "language": texts.language_name(row.exam_language) if row.exam_language else "",
        "may_take_back": row.state in APPLICATION_MOVES["take_back"].sources and row.call.is_open,
        "may_withdraw": row.state in APPLICATION_MOVES["withdraw"].sources and row.state != ApplicationState.DRAFT,
        "events": timeline(events_of(row), with_names=False),
    }


def _result_page(request: HttpRequest, row: Application, outcome: Outcome) -> HttpResponse:
    run = current_run(row.call)
    last_day = last_day_without_loss(run, row) if run else None
    context = _application_context(row) | result.context_of(row, outcome)
    context["standing"] = texts.application_standing(row, last_day=last_day)
    return render(request, "selection/my/result.html", context)


@require_POST
@allow(is_applicant)
def take_back(request: HttpRequest, uid: str) -> HttpResponse:
    """Make the application a draft again."""
    row = _own(request, uid)
    return attempt(
        request,
        lambda: applying.take_back(row, actor=request.user),
        _("You took your application back. Hand it in again before the deadline, or it does not count."),
        _url(row),
    )


@allow(is_applicant)
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """Show what a withdrawal would mean; do it when it is confirmed."""
    row = _own(request, uid)
    if request.method == "POST":
        previewed, reason = request.POST.get("run"), request.POST.get("reason", "")[:500]
        try:
            withdrawing.withdraw(row, previewed=previewed, reason=reason, actor=request.user)
            messages.success(request, _("You withdrew your application."))
            return redirect(_url(row))
        except Stale as refusal:
            messages.error(request, str(refusal))
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect(_url(row))
    if row.state not in APPLICATION_MOVES["withdraw"].sources:
        return redirect(_url(row))
    found = withdrawing.preview(row, today=timezone.localdate())
    context = {
        "application": row,
        "call": row.call,
        "preview": found,
        "freed": texts.place_title(found.freed) if found.freed else "",
        "penalty": texts.points(found.penalty_points) if found.penalty_points is not None else "",
        "moving_count": len(found.moving_up),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "selection/my/withdraw.html", context)


@require_safe
@allow(is_applicant)
def document(request: HttpRequest, uid: str, code: str) -> HttpResponse:
    """Give one's own document out as an attachment."""
    row = _own(request, uid)
    found = row.documents.select_related("stored_file").filter(code=code).first()
    if found is None:
        raise Http404
    return storage.as_attachment(found.stored_file, storage.content_of(found.stored_file, actor=request.user))
