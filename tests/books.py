"""Audits a whole ledger by means of its own: every promised invariant, from what the store holds.

Each partition is held against its own journal, and all of them against each other: see tests/crossed.py.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from hashlib import sha1
from typing import Any

from app.rules import levels
from app.rules.messages import (
    CommentPosted,
    CommentRemoved,
    Event,
    GiftSent,
    GoalChanged,
    GoalReached,
    LevelUp,
    MessageRemoved,
    RoomChanged,
    Streak,
    StreakEnded,
)
from app.store.goals import view_of
from app.store.keys import Keys
from app.store.rooms import EVENT_JOIN, read_message
from tests.crossed import Crossed
from tests.goals import GoalModel
from tests.rules.shapes import strictly
from tests.world import World

LEVELS = levels.load()
CREDITS = ("grant", "bonus", "purchase", "chargeback_reversed")
STATES = {
    "settlement": ("pending", "available"),
    "payout_hold": ("available", "held"),
    "payout_paid": ("held", "paid"),
    "payout_returned": ("held", "available"),
}


class Books:
    """What the journal of a partition says, replayed."""

    def __init__(self) -> None:
        self.n = 0
        self.chain = ""
        self.columns: dict[str, Counter[str]] = {
            name: Counter() for name in ("coins", "debt", "given", "pending", "available", "held", "paid")
        }
        self.coins, self.pending = self.columns["coins"], self.columns["pending"]
        self.seized = self.issued = self.spent = self.clawed = self.minted = self.shared = self.promoted = 0
        self.escrow = 0
        self.frozen: set[str] = set()
        self.ids: set[tuple[str, str]] = set()
        self.moves: dict[str, str] = {}
        self.gifts: dict[tuple[str, int], list[Any]] = {}
        self.levels: dict[tuple[str, int], tuple[str, int]] = {}
        self.crossed = Crossed()

    @property
    def paid(self) -> int:
        """Milli-diamonds that were paid out."""
        return sum(self.columns["paid"].values())

    def add(self, other: Books) -> None:
        """Takes what another partition has: sums, and what everybody has there."""
        for name in ("n", "seized", "issued", "spent", "clawed", "minted", "shared", "promoted", "escrow"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, column in self.columns.items():
            column.update(other.columns[name])

    def enter(self, entry: list[Any]) -> None:
        """Replays one entry and holds it against those before it."""
        self.n += 1
        kind = entry[0]
        if kind == "gift":
            self._gift(entry)
        elif kind == "gift_paid":
            self.escrow += entry[7]
            self.crossed.paid(self.n, entry, self._pay(entry, entry[12], entry[14:]))
        elif kind == "gift_delivered":
            self.crossed.delivered(self.n, entry)
            self._show(entry, earns=not entry[13])
        elif kind == "gift_closed":
            self.crossed.closed(entry)
            self.escrow, self.spent = self.escrow - entry[7], self.spent + entry[7]
        elif kind == "gift_returned":
            self.crossed.returned(entry)
            self._give_back(entry)
        else:
            self._move(*entry)

    def _gift(self, entry: list[Any]) -> None:
        level = self._pay(entry, entry[13], entry[16:])
        if level is not None:
            self.levels[entry[4], entry[12]] = entry[2], level
        self.spent += entry[7]
        self._show(entry, earns=True)

    def _pay(self, entry: list[Any], left: int, anonymous: list[bool]) -> int | None:
        """A gift is paid; the level that its sender came to by it, for all to see."""
        gift_id, user, _, _, _, quantity, coins, milli, share = entry[1:10]
        assert anonymous in ([], [True])
        assert (user, gift_id) not in self.ids
        self.ids.add((user, gift_id))
        assert coins * 1000 == milli + share
        assert min(coins, quantity, milli + 1, share + 1) > 0
        self.coins[user] -= coins
        given = self.columns["given"]
        before, given[user] = LEVELS.of(given[user]), given[user] + coins
        assert user not in self.frozen
        assert not self.columns["debt"][user]
        assert left == self.coins[user] >= 0
        return LEVELS.of(given[user]) if before != LEVELS.of(given[user]) and not anonymous else None

    def _show(self, entry: list[Any], *, earns: bool) -> None:
        """A gift is in its room, and its receiver earns by it there, or elsewhere."""
        if earns:
            self.pending[entry[3]] += entry[8]
            self.minted += entry[8]
        self.shared += entry[9]
        self.gifts[entry[4], entry[12]] = entry

    def _give_back(self, entry: list[Any]) -> None:
        user, coins, (owed, coins_left, debt_left) = entry[2], entry[7], entry[12:15]
        debt = self.columns["debt"]
        assert owed == min(debt[user], coins)
        self.escrow, self.clawed = self.escrow - coins, self.clawed + owed
        self.coins[user] += coins - owed
        debt[user] -= owed
        self.columns["given"][user] -= coins
        assert (coins_left, debt_left) == (self.coins[user], debt[user])

    def _move(self, kind: str, owed: int, noted: list[int], name: str, user: str, *fields: Any) -> None:
        stage = f":{fields[-2]}" if kind == "payout_returned" else ""
        if kind == "claw_back":
            stage = f":{user}:{fields[1]}"
        assert stage in ("", ":held", ":paid", f":{user}:pending", f":{user}:available")
        key = f"{kind}:{name}{stage}"
        if kind == "gift_credited":
            key = f"credited:{fields[1]}:{name}"
        assert key not in self.moves
        self.moves[key] = f"{self.n}|{owed}|{','.join(map(str, noted))}"
        if kind in ("freeze", "unfreeze"):
            (self.frozen.add if kind == "freeze" else self.frozen.discard)(user)
            assert [] == noted
        elif kind in STATES:
            source, target = ("paid", "available") if stage == ":paid" else STATES[kind]
            self.columns[source][user] -= fields[0]
            self.columns[target][user] += fields[0]
            assert noted == [self.columns[state][user] for state in ("pending", "available", "held")]
        elif kind == "claw_back":
            milli, state, *_ = fields
            assert owed == max(0, milli - self.columns[state][user])
            self.columns[state][user] -= milli - owed
            self.minted, self.seized = self.minted - milli + owed, self.seized + milli - owed
            assert noted == [self.columns[state][user] for state in ("pending", "available", "held")]
        elif kind == "gift_credited":
            self.crossed.credited(name, user, fields)
            self.pending[user] += fields[0]
            self.minted += fields[0]
            assert noted == [self.columns[state][user] for state in ("pending", "available", "held")]
        elif kind in ("promotion", "promotion_returned"):
            self._promotion(-fields[0] if kind == "promotion" else fields[0], user, owed)
            assert noted == [self.coins[user], self.columns["debt"][user]]
        else:
            self._coins(kind in CREDITS or (kind == "adjustment" and fields[0] > 0), user, abs(fields[0]), owed)
            assert noted == [self.coins[user], self.columns["debt"][user]]
        assert min(0, *noted, owed) == 0

    def _promotion(self, coins: int, user: str, owed: int) -> None:
        debt = self.columns["debt"]
        if coins < 0:
            assert user not in self.frozen
            assert (debt[user], owed) == (0, 0)
        else:
            assert owed == min(debt[user], coins)
        self.spent, self.clawed = self.spent - coins, self.clawed + owed
        self.promoted -= coins
        self.coins[user] += coins - owed
        debt[user] -= owed
        assert self.coins[user] >= 0
        assert self.spent >= 0

    def _coins(self, is_credit: bool, user: str, coins: int, owed: int) -> None:
        debt = self.columns["debt"]
        if is_credit:
            assert owed == min(debt[user], coins)
            self.issued, self.clawed = self.issued + coins, self.clawed + owed
            self.coins[user] += coins - owed
            debt[user] -= owed
        else:
            assert owed == max(0, coins - self.coins[user])
            self.clawed += coins - owed
            self.coins[user] -= coins - owed
            debt[user] += owed


async def read_journal(world: World, keys: Keys) -> Books:
    """The journal of a partition replayed, its chain and its numbers checked."""
    books, at = Books(), 0
    for _, flat in await world.store.call("XRANGE", keys.journal, "-", "+"):
        fields = {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
        assert str(books.n + 1) == fields["n"]
        for line in fields["e"].split("\n"):
            books.enter(json.loads(line))
        assert int(fields["n"]) + int(fields["k"]) - 1 == books.n
        books.chain = sha1((books.chain + fields["n"] + sha1(fields["e"].encode()).hexdigest()).encode()).hexdigest()
        assert books.chain == fields["h"]
        assert at <= int(fields["at"])
        at = int(fields["at"])
    return books


async def read_hash(world: World, key: str) -> dict[str, str]:
    """A hash as text."""
    found = await world.store.call("HGETALL", key)
    return {name.decode(): value.decode() for name, value in found.items()}


async def read_log(world: World, room: str) -> list[Any]:
    """A room's events, dense from 1 to its offset, each of them well formed."""
    keys = (await world.partitions.at(room)).keys
    entries = await world.store.call("XRANGE", keys.log(room), "-", "+")
    events: list[Any] = []
    for stream_id, (_, message) in entries:
        _, chunk = read_message(message)
        assert len(events) + 1 == chunk.first
        events += [strictly(raw, Event) for raw in chunk.events.split(EVENT_JOIN)]
        assert (len(events), f"{len(events)}-0") == (chunk.last, stream_id.decode())
    assert list(range(1, len(events) + 1)) == [event.offset for event in events]
    return events


