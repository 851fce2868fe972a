"""Templates of letters and mails: list, new, draft with its preview, release, versions, out of use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import letter_texts, registries
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.forms.letters import NewTemplateForm, WordsForm
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import LetterChannel, LetterTemplate, LetterVersion
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.registries import LetterReader
from kervan.core.rules import markdown_blocks, merging
from kervan.core.selectors import letters as selectors
from kervan.core.selectors.letters import reads_letters, writes_letters
from kervan.core.selectors.pages import timeline_of
from kervan.core.services import letters as services

LANGUAGES = (("en", gettext_lazy("English")), ("tr", gettext_lazy("Turkish")))
EMPTY = dict.fromkeys(services.WORDS, "")
RUN_ROWS = 20


@require_GET
@allow(reads_letters)
def template_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.with_standing(LetterTemplate.objects.visible_to(scope)),
        name="letter_templates",
        caption=_("Templates"),
        columns=_columns(),
        default_sort="title",
        filters=[
            Filter("state", gettext_lazy("State"), selectors.TEMPLATE_STATES, selectors.in_template_state),
            Filter(
                "channel", gettext_lazy("Sent as"), LetterChannel.choices, lambda rows, one: rows.filter(channel=one)
            ),
            Filter("about", gettext_lazy("Written to"), _abouts(), lambda rows, one: rows.filter(about=one)),
        ],
        search=lambda rows, text: rows.filter(title_en__icontains=text) | rows.filter(title_tr__icontains=text),
        empty=_("No template has been written yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(
        request,
        "core/letters/list.html",
        {"listing": found, "tabs": tabs("templates"), "writes": writes_letters(scope)},
    )


def tabs(current: str) -> list[dict[str, Any]]:
    """Templates and runs: the two lists of letters."""
    pages = (("templates", _("Templates"), "core:letters"), ("runs", _("What was sent"), "core:letter_runs"))
    return [{"label": label, "url": reverse(name), "is_current": code == current} for code, label, name in pages]


def _abouts() -> list[tuple[str, Any]]:
    return [(source.name, source.label) for source in registries.merge_sources.values()]


def _columns() -> list[Column]:
    labels = dict(_abouts())
    return [
        Column("title", gettext_lazy("Title"), lambda row: row.title, sort=_title_field(), link=_url),
        Column("channel", gettext_lazy("Sent as"), lambda row: row.get_channel_display()),
        Column("about", gettext_lazy("Written to"), lambda row: labels.get(row.about, row.about)),
        Column("state", gettext_lazy("State"), letter_texts.template_badge, kind="badge"),
        Column("runs", gettext_lazy("Times used"), lambda row: row.run_count, kind="number"),
    ]


def _title_field() -> str:
    from django.utils.translation import get_language

    return "title_tr" if (get_language() or "en").startswith("tr") else "title_en"


def _url(template: LetterTemplate) -> str:
    return reverse("core:letter", args=[template.uid])


def visible_template(request: HttpRequest, uid: str) -> LetterTemplate:
    rows = LetterTemplate.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found: LetterTemplate = get_object_or_404(rows, uid=uid)
    return found


@require_http_methods(["GET", "POST"])
@allow(writes_letters)
def template_new(request: HttpRequest) -> HttpResponse:
    form = NewTemplateForm(request.POST or None, initial={"channel": LetterChannel.MAIL})
    if form.is_valid():
        values, office_id = form.cleaned_data, request.scope.office_id  # type: ignore[attr-defined]
        uid = once(
            request,
            "letter template",
            lambda: services.create_template(office_id, words=EMPTY, actor=request.user, **values),
        )
        return redirect("core:letter_edit", uid=uid)
    return render(request, "core/letters/new.html", {"form": form, "key": new_key()})


@require_GET
@allow(reads_letters)
def template_page(request: HttpRequest, uid: str) -> HttpResponse:
    template = visible_template(request, uid)
    versions = selectors.versions_of(template)
    released, draft = selectors.released_of(versions), selectors.draft_of(versions)
    chosen = next((one for one in versions if str(one.number) == request.GET.get("version")), versions[0])
    writes = writes_letters(request.scope)  # type: ignore[attr-defined]
    context = {
        "template": template,
        "about": dict(_abouts()).get(template.about, template.about),
        "standing": letter_texts.template_standing(template, released, draft, writes=writes),
        "chosen": chosen,
        "versions": [_version_tab(template, one, chosen) for one in versions],
        "texts": _shown(chosen, template),
        "differences": _differences(versions, chosen),
        "released": released,
        "draft": draft,
        "writes": writes,
        "runs": _runs_of(template),
        "events": timeline_of(template),
    }
    return render(request, "core/letters/page.html", context)


def _version_tab(template: LetterTemplate, version: LetterVersion, chosen: LetterVersion) -> dict[str, Any]:
    return {
        "label": letter_texts.version_label(version),
        "url": f"{_url(template)}?version={version.number}",
        "is_current": version.pk == chosen.pk,
    }


def _shown(version: LetterVersion, template: LetterTemplate) -> list[dict[str, Any]]:
    """The words in both languages, with their fields as they are written."""
    return [
        {
            "language": code,
            "label": label,
            "subject": getattr(version, f"subject_{code}"),
            "blocks": markdown_blocks.blocks(getattr(version, f"body_{code}"), keeps_lines=True),
        }
        for code, label in LANGUAGES
    ]


def _differences(versions: list[LetterVersion], chosen: LetterVersion) -> dict[str, Any] | None:
    older = next((one for one in versions if one.number < chosen.number), None)
    if older is None:
        return None
    left, right = letter_texts.version_label(older), letter_texts.version_label(chosen)
    return {"left": left, "right": right, "rows": selectors.differences(older, chosen)}


def _runs_of(template: LetterTemplate) -> list[dict[str, Any]]:
    rows = selectors.runs_of(template)[:RUN_ROWS]
    return [
        {"run": run, "badge": letter_texts.run_badge(run), "version": letter_texts.version_label(run.letter_version)}
        for run in rows
    ]


# The draft and its preview


def _draft(request: HttpRequest, uid: str) -> tuple[LetterTemplate, LetterVersion | None]:
    template = visible_template(request, uid)
    return template, selectors.draft_of(selectors.versions_of(template))


@require_http_methods(["GET", "POST"])
@allow(writes_letters)
def template_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Write the draft. A stale save changes nothing and shows both versions; nothing typed is lost."""
    template, draft = _draft(request, uid)
    if draft is None:
        messages.error(request, _("This version is released and never changes. Begin a new version."))
        return redirect("core:letter", uid=uid)
    form = WordsForm(request.POST or None, about=template.about, initial=_initial(template, draft))
    context: dict[str, Any] = {"form": form, "version": request.POST.get("version", draft.version)}
    if "look" not in request.POST and form.is_valid():
        try:
            services.save_draft(draft, version_sent(request), titles=form.titles, words=form.words, actor=request.user)
        except Stale as stale:
            context |= {"stale": stale, "version": stale.current.version, "differences": _typed_rows(stale, form)}  # type: ignore[attr-defined]
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("core:letter", uid=uid)
    words = {name: request.POST.get(name, getattr(draft, name)) for name in services.WORDS}
    context |= _preview_context(request, template, words)
    return render(request, "core/letters/edit.html", context)


