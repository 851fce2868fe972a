"""What somebody asks of our agreements in their own words: "Do we have something with Kraków for law?"

English and Turkish are read alike and may be mixed. Words are compared in the form in which texts are searched, so
that capitals and marks do not matter; Turkish and English endings are tolerated. What was understood comes back as
parts that can be taken away one by one, and what was not understood is named: nothing is guessed silently. No word
vanishes: each is part of something understood, or not understood, or named as passed over ("do we have").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kervan.agreements.rules import words
from kervan.core.rules.turkish import search_key

COUNTRY, FIELD, LEVEL, DIRECTION, LANGUAGE, STAY, KIND, YEAR, PLACE = (
    "country", "field", "level", "direction", "language", "stay", "kind", "year", "place",
)  # fmt: skip
PLACES = frozenset({COUNTRY, PLACE})
LONGEST_PHRASE = 6
SHORTEST_STEM = 3
MOST_WORDS = 30

_ENDINGS = """
    s es da de ta te dan den tan ten daki deki taki teki ndaki ndeki nda nde ndan nden in un nin nun a e ya ye na ne
    i u yi yu ni nu si su la le yla yle lar ler lari leri larin lerin larda lerde lara lere ca ce li lu daki ki
    sinda sinde sinin sina sine dir tir mi mu inda inde unda unde ina ine ndeki miz imiz umuz larla lerle
"""
_EMPTY_WORDS = """
    a an the and or of for in at on to from with by do does we have has had is are there any some something anything
    agreement agreement partner place line university universite universitesi universitat universidad universita
    uniwersytet college our us it who which what where can could someone student ogrenci people person year field
    area subject department faculty level degree language taught in exchange mobility still left free open want go
    send var yok mi mu bir bu icin ile ve veya ya olan olarak anlasma anlasmamiz ortak kontenjan yer bizim bizde biz
    hangi ne nerede neler kim alan alaninda alani bolum bolumu fakulte duzey duzeyi duzeyinde dil dilinde
    degisim hareketlilik gitmek gidebilir gonderebilir miyiz mevcut ulke ulkesi sehir sehri kurum akademik yil yili
    yilinda please lutfen acaba about hakkinda near yakin as be he if me my no or so up am de da ki ne mu su
