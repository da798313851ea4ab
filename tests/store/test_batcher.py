from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

import pytest

from app.base.errors import Refusal, StoreError, StoreRefused, UnknownOutcome
from app.base.log import Throttle
from app.store import batcher as module
from app.store.batcher import BATCH_MAX, QUEUE_MAX, Batcher


class Kitchen:
    """Calls that end as they are told, and all that was called and delivered."""

    def __init__(self, *outcomes: BaseException | None) -> None:
        self.outcomes = list(outcomes)
        self.calls: list[list[int]] = []
        self.delivered: list[tuple[int, bytes]] = []
        self.at_s: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def call(self, batch: list[int]) -> Sequence[bytes]:
        """One call with a batch."""
        self.calls.append(list(batch))
        self.at_s.append(asyncio.get_running_loop().time())
        await self.gate.wait()
        if self.outcomes and (outcome := self.outcomes.pop(0)) is not None:
            raise outcome
        return [b"N%d" % item for item in batch]

    def deliver(self, items: list[int], results: Sequence[bytes]) -> None:
        """Takes the results of a batch."""
        self.delivered += zip(items, results, strict=True)

    def batcher(self, pace_s: float = 0.0) -> Batcher[int]:
        """A batcher that calls here."""
        return Batcher(self.call, self.deliver, pace_s)


def fill(batcher: Batcher[int], numbers: range) -> list[bool]:
    """Puts numbers in; whether each was taken."""
    return [batcher.put(i) for i in numbers]


def served(numbers: range) -> list[tuple[int, bytes]]:
    """What is delivered when each of these numbers is answered."""
    return [(i, b"N%d" % i) for i in numbers]


async def test_what_arrives_together_leaves_together() -> None:
    """All that arrives in one turn of the event loop is one call, and each item has its own answer."""
    kitchen = Kitchen()
    batcher = kitchen.batcher()
    fill(batcher, range(10))
    await batcher.drain()

    assert [list(range(10))] == kitchen.calls
    assert served(range(10)) == kitchen.delivered


async def test_what_arrives_meanwhile_is_the_next_call() -> None:
    """While a call is under way the rest gathers, in order, and no second call is made."""
    kitchen = Kitchen()
    batcher = kitchen.batcher()
    kitchen.gate.clear()
    fill(batcher, range(3))
    await asyncio.sleep(0.01)
    fill(batcher, range(3, 8))
    await asyncio.sleep(0.01)

    assert [[0, 1, 2]] == kitchen.calls
    assert 5 == len(batcher)
    kitchen.gate.set()
    await batcher.drain()
    assert [[0, 1, 2], [3, 4, 5, 6, 7]] == kitchen.calls
    assert served(range(8)) == kitchen.delivered


async def test_batches_are_bounded() -> None:
    """A long queue leaves in batches of the bound, in order."""
    kitchen = Kitchen()
    batcher = kitchen.batcher()
    fill(batcher, range(2 * BATCH_MAX + 1))
    await batcher.drain()

    assert [BATCH_MAX, BATCH_MAX, 1] == [len(call) for call in kitchen.calls]
    assert served(range(2 * BATCH_MAX + 1)) == kitchen.delivered


async def test_the_queue_is_bounded() -> None:
    """What is beyond the bound of the queue is not taken, and what was taken is answered."""
    kitchen = Kitchen()
    batcher = kitchen.batcher()
    taken = fill(batcher, range(QUEUE_MAX + 2))
    await batcher.drain()

    assert [True] * QUEUE_MAX + [False, False] == taken
    assert served(range(QUEUE_MAX)) == kitchen.delivered
    assert batcher.put(7)
    await batcher.drain()


@pytest.mark.parametrize(
    "outcome",
    [UnknownOutcome("broken"), StoreError("not there"), StoreRefused("LOADING x"), StoreRefused("BUSY x")],
    ids=lambda error: f"{type(error).__name__} {error}",
)
async def test_the_same_batch_is_sent_until_answered(outcome: StoreError) -> None:
    """A batch whose outcome is unknown, or that was refused for now, is sent again unchanged, before all else."""
    kitchen = Kitchen(outcome, outcome, outcome)
    batcher = kitchen.batcher()
    fill(batcher, range(3))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fill(batcher, range(3, 5))
    await batcher.drain()

    assert [[0, 1, 2]] * 4 + [[3, 4]] == kitchen.calls
    assert served(range(5)) == kitchen.delivered


async def test_it_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries grow up to a bound."""
    monkeypatch.setattr(module, "RETRY_FIRST_S", 0.01)
    monkeypatch.setattr(module, "RETRY_MAX_S", 0.02)
    kitchen = Kitchen(*[UnknownOutcome("broken")] * 4)
    batcher = kitchen.batcher()
    fill(batcher, range(1))
    await batcher.drain()
    gaps_s = [after - before for before, after in zip(kitchen.at_s, kitchen.at_s[1:], strict=False)]

    assert all(gap_s >= least_s - 0.002 for gap_s, least_s in zip(gaps_s, (0.01, 0.02, 0.02, 0.02), strict=True))


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([StoreRefused("OOM command not allowed")], b"Runavailable out_of_memory"),
        ([UnknownOutcome("broken"), StoreRefused("OOM command not allowed")], b"Runknown_outcome"),
        ([StoreError("not there"), StoreRefused("MISCONF")], b"Runavailable disk"),
        ([StoreRefused("ERR unknown")], b"Runavailable refused"),
        ([Refusal("uninitialised")], b"Runinitialised"),
        ([RuntimeError("a mistake of ours")], b"Runknown_outcome"),
    ],
)
async def test_a_refused_batch(
    outcomes: list[BaseException], expected: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A batch that is refused for good is told so, as unknown where a try before may have run; the next goes on."""
    kitchen = Kitchen(*outcomes)
    batcher = kitchen.batcher()
    fill(batcher, range(2))
    with caplog.at_level(logging.CRITICAL):
        await batcher.drain()
    fill(batcher, range(2, 3))
    await batcher.drain()

    assert [(0, expected), (1, expected), (2, b"N2")] == kitchen.delivered


