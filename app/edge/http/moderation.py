"""HTTP for keeping a room in order: for its streamer, its moderators and the platform."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.moderator import keep_order
from app.actions.moderator.keep_order import Desk
from app.archive import moderation as archived
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.endpoint import Endpoint
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, rooms_at
from app.rules.adjustments import Because
from app.rules.moderation import (
    ModerationChange,
    ModerationLog,
    ModerationSettings,
    ModerationView,
    MuteRequest,
    MuteView,
    RoomBanView,
)
from app.rules.texts import lines, seen
from app.store.moderation import read_moderation


async def room_moderation(request: Request) -> Json:
    """How a room is kept in order: its settings, who is muted or banned, comments that wait."""
    room, hub = room_id_of(request), hub_of(request)
    await auth.moderator_of(request, room)
    rooms = await rooms_at(request, room)
    await rooms.get(room)
    known, now_ms = await read_moderation(rooms.standing, room), hub.server_ms()
    mutes = [MuteView(user, until_ms) for user, until_ms in sorted(known.mutes.items()) if until_ms > now_ms]
    return Json(ModerationView(settings=known.settings, mutes=mutes, bans=sorted(known.bans), held=list(known.held)))


async def patch_room_moderation(request: Request) -> Json:
    """Changes how a room is moderated: slow comments, words, links, comments at all, gifts of those who are muted."""
    desk = await _desk(request)
    change: ModerationChange = await auth.body(request, ModerationChange)
    return Json(await keep_order.change_settings(desk, change))


async def moderation_log(request: Request) -> Json:
    """Who did what to whom in a room, and why, the newest first."""
    room = room_id_of(request)
    await auth.moderator_of(request, room)
    limit, below = paging.limit(request), paging.number(request)
    billing = billing_of(request)
    found = await billing.archive.read(archived.page, room, below, limit + 1, hub_of(request).server_ms())
    return Json(ModerationLog(found[:limit], str(found[limit - 1].n) if len(found) > limit else None))


async def put_mute(request: Request) -> Json:
    """Mutes a person in a room for a while; their gifts are refused for as long, unless the room takes them."""
    desk = await _desk(request)
    asked: MuteRequest = await auth.body(request, MuteRequest)
    user = request.path_params["user"]
    desk = desk._replace(reason=seen("reason", lines(asked.reason)))
    return Json(MuteView(user, await keep_order.mute(desk, user, asked.seconds)))


async def delete_mute(request: Request) -> Json:
    """Lets a person speak again in a room."""
    desk, user = await _desk(request), request.path_params["user"]
    await keep_order.unmute(desk, user)
    return Json(MuteView(user, None))


async def put_room_ban(request: Request) -> Json:
    """Keeps a person out of a room: their sockets in it end with 4503, on every worker."""
    desk = await _desk(request)
    because: Because = await auth.body(request, Because)
    user = request.path_params["user"]
    await keep_order.ban(desk._replace(reason=seen("reason", lines(because.reason))), user, banned=True)
    return Json(RoomBanView(user, True))


async def delete_room_ban(request: Request) -> Json:
    """Lets a person into a room again."""
    desk, user = await _desk(request), request.path_params["user"]
    await keep_order.ban(desk, user, banned=False)
    return Json(RoomBanView(user, False))


async def delete_comment(request: Request) -> Json:
    """Tells a room that a comment is gone; for its streamer, the platform and moderators, of that room or of all."""
    await keep_order.take_comment(await _desk(request), request.path_params["comment"])
    return Json({}, status_code=202)


async def delete_message(request: Request) -> Json:
    """Takes the words off a gift that was sent in a room; the gift stays."""
    await keep_order.take_message(await _desk(request), request.path_params["gift_send"])
    return Json({}, status_code=202)


async def approve_comment(request: Request) -> Json:
    """Posts a comment that waited for a moderator."""
    await keep_order.decide_held(await _desk(request), request.path_params["comment"], approve=True)
    return Json({}, status_code=202)


async def drop_comment(request: Request) -> Json:
    """Drops a comment that waited for a moderator."""
    await keep_order.decide_held(await _desk(request), request.path_params["comment"], approve=False)
    return Json({}, status_code=202)


async def _desk(request: Request) -> Desk:
    room, hub = room_id_of(request), hub_of(request)
    by = await auth.moderator_of(request, room)
    rooms = await rooms_at(request, room)
    return Desk(rooms, billing_of(request).archive, room, by, auth.reason_asked(request), hub.server_ms())


ENDPOINTS = (
    Endpoint("GET", "/v1/rooms/{id}/moderation", room_moderation, "platform", ModerationView),
    Endpoint(
        "PATCH",
        "/v1/rooms/{id}/moderation",
        patch_room_moderation,
        "platform",
        ModerationSettings,
        ModerationChange,
    ),
    Endpoint(
        "GET",
        "/v1/rooms/{id}/moderation/log",
        moderation_log,
        "platform",
        ModerationLog,
        query=("limit", "cursor"),
    ),
    Endpoint("POST", "/v1/rooms/{id}/held/{comment}/approve", approve_comment, "platform", None, ok=202),
    Endpoint("POST", "/v1/rooms/{id}/held/{comment}/drop", drop_comment, "platform", None, ok=202),
    Endpoint("PUT", "/v1/rooms/{id}/mutes/{user}", put_mute, "platform", MuteView, MuteRequest),
    Endpoint("DELETE", "/v1/rooms/{id}/mutes/{user}", delete_mute, "platform", MuteView, query=("reason",)),
    Endpoint("PUT", "/v1/rooms/{id}/bans/{user}", put_room_ban, "platform", RoomBanView, Because),
    Endpoint("DELETE", "/v1/rooms/{id}/bans/{user}", delete_room_ban, "platform", RoomBanView, query=("reason",)),
    Endpoint(
        "DELETE",
        "/v1/rooms/{id}/messages/{gift_send}",
        delete_message,
        "platform",
        None,
        ok=202,
        query=("reason",),
    ),
    Endpoint(
        "DELETE",
        "/v1/rooms/{id}/comments/{comment}",
        delete_comment,
        "platform",
        None,
        ok=202,
        query=("reason",),
    ),
)
