from __future__ import annotations

import asyncio

from app.rules.guardian_news import Linked
from app.store.news import tell
from app.store.subscriber import Subscriber
from tests.world import World


async def test_it_is_told_on_the_peoples_channel(world: World, store_url: str) -> None:
    """Whom it is for stands before it."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    standing = world.ledger.standing
    subscriber = Subscriber(f"{store_url}?db=1", lambda _, payload: heard.put_nowait(payload), lambda: None)
    subscriber.start()
    await subscriber.subscribe(standing.keys.people_channel)
    await tell(standing, "gil", Linked("wim"))

    assert b'gil {"type":"linked","ward":"wim"}' == await heard.get()
    await subscriber.stop()
