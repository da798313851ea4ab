from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest

from app.actions.books import pay_out
from app.actions.books.deliver import Delivery
from app.actions.books.look_up import look_up_in
from app.actions.books.pay_out import LOOK_AGAIN_S, LOOK_EVERY_S, Payer
from app.actions.books.told import TOLD
from app.archive import outbox, payouts
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.payouts import Request
from app.rules.payouts import ASK_FIRST_MS, ASK_MAX_MS
from app.store.moves import Moves
from tests.actions.paying import Paying
from tests.archiving import archive_all
from tests.books import check_books
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.store.moving import freeze, unfreeze
from tests.world import EPOCH, World


async def test_a_payout_is_paid(paying: Paying) -> None:
    """It is submitted, asked for again until it has come to an end, and its diamonds are paid."""
    payout = (await paying.ask()).payout
    waits = [await paying.step()]
    submitted = await paying.look(payout)
    waits.append(await paying.step())
    await paying.pass_time(ASK_FIRST_MS)
    still = await paying.look(payout)
    await paying.pass_time(3000)
    paid = await paying.look(payout)

    assert [LOOK_AGAIN_S, LOOK_EVERY_S] == waits
    assert ["submitted", "submitted", "paid"] == [one.status for one in (submitted, still, paid)]
    assert (submitted.due_ms + 2 * ASK_FIRST_MS, 0) == (still.due_ms, paid.due_ms)
    assert (40_999_000, 0) == await paying.states()
    assert 2000 == paying.rail.paid[payout.id].amount.minor
    await check_books(paying.world)


@pytest.mark.parametrize(
    ("destination", "status", "why"),
    [("decline", "failed", "declines"), ("return", "returned", "returns"), ("unclaimed", "returned", "claimed")],
)
async def test_what_is_not_paid_comes_back(paying: Paying, destination: str, status: str, why: str) -> None:
    """A payout that fails or comes back is available again, and its history says why."""
    payout = (await paying.ask(destination=destination)).payout
    for _ in range(5):
        await paying.pass_time(4000)
    found = await paying.look(payout)

    assert (status, (44_999_000, 0)) == (found.status, await paying.states())
    assert why in found.history[-1].why
    assert ("unclaimed" == destination) == ("nobody has claimed it yet" in [event.why for event in found.history])
    assert 0 < found.back_n
    await check_books(paying.world)


async def test_an_unknown_outcome_is_asked_for_again(paying: Paying, caplog: pytest.LogCaptureFixture) -> None:
    """A rail that does not answer is asked again with the same transfer, less and less often, and pays once."""
    payout = (await paying.ask()).payout
    paying.rail.failures = 4
    await paying.step()
    for step in range(4):
        assert (await paying.look(payout)).due_ms == paying.now_ms + ASK_FIRST_MS * 2**step
        await paying.pass_time(ASK_FIRST_MS * 2**step)
    await paying.pass_time(ASK_MAX_MS)

    assert ("paid", 1) == ((await paying.look(payout)).status, len(paying.rail.paid))
    assert f"payout {payout.id} waits: it cannot be reached" in caplog.text


async def test_the_frozen_are_not_paid(paying: Paying) -> None:
    """An approved payout of somebody who is frozen waits, and goes on afterwards."""
    payout = (await paying.ask()).payout
    await paying.world.moves.post([freeze("sam")])
    await paying.step()
    frozen = await paying.look(payout)
    await paying.world.moves.post([unfreeze("sam")])
    await paying.pass_time()

    assert ("approved", {payout.id}) == (frozen.status, set(paying.rail.paid))
    assert "submitted" == (await paying.look(payout)).status


async def test_nothing_is_paid_that_the_archive_does_not_hold(paying: Paying, caplog: pytest.LogCaptureFixture) -> None:
    """A payout waits until its hold is archived; one whose hold was lost is held again before it is paid."""
    payout = (await paying.ask()).payout
    await paying.payer.step()
    waiting = await paying.look(payout)
    lost = msgspec.structs.replace(payout, id="po-lost", quote="lost", held_n=1)
    await paying.archive.write(payouts.insert, lost, Request("lost", ""))
    await paying.pass_time()
    submitted, again = await paying.look(payout), await paying.look(lost)
    held = (await paying.states())[1]
    for _ in range(3):
        await paying.pass_time()

    assert ("approved", "submitted", "approved") == (waiting.status, submitted.status, again.status)
    assert (8_000_000, 2) == (held, len(paying.rail.paid))
    assert ("paid", (36_999_000, 0)) == ((await paying.look(lost)).status, await paying.states())
    assert "payout po-lost has to be looked at: the ledger has lost its hold" in caplog.text
    await check_books(paying.world)


