"""The lane's stand-in: under any other ASGI server the same client hears the same."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ConnectionClosed

from app.base.config import Settings
from app.base.errors import CloseCode
from app.edge.http.app import create_app
from app.edge.live.draining import drain
from app.edge.live.upgrade import UpgradeProtocol
from app.edge.parts import Parts
from app.rules.messages import Error, GiftAccepted, GiftSent, Pong, Reconnect, Resync, Welcome
from app.store.server import StoreServer
from tests.edge.client import EVENTS, Client, decode, eventually
from tests.edge.inside import Inside, worker
from tests.edge.raw import raw_socket, text
from tests.edge.site import API_KEY, SECRET, new_id

LONG = "x" * 120


@pytest.fixture(scope="module")
async def plain(store: StoreServer) -> AsyncIterator[Inside]:
    """A worker under uvicorn's stock protocol, which knows no lane."""
    async with worker(store.url, ws=WebSocketsSansIOProtocol) as site:
        yield site


async def play(site: Inside, room: str) -> list[dict[str, Any]]:
    """What a viewer hears of a small play, with all that differs from one time to the next left out."""
    await site.open_room(room)
    user = f"ann-{room}"
    await site.grant(user, 1000)
    async with site.join(user, room, name="Ann") as ann, site.join("bob", room) as bob:
        await ann.send_gift(new_id(), quantity=2, message="héllo ☃")
        await ann.say({"type": "send_comment", "id": "c1", "text": "hi"})
        await bob.events_to(2)
        await ann.send_gift(new_id(), "yacht?")
        await bob.say("[]")
        await bob.ping("p")
        heard = [*bob.messages]
    return [_without_times(message, user, room) for message in heard if isinstance(message, (*EVENTS, Pong))]


def _without_times(message: Any, user: str, room: str) -> dict[str, Any]:
    text = msgspec.json.encode(message).decode().replace(user, "USER").replace(room, "ROOM")
    known: dict[str, Any] = json.loads(text)
    for changing in ("at_ms", "server_ms", "id", "streak"):
        known.pop(changing, None)
    return known


async def test_same_play_on_lane_and_stand_in(store: StoreServer, plain: Inside) -> None:
    """A viewer hears the same, message for message, whichever way the bytes take."""
    async with worker(store.url, ws=UpgradeProtocol) as fast:
        assert await play(fast, "fast") == await play(plain, "plain")


async def test_storm_arrives_whole(plain: Inside) -> None:
    """Ticks of several frames are taken apart again: each message is an array, and no gift is missing."""
    room = await plain.open_room("storm")
    await plain.grant("ann", 10_000)
    async with plain.join("ann", room) as ann, plain.join("bob", room) as bob:
        for _ in range(3):
            await asyncio.gather(*(ann.send_gift(new_id(), message=LONG) for _ in range(250)))
        await bob.events_to(750)
        bob.assert_dense()
        assert 750 == len(bob.gifts())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"binary", CloseCode.BAD_FRAME),
        ('{"type":"ping","x":"%s"}' % ("x" * 4090), CloseCode.BAD_FRAME),
        ('{"type":"hello","token":"x"}', CloseCode.UNAUTHORIZED),
        ('{"type":"hello","token":"x","protocol":3}', CloseCode.PROTOCOL_VERSION),
    ],
)
async def test_close_codes_are_the_same(plain: Inside, said: str | bytes, code: CloseCode) -> None:
    """The stand-in ends a connection for the same reasons with the same codes."""
    async with plain.connect() as client:
        await client.say(said)
        # uvicorn's own limit comes first for a message that is too long, with the standard's code.
        assert await client.closed() in (code, 1009 if len(said) > 4096 else code)


