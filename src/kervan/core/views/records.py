"""What hangs on any record: a page by itself, and the same as a fragment on the record's own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kervan.core import storage, task_texts
from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.forms.records import DocumentForm, NoteForm, RecordTaskForm, RemovalForm
from kervan.core.models import Attachment, Note
from kervan.core.once import new_key, once
from kervan.core.permissions import allow, is_workspace
from kervan.core.selectors import records as selectors
from kervan.core.selectors import tasks as task_selectors
from kervan.core.selectors.records import Found
from kervan.core.services import records as services
from kervan.core.services import tasks as task_services

NOTE_IDS, DOCUMENT_IDS, TASK_IDS = "note_%s", "document_%s", "task_%s"  # three forms on one page


def _found(request: HttpRequest, kind: str, uid: str) -> Found:
    found = selectors.find(request.scope, kind, uid)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _editable(request: HttpRequest, kind: str, uid: str) -> Found:
    """The record, where the reader may add to it; 404 else."""
    found = _found(request, kind, uid)
    if not found.kind.edits(request.scope):  # type: ignore[attr-defined]
        raise Http404
    return found


@require_GET
@allow(is_workspace)
def on(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    return _parts(request, _found(request, kind, uid))


def _parts(request: HttpRequest, found: Found, **forms: Any) -> HttpResponse:
    """Notes, documents, tasks. `forms`: those that were sent and refused, with all that was typed."""
    scope, now = request.scope, timezone.now()  # type: ignore[attr-defined]
    edits, gives = found.kind.edits(scope), selectors.asks_for_tasks(scope)
    today = timezone.localdate()
    context = {
        "found": found,
        "kind": found.kind.type,
        "uid": found.row.uid,
        "edits": edits,
        "gives": gives,
        "notes": [(note, selectors.may_take_back(scope, note, now)) for note in selectors.notes_of(found)],
        "documents": selectors.documents_of(found),
        "tasks": [
            (task, task_texts.badge(task, today), task_selectors.may_change(scope, task))
            for task in selectors.tasks_of(scope, found)
        ],
        "note_form": NoteForm(auto_id=NOTE_IDS) if edits else None,
        "document_form": DocumentForm(auto_id=DOCUMENT_IDS) if edits else None,
        "task_form": RecordTaskForm(auto_id=TASK_IDS, office_id=found.row.office_id) if gives else None,
        "key": new_key(),
        **forms,
    }
    is_fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "core/records/on.html#parts" if is_fragment else "core/records/on.html", context)


def _done(request: HttpRequest, found: Found) -> HttpResponse:
    """The parts anew: in place for a fragment, as the page by itself without script."""
    if request.htmx:  # type: ignore[attr-defined]
        return _parts(request, found)
    return redirect("core:on", found.kind.type, found.row.uid)


@require_POST
@allow(is_workspace)
def note_add(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    found, form = _editable(request, kind, uid), NoteForm(request.POST, auto_id=NOTE_IDS)
    if not form.is_valid():
        return _parts(request, found, note_form=form)
    once(request, "note", lambda: services.add_note(found.row, form.cleaned_data["text"], actor=request.user))
    return _done(request, found)


@require_POST
@allow(is_workspace)
def note_remove(request: HttpRequest, uid: str) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    note = get_object_or_404(Note.objects.in_office_of(scope), uid=uid)
    found = _editable(request, note.subject_type, note.subject_uid)
    return attempt(
        request,
        lambda: services.take_back_note(found.row, note, scope=scope, actor=request.user),
        _("The note is taken back."),
        "core:on",
        found.kind.type,
        found.row.uid,
    )


@require_POST
@allow(is_workspace)
def document_add(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    found = _editable(request, kind, uid)
    form = DocumentForm(request.POST, request.FILES, auto_id=DOCUMENT_IDS)
    stored, problem = _stored(request, found, form)
    if not form.is_valid() or stored is None:
        if problem:
            form.add_error("file", problem)
        return _parts(request, found, document_form=_with_kept(request, form, stored), kept=stored)
    values = {name: form.cleaned_data[name] for name in ("title", "document_number", "dated")}
    made = once(request, "attachment", lambda: services.attach(found.row, stored, actor=request.user, **values))
    services.discard(stored, made)
    return _done(request, found)


def _stored(request: HttpRequest, found: Found, form: DocumentForm) -> tuple[Any, str]:
    """The file that came, or the one kept from an earlier sending; or what is wrong with it."""
    upload: Any = request.FILES.get("file")
    try:
        if upload is not None:
            name = upload.name or _("file")
            return services.receive(found.row, name, upload.size, upload.read, actor=request.user), ""
    except NotPossible as refusal:
        return None, str(refusal)
    sign = request.POST.get("kept", "")
    if not sign:
        return None, ""  # the form says that the file is missing
    kept = services.kept_file(found.row.office_id, sign, actor=request.user)
    return kept, "" if kept else _("The file is not kept any more. Choose it again.")


def _with_kept(request: HttpRequest, form: DocumentForm, stored: Any) -> DocumentForm:
    """Let the form carry the sign of the file that has arrived, so that nobody chooses it again."""
    sign = request.POST.get("kept", "")
    if stored is not None and request.FILES.get("file"):
        sign = services.keep_for_form(stored, actor=request.user)
    form.fields["file"].required = stored is None
    form.data = {**form.data.dict(), "kept": sign if stored is not None else ""}  # type: ignore[attr-defined]
    return form


@require_GET
@allow(is_workspace)
def document_file(request: HttpRequest, uid: str) -> HttpResponse:
    """The document as attachment, for whoever sees its record."""
    row = _document(request, uid)
    _found(request, row.subject_type, row.subject_uid)
    stored = row.stored_file
    return storage.as_attachment(stored, storage.content_of(stored, actor=request.user))


def _document(request: HttpRequest, uid: str) -> Attachment:
    rows = Attachment.objects.in_office_of(request.scope)  # type: ignore[attr-defined]
    row: Attachment = get_object_or_404(rows.select_related("stored_file"), uid=uid)
    return row


@require_POST
@allow(is_workspace)
def document_remove(request: HttpRequest, uid: str) -> HttpResponse:
    row, form = _document(request, uid), RemovalForm(request.POST)
    found = _editable(request, row.subject_type, row.subject_uid)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return attempt(
        request,
        lambda: services.remove(found.row, row, reason=reason, actor=request.user),
        _("The document is removed; what it was stays in the history of the record."),
        "core:on",
        found.kind.type,
        found.row.uid,
    )


@require_POST
@allow(selectors.asks_for_tasks)
def task_add(request: HttpRequest, kind: str, uid: str) -> HttpResponse:
    """A task about the record. Whoever sees the record may ask a colleague to do something about it."""
    found = _found(request, kind, uid)
    form = RecordTaskForm(request.POST, auto_id=TASK_IDS, office_id=found.row.office_id)
    if not form.is_valid():
        return _parts(request, found, task_form=form)
    once(
        request,
        "task",
        lambda: task_services.add_task(found.row.office_id, subject=found.row, actor=request.user, **form.cleaned_data),
    )
    return _done(request, found)
