"""What is said of purchases over HTTP."""

from __future__ import annotations

from msgspec import Struct

from app.rules.currencies import Money, money
from app.rules.purchases import Purchase, Status


class PurchaseView(Struct, frozen=True, kw_only=True):
    """A purchase. `price` is all that is paid, `tax` the part of it that is tax, `refunded` what went back so far.

    From `credited_ms` on there is a receipt, whatever came of it later; null before.
    """

    id: str
    status: Status
    package: str | None
    coins: int
    bonus: int
    price: Money
    tax: Money
    refunded: Money
    country: str
    channel: str
    price_book: str
    provider: str
    checkout_url: str | None
    created_ms: int
    expires_ms: int
    credited_ms: int | None
    withdraw_until_ms: int | None


class PurchaseList(Struct, frozen=True):
    """Purchases, the newest first."""

    purchases: list[PurchaseView]
    cursor: str | None


class Received(Struct, frozen=True):
    """The answer to a webhook."""

    received: bool = True


class CheckoutView(Struct, frozen=True, kw_only=True):
    """The demo's checkout as its page shows it."""

    purchase: str
    status: Status
    coins: int
    bonus: int
    price: Money
    tax: Money
    country: str
    return_url: str
    expires_ms: int


class PaymentView(Struct, frozen=True):
    """What came of a payment at the demo's checkout: `confirm` asks once more, with `confirmed` in the body."""

    status: str
    message: str
    return_url: str


def view(purchase: Purchase, withdraw_until_ms: int | None) -> PurchaseView:
    """A purchase as its viewer sees it. The checkout is told while it can still be paid."""
    return PurchaseView(
        id=purchase.id,
        status=purchase.status,
        package=purchase.package,
        coins=purchase.coins,
        bonus=purchase.bonus,
        price=money(purchase.minor, purchase.currency),
        tax=money(purchase.tax_minor, purchase.currency),
        refunded=money(purchase.back_minor, purchase.currency),
        country=purchase.country,
        channel=purchase.channel,
        price_book=purchase.price_book,
        provider=purchase.provider,
        checkout_url=(purchase.checkout_url or None) if purchase.status == "created" else None,
        created_ms=purchase.created_ms,
        expires_ms=purchase.expires_ms,
        credited_ms=purchase.credited_ms or None,
        withdraw_until_ms=withdraw_until_ms,
    )
