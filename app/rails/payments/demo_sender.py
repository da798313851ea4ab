"""Sends the demo's webhooks: signed, and again until they are taken, as real providers do."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from http.client import HTTPException

from app.archive import demo_events
from app.archive.archive import Archive
from app.archive.demo_events import DemoEvent
from app.base.clock import Clock
from app.base.log import Throttle
from app.rails.payments.webhooks import sign

AT_ONCE_MAX = 50
TIMEOUT_S = 10.0
RETRY_FIRST_MS, RETRY_MAX_MS = 1_000, 3_600_000
# With the waits between them, some three days.
TRIES_MAX = 85

log = logging.getLogger(__name__)
_throttle = Throttle(log)


class DemoSender:
    """Sends what is due, a round at a time. Two of them send events twice, which is what real providers do too.

    Args:
        archive: where the events wait.
        url: this server's webhook.
        secret: what they are signed with.
        clock: milliseconds since 1970.
    """

    def __init__(self, archive: Archive, url: str, secret: str, clock: Clock) -> None:
        self._archive = archive
        self._url = url
        self._secret = secret
        self._clock = clock
        # Whatever proxies the environment names, this goes to our own server.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    async def send_due(self) -> int:
        """Sends what is due now; how many events there were.

        Raises:
            ArchiveError: the archive cannot be used.
        """
        events = await self._archive.read(demo_events.due, self._clock(), AT_ONCE_MAX)
        await asyncio.gather(*map(self._send, events))
        return len(events)

    async def _send(self, event: DemoEvent) -> None:
        now_ms, body = self._clock(), event.body.encode()
        headers = {
            "Content-Type": "application/json",
            "Fanfare-Signature": sign(self._secret, body, now_ms // 1000),
        }
        request = urllib.request.Request(self._url, body, headers)
        try:
            await asyncio.to_thread(self._post, request)
            why = ""
        except (OSError, HTTPException) as error:
            why = str(error) or type(error).__name__
        if not why or event.tries >= TRIES_MAX:
            await self._archive.write(demo_events.sent, event.id)
            return
        _throttle.say(logging.WARNING, "refused", "a webhook of the demo was not taken and is sent again: %s", why)
        wait_ms = min(RETRY_FIRST_MS * 2 ** min(event.tries, 20), RETRY_MAX_MS)
        await self._archive.write(demo_events.again, event.id, now_ms + wait_ms, event.tries + 1)

    def _post(self, request: urllib.request.Request) -> None:
        with self._opener.open(request, timeout=TIMEOUT_S) as answer:
            answer.read()
