"""Workers on a real cluster, one node of which takes nothing for a while, or hangs."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.base.config import Settings
from app.edge.clock.bookkeeping import Bookkeeping
from app.rules.messages import CommentPosted, GiftAccepted, GiftSent, Leaderboard, RoomList, Viewers
from app.rules.partitions import partition
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.keys import Keys
from app.store.slots import slot_of
from loadtest import cluster_faults as faults
from loadtest.crossing_world import PAYERS, STREAMERS, P
from tests.archiving import finally_true
from tests.edge.client import Client, eventually
from tests.edge.inside import worker
from tests.edge.reading import read
from tests.edge.site import new_id

PAUSE_MS = 60_000


async def give(client: Client) -> None:
    """Sends a gift, by the same id until it is accepted."""
    gift_id = new_id()

    async def is_accepted() -> bool:
        return isinstance(await client.send_gift(gift_id), GiftAccepted)

    await finally_true(is_accepted)


async def test_the_others_go_on(cluster: ClusterServer) -> None:
    """While partitions cannot be written to, all that is said and given in the others is seen at once; theirs later."""
    store = Store(cluster.url)
    await store.call_each("FLUSHALL")
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        site = await stack.enter_async_context(worker(cluster.url, partitions=P))
        clients = list[Client]()
        for k, payer in enumerate(PAYERS):
            await site.open_room(f"room{k}", STREAMERS[k])
            await site.grant(payer, 10)
            clients.append(await stack.enter_async_context(site.join(payer, f"room{k}")))
        nodes = [store.place_of(Keys(k).totals) for k in range(P)]
        away = next(node for node in nodes if node is not None and node != nodes[0])
        others = [k for k in range(P) if nodes[k] != away]
        asked = next(k for k in range(len(cluster.ports)) if cluster.ports[k] == away[1])
        assert others[1:], "a partition of each kind besides the first"

        # However this ends, others use it after it.
        stack.callback(cluster.ask, asked, "CLIENT", "UNPAUSE")
        cluster.ask(asked, "CLIENT", "PAUSE", PAUSE_MS, "WRITE")
        late = {k: new_id() for k in range(P) if k not in others}
        for k, gift_id in late.items():
            await clients[k].say({"type": "send_gift", "id": gift_id, "gift": "rose"})
        for k in others:
            assert isinstance(await clients[k].send_gift(new_id()), GiftAccepted)
            await clients[k].say({"type": "send_comment", "id": "c", "text": "hello"})
            await clients[k].until(CommentPosted)
            guest = await stack.enter_async_context(site.join(PAYERS[others[k == others[0]]], f"room{k}"))
            assert isinstance(await guest.send_gift(new_id()), GiftAccepted), "it crosses"
        for k in others:
            await clients[k].until(Leaderboard)
            await clients[k].until(Viewers, lambda told: told.count == 2)
        assert {f"room{k}" for k in others} <= {room.id for room in (await read(site, "/v1/rooms", RoomList)).rooms}
        assert not any(clients[k].all_of(GiftSent) for k in late)
        cluster.ask(asked, "CLIENT", "UNPAUSE")
        for k, gift_id in late.items():
            assert isinstance(await clients[k].answer(gift_id), GiftAccepted)
            await clients[k].until(GiftSent)


async def test_a_worker_starts_without_a_node(
    cluster: ClusterServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first partition's node hangs with its replica, a worker and a bookkeeper start, and gifts go on."""
    monkeypatch.setattr("app.store.answers.ANSWER_S", 0.5)
    monkeypatch.setattr("app.edge.live.hub.LISTEN_S", 0.5)
    settings: dict[str, Any] = {"partitions": P, "data": tmp_path, "demo": False}
    shards = [faults.shard_of(cluster, slot_of(Keys(k).totals)) for k in range(P)]
    there = next(k for k in range(P) if shards[k] != shards[0])
    rooms = {k: next(room for room in map(str, range(99)) if partition(room, P) == k) for k in (0, there)}
    async with worker(cluster.url, **settings) as site:
        for k, room in rooms.items():
            await site.open_room(room, STREAMERS[k])
            await site.grant(PAYERS[k], 10)
    with ExitStack() as hanging:
        for node in (shards[0].primary, *shards[0].replicas):
            hanging.enter_context(faults.stopped(cluster, node))
        async with worker(cluster.url, **settings) as site:
            async with site.join(PAYERS[there], rooms[there]) as client:
                await give(client)
                await client.until(GiftSent)
            books = Bookkeeping(Settings(partitions=P, data=tmp_path), cluster.url)
            await books.start()
            hanging.close()
            await asyncio.to_thread(faults.wait_whole, cluster, faults.P0)
            # All that it is to hear, it is told again.
            await eventually(lambda: not site.hub._subscriber._acks)
            async with site.join(PAYERS[0], rooms[0]) as client:
                await give(client)
                await client.until(GiftSent)
            await books.stop()
