"""Rooms in the store: their properties, their log of events, their picture at one offset."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import msgspec

from app.base.errors import Refusal, refusal_of
from app.rules.goals import Goal, GoalView
from app.rules.messages import BOARD_MAX, STREAKS_MAX
from app.rules.rooms import Media, Payee, Room
from app.store import goals
from app.store.boards import place_json
from app.store.client import Store
from app.store.standing import Standing

_pack = msgspec.msgpack.Encoder().encode

RECENT_ENTRIES = 20
ENDED_KEPT_MS = 7 * 24 * 3600 * 1000
VIEWERS_GOOD_FOR_MS = 10_000
SAID_BUCKET_MS = 10 * 60 * 1000
SAID_KEPT_MS = 2 * SAID_BUCKET_MS + 60_000
# Far more than a page shows; older ones have left every screen.
COMMENTS_KNOWN = 5_000
# A script cannot take more than some 8 000 values apart, and everybody waits for it.
STREAKS_A_CALL = 500
EVENT_JOIN = b",\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Events `first` to `last` of a room, as JSON joined by EVENT_JOIN."""

    first: int
    last: int
    events: bytes

    def after(self, offset: int) -> bytes:
        """The events beyond `offset`, joined in the same way."""
        if offset < self.first:
            return self.events
        return EVENT_JOIN.join(self.events.split(EVENT_JOIN)[offset - self.first + 1 :])


def read_message(message: bytes) -> tuple[bytes, Chunk]:
    """The room's epoch and the events of a message, as its log and its channel have it: see lib/room_log.lua."""
    head, _, events = message.partition(b"\n")
    epoch, first, last = head.split(b" ")
    return epoch, Chunk(int(first), int(last), events)


