from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.store import subscription as module
from app.store.client import Store
from app.store.subscriber import Subscriber
from tests.fault_proxy import Fault, FaultProxy, eventually


class Ear:
    """A subscriber behind the proxy, and all that it has heard."""

    def __init__(self, proxy: FaultProxy, store: Store) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.reconnected = 0
        self.proxy, self.store = proxy, store
        self.subscriber = Subscriber(proxy.url, self.hear, self.count)

    def hear(self, channel: str, payload: bytes) -> None:
        """Notes a message."""
        self.heard.append((channel, payload))

    def count(self) -> None:
        """Notes that the subscription is whole again."""
        self.reconnected += 1

    async def publish(self, channel: str, payload: str) -> int:
        """Publishes, and answers how many connections have heard it."""
        return int(await self.store.call("SPUBLISH", channel, payload))

    async def hears(self, channel: str, payload: str) -> bool:
        """Whether a message that is published now is heard, once."""
        assert await self.publish(channel, payload) == 1
        await eventually(lambda: (channel, payload.encode()) in self.heard)
        return self.heard.count((channel, payload.encode())) == 1


@pytest.fixture
async def ear(proxy: FaultProxy, store_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ear]:
    """A started subscriber that comes back quickly."""
    monkeypatch.setattr(module, "RETRY_FIRST_S", 0.01)
    store = Store(store_url)
    ear = Ear(proxy, store)
    ear.subscriber.start()
    yield ear
    await ear.subscriber.stop()
    store.close()
    await eventually(lambda: not proxy.open)


async def test_what_is_published_after_subscribe_is_heard(ear: Ear) -> None:
    """When `subscribe` has returned, nothing that is published is missed."""
    for i in range(50):
        await ear.subscriber.subscribe(f"c{i}")

        assert await ear.hears(f"c{i}", "hello")
    assert 0 == ear.reconnected


async def test_many_subscribe_at_once(ear: Ear) -> None:
    """Many may subscribe at once, also to the same channel."""
    await asyncio.gather(*(ear.subscriber.subscribe(f"c{i % 100}") for i in range(300)))

    assert [1] * 100 == [await ear.publish(f"c{i}", "x") for i in range(100)]


async def test_nothing_is_heard_after_unsubscribe(ear: Ear) -> None:
    """A channel that was left is not heard, and can be entered again."""
    await ear.subscriber.subscribe("a")
    await ear.subscriber.subscribe("b")
    ear.subscriber.unsubscribe("a")
    await ear.subscriber.subscribe("b")

    assert 0 == await ear.publish("a", "x")
    await ear.subscriber.subscribe("a")
    assert await ear.hears("a", "y")


async def test_it_subscribes_again_when_the_store_ends_the_connection(ear: Ear) -> None:
    """After CLIENT KILL all channels but those that were left are subscribed again, and this is told once."""
    for channel in ("a", "b", "gone"):
        await ear.subscriber.subscribe(channel)
    ear.subscriber.unsubscribe("gone")
    assert await ear.store.call("CLIENT", "KILL", "TYPE", "pubsub") == 1
    await eventually(lambda: ear.reconnected)

    assert await ear.hears("a", "1")
    assert await ear.hears("b", "2")
    assert 0 == await ear.publish("gone", "3")
    assert 1 == ear.reconnected


async def test_more_channels_than_one_command_takes(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of many channels are subscribed again, some at a time."""
    monkeypatch.setattr(module, "SUBSCRIBE_MAX", 3)
    await asyncio.gather(*(ear.subscriber.subscribe(f"c{i}") for i in range(10)))
    ear.proxy.break_all()
    await eventually(lambda: ear.reconnected)

    assert [1] * 10 == [await ear.publish(f"c{i}", "x") for i in range(10)]


async def test_a_subscription_whose_confirmation_is_lost(ear: Ear) -> None:
    """A `subscribe` that is under way when the connection breaks returns when the next one has confirmed it."""
    await ear.subscriber.subscribe("a")
    ear.proxy.plan(Fault.DROP_REPLY, b"SSUBSCRIBE")
    await ear.subscriber.subscribe("b")

    assert await ear.hears("b", "x")
    assert 1 == ear.reconnected


async def test_it_waits_until_there_is_a_store(short_path: object, store_url: str, proxy: FaultProxy) -> None:
    """A subscriber that finds no store tries on, and `subscribe` waits for it."""
    ear = Ear(proxy, Store(store_url))
    for _ in range(3):
        proxy.plan(Fault.DROP_REQUEST, b"HELLO")
    ear.subscriber.start()
    await ear.subscriber.subscribe("a")

    assert await ear.hears("a", "x")
    assert 0 == ear.reconnected
    await ear.subscriber.stop()
    ear.store.close()


@pytest.mark.parametrize("word", ["LOADING", "BUSY"])
async def test_a_store_that_says_not_now_hears_from_us_once(word: str, ear: Ear) -> None:
    """A store that answers "not now" is asked again later, and no second subscription stays behind."""
    await ear.subscriber.subscribe("a")
    for _ in range(3):
        ear.proxy.plan(Fault.ANSWER, b"PING", f"-{word} come back later\r\n".encode())
    ear.proxy.break_all()
    await eventually(lambda: ear.reconnected)

    assert await ear.hears("a", "x")


async def test_a_silent_connection_is_asked(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says nothing is pinged, and one that refuses is replaced, not doubled."""
    monkeypatch.setattr(module, "PING_EVERY_S", 0.02)
    await ear.subscriber.subscribe("a")
    ear.proxy.break_all()
    await eventually(lambda: ear.reconnected)
    ear.proxy.plan(Fault.ANSWER, b"PING", b"-BUSY come back later\r\n")
    await eventually(lambda: ear.reconnected == 2)

    assert await ear.hears("a", "x")


async def test_one_who_subscribes_again_after_leaving_early(ear: Ear) -> None:
    """A channel that was left before it was confirmed, on a connection that then broke, can be entered again."""
    await ear.subscriber.subscribe("a")
    ear.proxy.plan(Fault.HOLD, b"SSUBSCRIBE")
    first = asyncio.ensure_future(ear.subscriber.subscribe("b"))
    await eventually(lambda: ear.proxy.happened)
    first.cancel()
    ear.subscriber.unsubscribe("b")
    ear.proxy.break_all()
    await eventually(lambda: ear.reconnected)
    async with asyncio.timeout(5):
        await ear.subscriber.subscribe("b")

    assert await ear.hears("b", "x")
