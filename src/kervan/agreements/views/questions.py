"""One box for "Do we have something with X for field Y?"."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from kervan.agreements import texts
from kervan.agreements.permissions import edits_agreements, reads_agreements
from kervan.agreements.rules import questions
from kervan.agreements.selectors import questions as selectors
from kervan.agreements.texts import questions as words
from kervan.core import years
from kervan.core.permissions import allow
from kervan.institutions.selectors import country_name

LONGEST_QUESTION = 300
SHOWN_LINES = 50


@require_GET
@allow(reads_agreements)
def ask(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUESTION]
    found = selectors.answer(scope, text, timezone.localdate())
    context = {
        "text": text,
        "is_asked": bool(text),
        "is_understood": bool(found.question.parts),
        "is_yes": bool(found.lines),
        "parts": [_part(found, one) for one in found.question.parts],
        "sentences": _sentences(found),
        "not_understood": " ".join(words.sentences(found)),
        "passed_over": words.passed_over(found),
        "lines": [_line(one) for one in found.lines[:SHOWN_LINES]],
        "is_cut": found.has_more or len(found.lines) > SHOWN_LINES,
        "year": years.label(found.academic_year),
        "edits": edits_agreements(scope),
        "new_url": _new_url(found),
    }
    return render(request, "agreements/questions/ask.html", context)


def _sentences(found: selectors.Answer) -> list[dict[str, str]]:
    """The sentences of the answer; the one about agreements that fit apart from details leads to them."""
    wider = words.without_details(found) if found.without_details else ""
    url = _without(found, *selectors.detail_parts(found.question))
    return [{"text": one, "url": url if one == wider else ""} for one in words.sentences(found)]


def _part(found: selectors.Answer, part: questions.Part) -> dict[str, str]:
    return {"label": words.part_label(found, part), "url": _without(found, part)}


def _without(found: selectors.Answer, *parts: questions.Part) -> str:
    return f"{reverse('agreements:ask')}?{urlencode({'q': found.question.without(*parts)})}"


def _line(one: selectors.Fitting) -> dict[str, Any]:
    condition, agreement = one.condition, one.agreement
    return {
        "url": reverse("agreements:page", args=[agreement.uid]),
        "partner": agreement.institution.name,
        "place": ", ".join(
            part for part in (agreement.institution.city, country_name(agreement.institution.country)) if part
        ),
        "reference": agreement.reference,
        "title": texts.line_title(condition),
        "unit": condition.unit,
        "levels": texts.levels(condition),
        "fields": texts.fields(condition),
        "languages": ", ".join(texts.languages(condition)),
        "people": condition.people_per_year or 0,
        "left": one.left.people,
        "used": (condition.people_per_year or 0) - one.left.people,
        "is_invented": agreement.is_invented,
    }


def _new_url(found: selectors.Answer) -> str:
    """Where a new agreement is begun: with the university, when exactly one was named."""
    url = reverse("agreements:new")
    one = found.universities[0].uid if len(found.universities) == 1 else ""
    return f"{url}?institution={one}" if one else url
