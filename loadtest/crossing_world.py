"""A small ledger of four partitions in which gifts cross, and everything happens that a seed says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from app.actions.books.late_gifts import LateGifts
from app.actions.read_tariff import read_tariff
from app.base.clock import SteadyClock, now_ms, since_boot_ns
from app.base.config import Settings
from app.base.errors import Refusal, StoreError
from app.base.ids import uuid7
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.crossings import Sent
from app.rules.entries import Chargeback, Entry, Freeze, Grant, Unfreeze
from app.rules.gifts import GiftOrder, person_json, price_gift
from app.rules.moves import Move
from app.rules.partitions import partition
from app.rules.rooms import Payee, Room
from app.rules.standing import Mark
from app.rules.terms import GiftTerms
from app.rules.tokens import Person
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.crossings import DEADLINE_MS, Crossings
from app.store.gift_ways import GiftWays
from app.store.journal import Journal
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.moves import Found, LookUp, Moves
from app.store.rooms import Rooms
from app.store.seen import Seen
from app.store.standing import Standing
from loadtest.crossing_books import CrossingBooks
from loadtest.crossing_loss import Copy, Healing, SharedSeen, copy_of, put_back
from loadtest.turns import StoreInTurns, Turns

P = 4
EPOCH = "crossing"
ENDS = ("NA", "DA", "NX", "DX")
COINS = 120
GIFTS, WORKERS, ROUNDS, QUIET_ROUNDS = 8, 3, 3, 8
WINDOW_MS = 600_000
NOW_MS = now_ms()
TERMS = GiftTerms(1, read_tariff(Settings(), NOW_MS), "US", 500_000)
CATALOGUE = catalogue.load().by_id()
ESCROW = """
local sum, flat = 0, redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
  if string.sub(flat[i], 1, 6) ~= 'guest ' then
    sum = sum + string.match(flat[i + 1], '|(%d+)|')
  end
end
return {sum, tonumber(redis.call('HGET', KEYS[1], 'escrow') or '0')}
"""


def names(what: str) -> list[str]:
    """Somebody of that kind in each partition."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < P:
        name = f"{what}{number}"
        found.setdefault(partition(name, P), name)
        number += 1
    return [found[k] for k in range(P)]


KEYS = [Keys(k) for k in range(P)]
PAYERS, STREAMERS = names("ann"), names("sam")
# Each lives in the partition behind that of the room.
GUESTS = [*STREAMERS[1:], STREAMERS[0]]
ROOMS = {
    f"room{k}": Room(
        id=f"room{k}",
        title="t",
        kind="live",
        status="live",
        streamer=Payee(STREAMERS[k], "S"),
        guests=(Payee(GUESTS[k], "G"),),
        epoch="e",
    )
    for k in range(P)
}


def order(payer: str, at: int, gift: str = "rose", **changed: Any) -> GiftOrder:
    """A gift for the room of that partition; `changed` are fields of the command."""
    room, who = ROOMS[f"room{at}"], Person(sub=payer, name="A", role="viewer", exp=4_000_000_000)
    command = SendGift(**{"id": uuid7(now_ms()), "gift": gift, **changed})
    wire = price_gift(who, person_json(who), room, CATALOGUE[gift], command, TERMS, NOW_MS)
    return GiftOrder(wire, room.id, gift, lambda _: None, at=at)


async def send(ways: GiftWays, orders: Sequence[GiftOrder]) -> list[bytes]:
    """Pays gifts to other partitions, and walks on with them; what became of each.

    As of `GiftWays.carry`; an answer may be the text of `pay_gifts.lua` too.
    """
    answers, under_way = [b""] * len(orders), dict[int, Sent]()
    for k, steps in enumerate(ways.steps):
        places = [place for place, one in enumerate(orders) if partition(one.wire.sender, len(ways.steps)) == k]
        paid = await steps.pay([orders[place] for place in places]) if places else []
        for place, told in zip(places, paid, strict=True):
            if isinstance(told, Sent):
                under_way[place] = told
            else:
                answers[place] = told
    for place, end in zip(under_way, await ways.carry(list(under_way.values())), strict=True):
        answers[place] = end
    return answers


