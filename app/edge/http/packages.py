"""HTTP for prices: what coins cost, for everyone."""

from __future__ import annotations

from starlette.requests import Request

from app.base.errors import Refusal
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules import packages as rules
from app.rules.prices import CHANNELS


async def packages(request: Request) -> Json:
    """What coins can be bought for in a country: the query's, else the token's, else the platform's own."""
    hub: Hub = request.app.state.hub
    now_ms = hub.server_ms()
    channel = request.query_params.get("channel", "web")
    if channel not in CHANNELS:
        raise Refusal("bad_request", f"channel is one of {', '.join(CHANNELS)}.")
    tariff = request.app.state.tariff
    book = tariff.price_book(country_of(request, hub), now_ms)
    policy = tariff.policy(book.country, now_ms)
    return Json(rules.packages(book, policy, channel, now_ms, request.app.state.providers))


def country_of(request: Request, hub: Hub) -> str:
    """Whose prices are asked for: the query's country, else the token's, else the platform's own."""
    asked = request.query_params.get("country")
    if asked is None and "authorization" in request.headers and not auth.is_platform(request):
        asked = auth.person(request).country
    return asked or hub.settings.country
