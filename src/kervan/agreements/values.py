"""What is written into a version of an agreement: plain values that forms, imports and the demonstration hand in."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kervan.institutions.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValues:
    """One condition line as it is written. `line_uid` empty for a new line.

    languages: dicts with language (ISO 639-1), level (CEFR) and demand (required or recommended). What an imported
    line does not say is empty or None: then it gives no places.
    """

    direction: str
    kind: str
    people_per_year: int | None = None
    months_per_year: Decimal | None = None
    days_per_year: int | None = None
    is_blended: bool = False
    unit: Unit | None = None
    partner_unit: str = ""
    levels: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    languages: list[dict[str, str]] = field(default_factory=list)
    notes_en: str = ""
    notes_tr: str = ""
    line_uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionValues:
    """What a version says besides its lines. body: running text as Markdown; change_reason: why this version."""

    valid_from: date
    valid_until: date | None = None
    body_en: str = ""
    body_tr: str = ""
    notes_en: str = ""
    notes_tr: str = ""
    change_reason: str = ""
