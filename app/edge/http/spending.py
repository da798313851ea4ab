"""HTTP for the limits of a person's spending, a cool-off, and what was spent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace
from starlette.requests import Request

from app.actions.books.caught_up import caught_up
from app.actions.viewer.bound_spending import bound_spending, read_limits
from app.archive import purchases
from app.archive import spending as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.audit_log import looked_at
from app.edge.http.problems import Json
from app.edge.http.purchases import BUYERS
from app.edge.http.rooms import hub_of, standing_of
from app.rules.audit_log import Act
from app.rules.spending import COOL_OFFS, Bounds, LimitsChange, change_limits, cool_off
from app.rules.spending_report import Price, Spent, by_of, days_of, report
from app.rules.tokens import known_user_id
from app.rules.zones import day_begins
from app.store import everywhere

ENTRIES_MAX = 20_000
ROOMS_NAMED_MAX = 100
CAUGHT_UP_S = 5.0
LISTED_COINS = 100


class CoolOffRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/me/cool-off: for how long nothing is bought or spent."""

    span: Literal["24h", "7d", "30d", "6m"] = field(name="for")


async def my_limits(request: Request) -> Json:
    """The limits of the caller's spending, how far it has come, and when they begin anew."""
    who = auth.person(request)
    return await _limits(request, who.sub, who.tz)


async def user_limits(request: Request) -> Json:
    """The limits of anyone's spending, for the platform."""
    return await _limits(request, await looked_at(request, "look_at_limits"), None)


async def put_my_limits(request: Request) -> Json:
    """Changes the caller's limits: lower ones hold with the next gift, higher ones a day later."""
    return await _change(request, _caller(request))


async def put_user_limits(request: Request) -> Json:
    """Changes anyone's own limits as they could themselves, for the platform."""
    return await _change(request, _anyone(request))


async def create_my_cool_off(request: Request) -> Json:
    """Ends all buying and spending of the caller's for a time, which nobody can shorten."""
    return await _cool_off(request, _caller(request))


async def create_user_cool_off(request: Request) -> Json:
    """Ends all buying and spending of anyone's for a time, for the platform."""
    return await _cool_off(request, _anyone(request))


async def my_spending(request: Request) -> Json:
    """What the caller has spent, by day, room or streamer, in coins and money."""
    who = auth.person(request)
    return await spending_of(request, who.sub, who.tz, who.country)


async def user_spending(request: Request) -> Json:
    """What anyone has spent, for the platform."""
    return await spending_of(request, await looked_at(request, "look_at_spending"), None, None)


class Whose(NamedTuple):
    """Whose spending it is, the zone of their token, and who else acts for them."""

    user: str
    tz: str | None
    by: str = ""


def _caller(request: Request) -> Whose:
    who = auth.person(request)
    if who.role not in BUYERS:
        raise Refusal("forbidden", "This role spends nothing.")
    return Whose(who.sub, who.tz)


def _anyone(request: Request) -> Whose:
    by = auth.platform(request, or_role="operator")
    return Whose(known_user_id(request.path_params["id"]), None, by)


async def _limits(request: Request, user: str, tz: str | None, status: int = 200) -> Json:
    standing, archive = standing_of(request, user), billing_of(request).archive
    return Json(await read_limits(standing, archive, user, tz), status_code=status)


async def _change(request: Request, whose: Whose) -> Json:
    wanted: LimitsChange = await auth.body(request, LimitsChange)
    now_ms = hub_of(request).server_ms()
    await _bound(request, whose, "set_limits", lambda before: change_limits(before, wanted, now_ms))
    return await _limits(request, whose.user, whose.tz)


async def _cool_off(request: Request, whose: Whose) -> Json:
    wanted: CoolOffRequest = await auth.body(request, CoolOffRequest)
    now_ms = hub_of(request).server_ms()
    await _bound(request, whose, "cool_off", lambda before: cool_off(before, COOL_OFFS[wanted.span], now_ms))
    return await _limits(request, whose.user, whose.tz, 201)


async def _bound(request: Request, whose: Whose, what: str, change: Callable[[Bounds], Bounds]) -> None:
    """Changes what bounds a person's spending, whose days are from then on those of the token's zone."""
    user, tz, by = whose
    standing, archive = standing_of(request, user), billing_of(request).archive
    act = Act(by, what, user) if by else None
    await bound_spending(standing, archive, user, lambda before: replace(change(before), tz=tz or before.tz), act)


async def spending_of(request: Request, user: str, tz: str | None, country: str | None) -> Json:
    """What somebody has spent, as the query asks for it; the zone and country are their token's.

    Raises:
        Refusal: `bad_request`; `rate_limited` or `overloaded`, as it is costly.
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now.
    """
    billing, hub, query = billing_of(request), hub_of(request), request.query_params
    by = by_of(query.get("by", "day"))
    bounds = await billing.archive.read(archived.bounds_of, user)
    days = days_of(query.get("from"), query.get("to"), bounds.tz if bounds.version else tz or "UTC", hub.server_ms())
    (wallet,) = await billing.partitions.of(user).wallets([user])
    await caught_up(billing.archive, wallet.version, CAUGHT_UP_S, billing.partitions.number_of(user))
    from_ms, to_ms = day_begins(days.tz, days.first), day_begins(days.tz, days.last + timedelta(days=1))
    price = await _price(request, user, country or billing.settings.country)
    # So many entries are much work: one report at a time, and in a thread, as nobody's gifts wait for it.
    async with request.app.state.searches.turn(user):
        spent, complete_from_ms = await billing.archive.read(archived.spent_lines, user, from_ms, to_ms, ENTRIES_MAX)
        names = await _names(request, spent) if by != "day" else {}
        found = await asyncio.to_thread(report, days, by, spent, price, names, complete_from_ms)
    return Json(found)


async def _price(request: Request, user: str, country: str) -> Price | None:
    """The person's own average; else the list's."""
    billing = billing_of(request)
    paid = await billing.archive.read(purchases.paid_by, user)
    if paid is not None:
        return Price(*paid, "own")
    book = billing.tariff.prices.at(country, billing.clock())
    if book is None:
        return None
    listed = book.hundred("web")
    return Price(listed.currency, listed.minor, LISTED_COINS, "list")


async def _names(request: Request, spent: list[Spent]) -> dict[str, str]:
    """What rooms are called, and streamers in them, as far as the rooms are there."""
    ids = list(dict.fromkeys(room for one in spent if (room := getattr(one.entry, "room", None))))
    names: dict[str, str] = {}
    for room, _ in (await everywhere.shown(hub_of(request).partitions, ids[:ROOMS_NAMED_MAX])).values():
        names |= {payee.id: payee.name for payee in (*room.guests, room.streamer)} | {room.id: room.title}
    return names
