from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.rules.standing import Look
from app.store.client import Store
from app.store.ledger_time import BELIEVED_AFTER_MS, clock_note
from tests.books import check_books
from tests.shifted_store import ShiftedStore
from tests.world import World

HOUR_MS = 3_600_000
NEAR_MS = 1000


@pytest.fixture(scope="module")
def shifted() -> Iterator[ShiftedStore]:
    """A store whose clock can be set."""
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        server = ShiftedStore(Path(folder) / "d")
        server.start()
        yield server
        server.stop()


class Clocked(World):
    """A world on that store, and its true time."""

    def __init__(self, store: Store, server: ShiftedStore) -> None:
        super().__init__(store)
        self.server = server
        self.offset_ms = 0

    def jump(self, by_ms: int) -> None:
        """The store's clock is set."""
        self.offset_ms += by_ms
        self.server.shift(self.offset_ms)

    def sleep(self, ms: int) -> None:
        """Time passes, for the store and for us."""
        self.slept_ms += ms
        self.jump(ms)

    def off_ms(self) -> int:
        """How far the ledger's time is from the true one."""
        return self.now_ms() - self.passed_ns() // 1_000_000 - self.began_ms

    async def begin(self) -> None:
        """From now on the time is true."""
        self.jump(-self.offset_ms)
        await self.be_born()
        await self.grant("ann", 10_000)
        await self.standing.see()
        self.began_ms = self.now_ms() - self.passed_ns() // 1_000_000

    async def look(self) -> Look:
        """A look of a process that has looked before."""
        return await self.standing.see()


@pytest.fixture
async def clocked(shifted: ShiftedStore) -> AsyncIterator[Clocked]:
    """A newborn ledger at the right time; the books are in order afterwards."""
    store = Store(shifted.url)
    clocked = Clocked(store, shifted)
    await clocked.begin()
    yield clocked
    await check_books(clocked)
    store.close()


@pytest.mark.parametrize("jump_ms", [2 * HOUR_MS, -2 * HOUR_MS, 60_000, -60_000])
async def test_gifts_go_on_through_a_jump_and_back(
    jump_ms: int, clocked: Clocked, caplog: pytest.LogCaptureFixture
) -> None:
    """While the clock is wrong, and after it was set right, gifts are paid at the time that it truly is."""
    for by_ms in (jump_ms, -jump_ms):
        clocked.jump(by_ms)
        # Without a look before: the gift itself finds out.
        assert ["NA", "NA"] == [
            answer[:2] for answer in await clocked.send(clocked.order(), clocked.order("ann", "swan"))
        ]
        assert abs(clocked.off_ms()) < NEAR_MS
        at_ms = int(await clocked.store.call("HGET", clocked.keys.totals, "hw"))
        assert abs(at_ms - clocked.now_ms()) < NEAR_MS

    assert 2 == len(caplog.messages)
    assert f"jumped by {'+' if jump_ms > 0 else '-'}" in caplog.messages[0]
    assert "came back" in caplog.messages[1]


async def test_the_answers_of_before_are_not_forgotten(clocked: Clocked) -> None:
    """A clock that is ahead for a moment makes the store forget nothing: a resend is answered as the first time."""
    orders = [clocked.order() for _ in range(20)]
    answers = await clocked.send(*orders)
    clocked.jump(2 * HOUR_MS)
    await clocked.send(clocked.order(), clocked.order())
    clocked.jump(-2 * HOUR_MS)

    assert [answer.replace("N", "D", 1) for answer in answers] == await clocked.send(*orders)


async def test_a_jump_that_stands_is_believed_after_a_while(clocked: Clocked, caplog: pytest.LogCaptureFixture) -> None:
    """A clock that was set forward and stays there is followed after ten minutes, in one step."""
    clocked.jump(HOUR_MS)
    await clocked.look()
    clocked.sleep(BELIEVED_AFTER_MS - 2000)
    await clocked.look()
    assert abs(clocked.off_ms()) < NEAR_MS
    clocked.sleep(3000)
    look = await clocked.look()

    assert 0 == look.shift_ms
    assert abs(clocked.off_ms() - HOUR_MS) < NEAR_MS
    assert "follows it now" in caplog.messages[-1]
    assert "NA" == (await clocked.send(clocked.order()))[0][:2]


