"""What happens by the clock: hello's deadline, pings, tokens that run out, counts, leaderboards, the end of streaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from app.base.errors import CloseCode
from app.rules.messages import GiftAccepted, GiftSent, Leaderboard, Streak, StreakEnded, Viewers
from app.store.server import StoreServer
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.raw import PING, PONG, RawSocket, frame, raw_socket, text
from tests.edge.site import new_id
from tests.waiting import until

SETTINGS = {"gift_rate": 0, "workers": 2, "heartbeat_s": 2, "sockets_per_user": 0}


@pytest.fixture(scope="module", autouse=True)
async def silent_ones(product: Product) -> AsyncIterator[asyncio.Task[tuple[set[int], float]]]:
    """Two who do not say hello, watched while the other tests run: how they were closed, and after how long."""

    async def watch() -> tuple[set[int], float]:
        started = time.monotonic()
        async with product.connect() as silent, product.connect() as pinging:
            await pinging.ping("that is no hello")
            codes = set(await asyncio.gather(silent.closed(), pinging.closed()))
            return codes, time.monotonic() - started

    watching = asyncio.create_task(watch())
    yield watching
    await asyncio.wait([watching])


async def test_token_that_runs_out_closes_4502(product: Product, store: StoreServer) -> None:
    """A connection ends with the token it came with and not before, however seldom the wheel of pings turns."""
    async with worker(store.url, heartbeat_s=3600) as slow_wheel:
        for site in (product, slow_wheel):
            runs_out_at = int(time.time()) + 4
            async with site.connect() as ann, site.join("bob") as bob:
                await ann.hello(site.token("ann", for_s=runs_out_at + 0.5 - time.time()))
                assert CloseCode.UNAUTHORIZED == await ann.closed()
                assert runs_out_at - 0.1 <= time.time() <= runs_out_at + 10
                await bob.ping("not affected")


async def test_peer_that_answers_no_ping_closes_4003(product: Product) -> None:
    """A dead connection is found by two pings without an answer; one that answers them, or talks, stays."""

    async def answer_pings(alive: RawSocket) -> int:
        answered = 0
        while True:
            heard = await alive.heard()
            if heard.opcode == PING:
                answered += 1
                await alive.send(frame(PONG, heard.payload))
            if answered == 3:
                return answered

    async with raw_socket(product.port) as dead, raw_socket(product.port) as alive:
        for socket in (dead, alive):
            await socket.send(text(f'{{"type":"hello","token":"{product.token("ann")}"}}'))
        answering = asyncio.create_task(answer_pings(alive))
        assert CloseCode.PING_TIMEOUT == await dead.closed_with()
        assert 3 == await answering


async def test_viewers_are_counted_over_all_workers(product: Product) -> None:
    """Everyone hears how many viewers there are, once a second at most, and hears when they have gone."""
    room = await product.open_room("count")
    async with product.join("v0", room) as first:
        async with product.join("v1", room), product.join("v2", room), product.join("v3", room):
            await first.until(Viewers, lambda viewers: viewers.count == 4)
            since = len(first.messages)
        await first.until(Viewers, lambda viewers: viewers.count == 1, since)
        assert len(first.all_of(Viewers)) <= 8


async def test_leaderboard_is_told_when_it_changes(product: Product) -> None:
    """The top viewers by coins come after gifts, at most once a second."""
    room = await product.open_room("board")
    for user in ("ann", "bob"):
        await product.grant(user, 1000)
    async with product.join("ann", room) as ann, product.join("bob", room) as bob:
        started = time.monotonic()
        for _ in range(20):
            await ann.send_gift(new_id())
            await bob.send_gift(new_id(), quantity=3)
        board = await ann.until(Leaderboard, lambda board: sum(rank.coins for rank in board.top) == 80)
        assert len(ann.all_of(Leaderboard)) <= 2 + time.monotonic() - started

    assert [("bob", "Bob", 60), ("ann", "Ann", 20)] == [(r.user.id, r.user.name, r.coins) for r in board.top]


async def test_streak_ends_exactly_once_five_seconds_after_its_last_gift(product: Product) -> None:
    """With two workers that both look, a streak ends with one event, with its totals, five seconds after it paused."""
    room = await product.open_room("streaks")
    await product.grant("ann", 100)
    async with product.join("ann", room) as ann, product.join("bob", room) as bob, product.join("cat", room):
        first = await ann.send_gift(new_id(), quantity=2)
        assert isinstance(first, GiftAccepted)
        await ann.send_gift(new_id(), quantity=3)
        # By then the streak has been looked at once, at its first note, and went on.
        await asyncio.sleep(1.5)
        await ann.send_gift(new_id(), quantity=1)
        ended = await bob.until(StreakEnded)
        await bob.until(StreakEnded, lambda end: end.offset == 4)
        last_gift = bob.gifts()[-1]
        # It is looked at every second, and somewhat later on a loaded machine.
        assert 5000 <= ended.at_ms - last_gift.at_ms <= 10_000
        assert (str(first.n), 6, 6) == (ended.streak.id, ended.streak.count, ended.streak.coins)
        assert ("ann", "rose", "streamer") == (ended.sender.id, ended.gift, ended.receiver)

        again = await ann.send_gift(new_id())
        assert isinstance(again, GiftAccepted)
        new = await bob.until(GiftSent, lambda gift: gift.id == again.id)
        assert Streak(str(again.n), 1, 1) == new.streak
        assert 1 == len(bob.all_of(StreakEnded))


async def test_room_that_ends_ends_its_streaks(product: Product) -> None:
    """Nobody waits five seconds for a streak in a room that is over."""
    room = await product.open_room("over")
    await product.grant("ann", 100)
    async with product.join("ann", room) as ann, product.platform() as http:
        await ann.send_gift(new_id())
        await http.delete(f"/v1/rooms/{room}")
        await ann.events_to(3)

    assert ["gift_sent", "room_changed", "streak_ended"] == [e.__struct_config__.tag for e in ann.events()]


async def test_no_hello_within_five_seconds_closes_4501(
    silent_ones: asyncio.Task[tuple[set[int], float]],
) -> None:
    """Who does not say hello is sent away after five seconds and not before; a ping is no hello."""
    codes, after_s = await silent_ones
    assert {CloseCode.NO_HELLO} == codes
    assert 4.5 <= after_s <= 20


async def test_the_loops_lag_is_sampled(product: Product) -> None:
    """/metrics tells how late the event loop is, by samples that go on."""

    def samples() -> float:
        return product.metrics()['fanfare_loop_lag_seconds_count{worker="0"}']

    before = samples()
    await asyncio.to_thread(until, lambda: samples() > before)

    assert samples() > before
