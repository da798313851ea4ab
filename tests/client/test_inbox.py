from __future__ import annotations

import asyncio

import msgspec
import pytest

from app.client.errors import Closed
from app.client.inbox import Inbox
from app.rules.messages import Viewers
from tests.client.played import WELCOME


async def test_messages_come_in_order_and_then_the_end() -> None:
    """Whoever waits is woken; what was said before the end is heard before it."""
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    for count in (1, 2):
        inbox.put(Viewers(count))
    inbox.end(Closed(4503))

    assert [Viewers(1), Viewers(2)] == [await waiting, await inbox.get()]
    with pytest.raises(Closed, match="forbidden"):
        await inbox.get()


async def test_who_falls_behind_gets_a_picture() -> None:
    """When too many wait they are all left out, and nothing is kept before a welcome that has a snapshot."""
    inbox = Inbox(3)
    for count in range(5):
        inbox.put(Viewers(count))
    inbox.put(msgspec.structs.replace(WELCOME, recovered=True, snapshot=None))
    assert inbox.fell_behind
    inbox.put(WELCOME)
    inbox.put(Viewers(9))

    assert not inbox.fell_behind
    assert [WELCOME, Viewers(9)] == [await inbox.get(), await inbox.get()]
