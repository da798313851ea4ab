from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.entries import Entry, decode
from app.rules.moves import Move
from app.rules.partitions import partition
from app.store.address import read_address
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.moves import BATCH_MAX, CLAIMED_MS, Found, Moves, Posted
from app.store.reach import reach
from app.store.standing import Standing
from loadtest.crossing_world import COINS, PAYERS, P
from tests.books import check_books, read_hash
from tests.store import moving
from tests.store.crossing import four_partitions
from tests.store.moving import chargeback, grant, payout_hold, payout_paid, purchase
from tests.world import World

pytestmark = pytest.mark.usefixtures("audited")


async def test_a_move_is_applied_once_for_ever(world: World) -> None:
    """The same key and content answer the same each time, fifty at once too; other content is refused."""
    first = purchase("ann", 700)
    results = await asyncio.gather(*(world.moves.post([first]) for _ in range(50)))
    other = msgspec.structs.replace(first, minor=998)

    assert [[Posted(1, 0, (700, 0))]] + [[Posted(1, 0, (700, 0), True)]] * 49 == sorted(
        results, key=lambda answers: isinstance(answers[0], Posted) and answers[0].duplicate
    )
    assert ["id_reused"] == slugs(await world.moves.post([other]))
    assert -1 == await world.store.call("TTL", world.keys.moves)


async def test_moves_of_a_batch_see_each_other(world: World) -> None:
    """A key given twice in a batch counts once, balances add up, and what is refused leaves the others alone."""
    once = grant("ann", 10)
    results = await world.moves.post(
        [once, moving.withdrawal("ann", 11), grant("ann", 5), once, moving.withdrawal("ann", 11)]
    )

    assert [Posted(1, 0, (10, 0)), Posted(2, 0, (15, 0)), Posted(1, 0, (10, 0), True), Posted(3, 0, (4, 0))] == [
        result for result in results if isinstance(result, Posted)
    ]
    assert ["insufficient_coins"] == slugs(results)


async def test_a_chargeback_takes_what_is_there(world: World) -> None:
    """What was spent already becomes a debt, which the next coins pay off before any is the wallet's."""
    await world.grant("ann", 20)
    taken = await world.moves.post_one(chargeback("ann", 70))
    part = await world.moves.post_one(purchase("ann", 30))
    rest = await world.moves.post_one(grant("ann", 30))
    totals = await read_hash(world, world.keys.totals)

    assert ((50, (0, 50)), (30, (0, 20)), (20, (10, 0))) == (
        (taken.owed, taken.noted),
        (part.owed, part.noted),
        (rest.owed, rest.noted),
    )
    assert ("80", "70") == (totals["issued"], totals["clawed"])
    assert {} == await read_hash(world, world.keys.debt)


async def test_coins_that_promote(world: World) -> None:
    """A promotion spends coins that nobody earns by, on the terms of a gift, and what comes back is not issued anew."""
    await world.grant("ann", 100)
    first, over, back = await world.moves.post(
        [moving.promotion("ann", 70), moving.promotion("ann", 31), moving.promotion_returned("ann", 20)]
    )
    totals = await read_hash(world, world.keys.totals)

    assert (Posted(2, 0, (30, 0)), Posted(3, 0, (50, 0))) == (first, back)
    assert isinstance(over, Refusal)
    assert "insufficient_coins" == over.slug
    assert ("100", "50", "0") == (totals["issued"], totals["spent"], totals["minted"])


async def test_who_may_not_promote(world: World) -> None:
    """A frozen person and one who owes coins cannot; what comes back pays off the debt before it is the wallet's."""
    await world.grant("ann", 100)
    await world.moves.post([moving.promotion("ann", 70), chargeback("ann", 80), moving.freeze("bob")])

    assert ["wallet_in_debt", "wallet_frozen"] == slugs(
        await world.moves.post([moving.promotion("ann", 1), moving.promotion("bob", 1)])
    )
    assert Posted(5, 50, (10, 0)) == await world.moves.post_one(moving.promotion_returned("ann", 60))
    assert ["insufficient_coins"] == slugs(await world.moves.post([moving.promotion_returned("ann", 11)]))


