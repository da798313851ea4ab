from __future__ import annotations

from app.archive import outbox
from app.archive.archive import Archive
from tests.store.moving import bonus, grant, purchase


async def test_entries_wait_in_their_order(archive: Archive) -> None:
    """Entries are found as they were put, the oldest first, until each is taken off."""
    moves = [purchase("ann", 70), bonus("ann", 7), grant("bob", 5, reason='a "reason"\n')]
    await archive.write(outbox.put, moves[:2], 1)
    await archive.write(outbox.put, moves[2:], 2)
    await archive.write(outbox.put, [], 3)

    assert moves == await archive.read(outbox.waiting, 10)
    assert moves[:1] == await archive.read(outbox.waiting, 1)
    assert [True, False] == [await archive.write(outbox.take_off, moves[0].key) for _ in range(2)]
    assert moves[1:] == await archive.read(outbox.waiting, 10)


async def test_what_waits_already_is_not_noted_again(archive: Archive) -> None:
    """The same intent waits once."""
    move = grant("ann", 5)
    for _ in range(2):
        await archive.write(outbox.put, [move], 1)

    assert [move] == await archive.read(outbox.waiting, 10)
