"""Gathers what arrives while a call is under way and sends it as the next call: the money executor's engine.

It belongs to the application, never to a socket's task: a viewer who leaves cancels nothing. The same batch, with the
same ids, is sent again while its outcome is unknown.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from app.base.errors import Refusal, StoreError, StoreRefused, UnknownOutcome
from app.base.log import Throttle
from app.store.client import is_passing, reason_of

T = TypeVar("T")

BATCH_MAX = 256
QUEUE_MAX = 8192
# A trickle is not slowed down by it, and calls are at most 200 a second.
ALONE_S = 0.005
PACES_MAX = 3
RETRY_FIRST_S, RETRY_MAX_S, GIVE_UP_S = 0.02, 0.5, 15.0

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Batcher(Generic[T]):
    """One queue, one call at a time. The more was in one, the longer until the next: three times `pace_s` when full.

    Args:
        call: runs a batch and gives a text for each item, or one text alone for all of them.
        deliver: takes the items of a batch and their texts; a failure is the text `R<slug>`, or `R<slug> <reason>`.
        pace_s: an idle queue sends at once; a busy one lets a batch grow for so long, since a call costs about 190 us
            and a gift in it 15.
        alone_s: so long does one item alone hold the next call up.
    """

    def __init__(
        self,
        call: Callable[[list[T]], Awaitable[Sequence[bytes]]],
        deliver: Callable[[list[T], Sequence[bytes]], None],
        pace_s: float,
        alone_s: float = ALONE_S,
    ) -> None:
        self._call = call
        self._deliver = deliver
        self._pace_s = pace_s
        self._alone_s = alone_s
        self._queue: deque[T] = deque()
        self._busy = False
        self._next_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._taken = self._answered = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def __len__(self) -> int:
        """How many wait for a call."""
        return len(self._queue)

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken."""
        return len(self._queue) >= QUEUE_MAX

    def put(self, item: T) -> bool:
        """Takes an item; False where the queue is full and it was not taken."""
        if len(self._queue) >= QUEUE_MAX:
            return False
        self._queue.append(item)
        self._taken += 1
        if not self._busy:
            self._busy = True
            loop = asyncio.get_running_loop()
            # A task begins after this loop turn, so that what arrived together leaves together.
            if (now := loop.time()) >= self._next_at:
                self._start()
            else:
                loop.call_later(self._next_at - now, self._start)
        return True

    async def drain(self) -> None:
        """Waits until all that was put in so far is answered; what comes meanwhile is not waited for."""
        if self._answered < self._taken:
            answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((self._taken, answered))
            await answered

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            started = loop.time()
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_MAX))]
            results = await self._until_answered(batch)
            try:
                self._deliver(batch, results if len(results) == len(batch) else [results[0]] * len(batch))
            except Exception:
                # The store has it; only the telling failed. The next batch must not suffer.
                log.exception("results of a batch could not be delivered")
            self._count(len(batch))
            fuller = self._pace_s * min(1 + 6 * len(batch) / BATCH_MAX, PACES_MAX)
            self._next_at = started + min(len(batch) * self._alone_s, fuller)
            if self._queue and (rest := self._next_at - loop.time()) > 0 and len(self._queue) < BATCH_MAX:
                await asyncio.sleep(rest)
        self._busy = False

    def _count(self, answered: int) -> None:
        self._answered += answered
        for target, waiting in self._waiting:
            if target <= self._answered and not waiting.done():
                waiting.set_result(None)
        self._waiting = [(target, waiting) for target, waiting in self._waiting if not waiting.done()]

    async def _until_answered(self, batch: list[T]) -> Sequence[bytes]:
        loop = asyncio.get_running_loop()
        give_up_at, delay, unknown = loop.time() + GIVE_UP_S, RETRY_FIRST_S, False
        while True:
            try:
                return await self._call(batch)
            except StoreError as error:
                unknown = unknown or isinstance(error, UnknownOutcome)
                reason = reason_of(error)
                if isinstance(error, StoreRefused) and not is_passing(error):
                    throttle.say(logging.ERROR, reason, "the store refused a batch of %d: %s", len(batch), error)
                    return [_gave_up(unknown, reason)]
            except Refusal as refusal:
                return [b"R" + refusal.slug.encode()]
            except Exception:
                # A mistake of ours; without an answer here, nobody would be served any more.
                trace = traceback.format_exc()
                throttle.say(logging.ERROR, "mistake", "a batch of %d could not be sent:\n%s", len(batch), trace)
                return [_gave_up(True, "")]
            if loop.time() + delay > give_up_at:
                return [_gave_up(unknown, reason)]
            await asyncio.sleep(delay)
            delay = min(delay * 2, RETRY_MAX_S)


def _gave_up(unknown: bool, reason: str) -> bytes:
    return b"Runknown_outcome" if unknown else b"Runavailable " + reason.encode()
