"""Payouts with everything that they need: a streamer with diamonds, a tax profile, rails, a payer."""

from __future__ import annotations

from typing import Any

from app.actions.books.deliver import Delivery
from app.actions.books.pay_out import Payer
from app.actions.books.told import TOLD
from app.actions.read_tariff import read_tariff
from app.actions.streamer.ask_payout import Asked, PayoutRequest, Wish, ask_payout, cancel_payout
from app.actions.streamer.quote_payout import QuoteRequest, Terms, quote_payout
from app.actions.streamer.tax_profile import put_tax_profile
from app.archive import payouts
from app.archive.archive import Archive
from app.base.config import Settings
from app.base.errors import RailError
from app.rails.payouts.accounts import Account
from app.rails.payouts.bank import Bank
from app.rails.payouts.demo import Demo
from app.rails.payouts.rail import Outcome, PayoutRail, Transfer
from app.rules.entries import Settlement
from app.rules.payouts import Payout
from app.rules.promises import promise, seal
from app.rules.tax_profiles import TaxProfileRequest
from app.store.diamonds import Diamonds, read_diamonds
from tests.archiving import archive_all
from tests.world import World

SECRET = "the secret of the tests' payouts, long"
PROFILE = TaxProfileRequest(country="US", form="W-9", name="Sam Streamer", tin="536-90-4399")
DEBTOR = Account(name="The Platform", iban="DE89370400440532013000")
APPROVE_FROM = 50_000


class FaultyDemo(Demo):
    """The demo's rail, which fails so many times first; `paid` has what it was asked to pay, by id."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.failures = 0
        self.paid: dict[str, Transfer] = {}

    async def submit(self, transfer: Transfer) -> Outcome:
        """Takes it, and may lose the answer."""
        assert self.paid.setdefault(transfer.id, transfer) == transfer, "the same transfer each time"
        self._fail()
        return await super().submit(transfer)

    async def poll(self, transfer: Transfer, reference: str) -> Outcome:
        """Says what became of it, or fails."""
        self._fail()
        return await super().poll(transfer, reference)

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise RailError("it cannot be reached")


class Paying:
    """Where tests are paid out. `now_ms` is its time, which tests may move."""

    def __init__(self, archive: Archive, world: World) -> None:
        self.archive, self.world = archive, world
        self.now_ms = world.now_ms()
        self.rail = FaultyDemo(self.clock)
        self.rails: dict[str, PayoutRail] = {"demo": self.rail, "bank": Bank(DEBTOR)}
        self.terms = Terms(read_tariff(Settings(), self.now_ms), "US", self.rails)
        self.delivery = Delivery(archive, world.moves, TOLD, self.clock)
        self.payer = Payer(archive, world.partitions, self.rails, self.delivery, self.clock)

    def clock(self) -> int:
        """The time."""
        return self.now_ms

    async def earn(self, user: str = "sam", gift: str = "universe") -> None:
        """The streamer gets a gift, and its diamonds are available at once."""
        before = (await self.diamonds(user)).pending
        await self.world.grant("ann", 1_000_000)
        room = next(name for name, room in self.world.room.items() if room.streamer.id == user)
        await self.world.send(self.world.order(gift=gift, room=room))
        milli = (await self.diamonds(user)).pending - before
        n = (await self.diamonds(user)).version
        settled = Settlement(id=f"{user}:{n}", user=user, milli=milli, since_ms=n, until_ms=n + 1)
        await self.world.moves.post_one(settled)

    async def profile(self, user: str = "sam", **changed: Any) -> None:
        """The streamer gives a tax profile."""
        values = {name: getattr(PROFILE, name) for name in PROFILE.__struct_fields__}
        await put_tax_profile(self.archive, user, TaxProfileRequest(**{**values, **changed}), self.now_ms)

    async def diamonds(self, user: str = "sam") -> Diamonds:
        """The streamer's diamonds now."""
        return await read_diamonds(self.world.partitions.of(user), user)

    async def quote(self, diamonds: str = "4000", user: str = "sam") -> str:
        """A quote for so many diamonds."""
        found = await self.diamonds(user)
        request = QuoteRequest(diamonds=diamonds)
        quoted, _ = await quote_payout(self.archive, self.terms, found, user, request, self.now_ms)
        self._quotes = getattr(self, "_quotes", 0) + 1
        return seal(SECRET, promise(quoted, user, f"q{self._quotes}", self.now_ms))

    async def ask(
        self,
        diamonds: str = "4000",
        *,
        quote: str | None = None,
        key: str | None = None,
        user: str = "sam",
        rail: str = "demo",
        destination: Any = "sam@example.com",
    ) -> Asked:
        """Asks for a payout."""
        quote = quote or await self.quote(diamonds, user)
        request = PayoutRequest(quote=quote, rail=rail, destination=destination)
        wish = Wish(user, key or quote[-40:], request, SECRET, APPROVE_FROM)
        found = await self.diamonds(user)
        return await ask_payout(self.archive, self.delivery, self.terms, found, wish, self.now_ms)

    async def cancel(self, payout: Payout, user: str = "sam") -> Payout:
        """Takes a payout back."""
        return await cancel_payout(self.archive, self.delivery, user, payout.id, self.now_ms)

    async def look(self, payout: Payout) -> Payout:
        """The payout as it is now."""
        found = await self.archive.read(payouts.find, payout.id)
        assert found is not None
        return found

    async def pass_time(self, step_ms: int = 60_000) -> None:
        """Time passes, and the payer goes on with what is due then."""
        self.now_ms += step_ms
        await self.step()

    async def step(self) -> float:
        """The payer goes on, once the archive has all that is in the journal; in how many seconds it wants to again."""
        await archive_all(self.world, self.archive)
        return await self.payer.step()

    async def states(self, user: str = "sam") -> tuple[int, int]:
        """The streamer's available and held milli-diamonds."""
        found = await self.diamonds(user)
        return found.available, found.held
