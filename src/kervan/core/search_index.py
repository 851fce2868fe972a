"""Finding rows by part of a word without reading a whole table.

A model that is searched names its folded column (`searched_by = "search_key"`), and its `matching` asks `holding`. The
answer is always that of a plain LIKE; an index of all pieces of three letters only makes it quick. PostgreSQL has a GIN
index and uses it by itself. SQLite has an FTS5 table beside the real one, kept by triggers, so that whatever writes
keeps it right. No migration holds any of this: `prepare` runs after each, because Django remakes tables on SQLite and
drops their triggers by that. Without an index (an old SQLite, a role that may not create one) all works, only slower.
"""

import sys
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from kervan.core.rules.turkish import search_key

PIECE = 3  # letters; a shorter word is searched without the index
MOST_PIECES = 60  # of one search; more would not narrow it
FEW = 10_000  # with more rows than these SQLite is quicker to go through them in the order of the list
TOKENIZER = "trigram case_sensitive 1"  # of SQLite, from 3.34 on
EXTENSION = "pg_trgm"  # of PostgreSQL
NO_EXTENSION = """Searches read whole tables: PostgreSQL's extension {name} is missing and cannot be made ({reason}).
To make searches quick, have an administrator of the database say once, in this database:  CREATE EXTENSION {name};
and run the migrations again. Nothing else depends on it.
"""


def holding(text: str, **places: type[Model]) -> Q:
    """Rows that hold every word of a text, a word being held when one of the places holds it.

    places: field of the searched rows -> model whose folded column is read there, `pk` for the rows themselves, as in
    `holding(text, pk=Agreement, institution=Institution)`. One small query on SQLite, none on PostgreSQL.
    """
    words = search_key(text).split()
    groups = [words] if words and len(places) == 1 else [[word] for word in words]
    rare = _are_rare(groups, list(places.values()))
    found = Q()
    for group, is_rare in zip(groups, rare, strict=True):
        in_each = (_held(field, model, group, is_rare, any(rare)) for field, model in places.items())
        found &= reduce(or_, in_each)
    return found


def _held(field: str, model: type[Any], words: Sequence[str], is_rare: bool, is_any_rare: bool) -> Q:
    """A related table is asked once, not once a row, unless a rarer word leaves few rows to be asked for."""
    if is_any_rare and not is_rare and field != "pk":
        return Q(*((f"{field}__{model.searched_by}__contains", word) for word in words))
    found = Q(*((f"{model.searched_by}__contains", word) for word in words))
    if is_rare:
        found &= Q(pk__in=RawSQL(_rows_of(model), [_asked(words)]))  # nosec B611
    return found if field == "pk" else Q((f"{field}__in", model._default_manager.filter(found)))


def _asked(words: Sequence[str]) -> str:
    """All pieces of the words, quoted; "" when the words are too short. Folded words hold letters and digits only."""
    pieces = dict.fromkeys(word[at : at + PIECE] for word in words for at in range(len(word) - PIECE + 1))
    return " ".join(f'"{piece}"' for piece in list(pieces)[:MOST_PIECES])


def _are_rare(groups: Sequence[Sequence[str]], models: Collection[type[Model]]) -> list[bool]:
    """Of each group of words: whether the index knows few rows with them. Only speed depends on the answer."""
    asked = [_asked(words) for words in groups]
    if connection.vendor != "sqlite" or not any(asked):
        return [False for _group in groups]
    known = " + ".join(f"(SELECT count(*) FROM ({_rows_of(model)} LIMIT {FEW + 1}))" for model in models)  # nosec B608
    hits = ", ".join(known if text else f"{FEW + 1}" for text in asked)
    triggers = [name for model in models for name in list(_sqlite_parts(model))[1:]]
    names = ", ".join(["%s"] * len(triggers))
    kept = f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({names})"  # nosec B608
    values = [text for text in asked if text for _model in models]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ({kept}), {hits}", [*triggers, *values])
            is_kept, *counts = cursor.fetchone()
    except DatabaseError:  # there is no index
        return [False for _group in groups]
    return [is_kept == len(triggers) and count <= FEW for count in counts]


