"""The directory from the list of accredited institutions, real and small; units from the placement tables."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kervan.core.models import Event, Office
from kervan.institutions import reference, services
from kervan.institutions.models import Institution, Level, Unit

LIST = Path(__file__).resolve().parents[5] / "shared" / "domain" / "data" / "eche-accredited-heis-2026-04-08.xlsx"
HEADER = (
    "Proposal number,Erasmus Code,PIC,OID,Legal Name,Street,Post Cd,City,Country Cd,Website Url,"
    "Erasmus Eche Start,Erasmus Eche End"
)
WARSAW = (
    "101,PL  WARSZAW01,999572294,E10212792,UNIWERSYTET WARSZAWSKI,,,WARSZAWA,PL,www.uw.edu.pl,2021-01-01,2029-12-31"
)
BRUGES = "102,BE BRUGGE11,949999999,,Hogeschool,,,Brugge,BE,,2021-01-01,2029-12-31"


def listed(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def bring(*rows: str, office: Office | None = None) -> services.Outcome:
    return services.import_eche(listed(*rows), "list.csv", office=office, actor=None)


def test_a_row_becomes_an_institution(office: Office) -> None:
    outcome = bring(WARSAW, BRUGES, office=office)
    row = Institution.objects.get(pic="999572294")
    assert (outcome.created, len(outcome.changed), outcome.refused) == (2, 0, 0)
    assert (row.name, row.erasmus_code, row.city) == ("Uniwersytet Warszawski", "PL WARSZAW01", "Warszawa")
    assert (row.website, str(row.charter_until)) == ("https://www.uw.edu.pl", "2029-12-31")
    assert [(one.field, one.before, one.after) for one in outcome.listed.repairs] == [  # type: ignore[union-attr]
        ("erasmus_code", "BE BRUGGE11", "B BRUGGE11")
    ]


def test_what_differs_is_changed_and_told(office: Office) -> None:
    bring(WARSAW, office=office)
    outcome = bring(WARSAW.replace("2029-12-31", "2027-06-30"), office=office)
    assert outcome.changed[0].fields == {"charter_until": ("2029-12-31", "2027-06-30")}
    event = Event.objects.latest("pk")
    assert (event.kind, event.subject_uid) == ("institution.list_imported", office.uid)
    assert event.values["changed"] == [{"pic": "999572294", "fields": {"charter_until": ["2029-12-31", "2027-06-30"]}}]


def test_the_same_list_again_changes_nothing_and_is_no_event(office: Office) -> None:
    bring(WARSAW, office=office)
    outcome = bring(WARSAW, office=office)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, (), 1)
    assert Event.objects.count() == 1


def test_who_left_the_list_stays_and_is_named(office: Office) -> None:
    bring(WARSAW, BRUGES, office=office)
    assert bring(WARSAW, office=office).gone == ("949999999",)
    assert Institution.objects.filter(pic="949999999").exists()


def test_our_own_row_without_pic_is_found_by_its_code(office: Office) -> None:
    line = "103,TR  BAYBURT01,949569764,E10101934,BAYBURT UNIVERSITESI,,,BAYBURT,TR,,2021-01-01,2029-12-31"
    assert bring(line, office=office).created == 0
    row = Institution.objects.get(office=office)
    assert (row.pic, row.name) == ("949569764", "Bayburt Üniversitesi")


def test_rows_that_cannot_be_used_are_refused(office: Office) -> None:
    outcome = bring(WARSAW, BRUGES.replace("949999999", "9499"), office=office)
    assert (outcome.created, outcome.refused) == (1, 1)


def test_şişli_finds_sisli(office: Office) -> None:
    bring(WARSAW.replace("UNIWERSYTET WARSZAWSKI", "SISLI MESLEK YUKSEKOKULU"), office=office)
    for typed in ("şişli", "ŞİŞLİ", "sisli", "Şişli meslek"):
        assert Institution.objects.matching(typed).count() == 1


@pytest.fixture
def real_list() -> Path:
    if not LIST.exists():
        pytest.skip("shared folder absent")
    return LIST


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("import", "eche", *arguments, stdout=out)
    return out.getvalue()


def test_the_real_list_is_imported_and_a_second_run_changes_nothing(real_list: Path, tmp_path: Path, db: None) -> None:
    report = tmp_path / "report.csv"
    first = run(str(real_list), "--report", str(report))
    assert first.splitlines()[:2] == [
        "created 6142, changed 0, unchanged 0, refused 0",
        "repaired 78, to look at 2",
    ]
    with report.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["what"] for row in rows].count("repaired") == 78
    assert {"RSPROKUP01", "BE BRUGGE11"} <= {row["before"] for row in rows}
    versions = set(Institution.objects.values_list("version", flat=True))
    assert run(str(real_list)).splitlines()[0] == "created 0, changed 0, unchanged 6142, refused 0"
    assert set(Institution.objects.values_list("version", flat=True)) == versions == {1}


def test_the_list_over_the_shipped_directory_changes_nothing(real_list: Path, db: None) -> None:
    services.load_directory()
    assert run(str(real_list)).splitlines()[0] == "created 0, changed 0, unchanged 6142, refused 0"


def test_a_file_that_is_no_list_is_refused_in_words(tmp_path: Path, db: None) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Name,City\nA,B\n", "utf-8")
    with pytest.raises(CommandError, match="columns are missing"):
        run(str(path))
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "absent.xlsx"))


def test_the_shipped_directory_is_loaded_once(db: None) -> None:
    first = services.load_directory()
    again = services.load_directory()
    assert first.created == 6_142 + 24
    assert (again.created, again.changed, again.unchanged) == (0, (), first.created)


def test_a_list_that_names_several_offices_asks_which(tmp_path: Path, office: Office, other_office: Office) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(listed(WARSAW))
    with pytest.raises(CommandError, match="--office"):
        run(str(path))
    assert run(str(path), "--office", "bayburt").startswith("created 1")


def test_bayburt_gets_its_real_units(office: Office) -> None:
    institution = Institution.objects.get(office=office)
    made = services.load_units(institution)
    units = Unit.objects.filter(institution=institution)
    assert made == units.count()
    engineering = units.get(name_tr="Mühendislik Fakültesi")
    assert engineering.name_en == "Faculty of Engineering"
    assert units.below(engineering).count() == 1 + engineering.children.count()
    real = units.filter(kind="programme", is_invented=False)
    assert (real.count(), real.filter(isced="").count()) == (66, 0)
    assert set(units.filter(is_invented=True).values_list("level", flat=True)) == {"", Level.MASTER, Level.DOCTORATE}
    assert services.load_units(institution) == 0


def test_a_university_abroad_gets_a_small_tree_marked_as_invented(db: None) -> None:
    warsaw = Institution.objects.create(name="Uniwersytet Warszawski", country="PL", pic="999572294")
    services.load_units(warsaw)
    assert set(warsaw.units.values_list("is_invented", flat=True)) == {True}
    assert warsaw.units.filter(kind="faculty").count() == 3


def test_turkish_universities_have_units(db: None) -> None:
    from kervan.institutions.services import units

    for university in reference.tr_universities()[::12]:
        row = Institution(name=university.name, pic=university.pic or None, erasmus_code=university.code)
        branches = units.branches_for(row)
        names = [(branch.name_tr, one.name_tr, one.level) for branch in branches for one in branch.programmes]
        assert names and len(names) == len(set(names)), university.name
        assert any(not branch.is_invented for branch in branches), university.name
