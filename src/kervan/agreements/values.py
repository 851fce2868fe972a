"""What is written into a version of an agreement: plain values, as forms and the demonstration hand them in."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kervan.institutions.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValues:
    """One condition line as it is written. `line_uid` empty for a new line.

    languages: dicts with language (ISO 639-1), level (CEFR) and demand (required or recommended).
    """

    direction: str
    kind: str
    people_per_year: int
    months_per_year: Decimal | None = None
    unit: Unit | None = None
    levels: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    languages: list[dict[str, str]] = field(default_factory=list)
    notes_en: str = ""
    notes_tr: str = ""
    line_uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionValues:
    """What a version says besides its lines."""

    valid_from: date
    valid_until: date | None = None
    notes_en: str = ""
    notes_tr: str = ""
