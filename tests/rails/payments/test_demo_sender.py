from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.archive import demo_events
from app.archive.archive import Archive
from app.rails.payments import demo_sender
from app.rails.payments.demo_sender import DemoSender
from app.rails.payments.webhooks import check_signature
from app.rules.demo_checkout import Sent

SECRET = "a secret that is long enough for it"
NOW_MS = 1_790_000_000_000


class Ear:
    """A server that answers as it is told, and keeps what it heard."""

    def __init__(self) -> None:
        self.answers = ["200 OK"]
        self.heard: list[tuple[str, bytes]] = []
        self.port = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        signature = head.partition("fanfare-signature: ")[2].partition("\r\n")[0]
        self.heard.append((signature, await reader.readexactly(size)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    """A server on a port of this machine."""
    ear = Ear()
    server = await asyncio.start_server(ear.take, "127.0.0.1", 0)
    ear.port = server.sockets[0].getsockname()[1]
    async with server:
        yield ear


async def test_events_are_sent_signed_until_they_are_taken(archive: Archive) -> None:
    """An event that is refused is sent again later, longer each time, with a fresh signature; once taken it is gone."""
    now_ms = NOW_MS
    async with listening() as ear:
        sender = DemoSender(archive, f"http://127.0.0.1:{ear.port}/", SECRET, lambda: now_ms)
        ear.answers = ["503 Unavailable", "400 Bad Request", "200 OK"]
        await archive.write(demo_events.put, (Sent(0, {"id": "e"}),), now_ms)
        for waits_ms in (0, 1000, 2000):
            now_ms += waits_ms
            assert 1 == await sender.send_due()
            assert 0 == await sender.send_due()
        assert [] == await archive.read(demo_events.due, now_ms + 10**9, 10)

    assert [b'{"id":"e"}'] * 3 == [body for _, body in ear.heard]
    for (signature, body), at_ms in zip(ear.heard, (NOW_MS, NOW_MS + 1000, NOW_MS + 3000), strict=True):
        check_signature([SECRET], signature, body, at_ms / 1000)


async def test_nobody_there_is_tried_again_and_given_up_at_last(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address where nobody listens is tried so many times, and then no more."""
    monkeypatch.setattr(demo_sender, "TRIES_MAX", 2)
    now_ms = NOW_MS
    async with listening() as ear:
        sender = DemoSender(archive, f"http://127.0.0.1:{ear.port}/", SECRET, lambda: now_ms)
    await archive.write(demo_events.put, (Sent(0, {"id": "e"}),), now_ms)
    tries = 0
    while await sender.send_due():
        tries, now_ms = tries + 1, now_ms + 10_000

    assert 3 == tries
