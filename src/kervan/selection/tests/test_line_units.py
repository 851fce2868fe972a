"""A line agreed for one of our units is for its people: in the run, the form, the call, the lists and the imports."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kervan.agreements.models import Condition
from kervan.core.models import Office
from kervan.core.rules.table_files import write_xlsx
from kervan.institutions.models import Unit, UnitKind
from kervan.selection import applicant_texts, jobs, words
from kervan.selection.models import Application, Call, Outcome, PlacementRun
from kervan.selection.selectors import my, offers, runs
from kervan.selection.selectors.markets import market_of
from kervan.selection.selectors.units import home_units
from kervan.selection.services import applying, importing, placement, scoring
from kervan.selection.tests import casting
from kervan.selection.tests.small_call import make_call, make_place
from kervan.selection.views import result

HEADER = ["Başvuru No", "Öğrenci No", "Ad", "Soyad", "Bölüm", "Düzey", "Not ortalaması", "1. tercih"]
ROW = ["P-1", "2023000001", "Zeynep", "Şimşek", "İnşaat Mühendisliği", "Lisans", "3,12", "PL WARSZAW01 / güz"]


@pytest.fixture
def call(office: Office, units: SimpleNamespace) -> Call:
    """Wien is agreed for engineering. Zeynep, who scores best, studies teaching, all others civil engineering."""
    call = casting.closed_call(office, units.civil)
    bind(casting.places_of(call).wien, units.engineering)
    Application.objects.filter(person__given_name="Zeynep").update(unit=units.teaching)
    return call


def bind(place: Any, unit: Unit) -> None:
    Condition.objects.filter(pk=place.condition_id).update(unit=unit)


def computed(call: Call, actor: Any) -> PlacementRun:
    scoring.score_call(call, actor=actor)
    run = placement.start_run(call, actor=actor)
    jobs.compute_run(run.uid)
    run.refresh_from_db()
    assert run.certificate["ok"], run.certificate["violations"]
    return run


def outcome(run: PlacementRun, name: str) -> Outcome:
    return Outcome.objects.select_related("application__call", "place").get(
        run=run, application__person__given_name=name
    )


def test_teacher_is_skipped_where_the_line_is_for_engineering(call: Call, elif_: Any, units: SimpleNamespace) -> None:
    run = computed(call, elif_)
    zeynep, burak = outcome(run, "Zeynep"), outcome(run, "Burak")
    assert [wish["code"] for wish in zeynep.wishes] == ["unit_not_covered", "placed"]
    assert (zeynep.wishes[0]["needed"], zeynep.wishes[0]["held"]) == (units.engineering.uid, units.teaching.uid)
    assert (burak.result, burak.wish_rank) == ("main", 1)
    assert placement.repeat(run)


def test_reason_is_told_with_the_unit(call: Call, elif_: Any) -> None:
    zeynep = outcome(computed(call, elif_), "Zeynep")
    own = result.context_of(zeynep.application, zeynep)["wish_rows"][0]
    assert (own["state"], own["reason"]) == ("Not for your unit", "Agreed only for other units of ours.")
    assert own["detail"].endswith("only for: Faculty of Engineering")
    row = words.wish_rows(zeynep.application, zeynep)[0]
    assert (row["state"], row["reason"]) == ("Not possible", "Agreed only for other units of ours.")
    assert "Faculty of Engineering" in row["detail"]


@pytest.mark.parametrize(("unit", "covered"), [("engineering", True), ("civil", True), ("mechanical", False)])
def test_line_of_a_unit_takes_everybody_below_it(
    call: Call, elif_: Any, units: SimpleNamespace, unit: str, covered: bool
) -> None:
    bind(casting.places_of(call).wien, getattr(units, unit))
    wishes = outcome(computed(call, elif_), "Burak").wishes
    assert (wishes[0]["code"] == "unit_not_covered") is not covered


def test_line_of_a_department_takes_its_programmes_but_not_the_faculty(units: SimpleNamespace) -> None:
    department = Unit.objects.create(
        institution=units.engineering.institution, parent=units.engineering, kind=UnitKind.FACULTY, name_tr="Yapı"
    )
    units.civil.parent = department
    units.civil.save()
    known = home_units(units.engineering.institution.office_id)
    assert set(known.covered_by(department)) == {department.uid, units.civil.uid}
    assert known.covered_by(units.engineering) == (units.engineering.uid,)
    assert known.covered_by(None) == ()
    assert known.faculty_of(units.civil) == known.faculty_of(department) == units.engineering.uid


def test_market_needs_no_more_queries_for_more_bound_places(call: Call, elif_: Any, units: SimpleNamespace) -> None:
    run = computed(call, elif_)
    assert len(market_of(run).places) == 2
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as seen:
            places = market_of(run).places
        counts.append(len(seen))
        make_place(call, f"PL NEW{number:02}", f"Nowa {number}", "PL", unit=units.civil)
    assert counts == [counts[0]] * 3
    assert [place.units for place in places if place.country == "PL"] == [(units.civil.uid,)] * 2


def test_empty_place_is_not_offered_to_people_of_other_units(call: Call, elif_: Any, units: SimpleNamespace) -> None:
    bind(casting.places_of(call).wien, units.mechanical)
    empty = runs.empty_places(computed(call, elif_))
    assert [(offers.demands(one.place), one.count) for one in empty] == [("Mechanical Engineering", 0)]


def test_form_and_call_say_for_whom_a_place_is(office: Office, ayse: Any, units: SimpleNamespace) -> None:
    call = make_call(office)
    bind(make_place(call, "A GRAZ01", "Universität Graz", "AT"), units.education)
    bind(make_place(call, "A LINZ01", "Universität Linz", "AT"), units.engineering)
    draft = applying.begin(call, ayse.person, actor=ayse)
    said = {choice.title.split(" · ")[0]: choice for choice in my.choices_of(draft)}
    assert said["Universität Graz"].why_not == "agreed only for other units of ours"
    assert said["Universität Linz"].why_not == ""
    assert "only for: Faculty of Engineering" in said["Universität Linz"].demands
    page = Client().get(reverse("selection:call", args=[call.uid])).content.decode()
    assert "only for: Faculty of Education" in page


def test_unknown_programme_excludes_no_place_while_choosing(office: Office, ayse: Any, units: SimpleNamespace) -> None:
    call = make_call(office)
    place = make_place(call, "A GRAZ01", "Universität Graz", "AT", unit=units.education)
    assert applicant_texts.why_not(place, Application(call=call, person=ayse.person)) == ""


def test_import_takes_the_line_of_the_programme(office: Office, elif_: Any, units: SimpleNamespace) -> None:
    call = make_call(office)
    bind(call.places.get(condition__agreement_version__agreement__reference="IIA PL WARSZAW01"), units.education)
    own = make_place(call, "PL WARSZAW01", "", "PL", unit=units.engineering)
    batch = importing.upload(call, kind="portal", name="portal.xlsx", content=write_xlsx(HEADER, [ROW]), actor=elif_)
    importing.apply(importing.choose_columns(batch, batch.mapping, actor=elif_), actor=elif_)
    made = Application.objects.get()
    assert (made.unit, made.gpa_4, made.wishes.get().place) == (units.civil, Decimal("3.12"), own)


def test_office_sees_the_unit_in_its_lists(call: Call, elif_: Any, signed_in: Any) -> None:
    run = computed(call, elif_)
    client = signed_in(elif_)
    for name, uid in (("office_places", call.uid), ("office_run", run.uid), ("office_run_places", run.uid)):
        page = client.get(reverse(f"selection:{name}", args=[uid])).content.decode()
        assert "Faculty of Engineering" in page, name