class Worker:
    """Who takes steps: a ledger as one process stands to it, in all partitions."""

    def __init__(
        self,
        store: Store,
        clock_ns: Any,
        seen: Sequence[Seen | None] = (None,) * P,
        look_up: LookUp | None = None,
    ) -> None:
        self.standings = [Standing(store, EPOCH, seen[k], clock=SteadyClock(clock_ns), partition=k) for k in range(P)]
        self.ledgers = [Ledger(one, window_ms=WINDOW_MS, journal_max=10**6, announce_as="") for one in self.standings]
        self.steps = [Crossings(ledger) for ledger in self.ledgers]
        self.moves = Moves(self.ledgers, look_up)
        self.rooms = [Rooms(standing) for standing in self.standings]
        self.ways = GiftWays(self.steps, self.moves)

    async def send(self, orders: Sequence[GiftOrder]) -> list[bytes]:
        """Sends gifts; see `send`."""
        return await send(self.ways, orders)

    async def post(self, move: Move) -> None:
        """Posts what is no gift, where its person lives."""
        await self.moves.post_one(move)


async def be_born(store: Store) -> Worker:
    """Empties the store and gives birth to the ledger, with a room and somebody with coins in each partition."""
    await store.call("FLUSHDB")
    await open_ledger(store, EPOCH, P)
    first = Worker(store, since_boot_ns)
    for k, room in enumerate(ROOMS.values()):
        await first.rooms[k].open(room, "e", ',"room":{}}')
        await first.post(Grant(id=PAYERS[k], user=PAYERS[k], coins=COINS, reason="r", by="b"))
    return first


