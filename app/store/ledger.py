"""The ledger in the store: gifts, wallets and the journal. What is no gift is posted by `moves.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from app.base.errors import Refusal
from app.rules import levels
from app.rules.crossings import GiftEntry
from app.rules.gift_steps import GiftPaid
from app.rules.gifts import GiftOrder
from app.store.client import Store
from app.store.standing import Standing

# Fixed, unlike the window: what was answered before a change of settings has to be found after it.
ID_BUCKET_MS = 10 * 60 * 1000
# Stream entries of up to 256 gifts, some 50 KB each: nobody else waits for longer than a piece of them takes.
SEARCHED_AT_ONCE = 20

_pack = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet's coins; `version` grows with every entry of the journal, and an older one says nothing.

    `debt` are coins that it owes: of a payment that was taken back after they were spent. `given` went out by gifts, in
    all. `limited`: something bounds what is spent.
    """

    coins: int
    version: int
    debt: int = 0
    given: int = 0
    limited: bool = False


class Ledger:
    """One partition's ledger, as it stands. A store with another epoch, or none, is refused by every script.

    Balances moved by gifts are told to other workers under the name `announce_as`; with '' there are none to tell.
    """

    def __init__(self, standing: Standing, *, window_ms: int, journal_max: int, announce_as: str) -> None:
        self.standing = standing
        self.keys = standing.keys
        self.epoch = standing.epoch
        self.window_ms = window_ms
        self.journal_max = journal_max
        self.announce_as = announce_as
        # Packed once: it goes along with every batch.
        self.thresholds = msgspec.Raw(_pack(levels.load().levels))

    @property
    def store(self) -> Store:
        """Where it is kept."""
        return self.standing.store

    async def send_gifts(self, orders: list[GiftOrder]) -> Sequence[bytes]:
        """Applies a batch of gifts; the texts are those of `send_gifts.lua`. Raises as Store.call does."""
        keys = self.keys
        buckets: dict[int, int] = {}
        rooms: dict[str, int] = {}
        for order in orders:
            wire = order.wire
            wire.bucket = buckets.setdefault(wire.id_ms // ID_BUCKET_MS, len(buckets) + 1)
            wire.room = rooms.setdefault(order.room, len(rooms) + 1)
        names = [
            keys.totals,
            keys.journal,
            keys.coins,
            keys.pending,
            keys.frozen,
            keys.names,
            keys.streaks_due,
            keys.id_buckets,
            keys.debt,
            keys.given,
            keys.spending,
            keys.limits,
            keys.zones,
            *(keys.idem(bucket) for bucket in buckets),
        ]
        for room in rooms:
            names += (keys.room(room), keys.log(room), keys.streaks(room), keys.board(room), keys.gift_board(room))
        names += (*map(keys.moderation, rooms), keys.barred)
        blob = _pack(
            (
                self.window_ms,
                self.journal_max,
                len(buckets),
                [(room, keys.channel(room)) for room in rooms],
                [order.wire for order in orders],
                keys.wallets_channel,
                self.announce_as,
                ID_BUCKET_MS,
                self.thresholds,
                keys.people_channel,
            )
        )
        results: list[bytes] = await self.standing.run("send_gifts", names, blob)
        if len(results) > 1:
            self.standing.note(results.pop())
        return results

    async def wallets(self, users: Sequence[str]) -> list[Wallet]:
        """The wallets of these users, at one moment.

        Raises:
            Refusal: `uninitialised`.
        """
        keys = self.keys
        names = [keys.totals, keys.coins, keys.debt, keys.given, keys.spending]
        refused, *rest = await self.store.run("read_wallets", names, self.epoch, *users)
        if refused:
            raise Refusal(refused[1:].decode())
        n, *columns = rest
        return [
            Wallet(int(c or 0), int(n), int(d or 0), int(g or 0), come is not None)
            for c, d, g, come in zip(*columns, strict=True)
        ]

    async def names(self, users: Sequence[str]) -> dict[str, str]:
        """What those of the users are called who have given something openly."""
        found = await self.store.call("HMGET", self.keys.names, *users) if users else []
        told = zip(users, found, strict=True)
        return {user: msgspec.json.decode(person)["name"] for user, person in told if person is not None}

    async def stored_result(self, user: str, gift_id: str, id_ms: int) -> tuple[str | None, int]:
        """The record stored under an id (without the fingerprint) or None, and up to which time records are forgotten.

        Raises:
            Refusal: `uninitialised`.
        """
        call, keys = self.store.call, self.keys
        # In this order: a record that is forgotten between the two is told of as such.
        found, (epoch, forgotten) = await asyncio.gather(
            call("HGET", keys.idem(id_ms // ID_BUCKET_MS), f"{user}:{gift_id}"),
            call("HMGET", keys.totals, "epoch", "forgotten"),
        )
        self.check_epoch(epoch)
        return None if found is None else found.decode()[16:], int(forgotten or 0)

    async def find_gift(self, user: str, gift_id: str, from_ms: int, to_ms: int) -> tuple[int, GiftEntry] | None:
        """What became of the user's gift of that id, with its n, from what was written between two times.

        Of one that was paid on its way to another partition that is its end, where that is found. The store looks
        through the journal piece by piece, and others have their turns between.
        """
        start, paid = str(from_ms), None
        while True:
            args = (start, str(to_ms), SEARCHED_AT_ONCE, f',"{gift_id}","{user}",')
            found = await self.store.run("find_gift", [self.keys.journal], *args)
            if not found:
                return paid
            *told, last = found
            if told:
                n, line = told
                entry: GiftEntry = msgspec.json.decode(line, type=GiftEntry)
                if not isinstance(entry, GiftPaid):
                    return n, entry
                paid = n, entry
            start = f"({last.decode()}"

    def check_epoch(self, found: bytes | None) -> None:
        """Raises Refusal `uninitialised` unless the store's epoch is ours."""
        if found is None or found.decode() != self.epoch:
            raise Refusal("uninitialised")
