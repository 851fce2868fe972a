"""A run as one text: what went in, what came out, and the hashes of both. Reads it back and repeats it.

The text is canonical JSON (keys sorted, no spaces, UTF-8, decimals as strings), so equal runs are equal byte for byte,
in whatever order things were handed in. It holds no names and no sentences: applicants stand under run-local keys.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from kervan.selection.rules import market as m
from kervan.selection.rules.placement import place
from kervan.selection.rules.succession import withdraw

FORMAT = 1


class Snapshot(NamedTuple):
    """A run read back."""

    pack: str
    market: m.Market
    placement: m.Placement


def write(market: m.Market, placement: m.Placement, *, pack: str) -> str:
    """Write a run down. pack: hash of the rule pack the scores were made under, "" if none.

    The text has "format" 1, "input", "input_hash", "result", "result_hash"; a hash is the SHA-256 of the canonical
    text of its part, in hexadecimal.
    """
    given, result = _input(market, pack), _result(placement)
    parts = {"input": given, "input_hash": digest(given), "result": result, "result_hash": digest(result)}
    return canonical({"format": FORMAT, **parts})


def read(text: str) -> Snapshot:
    """Read a run back. Raises ValueError when the text is no snapshot of this format, or a hash does not fit."""
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"not a snapshot of format {FORMAT}")
    for part in ("input", "result"):
        if digest(data[part]) != data[f"{part}_hash"]:
            raise ValueError(f"the {part} does not fit its hash")
    return Snapshot(data["input"]["pack"], _market(data["input"]), _placement(data["result"]))


def rerun(text: str) -> str:
    """Decide the same input again, withdrawals in their order included, and write that down: the same text."""
    old = read(text)
    placement = place(old.market)
    for gone in old.placement.withdrawn:
        placement = withdraw(old.market, placement, gone.key).placement
    return write(old.market, placement, pack=old.pack)


def canonical(value: object) -> str:
    """The one text of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return sha256(canonical(value).encode()).hexdigest()


def _input(market: m.Market, pack: str) -> dict[str, object]:
    return {
        "pack": pack,
        "seed": market.seed,
        "mode": market.mode,
        "funded": market.funded,
        "tie_chain": list(market.tie_chain),
        "applicants": [_applicant(applicant) for applicant in sorted(market.applicants, key=_key)],
        "places": [_place(one) for one in sorted(market.places, key=_key)],
        "caps": [_cap(cap) for cap in sorted(market.caps, key=_key)],
    }


def _key(thing: m.Applicant | m.Place | m.Cap) -> str:
    return thing.key


def _applicant(applicant: m.Applicant) -> dict[str, object]:
    return {
        "key": applicant.key,
        "score": _points(applicant.score),
        "ties": [_plain(value) for value in applicant.ties],
        "unit": applicant.unit,
        "faculty": applicant.faculty,
        "level": applicant.level,
        "field": applicant.field,
        "eligible": applicant.eligible,
        "rejections": sorted(applicant.rejections),
        "languages": dict(applicant.languages),
        "wishes": list(applicant.wishes),
    }


def _place(place: m.Place) -> dict[str, object]:
    return {
        "key": place.key,
        "line": place.line,
        "partner": place.partner,
        "country": place.country,
        "term": place.term,
        "capacity": place.capacity,
        "reserve": place.reserve,
        "months": _plain(place.months),
        "units": sorted(place.units),
        "levels": sorted(place.levels),
        "fields": sorted(place.fields),
        "languages_required": dict(place.languages_required),
    }


def _cap(cap: m.Cap) -> dict[str, object]:
    dimensions = sorted(list(pair) for pair in cap.dimensions)
    return {"key": cap.key, "dimensions": dimensions, "maximum": _plain(cap.maximum), "measure": cap.measure}


def _result(placement: m.Placement) -> dict[str, object]:
    return {
        "order": list(placement.order),
        "outcomes": [_outcome(placement.outcomes[key]) for key in sorted(placement.outcomes)],
        "reserves": {place: list(keys) for place, keys in placement.reserves.items()},
        "left": dict(placement.left),
        "withdrawn": [gone._asdict() for gone in placement.withdrawn],
    }


def _outcome(outcome: m.Outcome) -> dict[str, object]:
    wishes = [_wish(wish) for wish in outcome.wishes]
    return outcome._asdict() | {"rejections": sorted(outcome.rejections), "wishes": wishes}


def _wish(wish: m.WishResult) -> dict[str, object]:
    points = {name: _points(getattr(wish, name)) for name in ("cutoff", "shortfall", "enough")}
    seats = None if wish.seats is None else _plain(Decimal(wish.seats))
    return wish._asdict() | points | {"seats": seats}


def _points(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _market(data: Mapping[str, Any]) -> m.Market:
    return m.Market(
        tuple(_read_applicant(row) for row in data["applicants"]),
        tuple(_read_place(row) for row in data["places"]),
        tuple(_read_cap(row) for row in data["caps"]),
        data["funded"],
        data["seed"],
        data["mode"],
        tuple(data["tie_chain"]),
    )


def _read_applicant(row: Mapping[str, Any]) -> m.Applicant:
    ties = tuple(_number(value) for value in row["ties"])
    lists = {"rejections": tuple(row["rejections"]), "wishes": tuple(row["wishes"]), "ties": ties}
    return m.Applicant(**{**row, **lists, "score": _number(row["score"])})


def _read_place(row: Mapping[str, Any]) -> m.Place:
    lists = {name: tuple(row[name]) for name in ("units", "levels", "fields")}
    return m.Place(**{**row, **lists, "months": Decimal(row["months"])})


def _read_cap(row: Mapping[str, Any]) -> m.Cap:
    dimensions = tuple((name, value) for name, value in row["dimensions"])
    return m.Cap(row["key"], dimensions, Decimal(row["maximum"]), row["measure"])


def _placement(data: Mapping[str, Any]) -> m.Placement:
    return m.Placement(
        tuple(data["order"]),
        {row["key"]: _read_outcome(row) for row in data["outcomes"]},
        {place: tuple(keys) for place, keys in data["reserves"].items()},
        dict(data["left"]),
        tuple(m.Withdrawn(**row) for row in data["withdrawn"]),
    )


def _read_outcome(row: Mapping[str, Any]) -> m.Outcome:
    wishes = tuple(_read_wish(wish) for wish in row["wishes"])
    return m.Outcome(**{**row, "rejections": tuple(row["rejections"]), "wishes": wishes})


def _read_wish(row: Mapping[str, Any]) -> m.WishResult:
    numbers = {name: _number(row[name]) for name in ("seats", "cutoff", "shortfall", "enough")}
    return m.WishResult(**{**row, **numbers})
