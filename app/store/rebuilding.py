"""Puts a ledger together in a store that has none, or an older one: unseen by all others, until it opens at once.

Whoever dies in between leaves nothing but what the next rebuild takes away first.
"""

from __future__ import annotations

import re
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha1
from typing import NamedTuple

import msgspec
from msgspec import Raw

from app.base.errors import StoreRefused
from app.base.ids import time_of
from app.rules.barred import Barred
from app.rules.barred import packed as pack_barred
from app.rules.crossings import record_of
from app.rules.entries import Gift
from app.rules.gift_steps import GiftClosed, GiftPaid, GiftReturned
from app.rules.rooms import Room
from app.rules.spending import Bounds, Come, packed
from app.rules.standing import Loss
from app.rules.zones import Zone
from app.store.client import Arg, Store
from app.store.goals import text_of
from app.store.keys import Keys
from app.store.ledger import ID_BUCKET_MS
from app.store.rooms import ENDED_KEPT_MS, properties_of

# More values a script cannot take apart.
VALUES_A_STEP = 4000
# How a gift's line begins, in whatever step, from its id up to its quantity.
_CONTENT = re.compile(r'\["[a-z_]+",(.*?,\d+,)')

_pack = msgspec.msgpack.Encoder().encode


class TakenOver(StoreRefused):
    """Another rebuild of this partition has begun since, or the store was changed meanwhile."""

    def __init__(self) -> None:
        super().__init__("another rebuild has begun, or the store was changed meanwhile; look, and run it again")


class RoomBack(NamedTuple):
    """A room that comes back: its other epoch, the offset behind which its events go on, when it last changed.

    `goal_progress` is how far its goal has come, if it has one.
    """

    room: Room
    epoch: str
    offset: int
    at_ms: int
    goal_progress: int = 0
    overlay: Mapping[str, str] = {}
    moderation: Mapping[str, str] = {}


class Place(NamedTuple):
    """In which partition a room is, and until when that is known; None: for good."""

    room: str
    partition: int
    until_ms: int | None


class Older(NamedTuple):
    """A ledger that is to be replaced, as `ledger_there` in lib/rebuild.lua tells it; an empty text for none."""

    text: str = ""

    @property
    def epoch(self) -> str:
        """Whose it is."""
        return self.text.split(" ")[0]

    @property
    def term(self) -> int:
        """Its term."""
        return int(self.text.split(" ")[1]) if self.text else 0

    @property
    def n(self) -> int:
        """Its last entry."""
        return int(self.text.split(" ")[2]) if self.text else 0

    @property
    def head(self) -> str:
        """Its chain's head."""
        return self.text.split(" ")[3].strip("-") if self.text else ""


