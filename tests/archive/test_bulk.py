from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, select

from app.archive import bulk
from app.archive.archive import Archive
from app.archive.purchases import GIVE_BACKS
from app.archive.schema import ACCOUNTS, BOARDS, EARNED_DAYS, EARNED_GIFTS, ENTRIES, POSTINGS
from tests.postgres import Postgres

AWKWARD = '["grant","\\\\N \\\\. \\t",\'%s\', "\u2028 \U0001f339"]'


async def test_rows_come_back_as_they_were_put_in(archive: Archive) -> None:
    """Texts with anything in them, bytes, nothing, and numbers up to 2^53 arrive whole."""
    rows = [(0, 1, 2**53, "grant", bytes(range(16)), None, AWKWARD), (7, 2**53, 0, "gift", b"\xff" * 16, "\\N", "")]
    await archive.write(bulk.insert, ENTRIES, rows)

    assert rows == await archive.read(lambda c: [tuple(row) for row in c.execute(select(ENTRIES))])


async def test_numbers_come_back_as_they_were_put_in(archive: Archive) -> None:
    """Rows of numbers alone arrive whole too: small and large ones, and below zero."""
    postings = [(1, n, amount, -amount) for n, amount in enumerate((0, -1, 255, 256, -(2**53), 2**53), 1)]
    await archive.write(bulk.insert, POSTINGS, postings)
    await archive.write(bulk.insert, EARNED_DAYS, [(2**53, -1, 0, 1, -5), (7, 2**31 - 1, 3, -(2**53), 2**53)])

    def rows(connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for table in (POSTINGS, EARNED_DAYS) for row in connection.execute(select(table))]

    assert {*postings, (2**53, -1, 0, 1, -5), (7, 2**31 - 1, 3, -(2**53), 2**53)} == {*await archive.read(rows)}


async def test_no_rows_are_no_work(archive: Archive) -> None:
    """Nothing to write is written without a word."""
    await archive.write(bulk.insert, ENTRIES, [])
    await archive.write(bulk.add, EARNED_GIFTS, [])
    await archive.write(bulk.put, EARNED_GIFTS, [])

    def rows(connection: Connection) -> int:
        return len(connection.execute(select(ENTRIES)).all()) + len(connection.execute(select(EARNED_GIFTS)).all())

    assert 0 == await archive.read(rows)


async def test_sums_are_added(archive: Archive) -> None:
    """A row that is there grows by what comes; one that is not there begins with it."""

    def add_twice(connection: Connection) -> list[tuple[object, ...]]:
        bulk.add(connection, EARNED_GIFTS, [(1, 5, "rose", 1, 10, 100), (1, 5, "heart", 2, 20, 200)])
        bulk.add(connection, EARNED_GIFTS, [(1, 5, "rose", 3, 30, -300), (1, 6, "rose", 4, 40, 400)])
        return [tuple(row) for row in connection.execute(select(EARNED_GIFTS).order_by(*EARNED_GIFTS.primary_key))]

    assert [(1, 5, "heart", 2, 20, 200), (1, 5, "rose", 4, 40, -200), (1, 6, "rose", 4, 40, 400)] == (
        await archive.write(add_twice)
    )


def test_sums_grow_in_their_pages(postgres: Postgres) -> None:
    """In PostgreSQL a row whose sum grows finds room beside it, and no index has to be written to."""
    archive = Archive(postgres.new_database())
    archive.write_now(bulk.add, BOARDS, [("r", 5, gifter, 1, 10) for gifter in range(1000)])

    def grow(connection: Connection) -> tuple[int, int]:
        bulk.add(connection, BOARDS, [("r", 5, gifter, 1, 10) for gifter in range(0, 1000, 5)])
        counted = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'boards'"
        updated, in_place = connection.exec_driver_sql(counted).one()
        return updated, in_place

    updated, in_place = archive.write_now(grow)
    archive.close()

    assert 200 == updated
    assert in_place > 190