async def check_books(world: World) -> Books:
    """Every invariant of the ledger and its rooms, now; with several partitions, what all of them say together."""
    found = [await read_journal(world, ledger.keys) for ledger in world.partitions.ledgers]
    for books, ledger in zip(found, world.partitions.ledgers, strict=True):
        await check_partition(world, books, ledger.keys)
    lying = [await world.store.call("HKEYS", ledger.keys.outbox) for ledger in world.partitions.ledgers]
    crossed = Crossed.check([books.crossed for books in found], [[name.decode() for name in some] for some in lying])
    for books in found:
        books.levels |= {place: level for place, level in crossed.levels.items() if place in books.gifts}
    for room in world.room:
        rooms = await world.partitions.at(room)
        await check_room(world, found[rooms.standing.partition], room, rooms.keys)

    whole = found[0]
    for books in found[1:]:
        whole.add(books)
    given = (whole.spent - whole.promoted + crossed.unspent) * 1000
    assert given == whole.minted + whole.shared + whole.seized + crossed.uncredited_milli
    return whole


async def check_partition(world: World, books: Books, keys: Keys) -> None:
    """The totals, balances and keys of a partition against its journal."""
    totals = {"escrow": "0", **await read_hash(world, keys.totals)}
    names = ("n", "issued", "spent", "clawed", "minted", "shared", "paid", "escrow")
    said = {name: int(totals[name]) for name in names}
    assert {name: getattr(books, name) for name in said} == said
    assert books.chain == totals["h"]

    stored = ("coins", "debt", "given", "pending", "available", "held")
    sums = {}
    for name in stored:
        found = {user: int(text) for user, text in (await read_hash(world, getattr(keys, name))).items()}
        assert {user: amount for user, amount in books.columns[name].items() if amount} == {
            user: amount for user, amount in found.items() if amount
        }
        assert min([0, *found.values()]) == 0
        sums[name] = sum(found.values())
    assert said["issued"] == sums["coins"] + said["escrow"] + said["spent"] + said["clawed"]
    assert said["minted"] == sums["pending"] + sums["available"] + sums["held"] + said["paid"]
    moves = await read_hash(world, keys.moves)
    assert books.moves == {key: record[16:] for key, record in moves.items()}


