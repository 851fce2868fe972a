"""Fact sheets as pages and files show them: sections with rows and texts in one language."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.forms.models import model_to_dict
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kervan.core import years
from kervan.core.scope import Scope
from kervan.institutions.models import FactSheet, Institution, Partner
from kervan.institutions.rules.fact_dates import next_day
from kervan.institutions.rules.fact_sections import SECTIONS, TEXTS, Completeness, completeness
from kervan.institutions.texts import fact_sheets as texts


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section. url: where the value leads, "" for none."""

    label: str
    value: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what is known. language: of the text where it is not the reader's, else ""."""

    code: str
    title: str
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    language: str = ""


def found(scope: Scope, partner: Partner | None) -> FactSheet | None:
    """Return the sheet of a partner, or our own, if the reader may see it. One query."""
    sheet: FactSheet | None = FactSheet.objects.visible_to(scope).filter(partner=partner).first()
    return sheet


def has_public_sheet(scope: Scope, institution: Institution) -> bool:
    """Whether everybody may read the sheet that we hold of a partner. One query."""
    rows = FactSheet.objects.in_office_of(scope).public()
    return bool(rows.filter(partner__institution=institution).exists())


def completeness_of(sheet: FactSheet) -> Completeness:
    """Say how much of a sheet is filled; ours must stand in both languages. No query."""
    return completeness(model_to_dict(sheet), both_languages=sheet.partner_id is None)


def parts_of(sheet: FactSheet, today: date) -> list[Part]:
    """Return the sections that hold something, in the reader's language; a text that is missing, in the other one."""
    known = {"deadlines": _deadlines(sheet, today), "terms": _terms(sheet), "links": _links(sheet)}
    parts = [
        _text_part(sheet, code) if code in TEXTS else Part(code, str(texts.SECTIONS[code][0]), list(known[code]))
        for code in SECTIONS
    ]
    return [part for part in parts if part.rows or part.text]


def _text_part(sheet: FactSheet, code: str) -> Part:
    wanted = "tr" if (get_language() or "en").startswith("tr") else "en"
    other = "en" if wanted == "tr" else "tr"
    own, foreign = getattr(sheet, f"{code}_{wanted}"), getattr(sheet, f"{code}_{other}")
    return Part(code, str(texts.SECTIONS[code][0]), text=own or foreign, language="" if own else other)


def _deadlines(sheet: FactSheet, today: date) -> Iterator[Row]:
    words = {
        "nomination_autumn": _("Nominations for autumn until"),
        "nomination_spring": _("Nominations for spring until"),
        "application_autumn": _("Applications for autumn until"),
        "application_spring": _("Applications for spring until"),
    }
    for name, label in words.items():
        if stored := getattr(sheet, name):
            coming = next_day(stored, today)
            detail = _("next time %(day)s") % {"day": formats.date_format(coming, _day_format())}
            yield Row(label, formats.date_format(coming, "j F"), detail)
    if sheet.decision_weeks is not None:
        yield Row(_("Answer within"), _weeks(sheet.decision_weeks))
    if sheet.transcript_weeks is not None:
        yield Row(_("Transcript of records sent within"), _weeks(sheet.transcript_weeks))


def _day_format() -> str:
    """Turkish puts the day of the week last."""
    return "j F Y l" if (get_language() or "").startswith("tr") else "l, j F Y"


def _weeks(count: int) -> str:
    return ngettext("%(count)d week", "%(count)d weeks", count) % {"count": count}


def _terms(sheet: FactSheet) -> Iterator[Row]:
    for label, first, last in (
        (_("Autumn term"), sheet.autumn_from, sheet.autumn_until),
        (_("Spring term"), sheet.spring_from, sheet.spring_until),
    ):
        if first or last:
            year = years.label(sheet.academic_year) if sheet.academic_year else ""
            yield Row(label, _span(first, last), year)


def _span(first: date | None, last: date | None) -> str:
    return " – ".join(formats.date_format(day, "j F Y") if day else "…" for day in (first, last))


def _links(sheet: FactSheet) -> Iterator[Row]:
    if sheet.website:
        yield Row(_("Website for exchange students"), sheet.website, url=sheet.website)
    if sheet.course_catalogue:
        yield Row(_("Course catalogue"), sheet.course_catalogue, url=sheet.course_catalogue)
    if sheet.email:
        yield Row(_("E-mail"), sheet.email, url=f"mailto:{sheet.email}")
