from __future__ import annotations

from app.archive import bank_batches
from app.archive.archive import Archive
from app.archive.bank_batches import BankBatch


async def test_a_file_is_kept(archive: Archive) -> None:
    """What a file is made of is found by its id."""
    batch = BankBatch("b-1", 9 * 10**14, "2026-12-01")
    await archive.write(bank_batches.put, batch)

    assert (batch, None) == (
        await archive.read(bank_batches.find, "b-1"),
        await archive.read(bank_batches.find, "b-2"),
    )
