"""Turkish text: what finds what, what stands before what, and how names are written.

The databases cannot be asked: one knows only ASCII when it compares, the other follows the collation of its server.
The two keys here are plain text that every database and every collation treats alike.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"  # the 29 letters of Turkish, with q, w, x where foreign names put them
ABBREVIATIONS = frozenset(
    {"AB", "KKTC", "KTO", "MEF", "MYO", "ODTÜ", "OSTİM", "SANKO", "TED", "TOBB", "UOLP", "ÖSYM", "YÖK"}
)
SMALL_WORDS_TR = frozenset({"ve", "ile", "veya", "ya", "da", "de"})
SMALL_WORDS = frozenset({
    "of", "and", "the", "for", "in", "de", "del", "della", "di", "da", "la", "le", "les", "des", "du", "et", "und",
    "für", "der", "die", "e", "y", "i", "w", "van", "och", "og",
})  # fmt: skip
_SORT_LIMIT = 200  # digits; two a letter
_LETTER_CODES = {letter: f"{number:02d}" for number, letter in enumerate(ALPHABET, start=20)}
_WITHOUT_MARK = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ə": "e"}
)
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_ROMAN = re.compile(r"X{0,3}(IX|IV|V?I{1,3}|V|X)")
_DOTTED = re.compile(r"(\w\.)+\w?")
_WORD = re.compile(r"[^\s\-/()&,;:+\"“”]+")


def lower_tr(text: str) -> str:
    """Small letters as Turkish has them: I becomes ı, İ becomes i. For comparing, not for storing."""
    composed = unicodedata.normalize("NFC", text)
    return composed.replace("İ", "i").replace("I", "ı").lower()


def upper_tr(text: str) -> str:
    """Capitals as Turkish has them: i becomes İ, ı becomes I."""
    return unicodedata.normalize("NFC", text).replace("i", "İ").replace("ı", "I").upper()


def search_key(text: str) -> str:
    """The form in which texts are compared when somebody searches: `şişli`, `SISLI`, `Şişli` and `ŞİŞLİ` give `sisli`.

    Marks above and below letters are dropped, case is folded, apostrophes vanish, all else that is neither letter nor
    digit becomes one blank; letters of other scripts stay. Use it on both sides: on the stored text and on what was
    typed. Applying it twice changes nothing.
    """
    folded = _without_marks(text.casefold().translate(_WITHOUT_MARK)).casefold().translate(_WITHOUT_MARK)
    plain = _without_marks(_APOSTROPHES.sub("", folded))
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def sort_key(text: str) -> str:
    """A text of digits whose plain order is the order of the Turkish alphabet (c ç, g ğ, ı i, o ö, s ş, u ü).

    Only digits, because collations disagree even on plain letters (`ch`, `aa`, `z`). Two digits a letter; blanks come
    first, then digits, then letters; signs are left out; letters of other scripts come last. At most 200 digits,
    so that the first 100 letters count.
    """
    return "".join(_sort_code(char) for char in _sortable(text)[:_SORT_LIMIT])[:_SORT_LIMIT]


def _sortable(text: str) -> str:
    """Small letters, blanks collapsed, marks dropped except those that make a letter of its own in Turkish."""
    lowered = _APOSTROPHES.sub("", lower_tr(text))
    letters = "".join(char if char in _LETTER_CODES else _base_letter(char) for char in lowered)
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


def _base_letter(char: str) -> str:
    return _without_marks(char.translate(_WITHOUT_MARK) if char != "ı" else char).casefold()


def _sort_code(char: str) -> str:
    if char == " ":
        return "01"
    if char in "0123456789":
        return f"1{char}"
    return _LETTER_CODES.get(char) or f"9{ord(char):06d}"


def title_case(text: str, *, language: str = "tr", abbreviations: Collection[str] = ABBREVIATIONS) -> str:
    """Write a name that stands in capitals the way it is written: `AĞRI İBRAHİM ÇEÇEN ÜNİVERSİTESİ` as `Ağrı İbrahim
    Çeçen Üniversitesi`.

    Only words all in capitals are changed; a word with a small letter was written with care and stays. Small words
    (`ve`, `ile`, `de`) get no capital except at the beginning; Roman numerals up to 39, dotted abbreviations
    (`M.T.O.K.`) and the given ones keep their capitals; what follows an apostrophe stays small (`Atatürk'ün`).
    language: `tr`, or another code for the rules of other languages (I becomes i, `of`, `and`, `der` are small). A
    name that cannot be known from its capitals (`LaTeX`) comes out wrong; the source should be asked for it.
    """
    composed = unicodedata.normalize("NFC", text)
    small = SMALL_WORDS_TR if language == "tr" else SMALL_WORDS
    lower = lower_tr if language == "tr" else str.lower

    def written(match: re.Match[str]) -> str:
        word, start = match.group(), match.start()
        if _keeps_capitals(word, abbreviations):
            return word
        if start > 0 and (lower(word) in small or _is_izafet(word, composed[start - 1])):
            return lower(word)
        return _capitalised(word, lower)

    return _WORD.sub(written, composed)


def _keeps_capitals(word: str, abbreviations: Collection[str]) -> bool:
    return (word != upper_tr(word) and word != word.upper()) or word in abbreviations or _is_sign(word)


def _is_sign(word: str) -> bool:
    return bool(_ROMAN.fullmatch(word.rstrip(".")) or (_DOTTED.fullmatch(word) and "." in word[:-1]))


def _is_izafet(word: str, before: str) -> bool:
    """The linking vowel in `Bezm-i Âlem`."""
    return before == "-" and word in {"İ", "I", "U", "Ü"}


def _capitalised(word: str, lower: Callable[[str], str]) -> str:
    head, rest = word[:1], lower(word[1:])
    if len(word) > 2 and word[1] in "'’" and head.isalpha():  # O'Connor, D'Annunzio
        rest = word[1] + word[2] + lower(word[3:])
    return head + rest


def mask_name(name: str) -> str:
    """A person's name for a public list: the first letter of each part, a star for each letter more, at least two
    (`A*** N** Y*****`).

    Hyphens stay; a name of nothing but blanks gives an empty text.
    """
    parts = unicodedata.normalize("NFC", name).split()
    return " ".join("-".join(_masked(piece) for piece in part.split("-")) for part in parts)


def _masked(piece: str) -> str:
    return piece[:1] + "*" * max(2, len(piece) - 1) if piece else ""


def ordinal(number: int, language: str = "tr") -> str:
    """The rank in figures: `3.` in Turkish, `3rd` in English. Raises ValueError below 1."""
    if number < 1:
        raise ValueError(f"no rank is {number}")
    if language == "tr":
        return f"{number}."
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
