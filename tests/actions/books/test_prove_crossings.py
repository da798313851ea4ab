from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.archive.archive import Archive
from app.store.gift_ways import closing
from app.store.keys import Keys
from loadtest.crossing_world import GUESTS, PAYERS, ROOMS, P, order
from tests.actions.books.four import Four, four_with_books
from tests.store.crossing import pay


@pytest.fixture
async def four(store_url: str, books: Archive) -> AsyncIterator[Four]:
    """A newborn ledger of four partitions, its books empty."""
    async with four_with_books(store_url, books) as four:
        yield four


async def happen(four: Four) -> None:
    """Gifts that have ended in every way, and some at every step of theirs."""
    worker = four.worker
    await worker.send([order(PAYERS[k], at) for k in range(P) for at in range(P) if at != k])
    await worker.send([order(PAYERS[0], 1, receiver=GUESTS[1]), order(PAYERS[2], 1, gift="heart", quantity=2)])
    back, paid, shown, owed = await pay(
        worker, *(order(PAYERS[0], 1) for _ in range(3)), order(PAYERS[0], 2, receiver=GUESTS[2])
    )
    await worker.steps[0].close([closing(back, "X|unavailable")])
    await worker.steps[1].deliver([shown], [True])
    await worker.steps[2].deliver([owed], [False])
    assert not paid.is_guests


async def test_what_is_under_way_is_in_order(four: Four) -> None:
    """Gifts at any step are told in escrow; once all have ended nothing is."""
    await happen(four)
    before = await four.verify()
    for k in (0, 2, 1, 3):
        await four.archive_all(k)
        assert [] == (await four.verify()).problems
    for k in range(P):
        await four.pass_on(k)
    after = await four.verify()

    assert ([], [], 3, 0) == (before.problems, after.problems, before.under_way, after.under_way)
    assert before.issued == before.in_wallets + before.spent + before.under_way
    assert [17, 13, 14, 10] == [one.n for one in before.partitions]
    assert 54 == before.n == sum(before.kinds.values())


async def test_a_broken_chain_in_one_partition(four: Four) -> None:
    """Entries that were changed are found where they are, and nothing is said of the other partitions."""
    await happen(four)
    journal = Keys(2).journal
    entries = await four.store.call("XRANGE", journal, "-", "+")
    await four.store.call("DEL", journal)
    for stream_id, flat in entries:
        changed = [part.replace(b'"rose",1,', b'"rose",2,') for part in flat]
        await four.store.call("XADD", journal, stream_id, *changed)
    report = await four.verify()

    assert report.problems[0].startswith("partition 2: the chain is broken at n ")
    assert not any("partition 0:" in text or "partition 3:" in text for text in report.problems)


@pytest.mark.parametrize("archived", [False, True])
async def test_an_outbox_that_does_not_fit_the_escrow(archived: bool, four: Four) -> None:
    """A gift that has gone from an outbox is named; so are a guest's, and one that lies there and was never paid."""
    await happen(four)
    outbox = await four.store.call("HGETALL", Keys(0).outbox)
    name, value = next(iter(outbox.items()))
    await four.store.call("HDEL", Keys(0).outbox, name)
    await four.store.call("HSET", Keys(1).outbox, f"{PAYERS[1]}:never", value)
    await four.store.call("DEL", Keys(2).outbox)
    if archived:
        await four.archive_all()
    said = "\n".join((await four.verify()).problems)

    assert "partition 0: 3 coins are in escrow, and 2 lie in the outbox" in said
    assert f"gift {name.decode()} was paid (n " in said
    assert "partition 1: 0 coins are in escrow, and 1 lie in the outbox" in said
    assert f"gift {PAYERS[1]}:never was never paid" in said
    assert "was delivered, and its guest never got it" in said


@pytest.mark.parametrize("archived", [False, True])
async def test_a_gift_that_was_delivered_twice(archived: bool, four: Four) -> None:
    """A gift that has arrived in two partitions is named with both, and so is one that came back and arrived."""
    worker = four.worker
    doubled, returned = await pay(worker, order(PAYERS[0], 1), order(PAYERS[0], 1))
    await worker.rooms[2].open(ROOMS["room1"], "e", ',"room":{}}')
    await worker.steps[1].deliver([doubled, returned], [True, True])
    await worker.steps[2].deliver([doubled], [False])
    await worker.ways.carry([doubled])
    await worker.steps[0].close([closing(returned, "X|unavailable")])
    if archived:
        await four.archive_all()
    said = "\n".join((await four.verify()).problems)

    assert f"gift {doubled.name} was delivered twice: n 2 of partition " in said
    assert f"gift {returned.name} was given back (n " in said
    assert "and delivered" in said
