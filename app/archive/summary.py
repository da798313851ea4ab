"""What is summed up from entries while they are archived: earnings, what matures, lots, who is frozen, the rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select, update

from app.archive import bulk
from app.archive.keys import short
from app.archive.schema import (
    BOARDS,
    EARNED_DAYS,
    EARNED_GIFTERS,
    EARNED_GIFTS,
    ENTRIES,
    FROZEN,
    GIFT_OFFSETS,
    LOTS,
    MATURING,
    NOBODY,
    OTHER_LINES,
    SETTLED,
)
from app.rules.boards import ALL_DAYS
from app.rules.entries import ClawBack, Freeze, Gift, Settlement, ShownGift, Undone, Unfreeze
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid
from app.rules.holds import due_ms
from app.rules.moves import CoinsMove
from app.rules.postings import coins_of, diamonds_of
from app.rules.replay import Read

DAY_MS = 86_400_000
Sums = dict[str | int, tuple[int, int, int]]
"""Gifts, coins and milli-diamonds, by who gave them, or by which gift it was."""
Owner = tuple[str | int, int]
"""A streamer or a room, and the day."""
Earned = dict[Owner, Sums]
NOTHING = (0, 0, 0)
HoldMs = Callable[[str], int]
"""How long diamonds are pending, by the id of the rate card that they were earned by."""


class Summary:
    """The sums of one transaction.

    Args:
        ids: the archive's ids of accounts, by name.
        hold_ms: how long diamonds are pending that were earned by a rate card.
        partition: whose entries they are.
    """

    def __init__(self, ids: Mapping[str, int], hold_ms: HoldMs, partition: int = 0) -> None:
        self._ids = ids
        self._partition = partition
        self._hold_ms = hold_ms
        self._gifters: Earned = {}
        self._gifts: Earned = {}
        self._maturing: Counter[tuple[int, int]] = Counter()
        self._lots: list[bulk.Row] = []
        self._rooms: Earned = {}
        self._offsets: dict[str, int] = {}
        self._others: list[bulk.Row] = []
        self._later: list[Read] = []

    def add(self, read: Read, at_ms: int) -> None:
        """Adds an entry that was written at that time."""
        entry = read.entry
        if isinstance(entry, Gift):
            self._show(entry, at_ms)
            self._earn(entry, entry.receiver, entry.streamer_milli, at_ms)
        elif isinstance(entry, GiftDelivered):
            self._show(entry, at_ms)
            if not entry.elsewhere:
                self._earn(entry, entry.receiver, entry.streamer_milli, at_ms)
        elif isinstance(entry, GiftCredited):
            self._earn(entry, entry.user, entry.milli, at_ms)
        elif not isinstance(entry, GiftPaid | GiftClosed):
            # Those count where they arrive.
            self._other(read)

    def _other(self, read: Read) -> None:
        entry = read.entry
        self._others += [(self._ids[account], read.n) for account, _, _ in read.postings]
        if isinstance(entry, CoinsMove) and entry.op == "credit":
            if entry.coins > entry.owed:
                self._lots.append((self._ids[coins_of(entry.user)], read.n, entry.coins - entry.owed, 0))
        else:
            self._later.append(read)

    def _show(self, gift: ShownGift, at_ms: int) -> None:
        """Counts it in its room."""
        self._offsets[gift.room] = gift.offset
        if not gift.anonymous:
            gifter = self._ids[coins_of(gift.sender)]
            _count(self._rooms, (gift.room, at_ms // DAY_MS), gifter, (gift.quantity, gift.coins, gift.streamer_milli))

    def _earn(self, gift: ShownGift | GiftCredited, receiver: str, milli: int, at_ms: int) -> None:
        """Counts it as earned."""
        ids = self._ids
        streamer, day = ids[diamonds_of(receiver, "pending")], at_ms // DAY_MS
        sums = (gift.quantity, gift.coins, milli)
        gifter = NOBODY if gift.anonymous else ids[coins_of(gift.sender)]
        _count(self._gifters, (streamer, day), gifter, sums)
        _count(self._gifts, (streamer, day), gift.gift, sums)
        self._maturing[streamer, due_ms(at_ms, self._hold_ms(gift.card))] += milli

    def write(self, connection: Connection) -> None:
        """Writes the sums, behind the entries and postings that they come from."""
        days = [(*owner, *_sum(by.values())) for owner, by in sorted(self._gifts.items())]
        bulk.add(connection, EARNED_DAYS, days)
        bulk.add(connection, EARNED_GIFTERS, _rows(_with_all_days(self._gifters)))
        bulk.add(connection, EARNED_GIFTS, _rows(self._gifts))
        bulk.add(connection, BOARDS, [row[:-1] for row in _rows(_with_all_days(self._rooms))])
        bulk.add(connection, MATURING, [(*key, milli) for key, milli in sorted(self._maturing.items())])
        bulk.insert(connection, LOTS, self._lots)
        bulk.insert(connection, OTHER_LINES, self._others)
        bulk.put(connection, GIFT_OFFSETS, sorted(self._offsets.items()))
        for n, entry, _ in self._later:
            if isinstance(entry, Settlement):
                _settle(connection, self._ids[diamonds_of(entry.user, "pending")], entry)
            elif isinstance(entry, ClawBack) and entry.state == "pending" and entry.milli > entry.owed:
                _take_from_maturing(connection, self._ids[diamonds_of(entry.user, "pending")], entry.milli - entry.owed)
            elif isinstance(entry, Undone) and entry.coins > entry.owed:
                _take_from_lots(connection, self._partition, self._ids[coins_of(entry.user)], entry)
            elif isinstance(entry, Freeze | Unfreeze):
                here = (FROZEN.c.person == entry.user, FROZEN.c.partition == self._partition)
                connection.execute(delete(FROZEN).where(*here))
                if isinstance(entry, Freeze):
                    connection.execute(insert(FROZEN).values(person=entry.user, partition=self._partition, n=n))


def _count(earned: Earned, owner: Owner, by: str | int, more: tuple[int, int, int]) -> None:
    sums = earned.get(owner)
    if sums is None:
        sums = earned[owner] = {}
    gifts, coins, milli = sums.get(by, NOTHING)
    sums[by] = gifts + more[0], coins + more[1], milli + more[2]


def _sum(sums: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    gifts, coins, milli = map(sum, zip(*sums, strict=True))
    return gifts, coins, milli


def _both(one: Sums, more: Sums) -> Sums:
    return {by: _sum((one.get(by, NOTHING), more.get(by, NOTHING))) for by in one | more}


def _rows(earned: Earned) -> list[bulk.Row]:
    """In the order of their tables' keys."""
    return [(*owner, by, *sums[by]) for owner, sums in sorted(earned.items()) for by in sorted(sums)]


