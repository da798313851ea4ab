"""HTTP of the demo alone: a login for anyone."""

from __future__ import annotations

import secrets
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request

from app.actions.grant_coins import GrantRequest, grant_coins
from app.base.config import DEMO_ROOM
from app.base.errors import Refusal
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.actors import DEMO
from app.rules.messages import Login, UserView
from app.rules.rooms import Name
from app.rules.texts import one_line, seen
from app.rules.tokens import Role, sign
from app.rules.zones import is_zone

DEMO_COINS = 5_000
DEMO_TOKEN_S = 24 * 3600
DEMO_STREAMER = "streamer"
GUEST = "Guest"


class DemoLogin(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/demo/login; without a name it is somebody who only watches, and gets no coins."""

    name: Name | None = None
    role: Role = "viewer"
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None
    tz: Annotated[str, Meta(max_length=64)] | None = None


async def demo_login(request: Request) -> Json:
    """A token for anyone who asks: of a new viewer, who is granted coins if named, or of the demo room's streamer."""
    hub: Hub = request.app.state.hub
    login: DemoLogin = await auth.body(request, DemoLogin)
    name = GUEST if login.name is None else seen("name", one_line(login.name))
    if login.role not in ("viewer", "streamer", "guardian"):
        raise Refusal("forbidden", "The demo's login gives the roles viewer, streamer and guardian alone.")
    request.app.state.logins.take(request)
    optional = {"country": login.country} if login.country else {}
    if login.tz is not None and is_zone(login.tz):
        # A browser may know zones that this server does not.
        optional["tz"] = login.tz
    if login.role == "streamer":
        user, optional["room"] = DEMO_STREAMER, DEMO_ROOM
    else:
        user = f"v{secrets.token_hex(6)}"
        if login.role == "viewer" and login.name is not None:
            welcome = GrantRequest(user=user, coins=DEMO_COINS, reason="welcome")
            await grant_coins(request.app.state.moves, user, welcome, DEMO)
    life_s = min(DEMO_TOKEN_S, hub.settings.token_max_age_s or DEMO_TOKEN_S)
    now_s = hub.wall_ms() // 1000
    # Who says when it was issued may sign in anew after all tokens were revoked.
    token = sign(hub.settings.secret, sub=user, name=name, role=login.role, exp=now_s + life_s, iat=now_s, **optional)
    return Json(Login(token, UserView(user, name, login.role)))