async def test_slow_reader_is_resynced(store: StoreServer) -> None:
    """What waits for a slow reader is bounded; when he reads again he gets a picture instead."""
    async with worker(store.url, ws=WebSocketsSansIOProtocol, send_buffer=8192) as plain:
        room = await plain.open_room("slow")
        await plain.grant("ann", 10_000)
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", plain.port))
        narrow.setblocking(False)
        async with plain.join("ann", room) as ann, plain.connect(room, sock=narrow) as slow:
            await slow.hello(plain.token("slow"))
            slow.pause()
            while not plain.hub.behind_sessions:
                await asyncio.gather(*(ann.send_gift(new_id(), message=LONG) for _ in range(250)))
            slow.resume()
            await slow.until(Resync)
            (session,) = plain.hub.people.users["slow"].sessions
            assert session.wire is not None
            wire = session.wire
            await eventually(lambda: not wire.buffered())


async def test_slow_reader_that_is_closed_is_gone_after_a_while(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A goodbye that waits behind bytes that nobody reads holds the connection no longer than its deadline."""
    monkeypatch.setattr("app.edge.live.plain.LINGER_S", 0.2)
    async with (
        worker(store.url, ws=WebSocketsSansIOProtocol, send_buffer=8192, command_rate=0) as plain,
        raw_socket(plain.port, narrow=True) as peer,
    ):
        (session,) = plain.hub.sessions
        while not (session.wire and session.wire.buffered() > 8192):
            await peer.send(text('{"type":"ping","id":"%s"}' % ("x" * 64)) * 50)
            await asyncio.sleep(0)
        session.close(CloseCode.REMOVED, "removed")
        await eventually(lambda: not plain.hub.sessions, within_s=3)
        assert session.wire.closing


async def test_drain_says_goodbye(store: StoreServer) -> None:
    """A stopping server's word reaches the stand-in's clients as well."""
    async with worker(store.url, ws=WebSocketsSansIOProtocol) as site, AsyncExitStack() as stack:
        clients: list[Client] = [await stack.enter_async_context(site.join(f"v{i}")) for i in range(5)]
        await drain(site.hub, 5)
        for client in clients:
            assert CloseCode.SHUTTING_DOWN == await client.closed()
            assert 1 == len(client.all_of(Reconnect))


async def test_peer_who_is_gone_is_forgotten(plain: Inside) -> None:
    """A connection that breaks while something is being sent leaves nothing behind."""
    room = await plain.open_room("gone")
    await plain.grant("ann", 100)
    async with plain.join("ann", room) as ann:
        async with plain.join("bob", room) as bob:
            bob.connection.transport.abort()
            await asyncio.gather(*(ann.send_gift(new_id()) for _ in range(20)))
        await eventually(lambda: len(plain.hub.live[room].members) == 1)
        with pytest.raises(ConnectionClosed):
            await bob.connection.send("x")


def _read_to_the_end(session: WebSocketTestSession) -> None:
    while True:
        session.receive_text()


def test_under_starlettes_own_client(store: StoreServer, tmp_path: Path) -> None:
    """The application runs in Starlette's test client, without any server at all."""
    settings = Settings(data=tmp_path, demo=True, secret=SECRET, api_key=API_KEY)
    with TestClient(create_app(Parts(settings, store.url, 0))) as http:
        login = http.post("/v1/demo/login", json={"name": "Ann"}).json()
        with http.websocket_connect("/ws/main") as ann:
            ann.send_json({"type": "hello", "token": login["token"]})
            heard = decode(ann.receive_text())
            ann.send_json({"type": "send_gift", "id": new_id(), "gift": "rose"})
            while not {GiftAccepted, GiftSent} <= {type(message) for message in heard}:
                heard += decode(ann.receive_text())
                # A refusal would leave the loop waiting until the pings run out, which tells nothing.
                assert not [message for message in heard if isinstance(message, Error)], heard
            ann.send_bytes(b"x")
            with pytest.raises(WebSocketDisconnect) as ended:
                _read_to_the_end(ann)

    assert isinstance(heard[0], Welcome)
    assert CloseCode.BAD_FRAME == ended.value.code
