"""Reads the whole ledger for those who prove it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.rules.entries import STATES
from app.rules.postings import coins_of, debt_of, diamonds_of
from app.rules.replay import Batch
from app.store.client import Store
from app.store.journal import read_batch
from app.store.keys import Keys
from app.store.rooms import EVENT_JOIN, read_message

PAGE = 500
COLUMNS = ("coins", "debt", *STATES)
TOTALS = ("n", "issued", "spent", "clawed", "minted", "shared", "paid")


@dataclass(frozen=True, slots=True)
class Balances:
    """All balances and totals at one moment; a column is user -> amount, by its name in `Keys`."""

    epoch: str
    head: str
    totals: dict[str, int]
    columns: dict[str, dict[str, int]]

    def accounts(self) -> dict[str, int]:
        """The balances by account, as postings name them."""
        found = {coins_of(user): coins for user, coins in self.columns["coins"].items()}
        found.update((debt_of(user), -coins) for user, coins in self.columns["debt"].items())
        for state in STATES:
            found.update((diamonds_of(user, state), milli) for user, milli in self.columns[state].items())
        return found

    def sum(self, column: str) -> int:
        """All of a column."""
        return sum(self.columns[column].values())


class Audit:
    """The books of one store, read-only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = Keys()

    async def balances(self) -> Balances:
        """All of them in one transaction. An empty store has an empty epoch and nothing else."""
        keys, call = self._keys, self._store.call
        await call("PING")
        names = [keys.totals, *(getattr(keys, column) for column in COLUMNS)]
        commands = [["MULTI"], *(["HGETALL", name] for name in names), ["EXEC"]]
        *_, (totals, *columns) = await asyncio.gather(*(call(*command) for command in commands))
        return Balances(
            epoch=totals.get(b"epoch", b"").decode(),
            head=totals.get(b"h", b"").decode(),
            totals={name: int(totals.get(name.encode(), 0)) for name in TOTALS},
            columns={
                column: {user.decode(): int(amount) for user, amount in found.items()}
                for column, found in zip(COLUMNS, columns, strict=True)
            },
        )

    async def journal(self, up_to: int, after: int = 0) -> AsyncIterator[Batch]:
        """What the journal still has between the entry n = `after` and the entry n = `up_to`."""
        start = "-"
        while page := await self._store.call("XRANGE", self._keys.journal, start, "+", "COUNT", PAGE):
            for stream_id, flat in page:
                fields = dict(zip(flat[::2], flat[1::2], strict=True))
                if int(fields[b"n"]) > up_to:
                    return
                if int(fields[b"n"]) > after:
                    yield read_batch(fields)
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
