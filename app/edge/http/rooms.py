"""HTTP for rooms: seen by everyone, opened, changed and ended by the platform's backend."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.base.errors import Refusal
from app.edge.http import auth, paging
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import RoomList, RoomView
from app.rules.rooms import known_room_id
from app.store import everywhere
from app.store.rooms import Rooms
from app.store.standing import Standing


def hub_of(request: Request) -> Hub:
    """The worker's hub."""
    hub: Hub = request.app.state.hub
    return hub


def room_id_of(request: Request) -> str:
    """The room's id in the path. Raises Refusal `room_not_found` for what can be none."""
    return known_room_id(request.path_params["id"])


async def rooms_at(request: Request, room_id: str) -> Rooms:
    """The rooms of the partition that a room is in. Raises Refusal `room_not_found`."""
    return await hub_of(request).partitions.at(room_id)


def standing_of(request: Request, user: str) -> Standing:
    """How the ledger of a person's partition stands."""
    return hub_of(request).partitions.of(user).standing


async def views(hub: Hub, room_ids: list[str]) -> list[RoomView]:
    """Rooms as everyone sees them; ids without a room are left out."""
    shown = []
    for room_id, (room, viewers) in (await everywhere.shown(hub.partitions, room_ids)).items():
        live = hub.live.get(room_id)
        if live is not None and live.started:
            # What its viewers are told.
            viewers = live.viewers_everywhere
        shown.append(RoomView(**room.public(viewers)))  # type: ignore[arg-type]
    return shown


async def view(hub: Hub, room_id: str) -> RoomView:
    """A room as everyone sees it. Raises Refusal `room_not_found`."""
    found = await views(hub, [room_id])
    if not found:
        raise Refusal("room_not_found")
    return found[0]


async def rooms(request: Request) -> Json:
    """The live rooms, the newest first."""
    hub, limit = hub_of(request), paging.limit(request)
    found = await everywhere.live(hub.partitions, paging.pair(request), limit + 1)
    cursor = "{}.{}".format(*found[limit - 1]) if len(found) > limit else None
    return Json(RoomList(await views(hub, [room for _, room in found[:limit]]), cursor))


async def room(request: Request) -> Json:
    """One room, live or ended."""
    return Json(await view(hub_of(request), room_id_of(request)))


async def create_room(request: Request) -> Json:
    """Opens a room; 200 where it was live already or is live again."""
    auth.platform(request)
    new: NewRoom = await auth.body(request, NewRoom)
    hub = hub_of(request)
    room, created = await open_room(hub.partitions, new)
    return Json(await view(hub, room.id), status_code=201 if created else 200)


async def patch_room(request: Request) -> Json:
    """Changes a room's title, status or guests, or whether it may be promoted."""
    auth.platform(request)
    room_id, hub = room_id_of(request), hub_of(request)
    change: RoomChange = await auth.body(request, RoomChange)
    await change_room(hub.partitions, room_id, change)
    return Json(await view(hub, room_id))


async def end_room(request: Request) -> Json:
    """Ends a room: no more gifts; what was said and given is kept for a while."""
    auth.platform(request)
    room_id, hub = room_id_of(request), hub_of(request)
    await change_room(hub.partitions, room_id, RoomChange(status="ended"))
    return Json(await view(hub, room_id))
