from __future__ import annotations

import asyncio

import pytest

from app.actions.books.deliver import Delivery
from app.archive import outbox
from app.archive.archive import Archive, Connection
from app.archive.cursor import begin_cursors
from app.archive.frozen import frozen_among
from app.archive.statements import statement
from app.base.clock import now_ms
from app.base.errors import ArchiveError, Refusal, UnknownOutcome
from app.rules.entries import Bonus, Grant, PayoutHold
from app.rules.moves import Move
from app.rules.postings import coins_of
from app.store.keys import Keys
from app.store.moves import Moves, Posted
from loadtest.crossing_world import EPOCH, PAYERS, P
from tests.archiving import archive_all, archive_partitions
from tests.books import check_books
from tests.store.crossing import four_partitions
from tests.store.moving import bonus, freeze, grant, payout_hold, settlement, withdrawal
from tests.world import World

Results = list[tuple[Move, Posted | Refusal]]


class Desk:
    """A delivery, and what it was told of grants."""

    def __init__(self, archive: Archive, moves: Moves) -> None:
        self.told: Results = []
        self.archive = archive
        self.delivery = Delivery(archive, moves, {Grant: self.note}, now_ms)

    def note(self, connection: Connection, entry: Grant, result: Posted | Refusal, at_ms: int) -> None:
        """Notes what became of a grant."""
        self.told.append((entry, result))

    async def put(self, *moves: Move) -> None:
        """Decides entries."""
        await self.archive.write(outbox.put, moves, now_ms())


async def test_what_waits_is_posted_and_told(archive: Archive, world: World) -> None:
    """Entries reach the ledger in their order, their kinds are told, and nothing waits any more."""
    desk, one, other = Desk(archive, world.moves), grant("ann", 10), grant("ann", 5)
    await desk.put(one, bonus("ann", 1), withdrawal("ann", 99), other)

    assert 4 == await desk.delivery.deliver()
    assert [(one, Posted(1, 0, (10, 0))), (other, Posted(3, 0, (16, 0)))] == desk.told
    assert [] == await archive.read(outbox.waiting, 10)
    assert 0 == await desk.delivery.deliver()


async def test_refusals_are_told(archive: Archive, world: World) -> None:
    """An entry that the ledger refuses is told with its slug, and waits no longer."""
    told: Results = []

    def note(connection: Connection, entry: Bonus, result: Posted | Refusal, at_ms: int) -> None:
        told.append((entry, result))

    desk = Desk(archive, world.moves)
    await desk.put(grant("ann", 9 * 10**15), bonus("ann", 5))
    await Delivery(archive, world.moves, {Bonus: note}, now_ms).deliver()

    ((_, refusal),) = told
    assert isinstance(refusal, Refusal)
    assert ("limit_reached", []) == (refusal.slug, await archive.read(outbox.waiting, 10))


async def test_many_at_once_post_once(archive: Archive, world: World) -> None:
    """Deliveries of many processes at once post each entry once, and tell it once."""
    desks = [Desk(archive, world.moves) for _ in range(4)]
    moves = [grant("ann", 1) for _ in range(20)]
    await desks[0].put(*moves)
    await asyncio.gather(*(desk.delivery.deliver() for desk in desks))

    assert 20 == await world.coins("ann")
    assert sorted(move.key for move in moves) == sorted(move.key for desk in desks for move, _ in desk.told)


class Dying(Moves):
    """Dies before or after its n-th call."""

    def __init__(self, world: World, call: int, after: bool) -> None:
        super().__init__([world.ledger])
        self.left, self.after = call, after

    async def post(self, moves: object) -> list[Posted | Refusal]:
        """Posts, or dies."""
        self.left -= 1
        if self.left == 0 and not self.after:
            raise UnknownOutcome("before")
        results = await super().post(moves)  # type: ignore[arg-type]
        if self.left == 0:
            raise UnknownOutcome("after")
        return results


@pytest.mark.parametrize("after", [False, True])
async def test_a_death_between_store_and_archive(archive: Archive, world: World, after: bool) -> None:
    """Whoever dies before or after the store's call leaves the entry to the next one, who posts it once."""
    move = grant("ann", 10)
    dying = Desk(archive, Dying(world, 1, after))
    await dying.put(move)
    with pytest.raises(UnknownOutcome):
        await dying.delivery.deliver()
    assert ([move], []) == (await archive.read(outbox.waiting, 10), dying.told)
    desk = Desk(archive, world.moves)
    await desk.delivery.deliver()

    assert [(move, Posted(1, 0, (10, 0), duplicate=after))] == desk.told
    assert 10 == await world.coins("ann")


async def test_a_death_before_the_archives_commit(archive: Archive, world: World) -> None:
    """Where what became of an entry cannot be written down, it is posted again, to no effect, and written down then."""
    move = grant("ann", 10)
    desk = Desk(archive, world.moves)
    await desk.put(move)

    def fail(connection: Connection, entry: Grant, result: Posted | Refusal, at_ms: int) -> None:
        raise OSError("the disk is full")

    with pytest.raises(ArchiveError, match="full"):
        await Delivery(archive, world.moves, {Grant: fail}, now_ms).deliver()
    await desk.delivery.deliver()

    assert [(move, Posted(1, 0, (10, 0), duplicate=True))] == desk.told


