"""How people call universities that the directory knows by another name: English words, short names."""

from django.db.models import Q, QuerySet

from kervan.core.rules.turkish import search_key
from kervan.institutions.models import Institution

LINKING = {"of", "the", "in", "for", "at", "and"}
WORDS = {
    "university": ("univ", "uniw", "yliopisto", "ulikool", "egyetem", "panepist", "sveucilist", "haskol"),
    "technical": ("techn", "tekn", "tecn", "polit", "muszaki"),
    "technology": ("techn", "tekn", "tecn"),
    "medical": ("medi", "tip"),
    "vienna": ("vienna", "wien"),
    "warsaw": ("warsaw", "warszaw"),
    "cracow": ("cracow", "krakow"),
    "krakow": ("cracow", "krakow"),
    "prague": ("prague", "prah", "praz"),
    "charles": ("charles", "karlova"),
    "rome": (" rome ", " roma ", " i roma"),  # not Romania
    "turin": ("turin", "torino"),
    "florence": ("florence", "firenze"),
    "venice": ("venice", "venezia"),
    "naples": ("naples", "napoli"),
    "munich": ("munich", "munchen", "muenchen"),
    "cologne": ("cologne", "koln", "koeln"),
    "lisbon": ("lisbon", "lisboa"),
    "seville": ("seville", "sevilla"),
    "athens": ("athens", "athin", "athina"),
    "thessaloniki": ("thessalonik",),
    "copenhagen": ("copenhagen", "kobenhavn"),
    "gothenburg": ("gothenburg", "goteborg"),
    "brussels": ("brussels", "bruxelles", "brussel"),
    "ghent": ("ghent", "gent"),
    "bucharest": ("bucharest", "bucurest"),
    "belgrade": ("belgrade", "beograd"),
    "skopje": ("skopje", "kiril i metodij"),
}
SHORT = {
    "odtu": "TR ANKARA04", "metu": "TR ANKARA04", "itu": "TR ISTANBU04", "ytu": "TR ISTANBU07",
    "ktu": "TR TRABZON01", "deu": "TR IZMIR01", "iyte": "TR IZMIR03", "iztech": "TR IZMIR03", "gtu": "TR KOCAELI01",
    "btu": "TR BURSA02", "estu": "TR ESKISEH03", "ogu": "TR ESKISEH02", "esogu": "TR ESKISEH02", "omu": "TR SAMSUN01",
    "comu": "TR CANAKKA01", "msgsu": "TR ISTANBU06", "etu": "TR ANKARA10", "tobb": "TR ANKARA10",
    "aybu": "TR ANKARA15", "asbu": "TR ANKARA23", "kou": "TR KOCAELI02", "bau": "TR ISTANBU08",
    "boun": "TR ISTANBU01", "gsu": "TR ISTANBU02", "bilkent": "TR ANKARA07",
    "bosphorus": "TR ISTANBU01",
}  # fmt: skip


def meant(text: str) -> QuerySet[Institution]:
    """The institutions that a text may mean: each word in one of its spellings, or the short name of one."""
    words = search_key(text).split()
    rows: QuerySet[Institution] = Institution.objects.all()
    for word in words:
        if word not in LINKING or len(words) == 1:
            rows = rows.filter(_spelled(word))
    return rows


def _spelled(word: str) -> Q:
    found = Q(erasmus_code=SHORT[word]) if word in SHORT else Q()
    for spelling in WORDS.get(word, (word,)):
        found |= Q(search_key__contains=spelling)
    return found
