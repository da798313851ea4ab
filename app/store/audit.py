"""Reads the whole ledger for those who prove it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.store.client import Store
from app.store.keys import Keys
from app.store.rooms import EVENT_JOIN, read_message

PAGE = 500
TOTALS = ("n", "issued", "spent", "minted", "shared")


@dataclass(frozen=True, slots=True)
class Batch:
    """One stream entry of the journal: `count` entries from n = `first` on, one JSON array a line; the chain's head."""

    first: int
    count: int
    head: str
    payload: str


@dataclass(frozen=True, slots=True)
class Balances:
    """All balances and totals at one moment: coins, and milli-diamonds in `pending`."""

    epoch: str
    head: str
    totals: dict[str, int]
    coins: dict[str, int]
    pending: dict[str, int]


class Audit:
    """The books of one store, read-only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = Keys()

    async def balances(self) -> Balances:
        """All of them in one transaction. An empty store has an empty epoch and nothing else."""
        keys, call = self._keys, self._store.call
        await call("PING")
        commands = (("MULTI",), ("HGETALL", keys.totals), ("HGETALL", keys.coins), ("HGETALL", keys.pending), ("EXEC",))
        *_, (totals, coins, pending) = await asyncio.gather(*(call(*command) for command in commands))
        return Balances(
            epoch=totals.get(b"epoch", b"").decode(),
            head=totals.get(b"h", b"").decode(),
            totals={name: int(totals.get(name.encode(), 0)) for name in TOTALS},
            coins={user.decode(): int(amount) for user, amount in coins.items()},
            pending={user.decode(): int(amount) for user, amount in pending.items()},
        )

    async def journal(self, up_to: int) -> AsyncIterator[Batch]:
        """The journal from its beginning up to the entry n = `up_to`."""
        start = "-"
        while page := await self._store.call("XRANGE", self._keys.journal, start, "+", "COUNT", PAGE):
            for stream_id, flat in page:
                fields = dict(zip(flat[::2], flat[1::2], strict=True))
                batch = Batch(int(fields[b"n"]), int(fields[b"k"]), fields[b"h"].decode(), fields[b"e"].decode())
                if batch.first > up_to:
                    return
                yield batch
                start = f"({stream_id.decode()}"

    async def room_events(self, room: str) -> AsyncIterator[tuple[int, bytes]]:
        """The events that a room's log still has, each with the offset that its place gives it."""
        start = "-"
        while page := await self._store.call("XRANGE", self._keys.log(room), start, "+", "COUNT", PAGE):
            for stream_id, (_, message) in page:
                chunk = read_message(message)[1]
                for event in enumerate(chunk.events.split(EVENT_JOIN), chunk.first):
                    yield event
                start = f"({stream_id.decode()}"
