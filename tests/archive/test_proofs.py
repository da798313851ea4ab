from __future__ import annotations

import pytest

from app.archive.accounts import account_ids
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.proofs import (
    KEPT,
    Proved,
    latest_proof,
    maturing_sums,
    note_proof,
    postings_count,
    some_postings,
)
from app.archive.recorder import Recorder
from app.rules.figures import Figures
from tests.journal import Journal, gift, grant

SAM = "streamer:sam:diamonds_pending"


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """A journal that is archived, in batches of one entry."""
    journal = Journal()
    journal.write(grant("ann", 100))
    for _ in range(KEPT + 4):
        journal.write(gift("ann", "sam", 1))
    await archive.write(Recorder("e1", lambda _: 5).record, journal.placed)
    return journal


async def test_the_last_proof_is_gone_on_from(archive: Archive, journal: Journal) -> None:
    """A proof is kept with its figures; of those whose entry the archive has with that head, the last one counts."""
    batch = journal.placed[4][1]
    good = Proved(5, batch.head, 1, Figures(issued=100, wallets=96, spent=4))
    assert None is await archive.read(latest_proof)
    await archive.write(note_proof, good)
    await archive.write(note_proof, Proved(7, "another head", 2, Figures()))
    await archive.write(note_proof, Proved(99, "beyond", 3, Figures()))

    assert good == await archive.read(latest_proof)


async def test_few_are_kept(archive: Archive, journal: Journal) -> None:
    """The latest proofs alone are kept, and one of an earlier entry takes the later ones away."""
    heads = [batch.head for _, batch in journal.placed]
    for n, head in enumerate(heads, 1):
        await archive.write(note_proof, Proved(n, head, n, Figures()))
    count = "SELECT count(*) FROM proofs"
    assert KEPT == await archive.read(lambda connection: connection.exec_driver_sql(count).scalar())
    await archive.write(note_proof, Proved(6, heads[5], 6, Figures()))

    assert 6 == (await archive.read(latest_proof) or Proved(0, "", 0, Figures())).n


async def test_postings_between_two_entries(archive: Archive, journal: Journal) -> None:
    """They are those of the accounts that are named, behind the first entry up to the second."""
    ids = await archive.read(account_ids, {SAM, "nobody"})
    found = await archive.read(some_postings, 1, 4, ids.values())

    assert [SAM] == list(ids)
    assert [(ids[SAM], n, 1000, 1000 * (n - 1)) for n in (2, 3, 4)] == sorted(found)
    assert [] == await archive.read(some_postings, 4, 4, ids.values())
    assert [] == await archive.read(some_postings, 1, 4, [])


async def test_accounts_of_one_partition(archive: Archive, journal: Journal) -> None:
    """An account of that name in another partition is another one."""
    assert {} == await archive.read(account_ids, {SAM}, 1)


async def test_what_matures(archive: Archive, journal: Journal) -> None:
    """It is summed up by account, of all or of some."""
    expected = {SAM: 1000 * (KEPT + 4)}

    assert expected == await archive.read(maturing_sums)
    assert (expected, {}) == (await archive.read(maturing_sums, {SAM}), await archive.read(maturing_sums, {"x"}))


async def test_postings_are_counted(archive: Archive, journal: Journal) -> None:
    """A grant has two, a gift four."""
    cursor = await archive.read(read_cursor)

    assert (2, 2 + 4 * (KEPT + 4)) == (
        await archive.read(postings_count, 1),
        await archive.read(postings_count, cursor.n),
    )
