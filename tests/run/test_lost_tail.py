"""A store that comes back with less than was seen of it: nobody goes on as if nothing had happened."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from app.rules.messages import Error, GiftAccepted, GiftSent, Resync
from tests.edge.client import WITHIN_S, Client, eventually
from tests.edge.product import Product
from tests.edge.site import new_id

Change = Callable[[Path], None]
VIEWERS = 4


@pytest.fixture
def product(short_path: Path) -> Iterator[Product]:
    """Two workers in production."""
    product = Product(short_path, command="serve", workers=2, gift_rate=0, comment_rate=0)
    product.start()
    yield product
    product.end()
    assert "Traceback" not in product.complaints(), product.complaints()


def older_copy(store: Path) -> Change:
    """Puts back a copy of the store's files as they are now."""
    copy = store.with_name("copy")
    shutil.copytree(store, copy)

    def put_back(store: Path) -> None:
        shutil.rmtree(store)
        copy.rename(store)

    return put_back


def torn_tail(store: Path) -> Change:
    """Cuts off what is written from now on, in the middle of a write."""
    (log,) = store.glob("appendonlydir/*.incr.aof")
    size = log.stat().st_size

    def tear(store: Path) -> None:
        with log.open("r+b") as file:
            file.truncate(size + 9)

    return tear


