"""The receipt of a purchase: who sold what to whom for how much, with which tax."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from app.rules.currencies import Money, money
from app.rules.prices import Tax
from app.rules.purchases import Purchase


class Buyer(Struct, frozen=True):
    """Who bought, by the id and the name that the platform gave."""

    id: str
    name: str


class Receipt(Struct, frozen=True, kw_only=True):
    """A receipt. `net` and `tax` add up to `total`; `refunded` is what went back of it so far.

    Attributes:
        number: the year, and the number of the credit in the journal: it rises, and no two receipts share one.
        seller: name, address and tax number, a line each.
        tax_ppm: null where the price book that the purchase was made with is not kept any more.
    """

    number: str
    purchase: str
    issued_ms: int
    seller: list[str]
    buyer: Buyer
    country: str
    provider: str
    coins: int
    bonus: int
    net: Money
    tax: Money
    tax_name: str
    tax_ppm: int | None
    total: Money
    refunded: Money


def receipt(purchase: Purchase, tax: Tax | None, seller: list[str], buyer: Buyer) -> Receipt | None:
    """The receipt of a purchase; None before its coins were credited.

    Args:
        tax: of the price book that it was made with.
    """
    if not purchase.n:
        return None
    year = datetime.fromtimestamp(purchase.credited_ms // 1000, UTC).year
    return Receipt(
        number=f"{year}-{purchase.n}",
        purchase=purchase.id,
        issued_ms=purchase.credited_ms,
        seller=seller,
        buyer=buyer,
        country=purchase.country,
        provider=purchase.provider,
        coins=purchase.coins,
        bonus=purchase.bonus,
        net=money(purchase.minor - purchase.tax_minor, purchase.currency),
        tax=money(purchase.tax_minor, purchase.currency),
        tax_name="Tax" if tax is None else tax.name,
        tax_ppm=None if tax is None else tax.ppm,
        total=money(purchase.minor, purchase.currency),
        refunded=money(purchase.back_minor, purchase.currency),
    )
