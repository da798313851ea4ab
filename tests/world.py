"""A newborn ledger with two live rooms on a real store, and short words for what tests do with it.

With four partitions ann and sue are in another one than sam, and gil in a third.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from app.actions.manage_room import NewRoom, open_room
from app.actions.read_tariff import read_tariff
from app.base.clock import SteadyClock, now_ms, since_boot_ns
from app.base.config import Settings
from app.base.ids import uuid7
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.entries import Entry, Grant, decode
from app.rules.gifts import GiftOrder, person_json, price_gift
from app.rules.replay import Batch
from app.rules.rooms import Payee, Room
from app.rules.terms import GiftTerms
from app.rules.tokens import Person
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.gift_queues import GiftQueues
from app.store.journal import Journal
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.rooms import Comment
from app.store.standing import Standing

EPOCH = "e1"
WINDOW_MS = 600_000
WORKER: dict[str, Any] = {"window_ms": WINDOW_MS, "journal_max": 1000, "announce_as": "w9"}
TARIFF = read_tariff(Settings(), now_ms())


def terms(award_ppm: int = 1_000_000) -> GiftTerms:
    """Terms of that many diamonds for a million coins, under the rate card US-2026-1."""
    return GiftTerms(1, TARIFF, "US", award_ppm)


TERMS = terms()
GIFTS = catalogue.load().by_id()
MAIN = NewRoom(id="main", title="Main", streamer=Payee("sam", "Sam"), guests=(Payee("gil", "Gil"),))
SIDE = NewRoom(id="side", title="Side", streamer=Payee("sue", "Sue"))


def person(user: str, **changed: Any) -> Person:
    """A viewer of that id."""
    return Person(**{"sub": user, "name": user.title(), "role": "viewer", "exp": 2**40, **changed})


def partitions_of(standing: Standing, **changed: Any) -> Partitions:
    """The one partition of a ledger that stands so."""
    return Partitions([Ledger(standing, **{"window_ms": 0, "journal_max": 0, "announce_as": "", **changed})])


class World:
    """The ledger and its rooms; `slept_ms` is time that has passed besides, as when a machine sleeps.

    `keys`, `ledger`, `rooms` and `standing` are those of the first partition, which mostly is the only one.
    """

    def __init__(self, store: Store, partitions: int = 1) -> None:
        self.store = store
        self.keys = Keys()
        self.slept_ms = 0
        self.partitions = Partitions([Ledger(self.stand(partition=k), **WORKER) for k in range(partitions)])
        self.rooms = self.partitions.rooms[0]
        self.ledger = self.partitions.common
        self.moves = Moves(self.partitions.ledgers)
        self.room: dict[str, Room] = {}

    def ledger_with(self, **changed: Any) -> Ledger:
        """The same ledger, seen by a worker with other settings."""
        settings = {**WORKER, **changed}
        epoch = settings.pop("epoch", EPOCH)
        return Ledger(self.standing if epoch == EPOCH else Standing(self.store, epoch), **settings)

    @property
    def standing(self) -> Standing:
        """Where the ledger stands."""
        return self.rooms.standing

    async def be_born(self) -> None:
        """Empties the store and gives birth to the ledger and its rooms."""
        await self.store.call_each("FLUSHDB")
        # It is another ledger, of which nothing is known.
        for k, (rooms, ledger) in enumerate(zip(self.partitions.rooms, self.partitions.ledgers, strict=True)):
            rooms.standing = ledger.standing = self.stand(partition=k)
        assert await open_ledger(self.store, EPOCH, len(self.partitions.ledgers)) == EPOCH
        for new in (MAIN, SIDE):
            self.room[new.id], _ = await open_room(self.partitions, new)

    def stand(self, **changed: Any) -> Standing:
        """The ledger as a process stands to it that knows nothing yet."""
        return Standing(self.store, EPOCH, clock=SteadyClock(self.passed_ns), **changed)

    def without(self, *away: int) -> Partitions:
        """The partitions as a process knows them that cannot reach those."""
        nowhere, clock = Store("unix:///nowhere"), SteadyClock(self.passed_ns)
        stores = [nowhere if k in away else self.store for k in range(len(self.partitions.ledgers))]
        standings = [Standing(store, EPOCH, clock=clock, partition=k) for k, store in enumerate(stores)]
        return Partitions([Ledger(standing, **WORKER) for standing in standings])

    def passed_ns(self) -> int:
        """What no clock can be set by."""
        return since_boot_ns() + self.slept_ms * 1_000_000

    def now_ms(self) -> int:
        """The ledger's time."""
        return self.standing.clock()

    async def pass_time(self, ms: int) -> None:
        """So much time passes, also for processes that begin then."""
        self.slept_ms += ms
        for ledger in self.partitions.ledgers:
            await self.store.call("HINCRBY", ledger.keys.totals, "shift", ms)

    def order(self, sender: str = "ann", gift: str = "rose", room: str = "main", **changed: Any) -> GiftOrder:
        """A gift on its way; `changed` are fields of the command, the `award_ppm`, or claims of the `token`."""
        sold_by = terms(changed.pop("award_ppm", 1_000_000))
        token = changed.pop("token", {})
        command = SendGift(**{"id": uuid7(self.now_ms()), "gift": gift, **changed})
        who = person(sender, **token)
        wire = price_gift(who, person_json(who), self.room[room], GIFTS[gift], command, sold_by, self.now_ms())
        at = self.partitions.number_of(self.room[room].streamer.id)
        return GiftOrder(wire, room, gift, replied_to_nobody, at=at)

    async def send(self, *orders: GiftOrder) -> list[str]:
        """What the store answers to a batch; with several partitions, what becomes of each on its way."""
        if len(self.partitions.ledgers) == 1:
            return texts(await self.ledger.send_gifts(list(orders)))
        told: dict[int, bytes] = {}
        queues = GiftQueues(
            self.partitions.ledgers,
            self.moves,
            lambda ended, results: told.update(zip(map(id, ended), results, strict=True)),
            0.0,
        )
        assert all(map(queues.put, orders))
        await queues.drain()
        return texts([told[id(order)] for order in orders])

    async def send_in_vain(self, *orders: GiftOrder) -> list[str]:
        """What the store answers to a batch that must not change a single key."""
        before = await self.dump()
        results = await self.send(*orders)
        assert before == await self.dump()
        return results

    async def grant(self, user: str, coins: int, key: str | None = None) -> int:
        """Gives coins; the wallet's coins right after it."""
        key = key or uuid7(self.now_ms())
        posted = await self.moves.post_one(Grant(id=key, user=user, coins=coins, reason="test", by="tests"))
        return posted.noted[0]

    async def coins(self, user: str) -> int:
        """A wallet's coins."""
        (wallet,) = await self.partitions.of(user).wallets([user])
        return wallet.coins

    async def say(self, comment_id: str, text: str = "hi", room: str = "main") -> str:
        """Posts a comment; the store's answer."""
        fields = f',"id":"{comment_id}","sender":{{"id":"ann","name":"Ann"}},"text":"{text}"}}'
        (result,) = texts(await self.rooms.post([Comment(room, comment_id, fields)], self.now_ms()))
        return result

    async def journal(self) -> list[tuple[int, Entry]]:
        """The journal's entries, each with its n."""
        journal, batches = Journal(self.store, EPOCH), list[Batch]()
        while placed := await journal.after(batches[-1].first + batches[-1].count - 1 if batches else 0, ""):
            batches += [batch for _, batch in placed]
        return [pair for batch in batches for pair in enumerate(map(decode, batch.payload.split("\n")), batch.first)]

    async def dump(self) -> dict[str, Any]:
        """All that is in the store."""
        everything = {}
        for key in sorted(await self.store.call("KEYS", "*")):
            kind = (await self.store.call("TYPE", key)).decode()
            content = await self.store.call(*READERS[kind], key, *ARGUMENTS.get(kind, ()))
            everything[key.decode()] = sorted(content) if kind == "set" else content
        return everything


READERS = {"hash": ["HGETALL"], "set": ["SMEMBERS"], "zset": ["ZRANGE"], "stream": ["XRANGE"], "string": ["GET"]}
ARGUMENTS = {"zset": (0, -1, "WITHSCORES"), "stream": ("-", "+")}


def texts(results: Sequence[bytes]) -> list[str]:
    """The store's answers as text."""
    return [result.decode() for result in results]


def replied_to_nobody(_: bytes) -> None:
    """Nobody waits for the answer."""


@asynccontextmanager
async def world_at(url: str, partitions: int = 1) -> AsyncIterator[World]:
    """A newborn world on the store at that address."""
    store = Store(url)
    world = World(store, partitions)
    try:
        await world.be_born()
        yield world
    finally:
        store.close()
