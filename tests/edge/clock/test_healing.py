from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.actions.books import rebuild_ledger
from app.actions.books.heal import stand
from app.actions.books.rebuild_ledger import Rebuild
from app.archive.archive import Archive
from app.archive.losses import losses_of
from app.base.config import Settings
from app.base.errors import BooksBroken, Refusal
from app.edge.clock import healing as module
from app.edge.clock.healing import LOOK_EVERY_S, Healing
from app.store.rebuilding import TakenOver
from app.store.seen import Seen
from loadtest.crossing_loss import copy_of, put_back
from loadtest.crossing_world import EPOCH as CROSSING
from loadtest.crossing_world import PAYERS, P, order
from tests.actions.books.four import four_with_books
from tests.actions.books.test_heal import older
from tests.archiving import archive_all
from tests.world import World


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for clients' clocks."""
    monkeypatch.setattr(rebuild_ledger, "SKEW_MS", 0)


def healing_of(world: World, books: Archive, folder: Path, **changed: Any) -> Healing:
    """A healing by these settings."""
    return Healing(Settings(data=folder, **changed), [world.standing], books)


async def test_a_store_is_healed_where_it_is_to_continue(
    world: World, books: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What the archive has is given back, loudly, and gifts go on from there; nothing forks."""
    await older(world, books)
    healing = healing_of(world, books, tmp_path, lost_tail="continue")
    assert [LOOK_EVERY_S] * 2 == [await healing.step() for _ in range(2)]

    assert 100 == await world.coins("ann")
    assert ["NA|3"] == [text[:4] for text in await world.send(world.order())]
    assert 1 == await archive_all(world, books)
    assert 1 == caplog.text.count("the store had lost n 2 to 2: it has them again from the archive")


async def test_an_operator_is_waited_for(world: World, books: Archive, tmp_path: Path) -> None:
    """Where losses are to be accepted by somebody, nothing is taken and nothing is changed."""
    await older(world, books)
    healing = healing_of(world, books, tmp_path)
    await healing.step()
    before = await world.dump()
    await healing.step()

    assert before == await world.dump()
    assert ["Runavailable lost_tail"] == await world.send(world.order())


async def test_a_store_that_went_another_way_is_not_healed(world: World, books: Archive, tmp_path: Path) -> None:
    """Entries that the archive does not have are never thrown away."""
    await older(world, books)
    await world.store.call("HSET", world.keys.totals, "h", "other")
    with pytest.raises(BooksBroken, match="with entries that the archive does not have"):
        await healing_of(world, books, tmp_path, lost_tail="continue").step()

    assert b"1" == await world.store.call("HGET", world.keys.totals, "n")


async def test_all_is_well(world: World, books: Archive, tmp_path: Path) -> None:
    """A store that has all that is archived is left alone; an empty one is uninitialised."""
    await world.grant("ann", 50)
    await archive_all(world, books)
    healing = healing_of(world, books, tmp_path, lost_tail="continue")
    before = await world.dump()
    await healing.step()
    assert before == await world.dump()
    await world.store.call("FLUSHDB")

    with pytest.raises(Refusal, match="uninitialised"):
        await healing.step()


async def test_of_two_that_heal_one_partition_one_comes_through(
    world: World, books: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose rebuild was ended by the other's leaves the partition to that one, which is ended by nobody."""
    await older(world, books)
    one, other = (Healing(Settings(data=tmp_path, lost_tail="continue"), [world.stand()], books) for _ in range(2))
    healing: list[asyncio.Task[float]] = []
    begun, tried_again = asyncio.Event(), asyncio.Event()

    class Overtaken(Rebuild):
        async def _prove(self) -> None:
            await super()._prove()
            if not healing:
                healing.append(asyncio.create_task(other.step()))
                await asyncio.wait({*healing, asyncio.create_task(begun.wait())}, return_when="FIRST_COMPLETED")
            elif not begun.is_set():
                begun.set()
                await tried_again.wait()

    monkeypatch.setattr(module, "Rebuild", Overtaken)
    with pytest.raises(TakenOver):
        await one.step()
    assert LOOK_EVERY_S == await one.step()
    assert 50 == await world.coins("ann")
    tried_again.set()
    assert LOOK_EVERY_S == await healing[0]
    assert 100 == await world.coins("ann")


async def test_a_partition_is_left_to_another_for_a_while_only(
    world: World, books: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the one that took a rebuild over never comes through, it is done again once that time is over."""
    await older(world, books)
    healing = healing_of(world, books, tmp_path, lost_tail="continue")

    class TakenAway(Rebuild):
        async def _prove(self) -> None:
            await world.store.call("HSET", world.keys.rebuild, "run", "another")

    with monkeypatch.context() as patch:
        patch.setattr(module, "Rebuild", TakenAway)
        patch.setattr(module, "LEFT_S_MIN", 0.0)
        patch.setattr(module, "LEFT_S_MAX", 0.0)
        for _ in range(2):
            with pytest.raises(TakenOver):
                await healing.step()
    await healing.step()

    assert 100 == await world.coins("ann")


async def test_what_is_lost_for_good_is_kept(world: World, books: Archive, tmp_path: Path) -> None:
    """What somebody has accepted to be lost stays known when the store that noted it is emptied."""
    await older(world, books)
    healing = healing_of(world, books, tmp_path)
    await healing.step()
    await books.write(lambda connection: connection.exec_driver_sql("DELETE FROM cursors"))
    before = await books.read(losses_of)
    await world.standing.accept_loss("a test")
    await healing.step()

    assert [] == before
    assert [(2, 2)] == [(loss.first, loss.last) for loss in await books.read(losses_of)]


async def test_a_partition_is_healed_by_itself(store_url: str, books: Archive, tmp_path: Path) -> None:
    """What one of four partitions has lost it gets back, while the others are left alone; then nothing is to do."""
    async with four_with_books(store_url, books) as four:
        before = await copy_of(four.store, 1)
        await four.worker.send([order(PAYERS[0], 1), order(PAYERS[1], 2)])
        await four.archive_all()
        await put_back(four.store, 1, before)
        settings = Settings(data=tmp_path, lost_tail="continue", partitions=P)
        seen = Seen(tmp_path, CROSSING, "0")
        standings = stand(four.store, CROSSING, seen, books, P, refuse=False)
        others = [await copy_of(four.store, k) for k in (0, 2, 3)]
        await Healing(settings, standings, books).step()
        after = [await copy_of(four.store, k) for k in range(P)]
        await Healing(settings, standings, books).step()

        seen.close()
        assert others == [after[k] for k in (0, 2, 3)]
        assert after == [await copy_of(four.store, k) for k in range(P)]
        assert [] == (await four.verify()).problems