class Rebuilding:
    """One rebuild of the partition's ledger in `store`. All calls raise StoreError as Store.call does.

    They raise TakenOver as well where another rebuild has begun since, or the store was changed.
    """

    def __init__(self, store: Store, older: Older, partition: int = 0) -> None:
        self._store = store
        self._keys = Keys(partition)
        self._older = older
        self._run = secrets.token_hex(8)

    async def begin(self) -> int:
        """Begins; the store's clock in milliseconds."""
        keys = self._keys
        refused, told = await self._store.run("begin_rebuild", [keys.totals, keys.rebuild], self._run, self._older.text)
        if refused:
            raise TakenOver
        columns = (keys.coins, keys.debt, keys.given, keys.pending, keys.available, keys.held)
        single = (
            keys.journal,
            keys.moves,
            keys.frozen,
            keys.left_boards,
            keys.barred,
            keys.limits,
            keys.spending,
            keys.zones,
            keys.id_buckets,
            keys.streaks_due,
            keys.rooms,
            keys.outbox,
            keys.seen_buckets,
        )
        buckets = []
        for known, key in ((keys.id_buckets, keys.idem), (keys.seen_buckets, keys.seen)):
            buckets += [key(int(bucket)) for bucket in await self._store.call("ZRANGE", known, 0, -1)]
        await self._stage([("DROP", key) for key in (*columns, *single, *buckets)])
        return int(told)

    async def balances(self, accounts: Mapping[str, int]) -> None:
        """Balances by account, as postings name them; those of no person are kept in the totals alone."""
        columns: dict[str, list[Arg]] = {}
        for account, amount in accounts.items():
            owner, _, rest = account.partition(":")
            user, _, what = rest.partition(":")
            # Nobody's debt of 0 is kept; see lib/moves.lua.
            if owner in ("viewer", "streamer") and (amount or what != "debt"):
                amount = -amount if what == "debt" else amount
                columns.setdefault(self._column(what), []).extend((user, amount))
        await self._stage(_steps("HSET", columns))

    async def freeze(self, users: Sequence[str]) -> None:
        """People who are frozen."""
        await self._stage(_steps("SADD", {self._keys.frozen: list(users)}))

    async def leave_boards(self, users: Sequence[str]) -> None:
        """People who have left the boards."""
        await self._stage(_steps("SADD", {self._keys.left_boards: list(users)}))

    async def bar(self, people: Sequence[tuple[str, Barred]]) -> None:
        """How far people are kept out."""
        fields = [part for user, barred in people for part in (user, _as_text(pack_barred(barred)))]
        await self._stage(_steps("HSET", {self._keys.barred: fields}))

    async def limits(self, people: Sequence[tuple[str, Bounds, Come]], zones: Mapping[str, Zone]) -> None:
        """What bounds people's spending, how far they have come, and the zones that they are in."""
        keys = self._keys
        columns: dict[str, list[Arg | Raw]] = {keys.limits: [], keys.spending: [], keys.zones: []}
        for user, bounds, come in people:
            columns[keys.limits] += (user, _as_text(packed(bounds)))
            columns[keys.spending] += (user, _as_text(come.packed()))
        for name, zone in zones.items():
            columns[keys.zones] += (name, _as_text(_pack(zone)))
        await self._stage(_steps("HSET", columns))

    async def answers(self, gifts: Iterable[tuple[int, Gift | GiftPaid | GiftClosed | GiftReturned, str]]) -> None:
        """What was answered to gifts: each with its n and its journal line, of those in steps the latest."""
        answers: dict[str, list[Arg]] = {}
        buckets = dict[int, None]()
        for n, gift, line in gifts:
            bucket = time_of(gift.id) // ID_BUCKET_MS
            buckets[bucket] = None
            record = record_of(n, gift)
            field = f"{gift.sender}:{gift.id}"
            answers.setdefault(self._keys.idem(bucket), []).extend((field, restored_print(line) + record))
        await self._stage(_steps("HSET", answers))
        await self._stage(_steps("ZADD", {self._keys.id_buckets: [b for bucket in buckets for b in (bucket, bucket)]}))

    async def under_way(self, sent: Iterable[tuple[bytes, bytes]]) -> None:
        """What is under way to other partitions, as an outbox has it."""
        await self._stage(_steps("HSET", {self._keys.outbox: [_as_text(part) for pair in sent for part in pair]}))

    async def rooms(self, rooms: Sequence[RoomBack]) -> None:
        """Rooms with nothing of what happened in them."""
        keys, steps = self._keys, list[Sequence[Arg | Raw]]()
        for room, epoch, offset, at_ms, progress, overlay, moderation in rooms:
            properties: dict[str, Arg] = {
                "status": room.status,
                "epoch": epoch,
                "offset": offset,
                "board_by": room.board_by,
                "coins": 0,
                **properties_of(room),
            }
            if room.goal is not None:
                properties["goal"] = text_of(room.goal, progress)
            if moderation:
                # Nobody looks at it otherwise.
                properties["moderated"] = "1"
            gone = (keys.log, keys.streaks, keys.board, keys.gift_board, keys.comments, keys.moderation)
            steps += [("DROP", key(room.id)) for key in gone]
            steps.append(("HSET", keys.room(room.id), *(part for pair in properties.items() for part in pair)))
            kept = {keys.overlay: overlay, keys.moderation: moderation}
            for key, values in kept.items():
                steps += _steps("HSET", {key(room.id): [part for pair in values.items() for part in pair]})
            if room.status == "live":
                steps.append(("ZADD", keys.rooms, at_ms, room.id))
            else:
                for key in (keys.room, *(key for key, values in kept.items() if values)):
                    steps.append(("PEXPIREAT", key(room.id), at_ms + ENDED_KEPT_MS))
        await self._stage(steps)

    async def places(self, places: Iterable[Place]) -> None:
        """In which partitions rooms are whose names are of this one."""
        steps = list[Sequence[Arg]]()
        for room, partition, until_ms in places:
            steps.append(("SET", self._keys.where(room), partition))
            if until_ms is not None:
                steps.append(("PEXPIREAT", self._keys.where(room), until_ms))
        await self._stage(steps)

    async def open(self, term: int, totals: Mapping[str, str | int], lost: Loss | None, by: Mapping[str, Arg]) -> None:
        """Opens the ledger, in one step.

        Args:
            term: greater than any that was seen.
            totals: what it has in sum, and up to where.
            lost: what is lost for good.
            by: who opens it and when.
        """
        keys = self._keys
        told = (term, _json(by), _json(lost) if lost else "")
        flat = [part for pair in totals.items() for part in pair]
        names = [keys.totals, keys.rebuild, keys.losses]
        answer = await self._store.run("open_rebuilt", names, self._run, self._older.text, *told, *flat)
        if answer != b"N":
            raise TakenOver

    async def _stage(self, steps: Sequence[Sequence[Arg | Raw]]) -> None:
        for part in _parts(steps):
            if await self._store.run("stage_rebuild", [self._keys.rebuild], self._run, _pack(part)) != b"N":
                raise TakenOver

    def _column(self, what: str) -> str:
        name: str = getattr(self._keys, what.removeprefix("diamonds_"))
        return name


