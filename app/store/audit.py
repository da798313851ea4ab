"""Reads the whole ledger for those who prove it, page by page: no gift waits for a proof."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.rules.crossings import GUEST
from app.rules.goals import KeptGoal
from app.rules.moves import STATES
from app.rules.postings import coins_of, debt_of, diamonds_of, given_of
from app.rules.standing import Loss
from app.store.client import Store
from app.store.goals import kept_of, view_of
from app.store.keys import Keys
from app.store.losses import Losses
from app.store.rooms import EVENT_JOIN, read_message

PAGE = 500
COLUMNS = ("coins", "debt", "given", *STATES)
TOTALS = ("n", "issued", "spent", "clawed", "minted", "shared", "paid", "escrow")


@dataclass(frozen=True, slots=True)
class Page:
    """Balances by account, as postings name them, who is frozen, and the ledger's totals, all of one moment."""

    epoch: str
    head: str
    totals: dict[str, int]
    accounts: dict[str, int] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()

    @property
    def n(self) -> int:
        """The last entry at that moment."""
        return self.totals["n"]


class StoredGoal(NamedTuple):
    """A room's goal as the store has it right after the entry `n`, the room's last event being that of `offset`."""

    goal: KeptGoal
    progress: int
    reached: bool
    n: int
    offset: int


class Outbox(NamedTuple):
    """What lies in a partition's outbox right after its entry `n`: the coins of gifts and of those to guests, by name.

    A guest's is coins that were spent. `escrow` is what the totals say of the others.
    """

    n: int
    escrow: int
    gifts: dict[str, int]
    guests: dict[str, int]


class Audit:
    """The books of one partition, read-only."""

    def __init__(self, store: Store, partition: int = 0) -> None:
        self.partition = partition
        self._store = store
        self._keys = Keys(partition)

    async def lying(self) -> int:
        """How much is under way to other partitions."""
        return int(await self._store.call("HLEN", self._keys.outbox))

    async def losses(self) -> list[Loss]:
        """The entries that were lost for good, which somebody has accepted."""
        return await Losses(self._store, "", self._keys).accepted()

    async def outbox(self) -> Outbox:
        """What is under way to other partitions."""
        n, escrow, *flat = await self._store.run("read_outbox", [self._keys.totals, self._keys.outbox])
        lying = {name.decode(): int(coins) for name, coins in zip(flat[::2], flat[1::2], strict=True)}
        of_guests = {name: coins for name, coins in lying.items() if name.startswith(GUEST)}
        gifts = {name: coins for name, coins in lying.items() if name not in of_guests}
        return Outbox(int(n or 0), int(escrow or 0), gifts, of_guests)

    async def read(self, users: Sequence[str] = ()) -> Page:
        """The balances of these users, of PAGE at most. An empty store has an empty epoch and nothing else."""
        keys = self._keys
        names = [keys.totals, keys.frozen, *map(self._column, COLUMNS)]
        flat, frozen, *columns = await self._store.run("read_balances", names, *users)
        totals = dict(zip(flat[::2], flat[1::2], strict=True))
        accounts: dict[str, int] = {}
        for column, values in zip(COLUMNS, columns, strict=True):
            for user, value in zip(users, values, strict=True):
                accounts[_account(column, user)] = (-1 if column == "debt" else 1) * int(value or 0)
        return Page(
            epoch=totals.get(b"epoch", b"").decode(),
            head=totals.get(b"h", b"").decode(),
            totals={name: int(totals.get(name.encode(), 0)) for name in TOTALS},
            accounts=accounts,
            frozen=frozenset(user for user, is_frozen in zip(users, frozen, strict=True) if is_frozen),
        )

    async def users(self) -> AsyncIterator[list[str]]:
        """All users who have a balance, some of them more than once, PAGE at most at a time."""
        for column in COLUMNS:
            async for page in self._scan("HSCAN", self._column(column)):
                yield page[::2]

    async def frozen(self) -> AsyncIterator[list[str]]:
        """All who are frozen, some of them more than once, PAGE at most at a time."""
        async for page in self._scan("SSCAN", self._keys.frozen):
            yield page

    async def live_rooms(self) -> list[str]:
        """The ids of all live rooms."""
        return [room.decode() for room in await self._store.call("ZRANGE", self._keys.rooms, 0, -1)]

    async def goals(self, rooms: Sequence[str]) -> dict[str, StoredGoal]:
        """The goals of those of the rooms that have one, some hundred rooms at one moment."""
        goals: dict[str, StoredGoal] = {}
        for at in range(0, len(rooms), PAGE):
            some = rooms[at : at + PAGE]
            n, *found = await self._store.run("read_goals", [self._keys.totals, *map(self._keys.room, some)])
            for room, (text, offset) in zip(some, found, strict=True):
                goal, view = kept_of(text), view_of(text)
                if goal is not None and view is not None:
                    goals[room] = StoredGoal(goal, view.progress, view.reached, int(n or 0), int(offset or 0))
        return goals

    async def room_events(self, room: str) -> AsyncIterator[tuple[int, bytes]]:
        """The events that a room's log still has, each with the offset that its place gives it."""
        start = "-"
        while page := await self._store.call("XRANGE", self._keys.log(room), start, "+", "COUNT", PAGE):
            for stream_id, (_, message) in page:
                chunk = read_message(message)[1]
                for event in enumerate(chunk.events.split(EVENT_JOIN), chunk.first):
                    yield event
                start = f"({stream_id.decode()}"

    async def _scan(self, command: str, key: str) -> AsyncIterator[list[str]]:
        """What a hash has as field, value, field, value..., or the members of a set."""
        cursor, size = b"0", 2 * PAGE if command == "HSCAN" else PAGE
        while True:
            cursor, found = await self._store.call(command, key, cursor, "COUNT", PAGE)
            # A small one comes whole.
            for at in range(0, len(found), size):
                yield [text.decode() for text in found[at : at + size]]
            if cursor == b"0":
                return

    def _column(self, column: str) -> str:
        name: str = getattr(self._keys, column)
        return name


def _account(column: str, user: str) -> str:
    if column in STATES:
        return diamonds_of(user, column)
    return {"coins": coins_of, "debt": debt_of, "given": given_of}[column](user)
