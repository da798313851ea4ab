"""The queues of a worker's gifts: of each step that they take, one for each partition that takes it.

A gift of one partition is applied in one step. One that crosses is paid, delivered and closed, and a guest who lives
elsewhere credited: each step with all that have come to it there, whosever they are. A partition that is away holds up
nothing but what has to go there. What was paid and could not go on lies in an outbox, and is taken over from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from app.rules.crossings import Sent
from app.rules.gifts import GiftOrder
from app.rules.partitions import partition
from app.store.batcher import ALONE_S, Batcher
from app.store.crossings import Closing, Crossings
from app.store.gift_ways import GiftWays, closing
from app.store.ledger import Ledger
from app.store.moves import Moves

T = TypeVar("T")

# Of many partitions each queue has less, and waits the longer for company: up to so many times.
STRETCH_MAX = 4
UNDER_WAY = b"E"
UNKNOWN = b"Runknown_outcome"
"""What is said of a gift that was paid, and whose end is not known here."""

Ended = Callable[[list[GiftOrder], Sequence[bytes]], None]


@dataclass(slots=True)
class _Crossing:
    """A gift that crosses; once it is paid, with what the outbox has of it."""

    order: GiftOrder
    sent: Sent | None = None


class _Closing(NamedTuple):
    """What is to be closed, and the gift whose sender waits for that, if any."""

    closing: Closing
    order: GiftOrder | None


class _Queues(Generic[T]):
    """The queues of one step. `call` takes it in a partition, `done` is told of it; see Batcher."""

    def __init__(
        self,
        call: Callable[[int, list[T]], Awaitable[Sequence[bytes]]],
        done: Callable[[list[T], Sequence[bytes]], None],
        paces_s: tuple[float, float],
    ) -> None:
        self._call = call
        self._done = done
        self._paces_s = paces_s
        self._of: dict[int, Batcher[T]] = {}

    def __len__(self) -> int:
        """How many wait for a call."""
        return sum(map(len, self._of.values()))

    def of(self, k: int) -> Batcher[T]:
        """The queue of a partition."""
        if (queue := self._of.get(k)) is None:
            queue = self._of[k] = Batcher(partial(self._call, k), self._done, *self._paces_s)
        return queue

    async def drain(self) -> None:
        """Waits until all that was put in so far is answered."""
        await asyncio.gather(*(queue.drain() for queue in self._of.values()))


class GiftQueues:
    """All queues.

    Args:
        ended: takes gifts that have come to their end, and what became of each: the text of `send_gifts.lua`,
            `pay_gifts.lua` or `close_gifts.lua`, or `R<slug>`.
        pace_s: see Batcher.
    """

    def __init__(self, ledgers: Sequence[Ledger], moves: Moves, ended: Ended, pace_s: float) -> None:
        stretch = min(len(ledgers), STRETCH_MAX)
        paces_s = pace_s * stretch, ALONE_S * stretch
        self._ended = ended
        self._steps = [Crossings(ledger) for ledger in ledgers]
        self.ways = GiftWays(self._steps, moves)
        self.here = _Queues[GiftOrder](lambda k, orders: ledgers[k].send_gifts(orders), ended, paces_s)
        self._paying = _Queues(self._pay, self._paid, paces_s)
        self._delivering = _Queues(self._deliver, self._delivered, paces_s)
        self._crediting = _Queues(self._credit, self._credited, paces_s)
        self._closing = _Queues(self._close, self._closed, paces_s)
        # As the gifts take them.
        self._all = (self.here, self._paying, self._delivering, self._crediting, self._closing)
        self.put: Callable[[GiftOrder], bool] = self.here.of(0).put if len(ledgers) == 1 else self._put
        """Takes a gift; False where a queue is full, and it was not taken."""

    def __len__(self) -> int:
        """How many gifts wait for a call."""
        return sum(len(queues) for queues in self._all)

    async def drain(self) -> None:
        """Waits until all gifts that were put in so far have come to their end."""
        for queues in self._all:
            await queues.drain()

    def _of(self, account: str) -> int:
        return partition(account, len(self._steps))

    def _put(self, order: GiftOrder) -> bool:
        k = self._of(order.wire.sender)
        if k == order.at == self._of(order.wire.receiver):
            return self.here.of(k).put(order)
        # Not paid where it could not go on.
        if self._delivering.of(order.at).is_full or self._closing.of(k).is_full:
            return False
        return self._paying.of(k).put(_Crossing(order))

    async def _pay(self, k: int, crossings: list[_Crossing]) -> Sequence[bytes]:
        texts = list[bytes]()
        told = await self._steps[k].pay([crossing.order for crossing in crossings])
        for crossing, one in zip(crossings, told, strict=True):
            if isinstance(one, Sent):
                crossing.sent = one
            texts.append(UNDER_WAY if isinstance(one, Sent) else one)
        return texts

    def _paid(self, crossings: list[_Crossing], texts: Sequence[bytes]) -> None:
        ends = list[tuple[GiftOrder, bytes]]()
        for crossing, text in zip(crossings, texts, strict=True):
            if text != UNDER_WAY:
                ends.append((crossing.order, text))
            elif not self._delivering.of(crossing.order.at).put(crossing):
                ends.append((crossing.order, UNKNOWN))
        self._end(ends)

    async def _deliver(self, at: int, crossings: list[_Crossing]) -> Sequence[bytes]:
        sent = [crossing.sent for crossing in crossings if crossing.sent is not None]
        return await self._steps[at].deliver(sent, [self._of(one.receiver) == at for one in sent])

    def _delivered(self, crossings: list[_Crossing], texts: Sequence[bytes]) -> None:
        ends = list[tuple[GiftOrder, bytes]]()
        for (order, sent), text in zip(((one.order, one.sent) for one in crossings), texts, strict=True):
            assert sent is not None, "it was delivered without having been paid"
            is_closing = text[:1] in (b"D", b"X") and self._closing.of(self._of(order.wire.sender)).put(
                _Closing(closing(sent, text.decode()), order)
            )
            if not is_closing:
                ends.append((order, UNKNOWN))
            if text[:1] == b"D" and (k := self._of(sent.receiver)) != sent.at:
                self._crediting.of(k).put(sent.to_guest())
        self._end(ends)

    async def _credit(self, _: int, sent: list[Sent]) -> Sequence[bytes]:
        await self.ways.post(sent)
        return [b"C"]

    def _credited(self, sent: list[Sent], texts: Sequence[bytes]) -> None:
        for one, text in zip(sent, texts, strict=True):
            if text == b"C":
                self._closing.of(one.at).put(_Closing(closing(one, "C"), None))

    async def _close(self, k: int, closings: list[_Closing]) -> Sequence[bytes]:
        return await self._steps[k].close([one.closing for one in closings])

    def _closed(self, closings: list[_Closing], texts: Sequence[bytes]) -> None:
        # An id that was forgotten by its time meanwhile has no answer any more.
        told = [text if text[:1] != b"R" and text != b"D" else UNKNOWN for text in texts]
        self._end([(one.order, text) for one, text in zip(closings, told, strict=True) if one.order is not None])

    def _end(self, ends: Sequence[tuple[GiftOrder, bytes]]) -> None:
        if ends:
            self._ended([order for order, _ in ends], [text for _, text in ends])