async def test_refused_batches_are_one_line_of_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that refuses every batch is logged once a minute and reason, with how often it happened."""
    now_s, kitchen = 0.0, Kitchen(*[StoreRefused("OOM x")] * 50, StoreRefused("READONLY x"), StoreRefused("OOM y"))
    monkeypatch.setattr(module, "throttle", Throttle(module.log, now_s=lambda: now_s))
    batcher = kitchen.batcher()
    for i in range(52):
        now_s = 60.0 if i == 51 else 0.0
        fill(batcher, range(i, i + 1))
        await batcher.drain()

    assert [
        "the store refused a batch of 1: OOM x",
        "the store refused a batch of 1: READONLY x",
        "the store refused a batch of 1: OOM y (and 49 times more since it was last said)",
    ] == [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (UnknownOutcome("gone"), b"Runknown_outcome"),
        (StoreError("gone"), b"Runavailable away"),
        (StoreRefused("LOADING the dataset"), b"Runavailable loading"),
    ],
    ids=repr,
)
async def test_it_gives_up(outcome: StoreError, expected: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """After too long without an answer the batch is told so and why: unknown only where it may have run."""
    monkeypatch.setattr(module, "GIVE_UP_S", 0.5)
    kitchen = Kitchen(*[outcome] * 100)
    batcher = kitchen.batcher()
    fill(batcher, range(2))
    await batcher.drain()

    assert [(0, expected), (1, expected)] == kitchen.delivered
    assert len(kitchen.calls) > 2


async def test_one_text_for_all() -> None:
    """A text alone is the answer of each item."""

    async def refuse(batch: list[int]) -> Sequence[bytes]:
        return [b"Runinitialised"]

    kitchen = Kitchen()
    batcher = Batcher(refuse, kitchen.deliver, 0.0)
    fill(batcher, range(3))
    await batcher.drain()

    assert [(i, b"Runinitialised") for i in range(3)] == kitchen.delivered


async def test_a_failing_delivery_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """When the results of a batch cannot be told, the next batch is still sent and told."""
    kitchen = Kitchen()
    told: list[int] = []

    def deliver(items: list[int], results: Sequence[bytes]) -> None:
        if 0 in items:
            raise RuntimeError("a socket fell over")
        told.extend(items)

    batcher = Batcher(kitchen.call, deliver, 0.0)
    fill(batcher, range(BATCH_MAX + 2))
    with caplog.at_level(logging.ERROR):
        await batcher.drain()

    assert [BATCH_MAX, BATCH_MAX + 1] == told
    assert "could not be delivered" in caplog.text


async def test_an_idle_queue_sends_at_once_and_a_busy_one_waits() -> None:
    """The first items leave at once; after a call with many, what comes gathers for the pace."""
    kitchen = Kitchen()
    batcher = kitchen.batcher(pace_s=0.05)
    fill(batcher, range(20))
    await batcher.drain()
    for i in range(20, 23):
        fill(batcher, range(i, i + 1))
        await asyncio.sleep(0.005)
    await batcher.drain()

    assert [list(range(20)), [20, 21, 22]] == kitchen.calls
    assert kitchen.at_s[1] - kitchen.at_s[0] >= 0.05


async def test_a_trickle_is_not_slowed_down() -> None:
    """One item alone holds the next call up for a moment only, far shorter than the pace."""
    kitchen = Kitchen()
    batcher = kitchen.batcher(pace_s=30.0)
    for i in range(3):
        fill(batcher, range(i, i + 1))
        await batcher.drain()

    assert [[0], [1], [2]] == kitchen.calls


async def test_draining_nothing_returns() -> None:
    """An idle batcher is drained."""
    kitchen = Kitchen()
    async with asyncio.timeout(5):
        await kitchen.batcher().drain()

    assert [] == kitchen.calls


async def test_draining_waits_for_nothing_that_comes_later() -> None:
    """A queue that never runs dry can be drained of what was in it: a busy worker has to stop as well."""
    kitchen, coming = Kitchen(), True

    async def call(batch: list[int]) -> Sequence[bytes]:
        await asyncio.sleep(0)
        return await kitchen.call(batch)

    def deliver_and_put(items: list[int], results: Sequence[bytes]) -> None:
        kitchen.deliver(items, results)
        if coming:
            batcher.put(items[-1] + 1)

    batcher = Batcher(call, deliver_and_put, 0.0)
    fill(batcher, range(3))
    async with asyncio.timeout(10):
        await batcher.drain()
    coming = False
    await batcher.drain()

    assert served(range(3)) == kitchen.delivered[:3]


async def test_a_caller_that_leaves_cancels_nothing() -> None:
    """What a task has put in is sent and told, whatever becomes of that task."""
    kitchen = Kitchen()
    batcher = kitchen.batcher()

    async def viewer(put: Callable[[int], bool]) -> None:
        put(1)
        await asyncio.sleep(60)

    task = asyncio.ensure_future(viewer(batcher.put))
    await asyncio.sleep(0)
    task.cancel()
    await batcher.drain()

    assert served(range(1, 2)) == kitchen.delivered
