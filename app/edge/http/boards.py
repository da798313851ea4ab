"""HTTP for leaderboards: of a room and of a streamer, by period; what a room's go by; leaving them."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.streamer.choose_board import choose_board
from app.actions.viewer.leave_boards import show_on_boards
from app.archive.boards import Place, is_on_boards, of_room, of_streamer
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, rooms_at
from app.rules.boards import BoardChoice, BoardPeriod, By, Shown, by_of, days_of, period_of
from app.store.everywhere import places_json


async def leaderboard(request: Request) -> Json:
    """A room's top gifters: of this live, of today or the last seven days (UTC), or of all time."""
    room_id = room_id_of(request)
    period, limit = period_of(request.query_params.get("period", "live")), paging.limit(request, 10)
    if period == "live":
        picture = await (await rooms_at(request, room_id)).picture(room_id, limit, 1)
        told = (picture.board, picture.coins_total, picture.room.board_by.encode())
        return Json.raw(b'{"top":%s,"coins_total":%d,"period":"live","by":"%s"}' % told)
    room = await (await rooms_at(request, room_id)).get(room_id)
    found = await billing_of(request).archive.read(of_room, room_id, _days(request, period), room.board_by, limit)
    return await _past(request, found, period, room.board_by)


async def streamer_leaderboard(request: Request) -> Json:
    """Who gave most to a streamer, today, in the last seven days (UTC) or of all time, in whatever room."""
    period, by = period_of(request.query_params.get("period", "all")), by_of(request.query_params.get("by", "coins"))
    if period == "live":
        raise Refusal("bad_request", "The board of a live is its room's.")
    streamer, limit = request.path_params["id"], paging.limit(request, 10)
    found = await billing_of(request).archive.read(of_streamer, streamer, _days(request, period), by, limit)
    return await _past(request, found, period, by)


async def put_leaderboard(request: Request) -> Json:
    """Chooses what a room's boards go by, coins or the number of gifts; for its streamer and the platform."""
    room_id = room_id_of(request)
    await auth.streamer_of(request, room_id)
    choice: BoardChoice = await auth.body(request, BoardChoice)
    await choose_board(await rooms_at(request, room_id), room_id, choice.by)
    return Json(choice)


async def my_boards(request: Request) -> Json:
    """Whether the caller is on the leaderboards."""
    return Json(Shown(await billing_of(request).archive.read(is_on_boards, auth.person(request).sub)))


async def put_my_boards(request: Request) -> Json:
    """Takes the caller off all leaderboards, at once, or puts them back."""
    who, hub = auth.person(request), hub_of(request)
    wanted: Shown = await auth.body(request, Shown)
    await show_on_boards(hub.partitions, billing_of(request).archive, who.sub, wanted.shown)
    return Json(wanted)


def _days(request: Request, period: BoardPeriod) -> tuple[int, int]:
    return days_of(period, billing_of(request).clock())


async def _past(request: Request, found: list[Place], period: BoardPeriod, by: By) -> Json:
    top = await places_json(hub_of(request).partitions, found, by)
    return Json.raw(b'{"top":%s,"period":"%s","by":"%s"}' % (top, period.encode(), by.encode()))
