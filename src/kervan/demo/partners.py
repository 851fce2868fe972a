"""Chooses real institutions as partners of the demonstration office; only the agreements with them are invented."""

from collections.abc import Iterable, Sequence

from kervan.demo.invention.draw import random_for
from kervan.institutions.models import Institution

OF_BAYBURT = (
    "PL LUBLIN01", "PL RZESZOW02", "PL OPOLE01", "PL BIALYST01", "PL KIELCE02", "RO GALATI01", "RO ORADEA01",
    "RO BRASOV01", "RO SIBIU01", "BG GABROVO01", "BG SHOUMEN01", "BG VELIKO01", "HU PECS01", "HU SZEGED01",
    "I PERUGIA01", "I FOGGIA03", "I CATANIA01", "E BURGOS01", "E JAEN01", "E LEON01", "P COVILHA01", "P BRAGANC01",
    "P EVORA01", "D KASSEL01", "D TRIER01", "CZ OSTRAVA02", "CZ PARDUB01", "LT KLAIPED01", "LV DAUGAVP01",
    "SK PRESOV01", "SK NITRA01", "HR OSIJEK01", "MK BITOLA01", "G KOZANI02", "F ARRAS12", "NL LEEUWAR01",
)  # fmt: skip
ERASMUS_COUNTRIES = [
    "PL",
    "PL",
    "PL",
    "RO",
    "RO",
    "RO",
    "BG",
    "BG",
    "HU",
    "HU",
    "IT",
    "IT",
    "IT",
    "ES",
    "ES",
    "ES",
    "PT",
    "PT",
    "PT",
    "DE",
    "DE",
    "DE",
    "CZ",
    "CZ",
    "LT",
    "LV",
    "SK",
    "HR",
    "MK",
    "GR",
    "FR",
    "NL",
    "SI",
    "EE",
    "AT",
    "RS",
    "FI",
    "TR",
]
WORLD_COUNTRIES = ["MK", "MK", "AL", "AL", "BA", "BA", "XK", "ME", "RS", "RS"]
OF_MEVLANA = ("MK TETOVO02", "BA SARAJEV01", "AL TIRANA08")
UNIVERSITY_WORDS = (
    "univer",
    "uniwer",
    "egyetem",
    "polytech",
    "politech",
    "hochschule",
    "sveucilist",
    "hogeschool",
    "panepistimi",
)


def erasmus_partners(home: Institution, seed: str) -> list[Institution]:
    """Return some 36 institutions with an Erasmus code, not of the own country, in an order of their own."""
    if home.erasmus_code == "TR BAYBURT01":
        return by_codes(OF_BAYBURT)
    countries = [one for one in ERASMUS_COUNTRIES if one != home.country]
    return _drawn(home, seed, countries)


def world_partners(home: Institution, seed: str) -> list[Institution]:
    """Return a few institutions for bilateral and Mevlana agreements, for a university without Erasmus code."""
    return _drawn(home, f"{seed} world", [one for one in WORLD_COUNTRIES if one != home.country])


def by_codes(codes: Iterable[str]) -> list[Institution]:
    """Return the institutions of some Erasmus codes, in that order; unknown ones are left out."""
    wanted = list(codes)
    rows = {row.erasmus_code: row for row in Institution.objects.filter(erasmus_code__in=wanted)}
    return [rows[code] for code in wanted if code in rows]


def _drawn(home: Institution, seed: str, countries: Sequence[str]) -> list[Institution]:
    """Draw universities from the directory, as many of each country as it is named."""
    rows = Institution.objects.filter(country__in=set(countries), pic__isnull=False).exclude(pk=home.pk).order_by("pic")
    by_country: dict[str, list[Institution]] = {}
    for row in rows:
        if any(word in row.search_key for word in UNIVERSITY_WORDS):
            by_country.setdefault(row.country, []).append(row)
    found = []
    for country in dict.fromkeys(countries):
        among = by_country.get(country, [])
        found += random_for(seed, "partners", country).sample(among, min(countries.count(country), len(among)))
    random_for(seed, "partner order").shuffle(found)
    return found
