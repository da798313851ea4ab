"""Purchases with everything that they need: a ledger, an archive, a provider, a bookkeeper."""

from __future__ import annotations

from typing import Any

from app.actions.books.deliver import Delivery
from app.actions.books.purchases import Heard, hear_word
from app.actions.books.told import TOLD
from app.actions.read_tariff import read_tariff
from app.actions.viewer.buy_coins import Bought, PurchaseRequest, Wish, buy_coins
from app.archive import purchases
from app.archive.archive import Archive
from app.base.config import Settings
from app.rails.payments.demo import DemoPayments
from app.rails.payments.provider import ProviderError
from app.rules.purchases import Purchase, Word
from tests.archiving import archive_all
from tests.world import World

SECRET = "whsec_0123456789abcdef0123456789abcdef"


class BrokenPayments(DemoPayments):
    """The demo's provider, which fails so many times first."""

    failures = 0

    async def open_checkout(self, purchase: Purchase, base_url: str, return_url: str) -> Any:
        """Fails, or opens a checkout."""
        self._fail()
        return await super().open_checkout(purchase, base_url, return_url)

    async def give_back(self, purchase: Purchase, minor: int, key: str) -> None:
        """Fails, or gives back."""
        self._fail()
        await super().give_back(purchase, minor, key)

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise ProviderError("it is away")


class Shop:
    """Where tests buy."""

    def __init__(self, archive: Archive, world: World) -> None:
        self.archive, self.world = archive, world
        self.now_ms = world.now_ms()
        self.tariff = read_tariff(Settings(), self.now_ms)
        self.provider = BrokenPayments(archive, (SECRET,), self.clock)
        self.delivery = Delivery(archive, world.moves, TOLD, self.clock)

    def clock(self) -> int:
        """The shop's time, which tests may move."""
        return self.now_ms

    async def buy(self, key: str = "k", country: str = "US", user: str = "ann", **wanted: Any) -> Bought:
        """Opens a checkout."""
        request = PurchaseRequest(**(wanted or {"package": "coins_700"}))
        book = self.tariff.price_book(country, self.now_ms)
        wish = Wish(user, key, request, "http://here", "http://here/wallet")
        bought = await buy_coins(self.archive, self.provider, book, wish, self.now_ms)
        assert isinstance(bought, Bought)
        return bought

    async def say(self, about: Purchase, kind: str, **changed: Any) -> Heard:
        """The provider says something."""
        word = Word(
            **{
                "type": kind,
                "id": "evt",
                "object_id": about.session,
                "purchase": about.id,
                "payment": f"pi_{about.id}",
                "status": "paid",
                "amount": about.minor,
                "currency": about.currency.lower(),
                **changed,
            }
        )
        return await self.archive.write(hear_word, "demo", word, self.now_ms)

    async def paid(self, key: str = "k", **wanted: Any) -> Purchase:
        """A purchase that was paid and credited."""
        bought = await self.buy(key, **wanted)
        await self.say(bought.purchase, "checkout.session.completed")
        await self.delivery.deliver()
        return await self.look(bought.purchase)

    async def look(self, purchase: Purchase) -> Purchase:
        """The purchase as it is now."""
        found = await self.archive.read(purchases.find, purchase.id)
        assert found is not None
        return found

    async def keep_books(self) -> None:
        """Archives the journal."""
        await archive_all(self.world, self.archive)
