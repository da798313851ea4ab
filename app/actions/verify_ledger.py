"""Proves the books: replays the whole journal against the chain, the totals, the balances and the rooms' logs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import orjson
from msgspec import Struct, field

from app.rules import postings
from app.rules.entries import Gift
from app.rules.money import MILLI
from app.rules.replay import Replay
from app.store.audit import Audit, Balances

OFFSETS_KEPT = 50_000


class Report(Struct, kw_only=True):
    """What was proved, in coins and milli-diamonds. `problems` is empty when the books balance."""

    epoch: str = ""
    n: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    wallets: int = 0
    issued: int = 0
    spent: int = 0
    clawed_back: int = 0
    in_wallets: int = 0
    owed: int = 0
    minted_milli: int = 0
    shared_milli: int = 0
    pending_milli: int = 0
    available_milli: int = 0
    held_milli: int = 0
    paid_milli: int = 0
    room_events_checked: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the books balance."""
        return not self.problems


class Proof:
    """A replay held against what the store says, and the gifts by their room and offset."""

    def __init__(self) -> None:
        self.replay = Replay()
        self.offsets: dict[str, dict[int, str]] = {}
        self.room_events_checked = 0

    def gift(self, n: int, gift: Gift) -> None:
        """Notes where a gift must stand in its room's log."""
        if gift.coins * MILLI != gift.streamer_milli + gift.platform_milli:
            self.replay.problem(
                f"n {n}: {gift.coins} coins are not {gift.streamer_milli} + {gift.platform_milli} milli-diamonds"
            )
        offsets = self.offsets.setdefault(gift.room, {})
        if offsets and gift.offset <= next(reversed(offsets)):
            # An ended room is forgotten after a while; one of the same name begins anew.
            offsets.clear()
        offsets[gift.offset] = gift.id
        if len(offsets) > 2 * OFFSETS_KEPT:
            # A room's log goes back some ten thousand events: what is older has nothing to be compared with.
            for old in list(islice(offsets, OFFSETS_KEPT)):
                del offsets[old]

    def compare(self, found: Balances) -> None:
        """The replay against what the store says, both at the same n."""
        replay, balances = self.replay, self.replay.balances
        totals = {
            "n": replay.n,
            "issued": -balances[postings.ISSUED],
            "spent": balances[postings.SPENT],
            "clawed": balances[postings.CLAWED_BACK],
            "minted": -balances[postings.MINTED] - balances[postings.SHARE],
            "shared": balances[postings.SHARE],
            "paid": balances[postings.PAID],
        }
        for name, expected in totals.items():
            if found.totals[name] != expected:
                replay.problem(f"total {name}: the store has {found.totals[name]}, the journal gives {expected}")
        if found.head != replay.head:
            replay.problem("the chain's head in the totals is not the journal's")
        accounts = found.accounts()
        for account in sorted(name for name in balances.keys() | accounts.keys() if not name.startswith(NOT_STORED)):
            if balances[account] != accounts.get(account, 0):
                replay.problem(
                    f"{account}: the store has {accounts.get(account, 0)}, the journal gives {balances[account]}"
                )

    def report(self, found: Balances) -> Report:
        """What was proved."""
        totals = found.totals
        report = Report(
            epoch=found.epoch,
            n=self.replay.n,
            kinds=dict(self.replay.kinds),
            wallets=len(found.columns["coins"]),
            issued=totals["issued"],
            spent=totals["spent"],
            clawed_back=totals["clawed"],
            minted_milli=totals["minted"],
            shared_milli=totals["shared"],
            paid_milli=totals["paid"],
            in_wallets=found.sum("coins"),
            owed=found.sum("debt"),
            pending_milli=found.sum("pending"),
            available_milli=found.sum("available"),
            held_milli=found.sum("held"),
            room_events_checked=self.room_events_checked,
            problems=self.replay.problems,
        )
        coins = report.in_wallets + report.spent + report.clawed_back
        if report.issued != coins:
            self.replay.problem(f"issued {report.issued} is not wallets + spent + clawed back, {coins}")
        milli = report.pending_milli + report.available_milli + report.held_milli + report.paid_milli
        if report.minted_milli != milli:
            self.replay.problem(f"minted {report.minted_milli} is not pending + available + held + paid, {milli}")
        return report


# Accounts of which the store keeps totals at most.
NOT_STORED = ("platform:", "provider:", "tax:")


async def verify_ledger(audit: Audit, progress: Callable[[int], None] | None = None) -> Report:
    """The proof, on a store that may be in use: it holds for the n that the report names.

    Args:
        audit: the books.
        progress: told the n reached, now and then.

    Raises:
        StoreError: the store cannot be read.
    """
    proof = Proof()
    found = await audit.balances()
    async for batch in audit.journal(up_to=found.totals["n"]):
        for n, entry, _ in proof.replay.batch(batch):
            if isinstance(entry, Gift):
                proof.gift(n, entry)
        if progress is not None:
            progress(proof.replay.n)
    proof.compare(found)
    for room, gifts in proof.offsets.items():
        await _check_room(audit, proof, room, gifts)
    return proof.report(found)


async def _check_room(audit: Audit, proof: Proof, room: str, gifts: dict[int, str]) -> None:
    """Each gift of the journal is the event at its offset, as far back as the room's log goes; offsets are dense."""
    expected, problem = None, proof.replay.problem
    async for offset, event in audit.room_events(room):
        if expected is not None and offset != expected:
            problem(f"room {room}: offset {offset} follows {expected - 1}")
        expected = offset + 1
        proof.room_events_checked += 1
        said = orjson.loads(event)
        if said["offset"] != offset:
            problem(f"room {room}: the event at offset {offset} says {said['offset']}")
        gift_id = said["id"] if said["type"] == "gift_sent" else None
        # What was said after the balances were read is not in the replay.
        if gift_id != gifts.get(offset) and not (gift_id and offset > max(gifts)):
            problem(f"room {room}: offset {offset} is gift {gift_id}, the journal has {gifts.get(offset)}")
    if expected is not None and max(gifts) >= expected:
        problem(f"room {room}: the log ends at offset {expected - 1}, the journal has a gift at {max(gifts)}")
