"""HTTP for a streamer's earnings: the diamonds now, and what earned them by day, gifter and gift."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from app.actions.books.caught_up import caught_up
from app.archive import cases, payouts, tax_profiles
from app.archive import earnings as archived
from app.archive.archive import Connection
from app.archive.earnings import Earned
from app.archive.maturing import next_due_ms
from app.archive.payouts import Sums
from app.base.errors import Refusal
from app.edge.billing import Billing, billing_of
from app.edge.http import auth, paging
from app.edge.http.audit_log import looked_at
from app.edge.http.problems import Json
from app.rules import earnings as rules
from app.rules.cases import Case, Involved, review
from app.rules.earnings import (
    Earnings,
    EarningsDay,
    EarningsDays,
    EarningsGift,
    EarningsGifter,
    EarningsGifters,
    EarningsGifts,
    Period,
)
from app.rules.money import diamonds_text
from app.rules.quotes import worth
from app.rules.tax_profiles import TaxProfile
from app.rules.tokens import Person
from app.store import everywhere
from app.store.diamonds import Diamonds, read_diamonds

# What was earned in this moment is in the books a moment later.
CAUGHT_UP_S = 5.0
EARNERS = ("viewer", "streamer", "moderator")


def earner(request: Request) -> Person:
    """The person whose token the request carries, where that is one who may have diamonds.

    Raises:
        Refusal: `unauthorized`, or `forbidden`: an overlay's token, say, stands in a streaming program's settings.
    """
    who = auth.person(request)
    if who.role not in EARNERS:
        raise Refusal("forbidden", "Streamers and their guests earn diamonds; this role does not.")
    return who


async def my_earnings(request: Request) -> Json:
    """The caller's diamonds: pending, available, held and paid, and what they come to in money."""
    who = earner(request)
    return await _earnings(request, who.sub, who.country)


async def user_earnings(request: Request) -> Json:
    """Anyone's diamonds, for the platform."""
    return await _earnings(request, await looked_at(request, "look_at_earnings"), None)


async def my_earnings_days(request: Request) -> Json:
    """What the caller earned, day by day in UTC: from one day to another, or the last thirty."""
    who, billing = earner(request), billing_of(request)
    first, last = rules.span(request.query_params.get("from"), request.query_params.get("to"), billing.clock())
    await _caught_up(billing, who.sub)
    found = await billing.archive.read(archived.days, who.sub, first, last)
    return Json(
        EarningsDays(
            [EarningsDay(day=rules.day_text(day), gifters=gifters, **_sums(earned)) for day, earned, gifters in found]
        )
    )


async def my_earnings_gifters(request: Request) -> Json:
    """Those who gave the caller most, in a period."""
    who, billing, limit, period = earner(request), billing_of(request), paging.limit(request), _period(request)
    first = rules.first_day(period, billing.clock())
    await _caught_up(billing, who.sub)
    found = await billing.archive.read(archived.gifters, who.sub, first, limit)
    names = await everywhere.names(billing.partitions, [user for user, _ in found if user is not None])
    people = [EarningsGifter(user=user, name=names.get(user or ""), **_sums(earned)) for user, earned in found]
    return Json(EarningsGifters(period, people))


async def my_earnings_gifts(request: Request) -> Json:
    """The gifts that earned the caller most, in a period."""
    who, billing, limit, period = earner(request), billing_of(request), paging.limit(request), _period(request)
    first = rules.first_day(period, billing.clock())
    await _caught_up(billing, who.sub)
    found = await billing.archive.read(archived.gifts, who.sub, first, limit)
    return Json(EarningsGifts(period, [EarningsGift(gift=gift, **_sums(earned)) for gift, earned in found]))


async def _earnings(request: Request, user: str, country: str | None) -> Json:
    billing = billing_of(request)
    settings, now_ms = billing.settings, billing.clock()
    found = await _caught_up(billing, user)
    profile, sums, next_ms, held = await billing.archive.read(_known, user, now_ms)
    where = profile.country if profile is not None else country or settings.country
    card = billing.tariff.rate_card(where, now_ms)
    body = Earnings(
        pending=diamonds_text(found.pending),
        available=diamonds_text(found.available),
        held=diamonds_text(found.held),
        paid=diamonds_text(sums.paid),
        in_review=diamonds_text(sums.in_review),
        next_settlement_ms=next_ms,
        review=review(billing.tariff.fraud_rules(settings.country, now_ms), held, found.pending),
        value=worth(card, found.available),
        rate_card=card.view(settings.fixed_hold_s, settings.fixed_award_ppm),
    )
    return Json(body)


def _known(
    connection: Connection, user: str, now_ms: int
) -> tuple[TaxProfile | None, Sums, int | None, list[tuple[Case, Involved]]]:
    held = cases.under_review(connection, user)
    # What is under review was due long ago, perhaps.
    next_ms = next_due_ms(connection, user, now_ms if held else 0)
    return tax_profiles.find(connection, user), payouts.sums(connection, user), next_ms, held


async def _caught_up(billing: Billing, user: str) -> Diamonds:
    """The user's diamonds, once the books have all that moved them."""
    found = await read_diamonds(billing.partitions.of(user), user)
    await caught_up(billing.archive, found.version, CAUGHT_UP_S, billing.partitions.number_of(user))
    return found


def _period(request: Request) -> Period:
    text: Period = request.query_params.get("period", "month")  # type: ignore[assignment]  # first_day() refuses others
    return text


def _sums(earned: Earned) -> dict[str, Any]:
    return {"gifts": earned.gifts, "coins": earned.coins, "diamonds": diamonds_text(earned.milli)}
