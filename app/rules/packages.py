"""What `GET /v1/packages` answers: what a channel sells in a country, each price with the tax in it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.rules.currencies import Money
from app.rules.policies import Policy
from app.rules.prices import Channel, Package, PriceBook, per_100


class TaxView(Struct, frozen=True):
    """The tax on coins. `included`: the price book's prices contain it; what is told here always does."""

    included: bool
    ppm: int
    name: str


class OfferView(Struct, frozen=True):
    """An offer that runs until then, and what the package costs and brings without it. `labels` by language."""

    label: str
    labels: dict[str, str]
    until_ms: int
    usual_price: Money
    usual_bonus: int


class PackageView(Struct, frozen=True, kw_only=True):
    """A package. `price` is what is paid in all, `tax` the part of it that is tax, `per_100` what 100 coins come to."""

    id: str
    coins: int
    bonus: int
    price: Money
    tax: Money
    per_100: Money
    offer: OfferView | None


class ExactView(Struct, frozen=True):
    """Any number of coins between these can be bought, at so much for 100, rounded up."""

    min_coins: int
    max_coins: int
    per_100: Money


class Packages(Struct, frozen=True, kw_only=True):
    """What can be bought. `refund_days`: how long unused coins go back for their money; `wording` names the text."""

    country: str
    currency: str
    channel: Channel
    price_book: str
    tax: TaxView
    packages: list[PackageView]
    exact: ExactView
    refund_days: int
    wording: str
    providers: Sequence[str]


def packages(book: PriceBook, policy: Policy, channel: Channel, now_ms: int, providers: Sequence[str]) -> Packages:
    """What that channel sells at that moment."""
    shelf = book.shelf(channel)
    return Packages(
        country=book.country,
        currency=book.currency,
        channel=channel,
        price_book=book.id,
        tax=TaxView(book.tax.included, book.tax.ppm, book.tax.name),
        packages=[_package(book, package, now_ms) for package in shelf.packages],
        exact=ExactView(shelf.exact.min_coins, shelf.exact.max_coins, book.hundred(channel)),
        refund_days=policy.withdrawal_days,
        wording=policy.wording,
        providers=providers,
    )


def _package(book: PriceBook, package: Package, now_ms: int) -> PackageView:
    offer = package.offer(now_ms)
    line, usual = book.line(package, offer), book.line(package, None)
    return PackageView(
        id=package.id,
        coins=line.coins,
        bonus=line.bonus,
        price=line.price,
        tax=line.tax,
        per_100=per_100(line),
        offer=None if offer is None else OfferView(offer.label, offer.labels, offer.until_ms, usual.price, usual.bonus),
    )
