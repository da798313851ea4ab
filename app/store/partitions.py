"""All partitions of a ledger: in which of them a person is, and in which a room.

A person's account is where the name says. A room is where its streamer was when it was opened first, so that a gift to
the streamer touches two partitions at most; a directory says where, in the partition of the room's own name. What
belongs to nobody, such as running promotions, is in the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TypeVar

from app.base.clock import SteadyClock
from app.base.errors import Refusal, StoreError
from app.rules.partitions import partition
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.rooms import ENDED_KEPT_MS, Rooms
from app.store.standing import Standing

T = TypeVar("T")

# An entry of the directory outlives its room, and may then be another: so long it is taken as it was read.
PLACE_GOOD_S = 60.0
PLACES_MAX = 20_000
PLACE_KEPT_MS = ENDED_KEPT_MS + 60 * 60 * 1000
# So long a room's board waits for the levels of people who are elsewhere.
GIVEN_S = 0.5


class Partitions:
    """The partitions of one ledger, in their order. With one alone there is nothing to look up."""

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        self.ledgers = tuple(ledgers)
        others = self._given_elsewhere if len(self.ledgers) > 1 else None
        self.rooms = tuple(
            Rooms(ledger.standing, others and partial(others, k)) for k, ledger in enumerate(self.ledgers)
        )
        self._places: dict[str, tuple[int, float]] = {}

    @property
    def common(self) -> Ledger:
        """Where that is which belongs to nobody."""
        return self.ledgers[0]

    @property
    def clock(self) -> SteadyClock:
        """The one clock that clients see: each partition goes by its own, and those hardly differ."""
        return self.ledgers[0].standing.clock

    def number_of(self, account: str) -> int:
        """The partition of a person."""
        return partition(account, len(self.ledgers))

    def of(self, account: str) -> Ledger:
        """The ledger of a person's partition."""
        return self.ledgers[self.number_of(account)]

    async def everywhere(self, do: Callable[[Standing], Awaitable[T]]) -> list[T]:
        """Does something in all partitions, also where one cannot be used now, of which the error is raised then."""
        done = await asyncio.gather(*(do(ledger.standing) for ledger in self.ledgers), return_exceptions=True)
        found = list[T]()
        for one in done:
            if isinstance(one, BaseException):
                raise one
            found.append(one)
        return found

    async def at(self, room: str) -> Rooms:
        """The rooms of the partition that a room is in.

        Raises:
            Refusal: `room_not_found` or `uninitialised`.
            StoreError: as Store.call raises it.
        """
        if len(self.rooms) == 1:
            return self.rooms[0]
        place, until_s = self._places.get(room, (0, 0.0))
        if until_s < monotonic():
            ledger, key = self._directory(room)
            found = await ledger.store.call("GET", key)
            if found is None:
                await ledger.standing.see()
                raise Refusal("room_not_found")
            place = int(found)
            self._note(room, place)
        return self.rooms[place]

    async def place(self, room: str, streamer: str) -> Rooms:
        """Where the room is to be opened: where it was before, else with its streamer. Call `keep` once it is open.

        Raises:
            StoreError: as Store.call raises it.
        """
        if len(self.rooms) == 1:
            return self.rooms[0]
        ledger, key = self._directory(room)
        own = self.number_of(streamer)
        # It is kept for good once the room is open.
        found = await ledger.store.call("SET", key, own, "NX", "GET", "PX", PLACE_KEPT_MS)
        place = own if found is None else int(found)
        self._note(room, place)
        return self.rooms[place]

    async def keep(self, room: str) -> None:
        """Keeps a live room's entry in the directory. Raises StoreError."""
        if len(self.rooms) > 1:
            ledger, key = self._directory(room)
            await ledger.store.call("PERSIST", key)

    async def ended(self, room: str) -> None:
        """Has an ended room's entry in the directory go some time after the room. Raises as `at` does."""
        if len(self.rooms) == 1:
            return
        ledger, key = self._directory(room)
        await ledger.store.call("PEXPIRE", key, PLACE_KEPT_MS)
        # Somebody may have opened it again meanwhile, and have kept it before that.
        if (await (await self.at(room)).get(room)).status == "live":
            await ledger.store.call("PERSIST", key)

    async def _given_elsewhere(
        self, here: int, people: Sequence[bytes], given: Sequence[bytes | None]
    ) -> Sequence[bytes | None]:
        """What people have given in all, those of other partitions asked there; None where that cannot be asked now."""
        found, elsewhere = list(given), dict[int, list[int]]()
        for place, person in enumerate(people):
            if (k := self.number_of(person.decode())) != here:
                elsewhere.setdefault(k, []).append(place)

        async def ask(k: int, places: Sequence[int]) -> None:
            ledger = self.ledgers[k]
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(GIVEN_S):
                    told = await ledger.store.call("HMGET", ledger.keys.given, *(people[place] for place in places))
                for place, coins in zip(places, told, strict=True):
                    found[place] = coins

        await asyncio.gather(*(ask(k, places) for k, places in elsewhere.items()))
        return found

    def _directory(self, room: str) -> tuple[Ledger, str]:
        k = self.number_of(room)
        return self.ledgers[k], Keys(k).where(room)

    def _note(self, room: str, place: int) -> None:
        if len(self._places) >= PLACES_MAX:
            self._places.clear()
        self._places[room] = place, monotonic() + PLACE_GOOD_S
