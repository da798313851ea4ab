"""HTTP for shout-outs: how a room's are read out, which of them, and the voice itself for the room's overlays."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.actions.streamer.run_shout_outs import change_shout_outs, decide_shout_out, find_shout_out
from app.base.errors import Refusal
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, rooms_at
from app.rules.overlays import Overlay
from app.rules.shout_outs import Decision, ShoutOutSettings, ShoutOutsView
from app.store.overlays import read_overlay


async def room_shout_outs(request: Request) -> Json:
    """How a room's shout-outs are read out; for its overlays, its streamer and the platform."""
    return _view(request, await _heard_by(request))


async def put_room_shout_outs(request: Request) -> Json:
    """Sets how a room's shout-outs are read out: all of it; its overlays are told at once."""
    room_id = room_id_of(request)
    await auth.streamer_of(request, room_id)
    rooms = await rooms_at(request, room_id)
    settings: ShoutOutSettings = await auth.body(request, ShoutOutSettings)
    await change_shout_outs(rooms, room_id, settings)
    return _view(request, await read_overlay(rooms.standing, room_id))


async def approve_shout_out(request: Request) -> Json:
    """Has the words of a gift read out that wait for it."""
    return await _decide(request, "approve")


async def skip_shout_out(request: Request) -> Json:
    """Has the words of a gift not read out, or no further."""
    return await _decide(request, "skip")


async def replay_shout_out(request: Request) -> Json:
    """Has the words of a gift read out once more."""
    return await _decide(request, "replay")


async def shout_out_audio(request: Request) -> Response:
    """The words of a gift as they are read out (audio/wav); for the room's overlays, its streamer and the platform."""
    overlay, hub, room_id = await _heard_by(request), hub_of(request), room_id_of(request)
    gift_id = request.path_params["gift"]
    _, words = await find_shout_out(await rooms_at(request, room_id), room_id, gift_id, hub.settings.shout_from)
    wave = await request.app.state.speech.wave(words, overlay.settings.shout_outs.voice)
    return Response(wave, media_type="audio/wav", headers={"Cache-Control": "no-store"})


async def _decide(request: Request, decision: Decision) -> Json:
    room_id, hub = room_id_of(request), hub_of(request)
    await auth.streamer_of(request, room_id)
    rooms = await rooms_at(request, room_id)
    await decide_shout_out(rooms, room_id, request.path_params["gift"], decision, hub.settings.shout_from)
    return Json({}, status_code=202)


async def _heard_by(request: Request) -> Overlay:
    """What the room's overlays go by, for one of them, the streamer or the platform. Raises Refusal."""
    room_id = room_id_of(request)
    if auth.is_platform(request):
        return await read_overlay((await rooms_at(request, room_id)).standing, room_id)
    who = auth.person(request)
    if who.role != "overlay":
        await auth.streamer_of(request, room_id)
        return await read_overlay((await rooms_at(request, room_id)).standing, room_id)
    if who.room != room_id:
        raise Refusal("forbidden")
    overlay = await read_overlay((await rooms_at(request, room_id)).standing, room_id)
    if not overlay.admits(who):
        raise Refusal("unauthorized", "This address was given up.")
    return overlay


def _view(request: Request, overlay: Overlay) -> Json:
    is_there, from_coins = request.app.state.speech.available, hub_of(request).settings.shout_from
    return Json(
        ShoutOutsView(
            settings=overlay.settings.shout_outs,
            from_coins=from_coins,
            voice_of="server" if is_there else "browser",
        )
    )


DECISIONS = {"approve": approve_shout_out, "skip": skip_shout_out, "replay": replay_shout_out}
