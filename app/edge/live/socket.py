"""The room's WebSocket: the door. Checks the origin, accepts, and hands the connection to the hub."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from app.base.errors import CloseCode, Refusal
from app.edge.connections import TICKET, Ticket
from app.edge.http.problems import problem
from app.edge.live.hub import Hub
from app.edge.live.lane import EXTENSION
from app.edge.live.plain import PlainLane
from app.rules.commands import FRAME_MAX


def origin_allowed(origin: str | None, host: str | None, allowed: frozenset[str]) -> bool:
    """Whether a web page of that origin may connect: our own, or one of the allowed, exactly. No origin: no browser."""
    if origin is None:
        return True
    origin = origin.lower()
    if origin in allowed:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and host is not None and parts.netloc == host.lower()


async def room_socket(websocket: WebSocket) -> None:
    """`GET /ws/{room}`."""
    hub: Hub = websocket.app.state.hub
    headers = websocket.headers
    if not origin_allowed(headers.get("origin"), headers.get("host"), hub.settings.allowed_origins):
        await websocket.send_denial_response(problem(Refusal("forbidden", "This origin may not connect.")))
        return
    room_id = websocket.path_params["room"]
    peer = websocket.client.host if websocket.client else ""
    ticket: Ticket | None = websocket.scope["state"].get(TICKET)
    address = websocket.app.state.addresses.of(peer, websocket.scope["headers"])
    await websocket.accept()
    take_over = websocket.scope["extensions"].get(EXTENSION)
    try:
        session = hub.connect(room_id, crowded=ticket is not None and not ticket.count_for(address))
    except Refusal as refusal:
        code = CloseCode.SHUTTING_DOWN if hub.draining else CloseCode.TOO_MANY
        if take_over is not None:
            # The lane's goodbye has a deadline; uvicorn's waits for a peer that never reads.
            take_over(None, FRAME_MAX, CloseCode.BAD_FRAME).close(code, refusal.message)
        else:
            await websocket.close(code, refusal.message)
        return
    if take_over is not None:
        session.wire = take_over(session, FRAME_MAX, CloseCode.BAD_FRAME)
        return
    plain = PlainLane(websocket)
    session.wire = plain
    await plain.run(session, FRAME_MAX, CloseCode.BAD_FRAME)
