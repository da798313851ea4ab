"""A room's overlays are run from its studio: their settings, commands to them, tests, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.rules.catalogue import Gift
from app.rules.overlays import (
    Overlay,
    OverlayCommand,
    OverlayCommandRequest,
    OverlaySettings,
    checked_command,
    checked_settings,
)
from app.store import overlays
from app.store.rooms import Rooms


async def change_settings(rooms: Rooms, room: str, settings: OverlaySettings, gifts: Mapping[str, Gift]) -> Overlay:
    """What the room's overlays go by from now on.

    Raises:
        Refusal: `bad_rule`, `unknown_gift`, `unknown_sound`, `template_unavailable`, `room_not_found` or
            `uninitialised`.
    """
    await overlays.put_settings(rooms.standing, room, checked_settings(settings, gifts))
    return await overlays.read_overlay(rooms.standing, room)


async def command_overlays(rooms: Rooms, room: str, request: OverlayCommandRequest, gifts: Mapping[str, Gift]) -> None:
    """Does a command on all overlays of the room. A test moves nothing: overlays alone are told of it.

    Raises:
        Refusal: `unknown_gift`, `bad_request`, `room_not_found` or `uninitialised`.
    """
    checked_command(request, gifts)
    match request.command:
        case "pause" | "resume" as paused:
            await overlays.put_paused(rooms.standing, room, paused=paused == "pause")
        case moment:
            await rooms.get(room)
            message = OverlayCommand(command=moment, gift=request.gift, storm=request.storm, test=moment == "test")
            await overlays.tell_overlays(rooms.standing, room, msgspec.json.encode(message))