@dataclass(frozen=True, slots=True)
class Picture:
    """A room at one offset. `board` is the leaderboard, `streaks` some that run, `goal` its goal, all three as JSON.

    `recent` are the last chunks of its events.
    """

    room: Room
    offset: int
    coins_total: int
    board: bytes
    streaks: bytes
    streaks_more: int
    recent: tuple[Chunk, ...]
    goal: bytes


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment to be posted: the room, the comment's id, the fields of its event, whose it is.

    `is_free` are those of the room's keepers: neither slow nor off. `was_held` are those that have waited for a
    moderator: they wait until they are posted, and are not posted where they wait no more.
    """

    room: str
    id: str
    fields: str
    sender: str = ""
    is_free: bool = False
    was_held: bool = False


GivenElsewhere = Callable[[Sequence[bytes], Sequence[bytes | None]], Awaitable[Sequence[bytes | None]]]
"""Takes people, and what each has given as far as it stands beside a room; answers what they have given in all."""


class Rooms:
    """The rooms of one partition, whose ledger stands so. A room's epoch for others ends with the ledger's term.

    Args:
        standing: how it stands.
        given_elsewhere: asks for what people of other partitions have given; None where there are no others.
    """

    def __init__(self, standing: Standing, given_elsewhere: GivenElsewhere | None = None) -> None:
        self.standing = standing
        self.keys = standing.keys
        self.epoch = standing.epoch
        self._given_elsewhere = given_elsewhere

    @property
    def store(self) -> Store:
        """Where they are kept."""
        return self.standing.store

    async def open(self, room: Room, new_epoch: str, changed_fields: str) -> str:
        """Creates the room, or makes an ended one live again: 'created', 'reopened', or 'live' where it already was."""
        keys = self.keys
        names = [keys.totals, *self._room_keys(room.id), keys.comments(room.id), keys.rooms]
        names += (keys.overlay(room.id), keys.gift_board(room.id), keys.moderation(room.id))
        result = await self.standing.run(
            "open_room",
            names,
            room.id,
            keys.channel(room.id),
            new_epoch,
            changed_fields,
            *properties_of(room).values(),
        )
        return _unless_refused(result)

    async def change(self, room: str, changed_fields: str, values: dict[str, str]) -> None:
        """Changes properties (`status`, `title`; the others as JSON) and says so in the room."""
        flat = [part for pair in values.items() for part in pair]
        keys = self.keys
        names = [keys.totals, *self._room_keys(room), keys.comments(room), keys.rooms]
        names += (keys.overlay(room), keys.gift_board(room), keys.moderation(room))
        result = await self.standing.run(
            "change_room",
            names,
            room,
            self.keys.channel(room),
            changed_fields,
            ENDED_KEPT_MS,
            *flat,
        )
        _unless_refused(result)

    async def post(self, comments: list[Comment], now_ms: int) -> Sequence[bytes]:
        """Posts a batch of comments; the texts are those of `post_comments.lua`. Raises as Store.call does."""
        keys = self.keys
        rooms = {room: i + 1 for i, room in enumerate(dict.fromkeys(comment.room for comment in comments))}
        bucket = now_ms // SAID_BUCKET_MS
        names = [keys.totals, keys.said(bucket), keys.said(bucket - 1)]
        for room in rooms:
            names += (keys.room(room), keys.log(room), keys.comments(room), keys.moderation(room), keys.paces(room))
        packed = [(rooms[c.room], c.id, c.fields, c.sender, c.is_free, c.was_held) for c in comments]
        where = [(room, keys.channel(room)) for room in rooms]
        blob = _pack((SAID_KEPT_MS, COMMENTS_KNOWN, where, packed))
        results: Sequence[bytes] = await self.standing.run("post_comments", names, blob)
        return results

    async def remove(self, comment: Comment, now_ms: int) -> bool:
        """Removes a comment, with the fields of the event that says so; False where it was removed before.

        Raises:
            Refusal: `unknown_comment`, `room_not_found` or `uninitialised`.
        """
        keys, room, bucket = self.keys, comment.room, now_ms // SAID_BUCKET_MS
        names = [keys.totals, keys.room(room), keys.log(room), keys.comments(room)]
        names += [keys.removed(bucket), keys.removed(bucket - 1)]
        args = (room, keys.channel(room), comment.id, comment.fields, SAID_KEPT_MS)
        return _unless_refused(await self.standing.run("remove_comment", names, *args)) == "N"

    async def picture(self, room: str, board: int = BOARD_MAX, recent: int = RECENT_ENTRIES) -> Picture:
        """The room, its leaderboard, running streaks and latest events, all at one offset.

        Raises:
            Refusal: `room_not_found` or `uninitialised`.
        """
        keys = self.keys
        names = [keys.totals, *self._room_keys(room), keys.names, keys.given, keys.left_boards, keys.gift_board(room)]
        refused, *rest = await self.store.run("read_room", names, self.epoch, board, recent, STREAKS_MAX)
        _unless_refused(refused)
        term, flat, ranks, gifts, people, given, log, streaks, running = rest
        if not flat:
            raise Refusal("room_not_found")
        values, places = _pairs(flat), _pairs(ranks)
        if self._given_elsewhere is not None:
            given = await self._given_elsewhere(list(places), given)
        rows = zip(places.items(), gifts or repeat(None), people, given, strict=False)
        lines = [
            place_json(user, person, all_coins, int(coins), None if count is None else int(count))
            for (user, coins), count, person, all_coins in rows
        ]
        return Picture(
            _room_of(room, values, term),
            int(values[b"offset"]),
            int(values[b"coins"]),
            b"[" + b",".join(lines) + b"]",
            b"[" + b",".join(_streak_json(field, text) for field, text in _pairs(streaks).items()) + b"]",
            running - len(streaks) // 2,
            tuple(_chunk(entry) for entry in reversed(log)),
            goals.json_of(values.get(b"goal")),
        )

    async def events_after(self, room: str, offset: int, limit: int) -> list[Chunk]:
        """The log's chunks that hold the events beyond `offset`, at most `limit` chunks, oldest first."""
        return await self._events(self.store.call, room, f"({offset}-0", limit)

    async def events_from(self, room: str, offset: int, limit: int) -> list[Chunk]:
        """The same, with the chunk before them that ends at `offset`, where the log still has it; none that a failover
        could take back.
        """
        return await self._events(self.store.call_kept, room, f"{offset}-0", limit)

    async def _events(self, call: Callable[..., Awaitable[Any]], room: str, start: str, limit: int) -> list[Chunk]:
        entries = await call("XRANGE", self.keys.log(room), start, "+", "COUNT", limit)
        return [_chunk(entry) for entry in entries]

    async def offset(self, room: str) -> int:
        """The offset of the room's last event; 0 where there is no such room."""
        return int(await self.store.call("HGET", self.keys.room(room), "offset") or 0)

    async def live(self, after: tuple[int, str] | None, limit: int) -> list[tuple[int, str]]:
        """Live rooms, the newest first, each with when it went live and its id; behind `after`, such a pair."""
        key, start = self.keys.rooms, 0
        if after is not None:
            at_ms, room = after
            rank = await self.store.call("ZREVRANK", key, room)
            # Where that room has ended meanwhile, those that went live later than it are behind us.
            start = await self.store.call("ZCOUNT", key, f"({at_ms}", "+inf") if rank is None else rank + 1
        found = list[tuple[int, str]]()
        while len(found) < limit:
            page = await self.store.call("ZREVRANGE", key, start, start + limit - 1, "WITHSCORES")
            pairs = [(int(at_ms), room.decode()) for room, at_ms in page]
            # Of those that went live in the same millisecond, some stand before it.
            found += [pair for pair in pairs if after is None or pair < after]
            if len(page) < limit:
                break
            start += limit
        return found[:limit]

    async def all_live(self) -> list[str]:
        """The ids of all live rooms."""
        return [room.decode() for room in await self.store.call("ZRANGE", self.keys.rooms, 0, -1)]

    async def shown(self, rooms: Sequence[str]) -> dict[str, tuple[Room, int]]:
        """Rooms, each with how many viewers the workers have reported lately; those that are not there are left out."""
        names = [key for room in rooms for key in (self.keys.room(room), self.keys.viewers(room))]
        found = await self.store.run("read_rooms", names, VIEWERS_GOOD_FOR_MS)
        return {
            # Whoever only looks at a room goes on from no epoch of it.
            room: (_room_of(room, _pairs(flat), b"0"), viewers)
            for room, (flat, viewers) in zip(rooms, found, strict=True)
            if flat
        }

    async def get(self, room: str) -> Room:
        """A room's properties.

        Raises:
            Refusal: `room_not_found` or `uninitialised`.
        """
        call = self.store.call
        (epoch, term), values = await asyncio.gather(
            call("HMGET", self.keys.totals, "epoch", "term"), call("HGETALL", self.keys.room(room))
        )
        if epoch != self.epoch.encode():
            raise Refusal("uninitialised")
        if not values:
            raise Refusal("room_not_found")
        return _room_of(room, values, term or b"0")

    async def goal(self, room: str) -> GoalView | None:
        """A room's goal."""
        return goals.view_of(await self.store.call("HGET", self.keys.room(room), "goal"))

    async def put_goal(self, room: str, goal: Goal | None) -> GoalView | None:
        """Sets or clears it; see goals.put_goal."""
        return await goals.put_goal(self.standing, room, goal)

    async def note_lost(self, room: Room, last: int, found: int) -> None:
        """The room's events up to `last` were shown, and the store has others, or none, after `found`.

        Raises:
            Refusal: `uninitialised`.
            StoreError: as Store.call raises it.
        """
        await self.standing.note_lost_events(room.id, int(room.epoch.rpartition(".")[2]), last, found)

    async def due_streaks(self, now_ms: int, limit: int) -> dict[str, list[str]]:
        """The streaks whose time may be over: room -> streak fields."""
        found = await self.store.call("ZRANGEBYSCORE", self.keys.streaks_due, "-inf", f"({now_ms}", "LIMIT", 0, limit)
        by_room: dict[str, list[str]] = {}
        for member in found:
            room, _, field = member.decode().partition("\t")
            by_room.setdefault(room, []).append(field)
        return by_room

    async def next_due_ms(self) -> int | None:
        """When the next streak may be over, in milliseconds since 1970."""
        found = await self.store.call("ZRANGE", self.keys.streaks_due, 0, 0, "WITHSCORES")
        # RESP3 nests the pairs: [[member, score]].
        return int(found[0][1]) if found else None

    async def running_streaks(self, room: str) -> list[str]:
        """The fields of a room's running streaks."""
        return [field.decode() for field in await self.store.call("HKEYS", self.keys.streaks(room))]

    async def end_streaks(self, room: str, fields: Sequence[str], *, running_too: bool = False) -> int:
        """Ends those of the streaks whose time is over (or all of them); returns how many were ended by this call."""
        keys = self.keys
        names = [keys.totals, keys.streaks_due, keys.room(room), keys.log(room), keys.streaks(room)]
        which, ended = "all" if running_too else "", 0
        for at in range(0, len(fields), STREAKS_A_CALL):
            part = fields[at : at + STREAKS_A_CALL]
            result = await self.standing.run("end_streaks", names, room, keys.channel(room), which, *part)
            ended += result if isinstance(result, int) else int(_unless_refused(result))
        return ended

    async def report_viewers(self, worker: str, counts: dict[str, int]) -> dict[str, int]:
        """Notes this worker's viewers and answers everybody's, room by room."""
        names = [self.keys.viewers(room) for room in counts]
        totals = await self.store.run("report_viewers", names, worker, VIEWERS_GOOD_FOR_MS, *counts.values())
        return dict(zip(counts, totals, strict=True))

    def _room_keys(self, room: str) -> tuple[str, str, str, str]:
        return self.keys.room(room), self.keys.log(room), self.keys.streaks(room), self.keys.board(room)


