"""The reference tables that Kervan ships: countries, fields of study, languages, accredited institutions, Turkish
universities.

They are files in `kervan/data`, read once per process when first asked for; the database does not hold them. Origin,
licence and date of each stand in `kervan/data/README.md`. `name` is in the reader's language where a table has two.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from kervan.core.text import bilingual
from kervan.institutions.rules.programmes import study_name, suggested_field

DATA = Path(__file__).resolve().parents[1] / "data"
BAYBURT = "1018"  # key of the first user among the Turkish universities


@dataclass(frozen=True, slots=True)
class Country:
    """status: member_state, associated or non_associated.  group_2021, group_2024: cost-of-living group, 0 where
    none.
    """

    iso2: str
    iso3: str
    eu_code: str
    prefix: str
    name_en: str
    name_tr: str
    status: str
    region: str
    group_2021: int
    group_2024: int
    name = bilingual("name")

    @property
    def is_programme_country(self) -> bool:
        return self.status != "non_associated"

    def group_in(self, year: int) -> int:
        """The country group that a call of that year uses; membership changed in 2024. 0 for countries outside the
        programme.
        """
        return self.group_2024 if year >= 2024 else self.group_2021


@dataclass(frozen=True, slots=True)
class Field:
    """A field of study of ISCED-F 2013. level: broad (two digits), narrow (three) or detailed (four)."""

    code: str
    level: str
    parent: str
    name_en: str
    name_tr: str
    name = bilingual("name")


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its ISO 639-1 code."""

    code: str
    name_en: str
    name_tr: str
    is_eu_official: bool
    name = bilingual("name")


@dataclass(frozen=True, slots=True)
class CefrLevel:
    """A level of the Common European Framework; `order` grows with ability. NS stands for a native speaker."""

    code: str
    order: int
    band: str
    name_en: str
    name_tr: str
    name = bilingual("name")


@dataclass(frozen=True, slots=True)
class AccreditedHei:
    """A row of the list of accredited institutions. schac is a candidate from the website; see schac_confidence.

    schac_confidence: confirmed-domain, guess-from-website, shared-domain-ambiguous or empty.
    """

    pic: str
    code: str
    code_raw: str
    oid: str
    name: str
    city: str
    country: str
    website: str
    schac: str
    schac_confidence: str
    starts: date
    ends: date
    is_transitory: bool


@dataclass(frozen=True, slots=True)
class TurkishUniversity:
    """A university of the Turkish placement tables. kind: state, foundation, northern_cyprus or abroad.

    code, pic, oid, domain are empty for the 24 without a charter; country is empty for those of northern Cyprus.
    """

    key: str
    name: str
    name_official: str
    kind: str
    country: str
    city: str
    code: str
    pic: str
    oid: str
    domain: str
    programme_count: int


@dataclass(frozen=True, slots=True)
class TurkishProgramme:
    """A programme that a Turkish university offered in 2025. level: associate or bachelor; language empty where
    Turkish.
    """

    code: str
    university: str
    faculty: str
    programme: str
    level: str
    language: str

    @property
    def plain_name(self) -> str:
        return study_name(self.programme)


@dataclass(frozen=True, slots=True)
class BayburtUnit:
    """A study programme of Bayburt University with its faculty; English names translated by hand, field suggested."""

    code: str
    faculty_tr: str
    faculty_en: str
    name_tr: str
    name_en: str
    level: str
    eqf_level: int
    isced: str
    name = bilingual("name")
    faculty = bilingual("faculty")


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    with (
        gzip.open(path, "rt", encoding="utf-8", newline="")
        if name.endswith(".gz")
        else path.open(encoding="utf-8", newline="") as opened
    ):
        yield from csv.DictReader(opened)


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """All 250 countries and territories, by ISO code."""
    return tuple(
        Country(
            row["iso2"], row["iso3"], row["eu_code"], row["erasmus_code_prefix"], row["name_en"], row["name_tr"],
            row["erasmus_status"], row["region_2022_on"], int(row["group_2021_2023"] or 0),
            int(row["group_2024_on"] or 0),
        )
        for row in _rows("countries.csv")
    )  # fmt: skip


@lru_cache(maxsize=1)
def _countries_by_code() -> Mapping[str, Country]:
    return {entry.eu_code: entry for entry in countries()} | {entry.iso2: entry for entry in countries()}


def country(code: str) -> Country | None:
    """The country of an ISO code, or of one of the two that the EU writes differently (EL, UK)."""
    return _countries_by_code().get(code)


