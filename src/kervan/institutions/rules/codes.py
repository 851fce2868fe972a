"""Identifiers of institutions: Erasmus code, PIC, OID and SCHAC domain, and what is repaired when they come in damaged.

The country part of an Erasmus code is the sign that cars of that country carried when the codes were invented; lists
print it padded to three characters (`A  WIEN01`, `TR BAYBURT01`, `IRLDUBLIN01`). Kervan compares the form without the
padding and shows the printed one. Sources: list of accredited institutions 2021-27 of 8 April 2026; the codes' shape
as seen in its 6,142 rows.
"""

import re
import unicodedata
from dataclasses import dataclass

SPECIAL_PREFIXES = {
    "AT": "A", "BE": "B", "DE": "D", "ES": "E", "FI": "SF", "FR": "F", "GB": "UK", "GR": "G", "IE": "IRL", "IT": "I",
    "LU": "LUX", "NO": "N", "PT": "P", "SE": "S",
}  # fmt: skip
ISO_FROM_EU = {"EL": "GR", "UK": "GB"}

# Repairs, in the order in which they are tried. Codes are stored and never renamed.
SPECIAL_BLANKS = "special_blanks"  # non-breaking or other unusual blanks, invisible characters
LETTER_CASE = "letter_case"  # small letters
PREFIX_REPLACED = "prefix_replaced"  # the country's ISO or EU code instead of its sign: BE BRUGGE11
BLANK_ADDED = "blank_added"  # RSPROKUP01
BLANK_REMOVED = "blank_removed"  # IRL DUBLIN01, TR BAYBURT 01

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_REST = re.compile(r"[A-Z]+(-[A-Z]+)*[0-9]{2,3}")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SCHAC = re.compile(rf"({_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True)
class Repaired:
    """An Erasmus code in the form that is compared, and what had to be done to it beyond dropping the padding."""

    code: str
    repairs: tuple[str, ...]


def prefix_of(country: str) -> str:
    """The country part of Erasmus codes for an ISO or EU country code: its own sign for 14 countries, else the ISO
    code itself.
    """
    iso = iso_country(country)
    return SPECIAL_PREFIXES.get(iso, iso)


def iso_country(code: str) -> str:
    """The ISO 3166 code for one of the EU's (EL is GR, UK is GB)."""
    return ISO_FROM_EU.get(code, code)


def repair_code(raw: str, country: str = "") -> Repaired:
    """Bring an Erasmus code into the form that is compared, and say what was repaired.

    raw: as printed or typed.  country: ISO or EU code of the institution, empty if unknown; only with it can a
    missing blank or a wrong country part be told. Three-letter country parts stand without a blank (`IRLDUBLIN01`),
    shorter ones with exactly one. Padding with ordinary blanks is the official form and no repair. What cannot be
    read is returned as it is: ask `is_well_formed`. A country part of another country is left alone: some
    institutions have a branch abroad (`B DIEPENB07` in the Netherlands).
    Source: list of accredited institutions of 8 April 2026 (74 rows with special blanks, one without any, one `BE`).
    """
    repairs: list[str] = []
    plain = _plain_blanks(raw)
    if plain != raw.strip(" "):
        repairs.append(SPECIAL_BLANKS)
    if plain != plain.upper():
        repairs.append(LETTER_CASE)
    code = plain.upper()
    if not code.isascii():
        return Repaired(raw, ())
    if country:
        code = _with_sign(code, iso_country(country), country, repairs)
    return Repaired(_one_blank(code, repairs), tuple(repairs))


def _plain_blanks(raw: str) -> str:
    """Ordinary blanks for all blanks, one for one; invisible characters dropped."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw))
    return "".join(" " if char.isspace() else char for char in visible).strip()


def _with_sign(code: str, iso: str, country: str, repairs: list[str]) -> str:
    """Put the country's sign, with a blank where it is short, in front of a code that lacks the blank or has the ISO
    code.
    """
    sign = prefix_of(iso)
    head, _, rest = code.partition(" ")
    if rest and head != sign and head in {iso, country.upper()}:
        repairs.append(PREFIX_REPLACED)
        return f"{sign} {rest.strip()}"
    if len(sign) < 3 and code.startswith(sign) and " " not in code and _REST.fullmatch(code[len(sign) :]):
        repairs.append(BLANK_ADDED)
        return f"{sign} {code[len(sign) :]}"
    return code


def _one_blank(code: str, repairs: list[str]) -> str:
    """One blank after a short country part, none after a long one, none in the city part."""
    parts = code.split()
    head, rest = (parts[0], "".join(parts[1:])) if parts else ("", "")
    if not rest:
        return head
    if len(parts) > 2 or len(head) > 2:
        repairs.append(BLANK_REMOVED)
    return head + rest if len(head) > 2 else f"{head} {rest}"


def is_well_formed(code: str, country: str = "") -> bool:
    """Whether a repaired code has the usual shape: country part, city in capitals (hyphens allowed), two or three
    digits.

    With a country its sign must stand in front. Two accredited institutions fail this with their real code (`F
    VERDUN1`, `B DIEPENB07` in the Netherlands): report, do not refuse.
    """
    head, blank, rest = code.partition(" ")
    if not blank:
        head, rest = code[:3], code[3:]
    shape = 1 <= len(head) <= (2 if blank else 3) and head.isascii() and head.isalpha() and head == head.upper()
    known = head == prefix_of(country) if country else blank or head in {"IRL", "LUX"}
    return bool(shape and known and len(rest) <= 12 and _REST.fullmatch(rest))


def repair_pic(raw: str) -> str:
    """A participant code without blanks and without the `.0` that spreadsheets add. Ask `is_pic` about the result."""
    return re.sub(r"\s|\.0$", "", raw)


def is_pic(text: str) -> bool:
    """Whether a text has the shape of a participant identification code: nine digits. It has no check digit."""
    return re.fullmatch(r"[0-9]{9}", text) is not None


def is_oid(text: str) -> bool:
    """Whether a text has the shape of an organisation id: E and eight digits."""
    return re.fullmatch(r"E[0-9]{8}", text) is not None


def is_schac(text: str) -> bool:
    """Whether a text has the shape of an HEI identifier of the network: a host name in small letters with at least
    one dot.
    """
    return len(text) <= 253 and _SCHAC.fullmatch(text) is not None
