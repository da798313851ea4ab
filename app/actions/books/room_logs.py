"""Holds the rooms' logs against the books: each gift is the event at its offset, as far back as a log goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec
import orjson

from app.archive.archive import Archive
from app.archive.entries import some_batches
from app.rules.entries import ShownGift, decode
from app.rules.replay import Read
from app.store.audit import Audit

OFFSETS_KEPT = 15_000
# Of older gifts the rooms' logs have hardly any, and all of them would need much memory.
GIFTS_LOOKED_FOR = 200_000

Problem = Callable[[str], None]
Heard = Callable[[str, Mapping[str, Any]], None]


class RoomLogs:
    """The gifts of the books by their room and offset, the latest alone, of a partition that goes to the entry `up_to`.

    Attributes:
        checked: how many events were looked at.
    """

    def __init__(self, up_to: int, partition: int = 0) -> None:
        self.checked = 0
        self._partition = partition
        self._first_n = max(1, up_to - GIFTS_LOOKED_FOR + 1)
        self._offsets: dict[str, dict[int, str]] = {}

    async def look_back(self, archive: Archive, up_to: int) -> None:
        """Takes those of the latest gifts that the archive has up to that entry. Raises ArchiveError."""
        n = self._first_n - 1
        while n < up_to and (found := await archive.read(some_batches, n, up_to, self._partition)):
            for batch in found:
                for n, line in enumerate(batch.payload.split("\n"), batch.first):
                    # What cannot be read any more is found by a proof from the beginning.
                    with suppress(msgspec.DecodeError, ValueError):
                        self.see(Read(n, decode(line), ()))

    def see(self, read: Read) -> None:
        """Takes an entry of the books, in their order."""
        gift = read.entry
        if not isinstance(gift, ShownGift) or read.n < self._first_n:
            return
        offsets = self._offsets.setdefault(gift.room, {})
        if offsets and gift.offset <= next(reversed(offsets)):
            # An ended room is forgotten after a while; one of the same name begins anew.
            offsets.clear()
        offsets[gift.offset] = gift.id
        if len(offsets) > 2 * OFFSETS_KEPT:
            # A room's log goes back some ten thousand events: what is older has nothing to be compared with.
            for old in list(islice(offsets, OFFSETS_KEPT)):
                del offsets[old]

    async def compare(
        self, audit: Audit, problem: Problem, others: Iterable[str] = (), heard: Heard = lambda room, said: None
    ) -> None:
        """Tells what is wrong in the logs of all rooms that have gifts, and of these others. Raises StoreError.

        Args:
            heard: told of each event that is there, with its room.
        """
        for room in dict.fromkeys([*self._offsets, *others]):
            await self._compare(audit, problem, room, heard)

    async def _compare(self, audit: Audit, problem: Problem, room: str, heard: Heard) -> None:
        gifts = self._offsets.get(room, {})
        expected, first, last = None, min(gifts, default=0), max(gifts, default=-1)
        async for offset, event in audit.room_events(room):
            if expected is not None and offset != expected:
                problem(f"room {room}: offset {offset} follows {expected - 1}")
            expected = offset + 1
            self.checked += 1
            said = orjson.loads(event)
            heard(room, said)
            if said["offset"] != offset:
                problem(f"room {room}: the event at offset {offset} says {said['offset']}")
            gift_id = said["id"] if said["type"] == "gift_sent" else None
            # What was said after the balances were read was not seen here, nor may have been what was said long before.
            if gift_id != gifts.get(offset) and not (gift_id and not first <= offset <= last):
                problem(f"room {room}: offset {offset} is gift {gift_id}, the journal has {gifts.get(offset)}")
        if expected is not None and last >= expected:
            problem(f"room {room}: the log ends at offset {expected - 1}, the journal has a gift at {last}")
