from __future__ import annotations

import pytest

from app.store import subscription as module
from app.store.address import read_address
from app.store.client import Store
from app.store.connection import Lost, Push
from app.store.reach import reach
from app.store.subscription import Subscription
from tests.fault_proxy import eventually


class Told:
    """All that a subscription has told."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.confirmed: list[str] = []
        self.reconnected = self.troubles = 0

    def on_message(self, channel: str, payload: bytes) -> None:
        self.messages.append((channel, payload))

    def on_confirmed(self, channel: str) -> None:
        self.confirmed.append(channel)

    def on_reconnected(self) -> None:
        self.reconnected += 1

    def on_trouble(self) -> None:
        self.troubles += 1


async def test_a_channel_that_is_taken_away(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is told by the store that a channel is gone says so, and looks whether it is here again."""
    monkeypatch.setattr(module, "RECHECK_S", 0.02)
    told, pushes = Told(), []

    async def connect(on_push: Push, on_lost: Lost) -> object:
        pushes.append(on_push)
        return await reach(read_address(store_url), on_push, on_lost)

    subscription = Subscription(connect, told)  # type: ignore[arg-type]
    for channel in ("a", "b", "c"):
        subscription.add(channel)
    await eventually(lambda: len(told.confirmed) == 3)
    subscription.remove("b")
    subscription.channels.discard("c")
    for taken in (b"a", b"c"):
        pushes[0]([b"sunsubscribe", taken, 0])
    assert 1 == told.troubles
    await eventually(lambda: told.reconnected)
    store = Store(store_url)
    for channel in ("a", "b", "c"):
        await store.publish(channel, b"x")
    await eventually(lambda: told.messages)
    store.close()
    subscription.close()

    assert [("a", b"x")] == told.messages
    assert 1 == told.reconnected
