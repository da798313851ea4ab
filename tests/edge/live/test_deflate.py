"""Shared deflate: a room's frame is compressed once, and every client that can read it reads the same."""

from __future__ import annotations

import asyncio
import zlib
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

import app.edge.live.deflate as deflate
from app.base.errors import CloseCode
from app.edge.live.deflate import FRAME_BYTES, Broadcast, deflated_text_frame, inflate
from app.edge.live.frames import text_payloads
from app.rules.messages import Pong
from app.store.server import StoreServer
from tests.edge.client import Client
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.raw import CONT, TEXT, RawSocket, frame, raw_connection, upgrade_request
from tests.edge.site import Site, new_id

SETTINGS = {"deflate": "shared", "gift_rate": 0}
LONG = "x" * 120

# What a client offers, and whether it gets compressed frames.
OFFERS: dict[str, tuple[list[ClientPerMessageDeflateFactory], bool]] = {
    "none": ([], False),
    "deflate": ([ClientPerMessageDeflateFactory()], True),
    "no context of the client's": ([ClientPerMessageDeflateFactory(client_no_context_takeover=True)], True),
    "no context of the server's": ([ClientPerMessageDeflateFactory(server_no_context_takeover=True)], True),
    "a browser's": ([ClientPerMessageDeflateFactory(client_max_window_bits=True)], True),
    "window of 15": ([ClientPerMessageDeflateFactory(server_max_window_bits=15)], True),
    "window of 12": ([ClientPerMessageDeflateFactory(server_max_window_bits=12)], True),
    "window of 11": ([ClientPerMessageDeflateFactory(server_max_window_bits=11)], False),
    "window of 9": ([ClientPerMessageDeflateFactory(server_max_window_bits=9)], False),
    "window of 9 or none": (
        [ClientPerMessageDeflateFactory(server_max_window_bits=9), ClientPerMessageDeflateFactory()],
        True,
    ),
}


def connected(site: Site, room: str, offer: str) -> Any:
    """A socket with that offer."""
    return site.connect(room, extensions=OFFERS[offer][0] or None)


async def test_mixed_room_decodes_to_one_stream(product: Product) -> None:
    """Whatever deflate each client can do, all of them decode the same events."""
    room = await product.open_room("mixed")
    await product.grant("ann", 1000)

    async with AsyncExitStack() as stack:
        clients: dict[str, Client] = {}
        for i, offer in enumerate(OFFERS):
            client = clients[offer] = await stack.enter_async_context(connected(product, room, offer))
            await client.hello(product.token("ann" if i == 1 else f"v{i}"))
            names = [extension.name for extension in client.connection.protocol.extensions]
            assert (["permessage-deflate"] if OFFERS[offer][1] else []) == names, offer
        for _ in range(5):
            sender = clients["deflate"]
            await asyncio.gather(*(sender.send_gift(new_id(), message=LONG) for _ in range(60)))
            await sender.ping(new_id())
        streams = [await client.events_to(300) for client in clients.values()]

    assert all(streams[0] == stream for stream in streams)


