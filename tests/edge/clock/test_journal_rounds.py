from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from app.actions.books.look_up import look_up_in
from app.archive import boards, earnings
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors, read_cursor, read_cursors
from app.archive.maturing import next_due_ms
from app.archive.spending import come_of, spent_lines
from app.archive.statements import spent_since, statement
from app.base.book_metrics import BookMetrics
from app.base.clock import since_boot_ns
from app.edge.clock.journal_rounds import journal_rounds, settle_rounds
from app.edge.clock.rounds import Round
from app.rules.gifts import GiftOrder
from app.rules.postings import coins_of
from app.store.crossings import Closing
from app.store.diamonds import read_diamonds
from app.store.partitions import Partitions
from loadtest.crossing_world import COINS, GUESTS, PAYERS, ROOMS, STREAMERS, P, Worker, order
from tests.store.crossing import four_partitions, lying, pass_time

HOLD_MS = 20_000
EVER = (0, 10**6)


@pytest.fixture
async def worker(store_url: str) -> AsyncIterator[Worker]:
    """A worker of a newborn ledger of four partitions; in the end nothing is under way and the books are in order."""
    async with four_partitions(store_url) as worker:
        yield worker


@pytest.fixture
async def sold(worker: Worker) -> list[GiftOrder]:
    """Gifts of all payers to all rooms and some of their guests, one of them by nobody who is shown."""
    orders = [order(payer, at) for payer in PAYERS for at in range(P) if STREAMERS[at] != payer]
    orders += [order(payer, (k + 1) % P, "heart", receiver=GUESTS[(k + 1) % P]) for k, payer in enumerate(PAYERS)]
    orders.append(order(PAYERS[0], 2, quantity=3, anonymous=True))
    assert {b"NA"} == {answer[:2] for answer in await worker.send(orders)}
    return orders


async def run(rounds: Sequence[Round]) -> None:
    """Each once."""
    for one in rounds:
        await one()


async def archived(worker: Worker, archive: Archive, metrics: BookMetrics) -> list[Round]:
    """The rounds, which have archived all there is; the gifters' wallets are of partitions that come later, too."""
    await archive.write(begin_cursors, P)
    rounds = journal_rounds(Partitions(worker.ledgers), archive, lambda card: HOLD_MS, metrics)
    await run([rounds[2 * k] for k in (2, 0, 3, 1)])
    return rounds


async def test_what_was_earned_and_spent_is_summed_up_everywhere(
    worker: Worker, sold: list[GiftOrder], archive: Archive
) -> None:
    """Each streamer has earned what was given, wherever its giver is; so say the rooms' boards, and each wallet."""
    await archived(worker, archive, BookMetrics())
    earned, given, spent = Counter[str](), Counter[tuple[str, str | None]](), Counter[str]()
    in_room = Counter[tuple[str, str]]()
    for one in sold:
        wire = one.wire
        earned[wire.receiver] += wire.coins
        given[wire.receiver, wire.sender if wire.on_board else None] += wire.coins
        spent[wire.sender] += wire.coins
        if wire.on_board:
            in_room[one.room, wire.sender] += wire.coins

    for streamer in STREAMERS:
        (day,) = await archive.read(earnings.days, streamer, *EVER)
        assert (earned[streamer], 500 * earned[streamer]) == (day.earned.coins, day.earned.milli)
        givers = await archive.read(earnings.gifters, streamer, 0, 9)
        assert {(streamer, who): one.coins for who, one in givers} == {
            pair: coins for pair, coins in given.items() if pair[0] == streamer
        }
        assert await archive.read(next_due_ms, streamer) is not None
    for room in ROOMS:
        places = await archive.read(boards.of_room, room, EVER, "coins", 9)
        assert {(room, one.user): one.coins for one in places} == {
            pair: coins for pair, coins in in_room.items() if pair[0] == room
        }
    for payer in PAYERS:
        lines = await archive.read(statement, coins_of(payer), 99)
        assert spent[payer] == await archive.read(spent_since, coins_of(payer), 0)
        assert COINS - spent[payer] == lines[0].balance
        assert spent[payer] == sum(one.coins for one in (await archive.read(spent_lines, payer, 0, 2**53, 99))[0])
        _, n = await archive.read(come_of, payer, "UTC", lines[0].at_ms)
        assert n == (await archive.read(read_cursor, PAYERS.index(payer))).n