async def test_rows_are_put_in_the_place_of_others(archive: Archive) -> None:
    """A row of a key that is there takes its place; one that is not there is put in."""

    def put_twice(connection: Connection) -> list[tuple[object, ...]]:
        bulk.put(connection, EARNED_GIFTS, [(1, 5, "rose", 1, 10, 100), (1, 5, "heart", 2, 20, 200)])
        bulk.put(connection, EARNED_GIFTS, [(1, 5, "rose", 3, 30, -300)])
        return [tuple(row) for row in connection.execute(select(EARNED_GIFTS).order_by(*EARNED_GIFTS.primary_key))]

    assert [(1, 5, "heart", 2, 20, 200), (1, 5, "rose", 3, 30, -300)] == await archive.write(put_twice)


async def test_any_text_is_put_in_as_it_is(archive: Archive) -> None:
    """Texts with quotes, braces, commas or backslashes in them arrive whole, and so do empty ones."""
    texts = ["", "NULL", "{}", 'a","b', "\\", '\\"', "a,b", " a ", "\n", "\U0001f339"]
    rows = [(1, 5, text, i, -i, 2**53) for i, text in enumerate(sorted(texts))]
    await archive.write(bulk.put, EARNED_GIFTS, rows)
    found = await archive.read(lambda c: [tuple(row) for row in c.execute(select(EARNED_GIFTS))])

    assert sorted(rows) == sorted(found)


async def test_of_many_at_once_one_row_is_new(archive: Archive) -> None:
    """A row is added by whoever comes first; the others are told that it was there."""
    rows = [{"id": f"g{i}", "purchase": "p", "minor": i, "state": "due", "due_ms": 0, "tries": 0} for i in (1, 1, 2)]
    added = await asyncio.gather(*(archive.write(bulk.insert_new, GIVE_BACKS, row) for row in rows * 5))

    assert 2 == added.count(True)


async def test_rows_of_many_values(archive: Archive) -> None:
    """Each row with one of the values in its column is found once, whatever a text has in it; of no values none is."""
    names = ["", "{}", 'a","b', "\\", "a,b", "\n", "\U0001f339", "plain"]
    await archive.write(bulk.insert, ACCOUNTS, [(i, i % 2, name, "coins") for i, name in enumerate(names)])
    query = select(ACCOUNTS.c.id, ACCOUNTS.c.name)

    for partition in (0, 1):
        here = query.where(ACCOUNTS.c.partition == partition)
        found = await archive.read(bulk.matching, here, ACCOUNTS.c.name, [*names, "nobody"])
        assert [(i, name) for i, name in enumerate(names) if i % 2 == partition] == sorted(found)
    assert [] == await archive.read(bulk.matching, query, ACCOUNTS.c.name, [])
    assert [(7, "plain")] == await archive.read(bulk.matching, query, ACCOUNTS.c.id, {7, 99})


async def test_rows_as_the_driver_has_them(archive: Archive) -> None:
    """Plain tuples come of numbers, texts, bytes and nothing; and the connection can be used for the next query."""
    rows = [(0, 1, 2**53, "grant", bytes(range(16)), None, AWKWARD), (0, 2, 0, "gift", b"\xff" * 16, "h", "")]
    await archive.write(bulk.insert, ENTRIES, rows)
    query = select(ENTRIES).order_by(ENTRIES.c.n)

    found = await archive.read(lambda connection: bulk.rows(connection, query) + bulk.rows(connection, query))
    assert rows * 2 == found
    assert {tuple, bytes} == {type(found[0]), type(found[0][4])}


def test_names_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name comes once, in order, a bounded number of them at a time."""
    monkeypatch.setattr(bulk, "NAMES_A_QUERY", 2)

    assert [["a", "b"], ["c"]] == list(bulk.parts({"c", "a", "b"}))
    assert [] == list(bulk.parts([]))
