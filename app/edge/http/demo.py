"""HTTP of the demo alone: a login for anyone."""

from __future__ import annotations

import secrets
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request

from app.actions.grant_coins import GrantRequest, grant_coins
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import Login, UserView
from app.rules.rooms import Name
from app.rules.tokens import Role, sign

DEMO_COINS = 5_000
DEMO_TOKEN_S = 24 * 3600
DEMO_STREAMER = "streamer"
GUEST = "Guest"


class DemoLogin(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/demo/login; without a name it is somebody who only watches, and gets no coins."""

    name: Name | None = None
    role: Role = "viewer"
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None


async def demo_login(request: Request) -> Json:
    """A token for anyone who asks, in the demo alone; a viewer with a name gets coins as a journaled grant."""
    hub: Hub = request.app.state.hub
    login: DemoLogin = await auth.body(request, DemoLogin)
    request.app.state.logins.take(request)
    # The demo's room has one streamer; everyone else is somebody new.
    user = DEMO_STREAMER if login.role == "streamer" else f"{login.role[0]}{secrets.token_hex(6)}"
    name = login.name or GUEST
    if login.role == "viewer" and login.name:
        welcome = GrantRequest(user=user, coins=DEMO_COINS, reason="welcome")
        await grant_coins(request.app.state.moves, user, welcome, "demo")
    token = sign(
        hub.settings.secret,
        sub=user,
        name=name,
        role=login.role,
        exp=hub.server_ms() // 1000 + DEMO_TOKEN_S,
        **({"country": login.country} if login.country else {}),
    )
    return Json(Login(token, UserView(user, name, login.role)))
