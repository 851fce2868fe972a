"""Units of an institution: faculties and their study programmes, from the shipped tables or, marked, invented."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction

from kervan.core.rules.turkish import sort_key
from kervan.institutions import reference
from kervan.institutions.models import Institution, Level, Unit, UnitKind
from kervan.institutions.rules.programmes import study_name

GRADUATE_FACULTIES = 4


@dataclass(frozen=True, slots=True)
class Programme:
    """A study programme to be made."""

    name_tr: str
    name_en: str = ""
    level: str = Level.BACHELOR
    isced: str = ""
    code: str = ""
    is_invented: bool = False


@dataclass(slots=True)
class Branch:
    """A faculty, school or graduate school with its programmes."""

    name_tr: str
    name_en: str = ""
    kind: str = UnitKind.FACULTY
    is_invented: bool = False
    programmes: list[Programme] = field(default_factory=list)


INVENTED_ABROAD = (
    Branch("Mühendislik Fakültesi", "Faculty of Engineering", UnitKind.FACULTY, True, [
        Programme("Bilgisayar Bilimi", "Computer Science", Level.BACHELOR, "0613"),
        Programme("İnşaat Mühendisliği", "Civil Engineering", Level.BACHELOR, "0732"),
        Programme("Makine Mühendisliği", "Mechanical Engineering", Level.BACHELOR, "0715"),
        Programme("Veri Bilimi", "Data Science", Level.MASTER, "0612"),
    ]),
    Branch("İktisat ve İşletme Fakültesi", "Faculty of Economics and Business", UnitKind.FACULTY, True, [
        Programme("İşletme", "Business Administration", Level.BACHELOR, "0413"),
        Programme("İktisat", "Economics", Level.BACHELOR, "0311"),
        Programme("Uluslararası Ticaret", "International Business", Level.MASTER, "0413"),
    ]),
    Branch("Beşeri Bilimler ve Eğitim Fakültesi", "Faculty of Humanities and Education", UnitKind.FACULTY, True, [
        Programme("İngiliz Dili ve Edebiyatı", "English Studies", Level.BACHELOR, "0231"),
        Programme("Tarih", "History", Level.BACHELOR, "0222"),
        Programme("Sınıf Öğretmenliği", "Primary Education", Level.BACHELOR, "0113"),
        Programme("Eğitim Bilimleri", "Education Science", Level.DOCTORATE, "0111"),
    ]),
)  # fmt: skip


@transaction.atomic
def load_units(institution: Institution) -> int:
    """Make the units of an institution that has none yet. Returns how many were made, 0 if it has some.

    Turkish universities get their real faculties and programmes of the placement tables, and a few graduate programmes,
    which those tables do not hold: invented and marked. All others get a small invented, marked tree.
    """
    Institution.objects.select_for_update().get(pk=institution.pk)
    if institution.units.exists():
        return 0
    return _plant(institution, branches_for(institution))


def branches_for(institution: Institution) -> Sequence[Branch]:
    """Return what the tables hold for an institution, or the invented tree."""
    university = university_of(institution)
    if university is None:
        return [_marked(branch) for branch in INVENTED_ABROAD]
    programmes = _bayburt() if university.key == reference.BAYBURT else _placement_table(university.key)
    branches = list(_grouped(programmes))
    return [*branches, *_graduate_school(branches)]


def university_of(institution: Institution) -> reference.TurkishUniversity | None:
    """Return the row of the Turkish placement tables for an institution: by PIC, by Erasmus code, or by its name."""
    found = reference.tr_university(institution.pic or "") or reference.tr_university(institution.erasmus_code)
    return found or next((one for one in reference.tr_universities() if one.name == institution.name), None)


def _marked(branch: Branch) -> Branch:
    programmes = [replace(one, is_invented=True) for one in branch.programmes]
    return Branch(branch.name_tr, branch.name_en, branch.kind, True, programmes)


def _bayburt() -> Iterator[tuple[str, str, Programme]]:
    for one in reference.bayburt_units():
        yield one.faculty_tr, one.faculty_en, Programme(one.name_tr, one.name_en, one.level, one.isced, one.code)


def _placement_table(university: str) -> Iterator[tuple[str, str, Programme]]:
    for one in reference.tr_studies(university):
        name = one.plain_name if not one.language else f"{one.plain_name} ({_taught_in(one.language)})"
        yield one.faculty, "", Programme(name, "", one.level, reference.suggested_isced(one.programme) or "", one.code)


def _taught_in(language: str) -> str:
    known = reference.language(language)
    return known.name_tr if known else language


def _grouped(programmes: Iterable[tuple[str, str, Programme]]) -> Iterator[Branch]:
    branches: dict[str, Branch] = {}
    for faculty_tr, faculty_en, programme in programmes:
        branch = branches.setdefault(faculty_tr, Branch(faculty_tr, faculty_en, _kind_of(faculty_tr)))
        branch.programmes.append(programme)
    for branch in branches.values():
        branch.programmes = _one_of_each_name(branch.programmes)
        yield branch


def _one_of_each_name(programmes: Iterable[Programme]) -> list[Programme]:
    """Leave out what differs only in fee, campus or time of day."""
    found: dict[tuple[str, str], Programme] = {}
    for one in programmes:
        found.setdefault((one.name_tr, one.level), one)
    return list(found.values())


def _kind_of(name_tr: str) -> str:
    if "Enstitü" in name_tr:
        return UnitKind.INSTITUTE
    return UnitKind.FACULTY if "Fakülte" in name_tr else UnitKind.SCHOOL


def _graduate_school(branches: Sequence[Branch]) -> Iterator[Branch]:
    """A master in each of the first faculties and a doctorate in half of them, named after their first programmes."""
    firsts = _one_of_each_name(
        replace(one, name_tr=study_name(one.name_tr))
        for branch in branches
        for one in branch.programmes[:1]
        if one.level == Level.BACHELOR
    )
    programmes = list(_graduate(firsts[:GRADUATE_FACULTIES], Level.MASTER))
    programmes += _graduate(firsts[: GRADUATE_FACULTIES // 2], Level.DOCTORATE)
    if programmes:
        yield Branch("Lisansüstü Eğitim Enstitüsü", "Graduate School", UnitKind.INSTITUTE, True, programmes)


def _graduate(firsts: Sequence[Programme], level: str) -> Iterator[Programme]:
    for one in firsts:
        yield replace(one, level=level, code="", is_invented=True)


def _plant(institution: Institution, branches: Sequence[Branch]) -> int:
    """Write all branches, then all programmes, each with its path. Six queries for a small university."""
    parents = _save([_unit(institution, branch, branch.kind) for branch in branches])
    children = [
        _unit(
            institution,
            one,
            UnitKind.PROGRAMME,
            parent=parent,
            level=one.level,
            isced=one.isced,
            programme_code=one.code,
        )
        for parent, branch in zip(parents, branches, strict=True)
        for one in branch.programmes
    ]
    return len(parents) + len(_save(children))


def _unit(institution: Institution, row: Branch | Programme, kind: str, **values: object) -> Unit:
    return Unit(
        institution=institution,
        kind=kind,
        name_tr=row.name_tr[:200],
        name_en=row.name_en[:200],
        is_invented=row.is_invented,
        sort_key=sort_key(row.name_tr)[:200],
        **values,
    )


def _save(units: list[Unit]) -> list[Unit]:
    """Insert the rows, then write the paths, which need the keys."""
    Unit.objects.bulk_create(units, batch_size=500)
    for unit in units:
        unit.path = f"{unit.parent.path if unit.parent else ''}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"], batch_size=500)
    return units
