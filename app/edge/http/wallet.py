"""HTTP for coins: the gifts to spend them on, a person's wallet, what became of a gift, the platform's grants."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.gift_status import gift_status, old_gift_status
from app.actions.grant_coins import GrantRequest, grant_coins
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.messages import Balance, Gifts, GrantView, WalletView


async def gifts(request: Request) -> Json:
    """The catalogue."""
    catalogue = request.app.state.catalogue
    return Json(Gifts(catalogue.version, catalogue.gifts))


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


async def my_wallet(request: Request) -> Json:
    """The caller's coins."""
    who = auth.person(request)
    (wallet,) = await _hub(request).ledger.wallets([who.sub])
    return Json(WalletView(wallet.coins, wallet.version, who.country, None))


async def my_gift_send(request: Request) -> Json:
    """What became of one of the caller's gift sends."""
    who, hub, gift_id = auth.person(request), _hub(request), request.path_params["id"]
    status = await gift_status(hub.ledger, who.sub, gift_id, hub.server_ms)
    if status is None:
        async with request.app.state.searches.turn(who.sub):
            status = await old_gift_status(hub.ledger, request.app.state.archive, who.sub, gift_id)
    return Json(status)


async def create_grant(request: Request) -> Json:
    """Gives coins to a person, once for each Idempotency-Key."""
    # Coins can be spent in every room, so a token that is bound to one room may not grant them.
    by = auth.platform(request, or_role="operator")
    key = auth.idempotency_key(request)
    grant: GrantRequest = await auth.body(request, GrantRequest)
    posted = await grant_coins(request.app.state.moves, key, grant, by)
    body = GrantView(id=key, user=grant.user, coins=grant.coins, balance=Balance(posted.noted[0], posted.n))
    return Json(body, headers={"Idempotency-Replayed": "true"} if posted.duplicate else None)