async def check_room(world: World, books: Books, room: str, keys: Keys) -> None:
    """The room's log against the journal, its board, its total, its goal and its streaks."""
    events, values = await read_log(world, room), await read_hash(world, keys.room(room))
    assert len(events) == int(values["offset"])
    gifts = {event.offset: event for event in events if isinstance(event, GiftSent)}
    entries = {offset: entry for (where, offset), entry in books.gifts.items() if where == room}
    assert entries.keys() == gifts.keys()
    board: Counter[str] = Counter()
    streaks: dict[str, Streak] = {}
    ended: dict[str, Streak] = {}
    said: Counter[str] = Counter()
    for event in events:
        if isinstance(event, GiftSent):
            entry = entries[event.offset]
            assert entry[1] == event.id
            assert entry[3] == event.receiver
            assert entry[5:8] == [event.gift, event.quantity, event.coins]
            assert [event.streak and event.streak.id, event.streak.count if event.streak else 0] == entry[14:16]
            assert (event.sender.id is None) == (entry[16:] == [True])
            if event.sender.id is not None:
                board[entry[2]] += event.coins
            if event.streak is not None:
                before = streaks.get(event.streak.id, Streak(event.streak.id, 0, 0))
                assert Streak(before.id, before.count + event.quantity, before.coins + event.coins) == event.streak
                assert event.streak.id not in ended
                streaks[event.streak.id] = event.streak
        elif isinstance(event, StreakEnded):
            assert event.streak.id not in ended
            ended[event.streak.id] = event.streak
            assert streaks[event.streak.id] == event.streak
        elif isinstance(event, CommentPosted):
            said[event.id] += 1
        else:
            assert isinstance(
                event, CommentRemoved | MessageRemoved | RoomChanged | GoalChanged | GoalReached | LevelUp
            )
    assert sum(entry[7] for entry in entries.values()) == int(values["coins"])
    assert set(said.values()) <= {1}
    reached = [books.levels[room, offset] for offset in gifts if (room, offset) in books.levels]
    assert reached == [(event.user.id, event.level) for event in events if isinstance(event, LevelUp)]
    assert all(event.user.level == event.level for event in events if isinstance(event, LevelUp))
    goal = view_of(values["goal"].encode() if "goal" in values else None)
    assert GoalModel(events).progress == (goal and (goal.progress, goal.reached))

    found = await world.store.call("ZRANGE", keys.board(room), 0, -1, "WITHSCORES")
    assert dict(board) == {user.decode(): int(score) for user, score in found}
    running: dict[str, Streak] = defaultdict()
    for text in (await read_hash(world, keys.streaks(room))).values():
        streak_id, count, coins, _, _ = text.split("|", 4)
        running[streak_id] = Streak(streak_id, int(count), int(coins))
    assert {key: streak for key, streak in streaks.items() if key not in ended} == dict(running)
