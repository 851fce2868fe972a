"""Lines as the office types them: students, staff, and lines that a table brought in incomplete."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kervan.agreements import services
from kervan.agreements.forms import agreements as forms
from kervan.agreements.models import Agreement, Condition
from kervan.agreements.services import LineValues, VersionValues
from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.institutions.models import Institution


def form(**more: Any) -> forms.LineForm:
    data = {"direction": "outgoing", "kind": "study", "people_per_year": "2", **more}
    return forms.LineForm(data, units=[])


def test_staff_go_for_days_without_level_and_term() -> None:
    typed = form(kind="teaching", days_per_year="10", partner_unit="Faculty of Law", is_blended="on")
    assert typed.is_valid(), typed.errors
    values = typed.values()
    assert (values.days_per_year, values.partner_unit, values.is_blended) == (10, "Faculty of Law", True)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "teaching", "levels": ["master"]}, "levels"),
        ({"kind": "training", "terms": ["autumn"]}, "terms"),
        ({"kind": "teaching", "months_per_year": "3"}, "months_per_year"),
        ({"kind": "study", "days_per_year": "9"}, "days_per_year"),
        ({"people_per_year": ""}, "people_per_year"),
        ({"direction": ""}, "direction"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(typed: dict[str, Any], field: str) -> None:
    assert list(form(**typed).errors) == [field]


def test_a_line_that_came_in_incomplete_may_stay_so() -> None:
    typed = form(line_uid="abc", people_per_year="", direction="", kind="")
    assert typed.is_valid(), typed.errors


@pytest.fixture
def incomplete(office: Office, elif_: Any) -> Agreement:
    partner = Institution.objects.create(name="Uniwersytet Warszawski", country="PL")
    values = VersionValues(valid_from=date(2026, 9, 1), valid_until=date(2028, 8, 31))
    lines = [LineValues(direction="", kind="", fields=["0611"], days_per_year=5, is_blended=True, partner_unit="X")]
    return services.create_draft(
        office.pk, institution=partner, kind="erasmus_iia", reference="1", values=values, lines=lines, actor=elif_
    )


def test_an_incomplete_draft_is_shown_and_saved_again_without_inventing_anything(
    incomplete: Agreement, client: Client, elif_: Any
) -> None:
    client.force_login(elif_)
    before = Condition.objects.get()
    assert client.get(reverse("agreements:page", args=[incomplete.uid])).status_code == 200
    url = reverse("agreements:edit", args=[incomplete.uid])
    page = client.get(url)
    bound = page.context["lines"][0]
    typed = {bound.add_prefix(name): bound[name].value() for name in bound.fields if name != "DELETE"}
    data = {name: value for name, value in typed.items() if value}
    data |= {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    counts = {"line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "1"}
    answer = client.post(url, {**data, **counts, "version": str(incomplete.version)})
    assert answer.status_code == 302, (answer.context["lines"].errors, answer.context["form"].errors)
    after = Condition.objects.get()
    for name in (
        "line_uid",
        "direction",
        "kind",
        "people_per_year",
        "fields",
        "days_per_year",
        "is_blended",
        "partner_unit",
    ):
        assert getattr(after, name) == getattr(before, name)


def test_an_incomplete_draft_comes_neither_into_force_nor_before_a_body(incomplete: Agreement, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="Complete it first"):
        services.record_in_force(incomplete, document="1", date=date(2024, 9, 1), actor=elif_)
    with pytest.raises(NotPossible, match="Complete it first"):
        services.versions.propose(incomplete, actor=elif_)
