from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.rules.gift_steps import GiftCredited, GiftDelivered, GiftReturned
from app.store.client import Store
from app.store.server import StoreServer
from loadtest.crossing_world import CrossingWorld
from loadtest.crossings import main, run_seeds

SEEDS = 40


@pytest.fixture
async def store(own_store: StoreServer) -> AsyncIterator[Store]:
    """A store of its own that does not wait for the disk."""
    store = Store(own_store.url)
    await store.call("CONFIG", "SET", "appendonly", "no")
    yield store
    store.close()


async def test_gifts_cross_whatever_goes_wrong(store: Store) -> None:
    """With a fault between any two steps no gift is lost, doubled or half-applied; everything happens that can."""
    happened: set[type] = set()
    losses = 0
    for seed in range(SEEDS):
        world = CrossingWorld(store, seed)
        await world.run()
        happened |= {kind for kind in (GiftCredited, GiftDelivered, GiftReturned) if world.books.all(kind)}
        losses += world.losses

    assert {GiftCredited, GiftDelivered, GiftReturned} == happened
    assert losses


async def test_a_seed_is_always_the_same_run(store: Store) -> None:
    """A seed that has failed fails again."""
    runs = []
    for _ in range(2):
        world = CrossingWorld(store, 7)
        await world.run()
        runs.append((world.turns.calls, [world.ends.get(order.wire.id) for order in world.orders]))

    assert runs[0] == runs[1]


async def test_a_mistake_is_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a room forgets what has arrived, seeds fail, and say what is wrong."""
    monkeypatch.setattr("app.store.keys.Keys.seen", lambda keys, bucket: f"forgotten:{keys.tag}:{next(NUMBERS)}")
    failed = await run_seeds(store, 0, 20)

    assert failed
    assert any("applied before" in what or "twice" in what for _, what in failed)


NUMBERS = iter(range(10**6))


def test_the_command_runs_a_seed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One command runs a seed again, and says how it went."""
    monkeypatch.setattr("sys.argv", ["crossings", "--seed", "3"])

    assert 0 == main()
    assert "1 runs from seed 3 on, 0 failed" in capsys.readouterr().out