async def test_a_rail_that_is_gone_is_waited_for(paying: Paying) -> None:
    """A payout by a rail that is not set up any more waits, and can be cancelled."""
    payout = (await paying.ask()).payout
    del paying.rails["demo"]
    await paying.pass_time()

    assert "approved" == (await paying.look(payout)).status
    assert "cancelled" == (await paying.cancel(payout)).status


@pytest.mark.parametrize("how", ["away", "without the ledger"])
async def test_a_partition_holds_up_no_other(
    books: Archive, parted: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many payouts wait for their partition, those of the others are paid; they are paid once it is back."""
    await books.write(begin_cursors, 4)
    paying = Paying(books, parted)
    for user in ("sue", "sam"):
        await paying.earn(user)
        await paying.profile(user)
    waiting = [(await paying.ask(user="sue")).payout for _ in range(2)]
    paying.now_ms += 1
    payout = (await paying.ask()).payout
    await archive_all(parted, books)
    monkeypatch.setattr(pay_out, "AT_ONCE_MAX", 2)
    partitions, totals = parted.without(*([3] if how == "away" else [])), parted.partitions.of("sue").keys.totals
    if how != "away":
        await parted.store.call("HSET", totals, "epoch", "another")
    payer = Payer(books, partitions, paying.rails, paying.delivery, paying.clock)
    for _ in range(2):
        await payer.step()
    assert ["approved", "approved", "submitted"] == [(await paying.look(one)).status for one in (*waiting, payout)]

    await parted.store.call("HSET", totals, "epoch", EPOCH)
    await paying.pass_time()
    assert {one.id for one in (*waiting, payout)} == paying.rail.paid.keys()


async def test_many_payers_pay_once(paying: Paying, caplog: pytest.LogCaptureFixture) -> None:
    """Payers that go on with the same payouts at once pay each once, without a complaint."""
    asked = [(await paying.ask(destination=to)).payout for to in ("a", "b", "return")]
    what = (paying.archive, paying.world.partitions, paying.rails, paying.delivery, paying.clock)
    payers = [Payer(*what) for _ in range(4)]
    await archive_all(paying.world, paying.archive)
    for _ in range(6):
        await asyncio.gather(*(payer.step() for payer in payers))
        paying.now_ms += 60_000

    assert ["paid", "paid", "returned"] == [(await paying.look(payout)).status for payout in asked]
    assert (36_999_000, 0) == await paying.states()
    assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]
    await check_books(paying.world)


async def test_it_may_die_at_any_step(paying: Paying, archive: Archive, address: str, world: World) -> None:
    """Dying before or after any call to the store or any commit, a payer leaves nothing paid or returned twice."""
    asked = [(await paying.ask(destination=to)).payout for to in ("a", "return")]
    await archive_all(world, archive)

    async def work(crash: Crash) -> None:
        store, mine = CrashingStore(world.store.url, crash), crashing_archive(address, crash)
        partitions = World(store).partitions
        delivery = Delivery(mine, Moves(partitions.ledgers, look_up_in(mine)), TOLD, paying.clock)
        payer = Payer(mine, partitions, paying.rails, delivery, paying.clock)
        try:
            for _ in range(3):
                paying.now_ms += 4000
                await payer.step()
        finally:
            store.close()
            mine.close()

    async def check(at: int) -> None:
        available, held = await paying.states()
        statuses = [(await paying.look(payout)).status for payout in asked]
        waiting = await archive.read(outbox.waiting, 9)
        assert available + held in (44_999_000, 40_999_000)
        assert waiting or held == 4_000_000 * sum(status in ("approved", "submitted") for status in statuses)

    assert await die_everywhere(work, check) > 5
    await paying.pass_time(1_000_000)

    assert ["paid", "returned"] == [(await paying.look(payout)).status for payout in asked]
    assert (40_999_000, 0) == await paying.states()
    await check_books(world)
