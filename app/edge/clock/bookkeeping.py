"""What the bookkeeper does by the clock. Gifts never wait for any of it, and two bookkeepers at once do no harm.

A new kind of work is one more round in `_rounds`.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import cache, partial

from app.actions.books.copy_rooms import RoomCopier
from app.actions.books.deliver import Delivery
from app.actions.books.heal import belong_to, partitions_here, stand
from app.actions.books.hold_bars import hold_bars
from app.actions.books.judge_fraud import Judge
from app.actions.books.look_up import look_up_in
from app.actions.books.pay_out import Payer
from app.actions.books.promotions import Promoter
from app.actions.books.purchases import expire_overdue, give_back_due
from app.actions.books.tell_unusual import tell_unusual
from app.actions.books.told import TOLD
from app.actions.guardian.decide_approvals import Approvals
from app.actions.read_tariff import read_tariff
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors, epoch_archived
from app.archive.engine import address_of
from app.archive.migrate import migrate
from app.archive.outbox import drop_archived
from app.archive.summary import HoldMs
from app.base.book_metrics import BookMetrics
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import ArchiveError, BooksBroken, FanfareError, Refusal, StoreError
from app.base.log import Throttle
from app.edge.addresses import Addresses
from app.edge.clock.forget_round import forget_round
from app.edge.clock.healing import Healing
from app.edge.clock.journal_rounds import journal_rounds, settle_rounds
from app.edge.clock.judge_round import judge_round
from app.edge.clock.late_round import late_round
from app.edge.clock.pay_round import pay_round
from app.edge.clock.rounds import Round, Rounds
from app.edge.connections import Connections
from app.rails.payments.choose import payment_providers
from app.rails.payments.demo_sender import DemoSender
from app.rails.payouts.choose import payout_rails
from app.rules.tables import DAY_S
from app.rules.tariff import Tariff
from app.store import scripts
from app.store.answers import those_that_answer
from app.store.client import Store
from app.store.epoch import epoch_here
from app.store.ledger import Ledger
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.promotions import Promotions
from app.store.seen import Seen

PURCHASES_EVERY_S, PURCHASES_AGAIN_S = 1.0, 0.1
ROOMS_EVERY_S = 1.0
APPROVALS_EVERY_S, BARS_EVERY_S = 1.0, 60.0
OPEN_AGAIN_S = 1.0
SEND_EVERY_S, SEND_AGAIN_S = 0.2, 0.05

log = logging.getLogger(__name__)


class Bookkeeping:
    """What one bookkeeper is made of."""

    def __init__(self, settings: Settings, store_url: str) -> None:
        """Raises ConfigError: the archive's address, or a table of money, cannot be used."""
        self.settings = settings
        self.metrics = BookMetrics()
        self.connections = Connections(settings.sockets_per_ip, self.metrics)
        self.addresses = Addresses(settings.trusted_networks)
        self._tariff = read_tariff(settings, now_ms())
        self._hold_ms = hold_ms_of(settings, self._tariff)
        self._store = Store(store_url, settings.replicas_ack)
        self._seen: Seen | None = None
        self._archive = Archive(address_of(settings))
        self._providers = payment_providers(settings, self._archive, now_ms)
        self._payout_rails = payout_rails(settings, now_ms)
        self._log = Throttle(log)
        self._rounds_run = Rounds(self._on_error)
        self.migrated = asyncio.Event()
        """Set once the archive's tables are those of this version."""

    async def start(self) -> None:
        """Begins once store and archive can be used; until then it tries again.

        Raises:
            ConfigError: they never can be, as they are.
        """
        scripts.read_all()
        settings = self.settings
        while True:
            try:
                await self._archive.write(migrate)
                self.migrated.set()
                count = await partitions_here(self._store, self._archive, settings.data, settings.partitions)
                await self._archive.write(begin_cursors, count)
                belong_to(settings.data, await self._archive.read(epoch_archived))
                epoch = await epoch_here(self._store, settings.data, count)
                break
            except (ArchiveError, StoreError) as error:
                self._on_error(error)
                await asyncio.sleep(OPEN_AGAIN_S)
        seen = self._seen = Seen(settings.data, epoch, "bookkeeper")
        standings = stand(self._store, epoch, seen, self._archive, count, refuse=settings.refuses_after_loss)
        ledgers = [Ledger(standing, window_ms=0, journal_max=0, announce_as="") for standing in standings]
        partitions = Partitions(ledgers)
        with suppress(Refusal, StoreError):
            # The ledger's time is known before anything is done by it.
            await those_that_answer([standing.see() for standing in standings])
        self._rounds_run.start(*self._rounds(partitions))

    async def stop(self) -> None:
        """Ends; what is under way in the archive is waited for."""
        await self._rounds_run.stop()
        for provider in self._providers.values():
            await provider.close()
        for rail in self._payout_rails.values():
            await rail.close()
        self._store.close()
        await asyncio.to_thread(self._archive.close)
        if self._seen is not None:
            self._seen.close()

    def _rounds(self, partitions: Partitions) -> list[Round]:
        standing = partitions.common.standing
        moves = Moves(partitions.ledgers, look_up_in(self._archive))
        delivery = Delivery(self._archive, moves, TOLD, now_ms)
        payer = Payer(self._archive, partitions, self._payout_rails, delivery, now_ms)

        async def purchases() -> float:
            """What was decided of purchases, and waits for the store or for a provider, or whose time is over."""
            expired = await self._archive.write(expire_overdue, now_ms())
            try:
                delivered = await delivery.deliver()
            finally:
                # Whatever is away, what is in the archive and at a provider's goes on.
                await self._archive.write(drop_archived)
                given_back = await give_back_due(self._archive, self._providers, now_ms())
            await tell_unusual(self._archive, standing)
            return PURCHASES_AGAIN_S if expired or delivered or given_back else PURCHASES_EVERY_S

        sender = DemoSender(self._archive, own_webhook(self.settings), self.settings.demo_webhook_secret, now_ms)

        async def demo_webhooks() -> float:
            return SEND_AGAIN_S if await sender.send_due() else SEND_EVERY_S

        promoter = Promoter(self._archive, Promotions(standing), partitions, delivery, now_ms)
        copier = RoomCopier(partitions, self._archive, now_ms)

        async def rooms() -> float:
            await copier.step()
            return ROOMS_EVERY_S

        judge = Judge(self._archive, partial(self._tariff.fraud_rules, self.settings.country), now_ms)
        approvals = Approvals(partitions, self._archive)

        async def expire_approvals() -> float:
            await approvals.expire()
            return APPROVALS_EVERY_S

        async def bars() -> float:
            await hold_bars(self._archive, partitions)
            return BARS_EVERY_S

        return [
            Healing(self.settings, [ledger.standing for ledger in partitions.ledgers], self._archive).step,
            *journal_rounds(partitions, self._archive, self._hold_ms, self.metrics),
            *settle_rounds(partitions, moves, self._archive),
            rooms,
            judge_round(judge),
            purchases,
            pay_round(payer, self._archive, self.metrics),
            promoter.round,
            expire_approvals,
            bars,
            late_round(partitions, self._archive),
            forget_round(self._archive, now_ms),
            *([demo_webhooks] if self.settings.demo else []),
        ]

    def _on_error(self, error: FanfareError) -> None:
        if isinstance(error, BooksBroken):
            self.metrics.broken.set(1)
            self._log.say(logging.ERROR, "broken", "THE BOOKS ARE BROKEN, nothing is archived: %s", error)
        else:
            self._log.say(logging.WARNING, str(error), "the books wait: %s", error)


def own_webhook(settings: Settings) -> str:
    """Where this server takes the demo provider's webhooks. `port` is the one that it really has."""
    anywhere = settings.host in ("", "0.0.0.0", "::")
    host = "127.0.0.1" if anywhere else f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/v1/webhooks/demo"


def hold_ms_of(settings: Settings, tariff: Tariff) -> HoldMs:
    """How long diamonds are pending, by the rate card that their gift names."""
    fixed_s = settings.fixed_hold_s

    @cache
    def hold_ms(card: str) -> int:
        if fixed_s is not None:
            return fixed_s * 1000
        try:
            found = tariff.rates.by_id(card)
        except KeyError:
            # The card was removed from the file.
            found = tariff.rate_card(settings.country, now_ms())
        return found.hold_days * DAY_S * 1000

    return hold_ms
