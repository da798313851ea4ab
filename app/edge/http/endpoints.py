"""Every HTTP endpoint stands here once: the routes and the OpenAPI document are made from this table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from app.actions.grant_coins import GrantRequest
from app.actions.manage_room import NewRoom, RoomChange
from app.edge.http import demo, health, packages, rooms, wallet
from app.rules import messages
from app.rules.packages import Packages


class Endpoint(NamedTuple):
    """One endpoint. `who`: anyone, person or platform; `ok` is the status of its usual answer."""

    method: str
    path: str
    handler: Callable[[Request], Awaitable[Response]]
    who: str
    answer: type[Any] | None
    body: type[Any] | None = None
    ok: int = 200
    query: tuple[str, ...] = ()
    idempotent: bool = False
    demo: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


ENDPOINTS = (
    Endpoint("GET", "/livez", health.livez, "anyone", messages.Health),
    Endpoint("GET", "/readyz", health.readyz, "anyone", messages.Health),
    Endpoint("GET", "/v1/gifts", wallet.gifts, "anyone", messages.Gifts),
    Endpoint("GET", "/v1/packages", packages.packages, "anyone", Packages, query=("country", "channel")),
    Endpoint("GET", "/v1/rooms", rooms.rooms, "anyone", messages.RoomList, query=("limit", "cursor")),
    Endpoint("GET", "/v1/rooms/{id}", rooms.room, "anyone", messages.RoomView),
    Endpoint("GET", "/v1/rooms/{id}/leaderboard", rooms.leaderboard, "anyone", messages.RoomBoard, query=("limit",)),
    Endpoint("POST", "/v1/demo/login", demo.demo_login, "anyone", messages.Login, demo.DemoLogin, demo=True),
    Endpoint("GET", "/v1/me/wallet", wallet.my_wallet, "person", messages.WalletView),
    Endpoint("GET", "/v1/gift-sends/{id}", wallet.my_gift_send, "person", messages.GiftSendStatus),
    Endpoint("POST", "/v1/rooms", rooms.create_room, "platform", messages.RoomView, NewRoom, 201),
    Endpoint("PATCH", "/v1/rooms/{id}", rooms.patch_room, "platform", messages.RoomView, RoomChange),
    Endpoint("DELETE", "/v1/rooms/{id}", rooms.end_room, "platform", messages.RoomView),
    Endpoint("DELETE", "/v1/rooms/{id}/comments/{comment}", rooms.delete_comment, "platform", None, ok=202),
    Endpoint(
        "POST",
        "/v1/grants",
        wallet.create_grant,
        "platform",
        messages.GrantView,
        GrantRequest,
        idempotent=True,
    ),
)
