"""Letters of the demonstration: the templates that come with Kervan, letters to some contacts, a draft."""

from datetime import timedelta
from typing import Any

from kervan.core import registries, storage
from kervan.core.letter_seeds import SEEDS
from kervan.core.models import (
    IssuedDocument,
    ItemState,
    LetterItem,
    LetterRun,
    LetterTemplate,
    LetterVersion,
    RunState,
)
from kervan.core.registries import LetterReader
from kervan.core.rules import document_codes
from kervan.core.scope import Grant, Role, Scope
from kervan.core.services import documents, letter_runs
from kervan.core.services.letters import TITLES, WORDS
from kervan.demo.world import World
from kervan.institutions.models import Contact

THANKS, DRAFTED = "contact-thanks", "contact-nominations"
READERS = 5
DAYS_AGO = 6
REVOKED = "The name was written wrongly; a new letter was sent"
SIGNS = {
    "function_en": "Head of the international relations office",
    "function_tr": "Dış İlişkiler Ofisi Başkanı",
}


def make_letters(world: World) -> None:
    """All templates; thanks to some contacts after a visit, one letter revoked; a new version. Needs the contacts."""
    seeds = [seed for seed in SEEDS if seed["about"] in registries.merge_sources]
    versions = {seed["code"]: _template(world, seed) for seed in seeds}
    if THANKS in versions:
        _send(world, versions[THANKS])
        _begin_new_version(world, versions[DRAFTED])


def _template(world: World, seed: dict[str, str]) -> LetterVersion:
    template = LetterTemplate.objects.create(
        office=world.office,
        uid=world.uid("letter template", seed["code"]),
        **{name: seed[name] for name in ("code", "channel", "about", *TITLES)},
    )
    world.happened(world.at(90), template, "lettertemplate.create", world.users["elif"])
    world.happened(world.at(89), template, "lettertemplate.release", world.users["leyla"], number=1)
    words = {name: seed[name] for name in WORDS}
    return _version(world, template, 1, words, released_at=world.at(89), made_at=world.at(90))


def _version(
    world: World, template: LetterTemplate, number: int, words: dict[str, str], **moments: Any
) -> LetterVersion:
    row = LetterVersion.objects.create(
        office=world.office,
        uid=world.uid("letter version", template.code, number),
        template=template,
        number=number,
        made_by=world.users["elif"],
        released_at=moments.get("released_at"),
        **words,
    )
    LetterVersion.objects.filter(pk=row.pk).update(made_at=moments["made_at"])
    return row


def _begin_new_version(world: World, version: LetterVersion) -> None:
    words = {name: getattr(version, name) for name in WORDS}
    words["body_en"] = words["body_en"].replace("a short word", "a short message by the end of the month")
    words["body_tr"] = words["body_tr"].replace("varsa kısaca", "varsa ay sonuna kadar kısaca")
    _version(world, version.template, 2, words, made_at=world.at(1))
    user = world.users["elif"]
    world.happened(world.at(1), version.template, "lettertemplate.new_version", user, number=2)


def _send(world: World, version: LetterVersion) -> None:
    contacts = Contact.objects.filter(office=world.office, left_on__isnull=True).order_by("sort_key", "pk")[:READERS]
    scope = Scope(world.office.pk, world.users["elif"].pk, None, (Grant(Role.STAFF),))
    source = registries.merge_sources[version.template.about]
    readers = source.readers_of(scope, [contact.uid for contact in contacts])
    if readers:
        run = _run(world, version, len(readers))
        for number, reader in enumerate(readers):
            _item(world, run, number, reader)


def _run(world: World, version: LetterVersion, count: int) -> LetterRun:
    begun, ended = world.at(DAYS_AGO, 14), world.at(DAYS_AGO, 14, 1)
    run = LetterRun.objects.create(
        office=world.office,
        uid=world.uid("letter run"),
        letter_version=version,
        **SIGNS,
        signatory=world.users["leyla"].name,
        dated=begun.date(),
        state=RunState.DONE,
        total=count,
        made_by=world.users["elif"],
        started_at=begun,
        finished_at=ended,
    )
    LetterRun.objects.filter(pk=run.pk).update(made_at=begun - timedelta(minutes=20))
    world.happened(begun - timedelta(minutes=20), run, "letterrun.draft", world.users["elif"])
    world.happened(begun, run, "letterrun.start", world.users["elif"], count=count)
    world.happened(ended, run, "letterrun.finish", None, done=count)
    return run


def _item(world: World, run: LetterRun, number: int, reader: LetterReader) -> None:
    obstacle = letter_runs.obstacle(run.letter_version, run.letter_version.template.channel, reader)
    problem, values = obstacle or ("", {})
    LetterItem.objects.create(
        office=world.office,
        uid=world.uid("letter item", number),
        run=run,
        subject_uid=reader.uid,
        recipient=reader.name,
        email=reader.email,
        language=letter_runs.language_of(reader),
        state=ItemState.SKIPPED if problem else ItemState.DONE,
        problem=problem,
        problem_values=values,
        document=None if problem else _document(world, run, number, reader),
    )


def _document(world: World, run: LetterRun, number: int, reader: LetterReader) -> IssuedDocument:
    code = document_codes.spelled(world.uid("letter code", number))
    written = letter_runs.write_to(run.letter_version, reader)
    content = letter_runs.letter_pdf(run, reader, written, code=code, address=documents.address(code))
    name = f"{code} {reader.name}.pdf"
    user, template = world.users["elif"], run.letter_version.template
    file = storage.store(world.office.pk, name, content, content_type="application/pdf", actor=user)
    row = IssuedDocument.objects.create(
        office=world.office,
        uid=world.uid("letter document", number),
        code=code,
        kind="letter",
        title_en=template.title_en,
        title_tr=template.title_tr,
        recipient=reader.name,
        subject_type=reader.subject_type,
        subject_uid=reader.uid,
        stored_file=file,
        issued_by=user,
        issued_on=run.dated or world.today,
        revoked_at=world.at(DAYS_AGO - 1) if number == 1 else None,
        revoked_reason=REVOKED if number == 1 else "",
    )
    IssuedDocument.objects.filter(pk=row.pk).update(issued_at=run.started_at)
    world.happened(world.at(DAYS_AGO, 14), row, "issueddocument.issue", user, code=code, recipient=reader.name)
    if row.revoked_at:
        world.happened(row.revoked_at, row, "issueddocument.revoke", world.users["leyla"], reason=REVOKED)
    return row