async def test_a_ledger_that_is_ahead_waits_for_its_clock(clocked: Clocked) -> None:
    """After a clock was set back the ledger's time runs at half speed until both are one, never back, whoever looks."""
    clocked.jump(-4000 - 10_000)
    other = clocked.stand()
    times = []
    for _ in range(60):
        await asyncio.gather(clocked.standing.see(), other.see())
        times.append((clocked.now_ms(), clocked.passed_ns() / 1e6))
        clocked.sleep(1000)
    # By how much of the time that passed the ledger goes on.
    steps = [(after - before) / (then - since) for (before, since), (after, then) in pairwise(times)]
    look = await clocked.look()

    assert all(step > 0 for step in steps), steps
    assert 0 == look.shift_ms
    assert all(0.3 < step < 0.7 for step in steps[5:20]), steps
    assert abs(steps[-1] - 1) < 0.2
    assert "NA" == (await clocked.send(clocked.order()))[0][:2]


async def test_a_process_that_knows_nothing_goes_on_from_the_latest_entry(
    clocked: Clocked, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that is started on a clock that was set back takes gifts at once: the ledger's time does not go back."""
    await clocked.send(clocked.order())
    high_ms = clocked.now_ms()
    clocked.jump(-2 * HOUR_MS)
    clocked.rooms.standing = clocked.ledger.standing = clocked.stand()
    await clocked.look()

    assert "NA" == (await clocked.send(clocked.order()))[0][:2]
    assert high_ms - NEAR_MS < clocked.now_ms()
    assert "jumped by -7" in caplog.text


async def test_a_long_night_is_no_jump(clocked: Clocked, caplog: pytest.LogCaptureFixture) -> None:
    """Time that has passed for us as well is followed at once: a store that was away, a machine that slept."""
    clocked.sleep(10 * HOUR_MS)
    await clocked.send(clocked.order())
    fresh = clocked.rooms.standing = clocked.ledger.standing = clocked.stand()
    clocked.jump(5000)
    await fresh.see()

    assert [] == caplog.messages
    assert 0 == (await fresh.see()).steps


async def test_of_many_that_notice_one_steps(clocked: Clocked, caplog: pytest.LogCaptureFixture) -> None:
    """Workers that notice the same jump make up for it once, and all go by the same time."""
    standings = [clocked.stand() for _ in range(8)]
    await asyncio.gather(*(standing.see() for standing in standings))
    clocked.jump(HOUR_MS)
    looks = await asyncio.gather(*(standing.see() for standing in standings))

    assert {1} == {look.steps for look in looks}
    assert max(standing.clock() for standing in standings) - min(standing.clock() for standing in standings) < NEAR_MS
    assert 1 == len(caplog.messages)


async def test_a_process_that_stood_still_believes_the_others(clocked: Clocked) -> None:
    """One whose own time did not pass, as in a machine that was stopped, steps once at most, and nobody fights it."""
    stopped, slept_ms = clocked.stand(), 0
    stopped.clock._passed_ns = lambda: clocked.passed_ns() - slept_ms * 1_000_000
    await asyncio.gather(clocked.look(), stopped.see())
    slept_ms = 60_000
    clocked.sleep(60_000)
    for _ in range(5):
        await asyncio.gather(clocked.look(), stopped.see())

    assert (await clocked.look()).steps <= 1
    assert abs(stopped.clock() - clocked.now_ms()) < NEAR_MS


@pytest.mark.parametrize(
    ("shift_ms", "words"), [(999, None), (-999, None), (90_000, "90 s behind"), (-5000, "5 s ahead")]
)
def test_what_is_said_of_a_clock(shift_ms: int, words: str | None) -> None:
    """A clock that is off by a second or more is worth a word."""
    note = clock_note(shift_ms)

    assert (words is None) == (note is None)
    assert words is None or words in str(note)
