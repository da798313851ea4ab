from __future__ import annotations

from app.archive.archive import Archive
from app.archive.losses import losses_of, note_losses
from app.rules.standing import Loss


async def test_what_was_lost_is_kept_of_each_partition(archive: Archive) -> None:
    """Losses are noted once, however often they are told, and read in the order in which they were."""
    first, later, other = Loss(at_ms=5, first=3, last=9), Loss(at_ms=7, first=2, last=2), Loss(at_ms=5, first=1, last=1)
    await archive.write(note_losses, [later, first])
    await archive.write(note_losses, [first])
    await archive.write(note_losses, [other], 2)

    assert [[first, later], [], [other]] == [await archive.read(losses_of, k) for k in range(3)]
