from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from app.base.errors import StoreError
from app.rules.gifts import GiftOrder
from app.rules.goals import Goal
from app.store.client import Store
from app.store.scripts import script
from app.store.server import StoreServer
from tests.books import check_books
from tests.fault_proxy import Fault, eventually, fault_proxy
from tests.shifted_store import kill
from tests.world import World, world_at

CUTS = 12


def aof(data: Path) -> Path:
    """The file that the store writes its commands to."""
    (path,) = (data / "store").rglob("*.incr.aof")
    return path


def has_answered(sending: Sequence[asyncio.Future[list[str]]], number: int) -> bool:
    """Whether so many gifts are answered."""
    return sum(one.done() for one in sending) >= number


@pytest.fixture
def server(short_path: Path) -> Iterator[StoreServer]:
    """A store of the test's own."""
    server = StoreServer(short_path / "d", say=lambda line: None)
    server.start()
    yield server
    server.stop()


async def recovered(data: Path, world: World, orders: list[GiftOrder]) -> tuple[int, list[str]]:
    """What a store makes of what is left in a folder: how many entries there are, and the answer to the same gifts."""
    server = StoreServer(data, say=lambda line: None)
    server.start()
    store = Store(server.url)
    try:
        there = World(store)
        there.room = world.room
        n = (await check_books(there)).n
        before, answers = await there.rooms.goal("main"), await there.send(*orders)
        await check_books(there)
        after = await there.rooms.goal("main")
        assert before is not None
        assert after is not None
        assert [(0, False) if n == 2 else (7, True), (7, True)] == [(g.progress, g.reached) for g in (before, after)]
        return n, answers
    finally:
        store.close()
        server.stop()


async def test_a_torn_file_has_a_gift_whole_or_not_at_all(server: StoreServer, short_path: Path) -> None:
    """Wherever a crash cuts the last write short, none of its gifts is there, nor what it did to the goal; sent again,
    each is paid once, and the goal is reached once.
    """
    async with world_at(server.url) as world:
        await world.grant("ann", 100)
        # Of another gift: no streak goes on that may be over before the last of these stores has started.
        await world.send(world.order(gift="applause"))
        await world.rooms.put_goal("main", Goal(id="g", title="Encore", target=6, gift=None, ends_ms=None))
        whole = aof(short_path / "d").stat().st_size
        orders = [world.order(gift="heart"), world.order(quantity=2)]
        expected = await world.send(*orders)
        end = aof(short_path / "d").stat().st_size
        kill(server)
        server.stop()
        assert end > whole
        for i, cut in enumerate(range(whole, end, max(1, (end - whole) // CUTS))):
            copy = short_path / f"c{i}"
            shutil.copytree(short_path / "d", copy, ignore=shutil.ignore_patterns("*.sock", "lock"))
            with aof(copy).open("r+b") as file:
                file.truncate(cut)

            assert (2, expected) == await recovered(copy, world, orders)
        again = [answer.replace("N", "D", 1) for answer in expected]
        assert (4, again) == await recovered(short_path / "d", world, orders)


async def test_killed_at_any_moment_of_a_storm(server: StoreServer) -> None:
    """kill -9 in the middle of many gifts loses none that was answered; the others are sent again and paid once."""
    async with world_at(server.url) as world:
        world.ledger = world.ledger_with(journal_max=100_000)
        await world.grant("ann", 1_000_000)
        await world.rooms.put_goal("main", Goal(id="g", title="Encore", target=2500, gift=None, ends_ms=None))
        for round_ in range(5):
            orders = [world.order(gift="heart") for _ in range(200)]
            sending = [asyncio.ensure_future(world.send(order)) for order in orders]
            await eventually(partial(has_answered, sending, 20 * round_), pause_s=0)
            kill(server)
            first = await asyncio.gather(*sending, return_exceptions=True)
            server.spawn()
            server.wait_ready()
            second = [await world.send(order) for order in orders]

            for before, (after,) in zip(first, second, strict=True):
                if not isinstance(before, StoreError):
                    assert not isinstance(before, BaseException)
                    # The level that a gift led to stands behind its record, where it was answered first.
                    assert before[0].startswith(after.replace("D", "N", 1))
            assert 200 * (round_ + 1) + 1 == (await check_books(world)).n
            goal = await world.rooms.goal("main")
            assert goal is not None
            assert (1000 * (round_ + 1), round_ > 1) == (goal.progress, goal.reached)


async def test_a_reply_that_is_lost_again_and_again(short_path: Path, store_url: str) -> None:
    """However often the answer is lost on its way, the gift is paid once, and the answer at last is the first one."""
    async with fault_proxy(store_url, short_path / "p.sock") as proxy, world_at(f"{proxy.url}?db=1") as world:
        await world.grant("ann", 100)
        await world.send(world.order())
        order = world.order(gift="heart")
        for fault in (Fault.DROP_REQUEST, Fault.DROP_REPLY, Fault.DROP_REPLY, Fault.DROP_REQUEST):
            proxy.plan(fault, script("send_gifts").sha.encode())
        unknown = 0
        while unknown < 10:
            try:
                answers = await world.send(order)
                break
            except StoreError:
                unknown += 1

        assert (4, ["DA|3|94|5|5000|3|1"]) == (unknown, answers)
        await check_books(world)
