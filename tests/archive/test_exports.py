from __future__ import annotations

import pytest

from app.archive import bulk
from app.archive import exports as module
from app.archive.archive import Archive
from app.archive.exports import ExportedPosting, entries_behind, postings_of
from app.archive.recorder import Recorder
from tests.journal import Journal, gift, grant


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """A journal of five entries in two batches, archived."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("ann", "sam", 5))
    journal.write(gift("ann", "sam", 1), grant("bob", 7), gift("bob", "sam", 7))
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)
    return journal


async def test_entries_come_with_their_chain(archive: Archive, journal: Journal) -> None:
    """Each has its line as it was written, and the last of each batch the chain's head."""
    found = await archive.read(entries_behind, 0, 5)
    lines = [line for _, batch in journal.placed for line in batch.payload.split("\n")]
    heads = [batch.head for _, batch in journal.placed]

    assert ([1, 2, 3, 4, 5], lines) == ([one.n for one in found], [one.line for one in found])
    assert [None, heads[0], None, None, heads[1]] == [one.head for one in found]
    assert journal.entries() == [one.entry for one in found]
    assert [3, 4] == [one.n for one in await archive.read(entries_behind, 2, 4)]


async def test_a_read_is_bounded(archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many entries, the next come."""
    monkeypatch.setattr(module, "ENTRIES_A_READ", 2)

    assert [2, 3] == [one.n for one in await archive.read(entries_behind, 1, 5)]


@pytest.mark.parametrize("names", [1, 500])
async def test_postings_have_the_balances_after_them(
    names: int, archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The postings of some entries alone come, in the order of the entries."""
    monkeypatch.setattr(bulk, "NAMES_A_QUERY", names)
    found = await archive.read(postings_of, await archive.read(entries_behind, 2, 4))

    assert [
        ExportedPosting(3, "platform:diamonds_minted", "milli", -1000, -6000),
        ExportedPosting(3, "streamer:sam:diamonds_pending", "milli", 1000, 6000),
        ExportedPosting(3, "viewer:ann:coins", "coins", -1, 94),
        ExportedPosting(3, "viewer:ann:given", "coins", 1, 6),
        ExportedPosting(4, "platform:coins_issued", "coins", -7, -107),
        ExportedPosting(4, "viewer:bob:coins", "coins", 7, 7),
    ] == found
