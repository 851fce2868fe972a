"""Letters on their way: choose readers, look at the draft, start, watch, take everything as one file."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import letter_texts, registries, storage
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible
from kervan.core.forms.letters import HeadForm
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import ItemState, LetterChannel, LetterItem, LetterRun, LetterTemplate, RunState
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.registries import LetterReader
from kervan.core.rules.turkish import search_key
from kervan.core.selectors import letters as selectors
from kervan.core.selectors.letters import reads_letters, writes_letters
from kervan.core.selectors.pages import timeline_of
from kervan.core.services import letter_runs as services
from kervan.core.views.letters import tabs, visible_template

HEAD = ("signatory", "function_en", "function_tr")
PIECE_BYTES = 64 * 1024
LANGUAGE_NAMES = {"en": gettext_lazy("English"), "tr": gettext_lazy("Turkish")}


@require_GET
@allow(reads_letters)
def run_list(request: HttpRequest) -> HttpResponse:
    rows = LetterRun.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found = listing(
        request,
        rows.select_related("letter_version__template", "made_by"),
        name="letter_runs",
        caption=_("What was sent"),
        columns=_columns(),
        default_sort="-made",
        filters=[Filter("state", gettext_lazy("State"), RunState.choices, lambda rows, one: rows.filter(state=one))],
        empty=_("Nothing has been sent yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "core/letters/runs.html", {"listing": found, "tabs": tabs("runs")})


def _columns() -> list[Column]:
    return [
        Column("title", gettext_lazy("Title"), lambda row: row.letter_version.template.title, link=_url),
        Column("version", gettext_lazy("Version"), lambda row: row.letter_version.number, kind="number"),
        Column("channel", gettext_lazy("Sent as"), lambda row: row.letter_version.template.get_channel_display()),
        Column("state", gettext_lazy("State"), letter_texts.run_badge, kind="badge"),
        Column("total", gettext_lazy("Readers"), lambda row: row.total, kind="number"),
        Column("by", gettext_lazy("Prepared by"), lambda row: str(row.made_by or "")),
        Column("made", gettext_lazy("Prepared on"), lambda row: row.made_at, sort="id", kind="date"),
    ]


def _url(run: LetterRun) -> str:
    return reverse("core:letter_run", args=[run.uid])


# Choose readers


@require_http_methods(["GET", "POST"])
@allow(writes_letters)
def write(request: HttpRequest, uid: str) -> HttpResponse:
    """Choose who gets the letter; the next page shows what each gets. Nothing is sent here."""
    template = visible_template(request, uid)
    version = selectors.released_of(selectors.versions_of(template))
    chosen = list(dict.fromkeys([*request.GET.getlist("uid"), *request.POST.getlist("uid")]))
    context: dict[str, Any] = {}
    if request.method == "POST" and "find" not in request.POST:
        try:
            return redirect("core:letter_run", uid=_drafted(request, version, chosen))
        except NotPossible as refusal:
            context["problem"] = refusal
    context |= _choice(request, template, chosen)
    context |= {"template": template, "released": version, "key": new_key()}
    return render(request, "core/letters/write.html", context, status=422 if "problem" in context else 200)


def _drafted(request: HttpRequest, version: Any, uids: list[str]) -> str:
    if version is None:
        raise NotPossible(_("No version of this template is released. Release one, then it can be sent."))
    scope = request.scope  # type: ignore[attr-defined]
    return once(request, "letter run", lambda: services.draft_run(version, uids, scope=scope, actor=request.user))


def _choice(request: HttpRequest, template: LetterTemplate, chosen: list[str]) -> dict[str, Any]:
    """Readers already chosen, and those that the search finds."""
    scope, text = request.scope, request.POST.get("q", request.GET.get("q", ""))[:100]  # type: ignore[attr-defined]
    source = registries.merge_sources.get(template.about)
    taken = source.readers_of(scope, chosen) if source and chosen else []
    uids = {one.uid for one in taken}
    found = [one for one in selectors.readers_found(scope, template.about, text) if one.uid not in uids]
    return {"q": text, "taken": taken, "found": found, "can_search": bool(source and source.search)}


# One run


def _visible(request: HttpRequest, uid: str) -> LetterRun:
    rows = LetterRun.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found: LetterRun = get_object_or_404(rows.select_related("letter_version__template", "office", "made_by"), uid=uid)
    return found


@require_GET
@allow(reads_letters)
def run_page(request: HttpRequest, uid: str) -> HttpResponse:
    return _page(request, _visible(request, uid))


def _page(request: HttpRequest, run: LetterRun, form: HeadForm | None = None) -> HttpResponse:
    template, counts = run.letter_version.template, selectors.counts_of(run)
    writes = writes_letters(request.scope)  # type: ignore[attr-defined]
    items = _items(request, run, template)
    if isinstance(items, HttpResponse):
        return items
    is_letter = template.channel == LetterChannel.LETTER
    context = {
        **_progress(run, counts),
        "template": template,
        "badge": letter_texts.run_badge(run),
        "standing": letter_texts.run_standing(
            run,
            counts,
            writes=writes,
            has_lost_right=run.state == RunState.STOPPED and selectors.has_lost_right(run),
        ),
        "writes": writes,
        "is_letter": is_letter,
        "listing": items,
        "samples": _samples(request, run) if run.state == RunState.DRAFT else [],
        "form": form or (HeadForm(initial=_head_of(request, run)) if is_letter else None),
        "has_files": is_letter and counts.get(ItemState.DONE, 0) > 0,
        "events": timeline_of(run),
    }
    return render(request, "core/letters/run.html", context, status=422 if form else 200)


def _progress(run: LetterRun, counts: dict[str, int]) -> dict[str, Any]:
    written = sum(count for state, count in counts.items() if state != ItemState.WAITING)
    return {
        "run": run,
        "counts": counts,
        "written": written,
        "all": sum(counts.values()),
        "is_running": run.state == RunState.RUNNING,
    }


def _items(request: HttpRequest, run: LetterRun, template: LetterTemplate) -> Any:
    labels = selectors.labels_of(template.about)
    columns = [
        Column("recipient", gettext_lazy("To"), lambda item: item.recipient, sort="id"),
        Column("email", gettext_lazy("E-mail"), lambda item: item.email),
        Column("language", gettext_lazy("Language"), lambda item: LANGUAGE_NAMES.get(item.language, "")),
        Column("state", gettext_lazy("State"), letter_texts.item_badge, kind="badge"),
        Column("proof", gettext_lazy("What was made"), _proof, link=_proof_url),
        Column("problem", gettext_lazy("Left out"), lambda item: letter_texts.item_problem(item, labels), kind="note"),
    ]
    return listing(
        request,
        LetterItem.objects.filter(run=run).select_related("document", "message"),
        name="letter_items",
        is_closed=True,
        caption=_("Who gets it"),
        columns=columns,
        default_sort="recipient",
        filters=[Filter("state", gettext_lazy("State"), ItemState.choices, lambda rows, one: rows.filter(state=one))],
        search=lambda rows, text: rows.filter(recipient__icontains=text),
    )


def _proof(item: LetterItem) -> str:
    if item.document:
        return str(item.document.code)
    return _("Mail") if item.message else ""


def _proof_url(item: LetterItem) -> str:
    if item.document:
        return reverse("core:document", args=[item.document.uid])
    return reverse("core:outbox_message", args=[item.message.uid]) if item.message else ""


def _samples(request: HttpRequest, run: LetterRun) -> list[dict[str, Any]]:
    """What the first, a middle and the last reader get, as it stands in the records now."""
    items = selectors.samples_of(run)
    template = run.letter_version.template
    readers = selectors.readers_with(request.scope, template.about, [item.subject_uid for item in items])  # type: ignore[attr-defined]
    return [
        {"item": item, "written": services.write_to(run.letter_version, readers[item.subject_uid])}
        for item in items
        if item.subject_uid in readers
    ]


def _head_of(request: HttpRequest, run: LetterRun) -> dict[str, Any]:
    """Who signs: as typed; for a fresh draft as in the last run of the same person."""
    last = run if run.signatory else selectors.last_signed(run)
    names = {name: getattr(last, name) for name in HEAD} if last else {"signatory": str(request.user)}
    return names | {"dated": run.dated or timezone.localdate()}


@require_GET
@allow(reads_letters)
def run_progress(request: HttpRequest, uid: str) -> HttpResponse:
    """The bar, asked for again and again; when all is written the whole page comes anew."""
    run = _visible(request, uid)
    if run.state != RunState.RUNNING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "core/letters/run.html#progress", _progress(run, selectors.counts_of(run)))


@require_POST
@allow(writes_letters)
def run_head(request: HttpRequest, uid: str) -> HttpResponse:
    """Say who signs, and look again or start."""
    run, form = _visible(request, uid), HeadForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form)
    head, seen = services.Head(**form.cleaned_data), version_sent(request)
    if "start" not in request.POST:
        done = _("The samples show it now.")
        return attempt(
            request, lambda: services.set_head(run, seen, head, actor=request.user), done, "core:letter_run", uid
        )
    return _start(request, uid, lambda: services.start_signed(run, seen, head, actor=request.user))


@require_POST
@allow(writes_letters)
def run_start(request: HttpRequest, uid: str) -> HttpResponse:
    run = _visible(request, uid)
    return _start(request, uid, lambda: services.start(run, actor=request.user))


def _start(request: HttpRequest, uid: str, act: Callable[[], Any]) -> HttpResponse:
    done = _("Started. The letters are written in the background; you may leave this page.")
    return attempt(request, act, done, "core:letter_run", uid)


@require_POST
@allow(writes_letters)
def run_stop(request: HttpRequest, uid: str) -> HttpResponse:
    run = _visible(request, uid)
    done = _("Stopped. What was written stays.")
    return attempt(request, lambda: services.stop(run, actor=request.user), done, "core:letter_run", uid)


@require_POST
@allow(writes_letters)
def run_go_on(request: HttpRequest, uid: str) -> HttpResponse:
    run = _visible(request, uid)
    return _start(request, uid, lambda: services.go_on(run, actor=request.user))


@require_GET
@allow(reads_letters)
def sample(request: HttpRequest, uid: str, item_uid: str) -> HttpResponse:
    """One letter of a draft as PDF, marked as a preview, without a code."""
    run = _visible(request, uid)
    item = get_object_or_404(run.items.all(), uid=item_uid)
    version = run.letter_version
    readers = selectors.readers_with(request.scope, version.template.about, [item.subject_uid])  # type: ignore[attr-defined]
    reader = readers.get(item.subject_uid)
    if reader is None or version.template.channel != LetterChannel.LETTER:
        raise Http404
    return _sample_file(request, run, services.write_to(version, reader), reader)


def _sample_file(request: HttpRequest, run: LetterRun, written: services.Written, reader: LetterReader) -> HttpResponse:
    try:
        content = services.letter_pdf(run, reader, written)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("core:letter_run", uid=run.uid)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(reader.name)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _file_name(name: str) -> str:
    return f"{slugify(search_key(name))[:80] or 'letter'}.pdf"


@require_GET
@allow(reads_letters)
def run_file(request: HttpRequest, uid: str) -> HttpResponse:
    """All PDFs of a run that count, as one ZIP."""
    run = _visible(request, uid)
    items = selectors.issued_in(run)
    if not items.exists():
        raise Http404
    name = f"{slugify(run.letter_version.template.title_en) or 'letters'}.zip"
    response = StreamingHttpResponse(_packed(items), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _packed(items: QuerySet[Any]) -> Iterator[bytes]:
    """The PDFs as a ZIP, piece by piece; it is built on disk, not in memory."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, item in enumerate(items.iterator(chunk_size=200), 1):
                name = f"{number:04}-{item.document.code}-{_file_name(item.recipient)}"
                archive.write(storage.path_of(item.document.stored_file), name)
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece
