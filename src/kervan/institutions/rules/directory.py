"""How an institution of a list is written in the directory: its name, its town, its address on the web."""

import re

from kervan.core.rules.turkish import ABBREVIATIONS, title_case

KEPT = ABBREVIATIONS | {
    "AFPA", "AG", "BHI", "BTP", "BTS", "BV", "CCI", "CESI", "CEU", "CFA", "CFPM", "CIFP", "CNAM", "CRL", "EFAP",
    "EGC", "ENS", "ESAD", "ESCP", "ESIC", "ESN", "EURL", "FH", "FP", "FPE", "GIP", "GRETA", "HTW", "HZ", "IAE",
    "IAU", "IED", "IES", "IFSI", "II", "IMC", "INSA", "IPAG", "ISA", "ISCTE", "ISEN", "ISEP", "ISG", "ITS",
    "IULM", "IUT", "LEGTA", "LGT", "LHII", "LP", "LPO", "LTD", "MJM", "OGEC", "OY", "SA", "SARL", "SAS", "SL",
    "SIA", "SRH", "SRL", "SUP", "UAB", "UCL", "UHI", "VSB", "ZHAW",
}  # fmt: skip
SMALL = frozenset({
    "am", "an", "auf", "av", "bei", "dans", "das", "degli", "dei", "do", "dos", "för", "im", "na", "para", "per", "po",
    "pour", "pri", "på", "sur", "u", "v", "von", "voor", "we", "za", "zu", "zum", "zur",
})  # fmt: skip
WRITTEN = {"Gmbh": "GmbH", "Ggmbh": "gGmbH", "Mbh": "mbH", "Sh.p.k": "Sh.p.k."}
_ONE_SHORT_WORD = re.compile(r"\S{1,6}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]{2,5})?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:(https?)://)?([^/\s?#]+)([/?#]\S*)?", re.IGNORECASE)


def written_name(listed: str, *, language: str = "en") -> str:
    """Return the name of an institution as one writes it: a listed name all in capitals gets small letters.

    `UNIWERSYTET WARSZAWSKI` becomes `Uniwersytet Warszawski`; `IES LUIS VIVES` keeps the abbreviations known here, and
    a name that is one short word stays as it is (`IMEP`). Marks that the list dropped (`LEON`) cannot be known and stay
    away. Names with small letters were written with care: unchanged.
    """
    if listed != listed.upper() or _ONE_SHORT_WORD.fullmatch(listed):
        return listed
    words = title_case(listed, language=language, abbreviations=KEPT).split()
    return " ".join(_written(word, is_first=number == 0) for number, word in enumerate(words))


def _written(word: str, *, is_first: bool) -> str:
    small = word.lower()
    return small if small in SMALL and not is_first else WRITTEN.get(word, word)


def english_name(listed: str) -> str:
    """Return the listed name of a Turkish university if it is English, else an empty text."""
    words = listed.casefold().split()
    return written_name(listed) if {"university", "institute", "college", "academy"} & set(words) else ""


def web_address(listed: str) -> str:
    """Return a complete http(s) address, or an empty text for what is none (e-mail addresses, stray blanks inside).

    A scheme that is missing becomes https. Anything with a user part, another scheme or an odd host is dropped: the
    address is shown to the public as a link.
    """
    found = _ADDRESS.fullmatch(listed.strip())
    if not found or not _HOST.fullmatch(found[2]):
        return ""
    return f"{(found[1] or 'https').lower()}://{found[2].lower()}{found[3] or ''}"
