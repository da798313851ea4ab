"""HTTP for the platform's backend: rooms, grants, the removal of comments."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.grant_coins import GrantRequest, grant_coins
from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.actions.send_comment import remove_comment
from app.base.errors import Refusal
from app.edge.http import auth
from app.edge.http.api import view
from app.edge.http.problems import Json
from app.rules.messages import Balance, GrantView


async def create_room(request: Request) -> Json:
    """Opens a room; 200 where it was live already or is live again."""
    auth.platform(request)
    new: NewRoom = await auth.body(request, NewRoom)
    hub = request.app.state.hub
    room, created = await open_room(hub.rooms, new)
    return Json(await view(hub, room.id), status_code=201 if created else 200)


async def patch_room(request: Request) -> Json:
    """Changes a room's title, status or guests."""
    auth.platform(request)
    change: RoomChange = await auth.body(request, RoomChange)
    hub = request.app.state.hub
    await change_room(hub.rooms, request.path_params["id"], change)
    return Json(await view(hub, request.path_params["id"]))


async def end_room(request: Request) -> Json:
    """Ends a room: no more gifts; what was said and given is kept for a while."""
    auth.platform(request)
    hub = request.app.state.hub
    await change_room(hub.rooms, request.path_params["id"], RoomChange(status="ended"))
    return Json(await view(hub, request.path_params["id"]))


async def delete_comment(request: Request) -> Json:
    """Tells a room that a comment is gone; for the platform and for moderators."""
    auth.platform(request, or_role="moderator")
    hub, params = request.app.state.hub, request.path_params
    await remove_comment(hub.rooms, params["id"], params["comment"], hub.server_ms())
    return Json({}, status_code=202)


async def create_grant(request: Request) -> Json:
    """Gives coins to a person, once for each Idempotency-Key."""
    by = auth.platform(request, or_role="operator")
    key = request.headers.get("idempotency-key")
    if not key:
        raise Refusal("bad_request", "The header Idempotency-Key is needed.")
    grant: GrantRequest = await auth.body(request, GrantRequest)
    wallet, before = await grant_coins(request.app.state.hub.ledger, key, grant, by)
    body = GrantView(id=key, user=grant.user, coins=grant.coins, balance=Balance(wallet.coins, wallet.version))
    return Json(body, headers={"Idempotency-Replayed": "true"} if before else None)