"""
_SUFFIXES = tuple(sorted(set(_ENDINGS.split()), key=lambda ending: (-len(ending), ending)))
_HARDENED = {"g": "k", "b": "p", "d": "t"}
_STOP_WORDS = frozenset(_EMPTY_WORDS.split())
_TEACHING_OF = frozenset({"egitim", "ogretim"})
_OF_TEACHING = frozenset({"dil", "dili", "yil", "yili", "donem", "donemi", "duzey", "duzeyi", "ogretim"})
_DIRECTIONS = {word: code for word, code in words.DIRECTIONS.items() if word not in ("in", "out", "going", "coming")}
_STAYS = {word: code for word, code in words.STAYS.items() if word != "student"}
_STAFF = {"staff": ("teaching", "training"), "personel": ("teaching", "training")}
_COUNTRY_NAMES = {
    "uk": "GB", "england": "GB", "ingiltere": "GB", "usa": "US", "abd": "US", "america": "US", "amerika": "US",
    "holland": "NL", "czech republic": "CZ", "cek cumhuriyeti": "CZ", "cekya": "CZ", "korea": "KR",
}  # fmt: skip
_FIELD_NAMES = {
    "international relations": "0312", "uluslararasi iliskiler": "0312", "mechanical engineering": "0715",
    "makine muhendisligi": "0715", "political science": "0312",
    "informatics": "061", "bilisim": "061", "cs": "061", "ict": "061", "information technology": "061",
    "bilgi teknolojileri": "061", "yazilim": "061", "software": "061", "ai": "061",
    "artificial intelligence": "061", "yapay zeka": "061", "computer": "061", "computers": "061",
    "computing": "061", "computer science": "061", "computer engineering": "061", "bilgisayar": "061",
    "bilgisayar bilimi": "061", "bilgisayar bilimleri": "061", "bilgisayar muhendisligi": "061", "business": "041",
    "isletme": "041", "iktisat": "0311", "engineering": "07", "muhendislik": "07", "fine arts": "021",
    "guzel sanatlar": "021", "teacher": "011", "teacher education": "011", "teacher training": "011",
    "ogretmen": "011", "ogretmenlik": "011", "ogretmen egitimi": "011", "ogretmen yetistirme": "011",
    "egitim bilimleri": "011", "education sciences": "011", "educational sciences": "011", "medicine": "0912",
    "tip": "0912", "theology": "0221", "ilahiyat": "0221", "humanities": "02", "social sciences": "03",
    "sosyal bilimler": "03", "natural sciences": "05", "fen bilimleri": "05", "health": "09", "saglik": "09",
    "gastronomy": "1013", "gastronomi": "1013",
}  # fmt: skip
_CAPITALS = {"IT": "061"}
_VAGUE = re.compile(r"not (further|elsewhere)|inter disciplinary|disiplinler arasi|tanimlanmayan|siniflandirilmayan")
_CODE = re.compile(r"[a-z]+\d{2,3}")


@dataclass(frozen=True, slots=True)
class Part:
    """Something understood. codes: what it stands for, any of them. at: positions of its words in what was typed."""

    kind: str
    codes: tuple[str, ...]
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word in the compared form. at: its position as typed.

    of_field: names of fields hold it; may_be: these fields, none when they are too different to choose.
    """

    text: str
    at: int
    may_be: tuple[str, ...] = ()
    of_field: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, the parts understood so far, the words that are left. is_cut: more was typed than is read."""

    typed: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    left: tuple[Word, ...] = ()
    is_cut: bool = False

    def codes(self, kind: str) -> tuple[str, ...]:
        """All codes of a kind; several parts of one kind mean any of them."""
        return tuple(dict.fromkeys(code for part in self.parts if part.kind == kind for code in part.codes))

    def without(self, *parts: Part) -> str:
        """What was typed without the words of these parts."""
        gone = {at for part in parts for at in part.at}
        return " ".join(word for at, word in enumerate(self.typed) if at not in gone)

    def unknown(self) -> tuple[str, ...]:
        """The words that were not understood, as typed, each once."""
        return tuple(dict.fromkeys(self.typed[word.at] for word in self.left))

    def passed_over(self) -> tuple[str, ...]:
        """The words that say nothing by themselves ("do we have"), as typed, each once; signs alone are no words."""
        read = {at for part in self.parts for at in part.at} | {word.at for word in self.left}
        rest = (word for at, word in enumerate(self.typed) if at not in read and _is_word(word))
        return tuple(dict.fromkeys(rest))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What words are known. phrases: words of a name -> (kind, codes).

    of_fields: word -> fields that hold it, none when these lie in several broad fields.
    """

    phrases: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]
    of_fields: Mapping[str, tuple[str, ...]]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Institution:
    """A university of the directory as a question may name it: folded words of all its names, of its city."""

    key: int
    words: frozenset[str]
    city: frozenset[str] = field(default_factory=frozenset)


