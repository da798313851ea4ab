"""HTTP for everyone and for a person: gifts, rooms, the demo's login, the wallet, what became of a gift."""

from __future__ import annotations

import secrets
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request

from app.actions.gift_status import gift_status
from app.actions.grant_coins import GrantRequest, grant_coins
from app.base.errors import Refusal
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import Gifts, Health, Login, RoomList, RoomView, UserView, WalletView
from app.rules.rooms import Name
from app.rules.tokens import Role, sign

LIST_MAX = 100
DEMO_COINS = 5_000
DEMO_TOKEN_S = 24 * 3600
DEMO_STREAMER = "streamer"


class DemoLogin(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/demo/login."""

    name: Name
    role: Role = "viewer"
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


def _limit(request: Request, default: int = 20) -> int:
    text = request.query_params.get("limit", str(default))
    if len(text) > 3 or not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIST_MAX:
        raise Refusal("bad_request", f"limit is a whole number from 1 to {LIST_MAX}.")
    return int(text)


async def livez(request: Request) -> Json:
    """The event loop turns."""
    return Json(Health("ok"))


async def readyz(request: Request) -> Json:
    """The store answers with the right ledger, and the server is not stopping."""
    hub = _hub(request)
    if hub.draining:
        raise Refusal("unavailable", "This server is stopping.")
    await hub.ledger.wallets(["ready"])
    return Json(Health("ok"))


async def gifts(request: Request) -> Json:
    """The catalogue."""
    catalogue = request.app.state.catalogue
    return Json(Gifts(catalogue.version, catalogue.gifts))


async def view(hub: Hub, room_id: str) -> RoomView:
    """A room as everyone sees it. Raises Refusal `room_not_found`."""
    live = hub.live.get(room_id)
    if live is not None and live.started:
        viewers = live.viewers_everywhere
    else:
        viewers = await hub.rooms.viewers(room_id, hub.server_ms())
    return RoomView(**(await hub.rooms.get(room_id)).public(viewers))  # type: ignore[arg-type]


async def rooms(request: Request) -> Json:
    """The live rooms, the newest first."""
    hub, limit = _hub(request), _limit(request)
    found = await hub.rooms.live(request.query_params.get("cursor"), limit + 1)
    cursor = found[limit - 1] if len(found) > limit else None
    return Json(RoomList([await view(hub, room) for room in found[:limit]], cursor))


async def room(request: Request) -> Json:
    """One room, live or ended."""
    return Json(await view(_hub(request), request.path_params["id"]))


async def leaderboard(request: Request) -> Json:
    """A room's top viewers by coins."""
    picture = await _hub(request).rooms.picture(request.path_params["id"], _limit(request, 10), 1)
    return Json.raw(b'{"top":%s,"coins_total":%d}' % (picture.board, picture.coins_total))


async def demo_login(request: Request) -> Json:
    """A token for anyone who asks, in the demo alone; a new viewer's wallet gets coins as a journaled grant."""
    hub = _hub(request)
    if wait_s := request.app.state.login_rate.take(hub.now_s()):
        raise Refusal("rate_limited", retry_ms=int(wait_s * 1000) + 1)
    login: DemoLogin = await auth.body(request, DemoLogin)
    # The demo's room has one streamer; everyone else is somebody new.
    user = DEMO_STREAMER if login.role == "streamer" else f"{login.role[0]}{secrets.token_hex(6)}"
    if login.role == "viewer":
        await grant_coins(hub.ledger, user, GrantRequest(user=user, coins=DEMO_COINS, reason="welcome"), "demo")
    token = sign(
        hub.settings.secret,
        sub=user,
        name=login.name,
        role=login.role,
        exp=hub.server_ms() // 1000 + DEMO_TOKEN_S,
        **({"country": login.country} if login.country else {}),
    )
    return Json(Login(token, UserView(user, login.name, login.role)))


async def my_wallet(request: Request) -> Json:
    """The caller's coins."""
    who = auth.person(request)
    (wallet,) = await _hub(request).ledger.wallets([who.sub])
    return Json(WalletView(wallet.coins, wallet.version, who.country, None))


async def my_gift_send(request: Request) -> Json:
    """What became of one of the caller's gift sends."""
    who, hub = auth.person(request), _hub(request)
    return Json(await gift_status(hub.ledger, who.sub, request.path_params["id"], hub.server_ms))