@lru_cache(maxsize=1)
def isced_fields() -> tuple[Field, ...]:
    """The 220 fields of study of all three levels, by code."""
    return tuple(
        Field(row["code"], row["level"], row["parent_code"], row["name_en"], row["name_tr"])
        for row in _rows("isced-f.csv")
    )


@lru_cache(maxsize=1)
def _fields_by_code() -> Mapping[str, Field]:
    return {entry.code: entry for entry in isced_fields()}


def isced(code: str) -> Field | None:
    """The field of study of a code of two, three or four digits."""
    return _fields_by_code().get(code)


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """The 184 languages of ISO 639-1, by code."""
    return tuple(
        Language(row["iso639_1"], row["name_en"], row["name_tr"], row["eu_official"] == "yes")
        for row in _rows("languages.csv")
    )


@lru_cache(maxsize=1)
def _languages_by_code() -> Mapping[str, Language]:
    return {entry.code: entry for entry in languages()}


def language(code: str) -> Language | None:
    """The language of an ISO 639-1 code."""
    return _languages_by_code().get(code)


@lru_cache(maxsize=1)
def cefr_levels() -> tuple[CefrLevel, ...]:
    """A1 to C2, then NS, in order of ability."""
    return tuple(
        CefrLevel(row["code"], int(row["order"]), row["band"], row["name_en"], row["name_tr"])
        for row in _rows("cefr.csv")
    )


@lru_cache(maxsize=1)
def accredited_heis() -> tuple[AccreditedHei, ...]:
    """The 6,142 institutions of the list of 8 April 2026, in its order. About 0.1 s and 6 MB when first asked for."""
    return tuple(
        AccreditedHei(
            row["pic"], row["code"], row["code_raw"] or row["code"], row["oid"], row["name"], row["city"],
            row["country"], row["website"], row["schac"], row["schac_confidence"], date.fromisoformat(row["starts"]),
            date.fromisoformat(row["ends"]), row["transitory"] == "yes",
        )
        for row in _rows("eche-heis.csv.gz")
    )  # fmt: skip


@lru_cache(maxsize=1)
def tr_universities() -> tuple[TurkishUniversity, ...]:
    """The 227 universities of the Turkish placement tables of 2025."""
    return tuple(
        TurkishUniversity(
            row["key"], row["name"], row["name_official"], row["kind"], row["country"], row["city"], row["code"],
            row["pic"], row["oid"], row["domain"], int(row["programmes"]),
        )
        for row in _rows("tr-heis.csv")
    )  # fmt: skip


def tr_university(key: str) -> TurkishUniversity | None:
    """A Turkish university by key, PIC or Erasmus code."""
    return next((entry for entry in tr_universities() if key and key in (entry.key, entry.pic, entry.code)), None)


@lru_cache(maxsize=8)
def tr_programmes(university: str) -> tuple[TurkishProgramme, ...]:
    """All programmes of a Turkish university (its key), as printed: fee variants of one programme stand apart. About
    0.1 s.
    """
    return tuple(TurkishProgramme(**row) for row in _rows("tr-programmes.csv.gz") if row["university"] == university)


def tr_studies(university: str) -> tuple[TurkishProgramme, ...]:
    """The programmes of a Turkish university without fee and campus variants: one per faculty, plain name, level and
    language.
    """
    seen: dict[tuple[str, str, str, str], TurkishProgramme] = {}
    for entry in tr_programmes(university):
        seen.setdefault((entry.faculty, entry.plain_name, entry.level, entry.language), entry)
    return tuple(seen.values())


@lru_cache(maxsize=1)
def bayburt_units() -> tuple[BayburtUnit, ...]:
    """The 66 study programmes of Bayburt University."""
    return tuple(
        BayburtUnit(
            row["code"], row["faculty_tr"], row["faculty_en"], row["name_tr"], row["name_en"], row["level"],
            int(row["eqf_level"]), row["isced"],
        )
        for row in _rows("bayburt-units.csv")
    )  # fmt: skip


@lru_cache(maxsize=1)
def field_suggestions() -> Mapping[str, str]:
    """Plain programme name -> suggested ISCED-F code, from Bayburt's programmes."""
    return {study_name(unit.name_tr): unit.isced for unit in bayburt_units()}


def suggested_isced(programme: str) -> str | None:
    """The ISCED-F code to suggest for a programme of any Turkish university, or None for "unclassified"."""
    return suggested_field(programme, field_suggestions())


@lru_cache(maxsize=1)
def map_outlines() -> tuple[tuple[str, str], ...]:
    """The 176 areas of the world map: ISO code ("" for two that have none) and outline as an SVG path."""
    return tuple((row["iso2"], row["path"]) for row in _rows("world.csv"))
