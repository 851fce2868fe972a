"""The office, its units, its people and its agreements."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import transaction

from kervan.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    Condition,
    VersionState,
)
from kervan.agreements.services.agreements import fields_key
from kervan.core import packs
from kervan.core.models import Office, PackVersion
from kervan.core.rules.turkish import search_key, sort_key
from kervan.demo import cast, partners
from kervan.demo.invention import agreements as invented
from kervan.demo.invention.draw import uid_for
from kervan.demo.world import World, home_key
from kervan.institutions.models import Institution, Unit
from kervan.institutions.services import load_units
from kervan.people.models import Person, RoleAssignment, User

PACKS = ("erasmus-ka131-tr", "bayburt-ka131", "mevlana", "erasmus-ka171-tr", "bilateral-tr")
TIME_ZONES = {
    "AL": "Europe/Tirane", "AT": "Europe/Vienna", "BA": "Europe/Sarajevo", "BE": "Europe/Brussels",
    "BG": "Europe/Sofia", "CH": "Europe/Zurich", "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki",
    "FR": "Europe/Paris", "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome",
    "LI": "Europe/Vaduz", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga",
    "ME": "Europe/Podgorica", "MK": "Europe/Skopje", "MT": "Europe/Malta", "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade", "SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip
NARROW = 3
ENDING_SOON = 3
ENDING_DAYS = 120


def make_office(world: World) -> None:
    """The office of the chosen university, with its institution."""
    name_tr = world.home.name
    world.office = Office.objects.create(
        uid=world.uid("office"),
        slug="demo",
        name_en=world.home.name_en or name_tr,
        name_tr=name_tr,
        email="international@demo.example",
        time_zone=TIME_ZONES.get(world.home.country, "Europe/Istanbul"),
        is_demo=True,
    )
    world.home.office = world.office
    _keep_identity(world.home)
    world.home.save()


def _keep_identity(row: Institution) -> None:
    """Give an institution the identifier that it has in every demonstration: results name it."""
    row.uid = uid_for("institution", home_key(row))


def make_units(world: World) -> None:
    """Real units where the tables have them, else invented ones; their identifiers follow from the seed."""
    load_units(world.home)
    units = list(world.home.units.select_related("parent").order_by("path"))
    for unit in units:
        unit.uid = world.uid(
            "unit", unit.parent.name_tr if unit.parent else "", unit.name_tr, unit.level, unit.programme_code
        )
    Unit.objects.bulk_update(units, ["uid"], batch_size=500)
    units.sort(key=lambda one: one.uid)
    world.faculties = [unit for unit in units if unit.parent_id is None]
    world.programmes = [unit for unit in units if unit.parent_id is not None]


def adopt_packs(world: World) -> PackVersion:
    """Release the shipped rule packs; return the one that the calls of this university use."""
    rows = {row.name: row for row in PackVersion.objects.filter(name__in=PACKS).order_by("number")}
    for name, row in rows.items():
        if name != "bayburt-ka131" or world.home.erasmus_code == "TR BAYBURT01":
            packs.adopt(world.office, row, actor=world.users["leyla"])
    if not world.has_erasmus:
        return rows["mevlana"]
    return rows["bayburt-ka131" if world.home.erasmus_code == "TR BAYBURT01" else "erasmus-ka131-tr"]


def make_cast(world: World) -> None:
    """Accounts without password (the switcher signs in) with their persons and roles."""
    for persona in cast.CAST:
        user = User(
            uid=world.uid("user", persona.code), email=persona.email, name=persona.name, language=persona.language
        )
        user.set_unusable_password()
        user.save()
        world.users[persona.code] = user
    for persona in cast.MEMBERS:
        person = Person.objects.create(
            office=world.office, uid=world.uid("person", persona.code), **_values(world, persona)
        )
        world.persons[persona.code] = person
        for role in persona.roles:
            unit = coordinated(world) if persona.in_faculty else None
            RoleAssignment.objects.create(office=world.office, person=person, role=role.value, unit=unit)


def _values(world: World, persona: cast.Persona) -> dict[str, object]:
    return {
        "user": world.users[persona.code],
        "given_name": persona.given,
        "family_name": persona.family,
        "email": persona.email,
        "language": persona.language,
        "is_invented": True,
    }


def coordinated(world: World) -> Unit:
    """The faculty of the coordinator: the one with the most bachelor programmes, else with the most programmes."""
    counts = {faculty.pk: [0, 0] for faculty in world.faculties}
    for unit in world.programmes:
        counts[unit.parent_id or 0][0] += unit.level == "bachelor"
        counts[unit.parent_id or 0][1] += 1
    return max(world.faculties, key=lambda one: (counts[one.pk], one.uid))


def make_agreements(world: World) -> list[tuple[Condition, invented.Line]]:
    """Invented, marked agreements with real partners. Return the lines that the call can offer."""
    if world.has_erasmus:
        homes = partners.erasmus_partners(world.home, world.seed)
        offered = _agree(world, homes, AgreementKind.ERASMUS)
        _agree(world, partners.by_codes(_others(world)), AgreementKind.MEVLANA, first=len(homes) + 1)
        return offered
    homes = partners.world_partners(world.home, world.seed)
    return _agree(world, homes[::2], AgreementKind.MEVLANA) + _agree(
        world, homes[1::2], AgreementKind.BILATERAL, first=50
    )


def _others(world: World) -> Iterable[str]:
    return partners.OF_MEVLANA if world.home.country == "TR" else ()


@transaction.atomic
def _agree(
    world: World, homes: list[Institution], kind: str, *, first: int = 1
) -> list[tuple[Condition, invented.Line]]:
    for row in homes:
        _keep_identity(row)
    Institution.objects.bulk_update(homes, ["uid"])
    lines = invented.lines_for(world.seed, [(home_key(row), row.country) for row in homes], list(_faculties(world)))
    heads = [_agreement(world, row, kind, number) for number, row in enumerate(homes, first)]
    Agreement.objects.bulk_create(heads)
    versions = [_version(world, head, number, len(heads)) for number, head in enumerate(heads)]
    AgreementVersion.objects.bulk_create(versions)
    units = {unit.uid: unit for unit in world.faculties}
    pairs = [
        (version, line, _condition(world, version, line, position, units))
        for version in versions
        for position, line in enumerate(lines[home_key(version.agreement.institution)], 1)
    ]
    Condition.objects.bulk_create([condition for _version, _line, condition in pairs])
    Condition.objects.bulk_create(_incoming(world, pairs))
    _record_agreements(world, versions, pairs)
    return [(condition, line) for version, line, condition in pairs if _lasts(world, version)]


def _faculties(world: World) -> Iterator[invented.Faculty]:
    for faculty in world.faculties:
        own = [unit for unit in world.programmes if unit.parent_id == faculty.pk]
        if own:
            is_classified = all(unit.isced for unit in own)
            fields = tuple(sorted({unit.isced[:NARROW] for unit in own})) if is_classified else ()
            levels = tuple(sorted({unit.level for unit in own if unit.level}))
            yield invented.Faculty(faculty.uid, fields, levels, len(own))


def _agreement(world: World, partner: Institution, kind: str, number: int) -> Agreement:
    row = Agreement(
        office=world.office,
        uid=world.uid("agreement", kind, home_key(partner)),
        institution=partner,
        kind=kind,
        reference=f"DEMO-{kind.split('_')[0].upper()}-{number:03d}",
        state=AgreementState.IN_FORCE,
        is_invented=True,
    )
    row.reference_key = search_key(row.reference)[:80]
    return row


def _version(world: World, head: Agreement, number: int, count: int) -> AgreementVersion:
    """Most last three years more; the last few end within half a year, and are offered no more."""
    year, ends_soon = world.academic_year, count > 10 and number >= count - ENDING_SOON
    return AgreementVersion(
        office=world.office,
        uid=world.uid("version", head.uid),
        agreement=head,
        number=1,
        state=VersionState.IN_FORCE,
        valid_from=date(year - 4, 9, 1),
        valid_until=world.today + timedelta(days=ENDING_DAYS) if ends_soon else date(year + 3, 9, 30),
        in_force_since=date(year - 4, 6, 15),
        document="Invented for the demonstration",
        notes_en="This agreement is invented; the university is real and knows nothing of it.",
        notes_tr="Bu anlaşma kurgusaldır; üniversite gerçektir, anlaşmadan haberi yoktur.",
    )


def _lasts(world: World, version: AgreementVersion) -> bool:
    return version.valid_until is None or version.valid_until >= date(world.academic_year + 1, 8, 31)


def _condition(
    world: World, version: AgreementVersion, line: invented.Line, position: int, units: dict[str, Unit]
) -> Condition:
    return Condition(
        office=world.office,
        uid=world.uid("condition", version.uid, position),
        agreement_version=version,
        line_uid=world.uid("line", version.uid, position),
        direction="outgoing",
        kind="study",
        unit=units[line.faculty] if line.is_bound else None,
        levels=list(line.levels),
        fields=list(line.fields),
        fields_key=fields_key(line.fields),
        people_per_year=line.people,
        months_per_year=line.months,
        terms=[term for term, _seats in line.terms],
        languages=[{"language": code, "level": level, "demand": demand} for code, level, demand in line.languages],
    )


def _incoming(world: World, pairs: Iterable[tuple[AgreementVersion, invented.Line, Condition]]) -> list[Condition]:
    """As many may come to us as we may send; their first line also lets one teacher go."""
    rows = []
    for version, line, condition in pairs:
        rows.append(
            Condition(
                office=world.office,
                uid=world.uid("incoming", condition.uid),
                agreement_version=version,
                line_uid=world.uid("incoming line", condition.uid),
                direction="incoming",
                kind="study",
                unit=condition.unit,
                levels=condition.levels,
                fields=condition.fields,
                fields_key=condition.fields_key,
                people_per_year=line.people,
                months_per_year=line.months,
                languages=[{"language": "en", "level": "B1", "demand": "recommended"}],
            )
        )
    return rows


def _record_agreements(
    world: World,
    versions: Iterable[AgreementVersion],
    pairs: Iterable[tuple[AgreementVersion, invented.Line, Condition]],
) -> None:
    counts: dict[int, int] = {}
    for version, _line, _condition in pairs:
        counts[version.pk] = counts.get(version.pk, 0) + 2
    for version in versions:
        head, actor = version.agreement, world.users["elif"]
        lines = counts.get(version.pk, 0)
        world.happened(world.at(400, 9), head, "agreement.drafted", actor, reference=head.reference, lines=lines)
        proof = {"number": 1, "document": version.document, "date": str(version.in_force_since)}
        states = {"from": AgreementState.DRAFT.value, "to": AgreementState.IN_FORCE.value}
        world.happened(world.at(390, 9), head, "agreement.put_in_force", actor, **states, **proof)


def person_of(world: World, key: str, **values: object) -> Person:
    """An unsaved person with its folded columns, for bulk writing."""
    row = Person(office=world.office, uid=world.uid("person", key), is_invented=True, **values)
    row.search_key = search_key(f"{row.full_name} {row.student_number} {row.email}")[:500]
    row.sort_key = sort_key(f"{row.family_name} {row.given_name}")[:250]
    return row
