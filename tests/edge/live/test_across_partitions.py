"""A whole worker whose ledger has four partitions: who gives, where it is shown and who gets it are in several."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import httpx2
import pytest

from app.rules.messages import Error, GiftAccepted, GiftSent, WalletChanged
from app.store import gift_ways
from app.store.client import Store
from app.store.server import StoreServer
from loadtest.crossing_world import GUESTS, PAYERS, STREAMERS, P, order
from tests.archiving import finally_true
from tests.edge.inside import Inside, worker
from tests.edge.site import new_id


@pytest.fixture
async def site(store: StoreServer) -> AsyncIterator[Inside]:
    """The worker, with coins for four people, each in a partition of their own."""
    url = f"{store.url}?db=9"
    behind = Store(url)
    await behind.call("FLUSHDB")
    behind.close()
    async with worker(url, partitions=P, sockets_per_user=0) as site:
        for payer in PAYERS:
            await site.grant(payer, 100)
        yield site


async def test_gifts_of_everyone_are_seen_by_everyone(site: Inside) -> None:
    """Whoever gives has a receipt, wherever they are; all see all gifts in one order; streamer and guest get theirs."""
    guest = {"id": GUESTS[1], "name": "G"}
    room = await site.open_room("everyones", STREAMERS[1], guests=[guest])
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(site.join(payer, room)) for payer in PAYERS]
        ids = [new_id() for _ in range(2 * P)]
        for one, first, second in zip(people, ids[::2], ids[1::2], strict=True):
            receipts = [await one.send_gift(first), await one.send_gift(second, quantity=2, receiver=guest["id"])]
            assert [(99, 1), (97, 2)] == [
                (receipt.balance.coins, receipt.coins) for receipt in receipts if isinstance(receipt, GiftAccepted)
            ]
        for one in people:
            await one.events_to(2 * P)
        shown = {tuple((gift.id, gift.sender.id, gift.offset) for gift in one.gifts()) for one in people}
        again = await people[0].send_gift(ids[0])

    assert {tuple((gift, PAYERS[i // 2], i + 1) for i, gift in enumerate(ids))} == shown
    assert isinstance(again, GiftAccepted)
    assert again.duplicate
    await finally_true(partial(_has_pending, site, 1, STREAMERS[1], 4000))
    await finally_true(partial(_has_pending, site, 2, GUESTS[1], 8000))
    async with site.http(site.token(PAYERS[0])) as http:
        status = (await http.get(f"/v1/gift-sends/{ids[1]}")).json()
    assert ("applied", 2, 97) == (status["status"], status["coins"], status["balance"]["coins"])


async def test_coins_that_come_back_are_told(site: Inside) -> None:
    """A gift that the room's partition refuses costs nothing, and the sender's sockets are told of the coins."""
    room = await site.open_room("muting", STREAMERS[1])
    async with site.join(PAYERS[0], room) as ann:
        # Known to the room's partition alone.
        keys = site.hub.partitions.ledgers[1].keys
        await site.hub.partitions.common.store.call("HSET", keys.room(room), "status", "ended")
        gift_id = new_id()
        refused = await ann.send_gift(gift_id)
        told = await ann.until(WalletChanged)

    assert isinstance(refused, Error)
    assert ("room_not_live", 100) == (refused.error, told.balance.coins)
    async with site.http(site.token(PAYERS[0])) as http:
        status = (await http.get(f"/v1/gift-sends/{gift_id}")).json()
    assert ("refused", "room_not_live") == (status["status"], status["error"])


async def test_what_another_worker_left_arrives(site: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gift that somebody has paid, and died, is under way until this worker delivers it."""
    room = await site.open_room("room1", STREAMERS[1])
    left = order(PAYERS[0], 1)
    async with site.join(PAYERS[2], room) as viewer:
        queues = site.hub.gifts.queues
        await queues.ways.steps[0].pay([left])
        async with site.http(site.token(PAYERS[0])) as http:
            assert await _is(http, left.wire.id, "pending")
            monkeypatch.setattr(gift_ways, "LEFT_MS", 0)
            assert left.wire.id == (await viewer.until(GiftSent)).id
            await finally_true(partial(_is, http, left.wire.id, "applied"))


async def _has_pending(site: Inside, k: int, user: str, milli: int) -> bool:
    ledger = site.hub.partitions.ledgers[k]
    return bool(await ledger.store.call("HGET", ledger.keys.pending, user) == b"%d" % milli)


async def _is(http: httpx2.AsyncClient, gift_id: str, status: str) -> bool:
    return bool((await http.get(f"/v1/gift-sends/{gift_id}")).json()["status"] == status)
