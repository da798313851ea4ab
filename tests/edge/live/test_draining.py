"""A worker that stops: everyone is told, and closed within the bound."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from app.base.errors import CloseCode
from app.edge.live.draining import drain
from app.rules.gifts import GiftOrder
from app.rules.messages import Reconnect
from app.store.server import StoreServer
from tests.edge.inside import worker


async def test_drain_of_a_busy_worker_keeps_to_its_bound(store: StoreServer) -> None:
    """Gifts that go on coming do not hold up a stop: all are closed within the bound, though no moment is idle."""
    async with worker(store.url) as site, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(site.join(f"busy-{i}")) for i in range(210)]
        batcher = site.hub.gifts.queues.here.of(0)
        order = GiftOrder(wire=None, room="main", gift="rose", reply=lambda _: None)  # type: ignore[arg-type]

        async def refuse(batch: list[GiftOrder]) -> list[bytes]:
            await asyncio.sleep(0.001)
            return [b"Runavailable"]

        def and_another(batch: list[GiftOrder], results: Sequence[bytes]) -> None:
            batcher.put(order)

        batcher._call, batcher._deliver = refuse, and_another
        batcher.put(order)
        started_s = asyncio.get_running_loop().time()
        await drain(site.hub, 2.0)
        took_s = asyncio.get_running_loop().time() - started_s
        batcher._deliver = lambda *_: None

        assert {CloseCode.SHUTTING_DOWN} == {await client.closed() for client in clients}
        # Without the bound it would never end.
        assert took_s < 10


async def test_drain_sends_everyone_away_within_its_bound(store: StoreServer) -> None:
    """All of 250 clients hear when to come back, spread over a while, and are closed with 4000, none cut off."""
    async with worker(store.url, drain_s=3.0, sockets_per_user=0) as site, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(site.join("crowd")) for _ in range(249)]
        clients.append(await stack.enter_async_context(site.connect()))
        started = asyncio.get_running_loop().time()
        codes = {client.closed() for client in clients}
        stopping = asyncio.create_task(site.stop())
        assert {CloseCode.SHUTTING_DOWN} == set(await asyncio.gather(*codes))
        await stopping

        assert asyncio.get_running_loop().time() - started < 6
        waits = [word.after_ms for client in clients for word in client.all_of(Reconnect)]
        assert 250 == len(waits)
        assert 100 < max(waits) - min(waits) < 10_000