def _initial(template: LetterTemplate, draft: LetterVersion) -> dict[str, str]:
    titles = {name: getattr(template, name) for name in services.TITLES}
    return titles | {name: getattr(draft, name) for name in services.WORDS}


def _typed_rows(stale: Stale, form: WordsForm) -> list[dict[str, Any]]:
    """What somebody else saved beside what was typed."""
    rows = [(label, getattr(stale.current, name), form.words[name]) for name, label in selectors.TEXTS]
    return [{"label": label, "left": left, "right": right, "differs": left != right} for label, left, right in rows]


@require_POST
@allow(writes_letters)
def template_preview(request: HttpRequest, uid: str) -> HttpResponse:
    """The fragment that shows what is being typed, with samples or with a real reader. Saves nothing."""
    template = visible_template(request, uid)
    words = {name: request.POST.get(name, "")[:20_000] for name in services.WORDS}
    return render(request, "core/letters/edit.html#preview", _preview_context(request, template, words))


def _preview_context(request: HttpRequest, template: LetterTemplate, words: dict[str, str]) -> dict[str, Any]:
    scope = request.scope  # type: ignore[attr-defined]
    found = selectors.readers_found(scope, template.about, "")
    chosen = request.POST.get("reader", "")
    reader = selectors.readers_with(scope, template.about, [chosen]).get(chosen) if chosen else None
    return {
        "template": template,
        "fields": selectors.fields_of(template.about),
        "readers": [{"uid": one.uid, "name": one.name, "is_chosen": one.uid == chosen} for one in found],
        "reader": reader,
        "previews": [_preview(template, words, code, label, reader) for code, label in LANGUAGES],
    }


def _preview(
    template: LetterTemplate, words: dict[str, str], code: str, label: Any, reader: LetterReader | None
) -> dict[str, Any]:
    """One language of a preview: what the reader would get, what is wrong, what is missing."""
    subject, body = words[f"subject_{code}"], words[f"body_{code}"]
    values = (reader or selectors.sample_reader(template.about, code)).values(code)
    wrong = services.problems_of(template.about, {**EMPTY, "subject_en": subject, "body_en": body})
    lack = merging.lacking(merging.fields_in(f"{subject}\n{body}"), values) if reader else None
    labels = selectors.labels_of(template.about)
    return {
        "language": code,
        "label": label,
        "subject": merging.fill_line(subject, values),
        "blocks": merging.fill(body, values),
        "problems": [letter_texts.problem(one) for problems in wrong.values() for one in problems],
        "left_out": letter_texts.problem_sentence(lack[0], {"fields": lack[1]}, labels) if lack and not wrong else "",
    }


# Release, new version, out of use


@require_POST
@allow(writes_letters)
def template_release(request: HttpRequest, uid: str) -> HttpResponse:
    _template, draft = _draft(request, uid)
    if draft is None:
        messages.error(request, _("There is no draft to release. Begin a new version."))
        return redirect("core:letter", uid=uid)
    done = _("Version %(number)d is released and can be sent.") % {"number": draft.number}
    return attempt(
        request, lambda: services.release(draft, version_sent(request), actor=request.user), done, "core:letter", uid
    )


@require_POST
@allow(writes_letters)
def template_new_version(request: HttpRequest, uid: str) -> HttpResponse:
    services.new_draft(visible_template(request, uid), actor=request.user)
    return redirect("core:letter_edit", uid=uid)


@require_POST
@allow(writes_letters)
def template_archive(request: HttpRequest, uid: str) -> HttpResponse:
    """Take out of use, or back into use."""
    template = visible_template(request, uid)
    if template.archived_at:
        done = _("The template is in use again.")
        return attempt(request, lambda: services.restore(template, actor=request.user), done, "core:letter", uid)
    done = _("The template is out of use. What was sent stays.")
    return attempt(request, lambda: services.archive(template, actor=request.user), done, "core:letter", uid)
