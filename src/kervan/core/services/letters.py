"""Templates that the office writes: drafts, released versions that never change, and what is out of use."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kervan.core import history, letter_texts, registries
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.identity import new_uid
from kervan.core.letter_seeds import SEEDS
from kervan.core.models import LetterChannel, LetterTemplate, LetterVersion, Office
from kervan.core.rules import merging
from kervan.core.selectors import letters as selectors

WORDS = ("subject_en", "subject_tr", "body_en", "body_tr")
TITLES = ("title_en", "title_tr")


def source_of(about: str) -> registries.MergeSource:
    """Return the kind of reader a template is about. Raises NotPossible when no app answers for it any more."""
    source = registries.merge_sources.get(about)
    if source is None:
        raise NotPossible(
            _("Letters about “%(about)s” cannot be written: nothing answers for them.") % {"about": about}
        )
    return source


def field_codes(about: str) -> list[str]:
    """The merge fields that a template about this kind of reader may use."""
    return [field.code for field in source_of(about).fields]


def problems_of(about: str, words: dict[str, str]) -> dict[str, list[merging.Problem]]:
    """What is wrong with the merge fields of each text (subject_en … body_tr); texts without problems are not there."""
    known = field_codes(about)
    found = {name: merging.problems(words[name], known) for name in WORDS}
    return {name: problems for name, problems in found.items() if problems}


@transaction.atomic
def create_template(
    office_id: int,
    *,
    channel: str,
    about: str,
    title_en: str,
    title_tr: str,
    words: dict[str, str],
    code: str = "",
    actor: Any,
) -> LetterTemplate:
    """Make a template with its first draft. words: subject_en, subject_tr, body_en, body_tr."""
    template = LetterTemplate.objects.create(
        office_id=office_id,
        code=code or _free_code(office_id, title_en),
        channel=channel,
        about=about,
        title_en=title_en,
        title_tr=title_tr,
    )
    _make_version(template, 1, words, actor)
    history.record(template, "lettertemplate.create", actor=actor)
    return template


def _free_code(office_id: int, title: str) -> str:
    """A short name from the title, with a few random letters where it is taken."""
    code = slugify(title)[:50] or "letter"
    is_taken = LetterTemplate.objects.filter(office_id=office_id, code=code).exists()
    return f"{code}-{new_uid()[:5]}" if is_taken else code


def _make_version(template: LetterTemplate, number: int, words: dict[str, str], actor: Any) -> LetterVersion:
    return LetterVersion.objects.create(
        office_id=template.office_id,
        template=template,
        number=number,
        made_by=actor if getattr(actor, "pk", None) else None,
        **{name: words[name] for name in WORDS},
    )


@transaction.atomic
def save_draft(
    draft: LetterVersion, version_seen: int, *, titles: dict[str, str], words: dict[str, str], actor: Any
) -> LetterVersion:
    """Save a draft with the titles of its template. Raises Stale when somebody saved since, NotPossible if released."""
    template = LetterTemplate.objects.select_for_update().get(pk=draft.template_id)
    if LetterVersion.objects.filter(pk=draft.pk, released_at__isnull=False).exists():
        raise NotPossible(
            _("Version %(number)d is released and never changes. Begin a new version.") % {"number": draft.number}
        )
    saved: LetterVersion = save_if_current(draft, version_seen, **{name: words[name] for name in WORDS})
    for name in TITLES:
        setattr(template, name, titles[name])
    template.version += 1
    template.save(update_fields=[*TITLES, "version"])
    history.record(template, "lettertemplate.change", actor=actor, number=draft.number)
    return saved


@transaction.atomic
def new_draft(template: LetterTemplate, *, actor: Any) -> LetterVersion:
    """Begin a new version from the words of the last one. An open draft is returned as it is."""
    LetterTemplate.objects.select_for_update().get(pk=template.pk)
    last: LetterVersion = LetterVersion.objects.filter(template=template).latest("number")
    if last.released_at is None:
        return last
    draft = _make_version(template, last.number + 1, {name: getattr(last, name) for name in WORDS}, actor)
    history.record(template, "lettertemplate.new_version", actor=actor, number=draft.number)
    return draft


@transaction.atomic
def release(draft: LetterVersion, version_seen: int, *, actor: Any) -> LetterVersion:
    """Release a draft: from now on it can be sent, and never changes.

    Raises NotPossible while a merge field is wrong, Stale when the draft changed since it was looked at.
    """
    if LetterVersion.objects.filter(pk=draft.pk, released_at__isnull=False).exists():
        raise NotPossible(_("Version %(number)d is released already.") % {"number": draft.number})
    if not all(getattr(draft, name).strip() for name in WORDS):
        raise NotPossible(_("Write subject and text in both languages first; each reader gets their own language."))
    wrong = problems_of(draft.template.about, {name: getattr(draft, name) for name in WORDS})
    if wrong:
        raise NotPossible(" ".join(letter_texts.problem(one) for problems in wrong.values() for one in problems))
    if draft.template.channel == LetterChannel.LETTER and selectors.secrets_in(draft):
        raise NotPossible(_secret_sentence(draft))
    released: LetterVersion = save_if_current(draft, version_seen, released_at=timezone.now())
    history.record(draft.template, "lettertemplate.release", actor=actor, number=draft.number)
    return released


def _secret_sentence(draft: LetterVersion) -> str:
    labels = [str(field.label) for field in selectors.secrets_in(draft)]
    return _(
        "A PDF stays here and can be read by others, so it may not hold what opens something by itself: %(fields)s. "
        "Take it out, or send this as a mail."
    ) % {"fields": ", ".join(labels)}


def archive(template: LetterTemplate, *, actor: Any) -> None:
    """Take a template out of use; its letters and versions stay."""
    _set_archived(template, timezone.now(), "archive", actor)


def restore(template: LetterTemplate, *, actor: Any) -> None:
    """Take an archived template back into use."""
    _set_archived(template, None, "restore", actor)


@transaction.atomic
def _set_archived(template: LetterTemplate, at: Any, verb: str, actor: Any) -> None:
    locked = LetterTemplate.objects.select_for_update().get(pk=template.pk)
    if bool(locked.archived_at) == bool(at):
        return
    locked.archived_at, locked.version = at, locked.version + 1
    locked.save(update_fields=["archived_at", "version"])
    history.record(locked, f"lettertemplate.{verb}", actor=actor)


@transaction.atomic
def seed_templates(office: Office, *, actor: Any) -> list[LetterTemplate]:
    """Give an office the templates that come with Kervan, released; those it has already are left as they are."""
    have = set(LetterTemplate.objects.filter(office=office).values_list("code", flat=True))
    missing = [seed for seed in SEEDS if seed["code"] not in have and seed["about"] in registries.merge_sources]
    return [_seed(office, seed, actor) for seed in missing]


def _seed(office: Office, seed: dict[str, str], actor: Any) -> LetterTemplate:
    head = {name: seed[name] for name in ("code", "channel", "about", *TITLES)}
    template = create_template(office.pk, words={name: seed[name] for name in WORDS}, actor=actor, **head)
    release(template.versions.get(), 1, actor=actor)
    return template
