"""A server that a test plays on a real socket, for what the real one does only in rare moments."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from app.rules.messages import Balance, GiftAccepted, RoomView, Snapshot, UserView, Welcome
from app.rules.rooms import Member

PICTURE = Snapshot(leaderboard=[], coins_total=0, recent=[], streaks=[], streaks_more=0, goal=None)
WELCOME = Welcome(
    protocol=1,
    server_ms=1_700_000_000_000,
    user=UserView("ann", "Ann", "viewer"),
    room=RoomView(
        id="r",
        title="A room",
        kind="live",
        status="live",
        streamer=Member("nova", "Nova"),
        guests=(),
        viewers=1,
        promotable=True,
    ),
    epoch="e",
    offset=0,
    recovered=False,
    snapshot=PICTURE,
    balance=Balance(10, 1),
    catalogue_version=1,
    heartbeat_s=25,
)


class Stage:
    """One line, as the server has it."""

    def __init__(self, socket: ServerConnection, number: int) -> None:
        self.socket = socket
        self.number = number

    async def hear(self) -> dict[str, Any]:
        """The next command."""
        command: dict[str, Any] = json.loads(await self.socket.recv())
        return command

    async def say(self, *messages: object) -> None:
        """One frame."""
        await self.socket.send(msgspec.json.encode(messages).decode())

    async def welcome(self, **changed: Any) -> dict[str, Any]:
        """Answers the hello; what that said."""
        hello = await self.hear()
        await self.say(msgspec.structs.replace(WELCOME, **changed))
        return hello

    async def accept(self, gift: dict[str, Any], *more: object) -> None:
        """Says that a gift is paid, and more in the same frame."""
        paid = GiftAccepted(
            id=gift["id"],
            gift=gift["gift"],
            quantity=gift["quantity"],
            coins=1,
            diamonds="0.5",
            balance=Balance(9, 2),
            n=2,
            streak=None,
            duplicate=False,
        )
        await self.say(paid, *more)

    async def refuse(self, command: dict[str, Any], slug: str, *, retryable: bool = False, **details: Any) -> None:
        """Says that it is not."""
        said = {"type": "error", "id": command["id"], "error": slug, "message": slug}
        await self.say({**said, "retryable": retryable, "details": details})


@asynccontextmanager
async def played(play: Callable[[Stage], Awaitable[None]], answers: dict[str, Any] | None = None) -> AsyncIterator[str]:
    """The server's address. `play` is run for each line; `answers` are JSON by path, for whatever is no WebSocket."""
    lines: list[ServerConnection] = []

    async def line(socket: ServerConnection) -> None:
        lines.append(socket)
        await play(Stage(socket, len(lines)))

    def http(socket: ServerConnection, request: Request) -> Response | None:
        if request.path.startswith("/ws/"):
            return None
        found = (answers or {}).get(request.path)
        response = socket.respond(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, json.dumps(found))
        response.headers["Connection"] = "close"
        return response

    async with serve(line, "127.0.0.1", 0, process_request=http, compression=None) as server:
        (socket,) = server.sockets
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    # The server waits for what was played, and not for the sockets: the test's loop would end before they are closed.
    for closing in lines:
        await closing.wait_closed()