async def test_an_unknown_ledger_lets_them_wait(archive: Archive, world: World) -> None:
    """A store with another ledger gets nothing; the entries wait for the right one."""
    desk = Desk(archive, Moves([world.ledger_with(epoch="another")]))
    move = grant("ann", 10)
    await desk.put(move)
    with pytest.raises(Refusal, match="uninitialised"):
        await desk.delivery.deliver()

    assert [move] == await archive.read(outbox.waiting, 10)


class Meanwhile(Moves):
    """Before its n-th call something else happens, as another process would do it."""

    def __init__(self, world: World, call: int, *moves: Move) -> None:
        super().__init__([world.ledger])
        self.left, self.moves, self.other = call, moves, world.moves

    async def post(self, moves: object) -> list[Posted | Refusal]:
        """Posts, after what happens meanwhile."""
        self.left -= 1
        if self.left == 0:
            await self.other.post(self.moves)
        return await super().post(moves)  # type: ignore[arg-type]


@pytest.mark.parametrize("frozen", [False, True])
async def test_a_refused_hold_is_refused_for_good(archive: Archive, world: World, frozen: bool) -> None:
    """A hold that was refused is not posted later by another process that has read it before, though it could be."""
    await world.grant("ann", 100)
    await world.send(world.order(gift="heart"))
    hold = payout_hold("sam", 5000)
    told: list[Posted | Refusal] = []

    def note(connection: Connection, entry: PayoutHold, result: Posted | Refusal, at_ms: int) -> None:
        told.append(result)

    await archive.write(outbox.put, [hold], now_ms())
    late = await archive.read(outbox.waiting, 10)
    if frozen:
        await world.moves.post([settlement("sam", 5000), freeze("sam")])
    await Delivery(archive, world.moves, {PayoutHold: note}, now_ms).deliver()
    if not frozen:
        await world.moves.post([settlement("sam", 5000)])
    (again,) = await world.moves.post(late)

    assert ["wallet_frozen" if frozen else "insufficient_diamonds"] == [
        result.slug for result in told if isinstance(result, Refusal)
    ]
    assert isinstance(again, Refusal)
    assert b"5000" == await world.store.call("HGET", world.keys.available, "sam")
    await check_books(world)


async def test_a_refused_withdrawal_is_refused_for_good(archive: Archive, world: World) -> None:
    """Coins that come back after a withdrawal was refused are not taken by a process that posts it late."""
    await world.grant("ann", 5)
    taken = withdrawal("ann", 6)
    await archive.write(outbox.put, [taken], now_ms())
    late = await archive.read(outbox.waiting, 10)
    await Delivery(archive, world.moves, {}, now_ms).deliver()
    await world.grant("ann", 5)
    (again,) = await world.moves.post(late)
    await archive_all(world, archive)

    assert isinstance(again, Refusal)
    assert 10 == await world.coins("ann")
    assert [] == await archive.read(statement, coins_of("ann"), 10, kinds=("withdrawal",))
    await check_books(world)


async def test_a_hold_that_another_process_has_posted_counts(archive: Archive, world: World) -> None:
    """A hold that is refused here, and posted by another process before the refusal is final, is held."""
    await world.grant("ann", 100)
    await world.send(world.order(gift="heart"))
    hold = payout_hold("sam", 5000)
    told: list[Posted | Refusal] = []

    def note(connection: Connection, entry: PayoutHold, result: Posted | Refusal, at_ms: int) -> None:
        told.append(result)

    await archive.write(outbox.put, [hold], now_ms())
    moves = Meanwhile(world, 2, settlement("sam", 5000), hold)
    await Delivery(archive, moves, {PayoutHold: note}, now_ms).deliver()
    (result,) = told

    assert isinstance(result, Posted)
    assert result.duplicate
    await check_books(world)


async def test_a_partition_that_is_away_holds_up_no_other(store_url: str, books: Archive) -> None:
    """What its people are due waits; all others get theirs, and only what everybody has to know waits with it."""
    async with four_partitions(store_url) as worker:
        await books.write(begin_cursors, P)
        desk, store = Desk(books, worker.moves), worker.ledgers[0].store
        grants = [grant(name, 1) for name in PAYERS]
        await desk.put(*grants, freeze(PAYERS[0]))
        await store.call("HSET", Keys(2).totals, "epoch", "another")
        with pytest.raises(Refusal, match="uninitialised"):
            await desk.delivery.deliver()

        assert [grants[0], grants[1], grants[3]] == [entry for entry, _ in desk.told]
        assert [grants[2].key, freeze(PAYERS[0]).kind] == [
            entry.key if entry == grants[2] else entry.kind for entry in await books.read(outbox.waiting, 9)
        ]
        await store.call("HSET", Keys(2).totals, "epoch", EPOCH)
        assert 2 == await desk.delivery.deliver()
        assert 0 == await books.write(outbox.drop_archived)
        await archive_partitions(store, books, EPOCH, 0, 2)
        # Whoever is frozen is so in all partitions, and any of them may lose its tail.
        assert 2 == await books.write(outbox.drop_archived)
        assert 2 == len(await books.write(outbox.post_again, 1))
        assert 2 == await desk.delivery.deliver()
        await archive_partitions(store, books, EPOCH, 1, 3)
        assert 3 == await books.write(outbox.drop_archived)
        assert [{PAYERS[0]}] * P == [await books.read(frozen_among, [PAYERS[0]], k) for k in range(P)]