async def ledger_in(store: Store, partition: int = 0) -> Older:
    """What the store has of the ledger in that partition. Raises StoreError as Store.call does."""
    epoch, term, n, head = await store.call("HMGET", Keys(partition).totals, "epoch", "term", "n", "h")
    if epoch is None:
        return Older()
    return Older(b" ".join((epoch, term or b"0", n, head or b"-")).decode())


def restored_print(line: str) -> str:
    """What stands for a gift's content where only its journal line is known: see `is_same` in lib/payer_rules.lua."""
    content = _CONTENT.match(line)
    assert content, "it is no gift's line"
    return "*" + sha1(f'["gift",{content[1]}'.encode()).hexdigest()[:15]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _as_text(data: bytes) -> Raw:
    """Bytes as Lua's msgpack takes them: it knows texts alone, and does not mind what is in them."""
    return Raw(struct.pack(">BH", 0xDA, len(data)) + data)


def _steps(verb: str, columns: Mapping[str, Sequence[Arg | Raw]]) -> list[Sequence[Arg | Raw]]:
    return [
        (verb, key, *values[at : at + VALUES_A_STEP])
        for key, values in columns.items()
        for at in range(0, len(values), VALUES_A_STEP)
    ]


def _parts(steps: Sequence[Sequence[Arg | Raw]]) -> Iterator[list[Sequence[Arg | Raw]]]:
    """Steps that may be taken at once: nobody waits long for any of these calls."""
    part, values = list[Sequence[Arg | Raw]](), 0
    for step in steps:
        if part and values + len(step) > VALUES_A_STEP:
            yield part
            part, values = [], 0
        part.append(step)
        values += len(step)
    if part:
        yield part
