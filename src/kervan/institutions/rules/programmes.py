"""What the printed name of a study programme says: its plain name, its language, and a field of study suggested for
it.
"""

import re
from collections.abc import Mapping

LANGUAGES = {
    "İngilizce": "en", "Almanca": "de", "Fransızca": "fr", "Arapça": "ar", "Rusça": "ru", "İspanyolca": "es",
    "İtalyanca": "it", "Bulgarca": "bg",
    "Ermenice": "hy", "Lehçe": "pl", "Boşnakça": "bs", "Çince": "zh", "Korece": "ko", "Türkçe": "tr",
}  # fmt: skip
_BRACKETS = re.compile(r"\([^()]*\)")


def study_name(printed: str) -> str:
    """The name of a programme without what placement tables add in brackets: `İşletme (İngilizce) (Burslu)` is
    `İşletme`.

    An unclosed bracket ends the name. Blanks are collapsed.
    """
    name = printed
    while (shorter := _BRACKETS.sub(" ", name)) != name:
        name = shorter
    return " ".join(name.partition("(")[0].replace(")", " ").split())


def teaching_language(printed: str) -> str:
    """ISO 639-1 code of the language that the brackets name, the first of two (`Türkçe-Rusça`); empty when none is
    named.

    Source: placement tables of Turkish universities, which name a language only where it is not Turkish.
    """
    for note in re.findall(r"\(([^()]*)\)", printed):
        first = note.split("-")[0].strip()
        if first in LANGUAGES:
            return LANGUAGES[first]
    return ""


def suggested_field(printed: str, suggestions: Mapping[str, str]) -> str | None:
    """A four-digit ISCED-F code to suggest for a programme, or None for "unclassified". A suggestion, never a fact.

    suggestions: plain name -> code, as known from one university.  The name must agree exactly after brackets are
    dropped: a near miss is worse than none, because fields decide who may go where.
    """
    return suggestions.get(study_name(printed))
