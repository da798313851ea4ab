"""A viewer buys coins: the price is ours, the checkout the provider's; no coin moves here."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from app.actions.viewer.ask_first import ask_first, asking
from app.archive import purchases, switches, unusual
from app.archive.archive import Archive, Connection
from app.archive.purchases import Request
from app.archive.spending import bounds_of
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rails.payments.provider import Payments, ProviderError
from app.rules.approvals import About, Approval
from app.rules.gifts import fingerprint
from app.rules.minors import check_minor
from app.rules.prices import Channel, PriceBook
from app.rules.purchases import Purchase
from app.rules.spending import Bounds, check_purchase, needs_guardian
from app.rules.unusual import is_large

PAY_WITHIN_MS = 3600 * 1000
OPEN_MAX = 20


class PurchaseRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/me/purchases: a package, or exactly so many coins."""

    package: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    coins: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None
    channel: Channel = "web"
    provider: Annotated[str, Meta(max_length=32)] | None = None
    return_url: Annotated[str, Meta(max_length=500)] | None = None


class Wish(NamedTuple):
    """Who wants what, under which key.

    Attributes:
        base_url: where this server is reached.
        return_url: where the checkout leads to.
        address: the mark of the address that it is asked for from; "" for none.
        unusual_from: from so many coins on the person is told where that address is new; 0: never.
    """

    user: str
    key: str
    request: PurchaseRequest
    base_url: str
    return_url: str
    is_minor: bool = False
    address: str = ""
    unusual_from: int = 0


class Bought(NamedTuple):
    """A purchase, and whether this key had made it before."""

    purchase: Purchase
    replayed: bool


async def buy_coins(
    archive: Archive,
    provider: Payments,
    book: PriceBook,
    wish: Wish,
    now_ms: int,
    minors: str = "refuse",
) -> Bought | Approval:
    """A purchase with a checkout, once for each key of the user's; or what a guardian has to agree to first.

    Args:
        archive: where it is kept.
        provider: who takes the money.
        book: the prices of the viewer's country.
        wish: who wants what, under which key; the same key and request give the same purchase.
        now_ms: milliseconds since 1970.
        minors: whether minors buy: see rules/minors.py.

    Raises:
        Refusal: `bad_request`, `unknown_package`, `id_reused`, `switched_off`, `locked`, `minor`, `limit_reached` (a
            cool-off, or a guardian's no); `unavailable` where the provider cannot be reached: the purchase waits under
            the key, and the same call goes on with it.
    """
    mark = fingerprint(provider.name, book.country, *msgspec.structs.astuple(wish.request))
    wanted = Request(f"{wish.user}:{wish.key}", mark, wish.return_url)
    new = _priced(book, provider.name, wish, now_ms)
    made = await archive.write(_once, new, wanted, wish, minors)
    if isinstance(made, Approval):
        return made
    purchase, replayed = made
    if purchase.status == "created" and not purchase.checkout_url:
        try:
            checkout = await provider.open_checkout(purchase, wish.base_url, wish.return_url)
        except ProviderError as error:
            raise Refusal("unavailable", f"The checkout cannot be opened now: {error}.") from None
        purchase = await archive.write(_opened, purchase.id, checkout.session, checkout.url)
    return Bought(purchase, replayed)


def _priced(book: PriceBook, provider: str, wish: Wish, now_ms: int) -> Purchase:
    request = wish.request
    if (request.package is None) == (request.coins is None):
        raise Refusal("bad_request", "Either a package or a number of coins is bought.")
    if request.package is not None:
        line = book.package(request.channel, request.package, now_ms)
    else:
        line = book.exact(request.channel, request.coins or 0)
    return Purchase(
        id=f"p_{uuid7(now_ms)}",
        user=wish.user,
        status="created",
        package=line.package,
        coins=line.coins,
        bonus=line.bonus,
        minor=line.price.minor,
        tax_minor=line.tax.minor,
        currency=line.price.currency,
        country=book.country,
        channel=request.channel,
        price_book=book.id,
        provider=provider,
        created_ms=now_ms,
        expires_ms=now_ms + PAY_WITHIN_MS,
    )


def _once(connection: Connection, new: Purchase, wanted: Request, wish: Wish, minors: str) -> Bought | Approval:
    found = purchases.find_by_request(connection, wanted.key)
    if found is None or not found[0].checkout_url:
        # One that was asked for before is paid while its checkout is open.
        switches.check_on(connection, "purchases")
    if found is None:
        bounds = bounds_of(connection, new.user)
        if wish.is_minor:
            check_minor(minors, bounds)
        check_purchase(bounds, new.created_ms)
        if (waits := _approval(connection, new, wanted, wish, bounds)) is not None:
            return waits
        if purchases.count_open(connection, new.user) >= OPEN_MAX:
            raise Refusal(
                "rate_limited", "Too many checkouts are open; pay or leave one first.", retry_ms=PAY_WITHIN_MS
            )
        if purchases.insert(connection, new, wanted):
            if wish.address:
                unusual.note(connection, new, wish.address, large=is_large(new.coins, wish.unusual_from))
            return Bought(new, False)
        # Another call with this key came first, in the same moment.
        found = purchases.find_by_request(connection, wanted.key)
    assert found is not None, "purchases are never removed"
    purchase, request = found
    if request.mark != wanted.mark:
        raise Refusal("id_reused")
    return Bought(purchase, True)


def _approval(connection: Connection, new: Purchase, wanted: Request, wish: Wish, bounds: Bounds) -> Approval | None:
    """What the guardian has to agree to first; None where it is agreed to, or needs nobody. Raises Refusal."""
    if not needs_guardian(bounds, new.coins):
        return None
    about = About(minor=new.minor, currency=new.currency)
    coins = new.coins + new.bonus
    return ask_first(connection, asking("purchase", new.user, wish.key, wanted.mark, coins, about, new.created_ms))


def _opened(connection: Connection, purchase_id: str, session: str, url: str) -> Purchase:
    purchase = purchases.find(connection, purchase_id, lock=True)
    assert purchase is not None, "purchases are never removed"
    if not purchase.checkout_url:
        purchase = msgspec.structs.replace(purchase, session=session, checkout_url=url)
        purchases.save(connection, purchase)
    return purchase
