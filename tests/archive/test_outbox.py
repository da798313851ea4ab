from __future__ import annotations

from app.archive import outbox
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.recorder import Recorder
from app.rules.entries import Grant
from tests.journal import Journal
from tests.plans import scanned
from tests.store.moving import bonus, grant, purchase


async def test_entries_wait_in_their_order(archive: Archive) -> None:
    """Entries are found as they were put, the oldest first, until each is taken off."""
    moves = [purchase("ann", 70), bonus("ann", 7), grant("bob", 5, reason='a "reason"\n')]
    await archive.write(outbox.put, moves[:2], 1)
    await archive.write(outbox.put, moves[2:], 2)
    await archive.write(outbox.put, [], 3)

    assert moves == await archive.read(outbox.waiting, 10)
    assert {moves[1].key} == await archive.read(outbox.among, ["grant:none", moves[1].key])
    assert moves[:1] == await archive.read(outbox.waiting, 1)
    assert [True, False] == [await archive.write(outbox.take_off, moves[0].key, None) for _ in range(2)]
    assert [True, False] == [await archive.write(outbox.take_off, moves[1].key, 1) for _ in range(2)]
    assert moves[2:] == await archive.read(outbox.waiting, 10)


async def archive_first(archive: Archive, moves: list[Grant], posted: int, first_n: int) -> None:
    """The first so many were posted, from that n on; the archive has two entries, one of which is the first of them."""
    await archive.write(outbox.put, moves, 1)
    for n, move in enumerate(moves[:posted], first_n):
        await archive.write(outbox.take_off, move.key, n)
    journal = Journal()
    journal.write(moves[0], grant("bob", 1))
    await archive.write(Recorder("e1", lambda card: 0).record, journal.placed)


async def test_what_was_posted_stays_until_it_is_archived(archive: Archive) -> None:
    """Whatever a store may still lose can be posted again, by the same keys and in the same order."""
    moves: list[Grant] = [grant("ann", coins) for coins in (1, 2, 3, 4)]
    await archive_first(archive, moves, posted=3, first_n=2)

    assert [1, 0] == [await archive.write(outbox.drop_archived) for _ in range(2)]
    assert moves[3:] == await archive.read(outbox.waiting, 10)
    assert [move.key for move in moves[1:3]] == await archive.write(outbox.post_again)
    assert moves[1:] == await archive.read(outbox.waiting, 10)
    assert [] == await archive.write(outbox.post_again)


async def test_what_was_lost_waits_again(archive: Archive) -> None:
    """A store that has lost what was posted, and goes on, gives its number to another entry, which is archived."""
    moves: list[Grant] = [grant("ann", coins) for coins in (1, 2)]
    await archive_first(archive, moves, posted=2, first_n=1)

    assert [1, 0] == [await archive.write(outbox.drop_archived) for _ in range(2)]
    assert moves[1:] == await archive.read(outbox.waiting, 10)


async def test_what_was_decided_before_the_partitions_were_known_is_found(archive: Archive) -> None:
    """An entry that was noted before the bookkeeper had begun is archived wherever its person is."""
    moves: list[Grant] = [grant("ann", 1)]
    await archive.write(outbox.put, moves, 1)
    await archive.write(outbox.take_off, moves[0].key, 2)
    await archive.write(begin_cursors, 2)
    for k in range(2):
        journal = Journal()
        journal.write(grant("bob", k), grant("bob", 2), *moves[:k])
        await archive.write(Recorder("e1", lambda card: 0, k).record, journal.placed)

    assert (1, []) == (await archive.write(outbox.drop_archived), await archive.read(outbox.waiting, 10))


async def test_what_waits_already_is_not_noted_again(archive: Archive) -> None:
    """The same intent waits once."""
    move = grant("ann", 5)
    for _ in range(2):
        await archive.write(outbox.put, [move], 1)

    assert [move] == await archive.read(outbox.waiting, 10)


async def test_what_waits_and_what_is_archived_are_found_by_an_index(books: Archive) -> None:
    """However much waits for a store that is away, nothing that is asked for again and again reads all of it."""
    assert [] == await books.write(scanned, outbox.waiting, 10)
    assert [] == await books.write(scanned, outbox.drop_archived)
