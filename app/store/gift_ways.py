"""The way of a gift from one partition to another: paid, delivered, closed, and a guest elsewhere credited.

Whoever walks it may die anywhere: the outbox has what was paid, and whoever finds it there walks on from where it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.base.errors import Refusal, StoreError
from app.rules.crossings import Sent
from app.rules.partitions import partition
from app.store.crossings import Closing, Crossings
from app.store.moves import Moves, Posted

T = TypeVar("T")

# What has lain in an outbox for so long was left by somebody who died.
LEFT_MS = 5000


class GiftWays:
    """The ways between all partitions: `steps` are those that each of them takes, `moves` post its other entries."""

    def __init__(self, steps: Sequence[Crossings], moves: Moves) -> None:
        self.steps = steps
        self._moves = moves

    async def carry(self, sent: Sequence[Sent]) -> list[bytes]:
        """Delivers what was paid, and closes it; what became of each. Raises as `Crossings` does.

        After UnknownOutcome call again with the same gifts: each goes on from where it is. An answer is the text of
        `close_gifts.lua`; of one that came too late, b''.
        """
        delivered = [b""] * len(sent)
        for k, places in _by(lambda one: one.at, sent).items():
            some = [sent[place] for place in places]
            here = [self._of(one.receiver) == k for one in some]
            for place, text in zip(places, await self.steps[k].deliver(some, here), strict=True):
                delivered[place] = text
        ends = [b""] * len(sent)
        for k, places in _by(lambda one: self._of(one.sender), sent).items():
            in_time = [place for place in places if delivered[place] != b"L"]
            if not in_time:
                continue
            closings = [closing(sent[place], delivered[place].decode()) for place in in_time]
            for place, text in zip(in_time, await self.steps[k].close(closings), strict=True):
                ends[place] = text
        shown = [one for one, text in zip(sent, delivered, strict=True) if text[:1] == b"D"]
        await self.credit([one.to_guest() for one in shown if self._of(one.receiver) != one.at])
        return ends

    async def credit(self, sent: Sequence[Sent]) -> None:
        """Credits guests with what was delivered elsewhere, and closes that. Raises as `Crossings` and `Moves` do."""
        for places in _by(lambda one: self._of(one.receiver), sent).values():
            some = [sent[place] for place in places]
            await self.post(some)
            for at, here in _by(lambda one: one.at, some).items():
                await self.steps[at].close([closing(some[place], "C") for place in here])

    async def post(self, sent: Sequence[Sent]) -> None:
        """Credits guests, and no more. Raises as `Moves` does."""
        for one, posted in zip(sent, await self._moves.post([one.credit() for one in sent]), strict=True):
            assert isinstance(posted, Posted), f"{one.name} was refused: {posted}"

    async def take_over(self, k: int) -> int:
        """Walks on with what lies in the partition's outbox; how much that was.

        What is on its way to a partition that cannot be used now is left for the next time.

        Raises:
            StoreError, Refusal: as `Crossings` does where this partition's outbox cannot be read.
        """
        taken, away = 0, set[int]()

        async def walk(to: int, step: Callable[[Sequence[Sent]], Awaitable[object]], sent: Sequence[Sent]) -> None:
            if to not in away:
                try:
                    await step(sent)
                except (StoreError, Refusal):
                    away.add(to)

        async for lying in self.steps[k].lying(LEFT_MS):
            guests = [one for one in lying.sent if one.is_guests]
            gifts = [one for one in lying.sent if not one.is_guests and one.deadline_ms > lying.now_ms]
            for to, places in _by(lambda one: one.at, gifts).items():
                await walk(to, self.carry, [gifts[place] for place in places])
            for to, places in _by(lambda one: self._of(one.receiver), guests).items():
                await walk(to, self.credit, [guests[place] for place in places])
            taken += len(gifts) + len(guests)
        return taken

    def _of(self, account: str) -> int:
        return partition(account, len(self.steps))


def closing(sent: Sent, end: str) -> Closing:
    """What ends it, in the outbox where it lies."""
    return Closing(sent.name, sent.bucket, end)


def _by(partition_of: Callable[[T], int], items: Sequence[T]) -> dict[int, list[int]]:
    """The places of the items, by partition."""
    found: dict[int, list[int]] = {}
    for place, item in enumerate(items):
        found.setdefault(partition_of(item), []).append(place)
    return found
