"""What both sides agree to, word for word: the canonical form of a version and its digest.

A decision, an answer and a signature name the digest of the words they were given for. Whoever saw other words is
refused. The digest is of this software; the network's own hash of an agreement is another one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

VERSION_WORDS = ("kind", "partner", "valid_from", "valid_until", "body_en", "body_tr")
LINE_WORDS = (
    "direction",
    "kind",
    "unit",
    "partner_unit",
    "levels",
    "fields",
    "people_per_year",
    "months_per_year",
    "days_per_year",
    "is_blended",
    "terms",
    "languages",
    "notes_en",
    "notes_tr",
)


def digest(version_values: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of a version's words, 64 hexadecimal digits.

    version_values: kind, partner (uid), valid_from, valid_until, body_en, body_tr.  lines: per line the names of
    LINE_WORDS, the unit as uid.  Days as date, months as Decimal.  Other names may be there and are left out.
    Not part of the words, so free to change: reference, number of the version, the office's remarks on the version, why
    it was made, the document that proves it and its number. The order of lines, levels, fields, terms and languages
    says nothing either, nor do blanks around a text or zeros after a decimal point.
    Raises KeyError when a name is missing.
    Source: RULES 4.6 (the partner's answer is kept with the hash of the approved content).
    """
    return hashlib.sha256(canonical(version_values, lines).encode()).hexdigest()


def canonical(version_values: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> str:
    """Return the words as JSON with sorted keys and without blanks: the same words give the same text."""
    head = {name: _plain(version_values[name]) for name in VERSION_WORDS}
    rows = sorted(_json({name: _plain(line[name]) for name in LINE_WORDS}) for line in lines)
    return _json({"format": 1, "version": head, "lines": rows})


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A value as JSON has it; lists in one order, texts without blanks around, Decimals without zeros at the end."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return sorted((_plain(one) for one in value), key=_json)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if hasattr(value, "normalize"):
        return format(value.normalize(), "f")
    return str(value).replace("\r\n", "\n").strip()
