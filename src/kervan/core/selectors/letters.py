"""Reads of letters and issued documents: who may, what stands where, what a code says."""

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kervan.core import registries
from kervan.core.models import (
    Event,
    IssuedDocument,
    ItemState,
    LetterItem,
    LetterRun,
    LetterTemplate,
    LetterVersion,
)
from kervan.core.registries import LetterReader
from kervan.core.rules import document_codes, merging
from kervan.core.scope import Role, Scope

COUNTS, REVOKED = "counts", "revoked"
DOCUMENT_STATES = [(COUNTS, _("Counts")), (REVOKED, _("Revoked"))]


def reads_letters(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def writes_letters(scope: Scope) -> bool:
    """Staff and head of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def document_with_code(text: str) -> IssuedDocument | None:
    """The document of a code as somebody typed it, of any office of this installation. One query."""
    code = document_codes.read(text)
    return IssuedDocument.objects.filter(code=code).select_related("office").first() if code else None


def in_document_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Narrow to the documents that count, or that were revoked."""
    return rows.filter(revoked_at__isnull=state == COUNTS)


def documents_matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow to a code as it was typed, or to words of title or recipient."""
    code = document_codes.read(text)
    words = Q(title_en__icontains=text) | Q(title_tr__icontains=text) | Q(recipient__icontains=text)
    return rows.filter(Q(code=code) | words) if code else rows.filter(words | Q(code__startswith=text.upper()))


# Templates

IN_USE, DRAFT, ARCHIVED = "in_use", "draft", "archived"
TEMPLATE_STATES = [(IN_USE, _("In use")), (DRAFT, _("Draft")), (ARCHIVED, _("Out of use"))]


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Templates with `released` and `has_draft` (whether there is such a version) and `run_count`."""
    versions = LetterVersion.objects.filter(template=OuterRef("pk"))
    return rows.annotate(
        released=Exists(versions.filter(released_at__isnull=False)),
        has_draft=Exists(versions.filter(released_at__isnull=True)),
        run_count=Count("versions__runs", distinct=True),
    )


def in_template_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Narrow templates `with_standing` to those in use, with a draft that waits, or out of use."""
    if state == ARCHIVED:
        return rows.filter(archived_at__isnull=False)
    current = rows.filter(archived_at__isnull=True)
    return current.filter(has_draft=True) if state == DRAFT else current.filter(released=True)


def versions_of(template: LetterTemplate) -> list[LetterVersion]:
    """All versions, the newest first. One query."""
    return list(template.versions.select_related("made_by").order_by("-number"))


def released_of(versions: list[LetterVersion]) -> LetterVersion | None:
    """The version that is sent: the newest released one."""
    return next((one for one in versions if one.released_at), None)


def draft_of(versions: list[LetterVersion]) -> LetterVersion | None:
    return next((one for one in versions if not one.released_at), None)


def usable_versions(scope: Scope, about: str) -> QuerySet[Any]:
    """The newest released version of each template in use about a kind of reader."""
    newer = LetterVersion.objects.filter(
        template=OuterRef("template"), released_at__isnull=False, number__gt=OuterRef("number")
    )
    rows = LetterVersion.objects.visible_to(scope).filter(
        ~Exists(newer),
        released_at__isnull=False,
        template__about=about,
        template__archived_at__isnull=True,
    )
    return rows.select_related("template").order_by("template__title_en", "pk")


TEXTS = (
    ("subject_en", _("Subject in English")),
    ("subject_tr", _("Subject in Turkish")),
    ("body_en", _("Text in English")),
    ("body_tr", _("Text in Turkish")),
)


def differences(older: LetterVersion, newer: LetterVersion) -> list[dict[str, Any]]:
    """What changed between two versions, paragraph by paragraph, for the `diff` component."""
    return [row for name, label in TEXTS for row in _changed(label, getattr(older, name), getattr(newer, name))]


def _changed(label: Any, before: str, after: str) -> list[dict[str, Any]]:
    old, new = _paragraphs(before), _paragraphs(after)
    rows = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(old[old_from:old_to], new[new_from:new_to], fillvalue="")
            rows += [{"label": label, "left": left, "right": right, "differs": True} for left, right in pairs]
    return rows


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


# Readers


def fields_of(about: str) -> list[registries.MergeField]:
    """The merge fields of a kind of reader; none where nothing answers for it."""
    source = registries.merge_sources.get(about)
    return list(source.fields) if source else []


def labels_of(about: str) -> dict[str, str]:
    """Code of a field -> its name in the reader's language."""
    return {field.code: str(field.label) for field in fields_of(about)}


def sample_reader(about: str, language: str) -> LetterReader:
    """A reader who exists only in a preview: every field has its sample."""
    with override(language):
        values = {field.code: str(field.sample or field.label) for field in fields_of(about)}
    return LetterReader("", values.get("name", ""), "sample@example.org", language, lambda _language: values)


def readers_found(scope: Scope, about: str, text: str) -> list[LetterReader]:
    """Readers that fit a text, the first ones for ""; none where the source cannot be searched."""
    source = registries.merge_sources.get(about)
    return source.search(scope, text) if source and source.search else []


def readers_with(scope: Scope, about: str, uids: list[str]) -> dict[str, LetterReader]:
    """Readers by uid for a preview, those whose record the account may see; secret fields have their sample."""
    source = registries.merge_sources.get(about)
    return {one.uid: _without_secrets(one, about) for one in source.readers_of(scope, uids)} if source and uids else {}


def _without_secrets(reader: LetterReader, about: str) -> LetterReader:
    samples = {field.code: str(field.sample) for field in fields_of(about) if field.is_secret}
    return replace(reader, values=lambda language: {**reader.values(language), **samples})


def holds_secret(version: LetterVersion) -> bool:
    """Whether a letter of these words holds something that opens by itself."""
    return bool(secrets_in(version))


def secrets_in(version: LetterVersion) -> list[registries.MergeField]:
    """The merge fields in these words that open something by themselves."""
    used = {code for name, _label in TEXTS for code in merging.fields_in(getattr(version, name))}
    return [field for field in fields_of(version.template.about) if field.is_secret and field.code in used]


# Runs

BEGINNINGS, LOST_RIGHT = ("letterrun.start", "letterrun.go_on"), "letterrun.lost_right"


def runs_of(template: LetterTemplate) -> QuerySet[Any]:
    """The runs of all versions of a template, the newest first."""
    rows = LetterRun.objects.filter(office_id=template.office_id, letter_version__template=template)
    return rows.select_related("letter_version", "made_by").order_by("-pk")


def started_by(run: LetterRun) -> Any:
    """Whose right a run uses: who started it or went on with it last; before that who prepared it. One query."""
    rows = Event.objects.about(run).filter(kind__in=BEGINNINGS)
    last = rows.select_related("actor").order_by("-pk").first()
    return last.actor if last else run.made_by


def has_lost_right(run: LetterRun) -> bool:
    """Whether a run stopped because whoever started it may not write letters any more. One query."""
    last = Event.objects.about(run).order_by("-pk").first()
    return last is not None and last.kind == LOST_RIGHT


def last_signed(run: LetterRun) -> LetterRun | None:
    """The last run that the same person had signed. One query."""
    rows = LetterRun.objects.filter(office_id=run.office_id, made_by_id=run.made_by_id).exclude(signatory="")
    return rows.order_by("-pk").first()


def counts_of(run: LetterRun) -> dict[str, int]:
    """State of an item -> how many. One query."""
    return dict(run.items.order_by().values_list("state").annotate(count=Count("pk")))


def samples_of(run: LetterRun) -> list[LetterItem]:
    """The first, the middle and the last reader who get a letter. Two queries."""
    keys = list(run.items.exclude(state=ItemState.SKIPPED).order_by("pk").values_list("pk", flat=True))
    chosen = {keys[place] for place in (0, len(keys) // 2, -1)} if keys else set()
    return list(run.items.filter(pk__in=chosen).order_by("pk"))


def issued_in(run: LetterRun) -> QuerySet[Any]:
    """The items of a run whose document exists and counts."""
    rows = run.items.filter(document__isnull=False, document__revoked_at__isnull=True)
    return rows.select_related("document__stored_file").order_by("pk")