def prepare(using: str = "default", **_signal: Any) -> None:
    """After every migration: make the indexes that are missing. Quick when nothing is."""
    database = connections[using]
    make = {"sqlite": _prepare_sqlite, "postgresql": _prepare_postgresql}.get(database.vendor)
    with database.cursor() as cursor:
        tables = set(database.introspection.table_names(cursor))
        known = [
            model for model in _searched() if model._meta.db_table in tables and _has_column(database, cursor, model)
        ]
    if make and known:
        make(database, known)


def _has_column(database: Any, cursor: Any, model: type[Any]) -> bool:
    columns = database.introspection.get_table_description(cursor, model._meta.db_table)
    return model.searched_by in {column.name for column in columns}


def _prepare_postgresql(database: Any, models: Sequence[type[Any]]) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        there = {name for (name,) in cursor.fetchall()}
        missing = [model for model in models if _pieces_of(model) not in there]
        try:
            with transaction.atomic(using=database.alias):
                if missing:
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
                for model in missing:
                    table, column = model._meta.db_table, model.searched_by
                    sql = f'CREATE INDEX "{_pieces_of(model)}" ON "{table}" USING gin ("{column}" gin_trgm_ops)'
                    cursor.execute(sql)
        except DatabaseError as error:
            sys.stderr.write(NO_EXTENSION.format(name=EXTENSION, reason=str(error).splitlines()[0]))


def _prepare_sqlite(database: Any, models: Sequence[type[Any]]) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
        there = dict(cursor.fetchall())
        for model in models:
            parts = _sqlite_parts(model)
            if any(there.get(name) != sql for name, sql in parts.items()):
                _remake(database, cursor, _pieces_of(model), parts)


def _remake(database: Any, cursor: Any, table: str, parts: dict[str, str]) -> None:
    """Make table and triggers anew and fill the table; an SQLite that cannot keeps neither."""
    for name in list(parts)[1:]:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    try:
        with transaction.atomic(using=database.alias):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
            for sql in parts.values():
                cursor.execute(sql)
            cursor.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'rebuild\')')  # nosec B608
    except DatabaseError as error:
        sys.stderr.write(f"Searches read whole tables, because this SQLite cannot index them ({error}).\n")


def forget() -> None:
    """Write SQLite's indexes anew, so that no piece of an erased text stays behind in the file."""
    tables = connection.introspection.table_names() if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        for table in {_pieces_of(model) for model in _searched()} & set(tables):
            cursor.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'optimize\')')  # nosec B608


def _searched() -> list[type[Any]]:
    return [model for model in apps.get_models() if hasattr(model, "searched_by")]


def _pieces_of(model: type[Model]) -> str:
    return f"{model._meta.db_table}_pieces"


def _rows_of(model: type[Model]) -> str:
    table = _pieces_of(model)
    return f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s'  # nosec B608


def _sqlite_parts(model: type[Any]) -> dict[str, str]:
    """Names and statements: the table of pieces first, then the triggers that keep it."""
    table, column, pieces = model._meta.db_table, model.searched_by, _pieces_of(model)
    add = f'INSERT INTO "{pieces}" (rowid, "{column}") VALUES (new."id", new."{column}");'  # nosec B608
    taken = f'\'delete\', old."id", old."{column}"'
    drop = f'INSERT INTO "{pieces}" ("{pieces}", rowid, "{column}") VALUES ({taken});'  # nosec B608
    differs = f'old."{column}" IS NOT new."{column}" OR old."id" IS NOT new."id"'
    changed = f'AFTER UPDATE OF "id", "{column}" ON "{table}" WHEN {differs} BEGIN {drop} {add} END'
    return {
        pieces: f'CREATE VIRTUAL TABLE "{pieces}" USING fts5("{column}", content="{table}", content_rowid="id", '
        f"detail=none, tokenize='{TOKENIZER}')",
        f"{pieces}_added": f'CREATE TRIGGER "{pieces}_added" AFTER INSERT ON "{table}" BEGIN {add} END',
        f"{pieces}_changed": f'CREATE TRIGGER "{pieces}_changed" {changed}',
        f"{pieces}_removed": f'CREATE TRIGGER "{pieces}_removed" AFTER DELETE ON "{table}" BEGIN {drop} END',
    }
