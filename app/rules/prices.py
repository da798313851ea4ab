"""What coins cost: price books by country, packages with offers that end, or exactly the coins that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules import tables
from app.rules.countries import ANY
from app.rules.currencies import AMOUNT_MAX, EXPONENTS, Money, minor_units, money
from app.rules.money import PPM
from app.rules.roundings import Rounding, divide
from app.rules.tables import Key, Mistake, Moment, Ppm, Sentence, Table, Translations, Version, milliseconds

NAME = "prices"
PER = 100
"""Prices of coins are told for so many."""

Channel = Literal["web", "app"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
Coins = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Bonus = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Tax(Struct, frozen=True, forbid_unknown_fields=True):
    """The tax on coins. `included`: prices in the book contain it already, else it comes on top."""

    name: Sentence
    ppm: Ppm
    included: bool


class Offer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """For a while a package costs less, or has more bonus. `labels` by language, beside `label` in English."""

    label: Sentence
    labels: Translations = {}
    from_: Moment
    until: Moment
    price: str | None = None
    bonus: Bonus | None = None

    @property
    def until_ms(self) -> int:
        """When it ends, in milliseconds since 1970."""
        return milliseconds(self.until)

    def runs(self, now_ms: int) -> bool:
        """Whether it counts at that moment."""
        return milliseconds(self.from_) <= now_ms < self.until_ms


class Package(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Coins at a price, and bonus coins on top."""

    id: Key
    coins: Coins
    price: str
    bonus: Bonus = 0
    offers: tuple[Offer, ...] = ()

    def offer(self, now_ms: int) -> Offer | None:
        """The offer that runs."""
        return next((offer for offer in self.offers if offer.runs(now_ms)), None)


class Exact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Just so many coins as somebody asks for."""

    min_coins: Coins
    max_coins: Coins
    per_100: str


class Shelf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one channel sells."""

    packages: tuple[Package, ...]
    exact: Exact


class Line(Struct, frozen=True, kw_only=True):
    """What somebody pays for: `price` is all that is paid, `tax` the part of it that is tax.

    Attributes:
        package: its id; None for an exact number of coins.
        net: what is left of the price without its tax.
        roundings: each one that was done on the way, with what it left over.
    """

    package: str | None
    coins: int
    bonus: int
    price: Money
    tax: Money
    net: Money
    roundings: tuple[Rounding, ...]


class PriceBook(Version, frozen=True, kw_only=True):
    """The prices of a country from a moment on. `web` and `app` are the channels: app stores take a part of it."""

    currency: str
    tax: Tax
    web: Shelf
    app: Shelf

    def shelf(self, channel: Channel) -> Shelf:
        """What that channel sells."""
        return self.web if channel == "web" else self.app

    def package(self, channel: Channel, package_id: str, now_ms: int) -> Line:
        """A package as it is sold at that moment. Raises Refusal `unknown_package`."""
        packages = self.shelf(channel).packages
        found = next((package for package in packages if package.id == package_id), None)
        if found is None:
            raise Refusal("unknown_package", packages=[package.id for package in packages])
        return self.line(found, found.offer(now_ms))

    def line(self, package: Package, offer: Offer | None) -> Line:
        """A package with that offer, or as it is without one."""
        price, bonus = package.price, package.bonus
        if offer is not None:
            price = price if offer.price is None else offer.price
            bonus = bonus if offer.bonus is None else offer.bonus
        return self._line(package.id, package.coins, bonus, minor_units(price, self.currency), ())

    def exact(self, channel: Channel, coins: int) -> Line:
        """Exactly so many coins, the price rounded up. Raises Refusal `bad_request` outside of what is sold."""
        exact = self.shelf(channel).exact
        if not exact.min_coins <= coins <= exact.max_coins:
            raise Refusal(
                "bad_request",
                f"So many coins cannot be bought at once: {exact.min_coins} to {exact.max_coins} can.",
                min_coins=exact.min_coins,
                max_coins=exact.max_coins,
            )
        return self._exact(exact, coins)

    def hundred(self, channel: Channel) -> Money:
        """What 100 coins cost, bought as an exact number."""
        return self._exact(self.shelf(channel).exact, PER).price

    def _exact(self, exact: Exact, coins: int) -> Line:
        price = divide("price", coins * minor_units(exact.per_100, self.currency), PER, "up")
        return self._line(None, coins, 0, price.whole, (price,))

    def _line(self, package: str | None, coins: int, bonus: int, minor: int, before: tuple[Rounding, ...]) -> Line:
        ppm = self.tax.ppm
        if self.tax.included:
            tax = divide("tax", minor * ppm, PPM + ppm, "half_up")
            total = minor
        else:
            tax = divide("tax", minor * ppm, PPM, "half_up")
            total = minor + tax.whole
        paid, of_it, net = (money(part, self.currency) for part in (total, tax.whole, total - tax.whole))
        return Line(package=package, coins=coins, bonus=bonus, price=paid, tax=of_it, net=net, roundings=(*before, tax))

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        if self.country == ANY:
            yield Mistake("country", "a price book is for one country")
        if self.currency not in EXPONENTS:
            yield Mistake("currency", f'a currency of ISO 4217 is expected, it is "{self.currency}"')
            return
        for channel in CHANNELS:
            shelf = self.shelf(channel)
            yield from _of_packages(f"{channel}.packages", shelf.packages, self.currency)
            yield from _of_exact(f"{channel}.exact", shelf.exact, self.currency)


