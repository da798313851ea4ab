"""The WebSocket endpoints, of rooms and of guardians: check the origin, accept, and hand the connection to the hub."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.websockets import WebSocket

from app.base.errors import CloseCode, Refusal
from app.base.log import Throttle
from app.edge.connections import TICKET, Ticket
from app.edge.http.limits import ADDRESS
from app.edge.http.problems import problem
from app.edge.live.guardian_session import GuardianSession
from app.edge.live.hub import Hub
from app.edge.live.plain import PlainLane
from app.edge.live.session import Session
from app.edge.live.upgrade import EXTENSION
from app.rules.commands import FRAME_MAX

log = logging.getLogger(__name__)
throttle = Throttle(log)


def origin_allowed(origin: str | None, host: str | None, allowed: frozenset[str]) -> bool:
    """Whether a web page of that origin may connect: our own, or one of the allowed, exactly. No origin: no browser."""
    if origin is None:
        return True
    origin = origin.lower()
    return origin in allowed or (host is not None and origin in (f"http://{host.lower()}", f"https://{host.lower()}"))


async def room_socket(websocket: WebSocket) -> None:
    """`GET /ws/{room}`."""
    hub: Hub = websocket.app.state.hub
    await _serve(websocket, hub, lambda: Session(hub, websocket.path_params["room"]))


async def guardian_socket(websocket: WebSocket) -> None:
    """`GET /ws/guardian`."""
    hub: Hub = websocket.app.state.hub
    await _serve(websocket, hub, lambda: GuardianSession(hub))


async def _serve(websocket: WebSocket, hub: Hub, make: Callable[[], Session]) -> None:
    headers = websocket.headers
    if not origin_allowed(headers.get("origin"), headers.get("host"), hub.settings.allowed_origins):
        hub.metrics.refused_request("origin")
        throttle.say(
            logging.WARNING, "origin", "a page of %.100r was refused: not among FANFARE_ORIGINS", headers["origin"]
        )
        await websocket.send_denial_response(problem(Refusal("forbidden", "This origin may not connect.")))
        return
    if hub.draining:
        await websocket.send_denial_response(problem(Refusal("unavailable", "This server is stopping.", retry_ms=1000)))
        return
    ticket: Ticket | None = websocket.scope["state"].get(TICKET)
    address = websocket.scope["state"].get(ADDRESS, "")
    await websocket.accept()
    take_over = websocket.scope["extensions"].get(EXTENSION)
    try:
        session = hub.connect(make, crowded=ticket is not None and not ticket.count_for(address))
    except Refusal as refusal:
        if take_over is not None:
            # Closed by a lane, which has a deadline: uvicorn would wait for a peer that never reads.
            take_over(None, hub.turns, FRAME_MAX, CloseCode.BAD_FRAME).close(CloseCode.TOO_MANY, refusal.message)
        else:
            await websocket.close(CloseCode.TOO_MANY, refusal.message)
        return
    if take_over is not None:
        session.wire = take_over(session, hub.turns, FRAME_MAX, CloseCode.BAD_FRAME)
        return
    plain = PlainLane(websocket)
    session.wire = plain
    await plain.run(session, FRAME_MAX, CloseCode.BAD_FRAME)