@asynccontextmanager
async def crowd(product: Product, room: str) -> AsyncIterator[list[Client]]:
    """Viewers on both workers."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(product.join(f"v{i}", room)) for i in range(VIEWERS)]


async def send(client: Client, count: int) -> int:
    """Sends so many gifts, one after the other; the last n."""
    answers = [await client.send_gift(new_id()) for _ in range(count)]
    return max(answer.n for answer in answers if isinstance(answer, GiftAccepted))


async def comment(client: Client, comment_id: str) -> None:
    """Says hello."""
    await client.say({"type": "send_comment", "id": comment_id, "text": "hello"})


async def ready(product: Product) -> tuple[int, str | None]:
    """What /readyz says: the status, and the reason where there is one."""
    async with product.http() as http:
        answer = await http.get("/readyz")
        return answer.status_code, answer.json().get("details", {}).get("reason")


@pytest.mark.parametrize("disaster", [older_copy, torn_tail])
async def test_viewers_are_resynced_and_gifts_wait_for_an_operator(
    disaster: Callable[[Path], Change], product: Product
) -> None:
    """All get a new picture of another epoch; no gift is taken until the loss is accepted, and then all see them."""
    room = await product.open_room("lost")
    await product.grant("v0", 100)
    async with crowd(product, room) as viewers:
        kept_n = await send(viewers[0], 3)
        with product.books_stand_still():
            change = disaster(product.data / "store")
            lost_n = await send(viewers[0], 5)
            for viewer in viewers:
                await viewer.events_to(8)
            place = viewers[1].place
            product.change_store(change)

        for viewer in viewers:
            resync = await viewer.until(Resync)
            assert resync.snapshot is not None
            assert 3 == resync.snapshot.coins_total
            # The streak may have ended as well.
            assert resync.offset in (3, 4)
            assert resync.epoch != viewer.welcome.epoch
        refused = await viewers[0].send_gift(new_id())
        assert isinstance(refused, Error)
        assert ("unavailable", True, {"reason": "lost_tail"}) == (refused.error, refused.retryable, refused.details)
        assert (503, "lost_tail") == await ready(product)
        trouble = 'fanfare_trouble{reason="lost_tail",worker="0"}'
        await eventually(lambda: product.metrics().get(trouble) == 1)
        async with product.join("late", room, resume=place) as late:
            assert not late.welcome.recovered

        looked = product.run("ledger", "accept-loss", "--dry-run")
        assert (False, kept_n) == (looked["accepted"], looked["n"])
        assert [(kept_n + 1, lost_n)] == [(loss["first"], loss["last"]) for loss in looked["lost"]]
        assert not product.run("ledger", "verify")["ok"]
        assert (503, "lost_tail") == await ready(product)
        accepted = product.run("ledger", "accept-loss")
        assert (True, looked["lost"]) == (accepted["accepted"], accepted["lost"])
        assert kept_n + 1 == await send(viewers[0], 1)
        for viewer in viewers:
            gift = await viewer.until(GiftSent, since=viewer.messages.index(viewer.all_of(Resync)[0]))
            assert 3 < gift.offset
        assert (200, None) == await ready(product)
    assert [] == product.run("ledger", "verify")["problems"]
    assert 1 == product.complaints().count("the store has lost its tail")
    assert f"entries n {kept_n + 1} to {lost_n} " in product.complaints()


async def test_what_was_seen_outlives_every_process(product: Product) -> None:
    """An older copy under a server that is started anew is found out by what is kept in the data folder."""
    room = await product.open_room("lost")
    await product.grant("v0", 100)
    change = older_copy(product.data / "store")
    with product.books_stand_still():
        async with product.join("v0", room) as ann:
            lost_n = await send(ann, 2)
            place = ann.place
        product.kill_all()
    change(product.data / "store")
    product.settings["LOST_TAIL"] = "continue"
    product.start()

    async with asyncio.timeout(WITHIN_S):
        while (503, "lost_tail") == await ready(product):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.05)
    assert (200, None) == await ready(product)
    async with product.join("v0", room, resume=place) as ann:
        assert not ann.welcome.recovered
        assert 2 == await send(ann, 1)
    assert f"entries n 2 to {lost_n} " in product.complaints()
    assert "gifts go on from there" in product.complaints()
    assert [] == product.run("ledger", "accept-loss")["lost"]


async def test_what_is_archived_comes_back_by_itself(product: Product) -> None:
    """A server that is to continue brings back what the archive has, and nothing forks: viewers get a new picture."""
    product.settings["LOST_TAIL"] = "continue"
    product.stop()
    product.start()
    room = await product.open_room("lost")
    await product.grant("v0", 100)
    change = older_copy(product.data / "store")
    async with crowd(product, room) as viewers:
        lost_n = await send(viewers[0], 4)
        product.wait_archived(lost_n, room)
        product.change_store(change)
        await eventually(lambda: "it has them again from the archive" in product.complaints())
        for viewer in viewers:
            # Of the term that the rebuild began, behind that of the loss.
            await viewer.until(Resync, lambda resync: resync.epoch.endswith(".2"))
        assert lost_n + 1 == await send(viewers[0], 1)
        for viewer in viewers:
            await viewer.until(GiftSent, since=viewer.messages.index(viewer.all_of(Resync)[-1]))
            assert 0 == viewer.all_of(Resync)[-1].snapshot.coins_total  # type: ignore[union-attr]
    product.wait_archived(lost_n + 1)
    assert 95 == await product.coins("v0")
    assert product.run("ledger", "verify")["ok"]


async def test_lost_comments_are_seen_too(product: Product) -> None:
    """Where events alone are lost, that no money stands behind, the room begins anew, and gifts go on."""
    room = await product.open_room("lost")
    await product.grant("v0", 100)
    async with crowd(product, room) as viewers:
        await comment(viewers[0], "first")
        await viewers[0].events_to(1)
        change = older_copy(product.data / "store")
        for i in range(3):
            await comment(viewers[0], f"c{i}")
        for viewer in viewers:
            await viewer.events_to(4)
        product.change_store(change)

        for viewer in viewers:
            resync = await viewer.until(Resync)
            assert 1 == resync.offset
            assert resync.epoch != viewer.welcome.epoch
        await send(viewers[0], 1)
        for viewer in viewers:
            gift = await viewer.until(GiftSent, since=viewer.messages.index(viewer.all_of(Resync)[-1]))
            assert 1 < gift.offset
        assert (200, None) == await ready(product)
        await eventually(lambda: "room lost: events 2 to 4 were shown" in product.complaints())
