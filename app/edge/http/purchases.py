"""HTTP for purchases: a viewer buys coins, looks at what was bought, and gives unused coins back."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from app.actions.viewer.buy_coins import PurchaseRequest, Wish, buy_coins
from app.actions.viewer.withdraw_purchase import Wish as Withdrawal
from app.actions.viewer.withdraw_purchase import withdraw_purchase
from app.archive import purchases as archived
from app.archive import unusual
from app.base.errors import Refusal
from app.edge.billing import Billing, billing_of, guardian_asked, seller_of
from app.edge.http import auth, paging
from app.edge.http.audit_log import looked_at
from app.edge.http.limits import ADDRESS
from app.edge.http.problems import Json
from app.rules.approvals import Approval
from app.rules.prices import Tax
from app.rules.purchase_views import PurchaseList, PurchaseView, view
from app.rules.purchases import Purchase
from app.rules.receipts import Buyer, receipt
from app.rules.tokens import Person
from app.rules.unusual import address_mark

BUYERS = ("viewer", "streamer", "moderator")


async def create_purchase(request: Request) -> Json:
    """Opens a checkout for a package, or for exactly so many coins; coins come when the provider says it was paid."""
    who, billing = _buyer(request), billing_of(request)
    key = auth.idempotency_key(request)
    body: PurchaseRequest = await auth.body(request, PurchaseRequest)
    now_ms = billing.clock()
    if not billing.providers:
        raise Refusal("purchases_off")
    name = body.provider or next(iter(billing.providers))
    provider = billing.providers.get(name)
    if provider is None:
        raise Refusal("bad_request", f"provider is one of {', '.join(billing.providers)}.")
    book = billing.tariff.price_book(body.country or who.country or billing.settings.country, now_ms)
    base_url = str(request.base_url).rstrip("/")
    return_url = _return_url(request, billing, body.return_url or "/wallet")
    settings = billing.settings
    address = address_mark(settings.secret, who.sub, request.scope["state"][ADDRESS])
    wish = Wish(who.sub, key, body, base_url, return_url, who.minor, address, settings.unusual_from)
    bought = await buy_coins(billing.archive, provider, book, wish, now_ms, settings.minors)
    if isinstance(bought, Approval):
        raise await guardian_asked(request, bought, now_ms)
    return Json(_view(billing, bought.purchase), status_code=201, headers=auth.replayed(bought.replayed))


async def my_purchases(request: Request) -> Json:
    """The caller's purchases, the newest first."""
    return await purchases_of(request, auth.person(request).sub)


async def user_purchases(request: Request) -> Json:
    """Anyone's purchases, for the platform."""
    return await purchases_of(request, await looked_at(request, "look_at_purchases"))


async def purchases_of(request: Request, user: str) -> Json:
    """A page of somebody's purchases."""
    billing, limit = billing_of(request), paging.limit(request)
    found = await billing.archive.read(archived.page, user, paging.pair(request), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    cursor = None if last is None else f"{last.created_ms}.{last.id}"
    return Json(PurchaseList([_view(billing, purchase) for purchase in found[:limit]], cursor))


async def my_purchase(request: Request) -> Json:
    """One of the caller's purchases."""
    who, billing = auth.person(request), billing_of(request)
    found = await billing.archive.read(archived.find, request.path_params["id"])
    if found is None or found.user != who.sub:
        raise Refusal("unknown_purchase")
    return Json(_view(billing, found))


async def my_receipt(request: Request) -> Json:
    """The receipt of one of the caller's purchases, once its coins were credited."""
    who, billing = auth.person(request), billing_of(request)
    found = await billing.archive.read(archived.find, request.path_params["id"])
    if found is None or found.user != who.sub:
        raise Refusal("unknown_purchase")
    made = receipt(found, _tax(billing, found), seller_of(request), Buyer(who.sub, who.name))
    if made is None:
        raise Refusal("unknown_purchase", "There is a receipt as soon as the coins are credited.")
    return Json(made)


async def recognise_my_purchase(request: Request) -> Json:
    """The caller says that an unusual purchase was their own: the wallet warns of it no more."""
    who, billing = _buyer(request), billing_of(request)
    found = await billing.archive.write(unusual.know, who.sub, request.path_params["id"])
    if found is None:
        raise Refusal("unknown_purchase")
    return Json(_view(billing, found))


async def withdraw_my_purchase(request: Request) -> Json:
    """Gives a purchase's unused coins back for their money, where the country's policy has a right of withdrawal."""
    who, billing = _buyer(request), billing_of(request)
    key = auth.idempotency_key(request)
    (wallet,) = await billing.partitions.of(who.sub).wallets([who.sub])
    wish, k = Withdrawal(who.sub, request.path_params["id"], key), billing.partitions.number_of(who.sub)
    found, replayed = await withdraw_purchase(
        billing.archive, billing.delivery, billing.tariff, wish, wallet.version, billing.clock(), k
    )
    return Json(_view(billing, found), headers=auth.replayed(replayed))


def _buyer(request: Request) -> Person:
    who = auth.person(request)
    if who.role not in BUYERS:
        raise Refusal("forbidden", "Viewers buy coins; this role does not.")
    return who


def _view(billing: Billing, purchase: Purchase) -> PurchaseView:
    until_ms = None
    if purchase.status == "credited":
        policy = billing.tariff.policy(purchase.country, purchase.credited_ms)
        until_ms = policy.withdraw_until_ms(purchase.credited_ms)
    return view(purchase, until_ms)


def _tax(billing: Billing, purchase: Purchase) -> Tax | None:
    try:
        return billing.tariff.prices.by_id(purchase.price_book).tax
    except KeyError:
        return None


def _return_url(request: Request, billing: Billing, asked: str) -> str:
    """Where a checkout leads back to: a page of this server or of an allowed origin."""
    own = str(request.base_url).rstrip("/")
    if asked.startswith("/") and not asked.startswith(("//", "/\\")):
        return own + asked
    parts = urlsplit(asked)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme not in ("http", "https") or origin not in {own.lower(), *billing.settings.allowed_origins}:
        raise Refusal("bad_request", "return_url is a page of this server, or of an origin in FANFARE_ORIGINS.")
    return asked