def vocabulary(
    countries: Iterable[tuple[str, Iterable[str]]],
    fields: Iterable[tuple[str, Iterable[str]]],
    languages: Iterable[tuple[str, Iterable[str]]],
    studies: Mapping[str, str],
) -> Vocabulary:
    """Make the vocabulary of the names of countries, fields of study (ISCED-F) and languages, each (code, names).

    studies: name of a study programme -> field that is suggested for it. A field is also known by each part of its name
    ("Nursing and midwifery": nursing), unless that is the name of another; of several fields with one name the widest
    counts. Two and more words in a row out of a name ("subject specialisation") and a single word of it name the field
    only when all fields with these words lie in one broad field (first two digits). Common words that ISCED-F has not
    (informatics, bilişim, IT in capitals, öğretmen …) stand in a short table and count before its names. Where a name
    means two kinds of thing, the country counts before the language and that before the field.
    """
    every = [(code, tuple(names)) for code, names in fields]
    named = [(code, name) for code, names in every for name in names if not _VAGUE.search(search_key(name))]
    named += [(code, name) for name, code in studies.items()]
    whole = _collected((search_key(name), code) for code, name in named)
    parts = _collected((part, code) for code, name in named for part in _parts_of(name))
    rows = _collected((row, code) for code, name in named for row in _rows_of(search_key(name).split()))
    parts = {row: found for row, found in rows.items() if len(_broad(found)) == 1} | parts
    phrases: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
        tuple(name.split()): (FIELD, _widest(found)) for name, found in {**parts, **whole}.items()
    }
    phrases |= {tuple(name.split()): (FIELD, (code,)) for name, code in _FIELD_NAMES.items()}
    for kind, table in (
        (LEVEL, words.LEVELS), (DIRECTION, _DIRECTIONS), (STAY, _STAYS), (KIND, words.AGREEMENTS),
    ):  # fmt: skip
        phrases |= {tuple(word.split()): (kind, (code,)) for word, code in table.items()}
    phrases |= {(word,): (STAY, found) for word, found in _STAFF.items()}
    for kind, table_of in ((LANGUAGE, languages), (COUNTRY, countries)):
        phrases |= {
            tuple(search_key(name).split()): (kind, (code,)) for code, names in table_of for name in names if name
        }
    phrases |= {tuple(name.split()): (COUNTRY, (code,)) for name, code in _COUNTRY_NAMES.items()}
    single = _collected((word, code) for code, name in named for word in search_key(name).split())
    return Vocabulary(phrases, _of_fields(single), frozenset(code for code, _names in every))


