"""HTTP for what watches over the server: whether it lives, and whether it is ready."""

from __future__ import annotations

from starlette.requests import Request

from app.base.errors import Refusal
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import Health


async def livez(request: Request) -> Json:
    """The event loop turns."""
    return Json(Health("ok"))


async def readyz(request: Request) -> Json:
    """The store answers with the right ledger, and the server is not stopping."""
    hub: Hub = request.app.state.hub
    if hub.draining:
        raise Refusal("unavailable", "This server is stopping.")
    await hub.ledger.wallets(["ready"])
    return Json(Health("ok"))
