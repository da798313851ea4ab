from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.standing import Loss
from app.store.losses import Losses
from tests.world import EPOCH, World


@pytest.fixture
async def losses(world: World) -> Losses:
    """Those of a newborn ledger."""
    return Losses(world.store, EPOCH, world.keys)


def loss(last: int) -> Loss:
    """Entries up to that n."""
    return Loss(at_ms=1, first=2, last=last, seen_head="aa", found_n=1, found_head="bb")


async def test_a_loss_is_noted_once_a_term(losses: Losses) -> None:
    """Of two that found a loss in the same term the first notes it, and the second has to look again."""
    assert await losses.note(loss(5), 0, 1, refuse=True)
    assert not await losses.note(loss(6), 0, 1, refuse=True)
    assert await losses.note(loss(7), 1, 4, refuse=False)

    # What is accepted later accepts what was before it.
    assert [(loss(5), False), (loss(7), False)] == await losses.all()


async def test_the_latest_is_accepted(losses: Losses) -> None:
    """A loss is accepted by its term, once, with all before it; one that waits for nobody cannot be."""
    await losses.note(loss(5), 0, 1, refuse=True)
    await losses.note(loss(6), 1, 2, refuse=True)
    assert [True, True] == [waits for _, waits in await losses.all()]

    assert not await losses.accept(1, "olga", 9)
    assert await losses.accept(2, "olga", 9)
    assert not await losses.accept(2, "olga", 9)
    assert [False, False] == [waits for _, waits in await losses.all()]


async def test_another_ledger_is_left_alone(world: World, losses: Losses) -> None:
    """On a foreign store nothing is noted or accepted."""
    await world.store.call("HSET", world.keys.totals, "epoch", "another")
    before = await world.dump()
    for use in (losses.note(loss(5), 0, 1, refuse=True), losses.accept(1, "olga", 9)):
        with pytest.raises(Refusal, match="uninitialised"):
            await use

    assert before == await world.dump()
