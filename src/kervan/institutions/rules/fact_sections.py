"""How complete a fact sheet is: ten sections, each filled or missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "deadlines": ("nomination_autumn", "nomination_spring", "application_autumn", "application_spring"),
    "terms": ("autumn_from", "autumn_until", "spring_from", "spring_until"),
    "languages": ("languages_en", "languages_tr"),
    "requirements": ("requirements_en", "requirements_tr"),
    "housing": ("housing_en", "housing_tr"),
    "visa": ("visa_en", "visa_tr"),
    "insurance": ("insurance_en", "insurance_tr"),
    "inclusion": ("inclusion_en", "inclusion_tr"),
    "grading": ("grading_en", "grading_tr"),
    "links": ("website", "course_catalogue", "email"),
}
TEXTS = ("languages", "requirements", "housing", "visa", "insurance", "inclusion", "grading")


@dataclass(frozen=True, slots=True)
class Completeness:
    """Names of the sections that are filled and of those that are not, in the order of the sheet."""

    filled: tuple[str, ...]
    missing: tuple[str, ...]


def completeness(values: Mapping[str, Any], *, both_languages: bool) -> Completeness:
    """Say which sections are filled.

    values: field -> value, empty when nothing is known.  both_languages: a text counts only when it stands in English
    and in Turkish (our own sheet); else one of the two is enough (a partner writes in the language it has).  Deadlines
    and links count with one field filled, term dates only with all four: half a term is no help.
    """
    filled = tuple(name for name in SECTIONS if _is_filled(name, values, both_languages))
    return Completeness(filled, tuple(name for name in SECTIONS if name not in filled))


def _is_filled(name: str, values: Mapping[str, Any], both_languages: bool) -> bool:
    found = [bool(values.get(field)) for field in SECTIONS[name]]
    needs_all = name == "terms" or (name in TEXTS and both_languages)
    return all(found) if needs_all else any(found)
