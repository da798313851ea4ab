from __future__ import annotations

import pytest

from app.archive import entries as module
from app.archive.archive import Archive
from app.archive.entries import find_entries, find_gift, some_batches, some_stored
from app.archive.keys import short
from app.archive.recorder import Recorder
from app.rules.entries import Gift
from app.rules.gift_steps import gift_key
from tests.journal import Journal, gift, grant


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
