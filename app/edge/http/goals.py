"""HTTP for a room's goal: seen by everyone, set and cleared by the room's streamer or the platform."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.streamer.set_goal import clear_goal, set_goal
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, rooms_at
from app.rules.goals import NewGoal, RoomGoal


async def room_goal(request: Request) -> Json:
    """A room's goal and how far it has come."""
    rooms = await rooms_at(request, room_id_of(request))
    room = await rooms.get(room_id_of(request))
    return Json(RoomGoal(await rooms.goal(room.id)))


async def put_room_goal(request: Request) -> Json:
    """Sets a room's goal; for its streamer and the platform. The same goal again goes on as it is."""
    hub, room_id = hub_of(request), room_id_of(request)
    await auth.streamer_of(request, room_id)
    new: NewGoal = await auth.body(request, NewGoal)
    gifts = request.app.state.catalogue.by_id()
    return Json(RoomGoal(await set_goal(await rooms_at(request, room_id), room_id, new, gifts, hub.server_ms())))


async def delete_room_goal(request: Request) -> Json:
    """Clears a room's goal; for its streamer and the platform."""
    room_id = room_id_of(request)
    await auth.streamer_of(request, room_id)
    await clear_goal(await rooms_at(request, room_id), room_id)
    return Json(RoomGoal(None))
