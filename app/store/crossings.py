"""Gifts between partitions, as one partition sees them: paid and closed at the payer's, delivered at the room's.

Each step is taken once, whoever asks for it and however often. Who takes them in which order stands elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from app.base.errors import refusal_of
from app.rules.crossings import Sent, read_sent, sent_now, sent_tail
from app.rules.gifts import GiftOrder, payers_part, rooms_part
from app.store.ledger import ID_BUCKET_MS, Ledger

# Past it a gift is not delivered any more; so long a room's partition may be away without costing a gift.
DEADLINE_MS = 60 * 60 * 1000
TAKEN_AT_ONCE = 256

_pack = msgspec.msgpack.Encoder().encode


class Closing(NamedTuple):
    """What is to become of something in an outbox: its name, the bucket of its gift's id, its end (close_gifts.lua)."""

    name: str
    bucket: int
    end: str


class Lying(NamedTuple):
    """What has lain in an outbox for long, and the ledger's time when the first of it was found."""

    now_ms: int
    sent: list[Sent]


class Crossings:
    """The steps that one partition takes. All raise as Store.call does, and Refusal as `Standing.run`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._keys = ledger.keys
        self._standing = ledger.standing

    async def pay(self, orders: Sequence[GiftOrder]) -> list[Sent | bytes]:
        """Pays a batch of gifts; of one that is under way what the outbox has, else the text of `pay_gifts.lua`."""
        keys, ledger = self._keys, self._ledger
        buckets: dict[int, int] = {}
        of_bucket = [order.wire.id_ms // ID_BUCKET_MS for order in orders]
        for order, bucket in zip(orders, of_bucket, strict=True):
            order.wire.bucket = buckets.setdefault(bucket, len(buckets) + 1)
        tails = [
            sent_tail(order, bucket, _pack(rooms_part(order.wire)))
            for order, bucket in zip(orders, of_bucket, strict=True)
        ]
        names = [keys.totals, keys.journal, keys.coins, keys.frozen, keys.id_buckets, keys.debt, keys.given]
        names += [keys.spending, keys.limits, keys.zones, keys.outbox, keys.barred]
        names += map(keys.idem, buckets)
        what = (
            *(
                ledger.window_ms,
                ledger.journal_max,
                len(buckets),
                list(map(len, tails)),
                list(map(payers_part, orders)),
            ),
            *(keys.wallets_channel, ledger.announce_as, ID_BUCKET_MS, ledger.thresholds, keys.people_channel),
            DEADLINE_MS,
        )
        texts = await self._run("pay_gifts", names, _pack(what), b"".join(tails))
        paid = list[Sent | bytes]()
        for order, bucket, text, tail in zip(orders, of_bucket, texts, tails, strict=True):
            if text[:2] == b"NE":
                paid.append(sent_now(order, bucket, text[2:], tail))
            else:
                paid.append(read_sent(order.name, text[2:]) if text[:2] == b"DE" else text)
        return paid

    async def deliver(self, sent: Sequence[Sent], here: Sequence[bool]) -> Sequence[bytes]:
        """Delivers gifts to their rooms; the texts are those of `deliver_gifts.lua`.

        Args:
            sent: what the payers' outboxes have.
            here: of each, whether its receiver lives in this partition too.
        """
        keys = self._keys
        buckets: dict[int, int] = {}
        of_bucket = [buckets.setdefault(one.deadline_ms // ID_BUCKET_MS, len(buckets) + 1) for one in sent]
        rooms: dict[str, int] = {}
        of_room = [rooms.setdefault(one.room, len(rooms) + 1) for one in sent]
        names = [keys.totals, keys.journal, keys.pending, keys.frozen, keys.names, keys.streaks_due, keys.limits]
        names += [keys.outbox, keys.seen_buckets, keys.barred, *map(keys.seen, buckets)]
        for room in rooms:
            names += (keys.room(room), keys.log(room), keys.streaks(room), keys.board(room), keys.gift_board(room))
        names += map(keys.moderation, rooms)
        channels = [(room, keys.channel(room)) for room in rooms]
        what = (
            *(self._ledger.journal_max, len(buckets), channels, of_bucket, of_room, here, ID_BUCKET_MS, DEADLINE_MS),
            [len(one.value) for one in sent],
        )
        return await self._run("deliver_gifts", names, _pack(what), b"".join([one.value for one in sent]))

    async def close(self, closings: Sequence[Closing]) -> Sequence[bytes]:
        """Closes what lies in the outbox; the texts are those of `close_gifts.lua`."""
        keys, buckets = self._keys, dict[int, int]()
        packed = [(one.name, buckets.setdefault(one.bucket, len(buckets) + 1), one.end) for one in closings]
        names = [keys.totals, keys.journal, keys.coins, keys.debt, keys.given, keys.spending, keys.limits, keys.zones]
        names += [keys.outbox, *map(keys.idem, buckets)]
        what = (packed, keys.wallets_channel, keys.people_channel)
        return await self._run("close_gifts", names, _pack(what))

    async def lying(self, age_ms: int) -> AsyncIterator[Lying]:
        """All that has lain in the outbox for so long, TAKEN_AT_ONCE at most at a time."""
        look, cursor = None, b"0"
        while True:
            scan = ("HSCAN", self._keys.outbox, cursor, "COUNT", TAKEN_AT_ONCE)
            cursor, flat = await self._standing.store.call(*scan)
            # Mostly there is nothing to ask the time for.
            if look is None and flat:
                look = await self._standing.see()
            sent = [read_sent(name.decode(), value) for name, value in zip(flat[::2], flat[1::2], strict=True)]
            now_ms = look.now_ms if look is not None else 0
            old = [one for one in sent if one.deadline_ms - DEADLINE_MS + age_ms <= now_ms]
            # A small outbox comes whole.
            for at in range(0, len(old), TAKEN_AT_ONCE):
                yield Lying(now_ms, old[at : at + TAKEN_AT_ONCE])
            if cursor == b"0":
                return

    async def _run(self, script: str, names: list[str], *args: bytes) -> Sequence[bytes]:
        results: list[bytes] = await self._standing.run(script, names, *args)
        if len(results) == 1:
            raise refusal_of(results[0].decode()[1:])
        self._standing.note(results.pop())
        return results
