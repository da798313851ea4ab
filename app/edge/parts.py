"""A worker's parts: made from the settings, started in order, stopped in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from functools import partial

from app.actions.books.deliver import Delivery
from app.actions.books.heal import belong_to, hold_back, partitions_here, stand
from app.actions.books.look_up import look_up_in
from app.actions.books.told import TOLD
from app.actions.guardian.decide_approvals import Approvals
from app.actions.manage_room import NewRoom, open_room
from app.actions.read_tariff import read_tariff
from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursors
from app.archive.engine import address_of
from app.base.clock import now_ms
from app.base.config import DEMO_ROOM, DEMO_VIDEO, Settings
from app.base.errors import ArchiveError, Refusal, StoreError
from app.base.metrics import Metrics
from app.edge.addresses import Addresses
from app.edge.billing import Billing
from app.edge.clock.timers import Timers
from app.edge.clock.watch import Watch
from app.edge.connections import Connections
from app.edge.http.demo import DEMO_STREAMER
from app.edge.live.hub import Hub
from app.edge.live.waiting import Waiting
from app.edge.rates import SharedRates
from app.edge.speech import Speech
from app.edge.switchboard import Switchboard
from app.edge.troubles import Troubles
from app.rails.payments.choose import payment_providers
from app.rails.payouts.choose import payout_rails
from app.rules import catalogue
from app.rules.rooms import Payee
from app.store import scripts
from app.store.client import Store
from app.store.epoch import epoch_here
from app.store.held import Held
from app.store.ledger import Ledger
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.seen import Seen
from app.store.standing import Standing
from app.store.subscriber import Subscriber

ARCHIVE_S = 1.0

log = logging.getLogger(__name__)


class Parts:
    """What one worker is made of. `slot` is its number, which a worker restarted in its place has again."""

    def __init__(self, settings: Settings, store_url: str, slot: int) -> None:
        self.settings = settings
        self.catalogue = catalogue.load()
        self.tariff = read_tariff(settings, now_ms())
        self.metrics = Metrics(str(slot))
        self.connections = Connections(settings.sockets_per_ip, self.metrics)
        self.addresses = Addresses(settings.trusted_networks)
        self.hub: Hub | None = None
        self.moves: Moves | None = None
        self.billing: Billing | None = None
        self.archive = Archive(address_of(settings))
        self.switchboard = Switchboard(self.archive)
        self.providers = payment_providers(settings, self.archive, now_ms)
        self.payout_rails = payout_rails(settings, now_ms)
        self.watch: Watch | None = None
        self.speech = Speech(settings.tts)
        self.slot = slot
        self._name = f"{os.uname().nodename}-{settings.port}-{slot}"
        # Its name in messages to other workers; empty where it is the only one that uses this store.
        self._announce_as = self._name if settings.workers > 1 or settings.redis_url else ""
        self.rates = SharedRates(settings, self._announce_as, time.monotonic)
        self._store = Store(store_url, settings.replicas_ack)
        self._subscriber = Subscriber(store_url, self._on_published, self._on_reconnected)
        self._held = Held(self._store, self._on_channel, self._on_reconnected, self._subscriber.place_of)
        self._timers: Timers | None = None
        self._waiting: Waiting | None = None
        self._seen: Seen | None = None

    async def start(self) -> Hub:
        """Everything, in order; the hub that sessions come to.

        Raises:
            ConfigError: the ledger in the store is damaged.
            StoreError: the store cannot be reached.
            ArchiveError: it cannot be read, and nobody else knows whether there was a ledger.
        """
        settings = self.settings
        # Read now, at the start: a worker that has run out of descriptors could not open a file later.
        scripts.read_all()
        partitions = Partitions([self._ledger(standing) for standing in await self._stand()])
        self.moves = Moves(partitions.ledgers, look_up_in(self.archive))
        self.billing = Billing(
            settings,
            self.archive,
            partitions,
            Delivery(self.archive, self.moves, TOLD, now_ms),
            self.tariff,
            self.providers,
            self.payout_rails,
            self.metrics,
            now_ms,
        )
        hub = self.hub = Hub(
            settings,
            partitions,
            self.moves,
            self.catalogue,
            self.tariff,
            self._subscriber,
            self.metrics,
            self.rates,
            time.monotonic,
        )
        for k, ledger in enumerate(partitions.ledgers):
            ledger.standing.on_renewed = partial(hub.on_renewed, k)
        hub.gifts.why_off = self.switchboard.gift_refusal
        self._waiting = Waiting(hub, Approvals(partitions, self.archive))
        hub.gifts.on_waiting = self._waiting.take
        standings = [ledger.standing for ledger in partitions.ledgers]
        self.watch = Watch(standings, Troubles(self.metrics), demo=settings.demo)
        # Before any room is opened: it finds out whether the store has lost something.
        await self.watch.look()
        if settings.demo:
            await self._open_demo_rooms(partitions)
        self._subscriber.start()
        await hub.listen()
        self._timers = Timers(hub, self._name, self.switchboard)
        self._timers.start()
        self.watch.start()
        return hub

    async def stop(self) -> None:
        """Everything, in reverse."""
        if self.watch is not None:
            await self.watch.stop()
        if self._timers is not None:
            await self._timers.stop()
        if self._waiting is not None:
            self._waiting.stop()
        if self.hub is not None:
            self.hub.stop()
        await self._subscriber.stop()
        await self._held.stop()
        self._store.close()
        for provider in self.providers.values():
            await provider.close()
        for rail in self.payout_rails.values():
            await rail.close()
        await asyncio.to_thread(self.archive.close)
        if self._seen is not None:
            self._seen.close()

    def _ledger(self, standing: Standing) -> Ledger:
        settings = self.settings
        return Ledger(
            standing,
            window_ms=settings.id_window_s * 1000,
            journal_max=settings.journal_max,
            announce_as=self._announce_as,
        )

    async def _stand(self) -> list[Standing]:
        """The state of each partition of this data folder's ledger, compared with what the data folder has noted."""
        settings = self.settings
        count = await partitions_here(self._store, self.archive, settings.data, settings.partitions)
        cursors = [Cursor()] * count
        # What the archive has, nobody here need have seen; but nobody waits long for it, nor for the store, which is
        # looked at right after this.
        with contextlib.suppress(ArchiveError, TimeoutError):
            async with asyncio.timeout(ARCHIVE_S):
                cursors = await self.archive.read_at_once(read_cursors, count)
        belong_to(settings.data, next((cursor.epoch for cursor in cursors if cursor.epoch), ""))
        epoch = await epoch_here(self._store, settings.data, count)
        seen = self._seen = Seen(settings.data, epoch, str(self.slot))
        standings = stand(self._store, epoch, seen, self.archive, count, refuse=settings.refuses_after_loss)

        async def hold(standing: Standing, cursor: Cursor) -> None:
            with contextlib.suppress(Refusal, StoreError, TimeoutError):
                async with asyncio.timeout(ARCHIVE_S):
                    await hold_back(standing, cursor)

        await asyncio.gather(*map(hold, standings, cursors))
        return standings

    async def _open_demo_rooms(self, partitions: Partitions) -> None:
        """A video, and the live room: the newest is the first that is listed."""
        streamer = Payee(DEMO_STREAMER, "Nova")
        clip = NewRoom(id=DEMO_VIDEO, title="Northern lights over the bay", streamer=streamer, kind="video")
        try:
            for new in (clip, NewRoom(id=DEMO_ROOM, title="Nova, live at night", streamer=streamer)):
                await open_room(partitions, new)
        except Refusal as refusal:
            log.error("the demo's rooms cannot be opened: %s", refusal)

    def _on_published(self, channel: str, payload: bytes) -> None:
        self._held.take(channel, payload)

    def _on_channel(self, channel: str, payload: bytes) -> None:
        if self.hub is not None:
            self.hub.on_channel(channel, payload)

    def _on_reconnected(self) -> None:
        if self.hub is not None:
            self.hub.on_reconnected()
