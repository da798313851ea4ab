"""Proves the books: replays the whole journal against the chain, the totals, the balances and the rooms' logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha1
from itertools import islice
from typing import Any

import orjson
from msgspec import Struct, field

from app.rules.money import MILLI
from app.store.audit import Audit, Balances, Batch

PROBLEMS_MAX = 100
OFFSETS_KEPT = 50_000


class Report(Struct, kw_only=True):
    """What was proved, in coins and milli-diamonds. `problems` is empty when the books balance; at most 100 stay."""

    epoch: str = ""
    n: int = 0
    gifts: int = 0
    grants: int = 0
    wallets: int = 0
    issued: int = 0
    spent: int = 0
    in_wallets: int = 0
    minted_milli: int = 0
    shared_milli: int = 0
    room_events_checked: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the books balance."""
        return not self.problems


class Replay:
    """The journal, entry by entry: what the balances must be."""

    def __init__(self) -> None:
        self.report = Report()
        self.coins: Counter[str] = Counter()
        self.pending: Counter[str] = Counter()
        self.offsets: dict[str, dict[int, str]] = {}
        self.head = ""
        self._ids: set[tuple[str, ...]] = set()

    def problem(self, text: str) -> None:
        """Notes one, unless there are too many already."""
        if len(self.report.problems) < PROBLEMS_MAX:
            self.report.problems.append(text)

    def batch(self, batch: Batch) -> None:
        """One stream entry of the journal."""
        if batch.first != self.report.n + 1:
            self.problem(f"n is not dense: {batch.first} follows {self.report.n}")
        payload = sha1(batch.payload.encode()).hexdigest()
        self.head = sha1(f"{self.head}{batch.first}{payload}".encode()).hexdigest()
        if self.head != batch.head:
            self.problem(f"the chain is broken at n {batch.first}")
            self.head = batch.head
        lines = batch.payload.split("\n")
        if len(lines) != batch.count:
            self.problem(f"n {batch.first}: {len(lines)} entries where {batch.count} were written")
        for n, line in enumerate(lines, batch.first):
            self.report.n = n
            try:
                self._entry(n, orjson.loads(line))
            except (ValueError, TypeError, LookupError) as error:
                self.problem(f"n {n} cannot be read: {error}")

    def _entry(self, n: int, entry: list[Any]) -> None:
        if entry[0] == "gift":
            self._gift(n, *entry[1:])
        elif entry[0] == "grant":
            self._grant(n, *entry[1:])
        else:
            self.problem(f"n {n}: unknown kind {entry[0]!r}")

    def _once(self, n: int, *name: str) -> None:
        if name in self._ids:
            self.problem(f"n {n}: {' '.join(name)} was applied before")
        self._ids.add(name)

    def _gift(
        self,
        n: int,
        gift_id: str,
        sender: str,
        receiver: str,
        room: str,
        gift: str,
        quantity: int,
        coins: int,
        streamer_milli: int,
        platform_milli: int,
        offset: int,
        coins_left: int,
        streak: str | None,
        streak_count: int,
    ) -> None:
        report = self.report
        report.gifts += 1
        self._once(n, "gift", sender, gift_id)
        if coins * MILLI != streamer_milli + platform_milli:
            self.problem(f"n {n}: {coins} coins are not {streamer_milli} + {platform_milli} milli-diamonds")
        self.coins[sender] -= coins
        self.pending[receiver] += streamer_milli
        report.spent += coins
        report.minted_milli += streamer_milli
        report.shared_milli += platform_milli
        if self.coins[sender] < 0 or self.coins[sender] != coins_left:
            self.problem(f"n {n}: {sender} has {self.coins[sender]} coins left where {coins_left} were noted")
        offsets = self.offsets.setdefault(room, {})
        if offsets and offset <= next(reversed(offsets)):
            # An ended room is forgotten after a while; one of the same name begins anew.
            offsets.clear()
        offsets[offset] = gift_id
        if len(offsets) > 2 * OFFSETS_KEPT:
            # A room's log goes back some ten thousand events: what is older has nothing to be compared with.
            for old in list(islice(offsets, OFFSETS_KEPT)):
                del offsets[old]

    def _grant(self, n: int, key: str, user: str, coins: int, reason: str, by: str, coins_left: int) -> None:
        report = self.report
        report.grants += 1
        self._once(n, "grant", key)
        self.coins[user] += coins
        report.issued += coins
        if self.coins[user] != coins_left:
            self.problem(f"n {n}: {user} has {self.coins[user]} coins after a grant where {coins_left} were noted")

    def compare(self, found: Balances) -> None:
        """The replay against what the store says, both at the same n."""
        report = self.report
        report.wallets, report.in_wallets = len(found.coins), sum(found.coins.values())
        totals = {
            "n": report.n,
            "issued": report.issued,
            "spent": report.spent,
            "minted": report.minted_milli,
            "shared": report.shared_milli,
        }
        for name, expected in totals.items():
            if found.totals[name] != expected:
                self.problem(f"total {name}: the store has {found.totals[name]}, the journal gives {expected}")
        if found.head != self.head:
            self.problem("the chain's head in the totals is not the journal's")
        self._compare_each("coins", self.coins, found.coins)
        self._compare_each("pending milli-diamonds", self.pending, found.pending)
        if report.issued != report.in_wallets + report.spent:
            self.problem(f"issued {report.issued} is not wallets {report.in_wallets} + spent {report.spent}")
        if report.minted_milli != sum(found.pending.values()):
            self.problem(f"minted {report.minted_milli} is not what the streamers have, {sum(found.pending.values())}")

    def _compare_each(self, unit: str, expected: Counter[str], found: dict[str, int]) -> None:
        for user in expected.keys() | found.keys():
            if expected[user] != found.get(user, 0):
                self.problem(f"{user}: the store has {found.get(user, 0)} {unit}, the journal gives {expected[user]}")


async def verify_ledger(audit: Audit, progress: Callable[[int], None] | None = None) -> Report:
    """The proof, on a store that may be in use: it holds for the n that the report names.

    Args:
        progress: told the n reached, now and then.

    Raises:
        StoreError: the store cannot be read.
    """
    replay = Replay()
    found = await audit.balances()
    replay.report.epoch = found.epoch
    async for batch in audit.journal(up_to=found.totals["n"]):
        replay.batch(batch)
        if progress is not None:
            progress(replay.report.n)
    replay.compare(found)
    for room, gifts in replay.offsets.items():
        await _check_room(audit, replay, room, gifts)
    return replay.report


async def _check_room(audit: Audit, replay: Replay, room: str, gifts: dict[int, str]) -> None:
    """Each gift of the journal is the event at its offset, as far back as the room's log goes; offsets are dense."""
    expected = None
    async for offset, event in audit.room_events(room):
        if expected is not None and offset != expected:
            replay.problem(f"room {room}: offset {offset} follows {expected - 1}")
        expected = offset + 1
        replay.report.room_events_checked += 1
        said = orjson.loads(event)
        if said["offset"] != offset:
            replay.problem(f"room {room}: the event at offset {offset} says {said['offset']}")
        gift_id = said["id"] if said["type"] == "gift_sent" else None
        # What was said after the balances were read is not in the replay.
        if gift_id != gifts.get(offset) and not (gift_id and offset > max(gifts)):
            replay.problem(f"room {room}: offset {offset} is gift {gift_id}, the journal has {gifts.get(offset)}")
    if expected is not None and max(gifts) >= expected:
        replay.problem(f"room {room}: the log ends at offset {expected - 1}, the journal has a gift at {max(gifts)}")
