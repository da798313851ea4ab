from __future__ import annotations

import pytest

from app.archive import entries as module
from app.archive.archive import Archive
from app.archive.entries import batches, find_entries
from app.archive.recorder import Recorder
from app.rules.entries import Gift, gift_key
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


@pytest.mark.parametrize("rows", [1, 2, 100])
async def test_batches_come_back_as_they_were(
    archive: Archive, journal: Journal, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows are read at once, the journal's batches come back, from any batch to any other."""
    monkeypatch.setattr(module, "ROWS_A_READ", rows)
    written = [batch for _, batch in journal.placed]

    assert written == await archive.read(lambda c: list(batches(c, 0, 8)))
    assert written[1:2] == await archive.read(lambda c: list(batches(c, 2, 7)))
    assert [] == await archive.read(lambda c: list(batches(c, 8, 8)))
    assert written[2:] == await archive.read(lambda c: list(batches(c, 7, 99)))
