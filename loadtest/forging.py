"""Writes acts into an archive as the bookkeeper would have: a journal with its chain, by the real recorder."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from app.archive import purchases
from app.archive.archive import Archive, Connection
from app.archive.purchases import Request
from app.archive.recorder import Recorder
from app.rules.entries import Chargeback, Entry, Gift, PayoutHold, PayoutPaid, Settlement
from app.rules.entries import Purchase as PurchaseEntry
from app.rules.money import MILLI
from app.rules.postings import coins_of
from app.rules.purchases import Purchase
from app.rules.replay import Batch, Placed, Replay, chain
from loadtest.honest import DAY_MS, Act

BORN_MS = 1_790_000_000_000 // DAY_MS * DAY_MS
TOGETHER_MS = 5000
"""What happens within that time is one batch of the journal."""
HOLD_MS = 7 * DAY_MS
BATCHES_A_WRITE = 4000
PAID: dict[str, Any] = {"currency": "USD", "country": "US", "provider": "demo"}
PAYOUT: dict[str, Any] = {"fee": 0, "withholding": 0, "remainder_micros": 0, "rail": "demo"}


class Forger:
    """The journal of people who never existed, written to an archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._recorder = Recorder("population", lambda _: HOLD_MS)
        self._replay = Replay()
        self._ids = 0
        self._debts: Counter[str] = Counter()
        self._earned: dict[str, deque[tuple[int, int]]] = defaultdict(deque)
        self._settled: Counter[str] = Counter()
        self._bought: dict[str, list[PurchaseEntry]] = defaultdict(list)
        self.entries = 0

    async def write(self, acts: Sequence[Act]) -> None:
        """Writes acts, which are in order."""
        placed: list[Placed] = []
        declined = [act for act in acts if act.what == "declined"]
        lines: list[str] = []
        begun_ms = -1
        for act in acts:
            if act.at_ms // TOGETHER_MS != begun_ms and lines:
                placed.append(self._batch(lines, begun_ms))
                lines = []
            begun_ms = act.at_ms // TOGETHER_MS
            lines += [self._line(entry) for entry in self._entries(act)]
            if len(placed) >= BATCHES_A_WRITE:
                await self._archive.write(self._recorder.record, placed)
                placed = []
        if lines:
            placed.append(self._batch(lines, begun_ms))
        if placed:
            await self._archive.write(self._recorder.record, placed)
        await self._archive.write(self._decline, declined)

    def _batch(self, lines: list[str], span: int) -> Placed:
        replay, payload, first = self._replay, "\n".join(lines), self._replay.n + 1
        at_ms = BORN_MS + span * TOGETHER_MS
        replay.n += len(lines)
        replay.head = chain(replay.head, first, payload)
        self.entries += len(lines)
        return f"{at_ms}-{first}", Batch(first, len(lines), replay.head, at_ms, payload)

    def _line(self, entry: Entry) -> str:
        balances = self._replay.balances
        for account, _, amount in entry.postings():
            balances[account] += amount
        after = tuple(abs(balances[account]) for account, _ in _noted(entry).after())
        if isinstance(entry, Gift):
            entry = msgspec.structs.replace(entry, coins_left=after[0])
        else:
            entry = msgspec.structs.replace(entry, noted=after)
        return msgspec.json.encode(entry).decode()

    def _id(self) -> str:
        self._ids += 1
        return f"x{self._ids}"

    def _entries(self, act: Act) -> Iterable[Entry]:
        """What becomes of an act; nothing, where the ledger would refuse it."""
        who, at_ms = act.who, BORN_MS + act.at_ms
        coins = self._replay.balances[coins_of(who)]
        if act.what == "gift" and coins and not self._debts[who]:
            given = min(act.coins, coins)
            self._earned[act.whom].append((at_ms, given * MILLI))
            yield Gift(
                *(self._id(), who, act.whom, f"room-{act.whom}", "rose", 1, given, given * MILLI, 0),
                *(1, "US-2026-1", 1, 0, None, 0),
            )
        elif act.what == "purchase":
            owed = min(self._debts[who], act.coins)
            self._debts[who] -= owed
            money = {"minor": act.coins, "tax_minor": 0, **PAID}
            made = PurchaseEntry(id=self._id(), user=who, coins=act.coins, owed=owed, price_book="b", **money)
            self._bought[who].append(made)
            yield made
        elif act.what == "chargeback" and self._bought[who]:
            undone = self._bought[who].pop()
            owed = max(0, undone.coins - coins)
            self._debts[who] += owed
            money = {"minor": undone.minor, "tax_minor": 0, **PAID}
            yield Chargeback(id=self._id(), user=who, coins=undone.coins, owed=owed, purchase=undone.id, **money)
        elif act.what == "payout":
            yield from self._payout(who, at_ms)

    def _payout(self, who: str, at_ms: int) -> Iterable[Entry]:
        """All whose hold is over is settled and paid out."""
        milli, earned, since_ms = 0, self._earned[who], self._settled[who]
        while earned and earned[0][0] + HOLD_MS < at_ms:
            milli += earned.popleft()[1]
        if milli:
            self._settled[who] = at_ms
            yield Settlement(id=f"{who}:{since_ms}", user=who, milli=milli, since_ms=since_ms, until_ms=at_ms)
            payout, gross = self._id(), milli // (2 * MILLI)
            yield PayoutHold(id=payout, user=who, milli=milli)
            yield PayoutPaid(
                id=payout,
                user=who,
                milli=milli,
                gross=gross,
                net=gross,
                card="c",
                currency="USD",
                country="US",
                **PAYOUT,
            )

    def _decline(self, connection: Connection, acts: Sequence[Act]) -> None:
        """Payments that were declined are in no journal."""
        for act in acts:
            at_ms, made_id = BORN_MS + act.at_ms, self._id()
            made = Purchase(
                id=made_id,
                user=act.who,
                status="failed",
                package=None,
                channel="web",
                coins=act.coins,
                bonus=0,
                minor=act.coins,
                tax_minor=0,
                price_book="b",
                **{"created_ms": at_ms, "expires_ms": at_ms + 1, **PAID},
            )
            purchases.insert(connection, made, Request(made_id, "", ""))


def _noted(entry: Entry) -> Entry:
    """The entry with as many noted balances as its kind has, so that it can say whose they are."""
    if isinstance(entry, Gift):
        return entry
    count = 3 if isinstance(entry, Settlement | PayoutHold | PayoutPaid) else 2
    return msgspec.structs.replace(entry, noted=(0,) * count)