def parse(text: bytes) -> Table[PriceBook]:
    """The price books of a file. Raises BadTable."""
    return tables.parse(text, NAME, PriceBook)


def per_100(line: Line) -> Money:
    """What 100 coins of it cost, bonus included, to be shown: rounded to the nearest minor unit."""
    rounded = divide("per_100", line.price.minor * PER, line.coins + line.bonus, "half_up")
    return msgspec.structs.replace(line.price, minor=rounded.whole)


def _of_packages(where: str, packages: Sequence[Package], currency: str) -> Iterator[Mistake]:
    if not packages:
        yield Mistake(where, "at least one package is expected")
    for place, first in tables.twice(package.id for package in packages):
        yield Mistake(f"{where}[{place}].id", f"an id of its own is expected, that of {where}[{first}] is the same")
    for place, package in enumerate(packages):
        here = f"{where}[{place}]"
        mistakes = [*_of_price(f"{here}.price", package.price, currency)]
        for number, offer in enumerate(package.offers):
            if offer.price is not None:
                mistakes += _of_price(f"{here}.offers[{number}].price", offer.price, currency)
        yield from mistakes or _of_offers(f"{here}.offers", package, currency)


def _of_offers(where: str, package: Package, currency: str) -> Iterator[Mistake]:
    usual = minor_units(package.price, currency)
    for place, offer in enumerate(package.offers):
        here = f"{where}[{place}]"
        dearer = 0 if offer.price is None else minor_units(offer.price, currency) - usual
        fewer = 0 if offer.bonus is None else package.bonus - offer.bonus
        if dearer > 0 or fewer > 0 or not (dearer or fewer):
            yield Mistake(here, "a lower price or more bonus is expected, and neither worse than without it")
        if offer.from_ >= offer.until:
            yield Mistake(f"{here}.until", "a moment after its beginning is expected")
        if any(offer.from_ < other.until and other.from_ < offer.until for other in package.offers[:place]):
            yield Mistake(here, "it runs while another one of the package does")


def _of_exact(where: str, exact: Exact, currency: str) -> Iterator[Mistake]:
    if exact.min_coins > exact.max_coins:
        yield Mistake(f"{where}.max_coins", f"at least min_coins, {exact.min_coins}, is expected")
    mistakes = [*_of_price(f"{where}.per_100", exact.per_100, currency)]
    yield from mistakes
    if not mistakes and exact.max_coins * minor_units(exact.per_100, currency) > PER * AMOUNT_MAX:
        yield Mistake(f"{where}.max_coins", f"a price of at most {money(AMOUNT_MAX, currency)} for them is expected")


def _of_price(where: str, price: str, currency: str) -> Iterator[Mistake]:
    try:
        if not minor_units(price, currency):
            yield Mistake(where, "a price above zero is expected")
    except ValueError as error:
        yield Mistake(where, f"{error}; it is {price!r}")