def _unless_refused(result: bytes) -> str:
    text = result.decode()
    if text.startswith("R"):
        raise refusal_of(text[1:])
    return text


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def properties_of(room: Room) -> dict[str, str]:
    """A room's properties as its hash has them, in the order in which `open_room.lua` takes them; see `_room_of`."""
    as_json = {name: getattr(room, name) for name in ("streamer", "guests", "promotable", "media")}
    texts = {name: msgspec.json.encode(value).decode() for name, value in as_json.items()}
    return {"title": room.title, "kind": room.kind, **texts}


def _room_of(room: str, values: dict[bytes, bytes], term: bytes) -> Room:
    return Room(
        id=room,
        title=values[b"title"].decode(),
        kind=values[b"kind"].decode(),  # type: ignore[arg-type]  # our own words, written by us
        status=values[b"status"].decode(),  # type: ignore[arg-type]
        streamer=msgspec.json.decode(values[b"streamer"], type=Payee),
        guests=msgspec.json.decode(values[b"guests"], type=tuple[Payee, ...]),
        promotable=values.get(b"promotable") != b"false",
        media=msgspec.json.decode(values.get(b"media", b"null"), type=Media | None),
        board_by="gifts" if values.get(b"board_by") == b"gifts" else "coins",
        goal=goals.kept_of(values.get(b"goal")),
        # A new term of the ledger is a new epoch of every room; see publish_events in lib/room_log.lua.
        epoch=f"{values[b'epoch'].decode()}.{term.decode()}",
    )


def _chunk(entry: tuple[bytes, Sequence[bytes]]) -> Chunk:
    _, (_, message) = entry
    return read_message(message)[1]


def _streak_json(field: bytes, text: bytes) -> bytes:
    _, gift, receiver, _ = field.split(b"\t")
    streak, count, coins, _, sender = text.split(b"|", 4)
    return b'{"streak":{"id":"%s","count":%s,"coins":%s},"sender":%s,"gift":"%s","receiver":"%s"}' % (
        streak,
        count,
        coins,
        sender,
        gift,
        receiver,
    )
