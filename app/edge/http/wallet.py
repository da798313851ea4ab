"""HTTP for coins: the gifts to spend them on, a person's wallet, what became of a gift, the platform's grants."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.books.caught_up import caught_up
from app.actions.gift_status import gift_status, old_gift_status
from app.actions.grant_coins import GrantRequest, grant_coins
from app.actions.operator.give_coins import give_coins
from app.archive import unusual
from app.archive.statements import spent_since
from app.base.errors import ArchiveError, Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.audit_log import looked_at
from app.edge.http.problems import Json
from app.edge.live.hub import Hub
from app.rules.actors import PLATFORM
from app.rules.catalogue import BOTH
from app.rules.messages import Balance, Gifts, GrantView, WalletView
from app.rules.postings import coins_of
from app.rules.spending import Limits
from app.rules.spending_views import amounts_of
from app.rules.unusual import UnusualNotice
from app.rules.zones import window_at, zone_at
from app.store.spending import read_limits

CAUGHT_UP_S = 0.5


async def gifts(request: Request) -> Json:
    """The catalogue; with `kind`, the gifts that are for rooms of that kind."""
    catalogue, kind = request.app.state.catalogue, request.query_params.get("kind")
    if kind is None:
        return Json(Gifts(catalogue.version, catalogue.gifts))
    if kind not in BOTH:
        raise Refusal("bad_request", f"kind is one of {', '.join(BOTH)}.")
    sells = _hub(request).terms.sells
    return Json(Gifts(catalogue.version, tuple(gift for gift in catalogue.gifts if sells(gift, kind))))


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


async def my_wallet(request: Request) -> Json:
    """The caller's coins, what the wallet owes, and what was spent today."""
    who = auth.person(request)
    return await _wallet(request, who.sub, who.country, who.tz)


async def user_wallet(request: Request) -> Json:
    """Anyone's wallet, for the platform; the country is the platform's own, as the person's stands in their token."""
    return await _wallet(request, await looked_at(request, "look_at_wallet"), None)


async def _wallet(request: Request, user: str, country: str | None, tz: str | None = None) -> Json:
    billing = billing_of(request)
    country = country or billing.settings.country
    ledger = billing.partitions.of(user)
    (wallet,) = await ledger.wallets([user])
    book = billing.tariff.prices.at(country, billing.clock())
    kept = await read_limits(ledger.standing, user)
    now_ms, bounds = _hub(request).server_ms(), kept.bounds
    body = WalletView(
        coins=wallet.coins,
        version=wallet.version,
        debt=wallet.debt,
        country=country,
        currency=None if book is None else book.currency,
        spent_today=await _spent_today(request, user, wallet.version, tz or (bounds.tz if bounds else "UTC")),
        unusual=await _unusual(request, user),
        limits=None if bounds is None or bounds.at(now_ms).own == Limits() else amounts_of(bounds.at(now_ms).own),
    )
    return Json(body)


async def _spent_today(request: Request, user: str, version: int, tz: str) -> int | None:
    """From the books: of a busy ledger they are a moment behind. The coins are told without them as well."""
    archive, now_ms = billing_of(request).archive, _hub(request).server_ms()
    try:
        await caught_up(archive, version, CAUGHT_UP_S, billing_of(request).partitions.number_of(user))
        return await archive.read(spent_since, coins_of(user), window_at(zone_at(tz, now_ms).day, now_ms)[0])
    except ArchiveError:
        return None


async def _unusual(request: Request, user: str) -> list[UnusualNotice] | None:
    billing = billing_of(request)
    try:
        return await billing.archive.read(unusual.notices, user, billing.clock())
    except ArchiveError:
        return None


async def my_gift_send(request: Request) -> Json:
    """What became of one of the caller's gift sends."""
    who, hub, gift_id = auth.person(request), _hub(request), request.path_params["id"]
    ledger = hub.partitions.of(who.sub)
    status = await gift_status(ledger, who.sub, gift_id, hub.server_ms)
    if status is None:
        async with request.app.state.searches.turn(who.sub):
            status = await old_gift_status(ledger, request.app.state.archive, who.sub, gift_id)
    return Json(status)


async def create_grant(request: Request) -> Json:
    """Gives coins to a person, once for each Idempotency-Key."""
    # Coins can be spent in every room, so a token that is bound to one room may not grant them.
    by = auth.platform(request, or_role="operator")
    key = auth.idempotency_key(request)
    grant: GrantRequest = await auth.body(request, GrantRequest)
    moves, billing = request.app.state.moves, billing_of(request)
    if by == PLATFORM:
        posted = await grant_coins(moves, key, grant, by)
    else:
        most = billing.settings.grant_alone
        posted = await give_coins(billing.archive, moves, key, grant, by, most, billing.clock())
    body = GrantView(id=key, user=grant.user, coins=grant.coins, balance=Balance(posted.noted[0], posted.n))
    return Json(body, headers=auth.replayed(posted.duplicate))
