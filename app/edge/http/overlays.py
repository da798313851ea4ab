"""HTTP for a room's overlays, for its streamer and the platform: settings, commands, addresses, connections."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from app.actions.streamer.run_overlay import change_settings, command_overlays
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, rooms_at
from app.edge.rates import Rates
from app.rules.overlay_address import address_of
from app.rules.overlays import Overlay, OverlayCommandRequest, OverlaySettings, OverlaySources, OverlayView
from app.store import overlays

# What overlays are told by one studio, in which somebody may hold a key down.
DIRECTIONS_A_SECOND, DIRECTIONS_BURST_S = 10.0, 5.0


def directions(now_s: Callable[[], float]) -> Rates:
    """How often a room's overlays may be told something on this worker."""
    return Rates(DIRECTIONS_A_SECOND, DIRECTIONS_BURST_S, now_s)


async def room_overlay(request: Request) -> Json:
    """What a room's overlays go by; for its streamer and the platform."""
    room_id = await _own_room(request)
    return _view(await overlays.read_overlay((await rooms_at(request, room_id)).standing, room_id))


async def put_room_overlay(request: Request) -> Json:
    """Sets what a room's overlays go by: all of it; they are told at once."""
    room_id = await _directed_room(request)
    settings: OverlaySettings = await auth.body(request, OverlaySettings)
    gifts = request.app.state.catalogue.by_id()
    return _view(await change_settings(await rooms_at(request, room_id), room_id, settings, gifts))


async def command_room_overlay(request: Request) -> Json:
    """Does a command on a room's overlays; a test is shown by them alone and moves nothing."""
    room_id = await _directed_room(request)
    command: OverlayCommandRequest = await auth.body(request, OverlayCommandRequest)
    await command_overlays(await rooms_at(request, room_id), room_id, command, request.app.state.catalogue.by_id())
    return Json({}, status_code=202)


async def room_overlay_address(request: Request) -> Json:
    """An address of a room's overlay, with a key of its own."""
    room_id, hub = await _own_room(request), hub_of(request)
    overlay = await overlays.read_overlay((await rooms_at(request, room_id)).standing, room_id)
    return Json(address_of(hub.settings.secret, room_id, hub.wall_ms(), overlay.rotated_ms))


async def rotate_room_overlay(request: Request) -> Json:
    """Ends all addresses of a room's overlay, at once and for ever; the answer is a new one."""
    room_id, hub = await _directed_room(request), hub_of(request)
    now_ms = hub.wall_ms()
    overlay = await overlays.rotate((await rooms_at(request, room_id)).standing, room_id, now_ms)
    return Json(address_of(hub.settings.secret, room_id, now_ms, overlay.rotated_ms))


async def room_overlay_sources(request: Request) -> Json:
    """The overlays of a room that are connected now."""
    room_id = await _own_room(request)
    return Json(OverlaySources(await overlays.read_sources((await rooms_at(request, room_id)).standing, room_id)))


async def _own_room(request: Request) -> str:
    """The room's id, where the caller may run its overlays. Raises Refusal."""
    room_id = room_id_of(request)
    await auth.streamer_of(request, room_id)
    return (await (await rooms_at(request, room_id)).get(room_id)).id


async def _directed_room(request: Request) -> str:
    """The same for what its overlays are told. Raises Refusal, also `rate_limited`."""
    room_id = await _own_room(request)
    request.app.state.directions.take(room_id)
    return room_id


def _view(overlay: Overlay) -> Json:
    return Json(OverlayView(version=overlay.version, settings=overlay.settings))