async def test_diamonds_from_pending_to_paid(world: World) -> None:
    """Diamonds go from pending by available and held to paid, and back from each stage, never more than there are."""
    await world.grant("ann", 1000)
    await world.send(world.order(gift="swan"))
    steps: list[tuple[Callable[[str, int], Move], tuple[int, ...]]] = [
        (moving.settlement, (0, 699_000, 0)),
        (payout_hold, (0, 0, 699_000)),
        (moving.payout_returned, (0, 699_000, 0)),
        (payout_hold, (0, 0, 699_000)),
        (payout_paid, (0, 0, 0)),
        (moving.payout_came_back, (0, 699_000, 0)),
    ]
    for make, expected in steps:
        assert ["insufficient_diamonds"] == slugs(await world.moves.post([make("sam", 699_001)]))
        assert expected == (await world.moves.post_one(make("sam", 699_000))).noted
        await check_books(world)


async def test_diamonds_of_fraud_are_taken_back(world: World) -> None:
    """What is there in that state goes, of the frozen too; what was not there is told, and owed by nobody."""
    await world.grant("ann", 2000)
    await world.send(world.order(gift="swan"), world.order(gift="swan"))
    await world.moves.post([moving.settlement("sam", 699_000), moving.freeze("sam")])
    taken = [moving.pending_clawed("sam", 700_000), moving.available_clawed("sam", 1000)]
    results = await world.moves.post(taken)

    assert [Posted(6, 1000, (0, 699_000, 0)), Posted(7, 0, (0, 698_000, 0))] == results
    assert [True, True] == [isinstance(one, Posted) and one.duplicate for one in await world.moves.post(taken)]
    await check_books(world)


async def test_the_frozen_are_not_paid(world: World) -> None:
    """A frozen person gets no payout, while what is under way can end; thawed, all goes again."""
    await world.grant("ann", 1000)
    await world.send(world.order(gift="swan"))
    await world.moves.post([moving.settlement("sam", 699_000), payout_hold("sam", 1000), moving.freeze("sam")])

    assert ["wallet_frozen"] == slugs(await world.moves.post([payout_hold("sam", 1000)]))
    assert ["Rreceiver_frozen"] == await world.send(world.order())
    assert [] == slugs(
        await world.moves.post([payout_paid("sam", 1000), moving.unfreeze("sam"), payout_hold("sam", 1)])
    )


async def test_any_text_in_a_move(world: World) -> None:
    """Ids and reasons with quotes, line breaks and bars leave the journal well formed."""
    nasty = 'a"b\\c\nd|e\x00é\u2028,0,[]'
    await world.moves.post_one(grant("ann", 1, id=nasty, reason=nasty, by=nasty))
    ((_, entry),) = await world.journal()

    assert msgspec.structs.replace(grant("ann", 1, id=nasty, reason=nasty, by=nasty), noted=(1, 0)) == entry


async def test_no_coin_beyond_the_bound(world: World) -> None:
    """No coin is issued beyond nine quadrillion, and every digit up to there is kept."""
    most = 9 * 10**15 - 1

    assert (most, 0) == (await world.moves.post_one(grant("ann", most))).noted
    assert [None, "limit_reached"] == [
        getattr(result, "slug", None) for result in await world.moves.post([grant("bob", 1), grant("bob", 1)])
    ]


async def test_a_full_batch(world: World) -> None:
    """The largest batch is applied in one step."""
    results = await world.moves.post([grant(f"v{i}", i) for i in range(BATCH_MAX)])

    assert [Posted(i + 1, 0, (i, 0)) for i in range(BATCH_MAX)] == results
    assert 1 == await world.store.call("XLEN", world.keys.journal)


async def test_who_has_coins_now_is_announced(world: World, store_url: str) -> None:
    """Wallets that moved are told to all workers, and nobody else's."""
    await world.grant("ann", 1000)
    await world.send(world.order(gift="swan"))
    heard: list[Any] = []
    ear = await reach(read_address(store_url), heard.append)
    ear.send("SSUBSCRIBE", world.keys.wallets_channel)
    await ear.call("PING")
    await world.moves.post([grant("ann", 1), moving.settlement("sam", 5), grant("bob", 2)])
    await ear.call("PING")
    ear.close()

    assert [{"", "ann 302 5", "bob 2 5"}] == [
        set(push[2].decode().split("\n")) for push in heard if push[0] == b"smessage"
    ]


