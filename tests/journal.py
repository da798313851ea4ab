"""A journal as the store writes it, without a store: entries get their numbers, their balances and their chain."""

from __future__ import annotations

from typing import Any

import msgspec

from app.base.ids import uuid7
from app.rules.entries import Entry, Gift, Grant, decode
from app.rules.moves import CoinsMove, DiamondsMove
from app.rules.replay import Batch, Placed, Read, Replay, chain

BORN_MS = 1_790_000_000_000


class Journal:
    """What was written so far; `placed` has its batches with their places in the stream."""

    def __init__(self) -> None:
        self.replay = Replay()
        self.placed: list[Placed] = []
        self.at_ms = BORN_MS

    def write(self, *entries: Entry, after_ms: int = 1000) -> list[Placed]:
        """Writes the entries as one batch, and gives it as a list of its own."""
        replay, lines = self.replay, []
        first, self.at_ms = replay.n + 1, self.at_ms + after_ms
        for n, entry in enumerate(entries, first):
            for account, _, amount in entry.postings():
                replay.balances[account] += amount
            entry = self._noted(entry)
            replay.post(Read(n, entry, ()))
            lines.append(msgspec.json.encode(entry).decode())
        payload = "\n".join(lines)
        replay.n += len(entries)
        replay.head = chain(replay.head, first, payload)
        self.placed.append((f"{self.at_ms}-0", Batch(first, len(entries), replay.head, self.at_ms, payload)))
        assert [] == replay.problems
        return self.placed[-1:]

    def entries(self) -> list[Entry]:
        """All entries, as they were written."""
        return [decode(line) for _, batch in self.placed for line in batch.payload.split("\n")]

    def read(self) -> list[Read]:
        """All entries, as a recorder has read them."""
        return [Read(n, entry, list(entry.postings())) for n, entry in enumerate(self.entries(), 1)]

    def _noted(self, entry: Entry) -> Entry:
        balances = self.replay.balances
        if isinstance(entry, Gift):
            return msgspec.structs.replace(entry, coins_left=balances[f"viewer:{entry.sender}:coins"])
        if isinstance(entry, CoinsMove):
            coins, debt = (balances[f"viewer:{entry.user}:{unit}"] for unit in ("coins", "debt"))
            return msgspec.structs.replace(entry, noted=(coins, -debt))
        if isinstance(entry, DiamondsMove):
            states = ("pending", "available", "held")
            noted = tuple(balances[f"streamer:{entry.user}:diamonds_{state}"] for state in states)
            return msgspec.structs.replace(entry, noted=noted)
        return entry


def grant(user: str, coins: int, key: str = "") -> Grant:
    """Coins that the platform gives."""
    return Grant(id=key or f"p:{user}", user=user, coins=coins, reason="r", by="p")


def gift(sender: str, receiver: str, coins: int, **changed: Any) -> Gift:
    """A gift of some coins, all of which the streamer earns."""
    values = {
        "id": uuid7(BORN_MS),
        "room": "main",
        "gift": "rose",
        "quantity": 1,
        "streamer_milli": 1000 * coins,
        "platform_milli": 0,
        "catalogue": 1,
        "card": "c",
        "offset": 1,
        "coins_left": 0,
        "streak": None,
        "streak_count": 0,
    }
    return Gift(sender=sender, receiver=receiver, coins=coins, **{**values, **changed})