def _of_fields(single: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """The fields of each word; none for a word that bears, with any ending, names in several broad fields."""
    by_stem: dict[str, set[str]] = {}
    for word, found in single.items():
        for stem in stems(word):
            by_stem.setdefault(stem, set()).update(_broad(found))
    return {
        word: _widest(found) if len(set().union(*(by_stem[stem] for stem in stems(word)))) == 1 else ()
        for word, found in single.items()
        if len(word) > SHORTEST_STEM
    }


def _broad(codes: Iterable[str]) -> set[str]:
    return {code[:2] for code in codes}


def _rows_of(name: Sequence[str]) -> list[str]:
    """All rows of two and more words in a name that neither begin nor end with a word that says nothing."""
    return [
        " ".join(name[start:end])
        for start in range(len(name))
        for end in range(start + 2, min(len(name), start + LONGEST_PHRASE) + 1)
        if name[start] not in _STOP_WORDS and name[end - 1] not in _STOP_WORDS
    ]


def _collected(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Codes by name, without names that say nothing."""
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        if len(name) >= SHORTEST_STEM and name not in _STOP_WORDS:
            found.setdefault(name, set()).add(code)
    return found


def _parts_of(name: str) -> list[str]:
    return [search_key(part) for part in re.split(r"[,;()]| and | ve ", name)]


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes without those that another one contains (0421 lies in 042)."""
    every = sorted(set(codes))
    return tuple(code for code in every if not any(code != one and code.startswith(one) for one in every))


def parse(text: str, known: Vocabulary) -> Question:
    """Read a question. At each word the longest known name counts; a name after "university of" is left for places.

    Only the first 30 words are read. Years are the year in which an academic year begins (2026, 2026/27).
    """
    words_typed = text.split()
    typed = tuple(words_typed[:MOST_WORDS])
    every = [Word(piece, at) for at, raw in enumerate(typed) for piece in _pieces(raw)]
    parts: list[Part] = []
    left: list[Word] = []
    at = 0
    while at < len(every):
        part, used = _capitals(every[at], typed), 1
        if not part:
            part, used = _part_at(every, at, known)
        if part:
            parts.append(part)
        elif not _is_passed_over(every, at):
            left.append(_left(every[at], known))
        at += used
    return Question(typed, tuple(parts), tuple(left), len(words_typed) > MOST_WORDS)


def _pieces(raw: str) -> list[str]:
    """The words in what stands between two blanks; one in a script that texts are not compared in stays as it is."""
    return search_key(raw).split() or ([raw] if _is_word(raw) else [])


def _is_word(raw: str) -> bool:
    return any(letter.isalnum() for letter in raw)


def _capitals(word: Word, typed: Sequence[str]) -> Part | None:
    """A field whose short name is an English word unless it stands in capitals: IT."""
    code = _CAPITALS.get(typed[word.at].strip(".,;:!?()"))
    return Part(FIELD, (code,), (word.at,)) if code else None


def _left(word: Word, known: Vocabulary) -> Word:
    found = next((known.of_fields[stem] for stem in stems(word.text) if stem in known.of_fields), None)
    return Word(word.text, word.at, found or (), found is not None)


def _part_at(every: Sequence[Word], at: int, known: Vocabulary) -> tuple[Part | None, int]:
    text = every[at].text
    if found := _year(every, at):
        return found
    if _is_of_teaching(every, at):
        return None, 1
    if text in known.fields:
        return Part(FIELD, (text,), (every[at].at,)), 1
    names_university = at > 1 and every[at - 2].text.startswith("univ") and every[at - 1].text == "of"
    for length in range(min(LONGEST_PHRASE, len(every) - at), 0, -1):
        piece = every[at : at + length]
        kind, codes = _phrase([word.text for word in piece], known)
        if codes and not (kind == FIELD and (names_university or _is_code(piece))):
            return Part(kind, codes, tuple(dict.fromkeys(word.at for word in piece))), length
    return None, 1


def _is_code(piece: Sequence[Word]) -> bool:
    return any(_CODE.fullmatch(word.text) for word in piece)


def _year(every: Sequence[Word], at: int) -> tuple[Part, int] | None:
    """A year 2000 to 2099, with the second year of "2026/27" or "2026-2027" after it."""
    text = every[at].text
    if not re.fullmatch(r"20\d\d", text):
        return None
    following = str(int(text) + 1)
    is_pair = at + 1 < len(every) and every[at + 1].text in (following, following[2:])
    used = every[at : at + 1 + is_pair]
    return Part(YEAR, (text,), tuple(dict.fromkeys(word.at for word in used))), len(used)


def _phrase(texts: Sequence[str], known: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """The kind and codes that a row of words names; its last word may carry an ending."""
    for last in stems(texts[-1]):
        if found := known.phrases.get((*texts[:-1], last)):
            return found
    return "", ()


def stems(word: str) -> tuple[str, ...]:
    """Return what a word may be without its ending, the word itself first.

    Turkish endings (`polonyada`, `hukukta`, `hemsireligi`: g stands for k again) and English plurals; at least three
    letters remain.
    """
    found = [word]
    for suffix in _SUFFIXES:
        stem = word[: -len(suffix)]
        if word.endswith(suffix) and len(stem) >= SHORTEST_STEM:
            found.append(stem)
            if stem[-1] in _HARDENED:
                found.append(stem[:-1] + _HARDENED[stem[-1]])
    if word.endswith("ies") and len(word) > SHORTEST_STEM + 2:
        found.append(f"{word[:-3]}y")
    return tuple(dict.fromkeys(found))


def _is_passed_over(every: Sequence[Word], at: int) -> bool:
    """Whether a word says nothing by itself, as an ending after an apostrophe; the letters before a code do."""
    text = every[at].text
    if _is_of_teaching(every, at) or (at and every[at - 1].at == every[at].at and text in _SUFFIXES):
        return True
    if len(text) < SHORTEST_STEM:
        return text in _STOP_WORDS and not _is_code(every[at + 1 : at + 2])
    return any(stem in _STOP_WORDS for stem in stems(text))


def _is_of_teaching(every: Sequence[Word], at: int) -> bool:
    """Whether "eğitim" only belongs to the word after it: eğitim dili, eğitim öğretim yılı."""
    following = every[at + 1].text if at + 1 < len(every) else ""
    return every[at].text in _TEACHING_OF and any(stem in _OF_TEACHING for stem in stems(following))


def place_words(question: Question) -> tuple[str, ...]:
    """Return the forms of the words that may name a university or city, to look them up; none when nothing is left.

    Words of one or two letters are in half of all names and are not looked up.
    """
    long = [word for word in question.left if len(word.text) >= SHORTEST_STEM]
    return tuple(dict.fromkeys(stem for word in long for stem in stems(word.text)))


def resolve(question: Question, found: Sequence[Institution]) -> Question:
    """Say which of the words left name universities or cities, and which may be a field after all.

    found: universities that hold at least one of `place_words`. Words that no field bears come first: the universities
    that hold most of them count; words that a field may bear are then taken only if some of these universities hold
    them too. A field's word that is left becomes a field, unless very different fields bear it ("bilimleri"); all else
    stays, not understood.
    """
    firm = [word for word in question.left if not word.of_field]
    taken, chosen = _narrowed(firm, found)
    if taken:
        more, chosen = _narrowed([word for word in question.left if word.of_field], chosen)
        taken += more
    parts = [*question.parts]
    if taken:
        at = tuple(sorted({word.at for word in taken}))
        parts.append(Part(PLACE, tuple(str(one.key) for one in chosen), at))
    rest = [word for word in question.left if word not in taken]
    parts += [Part(FIELD, word.may_be, (word.at,)) for word in rest if word.may_be]
    return replace(question, parts=tuple(parts), left=tuple(word for word in rest if not word.may_be))


def _narrowed(wanted: Sequence[Word], found: Sequence[Institution]) -> tuple[list[Word], list[Institution]]:
    """Take word after word, the rarest first, as long as a university remains that holds all taken so far."""
    holders = {word: [one for one in found if _holds(one, word)] for word in wanted}
    taken: list[Word] = []
    chosen = list(found)
    for word in sorted((one for one in wanted if holders[one]), key=lambda one: _rank(one, len(holders[one]))):
        keys = {one.key for one in holders[word]}
        both = [one for one in chosen if one.key in keys]
        if both:
            taken.append(word)
            chosen = both
    return taken, chosen


def _rank(word: Word, holders: int) -> tuple[bool, int, int]:
    return len(word.text) < SHORTEST_STEM, holders, word.at


def _holds(one: Institution, word: Word) -> bool:
    return any(stem in one.words for stem in stems(word.text)) or any(
        name.startswith(word.text) for name in one.words if len(word.text) > SHORTEST_STEM
    )


def is_city(taken: Iterable[str], chosen: Iterable[Institution]) -> bool:
    """Return whether words name the city of all these universities and not the universities themselves."""
    asked = [stems(word) for word in taken]
    return all(any(stem in one.city for stem in forms) for one in chosen for forms in asked)


def covers(fields: Iterable[str], asked: Iterable[str]) -> bool:
    """Return whether a line with these fields is for one of the asked ones; a line without fields is for all.

    Fields of two and three digits contain those of four (0611 lies in 061 and 06), in both directions: whoever asks for
    06 is told of 0611 too.
    """
    agreed, wanted = tuple(fields), tuple(asked)
    if not agreed or not wanted:
        return True
    return any(one.startswith(code) or code.startswith(one) for one in agreed for code in wanted)