async def test_what_came_back_was_not_spent(worker: Worker, books: Archive) -> None:
    """A gift that could not be delivered stands in the statement twice, and is in no sum."""
    one = order(PAYERS[0], 2)
    await worker.steps[0].pay([one])
    (sent,) = await lying(worker, 0)
    await worker.steps[0].close([Closing(sent.name, sent.bucket, "X|room_ended")])
    await archived(worker, books, BookMetrics())
    lines = await books.read(statement, coins_of(PAYERS[0]), 9)

    assert [1, -1, COINS] == [line.amount for line in lines]
    assert ["gift_returned"] == [
        line.entry.kind for line in await books.read(statement, coins_of(PAYERS[0]), 9, None, ("gift_returned",))
    ]
    assert 0 == await books.read(spent_since, coins_of(PAYERS[0]), 0)
    assert [] == await books.read(boards.of_room, "room2", EVER, "coins", 9)


async def test_all_partitions_are_proved(worker: Worker, sold: list[GiftOrder], books: Archive) -> None:
    """One after the other; what differs in one of them is in the sum."""
    metrics = BookMetrics()
    rounds = await archived(worker, books, metrics)
    ns = [cursor.n for cursor in await books.read(read_cursors, P)]
    for _ in range(8 * P):
        await rounds[-1]()
    told = metrics.render().decode().splitlines()

    assert {f"fanfare_books_proved_entries {sum(ns)}.0", "fanfare_books_drift 0.0"} <= set(told)
    assert f"fanfare_archived_entries_total {sum(ns)}.0" in told
    keys = worker.ledgers[2].keys
    await worker.ledgers[2].store.call("HINCRBY", keys.coins, PAYERS[2], 7)
    for _ in range(8 * P):
        await rounds[-1]()
    assert "fanfare_books_drift 7.0" in metrics.render().decode().splitlines()
    await worker.ledgers[2].store.call("HINCRBY", keys.coins, PAYERS[2], -7)


async def test_what_is_in_no_outbox_is_in_no_escrow(
    worker: Worker, books: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """Where something that was paid is under way no more, and not closed, the books say so."""
    await worker.steps[1].pay([order(PAYERS[1], 2)])
    rounds = await archived(worker, books, BookMetrics())
    store, key = worker.ledgers[1].store, worker.ledgers[1].keys.outbox
    (name,) = await store.call("HKEYS", key)
    value = await store.call("HGET", key, name)
    await store.call("DEL", key)
    for _ in range(2 * P):
        await rounds[-1]()
    await store.call("HSET", key, name, value)
    await worker.ways.carry(await lying(worker, 1))

    assert "partition 1: coins under way: the store has 1, the journal gives 0" in caplog.text


async def test_what_matures_is_settled_where_it_is(worker: Worker, sold: list[GiftOrder], books: Archive) -> None:
    """Each partition's streamers have theirs available once the hold is over."""
    await archived(worker, books, BookMetrics())
    store = worker.ledgers[0].store
    await pass_time(store, 2 * HOLD_MS)
    later = Worker(store, since_boot_ns, look_up=look_up_in(books))
    await run(settle_rounds(Partitions(later.ledgers), later.moves, books))
    for k, streamer in enumerate(STREAMERS):
        found = await read_diamonds(later.ledgers[k], streamer)
        earned = 500 * sum(one.wire.coins for one in sold if one.wire.receiver == streamer)
        assert (0, earned) == (found.pending, found.available)