def _with_all_days(earned: Earned) -> Earned:
    """The sums of each day, and of all days in one beside them."""
    all_days: Earned = {}
    for (owner, _), sums in earned.items():
        before = all_days.get((owner, ALL_DAYS))
        # Mostly they are of one day.
        all_days[owner, ALL_DAYS] = sums if before is None else _both(before, sums)
    return {**earned, **all_days}


def _settle(connection: Connection, streamer: int, entry: Settlement) -> None:
    _take_from_maturing(connection, streamer, entry.milli)
    connection.execute(delete(SETTLED).where(SETTLED.c.streamer == streamer))
    connection.execute(insert(SETTLED).values(streamer=streamer, until_ms=entry.until_ms))


def _take_from_maturing(connection: Connection, streamer: int, rest: int) -> None:
    """Takes so much out of what matures, the oldest first: more may have become due at the same time since."""
    spans = select(MATURING.c.due_ms, MATURING.c.milli).where(MATURING.c.streamer == streamer)
    for due, milli in connection.execute(spans.order_by(MATURING.c.due_ms)).all():
        where = (MATURING.c.streamer == streamer, MATURING.c.due_ms == due)
        if milli > rest:
            connection.execute(update(MATURING).where(*where).values(milli=milli - rest))
            break
        connection.execute(delete(MATURING).where(*where))
        rest -= milli


def _take_from_lots(connection: Connection, partition: int, account: int, entry: Undone) -> None:
    """Coins of a purchase that went back came out of its own lots, the newest first: that is the least spent."""
    rest = entry.coins - entry.owed
    keys = [short(f"{kind}:{entry.purchase}") for kind in ("purchase", "bonus")]
    lots = select(LOTS.c.n, LOTS.c.coins - LOTS.c.removed).join(ENTRIES, ENTRIES.c.n == LOTS.c.n)
    lots = lots.where(ENTRIES.c.partition == partition, ENTRIES.c.key.in_(keys))
    lots = lots.where(LOTS.c.account == account).order_by(LOTS.c.n.desc())
    for n, left in connection.execute(lots).all():
        taken = min(left, rest)
        this = (LOTS.c.account == account, LOTS.c.n == n)
        connection.execute(update(LOTS).where(*this).values(removed=LOTS.c.removed + taken))
        rest -= taken
