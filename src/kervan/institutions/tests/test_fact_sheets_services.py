"""Saving fact sheets: nothing is overwritten, the history says what changed, the form reads days as they are typed."""

from datetime import date
from typing import Any

import pytest

from kervan.core import texts
from kervan.core.errors import Stale
from kervan.core.models import Event, Office
from kervan.institutions.forms.fact_sheets import FactSheetForm
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.services import fact_sheets

TODAY = date(2026, 11, 25)


@pytest.fixture
def partner(office: Office) -> Partner:
    vienna = Institution.objects.create(name="Universität Wien", country="AT", erasmus_code="A WIEN01")
    return Partner.objects.create(office=office, institution=vienna)


def test_a_sheet_is_made_once(office: Office, partner: Partner) -> None:
    own = fact_sheets.sheet_of(office.pk, None)
    theirs = fact_sheets.sheet_of(office.pk, partner)
    assert (own.partner_id, theirs.partner_id) == (None, partner.pk)
    assert fact_sheets.sheet_of(office.pk, None) == own
    assert fact_sheets.sheet_of(office.pk, partner) == theirs


def test_saving_counts_the_version_and_keeps_both_in_the_history(office: Office, elif_: Any) -> None:
    sheet = fact_sheets.sheet_of(office.pk, None)
    saved = fact_sheets.save(sheet, 1, {"housing_en": "A hall.", "nomination_autumn": "05-15"}, actor=elif_)
    assert (saved.version, saved.housing_en, saved.nomination_autumn) == (2, "A hall.", "05-15")
    event = Event.objects.get(kind="fact_sheet.saved")
    assert event.values["after"] == {"housing_en": "A hall.", "nomination_autumn": "05-15"}
    assert event.values["before"] == {"housing_en": "", "nomination_autumn": ""}
    assert texts.sentence(event) == "Fact sheet changed (2 fields)"


def test_a_partner_is_named_as_the_writer(partner: Partner) -> None:
    sheet = fact_sheets.sheet_of(partner.office_id, partner)
    fact_sheets.save(sheet, 1, {"visa_en": "None."}, actor=None, by="Dr Anna Gruber")
    assert texts.sentence(Event.objects.get()) == "Fact sheet changed by link by Dr Anna Gruber (1 field)"


def test_a_stale_save_changes_nothing_and_shows_what_stands_there(office: Office, elif_: Any) -> None:
    sheet = fact_sheets.sheet_of(office.pk, None)
    fact_sheets.save(sheet, 1, {"housing_en": "First."}, actor=elif_)
    with pytest.raises(Stale) as refused:
        fact_sheets.save(sheet, 1, {"housing_en": "Second."}, actor=elif_)
    assert refused.value.current.housing_en == "First."  # type: ignore[attr-defined]
    assert FactSheet.objects.get().housing_en == "First."
    assert Event.objects.count() == 1


def test_a_field_that_is_none_of_a_sheet_is_our_mistake(office: Office, elif_: Any) -> None:
    with pytest.raises(ValueError, match="office_id"):
        fact_sheets.save(fact_sheets.sheet_of(office.pk, None), 1, {"office_id": 9}, actor=elif_)


def test_confirming_notes_the_day(office: Office, elif_: Any) -> None:
    sheet = fact_sheets.confirm(fact_sheets.sheet_of(office.pk, None), on=TODAY, actor=elif_)
    sheet.refresh_from_db()
    assert sheet.confirmed_on == TODAY
    assert texts.sentence(Event.objects.get()) == "Fact sheet confirmed"


def form_of(sheet: FactSheet, **data: str) -> FactSheetForm:
    return FactSheetForm(data, sheet=sheet, today=TODAY)


def test_the_form_reads_days_and_gives_what_the_service_takes(office: Office, elif_: Any) -> None:
    sheet = fact_sheets.sheet_of(office.pk, None)
    form = form_of(
        sheet,
        nomination_autumn="15 Mayıs",
        autumn_from="2026-09-21",
        academic_year="2026",
        decision_weeks="4",
        is_right_today="on",
    )
    assert form.is_valid(), form.errors
    saved = fact_sheets.save(sheet, 1, form.values(), actor=elif_)
    assert (saved.nomination_autumn, saved.autumn_from, saved.academic_year) == ("05-15", date(2026, 9, 21), 2026)
    assert (saved.decision_weeks, saved.confirmed_on) == (4, TODAY)
    assert FactSheetForm(sheet=saved, today=TODAY)["nomination_autumn"].value() == "15 May"


def test_the_form_says_which_value_it_did_not_understand(office: Office) -> None:
    sheet = fact_sheets.sheet_of(office.pk, None)
    form = form_of(
        sheet,
        nomination_autumn="mid May",
        autumn_from="2027-01-15",
        autumn_until="2026-09-21",
        decision_weeks="99",
        website="javascript:alert(1)",
    )
    assert form.errors["nomination_autumn"] == ["“mid May” is no day of the year. Write it like 15 May or 15.05."]
    assert set(form.errors) == {"nomination_autumn", "autumn_until", "decision_weeks", "website"}
    assert form["nomination_autumn"].value() == "mid May"


def test_a_partner_does_not_decide_what_we_show(partner: Partner) -> None:
    sheet = fact_sheets.sheet_of(partner.office_id, partner)
    form = FactSheetForm({"is_published": "on"}, sheet=sheet, today=TODAY, by_partner=True)
    assert form.is_valid()
    assert "is_published" not in form.values()
    named = [bound.name for section in form.sections() for bound in section.fields]
    assert len(named) == len(set(named)) == len(fact_sheets.FIELDS)
