"""HTTP for what was given in a room: seen by everyone, thanked for by its streamer."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.streamer.thank_giver import thank_giver
from app.edge.http import auth, paging
from app.edge.http.problems import Json
from app.edge.http.rooms import room_id_of, rooms_at
from app.rules.room_gifts import RoomGifts
from app.rules.shout_outs import ThanksRequest
from app.store.room_gifts import latest_gifts


async def room_gifts(request: Request) -> Json:
    """A room's latest gifts, the newest first: who gave what with which words, and what was thanked for."""
    room_id, limit = room_id_of(request), paging.limit(request)
    rooms = await rooms_at(request, room_id)
    room = await rooms.get(room_id)
    return Json(RoomGifts(await latest_gifts(rooms, room.id, limit)))


async def create_thanks(request: Request) -> Json:
    """Thanks a giver before the whole room, once for a gift; for the room's streamer and the platform."""
    room_id = room_id_of(request)
    await auth.streamer_of(request, room_id)
    thanks: ThanksRequest = await auth.body(request, ThanksRequest)
    return Json(await thank_giver(await rooms_at(request, room_id), room_id, thanks))
