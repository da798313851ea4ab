"""The store loses everything under load: it is made whole again from the archive, while the workers run on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.rules.messages import GiftAccepted, GiftSent, Resync
from app.store.seen import rooms_seen
from tests.edge.client import Client, eventually
from tests.edge.product import Product
from tests.edge.site import new_id
from tests.run.test_lost_tail import ready

COINS = 100_000
VIEWERS = [f"v{i}" for i in range(4)]
AGAIN_S = 0.05
# Nobody gives much more than the others: many old gifts are asked for at a rate.
PAUSE_S = 0.01


@pytest.fixture
def product(short_path: Path) -> Iterator[Product]:
    """Two workers in production."""
    product = Product(short_path, command="serve", workers=2, gift_rate=0, request_rate=0)
    product.start()
    yield product
    product.end()
    assert "Traceback" not in product.complaints(), product.complaints()


class Giver:
    """Sends one gift after the other, each until its answer is definite, as a client that keeps its ids does."""

    def __init__(self, client: Client, user: str) -> None:
        self.client = client
        self.user = user
        self.accepted: dict[str, GiftAccepted] = {}
        self.refused: dict[str, str] = {}
        self.waited = set[str]()
        self._stops = asyncio.Event()
        self._task = asyncio.create_task(self._give())

    async def stop(self) -> None:
        """Ends after the gift that is under way."""
        self._stops.set()
        await self._task

    async def _give(self) -> None:
        while not self._stops.is_set():
            gift_id = new_id()
            answer = await self.client.send_gift(gift_id)
            while not isinstance(answer, GiftAccepted) and answer.retryable:
                self.waited.add(answer.error)
                await asyncio.sleep(AGAIN_S)
                answer = await self.client.send_gift(gift_id)
            if isinstance(answer, GiftAccepted):
                self.accepted[gift_id] = answer
            else:
                self.refused[gift_id] = answer.error
            await asyncio.sleep(PAUSE_S)


async def statuses(product: Product, giver: Giver) -> dict[str, str]:
    """What the server says of each of its gifts, for ever."""
    found = {}
    async with product.http(product.token(giver.user)) as http:
        for gift_id in (*giver.accepted, *giver.refused):
            # Old ones are looked for one at a time, and others may be asking.
            while (answer := await http.get(f"/v1/gift-sends/{gift_id}")).status_code != 200:
                assert answer.json()["retryable"], answer.text
                await asyncio.sleep(AGAIN_S)
            found[gift_id] = answer.json()["status"]
    return found


async def test_a_store_that_was_flushed_under_load(product: Product) -> None:
    """It answers `uninitialised` until the rebuild, then gifts go on by themselves: each is paid once or never, each
    balance is right, and the report names what was answered and not archived.
    """
    room = await product.open_room("flushed")
    for user in VIEWERS:
        await product.grant(user, COINS)
    product.wait_archived(len(VIEWERS), room)
    async with AsyncExitStack() as stack:
        givers = [Giver(await stack.enter_async_context(product.join(user, room)), user) for user in VIEWERS]
        await eventually(lambda: min(len(giver.accepted) for giver in givers) > 20)
        product.ask_store("FLUSHALL")
        await eventually(lambda: all(giver.waited for giver in givers))
        assert (503, "uninitialised") == await ready(product)
        rebuilt = await asyncio.to_thread(product.run, "ledger", "rebuild")
        before = [len(giver.accepted) for giver in givers]
        await eventually(lambda: all(len(giver.accepted) > n + 10 for giver, n in zip(givers, before, strict=True)))
        await asyncio.gather(*(giver.stop() for giver in givers))
        for giver in givers:
            resync = giver.client.all_of(Resync)[-1]
            assert resync.epoch != giver.client.welcome.epoch
            gifts = [event for event in giver.client.events() if isinstance(event, GiftSent)]
            after = {gift_id for gift_id, answer in giver.accepted.items() if answer.n > rebuilt["n"]}
            assert after & {gift.id for gift in gifts}

    never = 0
    # At once: each person may only ask so often for what has to be searched for.
    all_said = await asyncio.gather(*(statuses(product, giver) for giver in givers))
    for giver, said in zip(givers, all_said, strict=True):
        applied = [gift_id for gift_id, status in said.items() if status == "applied"]
        assert {"uninitialised"} == giver.waited
        assert {"id_expired"} >= set(giver.refused.values())
        assert COINS - len(applied) == await product.coins(giver.user)
        assert dict.fromkeys(giver.refused, "never") == {gift_id: said[gift_id] for gift_id in giver.refused}
        lost = [answer.n for gift_id, answer in giver.accepted.items() if said[gift_id] != "applied"]
        assert all(rebuilt["n"] < n <= rebuilt["seen_n"] for n in lost)
        never += len(lost)
    assert rebuilt["missing"] == never
    assert (200, None) == await ready(product)
    report = product.run("ledger", "verify", "--all")
    assert report["ok"], report["problems"]


async def test_a_store_that_was_lost_with_its_folder(product: Product) -> None:
    """All that was archived is there again; the report names what was beyond it, and the room begins anew."""
    room = await product.open_room("lost")
    await product.grant("v0", 100)
    async with product.join("v0", room) as ann, product.join("v1", room) as bob:
        kept = [await ann.send_gift(new_id()) for _ in range(3)]
        product.wait_archived(4, room)
        with product.books_stand_still():
            lost = [await ann.send_gift(new_id()) for _ in range(2)]
            await bob.events_to(5)
            await eventually(lambda: rooms_seen(product.data).get(room, ("", 0))[1] >= 5)
            product.change_store(shutil.rmtree)
            await eventually(lambda: 'fanfare_trouble{reason="uninitialised",worker="0"} 1.0' in metrics(product))
        rebuilt = await asyncio.to_thread(product.run, "ledger", "rebuild")
        assert all(isinstance(answer, GiftAccepted) for answer in (*kept, *lost))
        assert (4, 6, 2) == (rebuilt["n"], rebuilt["seen_n"], rebuilt["missing"])
        assert ["lost"] == [beyond["room"] for beyond in rebuilt["rooms_beyond"]]
        for viewer in (ann, bob):
            resync = await viewer.until(Resync)
            assert resync.snapshot is not None
            assert (0, []) == (resync.snapshot.coins_total, list(resync.snapshot.leaderboard))
        answer = await ann.send_gift(new_id())
        assert isinstance(answer, GiftAccepted)
        assert (5, 96) == (answer.n, answer.balance.coins)
        await bob.until(GiftSent, lambda gift: gift.id == answer.id)
        again = await ann.send_gift(kept[0].id or "")
        assert isinstance(again, GiftAccepted)
        assert (True, kept[0].n) == (again.duplicate, again.n)  # type: ignore[union-attr]
    product.wait_archived(5)
    assert product.run("ledger", "verify")["ok"]
    assert product.run("ledger", "reconcile")["ok"]


def metrics(product: Product) -> set[str]:
    """The lines of /metrics of the first worker."""
    return {f"{name} {value}" for name, value in product.metrics().items()}