async def test_compressed_once_for_a_room(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty viewers that read deflate cost one compression a frame; without such viewers there is none."""
    calls: list[bytes] = []

    def counted(payload: bytes) -> bytes:
        calls.append(payload)
        return deflated_text_frame(payload)

    monkeypatch.setattr(deflate, "deflated_text_frame", counted)
    async with worker(store.url, deflate="shared") as site, AsyncExitStack() as stack:
        room = await site.open_room("once")
        await site.grant("ann", 100)
        ann = await stack.enter_async_context(site.join("ann", room))
        await ann.send_gift(new_id(), message=LONG)
        await ann.events_to(1)
        assert [] == calls
        for i in range(50):
            client = await stack.enter_async_context(connected(site, room, "deflate"))
            await client.hello(site.token(f"v{i}"))
        await ann.send_gift(new_id(), message=LONG)
        await client.events_to(2)
        assert 1 == sum(b'"gift_sent"' in payload for payload in calls)


@pytest.mark.parametrize("size", [3000, 4090])
async def test_clients_compressed_command_is_taken(product: Product, size: int) -> None:
    """A browser compresses its commands; whole or in fragments, they are read."""
    async with connected(product, "main", "a browser's") as ann:
        await ann.hello(product.token("ann"))
        assert ["permessage-deflate"] == [extension.name for extension in ann.connection.protocol.extensions]
        filler = "y" * (size - 60)
        await ann.say({"type": "ping", "id": "whole", "x": filler})
        await ann.until(Pong, lambda pong: pong.id == "whole")
        parts = ('{"type":"ping","id":', '"parts"', f',"x":"{filler}"', "}")
        await ann.connection.send(parts)
        await ann.until(Pong, lambda pong: pong.id == "parts")


async def deflating(product: Product, stack: AsyncExitStack) -> RawSocket:
    """A connection that negotiated deflate, for any bytes."""
    reader, writer = await stack.enter_async_context(raw_connection(product.port))
    writer.write(upgrade_request("/ws/main", product.port, Sec_WebSocket_Extensions="permessage-deflate"))
    assert b"permessage-deflate" in await reader.readuntil(b"\r\n\r\n")
    return RawSocket(reader, writer)


def deflated(payload: bytes) -> bytes:
    """A message as a client compresses it."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize("fragments", [1, 3])
async def test_bomb_closes_4500(product: Product, fragments: int) -> None:
    """A small frame that would become a big message is not unpacked."""
    bomb = deflated(b"0" * 2_000_000)
    assert len(bomb) < 4096
    async with AsyncExitStack() as stack:
        socket = await deflating(product, stack)
        cut = -(-len(bomb) // fragments)
        pieces = [bomb[at : at + cut] for at in range(0, len(bomb), cut)]
        for i, piece in enumerate(pieces):
            reserved = 0x40 if i == 0 else 0
            await socket.send(frame(CONT if i else TEXT, piece, fin=i == len(pieces) - 1, reserved=reserved))
        assert CloseCode.BAD_FRAME == await socket.closed_with()


@pytest.mark.parametrize("fin", [True, False])
async def test_garbage_that_claims_to_be_deflate_is_refused(product: Product, fin: bool) -> None:
    """What is no deflate ends the connection, and the server says nothing about it in its log."""
    async with AsyncExitStack() as stack:
        socket = await deflating(product, stack)
        await socket.send(frame(TEXT, b"\xff\xff\xff\xff\xff", fin=fin, reserved=0x40))
        if not fin:
            await socket.send(frame(CONT, b"\xff"))
        assert await socket.closed_with() in (1002, 1007)


async def test_compressed_broken_utf8_closes_1007(product: Product) -> None:
    """Compressed or not, text is UTF-8."""
    async with AsyncExitStack() as stack:
        socket = await deflating(product, stack)
        await socket.send(frame(TEXT, deflated(b"\xc3\x28"), reserved=0x40))
        assert 1007 == await socket.closed_with()


async def test_compressed_frame_without_negotiation_closes_1002(product: Product) -> None:
    """Who did not ask for deflate may not use it."""
    async with raw_connection(product.port) as (reader, writer):
        writer.write(upgrade_request("/ws/main", product.port))
        assert b"permessage-deflate" not in await reader.readuntil(b"\r\n\r\n")
        socket = RawSocket(reader, writer)
        await socket.send(frame(TEXT, deflated(b'{"type":"ping"}'), reserved=0x40))
        assert 1002 == await socket.closed_with()


def test_busy_tick_is_cut_into_frames() -> None:
    """Messages are never cut; frames are, where another message would make one longer than 16 KB."""
    small, big = b'{"a":1}', b'{"b":"%s"}' % (b"x" * 20_000)
    written = list(text_payloads(Broadcast([small, small, big, small]).plain))

    assert [b"[" + small + b"," + small + b"]", b"[" + big + b"]", b"[" + small + b"]"] == written
    many = list(text_payloads(Broadcast([b"1" * 100] * 1000).plain))
    assert 1000 == sum(frame.count(b"1" * 100) for frame in many)
    assert all(len(frame) <= FRAME_BYTES * 1.1 for frame in many)


@pytest.mark.parametrize("size", [0, 10, 199, 200, 5000, 100_000])
def test_what_is_deflated_is_inflated_again(size: int) -> None:
    """Nothing is lost, and a message longer than allowed is not unpacked."""
    payload = bytes(i * i % 251 for i in range(size))
    written = deflated_text_frame(payload)
    body = written[2 if written[1] < 126 else 4 if written[1] == 126 else 10 :]

    assert payload == inflate(body, size)
    assert size == 0 or inflate(body, size - 1) is None
