"""A worker lets its connections go before it stops."""

from __future__ import annotations

import asyncio
import logging
import random

from app.base.errors import CloseCode
from app.edge.live.hub import Hub

log = logging.getLogger(__name__)


async def drain(hub: Hub, within_s: float) -> None:
    """Tells everyone to come back after a random while, and closes them in batches within `within_s`."""
    hub.draining = True
    sessions = list(hub.sessions)
    spread_ms = min(10_000, 200 + 2 * len(sessions))
    for session in sessions:
        after_ms = random.randint(0, spread_ms)
        session.reply(b'{"type":"reconnect","after_ms":%d,"reason":"restart"}' % after_ms)
    await asyncio.sleep(0)
    batch = max(100, len(sessions) // 50)
    pause_s = min(0.1, within_s * batch / (2 * max(len(sessions), 1)))
    deadline_s = hub.now_s() + within_s
    for at in range(0, len(sessions), batch):
        # Wait for gifts under way, so that each sender has the receipt before the connection is closed.
        await _settled(hub, deadline_s)
        for session in sessions[at : at + batch]:
            session.close(CloseCode.SHUTTING_DOWN, "shutting down")
        if at + batch < len(sessions):
            await asyncio.sleep(pause_s)
    await _settled(hub, deadline_s)


async def _settled(hub: Hub, deadline_s: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, deadline_s - hub.now_s())):
            await hub.gifts.queues.drain()
            await asyncio.gather(*(comments.batcher.drain() for comments in hub.comments))
    except TimeoutError:
        log.warning("stopping with %d gifts that have no answer yet", hub.gifts.unanswered)
