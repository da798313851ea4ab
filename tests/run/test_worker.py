"""The worker process and everything that may die around it: no gift is lost, doubled or half applied."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.base.errors import CloseCode
from app.rules.messages import Error, GiftAccepted, Reconnect
from tests.edge.client import eventually
from tests.edge.load import through
from tests.edge.product import Product
from tests.edge.site import new_id
from tests.ports import free_ports
from tests.waiting import is_alive

SETTINGS = {"gift_rate": 0, "workers": 2}


@pytest.fixture(autouse=True)
def back_in_order(product: Product) -> None:
    """Each test begins with all processes running."""
    assert product.process is not None
    assert product.process.poll() is None
    assert 2 == len(product.worker_pids())


def assert_books_balance(product: Product) -> None:
    """Everything that was issued is in wallets or spent, by the product's own proof."""
    report = product.run("ledger", "verify")
    assert report["ok"], report["problems"]
    assert report["issued"] == report["in_wallets"] + report["spent"]


async def killed(pid: int) -> None:
    """Returns when the process is dead."""
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not is_alive(pid))


async def test_kill_of_the_store_in_a_storm(product: Product) -> None:
    """The store's process is killed and comes back: every accepted gift is there once, no client asked twice."""
    room = await product.open_room("store")
    senders = await through(product, room, lambda: killed(product.store_pid()))
    assert_books_balance(product)
    # The worker waits for the store and sends the same batch again: its clients need not even know.
    assert 0 == sum(sender.resent for sender in senders)


async def test_kill_of_a_worker_in_a_storm(product: Product) -> None:
    """One of two workers is killed: its clients go to the other one, or to its successor, and miss nothing."""
    room = await product.open_room("worker")
    await through(product, room, lambda: killed(product.worker_pids()[0]))
    await eventually(lambda: len(product.worker_pids()) == 2)
    assert_books_balance(product)


async def test_kill_of_everything_in_a_storm(product: Product) -> None:
    """Supervisor, workers and store are killed at one time and started again: nothing is lost, nothing doubled."""
    room = await product.open_room("everything")

    async def disaster() -> None:
        await asyncio.to_thread(product.kill_all)
        await asyncio.to_thread(product.start)

    senders = await through(product, room, disaster)
    assert_books_balance(product)
    assert sum(sender.resent for sender in senders)


async def test_restart_after_a_killed_supervisor_in_a_storm(tmp_path: Path) -> None:
    """The supervisor alone is killed, again and again: the next start waits for nothing, and nothing is lost."""
    product = Product(tmp_path, command="serve", workers=2, gift_rate=0, admin=f"127.0.0.1:{free_ports(3)}")
    started_s = time.monotonic()
    product.start()
    usual_s, took_s = time.monotonic() - started_s, []

    async def disasters() -> None:
        for _ in range(3):
            assert product.process is not None
            product.process.kill()
            killed_s = time.monotonic()
            product.process.wait()
            await asyncio.to_thread(product.start)
            took_s.append(time.monotonic() - killed_s)

    try:
        await through(product, await product.open_room("orphans"), disasters)
        assert_books_balance(product)
        assert product.metrics()
    finally:
        product.end()
    assert "Traceback" not in product.complaints(), product.complaints()
    # Workers of before that held on to a port would do so for the ten seconds in which a gift may be answered.
    assert [] == [s for s in took_s if s > usual_s + 8]


async def test_restart_in_a_storm(product: Product) -> None:
    """An operator's stop and start loses nothing either."""
    room = await product.open_room("restart")

    async def disaster() -> None:
        assert 0 == await asyncio.to_thread(product.stop)
        await asyncio.to_thread(product.start)

    await through(product, room, disaster)
    assert_books_balance(product)


async def test_rolling_restart_in_a_storm(product: Product) -> None:
    """SIGHUP replaces the workers one after the other while the room goes on."""
    room = await product.open_room("rolling")
    before = set(product.worker_pids())

    async def disaster() -> None:
        assert product.process is not None
        product.process.send_signal(signal.SIGHUP)
        await eventually(lambda: len(pids := set(product.worker_pids())) == 2 and not pids & before)

    await through(product, room, disaster)
    assert_books_balance(product)


async def test_streak_of_a_dead_worker_ends_exactly_once(product: Product) -> None:
    """When the workers die in the middle of a streak, the living end it, with one event."""
    room = await product.open_room("orphan")
    await product.grant("ann", 10)
    async with product.join("ann", room) as ann:
        await ann.send_gift(new_id(), quantity=4)
    await asyncio.to_thread(product.kill_all)
    await asyncio.to_thread(product.start)
    async with product.join("bob", room, resume=ann.place) as bob:
        await bob.events_to(2)
        await bob.ping("is there another one?")
        events = bob.events()
    kinds = [event.__struct_config__.tag for event in (*ann.events(), *events)]
    assert ["gift_sent", "streak_ended"] == sorted(set(kinds))
    assert 1 == kinds.count("streak_ended")
    assert 4 == events[-1].streak.count


async def test_sigterm_sends_everyone_away_with_a_word(product: Product) -> None:
    """Every client hears when to come back and is closed with 4000; gifts under way are answered first."""
    room = await product.open_room("goodbye")
    async with AsyncExitStack() as stack:
        clients = []
        for i in range(30):
            await product.grant(f"bye-{i}", 100)
            clients.append(await stack.enter_async_context(product.join(f"bye-{i}", room)))
        ids = [[new_id() for _ in range(10)] for _ in clients]
        for client, gift_ids in zip(clients, ids, strict=True):
            for gift_id in gift_ids:
                await client.say({"type": "send_gift", "id": gift_id, "gift": "rose"})
        stopping = asyncio.create_task(asyncio.to_thread(product.stop))
        for client in clients:
            assert CloseCode.SHUTTING_DOWN == await client.closed()
            (word,) = client.all_of(Reconnect)
            assert 0 <= word.after_ms <= 10_000
        assert 0 == await stopping
    await asyncio.to_thread(product.start)
    for i, (client, gift_ids) in enumerate(zip(clients, ids, strict=True)):
        answered = {receipt.id for receipt in client.all_of(GiftAccepted)}
        async with product.join(f"bye-{i}", room) as again:
            for answer in await asyncio.gather(*map(again.send_gift, gift_ids)):
                assert isinstance(answer, GiftAccepted)
                # What was answered then was done then; what was not may or may not have been heard in time.
                assert answer.duplicate or answer.id not in answered
        assert 90 == await product.coins(f"bye-{i}")
    assert_books_balance(product)


async def test_store_that_is_away_is_said_so(product: Product) -> None:
    """While the store is stopped a gift waits; when it is back the gift is answered, applied once."""
    room = await product.open_room("away")
    await product.grant("patient", 5)
    async with product.join("patient", room) as patient:
        store = product.store_pid()
        os.kill(store, signal.SIGSTOP)
        gift_id = new_id()
        await patient.say({"type": "send_gift", "id": gift_id, "gift": "rose"})
        await patient.ping("the worker itself is well")
        assert not patient.all_of(GiftAccepted)
        assert not patient.all_of(Error)
        os.kill(store, signal.SIGCONT)
        answer = await patient.answer(gift_id)
    assert isinstance(answer, GiftAccepted)
    assert 4 == await product.coins("patient")