class Archive:
    """Says what an archive would that has the journal up to `n`."""

    def __init__(self, world: World, n: int) -> None:
        self.world, self.n = world, n
        self.asked: list[str] = []

    async def __call__(self, k: int, keys: Sequence[str]) -> Found:
        self.asked += keys
        entries: list[tuple[int, Entry]] = await self.world.journal()
        found: dict[str, Any] = {entry.key: (n, entry) for n, entry in entries if n <= self.n and entry.key in keys}
        return Found(self.n, found)


async def test_keys_that_the_store_dropped(world: World) -> None:
    """A key that only the archive still has is a duplicate there; new ones are applied once the archive was asked."""
    old, new, other = grant("ann", 10), grant("ann", 5), grant("bob", 7)
    await world.moves.post([old, other])
    await drop_keys(world, 2, old.key, other.key)
    archive = Archive(world, 2)
    moves = Moves([world.ledger], archive)
    changed = msgspec.structs.replace(other, coins=8)

    assert [Posted(1, 0, (10, 0), True), Posted(3, 0, (15, 0)), Refusal] == [
        result if isinstance(result, Posted) else type(result) for result in await moves.post([old, new, changed])
    ]
    assert [old.key, new.key, changed.key] == archive.asked
    assert [Posted(3, 0, (15, 0), True)] == await moves.post([new])
    await restore_keys(world, old.key, other.key)


@pytest.mark.parametrize("archived_n", [None, 1])
async def test_no_archive_no_guess(world: World, archived_n: int | None) -> None:
    """Where no archive can be asked, or it is behind the one that dropped the keys, nothing is applied."""
    old = grant("ann", 10)
    await world.moves.post([old, grant("bob", 7)])
    await drop_keys(world, 2, old.key)
    moves = Moves([world.ledger], None if archived_n is None else Archive(world, archived_n))
    before = await world.dump()
    with pytest.raises(Refusal, match="unavailable"):
        await moves.post([grant("cat", 1)])

    assert before == await world.dump()
    await restore_keys(world, old.key)


async def test_a_journal_that_is_trimmed_meanwhile(world: World) -> None:
    """Where the store drops keys right after the archive was asked for them, it is asked once more."""
    old, new = grant("ann", 10), grant("cat", 1)
    await world.moves.post([old, grant("bob", 7)])
    await drop_keys(world, 1, old.key)
    archive, looks = Archive(world, 1), list[int]()

    async def look_up(k: int, keys: Sequence[str]) -> Found:
        looks.append(archive.n)
        found = await archive(k, keys)
        if archive.n == 1:
            archive.n = 2
            await world.store.call("HSET", world.keys.totals, "keys_from", 3)
        return found

    result, again = await Moves([world.ledger], look_up).post([new, old])

    assert (Posted(3, 0, (1, 0)), Posted(1, 0, (10, 0), True), [1, 2]) == (result, again, looks)
    await restore_keys(world, old.key)


_dropped: dict[str, bytes] = {}


async def drop_keys(world: World, up_to: int, *keys: str) -> None:
    """What trimming does to the keys of entries up to that n."""
    for key in keys:
        _dropped[key] = await world.store.call("HGET", world.keys.moves, key)
    await world.store.call("HDEL", world.keys.moves, *keys)
    await world.store.call("HSET", world.keys.totals, "keys_from", up_to + 1)


async def restore_keys(world: World, *keys: str) -> None:
    """Puts them back, so that the audit finds all."""
    for key in keys:
        await world.store.call("HSET", world.keys.moves, key, _dropped.pop(key))


USERS = ("ann", "bob", "sam")
STEP = st.tuples(st.sampled_from(moving.MAKERS), st.sampled_from(USERS), st.sampled_from([1, 7, 500, 2000, 699_000]))


