"""The server that most would write, to compare with: Starlette, redis-py, a script call a gift, a loop of send_text.

Correct in small. It speaks as much of the protocol as the load test needs, on a store with the same settings as
Fanfare's own: a ratio between the two is one of design, not of disks.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import redis.asyncio as redis_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.base.errors import Refusal
from app.rules import catalogue
from app.rules.tokens import Person, verify
from app.store.server import StoreServer

SCRIPT = Path(__file__).with_name("baseline.lua")
REMEMBERED_S = 86_400
CONNECTIONS_MAX = 64


class Baseline:
    """The rooms and their viewers."""

    def __init__(self, store_url: str, secret: str) -> None:
        # A pool that waits: the plain one refuses when a burst asks for more connections than it may have.
        pool = redis_asyncio.BlockingConnectionPool.from_url(store_url, max_connections=CONNECTIONS_MAX, timeout=None)
        self.redis = redis_asyncio.Redis(connection_pool=pool)
        self.gift = self.redis.register_script(SCRIPT.read_text())
        self.prices = {gift.id: gift.price_coins for gift in catalogue.load().gifts}
        self.secret = secret
        self.rooms: dict[str, set[WebSocket]] = {}

    async def pump(self) -> None:
        """Sends what is published to everyone in the room."""
        pubsub = self.redis.pubsub()
        await pubsub.psubscribe("room:*")
        async for message in pubsub.listen():
            if message["type"] == "pmessage":
                text = message["data"].decode()
                viewers = self.rooms.get(message["channel"].decode()[5:], set())
                await asyncio.gather(*(viewer.send_text(text) for viewer in viewers), return_exceptions=True)

    async def serve(self, websocket: WebSocket) -> None:
        """One viewer."""
        await websocket.accept()
        room = websocket.path_params["room"]
        viewers = self.rooms.setdefault(room, set())
        try:
            hello = orjson.loads(await websocket.receive_text())
            person = verify(self.secret, hello["token"], time.time(), 0)
            coins = int(await self.redis.hget("coins", person.sub) or 0)
            await websocket.send_text(_text({"type": "welcome", "user": person.sub, "balance": {"coins": coins}}))
            viewers.add(websocket)
            while True:
                command = orjson.loads(await websocket.receive_text())
                if command["type"] == "send_gift":
                    await websocket.send_text(_text(await self.send_gift(person, room, command)))
        except (WebSocketDisconnect, Refusal):
            return
        finally:
            viewers.discard(websocket)

    async def send_gift(self, person: Person, room: str, command: dict[str, Any]) -> dict[str, Any]:
        """Pays for a gift and tells the room; the answer."""
        gift, quantity = command["gift"], command.get("quantity", 1)
        coins, sender = self.prices[gift] * quantity, {"id": person.sub, "name": person.name}
        event = {"type": "gift_sent", "id": command["id"], "sender": sender, "gift": gift}
        event |= {"quantity": quantity, "coins": coins, "at_ms": time.time_ns() // 1_000_000}
        streamer = f"{room}-host"
        keys = ["coins", f"gift:{command['id']}", "earned", f"board:{room}", "journal"]
        entry = _text([command["id"], person.sub, streamer, gift, quantity, coins])
        arguments = [coins, person.sub, streamer, entry, _text(event), f"room:{room}", REMEMBERED_S]
        outcome, left = await self.gift(keys=keys, args=arguments)
        if outcome == b"poor":
            return {"type": "error", "id": command["id"], "error": "insufficient_coins"}
        answer = {"type": "gift_accepted", "id": command["id"], "gift": gift, "quantity": quantity, "coins": coins}
        return {**answer, "balance": {"coins": int(left)}, "duplicate": outcome == b"seen"}


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def create_app(store_url: str, secret: str) -> Starlette:
    """The application."""
    baseline = Baseline(store_url, secret)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pump = asyncio.create_task(baseline.pump())
        yield
        pump.cancel()

    async def ready(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def grant(request: Request) -> JSONResponse:
        body = await request.json()
        coins = await baseline.redis.hincrby("coins", body["user"], body["coins"])
        return JSONResponse({"balance": {"coins": coins}})

    async def wallet(request: Request) -> JSONResponse:
        person = verify(secret, request.headers["authorization"].partition(" ")[2], time.time(), 0)
        return JSONResponse({"coins": int(await baseline.redis.hget("coins", person.sub) or 0)})

    return Starlette(
        routes=[
            WebSocketRoute("/ws/{room}", baseline.serve),
            Route("/readyz", ready),
            Route("/v1/rooms", ready, methods=["POST"]),
            Route("/v1/grants", grant, methods=["POST"]),
            Route("/v1/me/wallet", wallet),
        ],
        lifespan=lifespan,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it with a store of its own until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python3 -m loadtest.baseline", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the store's folder")
    parser.add_argument("--port", type=int, required=True, help="the port to listen on")
    args = parser.parse_args(argv)
    store = StoreServer(args.data)
    store.start()
    try:
        app = create_app(store.url, os.environ["FANFARE_SECRET"])
        uvicorn.run(app, host="127.0.0.1", port=args.port, access_log=False, log_level="warning")
    finally:
        store.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
