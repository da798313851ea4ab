from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from app.archive import bulk
from app.archive import entries as module
from app.archive.archive import Archive
from app.archive.entries import find_entries, find_gift, some_batches, some_rows, some_stored
from app.archive.keys import short
from app.archive.recorder import Recorder
from app.archive.schema import ENTRIES
from app.rules.entries import Gift
from app.rules.gift_steps import gift_key
from tests.journal import Journal, gift, grant
from tests.postgres import Postgres


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """A journal that is archived."""
    journal = Journal()
    journal.write(grant("ann", 100, "a"), grant("bob", 50, "b"))
    journal.write(*(gift("ann", "sam", 1 + i) for i in range(5)))
    journal.write(grant("eve", 1, "c"))
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)
    return journal


async def test_entries_are_found_by_their_key(archive: Archive, journal: Journal) -> None:
    """Those that are there come with their number; of the others nothing is said but how far was looked."""
    sent = [entry for entry in journal.entries() if isinstance(entry, Gift)]
    key = gift_key("ann", sent[2].id)
    checked_n, found = await archive.read(find_entries, [key, "grant:b", "grant:nobody", gift_key("bob", sent[2].id)])

    assert 8 == checked_n
    assert {key: (5, sent[2]), "grant:b": (2, journal.entries()[1])} == found


async def test_many_keys_at_once(archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """More keys than a query takes are looked for in several."""
    monkeypatch.setattr(module, "KEYS_A_QUERY", 2)
    keys = [entry.key for entry in journal.entries()]
    _, found = await archive.read(find_entries, keys)

    assert list(range(1, 9)) == sorted(n for n, _ in found.values())


async def test_an_empty_archive_finds_nothing(archive: Archive) -> None:
    """Where nothing was archived, nothing was looked at."""
    assert (0, {}) == await archive.read(find_entries, ["grant:a"])


async def test_a_gift_is_found(archive: Archive, journal: Journal) -> None:
    """A gift is found by its sender and its id; with it or without it, it is told until when was looked."""
    sent = [entry for entry in journal.entries() if isinstance(entry, Gift)][3]

    assert (journal.at_ms, (6, sent)) == await archive.read(find_gift, "ann", sent.id)
    assert (journal.at_ms, None) == await archive.read(find_gift, "bob", sent.id)


@pytest.mark.parametrize("rows", [1, 2, 100])
async def test_batches_come_back_as_they_were(
    archive: Archive, journal: Journal, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows are read at once, the journal's batches come back, from any batch to any other."""
    monkeypatch.setattr(module, "ROWS_A_READ", rows)
    written = [batch for _, batch in journal.placed]

    assert written == await archive.read(some_batches, 0, 8)
    assert written[1:2] == await archive.read(some_batches, 2, 7)
    assert [] == await archive.read(some_batches, 8, 8)
    assert written[2:] == await archive.read(some_batches, 7, 99)


async def test_what_else_is_kept_of_an_entry(archive: Archive, journal: Journal) -> None:
    """Each entry is there with its time, its kind and the short form of its key."""
    found = await archive.read(some_stored, 0, 8)

    rows = {n: row for one in found for n, row in one.rows.items()}

    assert list(range(1, 9)) == list(rows)
    assert [(entry.kind, short(entry.key)) for entry in journal.entries()] == [row[1:] for row in rows.values()]
    assert {batch.at_ms for _, batch in journal.placed} == {at_ms for at_ms, _, _ in rows.values()}


async def test_a_read_is_bounded(archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read ends with the batch in which it has enough entries."""
    monkeypatch.setattr(module, "ENTRIES_A_READ", 3)

    assert [2, 5] == [batch.count for batch in await archive.read(some_batches, 0, 8)]


async def test_rows_of_the_next_entries(archive: Archive, journal: Journal) -> None:
    """They come in order, some at a time, however far on they lie; those of other partitions do not."""
    lines = [(0, n, n, "gift", str(n).encode(), None, str(n)) for n in (100, 101, 102, 900)]
    await archive.write(bulk.insert, ENTRIES, [*lines, (1, 103, 5, "gift", b"x", None, "other")])
    query = select(ENTRIES.c.n).where(ENTRIES.c.kind == "gift", ENTRIES.c.n >= 100)
    pages, after = list[list[int]](), 0
    while rows := await archive.read(some_rows, query, after, 899, 2):
        pages.append([n for (n,) in rows])
        after = pages[-1][-1]

    assert [[100, 101], [102]] == pages
    assert [(900,)] == await archive.read(some_rows, query, after, 2**53, 2)
    assert [(103,)] == await archive.read(some_rows, query, 0, 2**53, 2, 1)
    assert [] == await archive.read(some_rows, query, 900, 2**53, 2)


def test_a_page_is_no_work_for_what_follows(postgres: Postgres) -> None:
    """PostgreSQL, which knows nothing yet of a table that has just grown, reads no more of it than it is asked for."""
    archive = Archive(postgres.new_database())
    lines = [(0, n, n, "gift", n.to_bytes(4), None, "") for n in range(1, 4001)]
    archive.write_now(bulk.insert, ENTRIES, lines)

    def read(connection: Connection) -> int:
        assert 100 == len(some_rows(connection, select(ENTRIES.c.n, ENTRIES.c.payload), 0, 4000, 100))
        told = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'entries'"
        return int(connection.exec_driver_sql(told).scalar() or 0)

    touched = archive.write_now(read)
    archive.close()

    assert 100 <= touched <= 200
