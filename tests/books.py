"""Audits a whole ledger by means of its own: every promised invariant, from what the store holds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from hashlib import sha1
from typing import Any

from app.rules.messages import CommentPosted, CommentRemoved, Event, GiftSent, RoomChanged, Streak, StreakEnded
from app.store.rooms import EVENT_JOIN, read_message
from tests.rules.shapes import strictly
from tests.world import World


class Books:
    """What the journal says, replayed."""

    def __init__(self) -> None:
        self.n = 0
        self.chain = ""
        self.coins: Counter[str] = Counter()
        self.pending: Counter[str] = Counter()
        self.issued = self.spent = self.minted = self.shared = 0
        self.ids: set[tuple[str, str]] = set()
        self.grants: dict[str, str] = {}
        self.gifts: dict[tuple[str, int], list[Any]] = {}

    def enter(self, entry: list[Any]) -> None:
        """Replays one entry and holds it against those before it."""
        self.n += 1
        if entry[0] == "grant":
            _, key, user, coins, _, _, left = entry
            assert key not in self.grants
            self.grants[key] = f"{self.n}|{left}"
            self.issued += coins
            self.coins[user] += coins
        else:
            _, gift_id, user, receiver, room, _, quantity, coins, milli, share, offset, left, _, _ = entry
            assert (user, gift_id) not in self.ids
            self.ids.add((user, gift_id))
            assert coins * 1000 == milli + share
            assert min(coins, quantity, milli + 1, share + 1) > 0
            self.spent, self.minted, self.shared = self.spent + coins, self.minted + milli, self.shared + share
            self.coins[user] -= coins
            self.pending[receiver] += milli
            self.gifts[room, offset] = entry
        assert left == self.coins[user] >= 0


async def read_journal(world: World) -> Books:
    """The journal replayed, its chain and its numbers checked."""
    books, at = Books(), 0
    for _, flat in await world.store.call("XRANGE", world.keys.journal, "-", "+"):
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
    entries = await world.store.call("XRANGE", world.keys.log(room), "-", "+")
    events: list[Any] = []
    for stream_id, (_, message) in entries:
        _, chunk = read_message(message)
        assert len(events) + 1 == chunk.first
        events += [strictly(raw, Event) for raw in chunk.events.split(EVENT_JOIN)]
        assert (len(events), f"{len(events)}-0") == (chunk.last, stream_id.decode())
    assert list(range(1, len(events) + 1)) == [event.offset for event in events]
    return events


async def check_books(world: World) -> Books:
    """Every invariant of the ledger and its rooms, now."""
    books = await read_journal(world)
    totals = await read_hash(world, world.keys.totals)
    said = {name: int(totals[name]) for name in ("n", "issued", "spent", "minted", "shared")}
    assert {name: getattr(books, name) for name in said} == said
    assert books.chain == totals["h"]

    coins = {user: int(text) for user, text in (await read_hash(world, world.keys.coins)).items()}
    pending = {user: int(text) for user, text in (await read_hash(world, world.keys.pending)).items()}
    assert dict(books.coins) == coins
    assert dict(books.pending) == pending
    assert min([0, *coins.values(), *pending.values()]) == 0
    assert said["issued"] == sum(coins.values()) + said["spent"]
    assert said["minted"] == sum(pending.values())
    assert said["spent"] * 1000 == said["minted"] + said["shared"]
    grants = await read_hash(world, world.keys.grants)
    assert books.grants == {key: record[16:] for key, record in grants.items()}

    for room in world.room:
        await check_room(world, books, room)
    return books


async def check_room(world: World, books: Books, room: str) -> None:
    """The room's log against the journal, its board, its total and its streaks."""
    events, values = await read_log(world, room), await read_hash(world, world.keys.room(room))
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
            assert [event.streak and event.streak.id, event.streak.count if event.streak else 0] == entry[12:]
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
            assert isinstance(event, CommentRemoved | RoomChanged)
    assert sum(entry[7] for entry in entries.values()) == int(values["coins"])
    assert set(said.values()) <= {1}

    found = await world.store.call("ZRANGE", world.keys.board(room), 0, -1, "WITHSCORES")
    assert dict(board) == {user.decode(): int(score) for user, score in found}
    running: dict[str, Streak] = defaultdict()
    for text in (await read_hash(world, world.keys.streaks(room))).values():
        streak_id, count, coins, _, _ = text.split("|", 4)
        running[streak_id] = Streak(streak_id, int(count), int(coins))
    assert {key: streak for key, streak in streaks.items() if key not in ended} == dict(running)