@given(batches=st.lists(st.lists(STEP, min_size=1, max_size=6), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_posted_in_whatever_order(
    world: World, batches: list[list[tuple[Callable[[str, int], Move], str, int]]]
) -> None:
    """After any moves in any order, with gifts between them, every invariant holds, and a resend changes nothing."""
    await world.be_born()
    await world.grant("ann", 3000)
    for batch in batches:
        moves = [make(user, amount) for make, user, amount in batch]
        first = await world.moves.post(moves)
        await world.send(world.order("ann", "swan"), world.order("bob", "heart"))
        again = await world.moves.post([move for move, result in zip(moves, first, strict=True) if applied(result)])
        assert [r.n for r in first if isinstance(r, Posted)] == [r.n for r in again if isinstance(r, Posted)]
        assert all(isinstance(result, Posted) and result.duplicate for result in again)
    await check_books(world)


def applied(result: Posted | Refusal) -> bool:
    """Whether a move was applied."""
    return isinstance(result, Posted)


def slugs(results: Sequence[Posted | Refusal]) -> list[str]:
    """Why moves were refused."""
    return [result.slug for result in results if isinstance(result, Refusal)]


def test_lines_are_the_entries() -> None:
    """Each kind's pieces, with what the script fills in, are read back as the entry they are of."""
    for make in moving.MAKERS:
        move = make("ann", 5)
        before, behind = move.pieces()
        assert msgspec.structs.replace(move, owed=3, noted=(1, 2)) == decode(f"{before}3,[1,2]{behind}")


async def test_a_key_is_one_persons_in_all_partitions(store_url: str) -> None:
    """Somebody else's partition does not know it, and refuses it all the same; the same person may use it again."""
    async with four_partitions(store_url) as worker:
        grants = [grant(name, 1, id="g") for name in (PAYERS[0], PAYERS[2])]
        await worker.moves.claim(grants[0])
        await worker.moves.claim(grants[0])
        with pytest.raises(Refusal, match="id_reused"):
            await worker.moves.claim(grants[1])
        key = Keys(partition(grants[0].key, P)).claim(grants[0].key)
        assert 0 < await worker.ledgers[0].store.call("PTTL", key) <= CLAIMED_MS


async def test_moves_of_several_partitions(store_url: str) -> None:
    """Each is applied where its person is, and one partition that refuses keeps nobody else's from being applied."""
    async with four_partitions(store_url) as worker:
        grants = [grant(name, k + 1) for k, name in enumerate(PAYERS)]
        results = await worker.moves.post([grants[2], grants[0], grants[2], grants[3]])

        assert [(2, False), (2, False), (2, True), (2, False)] == [
            (one.n, one.duplicate) for one in results if isinstance(one, Posted)
        ]
        away = Ledger(Standing(worker.standings[0].store, "other"), window_ms=0, journal_max=0, announce_as="")
        ledgers = [Ledger(one, window_ms=0, journal_max=0, announce_as="") for one in worker.standings]
        with pytest.raises(Refusal, match="uninitialised"):
            await Moves([away, *ledgers[1:]]).post([grant(PAYERS[0], 1), grants[1]])
        assert [COINS + 1, COINS + 2, COINS + 3, COINS + 4] == [
            (await ledger.wallets([name]))[0].coins for ledger, name in zip(ledgers, PAYERS, strict=True)
        ]


async def test_who_is_frozen_is_known_everywhere(store_url: str) -> None:
    """It stands in each partition's journal once, and is answered by the person's own, also after one was away."""
    async with four_partitions(store_url) as worker:
        store, frozen = worker.standings[0].store, moving.freeze(PAYERS[2])
        ledgers = [Ledger(one, window_ms=0, journal_max=0, announce_as="") for one in worker.standings]
        away = Ledger(Standing(store, "other", partition=1), window_ms=0, journal_max=0, announce_as="")
        with pytest.raises(Refusal, match="uninitialised"):
            await Moves([ledgers[0], away, *ledgers[2:]]).post([frozen])
        (again,) = await worker.moves.post([frozen])

        assert isinstance(again, Posted)
        assert again.duplicate
        assert [1] * P == [await store.call("SISMEMBER", one.keys.frozen, PAYERS[2]) for one in ledgers]
        assert [2] * P == [(await one.see()).mark.n for one in worker.standings]
