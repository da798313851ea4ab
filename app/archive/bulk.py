"""Writes and finds many rows at once by the fastest way of each engine: one by one, a row costs ten times as much."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat, starmap
from operator import itemgetter
from struct import Struct
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Connection,
    CursorResult,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

NAMES_A_QUERY = 500
# How `struct` and PostgreSQL write them, and in how many bytes.
INTEGERS = {"int4": ("i", 4), "int8": ("q", 8)}
COPY_HEAD, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"

Row = tuple[Any, ...]
"""A value for each column of the table, in its order."""


def parts(names: Collection[str]) -> Iterator[list[str]]:
    """The names in order, as many at a time as one query should name."""
    ordered = sorted(names)
    for at in range(0, len(ordered), NAMES_A_QUERY):
        yield ordered[at : at + NAMES_A_QUERY]


def matching(
    connection: Connection, query: Select[Any], column: Column[Any], values: Collection[Any]
) -> list[tuple[Any, ...]]:
    """The query's rows in whose column, one that an index begins with, is one of the values."""
    if not values:
        return []
    # In order: neighbours lie in one page.
    ordered = sorted(values)
    if connection.dialect.name == "postgresql":
        # Value by value, which OFFSET holds it to: of a table that grows quickly it knows nothing, and would read it
        # whole.
        array = cast(literal(_array(_type(column), ordered), String()), ARRAY(column.type))
        wanted = func.unnest(array).table_valued("value").render_derived()
        found = query.where(column == wanted.c.value).offset(0).lateral("found")
        return rows(connection, select(found).select_from(wanted).join(found, true()))
    listed = func.json_each(literal(json.dumps(ordered), String())).table_valued("value")
    return rows(connection, query.where(column.in_(select(listed.c.value))))


def rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The query's rows as the driver has them: numbers, texts, bytes. Of very many, SQLAlchemy's cost more."""
    with connection.execute(query) as result:
        return list(_cursor(result).fetchall())


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds rows that are not there yet."""
    if not rows:
        return
    columns = ", ".join(column.name for column in table.c)
    if connection.dialect.name == "postgresql":
        types = [_type(column) for column in table.c]
        with _driver(connection).cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            if set(types) <= INTEGERS.keys():
                copy.write(_packed(types, rows))
                return
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(table.c))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(rows))


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Adds a row unless one with a key of its own is there; whether it was added. Of many at once, one is."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(statement).first() is not None


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds each row's sums to those that the row of the same key has; a row that is not there is put in."""
    _upsert(connection, table, rows, f"{table.name}.{{0}} + excluded.{{0}}")


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Puts each row in, in the place of one of the same key."""
    _upsert(connection, table, rows, "excluded.{0}")


def _upsert(connection: Connection, table: Table, rows: Sequence[Row], value: str) -> None:
    if not rows:
        return
    columns = ", ".join(column.name for column in table.c)
    keys = ", ".join(column.name for column in table.primary_key)
    values_set = ", ".join(
        f"{column.name} = {value.format(column.name)}" for column in table.c if not column.primary_key
    )
    update = f"ON CONFLICT ({keys}) DO {f'UPDATE SET {values_set}' if values_set else 'NOTHING'}"
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(f"%s::{_type(column)}[]" for column in table.c)
        values = tuple(_array(_type(column), map(itemgetter(i), rows)) for i, column in enumerate(table.c))
        statement = f"INSERT INTO {table.name} ({columns}) SELECT * FROM unnest({arrays}) {update}"
        connection.exec_driver_sql(statement, values)
    else:
        marks = ", ".join("?" * len(table.c))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks}) {update}", list(rows))


def _packed(types: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Rows of numbers alone as COPY reads them: the driver takes four times as long, field by field."""
    sizes = [INTEGERS[kind] for kind in types]
    pack = Struct(">h" + "".join(f"i{letter}" for letter, _ in sizes)).pack
    fields = chain.from_iterable((repeat(size), map(itemgetter(i), rows)) for i, (_, size) in enumerate(sizes))
    return b"".join((COPY_HEAD, *starmap(pack, zip(repeat(len(types)), *fields, strict=False)), COPY_END))


def _array(kind: str, values: Iterable[Any]) -> str:
    """Numbers or texts as PostgreSQL reads an array: the driver's own way of writing one takes ten times as long."""
    if kind == "text":
        quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
        return '{"' + '","'.join(quoted) + '"}'
    return "{" + ",".join(map(str, values)) + "}"


def _cursor(result: CursorResult[Any]) -> Any:
    return result.cursor


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _type(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, BigInteger):
        return "int8"
    if isinstance(kind, Integer):
        return "int4"
    return "bytea" if isinstance(kind, LargeBinary) else "text"