class CrossingWorld:
    """One run. All that is random comes of the seed."""

    def __init__(self, store: Store, seed: int) -> None:
        self.dice = Random(seed)
        self.plain = store
        self.turns = Turns(self.dice, self._check)
        self.store = StoreInTurns(store, self.turns)
        self.passed_ms = 0
        self.books = CrossingBooks(P)
        self.orders: list[GiftOrder] = []
        self.ends: dict[str, str] = {}
        self._named = 0
        self._seen = [SharedSeen() for _ in range(P)]
        self._copies: list[Copy] = []
        self.losses = 0

    async def run(self) -> None:
        """Raises AssertionError where anything is wrong."""
        await be_born(self.plain)
        self.orders = [self._order() for _ in range(GIFTS)]
        for _ in range(ROUNDS):
            actors = [self._worker() for _ in range(self.dice.randint(1, WORKERS))]
            others = [self._taker_over, self._ender, self._world, self._archiver, self._loser]
            self._copies = [await copy_of(self.plain, k) for k in range(P)]
            await self.turns.run(*actors, *(actor() for actor in others if self.dice.random() < 0.6))
            await self._pass(self.dice.choice((0, 6_000, 6_000, DEADLINE_MS + 20_000)))
        await self._quiet()
        await self.books.check(self.plain, self.ends)

    def _ns(self) -> int:
        return (NOW_MS + self.passed_ms) * 1_000_000

    def _order(self) -> GiftOrder:
        dice, k = self.dice, self.dice.randrange(P)
        at = dice.choice([at for at in range(P) if at != k])
        return order(
            PAYERS[k],
            at,
            dice.choice(("rose", "heart", "swan")),
            quantity=dice.randint(1, 4),
            receiver=dice.choice((STREAMERS[at], GUESTS[at])),
            anonymous=dice.random() < 0.2,
        )

    async def _worker(self) -> None:
        """Sends some of the gifts, some of them once more."""
        worker = self._new_worker()
        some = [order for order in self.orders if self.dice.random() < 0.5]
        tries = self.dice.randint(1, 3)
        while some and tries:
            tries -= 1
            try:
                answers = await worker.send(some)
            except (StoreError, Refusal):
                continue
            for order, answer in zip(some, answers, strict=True):
                self._heard(order, answer.decode())
            return

    def _heard(self, order: GiftOrder, answer: str) -> None:
        """An end that somebody heard stays so for ever."""
        if answer[:2] in (*ENDS, *(() if self.losses else ("NI", "DI"))):
            end = "|".join(answer[1:].split("|")[:7]) if answer[1] == "A" else answer[1:]
            known = self.ends.setdefault(order.wire.id, end)
            assert known == end, f"{order.wire.id} ended as {known}, and now as {end}"

    async def _taker_over(self) -> None:
        worker = self._new_worker()
        for k in range(P):
            await _try(worker.ways.take_over(k))

    async def _ender(self) -> None:
        worker = self._new_worker()
        late = LateGifts(worker.steps, worker.standings, self._ask)
        for k in range(P):
            await _try(late.step(k))

    async def _archiver(self) -> None:
        for k in self.dice.sample(range(P), self.dice.randint(1, P)):
            await self.books.archive(Journal(self.store, EPOCH, k), k)

    async def _ask(self, k: int, keys: Sequence[str]) -> tuple[int, Mapping[str, tuple[int, Entry]]]:
        return self.books.n(k), self.books.find(k, keys)

    async def _loser(self) -> None:
        """A partition whose entries are all archived has lost the last of them, and is healed."""
        k = self.dice.randrange(P)
        await self.turns.call(lambda: self._lose(k), [])
        while True:
            with suppress(StoreError, Refusal):
                standing = self._new_worker().standings[k]
                await Healing(standing, self.books, k, list(ROOMS.values())[k]).run()
                return

    async def _lose(self, k: int) -> None:
        await self.books.archive(Journal(self.plain, EPOCH, k), k)
        # Who archives has seen it, too.
        fields = await self.plain.call("HMGET", KEYS[k].totals, "term", "n", "h", "last")
        term, n, head, last = (field.decode() if field else "" for field in fields)
        self._seen[k].note_mark(Mark(int(term or 0), int(n), head, last))
        await put_back(self.plain, k, self._copies[k])
        self.turns.cut_off(KEYS[k].totals)
        # What was refused for lack of coins is in no journal: it may be lost, and then the id is as good as new.
        self.ends = {gift_id: end for gift_id, end in self.ends.items() if end[0] != "I"}
        self.losses += 1

    def _new_worker(self) -> Worker:
        return Worker(self.store, self._ns, self._seen, self._look_up)

    async def _look_up(self, k: int, keys: Sequence[str]) -> Found:
        found = self.books.find(k, keys)
        return Found(self.books.n(k), {key: (n, entry) for key, (n, entry) in found.items() if isinstance(entry, Move)})

    async def _world(self) -> None:
        """What happens besides: rooms end and begin, people are frozen, payments are taken back."""
        worker = self._new_worker()
        for _ in range(self.dice.randint(1, 3)):
            k = self.dice.randrange(P)
            room, what = list(ROOMS)[k], self.dice.randrange(5)
            if what < 2:
                await _try(worker.rooms[k].change(room, ',"room":{}}', {"status": ("ended", "live")[what]}))
            elif what == 2:
                await _try(worker.post(self._chargeback(PAYERS[k])))
            else:
                user = self.dice.choice((PAYERS, STREAMERS))[k]
                kind = (Freeze, Unfreeze)[what - 3]
                await _try(worker.post(kind(id=self._name(), user=user, reason="r", by="b")))

    def _chargeback(self, user: str) -> Chargeback:
        return Chargeback(
            id=self._name(), user=user, coins=COINS, minor=1, tax_minor=0, currency="USD",
            country="US", provider="demo", purchase="p",
        )  # fmt: skip

    def _name(self) -> str:
        self._named += 1
        return str(self._named)

    async def _pass(self, ms: int) -> None:
        """So much time passes, for everybody."""
        self.passed_ms += ms
        for k in range(P):
            await self.plain.call("HINCRBY", KEYS[k].totals, "shift", ms)

    async def _quiet(self) -> None:
        """Everything goes well: what lies in the outboxes ends."""
        self.turns.quiet = True
        for number in range(QUIET_ROUNDS):
            # What a partition that was healed takes too late waits for its deadline.
            is_late = number % 4 == 3 or self.dice.random() < 0.2
            await self._pass(DEADLINE_MS + 20_000 if is_late else 6_000)
            await self.turns.run(self._taker_over())
            await self._archive_now()
            await self.turns.run(self._ender())
            if not await self.plain.call("EXISTS", *(keys.outbox for keys in KEYS)):
                break
        await self._archive_now()
        for order in self.orders:
            if order.wire.id in self.ends and self.passed_ms < WINDOW_MS / 2:
                with suppress(Refusal):
                    (answer,) = await Worker(self.plain, self._ns, self._seen).send([order])
                    self._heard(order, answer.decode())
        await self._archive_now()

    async def _archive_now(self) -> None:
        for k in range(P):
            await self.books.archive(Journal(self.plain, EPOCH, k), k)

    async def _check(self, written: list[str]) -> None:
        """After any step: the escrow of its partition is what lies in the outbox."""
        keys = next(keys for keys in KEYS if keys.totals == written[0])
        told = await self.plain.call("EVAL", ESCROW, 2, keys.totals, keys.outbox)
        assert told[0] == told[1], f"{keys.totals}: in the outbox are {told[0]} coins, in escrow {told[1]}"


async def _try(work: Any) -> None:
    with suppress(StoreError, Refusal):
        await work
